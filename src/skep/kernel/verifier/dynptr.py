"""Dynptrs: pointers whose bounds are checked at run time, kept on the stack in two slots.

Both slots are STACK_DYNPTR as a whole or not at all; the first one (at the higher address, where fp-16 of a
dynptr at fp-16 has its lower half: slot `spi`, with `first_slot` set) says what kind it is. A write to either
destroys both, and what was sliced from them; a dynptr that holds a reference must be given back instead.
"""

from __future__ import annotations

from errno import EINVAL
from typing import Final

from skep.isa.opcodes import BPF_DW
from skep.kernel.verifier.access import BPF_WRITE
from skep.kernel.verifier.bounds import s64
from skep.kernel.verifier.env import (
    Env,
    Reject,
    cur_regs,
    func_of,
    mark_stack_slot_scratched,
    new_id,
    verbose,
)
from skep.kernel.verifier.liveness import bpf_mark_stack_read, bpf_mark_stack_write
from skep.kernel.verifier.refs import acquire_reference, release_reference
from skep.kernel.verifier.regs import (
    BPF_DYNPTR_TYPE_LOCAL,
    BPF_DYNPTR_TYPE_RINGBUF,
    BPF_DYNPTR_TYPE_SKB,
    BPF_DYNPTR_TYPE_SKB_META,
    BPF_DYNPTR_TYPE_XDP,
    NOT_INIT_REG,
    SCALAR_UNKNOWN,
    RegState,
    Target,
    pointer,
)
from skep.kernel.verifier.regtypes import (
    CONST_PTR_TO_DYNPTR,
    DYNPTR_TYPE_FLAG_MASK,
    DYNPTR_TYPE_LOCAL,
    DYNPTR_TYPE_RINGBUF,
    DYNPTR_TYPE_SKB,
    DYNPTR_TYPE_SKB_META,
    DYNPTR_TYPE_XDP,
    MEM_RDONLY,
    MEM_UNINIT,
    PTR_MAYBE_NULL,
    PTR_TO_MEM,
    PTR_TO_STACK,
)
from skep.kernel.verifier.state import BPF_REG_SIZE, INVALID_SLOT, STACK_DYNPTR, FuncState, StackSlot

DYNPTR_NR_SLOTS: Final = 2
_DYNPTR_TYPES: Final = bytes([STACK_DYNPTR]) * BPF_REG_SIZE

_KINDS: Final = {
    DYNPTR_TYPE_LOCAL: BPF_DYNPTR_TYPE_LOCAL,
    DYNPTR_TYPE_RINGBUF: BPF_DYNPTR_TYPE_RINGBUF,
    DYNPTR_TYPE_SKB: BPF_DYNPTR_TYPE_SKB,
    DYNPTR_TYPE_XDP: BPF_DYNPTR_TYPE_XDP,
    DYNPTR_TYPE_SKB_META: BPF_DYNPTR_TYPE_SKB_META,
}
_NAMES: Final = {
    BPF_DYNPTR_TYPE_LOCAL: "local",
    BPF_DYNPTR_TYPE_RINGBUF: "ringbuf",
    BPF_DYNPTR_TYPE_SKB: "skb",
    BPF_DYNPTR_TYPE_XDP: "xdp",
    BPF_DYNPTR_TYPE_SKB_META: "skb_meta",
}

#: What _get_spi gives for a place beyond the stack known so far, which a write may still make part of it.
_BEYOND: Final = -34
_INVALID: Final = -22


def _refuse(env: Env, text: str) -> Reject:
    verbose(env, text)
    return Reject(EINVAL)


def arg_to_dynptr_type(arg_type: int) -> int:
    """The kind that an argument asks for, 0 for any."""
    return _KINDS.get(arg_type & DYNPTR_TYPE_FLAG_MASK, 0)


def dynptr_type_flag(kind: int) -> int:
    """The flag of a kind in argument and register types (Linux: get_dynptr_type_flag)."""
    return next((flag for flag, other in _KINDS.items() if other == kind), 0)


def _get_spi(env: Env, reg: RegState) -> int:
    """The first slot of the dynptr that the register points to; negative if it cannot be one."""
    if reg.bounds.var_off.mask:
        verbose(env, "dynptr has to be at a constant offset\n")
        return _INVALID
    off = reg.off + s64(reg.bounds.var_off.value)
    spi = (-off - 1) // BPF_REG_SIZE
    if off % BPF_REG_SIZE or spi + 1 < DYNPTR_NR_SLOTS:
        verbose(env, f"cannot pass in dynptr at an offset={off}\n")
        return _INVALID
    return spi if spi < len(func_of(env, reg).stack) else _BEYOND


def _first_slot(state: FuncState, spi: int) -> int:
    return spi if state.stack[spi].spilled.target.first_slot else spi + 1


def _both(spi: int) -> int:
    """The mask of the two slots for liveness."""
    return 1 << spi | 1 << (spi - 1)


def _invalidate(env: Env, state: FuncState, spi: int) -> None:
    state.stack[spi] = state.stack[spi - 1] = INVALID_SLOT
    bpf_mark_stack_write(env, state.frameno, _both(spi))


def destroy_if_dynptr_stack_slot(env: Env, state: FuncState, spi: int) -> None:
    """A write over part of a dynptr makes all of it, and its slices, unusable."""
    if state.stack[spi].types[0] != STACK_DYNPTR:
        return
    spi = _first_slot(state, spi)
    dynptr = state.stack[spi].spilled
    if dynptr.target.dynptr_type == BPF_DYNPTR_TYPE_RINGBUF:
        raise _refuse(env, "cannot overwrite referenced dynptr\n")
    mark_stack_slot_scratched(env, spi)
    mark_stack_slot_scratched(env, spi - 1)
    _invalidate(env, state, spi)
    _invalidate_slices(env, dynptr.id)


