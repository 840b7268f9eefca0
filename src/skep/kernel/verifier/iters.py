"""Open-coded iterators: `bpf_iter_X_new`, `_next` until null, `_destroy`, on an object on the stack.

The object's slots are STACK_ITER; the first one holds a reference that `_destroy` gives back. Every `_next`
has two ends: nothing comes any more (the iterator is drained, R0 is 0), or another element; the second one is
queued, with everything that changes from round to round widened, so that rounds become equal and the loop
ends.
"""

from __future__ import annotations

from errno import EFAULT, EINVAL, EPROTO, ERANGE
from typing import Final

from skep.btf import Btf
from skep.btf import types as t
from skep.isa.opcodes import BPF_DW
from skep.kernel.verifier.access import BPF_WRITE
from skep.kernel.verifier.bounds import s64
from skep.kernel.verifier.btfptr import in_rcu_cs, type_name
from skep.kernel.verifier.env import (
    Env,
    Reject,
    cur_regs,
    func_of,
    mark_stack_slot_scratched,
    verbose,
    verifier_bug,
)
from skep.kernel.verifier.explore import find_prev_entry, push_stack, same_callsites, widen_imprecise_scalars
from skep.kernel.verifier.kfunc_meta import KfuncMeta
from skep.kernel.verifier.liveness import bpf_mark_stack_read, bpf_mark_stack_write
from skep.kernel.verifier.memory import check_mem_access
from skep.kernel.verifier.nullness import mark_ptr_not_null_reg
from skep.kernel.verifier.refs import acquire_reference, release_reference
from skep.kernel.verifier.regs import (
    BPF_ITER_STATE_ACTIVE,
    BPF_ITER_STATE_DRAINED,
    SCALAR_ZERO,
    RegState,
    Target,
    pointer,
)
from skep.kernel.verifier.regtypes import MEM_RCU, PTR_TO_STACK, PTR_UNTRUSTED
from skep.kernel.verifier.stack_slots import get_spi
from skep.kernel.verifier.state import (
    BPF_REG_SIZE,
    INVALID_SLOT,
    STACK_ITER,
    FuncState,
    StackSlot,
    VerifierState,
)

_ITER_TYPES: Final = bytes([STACK_ITER]) * BPF_REG_SIZE


def stack_slot_obj_get_spi(env: Env, reg: RegState, kind: str, nr_slots: int) -> int:
    """The first slot of the object that the register points to; a negative errno if it cannot be one.

    -ERANGE: beyond the stack known so far, which a write may still make part of it.
    """
    if reg.bounds.var_off.mask:
        verbose(env, f"{kind} has to be at a constant offset\n")
        return -EINVAL
    off = reg.off + s64(reg.bounds.var_off.value)
    spi = get_spi(off)
    if off % BPF_REG_SIZE or spi + 1 < nr_slots:
        verbose(env, f"cannot pass in {kind} at an offset={off}\n")
        return -EINVAL
    return spi if spi < len(func_of(env, reg).stack) else -ERANGE


def _iter_get_spi(env: Env, reg: RegState, nr_slots: int) -> int:
    return stack_slot_obj_get_spi(env, reg, "iter", nr_slots)


def iter_type_str(btf: Btf, btf_id: int) -> str:
    return type_name(btf, btf_id).removeprefix("bpf_iter_")


def _mask(spi: int, nr_slots: int) -> int:
    return sum(1 << (spi - i) for i in range(nr_slots))


# ------------------------------------------------------------------ the object on the stack


def _is_iter_reg_valid_uninit(env: Env, reg: RegState, nr_slots: int) -> bool:
    spi = _iter_get_spi(env, reg, nr_slots)
    if spi < 0:
        return spi == -ERANGE
    stack = func_of(env, reg).stack
    return all(STACK_ITER not in stack[spi - i].types for i in range(nr_slots))


def _mark_stack_slots_iter(
    env: Env, meta: KfuncMeta, reg: RegState, insn_idx: int, btf: Btf, btf_id: int, nr_slots: int
) -> None:
    state = func_of(env, reg)
    spi = _iter_get_spi(env, reg, nr_slots)
    if spi < 0:
        raise Reject(-spi)
    ref = acquire_reference(env, insn_idx)
    type_ = PTR_TO_STACK
    if meta.rcu_protected:
        type_ |= MEM_RCU if in_rcu_cs(env) else PTR_UNTRUSTED
    target = Target(btf=btf, btf_id=btf_id, iter_state=BPF_ITER_STATE_ACTIVE)
    for i in range(nr_slots):
        main = pointer(type_, ref_obj_id=ref if i == 0 else 0, target=target)
        state.stack[spi - i] = StackSlot(_ITER_TYPES, main)
        bpf_mark_stack_write(env, state.frameno, 1 << (spi - i))
        mark_stack_slot_scratched(env, spi - i)


def _unmark_stack_slots_iter(env: Env, reg: RegState, nr_slots: int) -> None:
    state = func_of(env, reg)
    spi = _iter_get_spi(env, reg, nr_slots)
    release_reference(env, state.stack[spi].spilled.ref_obj_id)
    for i in range(nr_slots):
        state.stack[spi - i] = INVALID_SLOT
        bpf_mark_stack_write(env, state.frameno, 1 << (spi - i))
        mark_stack_slot_scratched(env, spi - i)


