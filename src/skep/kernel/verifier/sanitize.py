"""Pointer arithmetic that must not leak by speculation: when and how far it is masked, when refused."""

from __future__ import annotations

from errno import EACCES, ENOMEM
from typing import Final, final

from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_ADD, BPF_K, BPF_SUB
from skep.kernel.verifier.access import ACCESS_HELPER
from skep.kernel.verifier.bounds import s32, s64
from skep.kernel.verifier.env import Env, Reject, cur_aux, verbose, verifier_bug
from skep.kernel.verifier.explore import push_stack
from skep.kernel.verifier.program_info import InsnAux
from skep.kernel.verifier.region import check_map_access
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import (
    PTR_TO_MAP_VALUE,
    PTR_TO_STACK,
)
from skep.kernel.verifier.state import MAX_BPF_STACK
from skep.kernel.verifier.tnum import U32_MAX

# InsnAux.alu_state: what the fixups have to do to the operand.
BPF_ALU_SANITIZE_SRC: Final = 1
BPF_ALU_SANITIZE_DST: Final = 2
BPF_ALU_NEG_VALUE: Final = 4
BPF_ALU_NON_POINTER: Final = 8
BPF_ALU_IMMEDIATE: Final = 16

# Why an operation cannot be masked.
REASON_BOUNDS: Final = 1
REASON_TYPE: Final = 2
REASON_PATHS: Final = 3
REASON_LIMIT: Final = 4
REASON_STACK: Final = 5


@final
class SanitizeInfo:
    """What the first look at an operation found, for the second one after it."""

    __slots__ = ("alu_limit", "alu_state", "mask_to_left")

    def __init__(self) -> None:
        self.alu_state = 0
        self.alu_limit = 0
        self.mask_to_left = False


NO_MASK: Final = SanitizeInfo()


def sanitize_needed(op: int) -> bool:
    return op in (BPF_ADD, BPF_SUB)


def _can_skip_alu_sanitation(env: Env, insn: Insn) -> bool:
    return env.bypass_spec_v1 or insn.code & 0x08 == BPF_K or cur_aux(env).nospec


def _update_alu_sanitation_state(aux: InsnAux, alu_state: int, alu_limit: int) -> int:
    """Paths that need different masks for one instruction cannot be served."""
    if aux.alu_state and (aux.alu_state != alu_state or aux.alu_limit != alu_limit):
        return REASON_PATHS
    aux.alu_state = alu_state
    aux.alu_limit = alu_limit
    return 0


def sanitize_val_alu(env: Env, insn: Insn) -> None:
    """Arithmetic on scalars needs no mask, unless another path comes here with a pointer."""
    if _can_skip_alu_sanitation(env, insn):
        return
    reason = _update_alu_sanitation_state(cur_aux(env), BPF_ALU_NON_POINTER, 0)
    if reason:
        raise sanitize_err(env, insn, reason, False)


def _retrieve_ptr_limit(ptr: RegState, mask_to_left: bool) -> int:
    """How far the pointer may move in the masked direction; a negative number is minus the reason why not."""
    if ptr.type == PTR_TO_STACK:
        # The frame pointer itself is out of bounds, but where movements to the left start.
        limit = -(ptr.var_off.value + ptr.off) & U32_MAX
        top = MAX_BPF_STACK + int(mask_to_left)
    elif ptr.type == PTR_TO_MAP_VALUE and ptr.map_ptr is not None:
        limit = ((ptr.smin_value if mask_to_left else ptr.umax_value) + ptr.off) & U32_MAX
        top = ptr.map_ptr.value_size
    else:
        return -REASON_TYPE
    return -REASON_LIMIT if limit >= top else limit


def _note_alu_limit(env: Env, insn: Insn, ptr: RegState, off: RegState, info: SanitizeInfo) -> int:
    """Before the operation: the mask that it needs, from where the pointer stands."""
    if off.var_off.mask and (off.smin_value < 0) != (off.smax_value < 0):
        return REASON_BOUNDS
    negative = off.smin_value < 0
    info.mask_to_left = negative if insn.code & 0xF0 == BPF_ADD else not negative
    limit = _retrieve_ptr_limit(ptr, info.mask_to_left)
    if limit < 0:
        return -limit
    info.alu_limit = limit
    info.alu_state = BPF_ALU_NEG_VALUE if negative else 0
    if off.var_off.mask == 0:
        info.alu_state |= BPF_ALU_IMMEDIATE
    else:
        env.explore_alu_limits = True
    return 0


