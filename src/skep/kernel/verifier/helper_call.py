"""Calls of helpers: may this program call it, do the arguments fit, what is in R0 afterwards.

The prototype's row says almost everything; the few helpers that need more have a function of their own in
`_SPECIAL`, looked up by number.
"""

from __future__ import annotations

from collections.abc import Callable
from errno import EACCES, EFAULT, EINVAL
from typing import Final

from skep.btf.types import Struct, Union
from skep.errors import ENOTSUPP, BtfError
from skep.isa.insn import Insn
from skep.kernel.helpers import types as t
from skep.kernel.helpers.proto import BTF_FROM_CALL, HelperProto
from skep.kernel.progtypes.attach_lists import D_PATH, LSM_SLEEPABLE
from skep.kernel.verifier.backtrack import mark_chain_precision
from skep.kernel.verifier.bounds import UNBOUNDED, Draft, reg_bounds_sync
from skep.kernel.verifier.btfptr import in_rcu_cs, kernel_struct
from skep.kernel.verifier.callbacks import (
    push_callback_call,
    set_find_vma_callback_state,
    set_loop_callback_state,
    set_map_elem_callback_state,
    set_timer_callback_state,
    set_user_ringbuf_callback_state,
)
from skep.kernel.verifier.dynptr import dynptr_of, unmark_stack_slots_dynptr
from skep.kernel.verifier.env import (
    DST_OP_NO_MARK,
    Env,
    InsnAux,
    Reject,
    check_reg_arg,
    cur_aux,
    cur_func,
    cur_regs,
    get_helper_proto,
    in_sleepable,
    mark_reg_scratched,
    new_id,
    verbose,
    verifier_bug,
)
from skep.kernel.verifier.explore import push_stack
from skep.kernel.verifier.helper_args import (
    can_elide_value_nullness,
    check_func_arg,
    check_reg_const_str,
)
from skep.kernel.verifier.invariants import reg_bounds_sanity_check
from skep.kernel.verifier.kptr import kptr_returned
from skep.kernel.verifier.liveness import bpf_update_live_stack
from skep.kernel.verifier.log import BPF_LOG_LEVEL2
from skep.kernel.verifier.map_compat import check_map_func_compatibility, func_id_name
from skep.kernel.verifier.meta import CallArgMeta
from skep.kernel.verifier.packet import clear_all_pkt_pointers, helper_changes_pkt_data
from skep.kernel.verifier.printf import check_format
from skep.kernel.verifier.refs import (
    acquire_reference,
    check_resource_leak,
    release_into_kptr,
    release_reference,
)
from skep.kernel.verifier.regs import (
    BPF_DYNPTR_TYPE_SKB,
    BPF_DYNPTR_TYPE_SKB_META,
    NOT_INIT_REG,
    SCALAR_UNKNOWN,
    RegState,
    btf_target,
    map_target,
    mem_target,
    pointer,
    scalar,
)
from skep.kernel.verifier.regtypes import (
    MEM_ALLOC,
    MEM_RCU,
    MEM_RDONLY,
    PTR_MAYBE_NULL,
    PTR_TO_BTF_ID,
    PTR_TO_MAP_VALUE,
    PTR_TO_MEM,
    PTR_TO_SOCK_COMMON,
    PTR_TO_SOCKET,
    PTR_TO_TCP_SOCK,
    base_type,
    reg_type_str,
    type_flag,
)
from skep.kernel.verifier.stack import fill_stack_range
from skep.kernel.verifier.subprog import prepare_func_exit
from skep.uapi import BPF_F_RDONLY_PROG, AttachType, FuncId, MapType, ProgType

MAX_ERRNO: Final = 4095
_MAX_ID: Final = max(FuncId) + 1

BPF_MAP_KEY_POISON: Final = 1 << 63
BPF_MAP_KEY_SEEN: Final = 1 << 62


def _ids(text: str) -> frozenset[int]:
    return frozenset(int(FuncId[name]) for name in text.split())


