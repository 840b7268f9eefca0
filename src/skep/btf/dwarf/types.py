"""One entry, one type: a row for each DWARF tag that is a type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ...errors import BtfError
from .. import types as t
from ..kinds import BTF_INT_BOOL, BTF_INT_SIGNED
from . import entry as e
from .reader import Entry, Unit

_BOOLEAN, _COMPLEX, _FLOAT, _SIGNED, _SIGNED_CHAR = 2, 3, 4, 5, 6
_INT_ENCODINGS: Final = {_BOOLEAN: BTF_INT_BOOL, _SIGNED: BTF_INT_SIGNED, _SIGNED_CHAR: BTF_INT_SIGNED}
_LIMIT: Final = 64

#: What an array is indexed with where a unit has no `int`.
INDEX: Final = t.Int("int", 4, BTF_INT_SIGNED, bits=32)


class Types:
    """Ids of entries, and the types that they are."""

    def __init__(self, first_id: int, is_little: bool, pointer_size: int, floats: bool) -> None:
        self.next_id = first_id
        self._is_little = is_little
        self._pointer_size = pointer_size
        self._floats = floats
        self._ids: dict[int, int] = {}
        self._aliases: dict[int, int | None] = {}
        self._index_types: dict[int, int] = {}  # of each unit
        self._with_arrays: set[int] = set()

    # ── first walk: ids ──

    def number(self, unit: Unit) -> None:
        """Give ids to all types of a unit."""
        for entry in unit.entries(_TYPES):
            tag = entry.tag
            if tag in MAKERS:
                self._ids[entry.offset] = self.next_id
                self.next_id += 1
                if tag == "DW_TAG_pointer_type":
                    self.next_id += sum(1 for _ in e.tags_of(entry, "btf_type_tag"))
                elif tag == "DW_TAG_array_type":
                    self._with_arrays.add(unit.cu_offset)
                elif tag == "DW_TAG_base_type" and e.text(entry) == "int":
                    self._index_types[unit.cu_offset] = self._ids[entry.offset]
            else:
                self._aliases[entry.offset] = e.target(entry)

    def add_index_type(self) -> bool:
        """Whether an index type must follow all others, because a unit with arrays has no int."""
        missing = self._with_arrays - set(self._index_types)
        self._index_types |= dict.fromkeys(missing, self.next_id)
        return bool(missing)

    def id_at(self, offset: int | None) -> int:
        """The id of what an attribute refers to; void where it refers to nothing."""
        for _ in range(_LIMIT):
            if offset is None:
                return 0
            if offset in self._ids:
                return self._ids[offset]
            if offset not in self._aliases:
                raise BtfError(f"DWARF entry {offset:#x} is referred to as a type, and is none")
            offset = self._aliases[offset]
        raise BtfError(f"DWARF entry {offset:#x}: a loop of types")

    def id_of(self, entry: Entry, attribute: str = "DW_AT_type") -> int:
        return self.id_at(e.target(entry, attribute))

    # ── second walk: types ──

    def make(self, entry: Entry) -> Iterator[t.Type]:
        """The type of an entry, and those that belong to it and have the ids after its own."""
        yield MAKERS[entry.tag](self, entry)
        if entry.tag == "DW_TAG_pointer_type":
            to = self.id_of(entry)
            for place, tag in enumerate(e.tags_of(entry, "btf_type_tag"), 1):
                yield t.TypeTag(tag, to)
                to = self._ids[entry.offset] + place

    def prototype(self, entry: Entry) -> t.FuncProto:
        """Of a function or of a type of functions."""
        params = []
        for child in entry.iter_children() if entry.has_children else ():
            if child.tag == "DW_TAG_formal_parameter":
                name = e.text(e.original(child, "DW_AT_name"))
                params.append(t.Param(name, self.id_of(e.original(child, "DW_AT_type"))))
            elif child.tag == "DW_TAG_unspecified_parameters":
                params.append(t.Param("", 0))
        return t.FuncProto(self.id_of(e.original(entry, "DW_AT_type")), tuple(params))

    def _base(self, entry: Entry) -> t.Type:
        name, size = e.text(entry), e.number(entry, "DW_AT_byte_size") or 0
        encoding = e.number(entry, "DW_AT_encoding") or 0
        if encoding == _FLOAT and self._floats:
            return t.Float(name, size)
        return t.Int(name, size, _INT_ENCODINGS.get(encoding, 0), bits=min(8 * size, 255))

    def _pointer(self, entry: Entry) -> t.Type:
        tags = sum(1 for _ in e.tags_of(entry, "btf_type_tag"))
        return t.Ptr(self._ids[entry.offset] + tags if tags else self.id_of(entry))

    def _array(self, entry: Entry) -> t.Type:
        """All dimensions in one."""
        nelems = 1
        for child in entry.iter_children() if entry.has_children else ():
            if child.tag in ("DW_TAG_subrange_type", "DW_TAG_enumeration_type"):
                count, last = e.number(child, "DW_AT_count"), e.number(child, "DW_AT_upper_bound")
                nelems *= count if count is not None else 0 if last is None else last + 1
        return t.Array(self.id_of(entry), self._index_types[entry.unit.cu_offset], nelems & 0xFFFFFFFF)

    def _composite(self, entry: Entry) -> t.Type:
        is_union, name = entry.tag == "DW_TAG_union_type", e.text(entry)
        if e.flag(entry, "DW_AT_declaration"):
            return t.Fwd(name, is_union)
        members = tuple(self._members(entry))
        has_bits = any(member.bit_size for member in members)
        make = t.Union if is_union else t.Struct
        return make(name, e.number(entry, "DW_AT_byte_size") or 0, members, has_bits)

    def _members(self, entry: Entry) -> Iterator[t.Member]:
        for child in members_of(entry):
            storage = self._storage_size(child) if "DW_AT_bit_offset" in child.attributes else 0
            offset, bits = e.member_place(child, self._is_little, storage)
            yield t.Member(e.text(child), self.id_of(child), offset, bits)

    def _storage_size(self, entry: Entry) -> int:
        """Bytes of the integer that a bitfield lies in."""
        for _ in range(_LIMIT):
            size = e.number(entry, "DW_AT_byte_size")
            if size is not None:
                return size
            if "DW_AT_type" not in entry.attributes:
                break
            entry = entry.referred("DW_AT_type")
        raise BtfError(f"DWARF entry {entry.offset:#x}: a bitfield of a type without a size")

    def _enum(self, entry: Entry) -> t.Type:
        values = []
        for child in entry.iter_children() if entry.has_children else ():
            if child.tag == "DW_TAG_enumerator":
                values.append(t.Enumerator(e.text(child), e.number(child, "DW_AT_const_value") or 0))
        size = e.number(entry, "DW_AT_byte_size") or 4
        make, width = (t.Enum64, 64) if size > 4 else (t.Enum, 32)
        signed = self._is_signed(entry) or any(item.value < 0 for item in values)
        items = tuple(t.Enumerator(item.name, _wrapped(item.value, width, signed)) for item in values)
        return make(e.text(entry), size, items, signed)

    def _is_signed(self, entry: Entry) -> bool:
        for _ in range(_LIMIT):
            encoding = e.number(entry, "DW_AT_encoding")
            if entry.tag == "DW_TAG_base_type":
                return _INT_ENCODINGS.get(encoding or 0) == BTF_INT_SIGNED
            if "DW_AT_type" not in entry.attributes:
                return False
            entry = entry.referred("DW_AT_type")
        raise BtfError(f"DWARF entry {entry.offset:#x}: a loop of types")


def _wrapped(value: int, bits: int, signed: bool) -> int:
    value &= (1 << bits) - 1
    return value - (1 << bits) if signed and value >> (bits - 1) else value


def members_of(entry: Entry) -> Iterator[Entry]:
    """Members with a place; static ones are variables."""
    for child in entry.iter_children() if entry.has_children else ():
        if child.tag == "DW_TAG_member" and "DW_AT_external" not in child.attributes:
            yield child


def _reference(make: Callable[[int], t.Type]) -> Callable[[Types, Entry], t.Type]:
    return lambda types, entry: make(types.id_of(entry))


MAKERS: Final[dict[str, Callable[[Types, Entry], t.Type]]] = {
    "DW_TAG_base_type": Types._base,
    "DW_TAG_pointer_type": Types._pointer,
    "DW_TAG_reference_type": _reference(t.Ptr),
    "DW_TAG_rvalue_reference_type": _reference(t.Ptr),
    "DW_TAG_const_type": _reference(t.Const),
    "DW_TAG_volatile_type": _reference(t.Volatile),
    "DW_TAG_restrict_type": _reference(t.Restrict),
    "DW_TAG_typedef": lambda types, entry: t.Typedef(e.text(entry), types.id_of(entry)),
    "DW_TAG_array_type": Types._array,
    "DW_TAG_structure_type": Types._composite,
    "DW_TAG_class_type": Types._composite,
    "DW_TAG_union_type": Types._composite,
    "DW_TAG_enumeration_type": Types._enum,
    "DW_TAG_subroutine_type": Types.prototype,
}

#: Types that BTF has no word for: what they are made of stands for them.
_ALIASES: Final = frozenset(
    ("DW_TAG_unspecified_type", "DW_TAG_atomic_type", "DW_TAG_subrange_type", "DW_TAG_ptr_to_member_type")
)
_TYPES: Final = frozenset(MAKERS) | _ALIASES
