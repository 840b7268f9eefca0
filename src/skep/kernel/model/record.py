"""A native structure in memory of its own, with its fields by name."""

from __future__ import annotations

import ctypes

from skep._runtime import LAYOUTS, peek, poke


class Record:
    """One structure of `_runtime/runtime.h`, zeroed. It must outlive whatever native code does with its
    address.
    """

    def __init__(self, structure: str) -> None:
        self._fields = LAYOUTS[structure]
        size = max(offset + width for offset, width in self._fields.values())
        self.size = (size + 7) & ~7
        self._memory = (ctypes.c_uint64 * (self.size // 8))()
        self.address = ctypes.addressof(self._memory)

    def __getitem__(self, name: str) -> int:
        offset, width = self._fields[name]
        return peek(self.address + offset, width)

    def __setitem__(self, name: str, value: int) -> None:
        offset, width = self._fields[name]
        poke(self.address + offset, width, value)

    def get_bytes(self, name: str) -> bytes:
        """A field that is an array."""
        offset, width = self._fields[name]
        return ctypes.string_at(self.address + offset, width)

    def set_bytes(self, name: str, value: bytes) -> None:
        offset, width = self._fields[name]
        ctypes.memmove(self.address + offset, value, min(width, len(value)))

    def raw(self) -> bytes:
        return bytes(self._memory)
