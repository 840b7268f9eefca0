"""Bytes to Python values and back for one type of keys or values, with what depends on the type done once.

The general way is btf/values.py, which looks at the type for each value. Maps have many values of one type,
most of them plain integers, and a lookup should not spend its time on the type.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct
from typing import Any, Final

from ..btf import Btf
from ..btf import types as t
from ..btf.values import Record, decode, encode
from ..errors import BtfError

#: Formats of the native integers that memoryview can cast to, by size and sign.
_FORMATS: Final[dict[tuple[int, bool], Any]] = {
    (size, signed): letter.lower() if signed else letter
    for size, letter in ((1, "B"), (2, "H"), (4, "I"), (8, "Q"))
    for signed in (False, True)
}


_PIECES: Final = 256


@dataclass(frozen=True, slots=True)
class Codec:
    """`decode_all` takes the bytes of many values, one after the other, and `encode_all` makes them."""

    encode: Callable[[Any], bytes]
    decode: Callable[[bytes], Any]
    decode_all: Callable[[bytes], list[Any]]
    encode_fast: Callable[[list[Any]], bytes] | None = None
    is_raw: bool = False  # values are bytes

    def encode_all(self, values: list[Any]) -> bytes:
        if self.encode_fast is not None:
            try:
                return self.encode_fast(values)
            except (OverflowError, TypeError):
                pass  # one of them is special, or wrong: the slow way knows
        return b"".join(map(self.encode, values))


def for_type(btf: Btf, type_id: int) -> Codec:
    """A codec for values of a type."""
    type_ = btf.resolve(type_id)
    if isinstance(type_, t.Int) and _is_plain(type_):
        return _for_int(btf, type_id, type_)
    size = btf.size_of(type_id)

    def encode_one(value: Any) -> bytes:
        if type(value) is bytes and len(value) == size and not isinstance(type_, t.Array):
            return value
        return encode(btf, type_id, value)

    decode_one = _record(btf, type_id) if isinstance(type_, t.Struct | t.Union) else _any(btf, type_id)
    return Codec(
        encode=encode_one,
        decode=decode_one,
        decode_all=_by_one(size, decode_one),
    )


def _is_plain(type_: t.Int) -> bool:
    whole = type_.bits == 8 * type_.size and not type_.offset
    return whole and not type_.is_bool and (type_.size, type_.is_signed) in _FORMATS


def for_bytes(size: int, what: str) -> Codec:
    """For values without a type: bytes of one length; `what` begins the error about others."""

    def checked(value: Any) -> bytes:
        if not isinstance(value, bytes | bytearray | memoryview) or len(value) != size:
            message = f"{what} is {size} bytes, as the map has no type information; not {value!r}"
            raise BtfError(message)
        return bytes(value)

    def join(values: list[Any]) -> bytes:
        if set(map(len, values)) - {size}:
            raise TypeError("lengths differ")
        return b"".join(values)

    return Codec(encode=checked, decode=bytes, decode_all=_cut(size), encode_fast=join, is_raw=True)


def for_index(size: int, what: str, byteorder: Any) -> Codec:
    """For numbers without a type: keys of arrays, ids of objects. What has an `fd` stands for it."""

    def number(value: Any) -> bytes:
        try:
            return int(getattr(value, "fd", value)).to_bytes(size, byteorder)
        except (OverflowError, TypeError, ValueError):
            raise BtfError(f"{what} {value!r} is no number of {size} bytes") from None

    def decode_one(raw: bytes) -> int:
        return int.from_bytes(raw, byteorder)

    return Codec(encode=number, decode=decode_one, decode_all=_by_one(size, decode_one))


def _for_int(btf: Btf, type_id: int, type_: t.Int) -> Codec:
    size, signed, order = type_.size, type_.is_signed, btf.byteorder
    letter = _FORMATS[size, signed]

    def encode_one(value: Any) -> bytes:
        if type(value) is int:
            try:
                return value.to_bytes(size, order, signed=signed)
            except OverflowError:
                pass  # the general way says it in words
        return encode(btf, type_id, value)

    def decode_one(raw: bytes) -> int:
        return int.from_bytes(raw, order, signed=signed)

    if order != sys.byteorder:
        return Codec(encode_one, decode_one, _by_one(size, decode_one))
    return Codec(
        encode_one,
        decode_one,
        decode_all=lambda raw: memoryview(raw).cast(letter).tolist(),
        encode_fast=lambda values: array(letter, values).tobytes(),
    )


def _cut(size: int) -> Callable[[bytes], list[bytes]]:
    """Cuts bytes into pieces: some hundreds in one call, as a format of that many."""
    many = Struct(f"{size}s" * _PIECES)

    def cut(raw: bytes) -> list[bytes]:
        whole = len(raw) - len(raw) % many.size if size else 0
        pieces: list[bytes] = []
        for at in range(0, whole, many.size or 1):
            pieces += many.unpack_from(raw, at)
        return pieces + [raw[at : at + size] for at in range(whole, len(raw), size or 1)]

    return cut


def _any(btf: Btf, type_id: int) -> Callable[[bytes], Any]:
    return lambda raw: decode(btf, type_id, raw)


def _record(btf: Btf, type_id: int) -> Callable[[bytes], Record]:
    return Record.factory(btf, btf.skip(type_id))


def _by_one(size: int, decode_one: Callable[[bytes], Any]) -> Callable[[bytes], list[Any]]:
    if not size:
        return lambda raw: []
    return lambda raw: [decode_one(raw[at : at + size]) for at in range(0, len(raw), size)]
