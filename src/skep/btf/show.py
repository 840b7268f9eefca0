"""Values as text, as bpftool prints the contents of maps.

Two forms of the same: plain text, which looks like JSON but has bare hexadecimal numbers for bitfields,
and JSON, where those are strings. The layout on the page is that of bpftool's writer too, as people
compare and parse it.
"""

from __future__ import annotations

import json
from typing import Any

from ..errors import BtfError
from . import types as t
from .btf import Btf
from .values import is_char


class Bare(str):
    """Text that is printed as it is, without quotes."""

    __slots__ = ()


def show(btf: Btf, type_id: int, raw: bytes, *, plain: bool) -> Any:
    """The value as a tree of dict, list, str, int, bool and Bare, to be given to `write`."""
    type_ = btf.get(type_id)
    match type_:
        case t.Int():
            return _show_int(btf, type_, raw, plain)
        case t.Enum(values=values) | t.Enum64(values=values):
            value = int.from_bytes(raw[: type_.size], btf.byteorder, signed=True)
            name = next((item.name for item in values if item.value == value), None)
            return name if name is not None else value
        case t.Struct() | t.Union():
            return _show_members(btf, type_, raw, plain)
        case t.Array():
            return _show_array(btf, type_, raw, plain)
        case t.Ptr():
            value = int.from_bytes(raw[:8], btf.byteorder)
            return Bare(f"{value:#x}" if value else "(nil)") if plain else value
        case t.Var(name=name, type=to):
            return {name: show(btf, to, raw, plain=plain)}
        case t.DataSec(name=name, vars=variables):
            return {name: [show(btf, var.type, raw[var.offset :], plain=plain) for var in variables]}
        case t.Float():
            return Bare(f"{int.from_bytes(raw[: type_.size], btf.byteorder):#x}")
        case t.Typedef() | t.Const() | t.Volatile() | t.Restrict() | t.TypeTag():
            return show(btf, btf.skip(type_id), raw, plain=plain)
    raise BtfError(f"type id {type_id}: a {type_.kind.name} has no value to show")


def _hex(value: int, plain: bool) -> str:
    return Bare(f"{value:#x}") if plain else f"{value:#x}"


def _bits(btf: Btf, raw: bytes, offset: int, bits: int, plain: bool) -> str:
    end = -(-(offset + bits) // 8)
    shift = offset if btf.byteorder == "little" else 8 * end - offset - bits
    return _hex(int.from_bytes(raw[:end], btf.byteorder) >> shift & ((1 << bits) - 1), plain)


def _show_int(btf: Btf, type_: t.Int, raw: bytes, plain: bool, bit_offset: int = 0) -> Any:
    if bit_offset or type_.offset or type_.bits not in (8, 16, 32, 64, 128):
        total = bit_offset + type_.offset
        return _bits(btf, raw[total // 8 :], total % 8, type_.bits, plain)
    value = int.from_bytes(raw[: type_.size], btf.byteorder, signed=type_.is_signed)
    if type_.bits == 128:
        return _hex(int.from_bytes(raw[:16], btf.byteorder), plain)
    if type_.is_bool:
        return bool(value)
    if type_.is_char:
        character = chr(raw[0])
        return Bare(f"{raw[0]:#x}") if plain and not 32 <= raw[0] < 127 else character
    return value


def _show_members(btf: Btf, type_: t.Composite, raw: bytes, plain: bool) -> Pairs:
    shown: list[tuple[str, Any]] = []
    for member in type_.members:
        start, bit = divmod(member.bit_offset, 8)
        target = btf.resolve(member.type)
        if member.bit_size:
            value: Any = _bits(btf, raw[start:], bit, member.bit_size, plain)
        elif isinstance(target, t.Int):
            value = _show_int(btf, target, raw[start:], plain, bit)
        else:
            value = show(btf, member.type, raw[start:], plain=plain)
        shown.append((member.name, value))
    return Pairs(shown)


class Pairs(list[tuple[str, Any]]):
    """An object whose names may repeat: a struct with several anonymous members."""

    __slots__ = ()


def _show_array(btf: Btf, type_: t.Array, raw: bytes, plain: bool) -> Any:
    text = _text(btf, type_, raw)
    if text is not None:
        return text
    size = btf.size_of(type_.type)
    return [show(btf, type_.type, raw[i * size : (i + 1) * size], plain=plain) for i in range(type_.nelems)]


def _text(btf: Btf, type_: t.Array, raw: bytes) -> str | None:
    """The text in an array of char, if it is printable and ends within the array."""
    if not is_char(btf.get(btf.skip_modifiers(type_.type))):
        return None
    text, end, _ = bytes(raw[: type_.nelems]).partition(b"\0")
    return text.decode() if end and all(0x20 <= byte < 0x7F for byte in text) else None


def write(value: Any, *, pretty: bool = True, depth: int = 0) -> str:
    """The tree as text. Pretty: each name on a line of its own, four spaces for each level."""
    line = "\n" + "    " * (depth + 1) if pretty else ""
    last = "\n" + "    " * depth if pretty else ""
    match value:
        case dict() | Pairs():
            items = value.items() if isinstance(value, dict) else value
            colon = ": " if pretty else ":"
            inner = ",".join(
                f"{line}{json.dumps(name)}{colon}{write(item, pretty=pretty, depth=depth + 1)}"
                for name, item in items
            )
            return f"{{{inner}{last if inner else ''}}}"
        case list():
            inner = ",".join(write(item, pretty=pretty, depth=depth + 1) for item in value)
            return f"[{inner}{last if inner else ''}]"
        case Bare():
            return value
    return json.dumps(value, ensure_ascii=False)
