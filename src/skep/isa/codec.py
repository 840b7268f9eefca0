"""Between bytes and instruction slots, in both byte orders, and the check of slots against the table.

Decoding is structural: any multiple of eight bytes decodes, whatever the opcodes are, because the verifier
must be able to look at (and print) programs that are wrong. `validate` asks for more: that each slot is an
instruction of the table.

In a big-endian program the two register nibbles are swapped as well (RFC 9669, section 3).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from skep.errors import DecodeError
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_DW, BPF_IMM, BPF_LD, Opcode, rows_of

ByteOrder = Literal["little", "big"]

INSN_SIZE: Final = 8
LD_IMM64: Final = BPF_LD | BPF_IMM | BPF_DW

_FORMATS: Final = {"little": struct.Struct("<BBhi"), "big": struct.Struct(">BBhi")}

#: What a slot can hold: field, lowest, highest.
_LIMITS: Final = (
    ("code", 0, 0xFF),
    ("dst", 0, 0xF),
    ("src", 0, 0xF),
    ("off", -(1 << 15), (1 << 15) - 1),
    ("imm", -(1 << 31), (1 << 31) - 1),
)


def decode(data: bytes | bytearray | memoryview, byteorder: ByteOrder = "little") -> tuple[Insn, ...]:
    """Bytes to slots. Raises DecodeError for a last slot that is cut off; says nothing about opcodes."""
    size = len(data)
    if size % INSN_SIZE:
        index, left = divmod(size, INSN_SIZE)
        field = ("code", "dst and src", "off", "off", "imm", "imm", "imm", "imm")[left]
        raise DecodeError(
            f"instruction {index} is cut off in its {field} field: {left} of {INSN_SIZE} bytes are there"
        )
    fields = _FORMATS[byteorder].iter_unpack(data)
    if byteorder == "little":
        return tuple(Insn(code, regs & 0xF, regs >> 4, off, imm) for code, regs, off, imm in fields)
    return tuple(Insn(code, regs >> 4, regs & 0xF, off, imm) for code, regs, off, imm in fields)


def encode(insns: Iterable[Insn], byteorder: ByteOrder = "little") -> bytes:
    """Slots to bytes. Raises DecodeError for a value that its field cannot hold."""
    pack = _FORMATS[byteorder].pack
    big = byteorder == "big"
    out = bytearray()
    for index, insn in enumerate(insns):
        regs = insn.dst << 4 | insn.src if big else insn.src << 4 | insn.dst
        try:
            if not (0 <= insn.dst <= 0xF and 0 <= insn.src <= 0xF):
                raise struct.error
            out += pack(insn.code, regs, insn.off, insn.imm)
        except struct.error:
            raise DecodeError(_too_large(index, insn)) from None
    return bytes(out)


def _too_large(index: int, insn: Insn) -> str:
    for field, low, high in _LIMITS:
        value = getattr(insn, field)
        if not low <= value <= high:
            return f"instruction {index}: {field} {value} does not fit; it can hold {low} to {high}"
    return f"instruction {index}: {insn} has a field that is no integer"


def starts(insns: Sequence[Insn]) -> Iterator[int]:
    """The indices at which instructions begin: all slots but the second ones of 64-bit constants."""
    index = 0
    while index < len(insns):
        yield index
        index += 2 if insns[index].code == LD_IMM64 else 1


def validate(insns: Sequence[Insn]) -> None:
    """Check that each slot is an instruction of Linux 6.18. Raises DecodeError with index and field."""
    index = 0
    while index < len(insns):
        row = _checked_row(index, insns[index])
        if row.next_imm is not None:
            _check_second_slot(index, insns, row)
        index += row.slots


def _checked_row(index: int, insn: Insn) -> Opcode:
    rows = rows_of(insn.code)
    if not rows:
        raise DecodeError(f"instruction {index}: code {insn.code:#04x} is no instruction")
    misfits: list[str] = []
    for row in rows:
        field = row.misfit(insn)
        if field is None:
            if row.since is None:
                raise DecodeError(
                    f"instruction {index}: {row.name} ({insn.code:#04x}) is not accepted by Linux"
                )
            return row
        misfits.append(field)
    # The row that agrees longest is the one that was meant.
    last = max(misfits, key=("off", "src", "imm", "dst").index)
    names = ", ".join(row.name for row, field in zip(rows, misfits, strict=True) if field == last)
    raise DecodeError(
        f"instruction {index}: {last} {getattr(insn, last)} is not allowed in {names} ({insn.code:#04x})"
    )


def _check_second_slot(index: int, insns: Sequence[Insn], row: Opcode) -> None:
    if index + 1 == len(insns):
        raise DecodeError(
            f"instruction {index}: {row.name} takes two slots, and the program ends after the first"
        )
    second = insns[index + 1]
    for field in ("code", "dst", "src", "off"):
        value = getattr(second, field)
        if value:
            raise DecodeError(
                f"instruction {index + 1}: {field} {value} must be 0 in the second slot of {row.name}"
            )
    if row.next_imm is not None and second.imm not in row.next_imm:
        raise DecodeError(
            f"instruction {index + 1}: imm {second.imm} must be 0 in the second slot of {row.name}"
        )