def _is_iter_reg_valid_init(env: Env, reg: RegState, btf: Btf, btf_id: int, nr_slots: int) -> int:
    """0, or the errno why not."""
    spi = _iter_get_spi(env, reg, nr_slots)
    if spi < 0:
        return EINVAL
    stack = func_of(env, reg).stack
    for i in range(nr_slots):
        slot = stack[spi - i]
        st = slot.spilled
        if st.type & PTR_UNTRUSTED:
            return EPROTO
        if (st.ref_obj_id != 0) != (i == 0):
            return EINVAL
        if st.target.btf is not btf or st.target.btf_id != btf_id or slot.types != _ITER_TYPES:
            return EINVAL
    return 0


def _iter_arg_type(meta: KfuncMeta, index: int) -> tuple[int, int]:
    """The iterator's structure and its slots (Linux: btf_check_iter_arg); (0, 0) if it is none."""
    if index >= len(meta.proto.params):
        return 0, 0
    ptr = meta.btf.resolve(meta.proto.params[index].type)
    btf_id = meta.btf.skip(ptr.type) if isinstance(ptr, t.Ptr) else 0
    type_ = meta.btf.get(btf_id)
    if not isinstance(type_, t.Struct) or not type_.name.startswith("bpf_iter_") or type_.size % BPF_REG_SIZE:
        return 0, 0
    return btf_id, type_.size // BPF_REG_SIZE


def process_iter_arg(env: Env, regno: int, insn_idx: int, meta: KfuncMeta) -> None:
    reg = cur_regs(env)[regno]
    arg = regno - 1

    def refuse(text: str, errno: int = EINVAL) -> Reject:
        verbose(env, text)
        return Reject(errno)

    if reg.type != PTR_TO_STACK:
        raise refuse(f"arg#{arg} expected pointer to an iterator on stack\n")
    btf_id, nr_slots = _iter_arg_type(meta, arg)
    if not btf_id:
        raise refuse(f"expected valid iter pointer as arg #{arg}\n")
    name = iter_type_str(meta.btf, btf_id)
    if meta.is_iter_new:
        if not _is_iter_reg_valid_uninit(env, reg, nr_slots):
            raise refuse(f"expected uninitialized iter_{name} as arg #{arg}\n")
        for i in range(nr_slots):
            check_mem_access(env, insn_idx, regno, i * 8, BPF_DW, BPF_WRITE, -1, False, False)
        _mark_stack_slots_iter(env, meta, reg, insn_idx, meta.btf, btf_id, nr_slots)
        return
    errno = _is_iter_reg_valid_init(env, reg, meta.btf, btf_id, nr_slots)
    if errno == EINVAL:
        raise refuse(f"expected an initialized iter_{name} as arg #{arg}\n")
    if errno == EPROTO:
        raise refuse(f"expected an RCU CS when using {meta.name}\n", EPROTO)
    spi = _iter_get_spi(env, reg, nr_slots)
    bpf_mark_stack_read(env, reg.target.frameno, env.insn_idx, _mask(spi, nr_slots))
    for i in range(nr_slots):
        mark_stack_slot_scratched(env, spi - i)
    meta.iter_spi = spi
    meta.iter_frameno = reg.target.frameno
    meta.ref_obj_id = func_of(env, reg).stack[spi].spilled.ref_obj_id
    if meta.is_iter_destroy:
        _unmark_stack_slots_iter(env, reg, nr_slots)


# ------------------------------------------------------------------ the next round


def iter_of(state: VerifierState, meta: KfuncMeta) -> RegState:
    """The iterator that the call works on."""
    return state.frame[meta.iter_frameno].stack[meta.iter_spi].spilled


def _set_iter(state: VerifierState, meta: KfuncMeta, iter_state: int, depth: int) -> None:
    func: FuncState = state.frame[meta.iter_frameno]
    slot = func.stack[meta.iter_spi]
    old = slot.spilled.target
    target = Target(btf=old.btf, btf_id=old.btf_id, iter_state=iter_state, iter_depth=depth)
    func.stack[meta.iter_spi] = StackSlot(slot.types, slot.spilled.with_target(target))


def process_iter_next_call(env: Env, insn_idx: int, meta: KfuncMeta) -> None:
    """Queue the path on which there is another element, and go on with the one on which there is none."""
    cur = env.cur_state
    target = iter_of(cur, meta).target
    if target.iter_state not in (BPF_ITER_STATE_ACTIVE, BPF_ITER_STATE_DRAINED):
        raise verifier_bug(env, f"unexpected iterator state {target.iter_state}")
    if target.iter_state == BPF_ITER_STATE_ACTIVE:
        parent = cur.parent
        # The call is a checkpoint, always.
        if parent is None or parent.insn_idx != insn_idx or not same_callsites(parent, cur):
            verbose(env, "bug: bad parent state for iter next call")
            raise Reject(EFAULT)
        previous = find_prev_entry(env, parent, insn_idx)
        queued = push_stack(env, insn_idx + 1, insn_idx, False)
        _set_iter(queued, meta, BPF_ITER_STATE_ACTIVE, target.iter_depth + 1)
        if previous is not None:
            widen_imprecise_scalars(env, previous, queued)
        regs = queued.frame[queued.curframe].regs
        regs[0] = mark_ptr_not_null_reg(regs[0])
    _set_iter(cur, meta, BPF_ITER_STATE_DRAINED, target.iter_depth)
    cur_regs(env)[0] = SCALAR_ZERO