def sanitize_before(env: Env, insn: Insn, ptr: RegState, off: RegState, ptr_is_dst: bool) -> SanitizeInfo:
    info = SanitizeInfo()
    if _can_skip_alu_sanitation(env, insn):
        return info
    if not env.cur_state.speculative:
        reason = _note_alu_limit(env, insn, ptr, off, info)
        if reason:
            raise sanitize_err(env, insn, reason, not ptr_is_dst)
        info.alu_state |= BPF_ALU_SANITIZE_SRC if ptr_is_dst else BPF_ALU_SANITIZE_DST
    if off.var_off.mask:
        # The path on which the masked operand was zero: the pointer has not moved.
        try:
            push_stack(env, env.insn_idx + 1, env.insn_idx, True)
        except Reject:
            raise sanitize_err(env, insn, REASON_STACK, not ptr_is_dst) from None
    return info


def sanitize_after(env: Env, insn: Insn, ptr: RegState, off_is_dst: bool, info: SanitizeInfo) -> None:
    """After the operation: narrow the mask to the distance that the pointer has really moved."""
    if _can_skip_alu_sanitation(env, insn) or env.cur_state.speculative:
        return
    limit = _retrieve_ptr_limit(ptr, info.mask_to_left)
    reason = -limit
    if limit >= 0:
        moved = abs(s32(info.alu_limit - limit))
        reason = _update_alu_sanitation_state(cur_aux(env), info.alu_state, moved)
    if reason > 0:
        raise sanitize_err(env, insn, reason, off_is_dst)


def sanitize_err(env: Env, insn: Insn, reason: int, off_is_dst: bool) -> Reject:
    why = "pointer arithmetic with it prohibited for !root"
    op = "add" if insn.code & 0xF0 == BPF_ADD else "sub"
    dst, src = insn.dst, insn.src
    if reason == REASON_BOUNDS:
        text = f"R{dst if off_is_dst else src} has unknown scalar with mixed signed bounds, {why}\n"
    elif reason == REASON_TYPE:
        text = f"R{src if off_is_dst else dst} has pointer with unsupported alu operation, {why}\n"
    elif reason == REASON_PATHS:
        text = f"R{dst} tried to {op} from different maps, paths or scalars, {why}\n"
    elif reason == REASON_LIMIT:
        text = f"R{dst} tried to {op} beyond pointer bounds, {why}\n"
    elif reason == REASON_STACK:
        text = f"R{dst} could not be pushed for speculative verification, {why}\n"
    else:
        return verifier_bug(env, f"unknown reason ({reason})")
    verbose(env, text)
    return Reject(ENOMEM if reason == REASON_STACK else EACCES)


def sanitize_check_bounds(env: Env, regno: int, reg: RegState) -> None:
    """Without CAP_PERFMON the moved pointer has to be in bounds at once, not only when it is used."""
    if reg.type == PTR_TO_STACK:
        off = reg.off + s64(reg.var_off.value)
        if reg.var_off.mask:
            tnum = f"({reg.var_off.value:#x}; {reg.var_off.mask:#x})"
            verbose(env, f"R{regno} variable stack access prohibited for !root, var_off={tnum} off={off}\n")
            raise Reject(EACCES)
        if off >= 0 or off < -MAX_BPF_STACK:
            verbose(
                env,
                f"R{regno} stack pointer arithmetic goes out of range, prohibited for !root; off={off}\n",
            )
            raise Reject(EACCES)
    elif reg.type == PTR_TO_MAP_VALUE:
        _check_map_value_bounds(env, regno, reg)


def _check_map_value_bounds(env: Env, regno: int, reg: RegState) -> None:
    try:
        check_map_access(env, regno, reg.off, 1, False, ACCESS_HELPER)
    except Reject:
        verbose(env, f"R{regno} pointer arithmetic of map value goes out of range, prohibited for !root\n")
        raise Reject(EACCES) from None
