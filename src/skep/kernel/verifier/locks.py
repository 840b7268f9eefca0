"""bpf_spin_lock: taken and given back, one at a time, within one function."""

from __future__ import annotations

from errno import EINVAL

from skep.kernel.verifier.bounds import s64
from skep.kernel.verifier.env import Env, Reject, cur_regs, verbose
from skep.kernel.verifier.regs import NOT_INIT_REG, SCALAR_UNKNOWN
from skep.kernel.verifier.regtypes import NON_OWN_REF
from skep.kernel.verifier.state import REF_TYPE_LOCK, REF_TYPE_LOCK_MASK, RefState, StackSlot, VerifierState


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


def release_lock_state(state: VerifierState, type_: int, id_: int, ptr: object) -> None:
    """The lock is no longer held; the one taken before it becomes the active one."""
    before_id, before_ptr = 0, None
    for index, ref in enumerate(state.refs):
        if ref.type == type_ and ref.id == id_ and ref.ptr is ptr:
            last = state.refs.pop()
            if index < len(state.refs):
                state.refs[index] = last
            state.active_locks -= 1
            state.active_lock_id, state.active_lock_ptr = before_id, before_ptr
            return
        if ref.type & REF_TYPE_LOCK_MASK:
            before_id, before_ptr = ref.id, ref.ptr


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


def _check_points_to_lock(env: Env, regno: int) -> object:
    """The register points to the lock in its value; what the lock belongs to."""
    reg = cur_regs(env)[regno]
    var_off = reg.bounds.var_off
    if var_off.mask:
        what = "doesn't have constant offset. bpf_spin_lock has to be at the constant offset"
        raise _refuse(env, f"R{regno} {what}\n")
    vmap = reg.target.map_ptr
    if vmap is None:
        raise _refuse(env, "local 'kptr' has no valid bpf_spin_lock\n")
    if vmap.btf is None:
        raise _refuse(env, f"map '{vmap.name}' has to have BTF in order to use bpf_spin_lock\n")
    field = vmap.record.find("bpf_spin_lock") if vmap.record is not None else None
    if field is None:
        raise _refuse(env, f"map '{vmap.name}' has no valid bpf_spin_lock\n")
    off = s64(var_off.value) + reg.off
    if off != field.offset:
        raise _refuse(env, f"off {off} doesn't point to 'struct bpf_spin_lock' that is at {field.offset}\n")
    return vmap


def process_spin_lock(env: Env, regno: int, is_lock: bool) -> None:
    """bpf_spin_lock(regno) or bpf_spin_unlock(regno)."""
    owner = _check_points_to_lock(env, regno)
    state = env.cur_state
    id_ = cur_regs(env)[regno].id
    if is_lock:
        if state.active_locks and find_lock_state(state, REF_TYPE_LOCK, 0, None) is not None:
            raise _refuse(env, "Locking two bpf_spin_locks are not allowed\n")
        acquire_lock_state(env, env.insn_idx, REF_TYPE_LOCK, id_, owner)
        return
    if not state.active_locks:
        raise _refuse(env, "bpf_spin_unlock without taking a lock\n")
    if find_lock_state(state, REF_TYPE_LOCK, id_, owner) is None:
        raise _refuse(env, "bpf_spin_unlock of different lock\n")
    if state.active_lock_id != id_ or state.active_lock_ptr is not owner:
        raise _refuse(env, "bpf_spin_unlock cannot be out of order\n")
    release_lock_state(state, REF_TYPE_LOCK, id_, owner)
    invalidate_non_owning_refs(env)
