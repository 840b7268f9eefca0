"""References: what a program holds and must give back."""

from __future__ import annotations

from errno import EINVAL

from skep.kernel.verifier.env import Env, Reject, cur_regs, new_id, verbose
from skep.kernel.verifier.regs import NOT_INIT_REG, SCALAR_UNKNOWN, RegState
from skep.kernel.verifier.regtypes import MEM_ALLOC, MEM_PERCPU, MEM_RCU
from skep.kernel.verifier.state import REF_TYPE_PTR, RefState, StackSlot, VerifierState
from skep.uapi import ProgType


def acquire_reference(env: Env, insn_idx: int) -> int:
    """Note a new reference taken at this instruction; its id becomes the `ref_obj_id` of the pointer."""
    ref_id = new_id(env)
    env.cur_state.refs.append(RefState(REF_TYPE_PTR, ref_id, insn_idx))
    return ref_id


def find_reference(state: VerifierState, ref_obj_id: int) -> RefState | None:
    for ref in state.refs:
        if ref.type == REF_TYPE_PTR and ref.id == ref_obj_id:
            return ref
    return None


def release_reference_nomark(state: VerifierState, ref_obj_id: int) -> bool:
    """Forget the reference, keep the pointers; false if it is not held."""
    for index, ref in enumerate(state.refs):
        if ref.type == REF_TYPE_PTR and ref.id == ref_obj_id:
            del state.refs[index]
            return True
    return False


def release_reference(env: Env, ref_obj_id: int) -> None:
    """Give the reference back: every copy of the pointer in any frame becomes unusable."""
    state = env.cur_state
    if not release_reference_nomark(state, ref_obj_id):
        raise Reject(EINVAL)
    invalid = NOT_INIT_REG if not env.allow_ptr_leaks else SCALAR_UNKNOWN
    for func in state.frame:
        regs = func.regs
        for regno in range(len(regs)):
            if regs[regno].ref_obj_id == ref_obj_id:
                regs[regno] = invalid
        stack = func.stack
        for spi in range(len(stack)):
            slot = stack[spi]
            if slot.is_spilled_reg and slot.spilled.ref_obj_id == ref_obj_id:
                stack[spi] = StackSlot(slot.types, invalid)


def release_into_kptr(env: Env, ref_obj_id: int, in_rcu: bool) -> None:
    """bpf_kptr_xchg takes the reference. A per-CPU object stays readable until the RCU section ends."""
    state = env.cur_state
    if not release_reference_nomark(state, ref_obj_id):
        raise Reject(EINVAL)
    invalid = NOT_INIT_REG if not env.allow_ptr_leaks else SCALAR_UNKNOWN

    def after(reg: RegState) -> RegState:
        if reg.ref_obj_id != ref_obj_id:
            return reg
        if in_rcu and reg.type & MEM_ALLOC and reg.type & MEM_PERCPU:
            return reg.with_ref_obj_id(0).with_type(reg.type & ~MEM_ALLOC | MEM_RCU)
        return invalid

    for func in state.frame:
        for regno, reg in enumerate(func.regs):
            func.regs[regno] = after(reg)
        for spi, slot in enumerate(func.stack):
            if slot.is_spilled_reg and slot.spilled.ref_obj_id == ref_obj_id:
                func.stack[spi] = StackSlot(slot.types, after(slot.spilled))


def _check_reference_leak(env: Env, exception_exit: bool) -> bool:
    """Whether nothing is held, or only what a struct_ops program returns to the kernel."""
    state = env.cur_state
    if not exception_exit and state.curframe:
        return True
    returned = cur_regs(env)[1 if exception_exit else 0].ref_obj_id
    clean = True
    for ref in state.refs:
        if ref.type != REF_TYPE_PTR:
            continue
        if env.prog_type == ProgType.STRUCT_OPS and not exception_exit and returned == ref.id:
            continue
        verbose(env, f"Unreleased reference id={ref.id} alloc_insn={ref.insn_idx}\n")
        clean = False
    return clean


def check_resource_leak(env: Env, exception_exit: bool, check_lock: bool, prefix: str) -> None:
    """Where the program may end (`prefix` says how), nothing may be held: references, locks, sections."""
    state = env.cur_state
    if check_lock and state.active_locks:
        verbose(env, f"{prefix} cannot be used inside bpf_spin_lock-ed region\n")
        raise Reject(EINVAL)
    if state.refs and not _check_reference_leak(env, exception_exit):
        verbose(env, f"{prefix} would lead to reference leak\n")
        raise Reject(EINVAL)
    if not check_lock:
        return
    for held, region in (
        (state.active_irq_id, "bpf_local_irq_save-ed"),
        (state.active_rcu_lock, "bpf_rcu_read_lock-ed"),
        (state.active_preempt_locks, "bpf_preempt_disable-ed"),
    ):
        if held:
            verbose(env, f"{prefix} cannot be used inside {region} region\n")
            raise Reject(EINVAL)
