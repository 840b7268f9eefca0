"""Spills around calls that clobber few registers (`bpf_fastcall`).

A compiler that knows that a call leaves R2 to R5 alone still has to spill and fill what it keeps in them, for
kernels that do not know. Such pairs, nested around the call at the lowest stack offsets of the function, are
recognised here; if the call will be inlined, the fixups remove them and their part of the stack does not
count. Any other access to that part of the stack spoils the plan (`check_fastcall_stack_contract`).
"""

from __future__ import annotations

from typing import Final

from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_CALL, BPF_DW, BPF_JMP, BPF_LDX, BPF_MEM, BPF_STX
from skep.kernel.helpers.types import ARG_DONTCARE, RET_VOID
from skep.kernel.verifier.env import Env, get_helper_proto
from skep.kernel.verifier.insn_kinds import insn_successors, is_helper_call, is_pseudo_kfunc_call
from skep.kernel.verifier.kfunc_meta import kfunc_clobbers
from skep.kernel.verifier.program_info import SubprogInfo
from skep.kernel.verifier.subprog_split import subprog_cnt
from skep.uapi import FuncId

_ALL_CALLER_SAVED: Final = 0b111111
_CALLER_SAVED_COUNT: Final = 6
_CALL: Final = BPF_JMP | BPF_CALL
_SPILL: Final = BPF_STX | BPF_MEM | BPF_DW
_FILL: Final = BPF_LDX | BPF_MEM | BPF_DW

#: Helpers that are inlined here; on Linux it is the same set on x86-64.
INLINED: Final = frozenset(
    (FuncId.get_smp_processor_id, FuncId.get_current_task, FuncId.get_current_task_btf)
)


def _clobbers(env: Env, insn: Insn) -> tuple[int, bool]:
    """The registers that the call may change, and whether it will be inlined."""
    if is_pseudo_kfunc_call(insn):
        return kfunc_clobbers(env, insn) or (_ALL_CALLER_SAVED, False)
    if not is_helper_call(insn):
        return _ALL_CALLER_SAVED, False
    proto = get_helper_proto(env, insn.imm)
    if proto is None:
        return _ALL_CALLER_SAVED, False
    mask = 0 if proto.ret == RET_VOID else 1
    for index, arg in enumerate(proto.args):
        if arg != ARG_DONTCARE:
            mask |= 2 << index
    return mask, proto.allow_fastcall and insn.imm in INLINED


def _is_pair(spill: Insn, fill: Insn, off: int, expected: int) -> bool:
    return (
        spill.code == _SPILL
        and fill.code == _FILL
        and spill.dst == 10
        and fill.src == 10
        and spill.src == fill.dst
        and expected >> spill.src & 1 == 1
        and spill.off == off
        and fill.off == off
    )


def _mark_pattern_for_call(env: Env, subprog: SubprogInfo, index: int, lowest_off: int) -> None:
    clobbered, inlined = _clobbers(env, env.insns[index])
    if clobbered == _ALL_CALLER_SAVED:
        return
    expected = ~clobbered & _ALL_CALLER_SAVED
    off, count = lowest_off, 0
    while count < _CALLER_SAVED_COUNT:
        first, last = index - count - 1, index + count + 1
        if first < 0 or last >= len(env.insns):
            break
        spill = env.insns[first]
        if not _is_pair(spill, env.insns[last], off, expected):
            break
        expected &= ~(1 << spill.src)
        env.insn_aux[first].fastcall_pattern = True
        env.insn_aux[last].fastcall_pattern = True
        count += 1
        off += 8
    if count == 0:
        return
    # A call that newer kernels will inline has the pattern too; its spills must stay.
    if inlined:
        env.insn_aux[index].fastcall_spills_num = count
    else:
        subprog.keep_fastcall_stack = True
    subprog.fastcall_stack_off = min(subprog.fastcall_stack_off, off)


def mark_fastcall_patterns(env: Env) -> None:
    for number in range(subprog_cnt(env)):
        subprog = env.subprog_info[number]
        slots = range(subprog.start, env.subprog_info[number + 1].start)
        lowest = 0
        for index in slots:
            insn = env.insns[index]
            if insn.code == _SPILL and insn.dst == 10:
                lowest = min(lowest, insn.off)
        for index in slots:
            if env.insns[index].code == _CALL:
                _mark_pattern_for_call(env, subprog, index, lowest)


def _is_jumped_into(env: Env, slots: range) -> bool:
    """Whether a jump leads past the first spill of a pattern and not past its last fill.

    Linux does not ask. But then a fill may get what another pattern has spilled at the same place, which is
    what the verifier has seen, and which removing the spills would change.
    """
    inside: set[int] = set()
    for index in slots:
        count = env.insn_aux[index].fastcall_spills_num
        if count:
            inside.update(range(index - count + 1, index + count + 1))
    return any(
        target in inside and target != index + 1 for index in slots for target in insn_successors(env, index)
    )


def remove_fastcall_spills_fills(env: Env) -> None:
    """The stack that the removed spills took does not count; removing them is left to the fixups."""
    for number in range(subprog_cnt(env)):
        subprog = env.subprog_info[number]
        slots = range(subprog.start, env.subprog_info[number + 1].start)
        if not any(env.insn_aux[i].fastcall_spills_num for i in slots):
            continue
        if _is_jumped_into(env, slots):
            for index in slots:
                env.insn_aux[index].fastcall_spills_num = 0
        elif not subprog.keep_fastcall_stack:
            subprog.stack_depth = -subprog.fastcall_stack_off
