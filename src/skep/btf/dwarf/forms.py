"""Forms of DWARF attributes: how long each is and what it says.

Rule: DWARF 5, 7.5.6; the GNU forms are those of gcc and dwz.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from ...errors import BtfError


@dataclass(frozen=True, slots=True)
class Place:
    """What the forms of a unit depend on; sizes in bytes."""

    data: bytes
    is_little: bool
    address_size: int
    offset_size: int
    version: int

    def number(self, at: int, size: int) -> int:
        if at + size > len(self.data):
            raise IndexError(at)
        return int.from_bytes(self.data[at : at + size], "little" if self.is_little else "big")


def uleb(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned LEB128 number and where it ends."""
    value = data[at]
    if value < 0x80:
        return value, at + 1
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def sleb(data: bytes, at: int) -> tuple[int, int]:
    """A signed LEB128 number and where it ends."""
    start = at
    value, at = uleb(data, at)
    bits = 7 * (at - start)
    return (value - (1 << bits) if data[at - 1] & 0x40 else value), at


def _fixed(size: int) -> Callable[[Place], int]:
    return lambda place: size


def _offset(place: Place) -> int:
    return place.offset_size


#: Forms whose length is known without reading them.
FIXED: Final[dict[str, Callable[[Place], int]]] = {
    "DW_FORM_addr": lambda place: place.address_size,
    "DW_FORM_ref_addr": lambda place: place.address_size if place.version < 3 else place.offset_size,
    **dict.fromkeys(("DW_FORM_flag_present", "DW_FORM_implicit_const"), _fixed(0)),
    **{
        f"DW_FORM_{name}": _fixed(size)
        for size, names in {
            1: "data1 flag ref1 strx1 addrx1",
            2: "data2 ref2 strx2 addrx2",
            3: "strx3 addrx3",
            4: "data4 ref4 strx4 addrx4 ref_sup4",
            8: "data8 ref8 ref_sig8 ref_sup8",
            16: "data16",
        }.items()
        for name in names.split()
    },
    **{f"DW_FORM_{name}": _offset for name in ["strp", "line_strp", "sec_offset", "strp_sup"]},
    **{f"DW_FORM_GNU_{name}": _offset for name in ["ref_alt", "strp_alt"]},
}

_LEB: Final = frozenset(
    f"DW_FORM_{name}"
    for name in [
        "udata",
        "sdata",
        "ref_udata",
        "strx",
        "addrx",
        "loclistx",
        "rnglistx",
        "GNU_addr_index",
        "GNU_str_index",
    ]
)
#: Forms that say their length first: in so many bytes, or as LEB128.
_BLOCKS: Final = {
    **{f"DW_FORM_block{size}": size for size in (1, 2, 4)},
    **dict.fromkeys(("DW_FORM_block", "DW_FORM_exprloc"), 0),
}


def skip(place: Place, form: str, at: int) -> int:
    """Where an attribute ends."""
    size = FIXED.get(form)
    if size is not None:
        return at + size(place)
    if form in _LEB:
        return uleb(place.data, at)[1]
    if form in _BLOCKS:
        return _block_bounds(place, form, at)[1]
    if form == "DW_FORM_string":
        return place.data.index(b"\0", at) + 1
    raise BtfError(f"DWARF attribute at offset {at:#x}: unknown form {form}")


def _block_bounds(place: Place, form: str, at: int) -> tuple[int, int]:
    size = _BLOCKS[form]
    length, start = (place.number(at, size), at + size) if size else uleb(place.data, at)
    return start, start + length


def _number(form: str) -> Callable[[Place, int], tuple[Any, int]]:
    def read(place: Place, at: int) -> tuple[int, int]:
        size = FIXED[form](place)
        return place.number(at, size), at + size

    return read


def _block(form: str) -> Callable[[Place, int], tuple[Any, int]]:
    def read(place: Place, at: int) -> tuple[bytes, int]:
        start, end = _block_bounds(place, form, at)
        return place.data[start:end], end

    return read


def _text(place: Place, at: int) -> tuple[bytes, int]:
    end = place.data.index(b"\0", at)
    return place.data[at:end], end + 1


#: Strings in a section of their own.
TEXTS: Final = frozenset(
    ("DW_FORM_strp", "DW_FORM_line_strp", "DW_FORM_strx", *(f"DW_FORM_strx{size}" for size in (1, 2, 3, 4)))
)

#: What dwz moves into a file that several others share.
ELSEWHERE: Final = frozenset(
    (
        "DW_FORM_GNU_strp_alt",
        "DW_FORM_GNU_ref_alt",
        "DW_FORM_strp_sup",
        "DW_FORM_ref_sup4",
        "DW_FORM_ref_sup8",
    )
)

#: Form -> value and end of an attribute. Strings kept elsewhere are their offset or index here.
READERS: Final[dict[str, Callable[[Place, int], tuple[Any, int]]]] = {
    **{form: _number(form) for form in FIXED},
    **{form: lambda place, at: uleb(place.data, at) for form in _LEB},
    **{form: _block(form) for form in _BLOCKS},
    "DW_FORM_sdata": lambda place, at: sleb(place.data, at),
    "DW_FORM_flag_present": lambda place, at: (True, at),
    "DW_FORM_data16": lambda place, at: (place.data[at : at + 16], at + 16),
    "DW_FORM_string": _text,
}
