"""How many argument registers a call reads, so that the others need not be kept alive for it."""

from __future__ import annotations

from functools import cache

from skep.isa import opcodes as op
from skep.kernel.fixups.program import FixedProgram

MAX_ARGUMENTS = 5
_TRACE_PRINTK = 6  # its prototype names two arguments, the format decides on the other three


def argument_count(program: FixedProgram, slot: int) -> int:
    """Arguments of a call instruction: registers r1 to r<count>."""
    insn = program.insns[slot]
    if insn.src == op.BPF_PSEUDO_KFUNC_CALL and slot in program.kfuncs:
        return program.kfuncs[slot].arguments
    return MAX_ARGUMENTS if insn.src else _helper_arguments(insn.imm)


@cache
def _helper_arguments(helper: int) -> int:
    from skep.kernel.helpers.registry import ROWS

    counts = [len(row.args) for row in ROWS if row.id == helper]
    return MAX_ARGUMENTS if helper == _TRACE_PRINTK or not counts else max(counts)
