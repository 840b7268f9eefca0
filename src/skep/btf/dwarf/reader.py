"""Debugging information entries: a unit is scanned once for where they are, attributes are read when asked.

A kernel has tens of millions of entries and types are made of some of them. pyelftools reads headers and
abbreviations; entries it would decode in full and keep, at thirty microseconds and a kilobyte each.

Rule: DWARF 5, chapter 7.5.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any, Final, NamedTuple

from ...errors import BtfError
from .forms import ELSEWHERE, FIXED, READERS, TEXTS, Place, skip, uleb

#: The attributes that types, functions and variables are made of.
WANTED: Final = frozenset(
    f"DW_AT_{name}"
    for name in (
        *("name", "type", "byte_size", "bit_size", "bit_offset", "data_bit_offset", "encoding"),
        *("data_member_location", "declaration", "external", "abstract_origin", "specification", "location"),
        *("count", "upper_bound", "const_value", "str_offsets_base"),
    )
)


class Attribute(NamedTuple):
    """What an entry says, and in which form it does."""

    value: Any
    form: str


class Plan:
    """What entries of one abbreviation are, and how to get through them."""

    __slots__ = ("fixed", "has_children", "specs", "tag")

    def __init__(self, declaration: Any, place: Place) -> None:
        self.tag: str = declaration["tag"]
        self.has_children: bool = declaration.has_children()
        self.specs = tuple(_spec(spec, place) for spec in declaration["attr_spec"])
        sizes = [spec.size for spec in self.specs]
        self.fixed = sum(sizes) if min(sizes, default=0) >= 0 else -1


class Spec(NamedTuple):
    """One attribute of an abbreviation: `wanted` if types are made of it, `size` -1 where it differs."""

    name: str
    form: str
    wanted: bool
    size: int
    constant: int | None


def _spec(spec: Any, place: Place) -> Spec:
    size = FIXED[spec.form](place) if spec.form in FIXED else -1
    return Spec(spec.name, spec.form, spec.name in WANTED, size, getattr(spec, "value", None))


class Entry:
    """One entry. `attributes` by their DWARF names."""

    __slots__ = ("_attributes", "_index", "offset", "plan", "unit")

    def __init__(self, unit: Unit, index: int) -> None:
        self.unit = unit
        self._index = index
        self.offset = unit.cu_offset + unit.starts[index]
        self.plan = unit.plans[index]
        self._attributes: dict[str, Attribute] | None = None

    @property
    def tag(self) -> str:
        return self.plan.tag

    @property
    def has_children(self) -> bool:
        return self.plan.has_children

    @property
    def attributes(self) -> dict[str, Attribute]:
        if self._attributes is None:
            self._attributes = dict(self.unit.attributes(self._index))
        return self._attributes

    def iter_children(self) -> Iterator[Entry]:
        after, index = self.unit.after, self._index + 1
        end = after[self._index]
        while index < end:
            yield Entry(self.unit, index)
            index = after[index]

    def referred(self, attribute: str) -> Entry:
        """The entry that an attribute refers to."""
        found = self.attributes[attribute]
        return self.unit.home.entry_at(self.unit.home.target(self.unit, found))


class Unit:
    """A unit's entries by index: `starts` from the unit's beginning, `after` the index behind the subtree."""

    def __init__(self, home: Units, unit: Any) -> None:
        self.home = home
        self.cu_offset: int = unit.cu_offset
        header = unit.header
        wide = unit.structs.dwarf_format == 64
        self.end: int = self.cu_offset + header["unit_length"] + (12 if wide else 4)
        self._unit = unit
        self._first: int = unit.cu_die_offset
        self.place = Place(
            home.info, home.is_little, header["address_size"], 8 if wide else 4, header["version"]
        )
        self.signature: tuple[int, int] | None = None
        if "type_signature" in header or "signature" in header:
            key = "type_signature" if "type_signature" in header else "signature"
            self.signature = header[key], self.cu_offset + header["type_offset"]

    @cached_property
    def _scanned(self) -> tuple[array[int], list[Plan], array[int]]:
        try:
            return self._scan()
        except IndexError:
            raise BtfError(f"DWARF unit at offset {self.cu_offset:#x}: it ends within an entry") from None

    @property
    def starts(self) -> array[int]:
        return self._scanned[0]

    @property
    def plans(self) -> list[Plan]:
        return self._scanned[1]

    @property
    def after(self) -> array[int]:
        return self._scanned[2]

    def _scan(self) -> tuple[array[int], list[Plan], array[int]]:
        data, place, base, end = (
            self.home.info,
            self.place,
            self.cu_offset,
            min(self.end, len(self.home.info)),
        )
        known: dict[int, Plan] = {}
        starts, plans, after, open_ = array("I"), list[Plan](), array("I"), list[int]()
        table, at = self._unit.get_abbrev_table(), self._first
        while at < end:
            start, code, at = at, data[at], at + 1
            if code & 0x80:
                code, at = uleb(data, start)
            if not code:
                if open_:
                    after[open_.pop()] = len(starts)
                continue
            plan = known.get(code)
            if plan is None:
                plan = known[code] = Plan(table.get_abbrev(code), place)
            if plan.has_children:
                open_.append(len(starts))
            starts.append(start - base)
            plans.append(plan)
            after.append(len(starts))
            if plan.fixed >= 0:
                at += plan.fixed
            else:
                for spec in plan.specs:
                    at = at + spec.size if spec.size >= 0 else skip(place, spec.form, at)
        for index in open_:
            after[index] = len(starts)
        return starts, plans, after

    def entries(self, tags: Collection[str]) -> Iterator[Entry]:
        """Those with one of the tags, in the order of the file."""
        for index, plan in enumerate(self.plans):
            if plan.tag in tags:
                yield Entry(self, index)

    def attributes(self, index: int) -> Iterator[tuple[str, Attribute]]:
        """Names and contents of an entry's attributes, as far as types are made of them."""
        for name, form, value in self._raw_attributes(index):
            yield name, Attribute(self.home.string(self, form, value) if form in TEXTS else value, form)

    def _raw_attributes(self, index: int) -> Iterator[tuple[str, str, Any]]:
        """As they stand there: of strings that are kept elsewhere the offset or the index."""
        place, at = self.place, self.cu_offset + self.starts[index]
        _, at = uleb(place.data, at)
        for name, form, wanted, size, constant in self.plans[index].specs:
            if form == "DW_FORM_implicit_const":
                yield name, form, constant
            elif wanted and form in ELSEWHERE:
                raise BtfError(
                    f"DWARF entry at {at:#x}: {name} is in another file (form {form}); undo dwz first"
                )
            elif wanted and form in READERS:
                value, at = READERS[form](place, at)
                yield name, form, value
            else:
                at = at + size if size >= 0 else skip(place, form, at)

    def at(self, offset: int) -> Entry:
        """The entry at an offset of the section."""
        starts = self.starts
        index = bisect_right(starts, offset - self.cu_offset) - 1
        if index < 0 or starts[index] != offset - self.cu_offset:
            raise BtfError(f"DWARF entry {offset:#x} is referred to, and there is none")
        return Entry(self, index)

    @cached_property
    def strings_base(self) -> int:
        """Where the unit's part of .debug_str_offsets starts."""
        rows = self._raw_attributes(0) if self.plans else ()
        bases = [value for name, _, value in rows if name == "DW_AT_str_offsets_base"]
        return int(bases[0]) if bases else 2 * self.place.offset_size


