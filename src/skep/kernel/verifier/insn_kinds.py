"""What kind of instruction it is: calls, their callbacks, jumps and where control goes next."""

from __future__ import annotations

from typing import Final

from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_CALL,
    BPF_DW,
    BPF_EXIT,
    BPF_IMM,
    BPF_JA,
    BPF_JCOND,
    BPF_JMP,
    BPF_JMP32,
    BPF_LD,
    BPF_PSEUDO_CALL,
    BPF_PSEUDO_FUNC,
    BPF_PSEUDO_KFUNC_CALL,
)
from skep.kernel.verifier.env import Env
from skep.kernel.verifier.kfunc_meta import (
    is_async_callback_calling_kfunc,
    is_sync_callback_calling_kfunc,
)

_LD_IMM64: Final = BPF_LD | BPF_IMM | BPF_DW
CALL: Final = BPF_JMP | BPF_CALL
JA32: Final = BPF_JMP32 | BPF_JA
BPF_FUNC_timer_set_callback: Final = 170
#: Helpers that call back at once: for_each_map_elem, find_vma, loop, user_ringbuf_drain.
SYNC_CALLBACK_HELPERS: Final = frozenset((164, 180, 181, 209))


def is_ldimm64(insn: Insn) -> bool:
    return insn.code == _LD_IMM64


def is_helper_call(insn: Insn) -> bool:
    return insn.code == CALL and insn.src == 0


def is_pseudo_call(insn: Insn) -> bool:
    return insn.code == CALL and insn.src == BPF_PSEUDO_CALL


def is_pseudo_kfunc_call(insn: Insn) -> bool:
    return insn.code == CALL and insn.src == BPF_PSEUDO_KFUNC_CALL


def is_pseudo_func(insn: Insn) -> bool:
    return insn.code == _LD_IMM64 and insn.src == BPF_PSEUDO_FUNC


def is_may_goto_insn(insn: Insn) -> bool:
    return insn.code == BPF_JMP | BPF_JCOND and insn.src == 0


def is_sync_callback_calling_insn(env: Env, insn: Insn) -> bool:
    return (is_helper_call(insn) and insn.imm in SYNC_CALLBACK_HELPERS) or (
        is_pseudo_kfunc_call(insn) and is_sync_callback_calling_kfunc(env, insn)
    )


def is_async_callback_calling_insn(env: Env, insn: Insn) -> bool:
    return (is_helper_call(insn) and insn.imm == BPF_FUNC_timer_set_callback) or (
        is_pseudo_kfunc_call(insn) and is_async_callback_calling_kfunc(env, insn)
    )


def jmp_offset(insn: Insn) -> int:
    return insn.imm if insn.code == JA32 else insn.off


def insn_successors(env: Env, index: int) -> tuple[int, ...]:
    """Where control goes within the function: the next instruction first, then the jump's target."""
    insn = env.insns[index]
    klass = insn.code & 7
    if klass in (BPF_JMP, BPF_JMP32):
        kind = insn.code & 0xF0
        if kind == BPF_EXIT:
            return ()
        if kind == BPF_JA:
            return (index + jmp_offset(insn) + 1,)
        if kind != BPF_CALL and kind <= BPF_JCOND:
            return (index + 1, index + insn.off + 1)
    return (index + 2,) if insn.code == _LD_IMM64 else (index + 1,)
