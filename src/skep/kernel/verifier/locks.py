"""bpf_spin_lock and bpf_res_spin_lock: taken and given back in the right order."""

from __future__ import annotations

from errno import EINVAL
from typing import Final

from skep.kernel.verifier.bounds import s64
from skep.kernel.verifier.btfptr import reg_btf_record
from skep.kernel.verifier.env import Env, Reject, cur_regs, verbose
from skep.kernel.verifier.regs import NOT_INIT_REG, SCALAR_UNKNOWN
from skep.kernel.verifier.regtypes import NON_OWN_REF, PTR_TO_MAP_VALUE
from skep.kernel.verifier.state import (
    REF_TYPE_LOCK,
    REF_TYPE_LOCK_MASK,
    REF_TYPE_RES_LOCK,
    REF_TYPE_RES_LOCK_IRQ,
    RefState,
    StackSlot,
    VerifierState,
)

# What is done with the lock.
PROCESS_SPIN_LOCK: Final = 1  # taken, not given back
PROCESS_RES_LOCK: Final = 2  # a bpf_res_spin_lock
PROCESS_LOCK_IRQ: Final = 4  # with interrupts off


def _refuse(env: Env, text: str) -> Reject:
    verbose(env, text)
    return Reject(EINVAL)


def find_lock_state(state: VerifierState, type_: int, id_: int, ptr: object) -> RefState | None:
    """The held lock of these kinds; with `ptr` None any of them."""
    for ref in state.refs:
        if ref.type & type_ and (ptr is None or (ref.id == id_ and ref.ptr is ptr)):
            return ref
    return None


def acquire_lock_state(env: Env, insn_idx: int, type_: int, id_: int, ptr: object) -> None:
    """Note that the lock is held from this instruction on."""
    state = env.cur_state
    state.refs.append(RefState(type_, id_, insn_idx, ptr))
    state.active_locks += 1
    state.active_lock_id = id_
    state.active_lock_ptr = ptr


def release_lock_state(state: VerifierState, type_: int, id_: int, ptr: object) -> bool:
    """The lock is no longer held; the one taken before it becomes the active one. False: it was not held."""
    before_id, before_ptr = 0, None
    for index, ref in enumerate(state.refs):
        if ref.type == type_ and ref.id == id_ and ref.ptr is ptr:
            del state.refs[index]
            state.active_locks -= 1
            state.active_lock_id, state.active_lock_ptr = before_id, before_ptr
            return True
        if ref.type & REF_TYPE_LOCK_MASK:
            before_id, before_ptr = ref.id, ref.ptr
    return False


def invalidate_non_owning_refs(env: Env) -> None:
    """Pointers that were good under the lock only."""
    invalid = SCALAR_UNKNOWN if env.allow_ptr_leaks else NOT_INIT_REG
    for func in env.cur_state.frame:
        for regno, reg in enumerate(func.regs):
            if reg.type & NON_OWN_REF:
                func.regs[regno] = invalid
        for spi, slot in enumerate(func.stack):
            if slot.is_spilled_reg and slot.spilled.type & NON_OWN_REF:
                func.stack[spi] = StackSlot(slot.types, invalid)


def _check_points_to_lock(env: Env, regno: int, lock: str) -> object:
    """The register points to the lock in its value; what the lock belongs to."""
    reg = cur_regs(env)[regno]
    var_off = reg.bounds.var_off
    if var_off.mask:
        what = f"doesn't have constant offset. {lock} has to be at the constant offset"
        raise _refuse(env, f"R{regno} {what}\n")
    vmap = reg.target.map_ptr if reg.type == PTR_TO_MAP_VALUE else None
    if vmap is not None and vmap.btf is None:
        raise _refuse(env, f"map '{vmap.name}' has to have BTF in order to use {lock}\n")
    record = reg_btf_record(env, reg)
    field = record.find(lock) if record is not None else None
    if field is None:
        what = f"map '{vmap.name}'" if vmap is not None else "local 'kptr'"
        raise _refuse(env, f"{what} has no valid {lock}\n")
    off = s64(var_off.value) + reg.off
    if off != field.offset:
        raise _refuse(env, f"off {off} doesn't point to 'struct {lock}' that is at {field.offset}\n")
    return vmap if vmap is not None else reg.btf


def _lock(env: Env, type_: int, id_: int, owner: object) -> None:
    state = env.cur_state
    if type_ == REF_TYPE_LOCK:
        if state.active_locks and find_lock_state(state, REF_TYPE_LOCK, 0, None) is not None:
            raise _refuse(env, "Locking two bpf_spin_locks are not allowed\n")
    elif find_lock_state(state, REF_TYPE_RES_LOCK | REF_TYPE_RES_LOCK_IRQ, id_, owner) is not None:
        raise _refuse(env, "Acquiring the same lock again, AA deadlock detected\n")
    acquire_lock_state(env, env.insn_idx, type_, id_, owner)


def process_spin_lock(env: Env, regno: int, flags: int) -> None:
    """Take the lock that the register points to, or give it back."""
    prefix = "bpf_res_spin" if flags & PROCESS_RES_LOCK else "bpf_spin"
    owner = _check_points_to_lock(env, regno, f"{prefix}_lock")
    type_ = REF_TYPE_LOCK
    if flags & PROCESS_RES_LOCK:
        type_ = REF_TYPE_RES_LOCK_IRQ if flags & PROCESS_LOCK_IRQ else REF_TYPE_RES_LOCK
    state = env.cur_state
    id_ = cur_regs(env)[regno].id
    if flags & PROCESS_SPIN_LOCK:
        _lock(env, type_, id_, owner)
        return
    if not state.active_locks:
        raise _refuse(env, f"{prefix}_unlock without taking a lock\n")
    if find_lock_state(state, type_, id_, owner) is None:
        raise _refuse(env, f"{prefix}_unlock of different lock\n")
    if state.active_lock_id != id_ or state.active_lock_ptr is not owner:
        raise _refuse(env, f"{prefix}_unlock cannot be out of order\n")
    if not release_lock_state(state, type_, id_, owner):
        raise _refuse(env, f"{prefix}_unlock of different lock\n")
    invalidate_non_owning_refs(env)
