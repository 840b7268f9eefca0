"""Bytes <-> Python values, by type.

=====================  =============================================================================
C                      Python
=====================  =============================================================================
integers, pointers     int; bool for _Bool; float for floating point
enum                   EnumValue, an int that knows its name; a name is accepted too
char[N]                str up to the first NUL; bytes are accepted too
unsigned char[N]       bytes
other arrays           tuple; any sequence is accepted, shorter ones leave zeroes behind
struct, union          Record: members as attributes and items; a dict is accepted, missing ones are 0
section of variables   Record of its variables
=====================  =============================================================================

Values do not change: what is read from a map is a copy, and assigning to a member of it would be lost
silently. `record.replace(weight=1)` gives another record to be stored, with all other bytes as they were,
padding included.
"""

from __future__ import annotations

import operator
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import BtfError
from . import types as t
from .btf import Btf

_FLOATS = {2: "e", 4: "f", 8: "d"}


class EnumValue(int):
    """A number of an enum; `name` is the enumerator's, empty where none has that value."""

    name: str

    def __new__(cls, value: int, name: str) -> EnumValue:
        self = super().__new__(cls, value)
        self.name = name
        return self

    def __repr__(self) -> str:
        return self.name or int.__repr__(self)

    __str__ = __repr__


class Record(Mapping[str, Any]):
    """A struct's or union's value. Members of anonymous members are its own, as in C."""

    __slots__ = ("_btf", "_members", "_raw", "_type_id")

    def __init__(self, btf: Btf, type_id: int, raw: bytes) -> None:
        self._btf = btf
        self._type_id = type_id
        self._raw = raw
        self._members = member_places(btf, type_id)

    @classmethod
    def factory(cls, btf: Btf, type_id: int) -> Callable[[bytes], Record]:
        """What makes records of one type out of bytes, of which there must be enough."""
        members = member_places(btf, type_id)
        new = cls.__new__
        put_btf, put_members, put_raw, put_type = (cls.__dict__[name].__set__ for name in cls.__slots__)

        def make(raw: bytes) -> Record:
            self = new(cls)
            put_btf(self, btf)
            put_members(self, members)
            put_raw(self, raw)
            put_type(self, type_id)
            return self

        return make

    def __getitem__(self, name: str) -> Any:
        return read_place(self._btf, self._members[name], self._raw)

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"no member {name!r}; there are {', '.join(self._members)}") from None

    def __setattr__(self, name: str, value: object) -> None:
        if name not in Record.__slots__:
            raise AttributeError(f"a record does not change; replace({name}=...) gives a new one to store")
        object.__setattr__(self, name, value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __bytes__(self) -> bytes:
        return self._raw

    def __hash__(self) -> int:
        return hash(tuple(self.values()))

    def __eq__(self, other: object) -> bool:
        return dict(self) == dict(other) if isinstance(other, Mapping) else NotImplemented

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._members]

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{name}={value!r}" for name, value in self.items()) + "}"

    def replace(self, **changes: Any) -> Record:
        """Another record, with some members changed."""
        return Record(self._btf, self._type_id, encode(self._btf, self._type_id, changes, self._raw))


def member_places(btf: Btf, type_id: int) -> dict[str, t.Member]:
    """Each member by its name, with its place in the whole; anonymous members are looked into."""
    type_ = btf.resolve(type_id)
    if isinstance(type_, t.DataSec):
        variables = ((btf.get(item.type), item.offset) for item in type_.vars)
        return {
            var.name: t.Member(var.name, var.type, 8 * offset)
            for var, offset in variables
            if isinstance(var, t.Var)
        }
    if not isinstance(type_, t.Struct | t.Union):
        raise BtfError(f"type id {type_id}: a {type_.kind.name} has no members")
    places: dict[str, t.Member] = {}
    for member in type_.members:
        if member.name:
            places[member.name] = member
        elif isinstance(btf.resolve(member.type), t.Struct | t.Union):
            for name, inner in member_places(btf, member.type).items():
                offset = member.bit_offset + inner.bit_offset
                places[name] = t.Member(name, inner.type, offset, inner.bit_size)
    return places