#: Helpers whose map is remembered, so that fixups can call the map's own operation.
_RECORDS_MAP: Final = _ids(
    "tail_call map_lookup_elem map_update_elem map_delete_elem map_push_elem map_pop_elem map_peek_elem "
    "for_each_map_elem redirect_map map_lookup_percpu_elem"
)
_WRITES_MAP: Final = _ids("map_delete_elem map_update_elem map_push_elem map_pop_elem")
_ACQUIRES: Final = _ids("sk_lookup_tcp sk_lookup_udp skc_lookup_tcp ringbuf_reserve kptr_xchg")
_PTR_CASTS: Final = _ids(
    "tcp_sock sk_fullsock skc_to_tcp_sock skc_to_tcp6_sock skc_to_udp6_sock skc_to_mptcp_sock "
    "skc_to_tcp_timewait_sock skc_to_tcp_request_sock"
)
_STORAGE_GET: Final = _ids("sk_storage_get inode_storage_get task_storage_get cgrp_storage_get")
_RETURNS_LENGTH: Final = _ids(
    "get_stack get_task_stack probe_read_str probe_read_kernel_str probe_read_user_str"
)


def _func(func_id: int) -> str:
    return f"{func_id_name(func_id)}#{func_id}"


def is_acquire_function(func_id: int, meta: CallArgMeta) -> bool:
    """Whether the helper gives out a reference."""
    if func_id == FuncId.map_lookup_elem and meta.map_ptr is not None:
        return meta.map_ptr.map_type in (MapType.SOCKMAP, MapType.SOCKHASH)
    return func_id in _ACQUIRES


# ------------------------------------------------------------------ may it be called


def _proto(env: Env, func_id: int) -> HelperProto:
    """The contract of the helper in this program, if there is one."""
    if not 0 <= func_id < _MAX_ID:
        verbose(env, f"invalid func {_func(func_id)}\n")
        raise Reject(EINVAL)
    fn = get_helper_proto(env, func_id)
    if fn is None:
        verbose(env, f"program of this type cannot use helper {_func(func_id)}\n")
        raise Reject(EINVAL)
    return fn


def _may_use_sk_storage(env: Env) -> bool:
    """Not where the storage's own functions would run into themselves (bpf_sk_storage_tracing_allowed())."""
    if env.request.attach_prog is not None:
        return False
    if env.expected_attach_type in (AttachType.TRACE_ITER, AttachType.TRACE_RAW_TP):
        return True
    if env.expected_attach_type not in (AttachType.TRACE_FENTRY, AttachType.TRACE_FEXIT):
        return False
    return not env.attach_target.name.startswith("bpf_sk_storage")


def _may_use_d_path(env: Env) -> bool:
    if env.prog_type == ProgType.TRACING and env.expected_attach_type == AttachType.TRACE_ITER:
        return True
    if env.attach_target is None:
        return False
    return env.attach_target.name in (LSM_SLEEPABLE if env.prog_type == ProgType.LSM else D_PATH)


def _may_hash(env: Env) -> bool:
    return env.attach_target is not None and env.attach_target.name in LSM_SLEEPABLE


_ALLOWED: Final = {
    "sk_storage_tracing": _may_use_sk_storage,
    "d_path": _may_use_d_path,
    "ima_inode_hash": _may_hash,
}


def _check_allowed(env: Env, fn: HelperProto) -> None:
    """Some helpers are for programs on listed kernel functions only."""
    if not _ALLOWED[fn.allowed](env):
        verbose(env, "helper call is not allowed in probe\n")
        raise Reject(EINVAL)


