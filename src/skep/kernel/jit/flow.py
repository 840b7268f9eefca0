"""Which registers are alive at a block's start, and which of them hold addresses.

BPF registers are plain 64-bit numbers, LLVM knows pointers. An address that is kept as a number and turned
into a pointer at each access hides from LLVM what two accesses have in common, and stops it from telling a
stack slot from a packet byte or from vectorising a loop. So a register that will be dereferenced, perhaps
after moves and additions, is kept as a pointer from where it gets its value. That is a backward analysis:
an access wants its base register as a pointer, a move hands the wish to its source, an addition to its base
operand.

The wish is never a matter of correctness: a number can become a pointer and a pointer a number at any place.
Sets of registers are bit masks.
"""

from __future__ import annotations

from dataclasses import dataclass

from skep.isa import opcodes as op
from skep.isa.insn import Insn
from skep.kernel.fixups.program import FixedProgram
from skep.kernel.jit.blocks import CALL, EXIT, GOTO, GOTOL, WIDE, Block, Function
from skep.kernel.jit.contracts import argument_count

_ADD64 = op.BPF_ALU64 | op.BPF_ADD | op.BPF_X
_SUB64 = op.BPF_ALU64 | op.BPF_SUB | op.BPF_X
_MOV64 = op.BPF_ALU64 | op.BPF_MOV | op.BPF_X
_FP = 1 << op.BPF_REG_FP
_LD_ABS_DEFINES = 0b111111
_LD_ABS_USES = 1 << 6


@dataclass(slots=True)
class Flow:
    """Facts per block start (`live`, `wanted`) and per slot (`wanted_after`); `bases` are the additions whose
    base is the source register rather than the destination."""

    live: dict[int, int]
    wanted: dict[int, int]
    wanted_after: dict[int, int]
    bases: frozenset[int]


def analyse(program: FixedProgram, function: Function) -> Flow:
    """Runs the backward analysis of one function to its fixpoint."""
    bases = frozenset(slot for block in function.blocks for slot in _swapped_bases(program.insns, block))
    live = {block.start: 0 for block in function.blocks}
    wanted = dict(live)
    after: dict[int, int] = {}
    changed = True
    while changed:
        changed = False
        for block in reversed(function.blocks):
            alive = wish = 0
            for successor in block.successors:
                alive |= live[successor]
                wish |= wanted[successor]
            for slot in range(block.end - 1, block.start - 1, -1):
                after[slot] = wish
                alive, wish = _step(program, slot, alive, wish, slot in bases)
            if alive != live[block.start] or wish != wanted[block.start]:
                live[block.start], wanted[block.start] = alive, wish
                changed = True
    return Flow(live, wanted, after, bases)


def _step(program: FixedProgram, slot: int, alive: int, wish: int, source_is_base: bool) -> tuple[int, int]:
    """(alive, wish) before an instruction from the same after it."""
    insn = program.insns[slot]
    code = insn.code
    klass = code & op.CLASS_MASK
    dst, src = 1 << insn.dst, 1 << insn.src
    if klass in (op.BPF_ALU64, op.BPF_ALU):
        return _step_alu(code, dst, src, alive, wish, source_is_base)
    if klass == op.BPF_LDX:
        return alive & ~dst | src, wish & ~dst | src
    if klass == op.BPF_ST:
        return alive | dst, wish | dst
    if klass == op.BPF_STX:
        return _step_stx(insn, dst, src, alive, wish)
    if klass == op.BPF_LD:
        return _step_ld(code, dst, src, alive, wish)
    if code == EXIT:
        return 1, 0
    if code in (GOTO, GOTOL) or code == op.BPF_JMP | op.BPF_JCOND:
        return alive, wish
    if code == CALL:
        arguments = ((1 << argument_count(program, slot)) - 1) << 1
        return alive & ~1 | arguments, wish & ~1
    return alive | dst | (src if code & op.BPF_X else 0), wish


def _step_alu(code: int, dst: int, src: int, alive: int, wish: int, source_is_base: bool) -> tuple[int, int]:
    operation = code & op.OP_MASK
    if operation == op.BPF_MOV:
        handed = src if code == _MOV64 and wish & dst else 0
        return alive & ~dst | (src if code & op.BPF_X else 0), wish & ~dst | handed
    alive |= dst
    if code & op.BPF_X and operation not in (op.BPF_END, op.BPF_NEG):
        alive |= src
    if operation in (op.BPF_ADD, op.BPF_SUB) and code & op.CLASS_MASK == op.BPF_ALU64:
        if source_is_base and wish & dst:
            wish = wish & ~dst | src
        return alive, wish
    return alive, wish & ~dst


def _step_stx(insn: Insn, dst: int, src: int, alive: int, wish: int) -> tuple[int, int]:
    if insn.code & op.MODE_MASK != op.BPF_ATOMIC:
        return alive | dst | src, wish | dst
    if insn.imm == op.BPF_LOAD_ACQ:
        return alive & ~dst | src, wish & ~dst | src
    if insn.imm == op.BPF_CMPXCHG:
        return alive | dst | src | 1, wish & ~1 | dst
    if insn.imm & op.BPF_FETCH:
        wish &= ~src
    return alive | dst | src, wish | dst


def _step_ld(code: int, dst: int, src: int, alive: int, wish: int) -> tuple[int, int]:
    if code == WIDE:
        return alive & ~dst, wish & ~dst
    if code == 0:  # second slot of ld_imm64
        return alive, wish
    uses = _LD_ABS_USES | (src if code & op.MODE_MASK == op.BPF_IND else 0)
    return alive & ~_LD_ABS_DEFINES | uses, wish & ~_LD_ABS_DEFINES


def _swapped_bases(insns: tuple[Insn, ...], block: Block) -> list[int]:
    """Additions `dst += src` where dst got a number within the block, so that the address must be in src."""
    numbers = 0
    found = []
    for slot in range(block.start, block.end):
        insn = insns[slot]
        dst, src = 1 << insn.dst, 1 << insn.src
        if insn.code == _ADD64:
            if numbers & dst and not numbers & src:
                found.append(slot)
                numbers &= ~dst
            continue
        if insn.code == _MOV64:
            numbers = numbers | dst if numbers & src and insn.off == 0 else numbers & ~dst
            continue
        if _makes_number(insn):
            numbers |= dst
        elif insn.code == CALL:
            numbers &= ~0b111111
        elif insn.code & op.CLASS_MASK in (op.BPF_LDX, op.BPF_LD) or insn.code == _SUB64:
            numbers &= ~dst
    return found


def _makes_number(insn: Insn) -> bool:
    klass = insn.code & op.CLASS_MASK
    if klass == op.BPF_ALU:
        return True
    if klass == op.BPF_ALU64:
        return insn.code & op.OP_MASK not in (op.BPF_ADD, op.BPF_SUB)
    return klass == op.BPF_LDX and insn.code & op.SIZE_MASK != op.BPF_DW
