"""Saved interrupt flags: a slot of the stack from bpf_local_irq_save to bpf_local_irq_restore, last in first
out.
"""

from __future__ import annotations

from errno import EINVAL, ERANGE
from typing import Final

from skep.isa.opcodes import BPF_DW
from skep.kernel.verifier.access import BPF_WRITE
from skep.kernel.verifier.env import (
    Env,
    Reject,
    cur_regs,
    func_of,
    mark_stack_slot_scratched,
    new_id,
    verbose,
    verifier_bug,
)
from skep.kernel.verifier.iters import stack_slot_obj_get_spi
from skep.kernel.verifier.kfunc_meta import KfuncMeta
from skep.kernel.verifier.liveness import bpf_mark_stack_read, bpf_mark_stack_write
from skep.kernel.verifier.memory import check_mem_access
from skep.kernel.verifier.regs import IRQ_LOCK_KFUNC, IRQ_NATIVE_KFUNC, RegState, Target, pointer
from skep.kernel.verifier.regtypes import PTR_TO_STACK
from skep.kernel.verifier.state import (
    BPF_REG_SIZE,
    INVALID_SLOT,
    REF_TYPE_IRQ,
    STACK_IRQ_FLAG,
    RefState,
    StackSlot,
    VerifierState,
)

_IRQ_TYPES: Final = bytes([STACK_IRQ_FLAG]) * BPF_REG_SIZE

#: Which pair of functions the flag belongs to, and whether it is saved.
_KFUNCS: Final = {
    "bpf_local_irq_save": (IRQ_NATIVE_KFUNC, True),
    "bpf_local_irq_restore": (IRQ_NATIVE_KFUNC, False),
    "bpf_res_spin_lock_irqsave": (IRQ_LOCK_KFUNC, True),
    "bpf_res_spin_unlock_irqrestore": (IRQ_LOCK_KFUNC, False),
}
_CLASS: Final = ("native", "lock")


def _refuse(env: Env, text: str, errno: int = EINVAL) -> Reject:
    verbose(env, text)
    return Reject(errno)


def _get_spi(env: Env, reg: RegState) -> int:
    return stack_slot_obj_get_spi(env, reg, "irq_flag", 1)


def _valid_uninit(env: Env, reg: RegState) -> bool:
    spi = _get_spi(env, reg)
    if spi < 0:
        return spi == -ERANGE
    return STACK_IRQ_FLAG not in func_of(env, reg).stack[spi].types


def _valid_init(env: Env, reg: RegState) -> bool:
    spi = _get_spi(env, reg)
    if spi < 0:
        return False
    slot = func_of(env, reg).stack[spi]
    return slot.spilled.ref_obj_id != 0 and slot.types == _IRQ_TYPES


def _mark(env: Env, reg: RegState, insn_idx: int, irq_class: int) -> None:
    state = func_of(env, reg)
    spi = _get_spi(env, reg)
    if spi < 0:
        raise Reject(-spi)
    id_ = new_id(env)
    env.cur_state.refs.append(RefState(REF_TYPE_IRQ, id_, insn_idx))
    env.cur_state.active_irq_id = id_
    spilled = pointer(PTR_TO_STACK, ref_obj_id=id_, target=Target(irq_class=irq_class))
    state.stack[spi] = StackSlot(_IRQ_TYPES, spilled)
    bpf_mark_stack_write(env, state.frameno, 1 << spi)
    mark_stack_slot_scratched(env, spi)


def _release_irq_state(state: VerifierState, id_: int) -> bool:
    """False: it is not the one saved last."""
    if id_ != state.active_irq_id:
        return False
    before = 0
    for index, ref in enumerate(state.refs):
        if ref.type != REF_TYPE_IRQ:
            continue
        if ref.id == id_:
            del state.refs[index]
            state.active_irq_id = before
            return True
        before = ref.id
    return False


def _unmark(env: Env, reg: RegState, irq_class: int) -> None:
    state = func_of(env, reg)
    spi = _get_spi(env, reg)
    spilled = state.stack[spi].spilled
    saved = spilled.target.irq_class
    if saved != irq_class:
        text = (
            f"irq flag acquired by {_CLASS[saved]} kfuncs cannot be restored with "
            f"{_CLASS[irq_class]} kfuncs\n"
        )
        raise _refuse(env, text)
    cur = env.cur_state
    if not _release_irq_state(cur, spilled.ref_obj_id):
        at = next((ref.insn_idx for ref in cur.refs if ref.id == cur.active_irq_id), 0)
        text = (
            f"cannot restore irq state out of order, expected id={cur.active_irq_id} "
            f"acquired at insn_idx={at}\n"
        )
        raise _refuse(env, text, 13)
    state.stack[spi] = INVALID_SLOT
    bpf_mark_stack_write(env, state.frameno, 1 << spi)
    mark_stack_slot_scratched(env, spi)


def process_irq_flag(env: Env, regno: int, meta: KfuncMeta) -> None:
    reg = cur_regs(env)[regno]
    if meta.name not in _KFUNCS:
        raise verifier_bug(env, "unknown irq flags kfunc")
    irq_class, save = _KFUNCS[meta.name]
    if save:
        if not _valid_uninit(env, reg):
            raise _refuse(env, f"expected uninitialized irq flag as arg#{regno - 1}\n")
        check_mem_access(env, env.insn_idx, regno, 0, BPF_DW, BPF_WRITE, -1, False, False)
        _mark(env, reg, env.insn_idx, irq_class)
        return
    if not _valid_init(env, reg):
        raise _refuse(env, f"expected an initialized irq flag as arg#{regno - 1}\n")
    spi = _get_spi(env, reg)
    bpf_mark_stack_read(env, reg.target.frameno, env.insn_idx, 1 << spi)
    mark_stack_slot_scratched(env, spi)
    _unmark(env, reg, irq_class)