class Units:
    """All units of a file."""

    def __init__(self, dwarf: Any, is_little: bool) -> None:
        self.is_little = is_little
        self.info = _contents(dwarf.debug_info_sec)
        self._dwarf = dwarf
        self._texts: dict[str, bytes] = {}
        self.all = [Unit(self, unit) for unit in dwarf.iter_CUs()]
        self._starts = [unit.cu_offset for unit in self.all]

    def entry_at(self, offset: int) -> Entry:
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            raise BtfError(f"DWARF entry {offset:#x} is referred to, and there is none")
        return self.all[index].at(offset)

    def target(self, unit: Unit, found: Attribute) -> int:
        """The offset that a reference means."""
        if found.form == "DW_FORM_ref_addr":
            return int(found.value)
        if found.form == "DW_FORM_ref_sig8":
            if found.value not in self._signatures:
                raise BtfError(f"DWARF unit at {unit.cu_offset:#x}: no unit of type {found.value:#x}")
            return self._signatures[found.value]
        if found.form.startswith("DW_FORM_ref"):
            return int(found.value) + unit.cu_offset
        raise BtfError(f"DWARF unit at {unit.cu_offset:#x}: a reference of form {found.form}")

    @cached_property
    def _signatures(self) -> dict[int, int]:
        return dict(unit.signature for unit in self.all if unit.signature is not None)

    def string(self, unit: Unit, form: str, value: Any) -> Any:
        """The text behind an offset or an index; other values as they are."""
        if form == "DW_FORM_strp":
            return self._text("debug_str_sec", value)
        if form == "DW_FORM_line_strp":
            return self._text("debug_line_str_sec", value)
        if form.startswith("DW_FORM_strx"):
            size = unit.place.offset_size
            start = unit.strings_base + value * size
            raw = self._section("debug_str_offsets_sec")[start : start + size]
            return self._text("debug_str_sec", int.from_bytes(raw, "little" if self.is_little else "big"))
        return value

    def _text(self, section: str, offset: int) -> bytes:
        data = self._section(section)
        end = data.find(b"\0", offset)
        if offset >= len(data) or end < 0:
            raise BtfError(f"a DWARF string at offset {offset:#x}, outside of its section")
        return data[offset:end]

    def _section(self, name: str) -> bytes:
        if name not in self._texts:
            section = getattr(self._dwarf, name, None)
            self._texts[name] = _contents(section) if section is not None else b""
        return self._texts[name]


def _contents(section: Any) -> bytes:
    section.stream.seek(0)
    data: bytes = section.stream.read()
    return data
