"""How many argument registers a call reads, so that the others need not be kept alive for it."""

from __future__ import annotations

from functools import cache

from skep.isa import opcodes as op
from skep.kernel.fixups.program import FixedProgram
from skep.uapi import FuncId

MAX_ARGUMENTS = 5
#: Helpers that read more than their prototype names: the format decides on three of trace_printk's, the
#: fixups give bpf_loop its fifth, get_branch_snapshot has flags.
_READ_ALL = frozenset({FuncId.trace_printk, FuncId.loop, FuncId.get_branch_snapshot})


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
    return MAX_ARGUMENTS if helper in _READ_ALL or not counts else max(counts)
