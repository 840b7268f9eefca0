"""The few helpers that need more than their prototype's row says: a function each, in `CHECKS` by number."""

from __future__ import annotations

from collections.abc import Callable
from errno import EACCES, EFAULT, EINVAL
from typing import Final

from skep.btf.types import Struct, Union
from skep.kernel.verifier.backtrack import mark_chain_precision
from skep.kernel.verifier.callbacks import (
    push_callback_call,
    set_find_vma_callback_state,
    set_loop_callback_state,
    set_map_elem_callback_state,
    set_timer_callback_state,
    set_user_ringbuf_callback_state,
)
from skep.kernel.verifier.dynptr import dynptr_of
from skep.kernel.verifier.env import (
    Env,
    Reject,
    cur_aux,
    cur_func,
    cur_regs,
    verbose,
    verifier_bug,
)
from skep.kernel.verifier.helper_arg_kinds import check_reg_const_str
from skep.kernel.verifier.log import BPF_LOG_LEVEL2
from skep.kernel.verifier.meta import CallArgMeta
from skep.kernel.verifier.printf import check_format
from skep.kernel.verifier.refs import (
    check_resource_leak,
)
from skep.kernel.verifier.regs import (
    BPF_DYNPTR_TYPE_SKB,
    BPF_DYNPTR_TYPE_SKB_META,
)
from skep.kernel.verifier.regtypes import (
    MEM_RCU,
    PTR_TO_MAP_VALUE,
    reg_type_str,
)
from skep.uapi import FuncId


def _tail_call(env: Env, insn_idx: int, meta: CallArgMeta) -> None:
    check_resource_leak(env, False, True, "tail_call")


def _get_local_storage(env: Env, insn_idx: int, meta: CallArgMeta) -> None:
    if not cur_regs(env)[2].is_null:
        verbose(env, "get_local_storage() doesn't support non-zero flags\n")
        raise Reject(EINVAL)


def _for_each_map_elem(env: Env, insn_idx: int, meta: CallArgMeta) -> None:
    push_callback_call(env, insn_idx, meta.subprogno, set_map_elem_callback_state)


def _timer_set_callback(env: Env, insn_idx: int, meta: CallArgMeta) -> None:
    push_callback_call(env, insn_idx, meta.subprogno, set_timer_callback_state)


def _find_vma(env: Env, insn_idx: int, meta: CallArgMeta) -> None:
    push_callback_call(env, insn_idx, meta.subprogno, set_find_vma_callback_state)


def _user_ringbuf_drain(env: Env, insn_idx: int, meta: CallArgMeta) -> None:
    push_callback_call(env, insn_idx, meta.subprogno, set_user_ringbuf_callback_state)


def _snprintf(env: Env, insn_idx: int, meta: CallArgMeta) -> None:
    regs = cur_regs(env)
    length = regs[5].bounds.var_off.value
    if length % 8:
        raise Reject(EINVAL)
    if not check_format(check_reg_const_str(env, regs[3], 3), length // 8):
        verbose(env, "Invalid format string\n")
        raise Reject(EINVAL)


def _update_loop_inline_state(env: Env, subprogno: int) -> None:
    """bpf_loop can be inlined where its callback and its flags (0) are always the same."""
    aux = cur_aux(env)
    if aux.loop_initialized and not aux.loop_fit_for_inline:
        return
    flags_are_zero = cur_regs(env)[4].is_null
    if flags_are_zero:
        mark_chain_precision(env, 4)
    if not aux.loop_initialized:
        aux.loop_initialized = True
        aux.loop_fit_for_inline = flags_are_zero
        aux.loop_subprogno = subprogno
    else:
        aux.loop_fit_for_inline = flags_are_zero and aux.loop_subprogno == subprogno


def _loop(env: Env, insn_idx: int, meta: CallArgMeta) -> None:
    _update_loop_inline_state(env, meta.subprogno)
    # Whether another iteration can follow depends on R1.
    mark_chain_precision(env, 1)
    func = cur_func(env)
    if func.callback_depth < func.regs[1].umax_value:
        push_callback_call(env, insn_idx, meta.subprogno, set_loop_callback_state)
    else:
        func.callback_depth = 0
        if env.log.level & BPF_LOG_LEVEL2:
            verbose(env, f"frame{env.cur_state.curframe} bpf_loop iteration limit reached\n")


def _dynptr_from_mem(env: Env, insn_idx: int, meta: CallArgMeta) -> None:
    type_ = cur_regs(env)[1].type
    if type_ != PTR_TO_MAP_VALUE:
        verbose(env, f"Unsupported reg type {reg_type_str(type_)} for bpf_dynptr_from_mem data\n")
        raise Reject(EACCES)


def _dynptr_data(env: Env, insn_idx: int, meta: CallArgMeta) -> None:
    """What is returned lives as long as the dynptr."""
    dynptr = dynptr_of(env, cur_regs(env)[1])
    if dynptr is None:
        raise verifier_bug(env, "failed to obtain dynptr id")
    meta.dynptr_id = dynptr.id
    meta.ref_obj_id = dynptr.ref_obj_id


def _dynptr_write(env: Env, insn_idx: int, meta: CallArgMeta) -> None:
    dynptr = dynptr_of(env, cur_regs(env)[1])
    if dynptr is None:
        raise verifier_bug(env, "failed to obtain dynptr type")
    if dynptr.target.dynptr_type in (BPF_DYNPTR_TYPE_SKB, BPF_DYNPTR_TYPE_SKB_META):
        meta.changes_pkt_data = True


def _check_percpu_ptr(env: Env, insn_idx: int, meta: CallArgMeta) -> None:
    """A per-CPU object that the program allocated, or a variable of the kernel."""
    reg = cur_regs(env)[1]
    if not reg.type & MEM_RCU:
        return
    assert reg.btf is not None
    if not isinstance(reg.btf.get(reg.btf_id), (Struct, Union)):
        verbose(env, "Helper has invalid btf/btf_id in R1\n")
        raise Reject(EFAULT)
    env.insn_aux[insn_idx].call_with_percpu_alloc_ptr = True


CHECKS: Final[dict[int, Callable[[Env, int, CallArgMeta], None]]] = {
    FuncId.tail_call: _tail_call,
    FuncId.get_local_storage: _get_local_storage,
    FuncId.for_each_map_elem: _for_each_map_elem,
    FuncId.timer_set_callback: _timer_set_callback,
    FuncId.find_vma: _find_vma,
    FuncId.snprintf: _snprintf,
    FuncId.loop: _loop,
    FuncId.user_ringbuf_drain: _user_ringbuf_drain,
    FuncId.dynptr_from_mem: _dynptr_from_mem,
    FuncId.dynptr_data: _dynptr_data,
    FuncId.dynptr_write: _dynptr_write,
    FuncId.per_cpu_ptr: _check_percpu_ptr,
    FuncId.this_cpu_ptr: _check_percpu_ptr,
}
