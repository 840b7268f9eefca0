"""What a row about context accesses means: Linux's instructions for a field, and how they fit one access.

A row's text is assembly in which R1 is the pointer, R2 what is loaded or stored, R9 a register that the
instructions borrow, and R8 the kernel's auxiliary register, which programs cannot name. Loads of part of a
field load all of it, then shift and mask, unless what the field became is not wider than what is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from skep.isa.asm import assemble
from skep.isa.build import alu32_imm, alu64_imm
from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_ALU64,
    BPF_AND,
    BPF_JGE,
    BPF_JMP,
    BPF_LDX,
    BPF_MEM,
    BPF_MEMSX,
    BPF_MOV,
    BPF_RSH,
    BPF_ST,
    BPF_STX,
    BPF_X,
)
from skep.kernel.fixups.sizes import BYTES, SIZES

#: How rows write BPF_REG_AX, and its number.
AX: Final = 8
BPF_REG_AX: Final = 11

_POINTER, _VALUE, _BORROWED = 1, 2, 9
_NOP: Final = Insn(0x05)


@dataclass(frozen=True, slots=True)
class CtxRow:
    """Accesses in `span` bytes from `offset` on, in elements of `size` bytes."""

    name: str
    offset: int = 0
    span: int = 0
    size: int = 0
    load: str = ""
    #: The load where it overwrites its own pointer, if that differs.
    alias: str = ""
    store: str = ""
    #: Any width is accessed as it is, in place; otherwise loads of less than an element are cut out of it.
    resize: bool = False
    #: Bytes that the load really has: narrower ones need not be masked.
    target: int = 0


@cache
def _template(text: str) -> tuple[Insn, ...]:
    return assemble(text.replace("; ", "\n"))


def converted(insn: Insn, row: CtxRow) -> list[Insn]:
    """Linux's instructions in the place of this access."""
    if insn.code & 0x07 == BPF_LDX:
        return _load(insn, row)
    return _store(insn, row)


def _registers(pointer: int, value: int) -> dict[int, int]:
    """Numbers in the row's text to those of the program."""
    borrowed = next(reg for reg in (9, 8, 7) if reg not in (pointer, value))
    return {0: 0, _POINTER: pointer, _VALUE: value, _BORROWED: borrowed, AX: BPF_REG_AX}


def _placed(template: tuple[Insn, ...], registers: dict[int, int]) -> list[Insn]:
    return [replace(insn, dst=registers[insn.dst], src=registers[insn.src]) for insn in template]


def _adjusted(insns: list[Insn], place: int, by: int, size: int | None) -> None:
    """The access proper is the one at `place`: move it within the field, and give it a width."""
    found = insns[place]
    code = found.code if size is None else found.code & ~0x18 | SIZES[size]
    insns[place] = replace(found, code=code, off=found.off + by)


def _load(insn: Insn, row: CtxRow) -> list[Insn]:
    template = _template(row.alias if row.alias and insn.dst == insn.src else row.load)
    insns = _placed(template, _registers(insn.src, insn.dst))
    size, inside = BYTES[insn.code & 0x18], insn.off - row.offset
    result = _VALUE if template[-1].dst == _VALUE else _POINTER
    # None: what is wanted is computed, not loaded.
    place = max(
        (i for i, it in enumerate(template) if it.code & 0x07 == BPF_LDX and it.dst == result), default=None
    )
    if place is None:
        pass
    elif row.resize:
        _adjusted(insns, place, inside, size)
    else:
        start = inside // row.size * row.size
        _adjusted(insns, place, start, None)
        if size < row.target:
            insns += _cut_out(insn, row, size, inside - start)
    if insn.code & 0xE0 == BPF_MEMSX:
        insns.append(Insn(BPF_ALU64 | BPF_MOV | BPF_X, insn.dst, insn.dst, size * 8))
    return insns


def _cut_out(insn: Insn, row: CtxRow, size: int, inside: int) -> list[Insn]:
    """Part of an element that was loaded whole."""
    shift = alu32_imm if row.size <= 4 else alu64_imm
    mask = (1 << size * 8) - 1
    parts = [shift(BPF_RSH, insn.dst, inside * 8)] if inside else []
    return [*parts, alu32_imm(BPF_AND, insn.dst, mask)]


def _store(insn: Insn, row: CtxRow) -> list[Insn]:
    template = _template(row.store)
    constant = insn.code & 0x07 == BPF_ST
    if constant and template[0].code == BPF_JMP | BPF_JGE and template[0].dst == _VALUE:
        # A comparison with a constant is decided here.
        if insn.imm & 0xFFFF_FFFF >= template[0].imm:
            return [_NOP]
        template = template[1:]
    insns = _placed(template, _registers(insn.dst, insn.src if not constant else insn.dst))
    place = max(
        i for i, it in enumerate(template) if it.code & 0xE7 == BPF_STX | BPF_MEM and it.src == _VALUE
    )
    _adjusted(insns, place, insn.off - row.offset, BYTES[insn.code & 0x18] if row.resize else None)
    if constant:
        store = insns[place]
        insns[place] = Insn(store.code & ~0x07 | BPF_ST, store.dst, 0, store.off, insn.imm)
    return insns