def _check_may_call(env: Env, fn: HelperProto, aux: InsnAux) -> None:
    func_id = fn.id
    if fn.gpl_only and not env.request.gpl_compatible:
        verbose(env, "cannot call GPL-restricted function from non-GPL compatible program\n")
        raise Reject(EINVAL)
    if fn.allowed:
        _check_allowed(env, fn)
    if fn.might_sleep and not in_sleepable(env):
        verbose(env, "helper call might sleep in a non-sleepable prog\n")
        raise Reject(EINVAL)
    state = env.cur_state
    for active, where in (
        (state.active_rcu_lock, "rcu_read_lock"),
        (state.active_preempt_locks, "non-preemptible"),
        (state.active_irq_id, "IRQ-disabled"),
    ):
        if not active:
            continue
        if fn.might_sleep:
            verbose(env, f"sleepable helper {_func(func_id)} in {where} region\n")
            raise Reject(EINVAL)
        if in_sleepable(env) and func_id in _STORAGE_GET:
            aux.storage_get_func_atomic = True


# ------------------------------------------------------------------ maps of calls


def record_func_map(env: Env, meta: CallArgMeta, func_id: int, aux: InsnAux) -> None:
    """Remember which map is used here, or that there are several."""
    vmap = meta.map_ptr
    if func_id not in _RECORDS_MAP:
        return
    if vmap is None:
        verbose(env, "kernel subsystem misconfigured verifier\n")
        raise Reject(EINVAL)
    if vmap.map_flags & BPF_F_RDONLY_PROG and func_id in _WRITES_MAP:
        verbose(env, "write into map forbidden\n")
        raise Reject(EACCES)
    if aux.map_ptr is None:
        aux.map_ptr = vmap
    elif aux.map_ptr is not vmap:
        aux.map_ptr_poison = True
    aux.map_ptr_unpriv |= not env.bypass_spec_v1


def record_func_key(env: Env, meta: CallArgMeta, func_id: int, aux: InsnAux) -> None:
    """Remember the index of a tail call, if it is always the same."""
    if func_id != FuncId.tail_call:
        return
    vmap = meta.map_ptr
    if vmap is None or vmap.map_type != MapType.PROG_ARRAY:
        verbose(env, "expected prog array map for tail call")
        raise Reject(EINVAL)
    reg = cur_regs(env)[3]
    value = reg.bounds.var_off.value
    state = aux.map_key_state
    if not reg.is_const_scalar or value >= vmap.max_entries:
        aux.map_key_state = BPF_MAP_KEY_POISON | BPF_MAP_KEY_SEEN | state
        return
    mark_chain_precision(env, 3)
    if not state & BPF_MAP_KEY_SEEN:
        aux.map_key_state = value | BPF_MAP_KEY_SEEN
    elif not state & BPF_MAP_KEY_POISON and state & ~(BPF_MAP_KEY_SEEN | BPF_MAP_KEY_POISON) != value:
        aux.map_key_state = BPF_MAP_KEY_POISON | BPF_MAP_KEY_SEEN


# ------------------------------------------------------------------ helpers with more to check


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