def read_place(btf: Btf, place: t.Member, raw: bytes) -> Any:
    """The value of a member of `raw`."""
    bits = _bitfield_size(btf, place)
    if bits:
        type_ = btf.resolve(place.type)
        value = _read_bits(btf, raw, place.bit_offset, bits)
        signed = isinstance(type_, t.Int | t.Enum | t.Enum64) and type_.is_signed
        if signed and value >> (bits - 1):
            value -= 1 << bits
        return _scalar(btf, type_, value)
    start = place.bit_offset // 8
    return decode(btf, place.type, raw[start : start + btf.size_of(place.type)])


def _bitfield_size(btf: Btf, place: t.Member) -> int:
    """Bits of a bitfield, also of the older form in which the integer type itself is narrow; 0 for others."""
    if place.bit_size:
        return place.bit_size
    type_ = btf.resolve(place.type)
    if isinstance(type_, t.Int) and (type_.bits != 8 * type_.size or place.bit_offset % 8):
        return type_.bits
    return 0


def _bit_window(btf: Btf, offset: int, bits: int) -> tuple[int, int, int]:
    """First byte, byte after the last, and how far the value is to be shifted, for bits of a byte string."""
    start, end = offset // 8, -(-(offset + bits) // 8)
    shift = offset - 8 * start if btf.byteorder == "little" else 8 * end - offset - bits
    return start, end, shift


def _read_bits(btf: Btf, raw: bytes, offset: int, bits: int) -> int:
    start, end, shift = _bit_window(btf, offset, bits)
    return int.from_bytes(raw[start:end], btf.byteorder) >> shift & ((1 << bits) - 1)


def _scalar(btf: Btf, type_: t.Type, value: int) -> int:
    match type_:
        case t.Enum(values=values) | t.Enum64(values=values):
            return EnumValue(value, next((item.name for item in values if item.value == value), ""))
        case t.Int() if type_.is_bool:
            return bool(value)
    return value


def decode(btf: Btf, type_id: int, raw: bytes) -> Any:
    """The Python value of bytes of that type."""
    type_ = btf.resolve(type_id)
    if isinstance(type_, t.Array):
        return _decode_array(btf, type_, raw)
    size = btf.size_of(type_id)
    if len(raw) < size:
        raise BtfError(f"type id {type_id}: {len(raw)} bytes are too few for a value of {size}")
    match type_:
        case t.Int() | t.Enum() | t.Enum64():
            value = int.from_bytes(raw[:size], btf.byteorder, signed=type_.is_signed)
            return _scalar(btf, type_, value)
        case t.Ptr():
            return int.from_bytes(raw[:size], btf.byteorder)
        case t.Float():
            return _decode_float(btf, type_, raw)
        case t.Var(type=to):
            return decode(btf, to, raw)
    return Record(btf, btf.skip(type_id), bytes(raw[:size]))


def _float_format(btf: Btf, type_: t.Float) -> str:
    if type_.size not in _FLOATS:
        raise BtfError(f"a floating point number of {type_.size} bytes ('{type_.name}') cannot be converted")
    return ("<" if btf.byteorder == "little" else ">") + _FLOATS[type_.size]


def _decode_float(btf: Btf, type_: t.Float, raw: bytes) -> float:
    value: float = struct.unpack(_float_format(btf, type_), raw[: type_.size])[0]
    return value


def is_char(type_: t.Type) -> bool:
    """Whether an array of it is text: C's char, by name or by encoding."""
    return isinstance(type_, t.Int) and type_.size == 1 and (type_.is_char or type_.name == "char")


def _is_byte(type_: t.Type) -> bool:
    return isinstance(type_, t.Int) and type_.size == 1 and not type_.is_signed and not type_.is_bool


def _decode_array(btf: Btf, array: t.Array, raw: bytes) -> Any:
    element, size = btf.resolve(array.type), btf.size_of(array.type)
    if is_char(element):
        return bytes(raw[: array.nelems]).split(b"\0")[0].decode("utf-8", "surrogateescape")
    if _is_byte(element):
        return bytes(raw[: array.nelems])
    return tuple(decode(btf, array.type, raw[i * size : (i + 1) * size]) for i in range(array.nelems))


