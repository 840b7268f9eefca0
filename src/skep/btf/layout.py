"""A struct's layout: where each member is, what lies between them, and on which cache line; pahole's view.

A hole is what alignment leaves before a member: bits behind a bitfield, up to the end of the integer that it
lies in, and bytes after that; padding is the same behind the last member.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from ..errors import BtfError
from . import types as t
from .btf import Btf
from .c_decl import Declarations
from .flat import FlatTypes

CACHE_LINE: Final = 64
_MAX_MEMBERS: Final = 1 << 18  # structs without a name that hold each other could double with each level


@dataclass(slots=True)
class Field:
    """A member. Offsets count from the outermost struct, in bytes; `bit` and `bits` are a bitfield's place in
    its integer and its size. Holes are those before it. Members without a name have their own `fields`.
    """

    name: str
    type: str
    offset: int
    size: int
    bit: int = 0
    bits: int = 0
    hole_bytes: int = 0
    hole_bits: int = 0
    fields: list[Field] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """A struct or union; all in bytes unless it says bits."""

    kind: str
    name: str
    size: int
    cache_line: int
    fields: list[Field]
    padding: int
    bit_padding: int

    @property
    def cache_lines(self) -> int:
        return -(-self.size // self.cache_line)

    @property
    def holes(self) -> int:
        """How many there are."""
        return sum(1 for item in self.fields if item.hole_bytes)

    @property
    def hole_bytes(self) -> int:
        return sum(item.hole_bytes for item in self.fields)

    @property
    def bit_holes(self) -> int:
        return sum(1 for item in self.fields if item.hole_bits)

    def to_json(self) -> dict[str, Any]:
        counts = ("cache_lines", "holes", "hole_bytes", "bit_holes")
        return {**asdict(self), **{name: getattr(self, name) for name in counts}}

    def text(self) -> str:
        """C with a comment behind each member."""
        lines = [f"{self.kind} {self.name} {{", *self._lines(self.fields, 1), "", *self._summary(), "};"]
        return "\n".join(lines) + "\n"

    def _lines(self, fields: list[Field], depth: int, line: int = 0) -> Iterator[str]:
        tabs = "\t" * depth
        for item in fields:
            for hole, unit in ((item.hole_bits, "bit"), (item.hole_bytes, "byte")):
                if hole:
                    yield from ("", f"{tabs}/* XXX {hole} {unit}{'' if hole == 1 else 's'} hole */", "")
            reached = item.offset // self.cache_line
            if depth == 1 and reached > line:
                past = item.offset % self.cache_line
                ago = f" was {past} bytes ago" if past else ""
                start = reached * self.cache_line
                yield f"{tabs}/* --- cacheline {reached} boundary ({start} bytes){ago} --- */"
                line = reached
            if item.fields:
                yield f"{tabs}{item.type} {{"
                yield from self._lines(item.fields, depth + 1)
                yield _columns(f"{tabs}}}{f' {item.name}' if item.name else ''};", item, depth)
            else:
                yield _columns(f"{tabs}{item.type};", item, depth)

    def _summary(self) -> Iterator[str]:
        yield (
            f"\t/* size: {self.size}, cachelines: {self.cache_lines} ({self.cache_line} bytes), "
            f"members: {len(self.fields)} */"
        )
        if self.holes or self.bit_holes:
            bits = sum(item.hole_bits for item in self.fields)
            yield (
                f"\t/* holes: {self.holes}, sum holes: {self.hole_bytes}, "
                f"bit holes: {self.bit_holes}, sum bit holes: {bits} bits */"
            )
        if self.padding or self.bit_padding:
            yield f"\t/* padding: {self.padding} bytes, bit padding: {self.bit_padding} bits */"
        if self.size % self.cache_line:
            yield f"\t/* last cacheline: {self.size % self.cache_line} bytes */"


def _columns(text: str, item: Field, depth: int) -> str:
    place = (
        f"{item.offset:>5}:{item.bit:>2} {item.size:>2}" if item.bits else f"{item.offset:>5} {item.size:>5}"
    )
    return f"{text:<{56 - 7 * depth}} /* {place} */"


def layout(btf: Btf, type_id: int, cache_line: int = CACHE_LINE) -> Layout:
    """The layout of a struct or union; typedefs are looked behind."""
    type_ = btf.resolve(type_id)
    if not isinstance(type_, t.Composite):
        raise BtfError(f"type id {type_id}: a {type_.kind.name} has no layout")
    try:
        fields, end_bits, unit_end = _Maker(btf, type_id).fields(type_, 0)
    except RecursionError:
        raise BtfError(f"type id {type_id}: types are nested too deeply") from None
    padding, bit_padding = _split(end_bits, 8 * type_.size, unit_end)
    if isinstance(type_, t.Union):
        padding = bit_padding = 0
    kind = type_.kind.name.lower()
    return Layout(kind, type_.name, type_.size, cache_line, fields, padding, bit_padding)


def _split(cursor: int, end: int, unit_end: int) -> tuple[int, int]:
    """Bytes and bits between two bit offsets."""
    if end <= cursor:
        return 0, 0
    boundary = min(max(unit_end, -(-cursor // 8) * 8), end)
    rest = end - boundary
    return rest // 8, boundary - cursor + rest % 8


class _Maker:
    def __init__(self, btf: Btf, root: int) -> None:
        self._btf = btf
        self._root = root
        self._declare = Declarations(FlatTypes(btf))
        self._budget = _MAX_MEMBERS

    def fields(self, type_: t.Composite, base: int) -> tuple[list[Field], int, int]:
        """Members of a struct that starts at byte `base`; the bit after the last one, and the end of the
        integer which that one lies in if it is a bitfield.
        """
        self._budget -= len(type_.members)
        if self._budget < 0:
            raise BtfError(f"type id {self._root}: has more than {_MAX_MEMBERS} members")
        fields: list[Field] = []
        cursor = unit_end = 0
        for member in type_.members:
            item = self._field(member, base)
            if isinstance(type_, t.Struct):
                item.hole_bytes, item.hole_bits = _split(cursor, member.bit_offset, unit_end)
            fields.append(item)
            cursor = max(cursor, member.bit_offset + (member.bit_size or 8 * item.size))
            unit = 8 * item.size
            unit_end = -(-cursor // unit) * unit if member.bit_size and unit else 0
        return fields, cursor, unit_end

    def _field(self, member: t.Member, base: int) -> Field:
        btf, size = self._btf, self._btf.size_of(member.type)
        start = member.bit_offset // 8
        inner = btf.get(btf.skip_modifiers(member.type))
        item = Field(member.name, "", base + start, size)
        if member.bit_size and size:
            unit, place = divmod(member.bit_offset, 8 * size)
            item.offset, item.bit, item.bits = base + unit * size, place, member.bit_size
        if isinstance(inner, t.Composite) and not inner.name:
            item.type = inner.kind.name.lower()
            item.fields = self.fields(inner, base + start)[0]
        else:
            item.type = self._declare.declaration(member.type, member.name, 0)
            if item.bits:
                item.type += f":{item.bits}"
        return item
