"""Arithmetic on pointers: adding to them and subtracting from them, within limits.

A pointer is a base, a fixed offset (`off`) and a variable one (`bounds`). A known number goes into the
fixed part, an unknown one into the variable part, which for packet pointers makes a new id: ranges checked
for the old pointer say nothing of the new one.

Without CAP_PERFMON the hardware's speculation is an attacker's tool. Then the amount that a pointer may
move is noted per instruction (`alu_limit`, `alu_state` in its aux), for the fixups to mask the operand
with, and the path on which the mask truncated it is verified as well.
"""

from __future__ import annotations

from errno import EACCES, EINVAL
from typing import Final

from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_ADD, BPF_ALU64, BPF_AND, BPF_OR, BPF_SUB, BPF_XOR
from skep.isa.operators import ALU
from skep.kernel.verifier.access import BPF_MAX_VAR_OFF
from skep.kernel.verifier.bounds import S64_MAX, S64_MIN, Bounds, Draft, mark_reg32_unbounded, s64
from skep.kernel.verifier.bounds_sync import reg_bounds_sync
from skep.kernel.verifier.env import Env, Reject, cur_regs, new_id, verbose
from skep.kernel.verifier.memo import Memo, pair
from skep.kernel.verifier.regs import NO_TARGET, SCALAR_UNKNOWN, RegState
from skep.kernel.verifier.regtypes import (
    BPF_BASE_TYPE_MASK,
    CONST_PTR_TO_DYNPTR,
    CONST_PTR_TO_MAP,
    MEM_RDONLY,
    PTR_MAYBE_NULL,
    PTR_TO_BTF_ID,
    PTR_TO_BUF,
    PTR_TO_CTX,
    PTR_TO_FLOW_KEYS,
    PTR_TO_FUNC,
    PTR_TO_MAP_KEY,
    PTR_TO_MAP_VALUE,
    PTR_TO_MEM,
    PTR_TO_PACKET,
    PTR_TO_PACKET_META,
    PTR_TO_STACK,
    PTR_TO_TP_BUFFER,
    PTR_UNTRUSTED,
    reg_type_str,
)
from skep.kernel.verifier.sanitize import (
    NO_MASK,
    sanitize_after,
    sanitize_before,
    sanitize_check_bounds,
    sanitize_needed,
)
from skep.kernel.verifier.tnum import U64_MAX, tnum_add, tnum_sub

_MOVABLE: Final = frozenset(
    (
        PTR_TO_CTX,
        PTR_TO_MAP_VALUE,
        PTR_TO_MAP_KEY,
        PTR_TO_STACK,
        PTR_TO_PACKET_META,
        PTR_TO_PACKET,
        PTR_TO_TP_BUFFER,
        PTR_TO_BTF_ID,
        PTR_TO_MEM,
        PTR_TO_BUF,
        PTR_TO_FUNC,
        CONST_PTR_TO_DYNPTR,
    )
)


# ------------------------------------------------------------------ bounds of the variable offset


_MEMO_LIMIT: Final = 1 << 13
_KEPT: Final = Memo(_MEMO_LIMIT)
_SUMS: Final = Memo(_MEMO_LIMIT)
_DIFFERENCES: Final = Memo(_MEMO_LIMIT)
_SYNCED: Final = Memo(_MEMO_LIMIT)


def _keep_offset(ptr: Bounds) -> Bounds:
    """Pointers keep no 32-bit limits of their own; they are derived again."""
    found = _KEPT.get(ptr.serial)
    if found is None:
        d = Draft(ptr)
        mark_reg32_unbounded(d)
        found = _KEPT.put(ptr.serial, d.freeze())
    return found


def _add_offset(ptr: Bounds, off: Bounds) -> Bounds:
    key = pair(ptr, off)
    found = _SUMS.get(key)
    return found if found is not None else _SUMS.put(key, _sum(ptr, off))


def _sub_offset(ptr: Bounds, off: Bounds) -> Bounds:
    key = pair(ptr, off)
    found = _DIFFERENCES.get(key)
    return found if found is not None else _DIFFERENCES.put(key, _difference(ptr, off))