def encode(btf: Btf, type_id: int, value: Any, base: bytes = b"") -> bytes:
    """The bytes of a Python value; what the value says nothing of is as in `base`, else zero."""
    type_, size = btf.resolve(type_id), btf.size_of(type_id)
    if isinstance(type_, t.Var):
        return encode(btf, type_.type, value, base)
    try:
        if isinstance(value, bytes | bytearray | memoryview) and not isinstance(type_, t.Array):
            return _exact(bytes(value), size)
        match type_:
            case t.Array():
                return _encode_array(btf, type_, value, size)
            case t.Struct() | t.Union() | t.DataSec():
                return _encode_record(btf, type_id, value, base or bytes(size))
            case t.Float():
                return struct.pack(_float_format(btf, type_), value)
        number = _number(type_, value)
        signed = (isinstance(type_, t.Int) and type_.is_signed) or (isinstance(type_, t.Enum) and number < 0)
        return number.to_bytes(size, btf.byteorder, signed=signed)
    except OverflowError:
        raise BtfError(f"{value!r} does not fit into {describe(btf, type_id)} of {size} bytes") from None
    except (TypeError, ValueError, struct.error):
        raise BtfError(f"{value!r} is no value for {describe(btf, type_id)}") from None


def _exact(raw: bytes, size: int) -> bytes:
    if len(raw) != size:
        raise BtfError(f"{len(raw)} bytes for a value of {size}")
    return raw


def _number(type_: t.Type, value: Any) -> int:
    if isinstance(value, str):
        values = type_.values if isinstance(type_, t.Enum | t.Enum64) else ()
        for item in values:
            if item.name == value:
                return item.value
        raise BtfError(f"{value!r} is none of {', '.join(item.name for item in values) or 'no names at all'}")
    return operator.index(value)


def _encode_array(btf: Btf, array: t.Array, value: Any, size: int) -> bytes:
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    if isinstance(value, bytes | bytearray | memoryview):
        if len(value) > size:
            raise BtfError(f"{len(value)} bytes for an array of {size}")
        return bytes(value).ljust(size, b"\0")
    if not isinstance(value, Sequence) or len(value) > array.nelems:
        raise BtfError(f"{value!r} is no sequence of at most {array.nelems} values")
    return b"".join(encode(btf, array.type, item) for item in value).ljust(size, b"\0")


def _encode_record(btf: Btf, type_id: int, value: Any, base: bytes) -> bytes:
    if isinstance(value, Record) and value._btf is btf and value._type_id == btf.skip(type_id):
        return bytes(value)
    if not isinstance(value, Mapping):
        raise TypeError(value)
    places = member_places(btf, type_id)
    raw = bytearray(base)
    for name, item in value.items():
        if name not in places:
            raise BtfError(f"{describe(btf, type_id)} has no member {name!r}; there are {', '.join(places)}")
        write_place(btf, places[name], item, raw)
    return bytes(raw)


def write_place(btf: Btf, place: t.Member, value: Any, raw: bytearray) -> None:
    """Put a value into a member of `raw`."""
    bits = _bitfield_size(btf, place)
    if not bits:
        start, size = place.bit_offset // 8, btf.size_of(place.type)
        raw[start : start + size] = encode(btf, place.type, value, bytes(raw[start : start + size]))
        return
    number = _number(btf.resolve(place.type), value)
    if not -(1 << (bits - 1)) <= number < 1 << bits:
        raise BtfError(f"{value!r} does not fit into the {bits} bits of '{place.name}'")
    start, end, shift = _bit_window(btf, place.bit_offset, bits)
    mask = ((1 << bits) - 1) << shift
    window = int.from_bytes(raw[start:end], btf.byteorder) & ~mask | number << shift & mask
    raw[start:end] = window.to_bytes(end - start, btf.byteorder)


def describe(btf: Btf, type_id: int) -> str:
    """A type in the words of C, for messages: `struct flow`, `__u32`, `int[4]`."""
    type_ = btf.get(type_id)
    match type_:
        case (
            t.Struct(name=name)
            | t.Union(name=name)
            | t.Enum(name=name)
            | t.Enum64(name=name)
            | t.Fwd(name=name)
        ):
            word = type_.kind.name.lower().removesuffix("64").replace("fwd", "struct")
            return f"{word} {name}" if name else f"an anonymous {word}"
        case t.Ptr(type=to):
            return f"{describe(btf, to)} *"
        case (
            t.Const(type=to) | t.Volatile(type=to) | t.Restrict(type=to) | t.TypeTag(type=to) | t.Var(type=to)
        ):
            return describe(btf, to)
        case t.Array(type=to, nelems=nelems):
            return f"{describe(btf, to)}[{nelems}]"
        case t.Void():
            return "void"
        case t.FuncProto():
            return "a function"
    return type_.name
