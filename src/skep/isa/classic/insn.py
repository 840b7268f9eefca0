"""One classic instruction (struct sock_filter) and its 8-byte form.

::

     code:16    jt:8   jf:8   k:32
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from skep.errors import DecodeError
from skep.isa.codec import INSN_SIZE, ByteOrder

_FORMATS: Final = {"little": struct.Struct("<HBBI"), "big": struct.Struct(">HBBI")}


@dataclass(frozen=True, slots=True)
class ClassicInsn:
    """All fields are unsigned; `jt` and `jf` count from the next instruction."""

    code: int
    jt: int = 0
    jf: int = 0
    k: int = 0


def decode(data: bytes | bytearray | memoryview, byteorder: ByteOrder = "little") -> tuple[ClassicInsn, ...]:
    """Bytes to instructions. Raises DecodeError for a last instruction that is cut off."""
    if len(data) % INSN_SIZE:
        index, left = divmod(len(data), INSN_SIZE)
        raise DecodeError(f"instruction {index} is cut off: {left} of {INSN_SIZE} bytes are there")
    return tuple(ClassicInsn(*fields) for fields in _FORMATS[byteorder].iter_unpack(data))


def encode(insns: Iterable[ClassicInsn], byteorder: ByteOrder = "little") -> bytes:
    """Instructions to bytes. Raises DecodeError for a value that its field cannot hold."""
    pack = _FORMATS[byteorder].pack
    out = bytearray()
    for index, insn in enumerate(insns):
        check_ranges(index, insn)
        out += pack(insn.code, insn.jt, insn.jf, insn.k)
    return bytes(out)


def check_ranges(index: int, insn: ClassicInsn) -> None:
    """Raise DecodeError if a field is too large for its place."""
    for field, bits in (("code", 16), ("jt", 8), ("jf", 8), ("k", 32)):
        value = getattr(insn, field)
        if not 0 <= value < 1 << bits:
            raise DecodeError(f"instruction {index}: {field} {value} does not fit into {bits} bits")
