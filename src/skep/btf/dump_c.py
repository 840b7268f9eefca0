"""Types as C that compiles: definitions in an order in which each finds what it needs.

A struct held by value must be complete before its holder; behind a pointer a forward declaration is
enough. Where C's own layout would put a member elsewhere than BTF says, unnamed bitfields fill the gap,
and what no filling can explain is packed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..errors import BtfError
from . import types as t
from .btf import Btf

_QUALIFIERS = {t.Const: "const", t.Volatile: "volatile", t.Restrict: "restrict"}
_FILLERS = ((64, "long"), (32, "int"), (16, "short"), (8, "char"))


def _join(base: str, declarator: str) -> str:
    return f"{base} {declarator}" if declarator and not declarator.startswith("[") else base + declarator


class CDumper:
    """Emits C for types of one Btf; each definition once. `emit` takes finished text, one definition a
    call.
    """

    def __init__(self, btf: Btf, emit: Callable[[str], None]) -> None:
        self._btf = btf
        self._emit = emit
        self._complete: set[int] = set()
        self._declared: set[int] = set()
        self._names: set[tuple[str, str]] = set()

    def define(self, type_id: int, complete: bool = True) -> None:
        """Emit what makes the type usable: by value if `complete`, else behind a pointer."""
        match type_ := self._btf.get(type_id):
            case t.Struct() | t.Union():
                self._composite(type_id, type_, complete)
            case t.Enum(name=name) | t.Enum64(name=name) if name:
                self.define_enumerators(type_id)
            case t.Fwd():
                self._once(type_id, lambda: self.declaration(type_id, "") + ";")
            case t.Typedef():
                self._typedef(type_id, type_, complete)
            case t.Ptr(type=to):
                self.define(to, complete=False)
            case t.Array(type=to):
                self.define(to, complete=True)
            case t.Const(type=to) | t.Volatile(type=to) | t.Restrict(type=to) | t.TypeTag(type=to):
                self.define(to, complete)
            case t.FuncProto():
                for part in (type_.ret, *(param.type for param in type_.params)):
                    self.define(part, complete=False)

    def define_enumerators(self, type_id: int) -> None:
        """Emit an enum, one without a name too, which `define` leaves to the declaration that holds it."""
        self._once(type_id, lambda: self._body(type_id, 0) + ";")

    def _once(self, type_id: int, text: Callable[[], str]) -> None:
        type_ = self._btf.get(type_id)
        if type_id in self._complete or (type_.name and (type_.kind.name, type_.name) in self._names):
            return
        self._complete.add(type_id)
        self._names.add((type_.kind.name, type_.name))
        self._emit(text())

    def _composite(self, type_id: int, type_: t.Composite, complete: bool) -> None:
        if type_id in self._complete:
            return
        if type_.name and not complete:
            if type_id not in self._declared:
                self._declared.add(type_id)
                self._emit(f"{self.declaration(type_id, '')};")
            return
        for member in type_.members:
            self.define(member.type)
        if type_.name:
            self._once(type_id, lambda: self._body(type_id, 0) + ";")

    def _typedef(self, type_id: int, type_: t.Typedef, complete: bool) -> None:
        self.define(type_.type, complete)
        self._once(type_id, lambda: f"typedef {self.declaration(type_.type, type_.name)};")

    def declaration(self, type_id: int, declarator: str, depth: int = 0) -> str:
        """C for a declarator of the type: `int (*name)[4]`. Anonymous structs and enums are written out."""
        match type_ := self._btf.get(type_id):
            case t.Ptr(type=to):
                return self.declaration(to, f"*{declarator}", depth)
            case t.Const(type=to) | t.Volatile(type=to) | t.Restrict(type=to):
                return self._qualified(type_, to, declarator, depth)
            case t.TypeTag(type=to):
                return self.declaration(to, declarator, depth)
            case t.Array(type=to, nelems=nelems):
                inner = f"({declarator})" if declarator.startswith("*") else declarator
                return self.declaration(to, f"{inner}[{nelems}]", depth)
            case t.FuncProto(ret=ret):
                inner = f"({declarator})" if declarator.startswith("*") else declarator
                return self.declaration(ret, f"{inner}({self._params(type_, depth)})", depth)
            case _:
                return _join(self._base(type_id, type_, depth), declarator)

    def _qualified(self, type_: t.Type, to: int, declarator: str, depth: int) -> str:
        word = _QUALIFIERS[type(type_)]  # type: ignore[index]
        if isinstance(self._btf.get(to), t.Ptr):
            return self.declaration(to, _join(word, declarator), depth)
        return f"{word} {self.declaration(to, declarator, depth)}"

    def _params(self, proto: t.FuncProto, depth: int) -> str:
        if not proto.params:
            return "void"
        return ", ".join(
            self.declaration(param.type, param.name, depth) if param.type else "..." for param in proto.params
        )

    def _base(self, type_id: int, type_: t.Type, depth: int) -> str:
        match type_:
            case t.Struct() | t.Union() | t.Enum() | t.Enum64() if not type_.name:
                return self._body(type_id, depth)
            case t.Struct() | t.Union():
                return f"{type_.kind.name.lower()} {type_.name}"
            case t.Enum() | t.Enum64():
                return f"enum {type_.name}"
            case t.Fwd(name=name, is_union=is_union):
                return f"{'union' if is_union else 'struct'} {name}"
            case t.Void():
                return "void"
            case t.Int() | t.Float() | t.Typedef():
                return type_.name
        raise BtfError(f"type id {type_id}: a {type_.kind.name} cannot be declared in C")

    def _body(self, type_id: int, depth: int) -> str:
        type_ = self._btf.get(type_id)
        tabs = "\t" * (depth + 1)
        close = "\t" * depth + "}"
        if isinstance(type_, t.Enum | t.Enum64):
            values = "".join(f"{tabs}{item.name} = {_literal(item.value, type_)},\n" for item in type_.values)
            mode = {1: " __attribute__((mode(byte)))", 2: " __attribute__((mode(HI)))"}.get(type_.size, "")
            return f"{_join('enum', type_.name)} {{\n{values}{close}{mode}"
        assert isinstance(type_, t.Struct | t.Union)
        packed = self._is_packed(type_)
        members = "".join(f"{tabs}{line};\n" for line in self._members(type_, packed, depth + 1))
        attribute = " __attribute__((packed))" if packed else ""
        return f"{_join(type_.kind.name.lower(), type_.name)} {{\n{members}{close}{attribute}"

    def _is_packed(self, type_: t.Composite) -> bool:
        alignments = [self._alignment(member) for member in type_.members]
        if type_.size % max(alignments, default=1):
            return True
        return any(
            not member.bit_size and member.bit_offset % (8 * alignment)
            for member, alignment in zip(type_.members, alignments, strict=True)
        )

    def _alignment(self, member: t.Member) -> int:
        return self._btf.align_of(member.type)

    def _members(self, type_: t.Composite, packed: bool, depth: int) -> Iterator[str]:
        cursor, largest = 0, 1
        for member in type_.members:
            alignment = 1 if packed else self._alignment(member)
            if isinstance(type_, t.Struct):
                yield from _gap(cursor, member, alignment, 8 * self._btf.size_of(member.type))
            largest = max(largest, alignment)
            bits = f":{member.bit_size}" if member.bit_size else ""
            yield self.declaration(member.type, member.name, depth) + bits
            cursor = member.bit_offset + (member.bit_size or 8 * self._size(member))
        if isinstance(type_, t.Struct) and _up(cursor, 8 * largest) != 8 * type_.size:
            yield from _fill(cursor, 8 * type_.size)

    def _size(self, member: t.Member) -> int:
        return self._btf.size_of(member.type)


def _literal(value: int, type_: t.AnyEnum) -> str:
    if value > 0x7FFFFFFF and not type_.is_signed:
        return f"{value}ULL" if type_.size == 8 else f"{value}U"
    return f"{value}LL" if type_.size == 8 and abs(value) > 0x7FFFFFFF else str(value)


def _up(bits: int, alignment: int) -> int:
    return -(-bits // alignment) * alignment


def _gap(cursor: int, member: t.Member, alignment: int, type_bits: int) -> Iterator[str]:
    """Unnamed bitfields, unless C itself would put the member where it is."""
    natural = cursor
    if not member.bit_size:
        natural = _up(cursor, 8 * alignment)
    elif alignment > 1 and cursor // type_bits != (cursor + member.bit_size - 1) // type_bits:
        natural = _up(cursor, type_bits)
    if natural != member.bit_offset:
        yield from _fill(cursor, member.bit_offset)


def _fill(cursor: int, end: int) -> Iterator[str]:
    """Unnamed bitfields from bit to bit, each within one aligned unit of its type."""
    while cursor < end:
        size, filler = next(unit for unit in _FILLERS if _fits(cursor, end, unit[0]))
        bits = min(end, (cursor // size + 1) * size) - cursor
        yield f"{filler}: {bits}"
        cursor += bits


def _fits(cursor: int, end: int, size: int) -> bool:
    return size == 8 or (cursor % size == 0 and cursor + size <= end)
