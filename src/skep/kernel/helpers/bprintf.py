"""The format language of bpf_trace_printk, bpf_snprintf and bpf_seq_printf.

It is a part of the kernel's printf: `%[0+- ][width][l|ll]{d,i,u,x,X}`, `%c`, `%s`, and pointers: `%p`
(hashed), `%pK`, `%px`, `%ps`, `%pS`, `%pB` (symbols), `%pks`, `%pus` (strings), `%p{i,I}{4,6}`
(addresses). What is outside of it is EINVAL, as in Linux's bpf_bprintf_prepare(), and the verifier asks
the same question of constant formats.
"""

from __future__ import annotations

import errno
import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: Reads up to `limit` bytes of a string at an address, b"" where there is no memory.
ReadString = Callable[[int, int], bytes]
#: Reads so many bytes at an address, zeros where there is no memory.
ReadBytes = Callable[[int, int], bytes]

#: (name, offset, size) of the symbol that an address is in.
NameOf = Callable[[int], tuple[str, int, int] | None]

_SPEC = re.compile(
    rb"%(?P<flags>[0+\- ]*)(?P<width>[1-9][0-9]*)?"
    rb"(?:(?P<int>l?l?[diuxX])|(?P<char>c)|(?P<pointer>p(?P<kind>[ku]s|[KxsSB]|[iI][46])?)|(?P<string>s))"
)
_AFTER_STRING = (string.whitespace + string.punctuation).encode()
_PLAIN = bytes(range(0x20, 0x7F)) + string.whitespace.encode()
#: A string argument has at most what the kernel's buffer for arguments has room for.
_MAX_STRING = 512


@dataclass(frozen=True, slots=True)
class Conversion:
    """One `%` of a format: `kind` is d, i, u, x, X, c, s, or p with its suffix; `bits` is an integer's
    size.
    """

    kind: str
    flags: str = ""
    width: int = 0
    bits: int = 64


@dataclass(frozen=True, slots=True)
class Memory:
    """How conversions that follow pointers read."""

    read_string: ReadString
    read_bytes: ReadBytes


def parse(text: bytes, num_args: int) -> list[bytes | Conversion]:
    """Split a format (without its NUL) into plain text and conversions; EINVAL when it is no format."""
    pieces: list[bytes | Conversion] = []
    position = count = 0
    while position < len(text):
        percent = text.find(b"%", position)
        plain = text[position : percent if percent >= 0 else len(text)]
        if any(byte < 0x80 and byte not in _PLAIN for byte in plain):
            raise OSError(errno.EINVAL, "a control character in the format")
        if plain:
            pieces.append(plain)
        if percent < 0:
            break
        if text[percent + 1 : percent + 2] == b"%":
            pieces.append(b"%")
            position = percent + 2
            continue
        conversion, position = _conversion(text, percent)
        pieces.append(conversion)
        count += 1
        if count > num_args:
            raise OSError(errno.EINVAL, f"the format has more conversions than the {num_args} arguments")
    return pieces


def _conversion(text: bytes, percent: int) -> tuple[Conversion, int]:
    match = _SPEC.match(text, percent)
    if match is None:
        raise OSError(errno.EINVAL, f"unknown conversion at byte {percent} of the format")
    flags, width = match["flags"].decode(), int(match["width"] or 0)
    end = match.end()
    following = text[end : end + 1]
    if match["int"]:
        kind = match["int"].decode()
        return Conversion(kind[-1], flags, width, 32 if len(kind) == 1 else 64), end
    if match["char"]:
        return Conversion("c", flags, width), end
    kind = "p" + (match["kind"] or b"").decode() if match["pointer"] else "s"
    if kind in ("p", "s", "pks", "pus") and following and following not in _AFTER_STRING:
        raise OSError(errno.EINVAL, f"unknown conversion at byte {percent} of the format")
    while (
        kind[0] == "p" and text[end : end + 1].isalnum()
    ):  # the kernel's printf passes over the rest of a word
        end += 1
    return Conversion(kind, flags, width), end


def render(
    pieces: Sequence[bytes | Conversion],
    args: Sequence[int],
    memory: Memory,
    name_of: NameOf = lambda address: None,
) -> bytes:
    """The text; arguments are 64-bit words."""
    words = iter(args)
    return b"".join(
        piece if isinstance(piece, bytes) else _render_one(piece, next(words), memory, name_of)
        for piece in pieces
    )


def _render_one(conversion: Conversion, word: int, memory: Memory, name_of: NameOf) -> bytes:
    kind = conversion.kind
    if kind in ("s", "pks", "pus"):
        return _pad(memory.read_string(word, _MAX_STRING), conversion)
    if kind == "c":
        return _pad(bytes([word & 0xFF]), conversion)
    if kind[0] != "p":
        return _number(conversion, word)
    if kind in ("p", "pK"):
        return _pointer(conversion, hashed(word))
    if kind == "px":
        return _pointer(conversion, word)
    if kind in ("ps", "pS", "pB"):
        return _pad(_symbol(kind, word, name_of), conversion)
    return _address(kind, memory.read_bytes(word, 4 if kind[2] == "4" else 16))


def _pad(text: bytes, conversion: Conversion) -> bytes:
    return text.ljust(conversion.width) if "-" in conversion.flags else text.rjust(conversion.width)


def _number(conversion: Conversion, word: int) -> bytes:
    value = word & (1 << conversion.bits) - 1
    sign = ""
    if conversion.kind in "di":
        if value >> conversion.bits - 1:
            sign, value = "-", (1 << conversion.bits) - value
        elif "+" in conversion.flags:
            sign = "+"
        elif " " in conversion.flags:
            sign = " "
    digits = format(value, conversion.kind if conversion.kind in "xX" else "d")
    if "0" in conversion.flags and "-" not in conversion.flags:
        digits = digits.rjust(conversion.width - len(sign), "0")
    return _pad((sign + digits).encode(), conversion)


def _pointer(conversion: Conversion, word: int) -> bytes:
    return _pad(b"%x" % word if conversion.width else b"%016x" % word, conversion)


def hashed(word: int) -> int:
    """Addresses are not shown as they are; the same address gives the same 32 bits."""
    mixed = (word ^ word >> 33) * 0xFF51AFD7ED558CCD & (1 << 64) - 1
    return mixed >> 32 if word else 0


def _symbol(kind: str, word: int, name_of: NameOf) -> bytes:
    """%ps is a name alone. %pB is of a return address: its call lies before it."""
    found = name_of(word - (kind == "pB"))
    if found is None:
        return b"0x%x" % word
    name, offset, size = found
    place = "" if kind == "ps" else f"+{offset + (kind == 'pB'):#x}/{size:#x}"
    return (name + place).encode()


def _address(kind: str, raw: bytes) -> bytes:
    if kind == "pI4":
        return ".".join(str(byte) for byte in raw).encode()
    if kind == "pi4":
        return ".".join(f"{byte:03}" for byte in raw).encode()
    groups = [raw[i : i + 2].hex() for i in range(0, 16, 2)]
    return (":" if kind == "pI6" else "").join(groups).encode()