_SPECIAL: Final[dict[int, Callable[[Env, int, CallArgMeta], None]]] = {
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


# ------------------------------------------------------------------ the return value


def _map_value_returned(env: Env, fn: HelperProto, meta: CallArgMeta) -> RegState:
    vmap = meta.map_ptr
    if vmap is None:
        verbose(env, "kernel subsystem misconfigured verifier\n")
        raise Reject(EINVAL)
    flags = type_flag(fn.ret)
    if (
        fn.id == FuncId.map_lookup_elem
        and can_elide_value_nullness(vmap.map_type)
        and 0 <= meta.const_map_key < vmap.max_entries
    ):
        flags &= ~PTR_MAYBE_NULL
    id_ = 0
    if not flags & PTR_MAYBE_NULL and vmap.record is not None and vmap.record.has_lock:
        id_ = new_id(env)
    return pointer(PTR_TO_MAP_VALUE | flags, id=id_, target=map_target(vmap, meta.map_uid))


def _mem_or_btf_id_returned(env: Env, fn: HelperProto, meta: CallArgMeta) -> RegState:
    """The variable of one CPU."""
    btf = meta.ret_btf
    assert btf is not None
    type_id = btf.skip(meta.ret_btf_id)
    flags = type_flag(fn.ret)
    if isinstance(btf.get(type_id), (Struct, Union)):
        if cur_aux(env).call_with_percpu_alloc_ptr:
            return pointer(PTR_TO_BTF_ID | MEM_ALLOC | MEM_RCU, target=btf_target(btf, meta.ret_btf_id))
        return pointer(PTR_TO_BTF_ID | flags & ~MEM_RDONLY, target=btf_target(btf, meta.ret_btf_id))
    try:
        size = btf.size_of(type_id)
    except BtfError:
        name = btf.get(type_id).name
        verbose(env, f"unable to resolve the size of type '{name}': -22\n")
        raise Reject(EINVAL) from None
    return pointer(PTR_TO_MEM | flags, target=mem_target(size))


def _btf_id_returned(env: Env, fn: HelperProto, meta: CallArgMeta) -> RegState:
    if fn.ret_btf == BTF_FROM_CALL:
        return kptr_returned(env, meta, type_flag(fn.ret))
    target = kernel_struct(env, fn.ret_btf, f"helper {fn.bpf_name}")
    return pointer(PTR_TO_BTF_ID | type_flag(fn.ret), target=target)


def _returned(env: Env, fn: HelperProto, meta: CallArgMeta) -> RegState:
    """What the prototype promises in R0."""
    base = base_type(fn.ret)
    flags = type_flag(fn.ret)
    if base == t.RET_INTEGER:
        return SCALAR_UNKNOWN
    if base == t.RET_VOID:
        return NOT_INIT_REG
    if base == t.RET_PTR_TO_MAP_VALUE:
        return _map_value_returned(env, fn, meta)
    if base == t.RET_PTR_TO_SOCKET:
        return pointer(PTR_TO_SOCKET | flags)
    if base == t.RET_PTR_TO_SOCK_COMMON:
        return pointer(PTR_TO_SOCK_COMMON | flags)
    if base == t.RET_PTR_TO_TCP_SOCK:
        return pointer(PTR_TO_TCP_SOCK | flags)
    if base == t.RET_PTR_TO_MEM:
        return pointer(PTR_TO_MEM | flags, target=mem_target(meta.mem_size, meta.dynptr_id))
    if base == t.RET_PTR_TO_MEM_OR_BTF_ID:
        return _mem_or_btf_id_returned(env, fn, meta)
    if base == t.RET_PTR_TO_BTF_ID:
        return _btf_id_returned(env, fn, meta)
    raise verifier_bug(env, f"unknown return type {base} of func {_func(fn.id)}")


def do_refine_retval_range(env: Env, reg: RegState, fn: HelperProto, meta: CallArgMeta) -> RegState:
    """Some helpers return less than any number."""
    if base_type(fn.ret) != t.RET_INTEGER:
        return reg
    draft = Draft(UNBOUNDED)
    if fn.id in _RETURNS_LENGTH:
        draft.smax_value = draft.s32_max_value = _s32(meta.msize_max_value)
        draft.smin_value = draft.s32_min_value = -MAX_ERRNO
    elif fn.id == FuncId.get_smp_processor_id:
        last = env.request.ncpus - 1
        draft.umax_value = draft.u32_max_value = draft.smax_value = draft.s32_max_value = last
        draft.umin_value = draft.u32_min_value = draft.smin_value = draft.s32_min_value = 0
    else:
        return reg
    reg_bounds_sync(draft)
    return scalar(reg_bounds_sanity_check(env, draft.freeze(), "retval"))


def _s32(value: int) -> int:
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value >> 31 else value


# ------------------------------------------------------------------ the call


def _release(env: Env, fn: HelperProto, meta: CallArgMeta) -> None:
    """The helper takes the reference that one of its arguments carries."""
    if not meta.release_regno:
        return
    if base_type(fn.args[meta.release_regno - 1]) == t.ARG_PTR_TO_DYNPTR:
        unmark_stack_slots_dynptr(env, cur_regs(env)[meta.release_regno])
    elif fn.id == FuncId.kptr_xchg and meta.ref_obj_id:
        release_into_kptr(env, meta.ref_obj_id, in_rcu_cs(env))
    elif meta.ref_obj_id:
        try:
            release_reference(env, meta.ref_obj_id)
        except Reject:
            verbose(env, f"func {_func(fn.id)} reference has not been acquired before\n")
            raise
    elif not cur_regs(env)[meta.release_regno].is_null:
        verbose(env, f"func {_func(fn.id)} reference has not been acquired before\n")
        raise Reject(EINVAL)


def _check_get_func_ip(env: Env) -> None:
    """Only attach points that are functions have an address to give."""
    if env.prog_type == ProgType.KPROBE:
        return
    name = _func(FuncId.get_func_ip)
    if env.prog_type != ProgType.TRACING:
        verbose(env, f"func {name} not supported for program type {env.prog_type}\n")
        raise Reject(ENOTSUPP)
    if env.expected_attach_type not in (
        AttachType.TRACE_FENTRY,
        AttachType.TRACE_FEXIT,
        AttachType.MODIFY_RETURN,
    ):
        verbose(env, f"func {name} supported only for fentry/fexit/fmod_ret programs\n")
        raise Reject(ENOTSUPP)


def check_helper_call(env: Env, insn: Insn, insn_idx: int) -> None:
    """`call helper`: everything that Linux's function of this name checks, in its order."""
    func_id = insn.imm
    fn = _proto(env, func_id)
    aux = env.insn_aux[insn_idx]
    _check_may_call(env, fn, aux)
    meta = CallArgMeta(func_id, fn.pkt_access)
    for arg in range(len(fn.args)):
        check_func_arg(env, arg, meta, fn, insn_idx)
    record_func_map(env, meta, func_id, aux)
    record_func_key(env, meta, func_id, aux)
    check_map_func_compatibility(env, meta.map_ptr, func_id)
    if meta.access_size:
        fill_stack_range(env, meta.regno, meta.access_size, insn_idx)
    _release(env, fn, meta)
    special = _SPECIAL.get(func_id)
    if special is not None:
        special(env, insn_idx, meta)
    regs = cur_regs(env)
    for regno in range(6):
        regs[regno] = NOT_INIT_REG
        check_reg_arg(env, regno, DST_OP_NO_MARK)
    reg = _returned(env, fn, meta)
    if reg.type & PTR_MAYBE_NULL:
        reg = reg.with_id(new_id(env))
    if func_id in _PTR_CASTS or func_id == FuncId.dynptr_data:
        reg = reg.with_ref_obj_id(meta.ref_obj_id)
    elif is_acquire_function(func_id, meta):
        ref = acquire_reference(env, insn_idx)
        reg = reg.with_id(ref).with_ref_obj_id(ref)
    regs[0] = do_refine_retval_range(env, reg, fn, meta)
    if func_id == FuncId.get_func_ip:
        _check_get_func_ip(env)
    if func_id == FuncId.tail_call:
        _leave_by_tail_call(env)
    elif helper_changes_pkt_data(func_id) or meta.changes_pkt_data:
        clear_all_pkt_pointers(env)


def _leave_by_tail_call(env: Env) -> None:
    """A tail call that succeeds ends the function that makes it: its caller goes on, with any return value.

    The path on which it fails is queued. In the main program success is the end of everything.
    """
    if not env.cur_state.curframe:
        return
    mark_reg_scratched(env, 0)
    push_stack(env, env.insn_idx + 1, env.insn_idx, False)
    clear_all_pkt_pointers(env)
    cur_regs(env)[0] = SCALAR_UNKNOWN
    bpf_update_live_stack(env)
    prepare_func_exit(env)
    # The caller of this check steps over the call.
    env.insn_idx -= 1