def _invalidate_slices(env: Env, dynptr_id: int) -> None:
    invalid = SCALAR_UNKNOWN if env.allow_ptr_leaks else NOT_INIT_REG

    def is_slice(reg: RegState) -> bool:
        return reg.type & ~PTR_MAYBE_NULL == PTR_TO_MEM and reg.target.dynptr_id == dynptr_id

    for func in env.cur_state.frame:
        for regno, reg in enumerate(func.regs):
            if is_slice(reg):
                func.regs[regno] = invalid
        for spi, slot in enumerate(func.stack):
            if slot.is_spilled_reg and is_slice(slot.spilled):
                func.stack[spi] = StackSlot(slot.types, invalid)


def mark_stack_slots_dynptr(env: Env, reg: RegState, arg_type: int, insn_idx: int, clone_ref: int) -> None:
    """The two slots become a dynptr of the kind that the argument says."""
    state = func_of(env, reg)
    spi = _get_spi(env, reg)
    if spi < 0:
        raise Reject(-spi)
    destroy_if_dynptr_stack_slot(env, state, spi)
    destroy_if_dynptr_stack_slot(env, state, spi - 1)
    kind = arg_to_dynptr_type(arg_type)
    if not kind:
        raise Reject(EINVAL)
    id_ = new_id(env)
    ref = 0
    if kind == BPF_DYNPTR_TYPE_RINGBUF:
        ref = clone_ref or acquire_reference(env, insn_idx)
    for slot, first in ((spi, True), (spi - 1, False)):
        # Logs print `first_slot` as the dynptr's id: Linux keeps the two in one word.
        target = Target(dynptr_type=kind, first_slot=first, dynptr_id=int(first))
        spilled = pointer(CONST_PTR_TO_DYNPTR, id=id_, ref_obj_id=ref, target=target)
        state.stack[slot] = StackSlot(_DYNPTR_TYPES, spilled)
    bpf_mark_stack_write(env, state.frameno, _both(spi))


def unmark_stack_slots_dynptr(env: Env, reg: RegState) -> None:
    """The dynptr is given back, with its clones and slices."""
    state = func_of(env, reg)
    spi = _get_spi(env, reg)
    if spi < 0:
        raise Reject(-spi)
    dynptr = state.stack[spi].spilled
    if dynptr.target.dynptr_type != BPF_DYNPTR_TYPE_RINGBUF:
        _invalidate(env, state, spi)
        return
    ref = dynptr.ref_obj_id
    release_reference(env, ref)
    for slot in range(1, len(state.stack)):
        spilled = state.stack[slot].spilled
        if (
            state.stack[slot].types[0] == STACK_DYNPTR
            and spilled.ref_obj_id == ref
            and spilled.target.first_slot
        ):
            _invalidate(env, state, slot)


def dynptr_of(env: Env, reg: RegState) -> RegState | None:
    """The dynptr behind an argument; None if there is none."""
    if reg.type == CONST_PTR_TO_DYNPTR:
        return reg
    state = func_of(env, reg)
    spi = _get_spi(env, reg)
    if spi < 0 or state.stack[spi].types[0] != STACK_DYNPTR:
        return None
    return state.stack[spi].spilled if state.stack[spi].spilled.target.first_slot else None


def process_dynptr_func(env: Env, regno: int, insn_idx: int, arg_type: int, clone_ref: int) -> None:
    """An argument that is a dynptr: one to be made (MEM_UNINIT), or one that is there."""
    # Circular: a write of memory may destroy a dynptr.
    from skep.kernel.verifier.memory import check_mem_access

    reg = cur_regs(env)[regno]
    if reg.type not in (PTR_TO_STACK, CONST_PTR_TO_DYNPTR):
        what = "expected pointer to stack or const struct bpf_dynptr"
        raise _refuse(env, f"arg#{regno - 1} {what}\n")
    if arg_type & MEM_UNINIT:
        if reg.type == CONST_PTR_TO_DYNPTR or _get_spi(env, reg) == _INVALID:
            raise _refuse(env, "Dynptr has to be an uninitialized dynptr\n")
        for off in (0, 8):
            check_mem_access(env, insn_idx, regno, off, BPF_DW, BPF_WRITE, -1, False, False)
        mark_stack_slots_dynptr(env, reg, arg_type, insn_idx, clone_ref)
        return
    if reg.type == CONST_PTR_TO_DYNPTR and not arg_type & MEM_RDONLY:
        raise _refuse(env, "cannot pass pointer to const bpf_dynptr, the helper mutates it\n")
    dynptr = dynptr_of(env, reg)
    if dynptr is None:
        raise _refuse(env, f"Expected an initialized dynptr as arg #{regno - 1}\n")
    kind = arg_to_dynptr_type(arg_type)
    if kind and dynptr.target.dynptr_type != kind:
        raise _refuse(env, f"Expected a dynptr of type {_NAMES[kind]} as arg #{regno - 1}\n")
    if reg.type == PTR_TO_STACK:
        spi = _get_spi(env, reg)
        mark_stack_slot_scratched(env, spi)
        mark_stack_slot_scratched(env, spi - 1)
        bpf_mark_stack_read(env, reg.frameno, env.insn_idx, _both(spi))
