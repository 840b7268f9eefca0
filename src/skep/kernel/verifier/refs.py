"""References: what a program holds and must give back."""

from __future__ import annotations

from errno import EINVAL

from skep.kernel.verifier.env import Env, Reject, new_id
from skep.kernel.verifier.regs import NOT_INIT_REG, SCALAR_UNKNOWN
from skep.kernel.verifier.state import REF_TYPE_PTR, RefState, StackSlot, VerifierState


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
            # Linux moves the last entry into the hole; the order shows in logs.
            last = state.refs.pop()
            if index < len(state.refs):
                state.refs[index] = last
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
