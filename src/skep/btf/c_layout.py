"""Sizes and alignments as C has them, of all types of a Btf, and the unnamed bitfields that fill a gap.

Rule: what libbpf's BTF dumper assumes of compilers; a struct whose members or size do not fit the natural
alignment is packed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import BtfError
from .flat import FlatTypes
from .kinds import Kind

_VOID, _INT, _PTR, _ARRAY, _STRUCT, _UNION, _ENUM = range(7)
_FLOAT, _DATASEC, _ENUM64 = int(Kind.FLOAT), int(Kind.DATASEC), int(Kind.ENUM64)
_SCALARS = frozenset((_INT, _ENUM, _FLOAT, _ENUM64))
_SIZED = frozenset((*_SCALARS, _STRUCT, _UNION, _DATASEC))
_THROUGH = frozenset((Kind.TYPEDEF, Kind.VOLATILE, Kind.CONST, Kind.RESTRICT, Kind.TYPE_TAG, Kind.VAR))


class Layouts:
    """Computed once for each type."""

    def __init__(self, types: FlatTypes, pointer_size: int = 8) -> None:
        self._types = types
        self.pointer_size = pointer_size
        self._sizes: dict[int, int] = {}
        self._aligns: dict[int, int] = {}

    def size(self, type_id: int) -> int:
        """Bytes; 0 for what has no size."""
        size = self._sizes.get(type_id)
        if size is None:
            size = self._sizes[type_id] = self._size(type_id)
        return size

    def _size(self, type_id: int) -> int:
        words, count, first = self._types.words, 1, type_id
        for _ in range(len(self._types)):
            at, kind = self._types.at[type_id], self._types.kinds[type_id]
            if kind in _SIZED:
                return count * words[at + 2]
            if kind == _PTR:
                return count * self.pointer_size
            if kind == _ARRAY:
                count *= words[at + 5]
                type_id = words[at + 3]
            elif kind in _THROUGH:
                type_id = words[at + 2]
            else:
                return 0
        raise BtfError(f"type id {first}: a loop of types without a struct or pointer in it")

    def align(self, type_id: int) -> int:
        """Bytes; 0 for what has no alignment."""
        align = self._aligns.get(type_id)
        if align is None:
            align = self._aligns[type_id] = self._align(type_id)
        return align

    def _align(self, type_id: int) -> int:
        words, first = self._types.words, type_id
        for _ in range(len(self._types)):
            at, kind = self._types.at[type_id], self._types.kinds[type_id]
            if kind in _SCALARS:
                return min(self.pointer_size, words[at + 2])
            if kind == _PTR:
                return self.pointer_size
            if kind == _ARRAY:
                type_id = words[at + 3]
            elif kind in _THROUGH:
                type_id = words[at + 2]
            elif kind in (_STRUCT, _UNION):
                self._aligns[first] = 0  # what holds itself by value has no alignment
                return self._align_of_composite(type_id)
            else:
                return 0
        raise BtfError(f"type id {first}: a loop of types without a struct or pointer in it")

    def _align_of_composite(self, type_id: int) -> int:
        largest = 1
        for member, bit_offset, bit_size in self.places(type_id):
            align = self.align(member)
            if not align:
                return 0
            if not bit_size and bit_offset % (8 * align):
                return 1
            largest = max(largest, align)
        return 1 if self._types.words[self._types.at[type_id] + 2] % largest else largest

    def is_packed(self, type_id: int) -> bool:
        """Whether a struct's members or size need __attribute__((packed))."""
        largest = 1
        for member, bit_offset, bit_size in self.places(type_id):
            align = self.align(member)
            if align and not bit_size and bit_offset % (8 * align):
                return True
            largest = max(largest, align)
        return self._types.words[self._types.at[type_id] + 2] % largest != 0

    def places(self, type_id: int) -> Iterator[tuple[int, int, int]]:
        """(type id, bit offset, size of a bitfield or 0) of each member."""
        words, at = self._types.words, self._types.at[type_id]
        info = words[at + 1]
        for item in range(at + 4, at + 4 + 3 * (info & 0xFFFF), 3):
            offset = words[item + 1]
            if info >> 31:
                yield words[item], offset & 0xFFFFFF, offset >> 24
            else:
                yield words[item], offset, 0


def _up(bits: int, unit: int) -> int:
    return -(-bits // unit) * unit


def padding(start: int, end: int, align: int, in_bitfield: bool, pointer_size: int) -> list[tuple[str, int]]:
    """Unnamed bitfields from bit to bit, as few as make a compiler put what follows at `end`, each with how
    often it is repeated. `align` is, in bytes, what follows is aligned to anyway; `in_bitfield`: it is a
    bitfield after a bitfield.
    """
    units = (("long", 8 * pointer_size), ("int", 32), ("short", 16), ("char", 8))
    word, unit = next(((name, bits) for name, bits in units if _up(start, bits) <= end), units[-1])
    fields: list[tuple[str, int]] = []
    aligned = _up(start, unit)
    if start < aligned <= end:
        by_nature = aligned == end and _up(start, 8 * align or 1) == aligned
        ignored = aligned != end and end - aligned <= aligned - start
        if in_bitfield:
            fields.append((f"{word}: {aligned - start}", 1))
        elif ignored or (aligned == end and not by_nature):
            fields.append((f"{word}: 0", 1))
        start = aligned
    if start < end:
        whole, bits = divmod(end - start, unit)
        if whole:
            fields.append((f"{word}: {unit}", whole))
        if bits:
            word = next(name for name, size in reversed(units) if size >= bits)
            fields.append((f"{word}: {bits}", 1))
    return fields