def _sum(ptr: Bounds, off: Bounds) -> Bounds:
    d = Draft(ptr)
    mark_reg32_unbounded(d)
    d.smin_value, d.smax_value = ptr.smin_value + off.smin_value, ptr.smax_value + off.smax_value
    if d.smin_value < S64_MIN or d.smax_value > S64_MAX:
        d.smin_value, d.smax_value = S64_MIN, S64_MAX
    d.umin_value, d.umax_value = ptr.umin_value + off.umin_value, ptr.umax_value + off.umax_value
    if d.umax_value > U64_MAX:
        d.umin_value, d.umax_value = 0, U64_MAX
    d.var_off = tnum_add(ptr.var_off, off.var_off)
    return d.freeze()


def _difference(ptr: Bounds, off: Bounds) -> Bounds:
    d = Draft(ptr)
    mark_reg32_unbounded(d)
    d.smin_value, d.smax_value = ptr.smin_value - off.smax_value, ptr.smax_value - off.smin_value
    if d.smin_value < S64_MIN or d.smax_value > S64_MAX:
        d.smin_value, d.smax_value = S64_MIN, S64_MAX
    d.umin_value, d.umax_value = ptr.umin_value - off.umax_value, ptr.umax_value - off.umin_value
    if d.umin_value < 0:
        d.umin_value, d.umax_value = 0, U64_MAX
    d.var_off = tnum_sub(ptr.var_off, off.var_off)
    return d.freeze()


def _synced(bounds: Bounds) -> Bounds:
    found = _SYNCED.get(bounds.serial)
    if found is None:
        d = Draft(bounds)
        reg_bounds_sync(d)
        found = _SYNCED.put(bounds.serial, d.freeze())
    return found


# ------------------------------------------------------------------ the rules


def check_reg_sane_offset(env: Env, bounds: Bounds, off: int, type_: int) -> None:
    """Offsets stay far away from where address arithmetic could wrap."""
    smin, known_off = bounds.smin_value, bounds.var_off.mask == 0
    value = s64(bounds.var_off.value) if known_off else 0
    if value >= BPF_MAX_VAR_OFF or value <= -BPF_MAX_VAR_OFF:
        verbose(env, f"math between {reg_type_str(type_)} pointer and {value} is not allowed\n")
    elif off >= BPF_MAX_VAR_OFF or off <= -BPF_MAX_VAR_OFF:
        verbose(env, f"{reg_type_str(type_)} pointer offset {off} is not allowed\n")
    elif smin == S64_MIN:
        verbose(
            env,
            f"math between {reg_type_str(type_)} pointer and register with unbounded min value "
            "is not allowed\n",
        )
    elif smin >= BPF_MAX_VAR_OFF or smin <= -BPF_MAX_VAR_OFF:
        verbose(env, f"value {smin} makes {reg_type_str(type_)} pointer be out of bounds\n")
    else:
        return
    raise Reject(EINVAL)


_UNTRUSTED_MEM_FLAGS: Final = PTR_UNTRUSTED | MEM_RDONLY


def _check_pointer_may_move(env: Env, dst: int, type_: int, op: int, known_off: bool, smin: int) -> None:
    if type_ & PTR_MAYBE_NULL:
        verbose(
            env,
            f"R{dst} pointer arithmetic on {reg_type_str(type_)} prohibited, null-check it first\n",
        )
        raise Reject(EACCES)
    base = type_ & BPF_BASE_TYPE_MASK
    if base in _MOVABLE or (base == PTR_TO_FLOW_KEYS and known_off):
        return
    if base in (PTR_TO_FLOW_KEYS, CONST_PTR_TO_MAP) and known_off and smin == 0 and op == BPF_ADD:
        return
    verbose(env, f"R{dst} pointer arithmetic on {reg_type_str(type_)} prohibited\n")
    raise Reject(EACCES)


def _fits_s32(value: int) -> bool:
    return -(1 << 31) <= value < 1 << 31


def _is_pkt_pointer(reg: RegState) -> bool:
    return reg.type & BPF_BASE_TYPE_MASK in (PTR_TO_PACKET, PTR_TO_PACKET_META)


