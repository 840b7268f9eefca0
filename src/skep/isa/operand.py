"""The number inside an instruction: what a relocation reads there, and what it puts there.

Three forms of instruction have room for one: arithmetic with an immediate, a load or store with its offset
(and its width), and the 64-bit constant, which is in two instructions. The names are those of Linux's log.

Rule: libbpf's CO-RE, which is the kernel's too.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from dataclasses import replace
from enum import Enum
from typing import Final

from .insn import Insn
from .opcodes import (
    BPF_ALU,
    BPF_ALU64,
    BPF_CALL,
    BPF_DW,
    BPF_IMM,
    BPF_JMP,
    BPF_K,
    BPF_LD,
    BPF_LDX,
    BPF_ST,
    BPF_STX,
)

#: 0xbad2310: the helper that no kernel has.
POISON: Final = 195896080
POISONED: Final = Insn(BPF_JMP | BPF_CALL, imm=POISON)

_LD_IMM64: Final = BPF_LD | BPF_IMM | BPF_DW
_CLASS, _SOURCE, _SIZE = 0x07, 0x08, 0x18
_WIDTHS: Final = {0x00: 4, 0x08: 2, 0x10: 1, 0x18: 8}
_SIZE_BITS: Final = {width: bits for bits, width in _WIDTHS.items()}


class Form(Enum):
    ALU = "ALU/ALU64"
    MEMORY = "LDX/ST/STX"
    CONSTANT = "LDIMM64"


def form_at(insns: Sequence[Insn], slot: int) -> Form | None:
    """Which form stands at a slot; None where there is no room for a number."""
    insn = insns[slot]
    kind = insn.code & _CLASS
    if kind in (BPF_ALU, BPF_ALU64):
        return Form.ALU if insn.code & _SOURCE == BPF_K else None
    if kind in (BPF_LDX, BPF_ST, BPF_STX):
        return Form.MEMORY
    if insn.code == _LD_IMM64 and not insn.src and slot + 1 < len(insns) and not insns[slot + 1].code:
        return Form.CONSTANT
    return None


def number_at(insns: Sequence[Insn], slot: int, form: Form) -> int:
    """The number that is there: 32 bits signed, 16 bits signed, 64 bits unsigned."""
    insn = insns[slot]
    if form is Form.CONSTANT:
        return (insns[slot + 1].imm & 0xFFFFFFFF) << 32 | insn.imm & 0xFFFFFFFF
    return insn.imm if form is Form.ALU else insn.off


def put_number(insns: MutableSequence[Insn], slot: int, form: Form, number: int) -> None:
    """Put a number there, cut to the bits that there are; an offset has to fit."""
    insn = insns[slot]
    if form is Form.MEMORY:
        insns[slot] = replace(insn, off=number)
        return
    insns[slot] = replace(insn, imm=_signed32(number))
    if form is Form.CONSTANT:
        insns[slot + 1] = replace(insns[slot + 1], imm=_signed32(number >> 32))


def width_of(insn: Insn) -> int:
    """How many bytes a load or store moves."""
    return _WIDTHS[insn.code & _SIZE]


def with_width(insn: Insn, width: int) -> Insn | None:
    """The load or store of another width; None if there is none."""
    bits = _SIZE_BITS.get(width)
    return None if bits is None else replace(insn, code=insn.code & ~_SIZE | bits)


def poison(insns: MutableSequence[Insn], slot: int) -> list[int]:
    """A call of the helper that no kernel has instead of the instruction; which slots it took, last first."""
    slots = [slot + 1, slot] if insns[slot].code == _LD_IMM64 and slot + 1 < len(insns) else [slot]
    for taken in slots:
        insns[taken] = POISONED
    return slots


def _signed32(number: int) -> int:
    number &= 0xFFFFFFFF
    return number - (1 << 32) if number >> 31 else number
