"""Type records <-> 32-bit words, one pair of functions per kind.

The words are already in the machine's byte order; `Btf` swaps them once, on reading and on writing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from . import types as t
from .kinds import Kind

Words = Sequence[int]
GetString = Callable[[int], str]
AddString = Callable[[str], int]

_KIND_FLAG = 1 << 31


def info_kind(info: int) -> int:
    return info >> 24 & 0x1F


def info_vlen(info: int) -> int:
    return info & 0xFFFF


def _signed(word: int, bits: int = 32) -> int:
    return word - (1 << bits) if word >> (bits - 1) else word


def _items(words: Words, at: int, width: int) -> Iterator[Words]:
    for start in range(at + 3, at + 3 + width * info_vlen(words[at + 1]), width):
        yield words[start : start + width]


def _flag(words: Words, at: int) -> bool:
    return words[at + 1] >= _KIND_FLAG


def _int(words: Words, at: int, string: GetString) -> t.Type:
    word = words[at + 3]
    return t.Int(
        string(words[at]), words[at + 2], encoding=word >> 24 & 15, bits=word & 0xFF, offset=word >> 16 & 0xFF
    )


def _array(words: Words, at: int, string: GetString) -> t.Type:
    return t.Array(words[at + 3], words[at + 4], words[at + 5])


def _members(words: Words, at: int, string: GetString) -> tuple[t.Member, ...]:
    if _flag(words, at):
        return tuple(
            t.Member(string(name), type_, offset & 0xFFFFFF, offset >> 24)
            for name, type_, offset in _items(words, at, 3)
        )
    return tuple(t.Member(string(name), type_, offset) for name, type_, offset in _items(words, at, 3))


def _struct(words: Words, at: int, string: GetString) -> t.Type:
    return t.Struct(string(words[at]), words[at + 2], _members(words, at, string), _flag(words, at))


def _union(words: Words, at: int, string: GetString) -> t.Type:
    return t.Union(string(words[at]), words[at + 2], _members(words, at, string), _flag(words, at))


def _enum(words: Words, at: int, string: GetString) -> t.Type:
    signed = _flag(words, at)
    values = tuple(
        t.Enumerator(string(name), _signed(value) if signed else value)
        for name, value in _items(words, at, 2)
    )
    return t.Enum(string(words[at]), words[at + 2], values, signed)


def _enum64(words: Words, at: int, string: GetString) -> t.Type:
    signed = _flag(words, at)
    values = tuple(
        t.Enumerator(string(name), _signed(high << 32 | low, 64) if signed else high << 32 | low)
        for name, low, high in _items(words, at, 3)
    )
    return t.Enum64(string(words[at]), words[at + 2], values, signed)


def _fwd(words: Words, at: int, string: GetString) -> t.Type:
    return t.Fwd(string(words[at]), _flag(words, at))


def _func(words: Words, at: int, string: GetString) -> t.Type:
    return t.Func(string(words[at]), words[at + 2], info_vlen(words[at + 1]))


def _func_proto(words: Words, at: int, string: GetString) -> t.Type:
    params = tuple(t.Param(string(name), type_) for name, type_ in _items(words, at, 2))
    return t.FuncProto(words[at + 2], params)


def _var(words: Words, at: int, string: GetString) -> t.Type:
    return t.Var(string(words[at]), words[at + 2], words[at + 3])


def _datasec(words: Words, at: int, string: GetString) -> t.Type:
    return t.DataSec(
        string(words[at]), words[at + 2], tuple(t.SecVar(*item) for item in _items(words, at, 3))
    )


def _decl_tag(words: Words, at: int, string: GetString) -> t.Type:
    return t.DeclTag(string(words[at]), words[at + 2], _signed(words[at + 3]), _flag(words, at))


DECODERS: dict[int, Callable[[Words, int, GetString], t.Type]] = {
    Kind.INT: _int,
    Kind.PTR: lambda words, at, string: t.Ptr(words[at + 2]),
    Kind.ARRAY: _array,
    Kind.STRUCT: _struct,
    Kind.UNION: _union,
    Kind.ENUM: _enum,
    Kind.FWD: _fwd,
    Kind.TYPEDEF: lambda words, at, string: t.Typedef(string(words[at]), words[at + 2]),
    Kind.VOLATILE: lambda words, at, string: t.Volatile(words[at + 2]),
    Kind.CONST: lambda words, at, string: t.Const(words[at + 2]),
    Kind.RESTRICT: lambda words, at, string: t.Restrict(words[at + 2]),
    Kind.FUNC: _func,
    Kind.FUNC_PROTO: _func_proto,
    Kind.VAR: _var,
    Kind.DATASEC: _datasec,
    Kind.FLOAT: lambda words, at, string: t.Float(string(words[at]), words[at + 2]),
    Kind.DECL_TAG: _decl_tag,
    Kind.TYPE_TAG: lambda words, at, string: t.TypeTag(string(words[at]), words[at + 2], _flag(words, at)),
    Kind.ENUM64: _enum64,
}


def _encode_members(type_: t.Composite, add: AddString) -> list[int]:
    words = []
    for member in type_.members:
        size = member.bit_size << 24 if type_.has_bit_sizes else 0
        words += [add(member.name), member.type, member.bit_offset | size]
    return words


def _encode_enum64(type_: t.Enum64, add: AddString) -> list[int]:
    words = []
    for item in type_.values:
        words += [add(item.name), item.value & 0xFFFFFFFF, item.value >> 32 & 0xFFFFFFFF]
    return words


def _tail(type_: t.Type, add: AddString) -> tuple[int, int, bool, list[int]]:
    """vlen, size or type, kind_flag, and the words after the first three."""
    match type_:
        case t.Int(size=size):
            return 0, size, False, [type_.encoding << 24 | type_.offset << 16 | type_.bits]
        case t.Float(size=size):
            return 0, size, False, []
        case t.Ptr(type=to) | t.Typedef(type=to):
            return 0, to, False, []
        case t.Volatile(type=to) | t.Const(type=to) | t.Restrict(type=to):
            return 0, to, False, []
        case t.TypeTag(type=to):
            return 0, to, type_.is_attribute, []
        case t.DeclTag(type=to):
            return 0, to, type_.is_attribute, [type_.component & 0xFFFFFFFF]
        case t.Array():
            return 0, 0, False, [type_.type, type_.index_type, type_.nelems]
        case t.Struct() | t.Union():
            return len(type_.members), type_.size, type_.has_bit_sizes, _encode_members(type_, add)
        case t.Enum():
            pairs = [[add(item.name), item.value & 0xFFFFFFFF] for item in type_.values]
            return len(pairs), type_.size, type_.is_signed, [word for pair in pairs for word in pair]
        case t.Enum64():
            return len(type_.values), type_.size, type_.is_signed, _encode_enum64(type_, add)
        case t.Fwd():
            return 0, 0, type_.is_union, []
        case t.Func(type=to):
            return type_.linkage, to, False, []
        case t.FuncProto():
            pairs = [[add(param.name), param.type] for param in type_.params]
            return len(pairs), type_.ret, False, [word for pair in pairs for word in pair]
        case t.Var(type=to):
            return 0, to, False, [type_.linkage]
        case t.DataSec():
            triples = [[var.type, var.offset, var.size] for var in type_.vars]
            return len(triples), type_.size, False, [word for triple in triples for word in triple]
    raise TypeError(f"{type_!r} has no record")


def encode_type(type_: t.Type, add: AddString) -> list[int]:
    """The record's words; `add` puts a string into the string section and gives its offset."""
    name = add(type_.name)
    vlen, size_or_type, flag, tail = _tail(type_, add)
    return [name, flag << 31 | type_.kind << 24 | vlen, size_or_type, *tail]


def decode_type(words: Words, at: int, string: GetString) -> t.Type:
    """The type whose record starts at word `at`."""
    return DECODERS[info_kind(words[at + 1])](words, at, string)


def other_type_ids(type_: t.Type) -> Iterator[int]:
    """Each id that the type refers to, in the order of the record."""
    plain: Any = getattr(type_, "type", None)
    match type_:
        case t.Array():
            yield type_.type
            yield type_.index_type
        case t.Struct() | t.Union():
            yield from (member.type for member in type_.members)
        case t.FuncProto():
            yield type_.ret
            yield from (param.type for param in type_.params)
        case t.DataSec():
            yield from (var.type for var in type_.vars)
        case _ if plain is not None:
            yield plain
