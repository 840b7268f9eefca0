"""The user side's own memory as bpf(2) sees it: buffers with an address.

The other direction, how a userspace kernel reads and writes its caller's memory, is usermem.py.
"""

from __future__ import annotations

import ctypes


class Buffer:
    """Bytes at a fixed address while the object lives; address 0 when there is nothing to point to."""

    __slots__ = ("_array", "address", "size")

    def __init__(self, content: bytes | bytearray | memoryview | int | None) -> None:
        """A buffer with this content, or of this many zero bytes."""
        self._array: ctypes.Array[ctypes.c_char] | None = None
        if isinstance(content, int):
            self.size = content
            if content:
                self._array = ctypes.create_string_buffer(content)
        else:
            content = bytes(content or b"")
            self.size = len(content)
            if content:
                self._array = ctypes.create_string_buffer(content, len(content))
        self.address = ctypes.addressof(self._array) if self._array is not None else 0

    def read(self, length: int | None = None) -> bytes:
        """The first `length` bytes as they are now."""
        if self._array is None:
            return b""
        return self._array.raw[:length]

    def text(self) -> str:
        """As a C string; a verifier log is ASCII, but names in it come from the user."""
        return self.read().partition(b"\0")[0].decode(errors="replace")
