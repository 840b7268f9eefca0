"""Cuts a program into functions and basic blocks, the units that lowering walks.

A block starts at a function's first slot, at each jump target and after each jump. Calls do not end a block.
"""

from __future__ import annotations

import errno
import itertools
from dataclasses import dataclass

from skep.isa import opcodes as op
from skep.isa.insn import Insn
from skep.kernel.fixups.program import FixedProgram

WIDE = op.BPF_LD | op.BPF_IMM | op.BPF_DW
EXIT = op.BPF_JMP | op.BPF_EXIT
CALL = op.BPF_JMP | op.BPF_CALL
GOTO = op.BPF_JMP | op.BPF_JA
GOTOL = op.BPF_JMP32 | op.BPF_JA
THROW = "bpf_throw"


@dataclass(frozen=True, slots=True)
class Block:
    """Slots [start, end) that run one after the other; `successors` are start slots of blocks."""

    start: int
    end: int
    successors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """One (sub)program: slots [start, end), its blocks in slot order, and its stack in bytes."""

    index: int
    start: int
    end: int
    stack: int
    blocks: tuple[Block, ...]


def split(program: FixedProgram) -> list[Function]:
    """The functions of a program; OSError where control would leave a function other than by exit."""
    bounds = [*program.subprogs, len(program.insns)]
    functions = []
    for index, (start, end) in enumerate(itertools.pairwise(bounds)):
        blocks = _blocks(program, start, end)
        functions.append(Function(index, start, end, program.stack_depths[index], blocks))
    return functions


def jump_targets(insn: Insn, slot: int) -> tuple[int, ...] | None:
    """Where a slot that ends a block continues, the fall-through last; None if it does not end one."""
    klass = insn.code & op.CLASS_MASK
    if klass not in (op.BPF_JMP, op.BPF_JMP32) or insn.code & op.OP_MASK == op.BPF_CALL:
        return None
    if insn.code == EXIT:
        return ()
    if insn.code & op.OP_MASK == op.BPF_JA:
        return (slot + 1 + (insn.imm if klass == op.BPF_JMP32 else insn.off),)
    return (slot + 1 + insn.off, slot + 1)


def _throws(program: FixedProgram, slot: int) -> bool:
    """A call that does not come back."""
    call = program.kfuncs.get(slot)
    return call is not None and call.name == THROW


def _blocks(program: FixedProgram, start: int, end: int) -> tuple[Block, ...]:
    insns = program.insns
    ends: dict[int, tuple[int, ...]] = {}  # slot after a jump -> where the jump goes
    leaders = {start}
    seconds = set()
    for slot in range(start, end):
        insn = insns[slot]
        if insn.code == WIDE:
            seconds.add(slot + 1)
        targets = () if _throws(program, slot) else jump_targets(insn, slot)
        if targets is not None:
            ends[slot + 1] = targets
            leaders.update(targets)
            if slot + 1 < end:
                leaders.add(slot + 1)
            _check_targets(targets, slot, start, end)
    for leader in leaders & seconds:
        raise OSError(errno.EINVAL, f"jump into the middle of ld_imm64 at insn {leader - 1}")
    order = sorted(leaders)
    if end not in ends and program.throws and insns[end - 1].code == CALL:
        ends[end] = ()  # a call that never comes back: what followed was dead, and is gone
    if end not in ends:
        raise OSError(errno.EINVAL, f"last insn {end - 1} of the function at {start} is not an exit or jump")
    return tuple(
        Block(first, last, ends.get(last, (last,)))
        for first, last in zip(order, [*order[1:], end], strict=True)
    )


def _check_targets(targets: tuple[int, ...], slot: int, start: int, end: int) -> None:
    for target in targets:
        if not start <= target < end:
            raise OSError(errno.EINVAL, f"jump out of range from insn {slot} to {target}")
