"""A native structure in memory of its own, with its fields by name."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence

from skep._runtime import LAYOUTS, peek, poke

#: Of structures: a cache line, as the C compiler gives it to those that ask.
_ALIGNMENT = 64


def structure_size(structure: str) -> int:
    """Bytes of a structure that has no more than 8-byte alignment."""
    return max(offset + width for offset, width in LAYOUTS[structure].values()) + 7 & ~7


class Record:
    """One structure of `_runtime/runtime.h`, zeroed. It must outlive whatever native code does with its
    address.
    """

    def __init__(self, structure: str, room: int = 0) -> None:
        """`room` is how much memory there must be at least, for what stands behind the structure."""
        self._fields = LAYOUTS[structure]
        self.size = structure_size(structure)
        self._memory = ctypes.create_string_buffer(max(self.size, room) + _ALIGNMENT)
        self.address = (ctypes.addressof(self._memory) + _ALIGNMENT - 1) & -_ALIGNMENT

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
        return ctypes.string_at(self.address, self.size)


class RecordArray:
    """Structures one behind the other; a row names fields, as numbers or, for arrays, as bytes."""

    def __init__(self, structure: str, rows: Sequence[Mapping[str, int | bytes]]) -> None:
        self._fields = LAYOUTS[structure]
        self._stride = structure_size(structure)
        self._memory = ctypes.create_string_buffer(max(self._stride * len(rows), 1))
        self.address = ctypes.addressof(self._memory)
        self.count = len(rows)
        for index, row in enumerate(rows):
            for name, value in row.items():
                self._put(self.address + index * self._stride, name, value)

    def _put(self, base: int, name: str, value: int | bytes) -> None:
        offset, width = self._fields[name]
        if isinstance(value, bytes):
            ctypes.memmove(base + offset, value, min(width, len(value)))
        else:
            poke(base + offset, width, value)
