"""Questions to one debugging information entry (DIE)."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import BtfError
from .reader import Entry

_TAGS = {0x6000: "DW_TAG_LLVM_annotation", "DW_TAG_LLVM_annotation": "DW_TAG_LLVM_annotation"}
_LIMIT = 64


def text(entry: Entry, attribute: str = "DW_AT_name") -> str:
    """A string attribute, empty where there is none."""
    found = entry.attributes.get(attribute)
    if found is None or not isinstance(found.value, bytes):
        return ""
    value: str = found.value.decode("utf-8", "surrogateescape")
    return value


def number(entry: Entry, attribute: str) -> int | None:
    """A constant attribute; None where there is none, or an expression."""
    found = entry.attributes.get(attribute)
    return found.value if found is not None and isinstance(found.value, int) else None


def flag(entry: Entry, attribute: str) -> bool:
    found = entry.attributes.get(attribute)
    return found is not None and bool(found.value)


def target(entry: Entry, attribute: str = "DW_AT_type") -> int | None:
    """The offset of the entry that an attribute refers to."""
    found = entry.attributes.get(attribute)
    if found is None:
        return None
    return entry.unit.home.target(entry.unit, found)


def original(entry: Entry, attribute: str) -> Entry:
    """The entry itself, or the one that it completes and that has the attribute."""
    for _ in range(_LIMIT):
        if attribute in entry.attributes:
            return entry
        for link in ("DW_AT_abstract_origin", "DW_AT_specification"):
            if link in entry.attributes:
                entry = entry.referred(link)
                break
        else:
            return entry
    raise BtfError(f"DWARF entry {entry.offset:#x}: a loop of origins")


def tags_of(entry: Entry, name: str) -> Iterator[str]:
    """Tags that clang's btf_type_tag and btf_decl_tag attributes leave."""
    if not entry.has_children:
        return
    for child in entry.iter_children():
        if child.tag in _TAGS and text(child) == name:
            yield text(child, "DW_AT_const_value")


def member_place(entry: Entry, is_little: bool, storage_size: int) -> tuple[int, int]:
    """Bit offset and, of a bitfield, size of a member. DWARF 2 counts from the high end of the storage."""
    bits = number(entry, "DW_AT_bit_size") or 0
    place = number(entry, "DW_AT_data_bit_offset")
    start = 8 * _member_offset(entry)
    if place is not None:
        return start + place, bits
    from_high = number(entry, "DW_AT_bit_offset")
    if from_high is None or not bits:
        return start, bits
    if is_little:
        storage = 8 * (number(entry, "DW_AT_byte_size") or storage_size)
        return start + storage - from_high - bits, bits
    return start + from_high, bits


def _member_offset(entry: Entry) -> int:
    found = entry.attributes.get("DW_AT_data_member_location")
    if found is None:
        return 0
    if isinstance(found.value, int):
        return found.value
    expression = list(found.value)
    if expression and expression[0] == 0x23:  # DW_OP_plus_uconst
        return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(expression[1:]))
    raise BtfError(f"DWARF entry {entry.offset:#x}: a member at a place that is computed at run time")
