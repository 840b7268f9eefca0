"""A context that is just memory."""

from __future__ import annotations

import ctypes


class Block:
    """Bytes at an address of their own, which is 0 when there are none."""

    def __init__(self, content: bytes, name: str = "context") -> None:
        self._name = name
        self._memory = ctypes.create_string_buffer(content, max(len(content), 1) + 7 & ~7)
        self.address = ctypes.addressof(self._memory) if content else 0
        self.size = len(content)

    def regions(self) -> list[tuple[str, int, int]]:
        return [(self._name, self.address, self.size)]

    def put(self, offset: int, content: bytes) -> None:
        """Write there; it must fit."""
        ctypes.memmove(self.address + offset, content, min(len(content), self.size - offset))

    def content(self) -> bytes:
        return self._memory.raw[: self.size]