def _moved(env: Env, ptr: RegState, off: RegState, op: int) -> RegState:
    """The pointer after `ptr += off` or `ptr -= off`, if it stays within sane limits."""
    step = off.bounds.smin_value if op == BPF_ADD else -off.bounds.smin_value
    if off.bounds.var_off.mask == 0 and _fits_s32(ptr.off + step):
        bounds = _keep_offset(ptr.bounds)
        check_reg_sane_offset(env, bounds, ptr.off + step, ptr.type)
        return RegState(ptr.type, _synced(bounds), ptr.off + step, ptr.id, ptr.ref_obj_id, ptr.target)
    if op == BPF_ADD:
        bounds = _add_offset(ptr.bounds, off.bounds)
    else:
        bounds = _sub_offset(ptr.bounds, off.bounds)
    id_, target = ptr.id, ptr.target
    if _is_pkt_pointer(ptr):
        id_ = new_id(env)
        # What was checked to be in the packet stays so only if the pointer moved back.
        if op == BPF_ADD or off.smin_value < 0:
            target = NO_TARGET
    check_reg_sane_offset(env, bounds, ptr.off, ptr.type)
    return RegState(ptr.type, _synced(bounds), ptr.off, id_, ptr.ref_obj_id, target)


def _refuse_operator(env: Env, dst: int, op: int) -> Reject:
    text = ALU[op]
    if op in (BPF_AND, BPF_OR, BPF_XOR):
        verbose(env, f"R{dst} bitwise operator {text} on pointer prohibited\n")
    else:
        verbose(env, f"R{dst} pointer arithmetic with {text} operator prohibited\n")
    return Reject(EACCES)


def _check_subtraction(env: Env, dst: int, ptr: RegState, ptr_is_dst: bool) -> None:
    if not ptr_is_dst:
        verbose(env, f"R{dst} tried to subtract pointer from scalar\n")
        raise Reject(EACCES)
    if ptr.type == PTR_TO_STACK:
        verbose(env, f"R{dst} subtraction from stack pointer prohibited\n")
        raise Reject(EACCES)


def adjust_ptr_min_max_vals(env: Env, insn: Insn, ptr: RegState, off: RegState, ptr_is_dst: bool) -> None:
    """`dst op= src`, one of which is the pointer and the other the scalar `off`; the result is in dst."""
    regs, dst, op = cur_regs(env), insn.dst, insn.code & 0xF0
    if off.bounds.violation is not None and _taints(off.bounds):
        regs[dst] = SCALAR_UNKNOWN
        return
    if insn.code & 0x07 != BPF_ALU64:
        # The difference of two addresses in 32 bits is a number without meaning, but harmless.
        if op == BPF_SUB and env.allow_ptr_leaks:
            regs[dst] = SCALAR_UNKNOWN
            return
        verbose(env, f"R{dst} 32-bit pointer arithmetic prohibited\n")
        raise Reject(EACCES)
    if ptr.type & PTR_UNTRUSTED and ptr.type & ~_UNTRUSTED_MEM_FLAGS == PTR_TO_MEM:
        return  # loads through it may fault, so where it points does not matter
    _check_pointer_may_move(env, dst, ptr.type, op, off.bounds.var_off.mask == 0, off.bounds.smin_value)
    regs[dst] = ptr
    check_reg_sane_offset(env, off.bounds, off.off, ptr.type)
    check_reg_sane_offset(env, ptr.bounds, ptr.off, ptr.type)
    if not sanitize_needed(op):
        raise _refuse_operator(env, dst, op)
    info = NO_MASK
    if not env.bypass_spec_v1:
        if ptr_is_dst:
            regs[dst] = _half_forgotten(ptr)
        info = sanitize_before(env, insn, ptr, off, ptr_is_dst)
    if op == BPF_SUB:
        _check_subtraction(env, dst, ptr, ptr_is_dst)
    moved = regs[dst] = _moved(env, ptr, off, op)
    if not env.bypass_spec_v1:
        sanitize_check_bounds(env, dst, moved)
        sanitize_after(env, insn, moved, not ptr_is_dst, info)


def _half_forgotten(ptr: RegState) -> RegState:
    """As the path on which the pointer did not move gets it: without limits of its lower half, which all its
    other limits contradict. Linux notices when it is copied there, and calls that a bug.
    """
    draft = Draft(ptr.bounds)
    mark_reg32_unbounded(draft)
    return ptr.with_bounds(draft.freeze())


def _taints(off: Bounds) -> bool:
    """Limits that contradict themselves come from a dead branch; the result is then anything."""
    if off.smin_value > off.smax_value or off.umin_value > off.umax_value:
        return True
    return off.var_off.mask == 0 and (off.smin_value != off.smax_value or off.umin_value != off.umax_value)
