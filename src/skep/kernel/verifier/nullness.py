"""Pointers that may be null: which cannot, and what a null check makes of them.

A check of one pointer answers for all its copies: they have the same `id`.
"""

from __future__ import annotations

from typing import Final

from skep.kernel.verifier.btfptr import reg_btf_record
from skep.kernel.verifier.env import Env
from skep.kernel.verifier.refs import release_reference_nomark
from skep.kernel.verifier.regs import RegState, map_target
from skep.kernel.verifier.regtypes import (
    BPF_BASE_TYPE_MASK,
    CONST_PTR_TO_MAP,
    MEM_ALLOC,
    MEM_RCU,
    NON_OWN_REF,
    PTR_MAYBE_NULL,
    PTR_TO_BTF_ID,
    PTR_TO_BUF,
    PTR_TO_MAP_KEY,
    PTR_TO_MAP_VALUE,
    PTR_TO_MEM,
    PTR_TO_SOCK_COMMON,
    PTR_TO_SOCKET,
    PTR_TO_TCP_SOCK,
    PTR_TO_XDP_SOCK,
    PTR_TRUSTED,
    PTR_UNTRUSTED,
    SCALAR_VALUE,
    type_is_ptr_alloc_obj,
    type_may_be_null,
)
from skep.kernel.verifier.state import StackSlot, VerifierState
from skep.uapi import MapType

_XSKMAP: Final = int(MapType.XSKMAP)
_SOCKMAPS: Final = (int(MapType.SOCKMAP), int(MapType.SOCKHASH))

_NEVER_NULL: Final = frozenset(
    (
        PTR_TO_SOCKET,
        PTR_TO_TCP_SOCK,
        PTR_TO_XDP_SOCK,
        PTR_TO_BUF,
        PTR_TO_MAP_VALUE,
        PTR_TO_MAP_KEY,
        PTR_TO_SOCK_COMMON,
        PTR_TO_MEM,
        CONST_PTR_TO_MAP,
    )
)

_TRUSTED_MODIFIERS: Final = MEM_ALLOC | PTR_TRUSTED | NON_OWN_REF


def _is_trusted(reg: RegState) -> bool:
    flags = reg.type & ~BPF_BASE_TYPE_MASK
    return reg.ref_obj_id != 0 or (flags & _TRUSTED_MODIFIERS != 0 and flags & ~_TRUSTED_MODIFIERS == 0)


def reg_not_null(reg: RegState) -> bool:
    """Whether the type promises that there is something. Linux 6.18 does not look at the offset."""
    if type_may_be_null(reg.type):
        return False
    base = reg.type & BPF_BASE_TYPE_MASK
    if base == PTR_TO_MEM and reg.type & PTR_UNTRUSTED:
        return False
    return base in _NEVER_NULL or (base == PTR_TO_BTF_ID and _is_trusted(reg))


def mark_ptr_not_null_reg(reg: RegState) -> RegState:
    """What a looked-up value is once it is known to be there depends on the map: maps and sockets are no
    plain memory.
    """
    map_ptr = reg.map_ptr
    if reg.type & BPF_BASE_TYPE_MASK != PTR_TO_MAP_VALUE or map_ptr is None:
        return reg.with_type(reg.type & ~PTR_MAYBE_NULL)
    inner = map_ptr.inner_map_meta
    if inner is not None:
        # Inner maps with timers or work queues are told apart by the lookup that found them.
        uid = reg.id if inner.record is not None else reg.map_uid
        return reg.with_type(CONST_PTR_TO_MAP).with_target(map_target(inner, uid))
    if map_ptr.map_type == _XSKMAP:
        return reg.with_type(PTR_TO_XDP_SOCK)
    if map_ptr.map_type in _SOCKMAPS:
        return reg.with_type(PTR_TO_SOCKET)
    return reg.with_type(PTR_TO_MAP_VALUE)


def _may_point_to_spin_lock(env: Env, reg: RegState) -> bool:
    record = reg_btf_record(env, reg)
    return record is not None and record.has_lock


def _mark_ptr_or_null_reg(env: Env, reg: RegState, id_: int, is_null: bool) -> RegState:
    if not type_may_be_null(reg.type) or reg.id != id_ or not (id_ or reg.type & MEM_RCU):
        return reg
    bounds = reg.bounds
    if bounds.smin_value or bounds.smax_value or bounds.var_off.mask or bounds.var_off.value:
        return reg
    if reg.off and not (type_is_ptr_alloc_obj(reg.type) or reg.type & NON_OWN_REF):
        return reg
    if is_null:
        return RegState(SCALAR_VALUE, bounds, reg.off)
    reg = mark_ptr_not_null_reg(reg)
    # Locks are told apart by id; anything else prunes better without one.
    return reg if _may_point_to_spin_lock(env, reg) else reg.with_id(0)


def mark_ptr_or_null_regs(env: Env, state: VerifierState, regno: int, is_null: bool) -> None:
    """Make every copy of the pointer in `regno` null, or not; a null reference need not be given back."""
    checked = state.frame[state.curframe].regs[regno]
    id_ = checked.id
    if is_null and checked.ref_obj_id and checked.ref_obj_id == id_:
        release_reference_nomark(state, id_)
    for func in state.frame:
        regs = func.regs
        for index in range(len(regs)):
            regs[index] = _mark_ptr_or_null_reg(env, regs[index], id_, is_null)
        stack = func.stack
        for spi in range(len(stack)):
            slot = stack[spi]
            if not slot.is_spilled_reg:
                continue
            reg = _mark_ptr_or_null_reg(env, slot.spilled, id_, is_null)
            if reg is not slot.spilled:
                stack[spi] = StackSlot(slot.types, reg)
