"""Runs a bare instruction stream on a block of memory: no maps, no helpers, no verifier.

The interpreter checks each step, so no stream can harm the process, but one without end needs `step_limit`.
The JIT trusts the stream as it trusts a verified one: a wild pointer is a wild pointer.
"""

from __future__ import annotations

import ctypes
import errno
from typing import Literal

from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_PSEUDO_CALL, MAX_BPF_STACK
from skep.kernel.fixups.program import FixedProgram

Engine = Literal["jit", "interp"]


def run(
    insns: tuple[Insn, ...],
    memory: bytes | bytearray = b"",
    engine: Engine = "jit",
    *,
    step_limit: int | None = None,
) -> int:
    """r0 of a program that gets the address of `memory` in r1 and its length in r2.

    What the program writes shows in a `bytearray`. `step_limit` is the interpreter's.
    """
    program = bare_program(insns)
    room = ctypes.c_char * len(memory)
    block = room.from_buffer(memory) if isinstance(memory, bytearray) else room.from_buffer_copy(memory)
    address = ctypes.addressof(block)
    if engine == "interp":
        return _interpret(program, address, len(memory), step_limit)
    from skep._runtime import call
    from skep.kernel.jit.engine import compile

    code = compile(program, resolve_helper=_no_helper)
    try:
        return call(code.entry, address, len(memory))
    finally:
        code.close()


def bare_program(insns: tuple[Insn, ...]) -> FixedProgram:
    """A program whose functions are found by the calls that it makes, each with a whole stack."""
    call = 0x85
    starts = {
        slot + 1 + insn.imm
        for slot, insn in enumerate(insns)
        if (insn.code, insn.src) == (call, BPF_PSEUDO_CALL)
    }
    subprogs = tuple(sorted({0} | {start for start in starts if 0 <= start < len(insns)}))
    return FixedProgram(insns=insns, subprogs=subprogs, stack_depths=(MAX_BPF_STACK,) * len(subprogs))


def _interpret(program: FixedProgram, address: int, size: int, step_limit: int | None) -> int:
    from skep.kernel.interp import Interp, Region

    block = [Region("memory block", address, size)]
    return Interp(program, regions=[lambda: block], step_limit=step_limit).run(address, size)


def _no_helper(helper: int) -> int:
    raise OSError(errno.EINVAL, f"helper {helper} is called, but a bare program has no helpers")
