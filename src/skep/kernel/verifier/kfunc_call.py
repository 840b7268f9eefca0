"""Calls of kernel functions: may this program call it here, do the arguments fit, what is in R0 then."""

from __future__ import annotations

from errno import EACCES, EFAULT, EINVAL
from typing import Final

from skep.btf import types as t
from skep.errors import BtfError
from skep.isa.insn import Insn
from skep.kernel.helpers.types import PTR_MAYBE_NULL
from skep.kernel.kfuncs.proto import KF_DESTRUCTIVE, KF_RET_NULL
from skep.kernel.verifier.bounds import UNBOUNDED, Draft
from skep.kernel.verifier.bounds_sync import reg_bounds_sync
from skep.kernel.verifier.btf_ctx import btf_type_str
from skep.kernel.verifier.btf_walk import is_scalar
from skep.kernel.verifier.btfptr import in_rcu_cs, is_struct_ptr, reg_btf_record
from skep.kernel.verifier.callbacks import (
    SetCalleeState,
    push_callback_call,
    set_rbtree_add_callback_state,
    set_task_work_schedule_callback_state,
    set_timer_callback_state,
)
from skep.kernel.verifier.env import Env, Reject, cur_regs, in_sleepable, new_id, verbose
from skep.kernel.verifier.explore import push_stack
from skep.kernel.verifier.graph import (
    in_rbtree_lock_required_cb,
    non_owning,
    ref_convert_owning_non_owning,
)
from skep.kernel.verifier.iters import iter_of, process_iter_next_call
from skep.kernel.verifier.kfunc_args import check_kfunc_args
from skep.kernel.verifier.kfunc_meta import TASK_WORK_KFUNCS, KfuncMeta, fetch_kfunc_meta
from skep.kernel.verifier.kfunc_special import SPECIAL_RETURNS, special_return
from skep.kernel.verifier.packet import clear_all_pkt_pointers
from skep.kernel.verifier.program_info import InsnAux
from skep.kernel.verifier.refs import acquire_reference, release_reference
from skep.kernel.verifier.regs import (
    NOT_INIT_REG,
    SCALAR_UNKNOWN,
    SCALAR_ZERO,
    RegState,
    btf_target,
    mem_target,
    pointer,
    scalar,
)
from skep.kernel.verifier.regtypes import (
    MEM_RCU,
    MEM_RDONLY,
    PTR_TO_BTF_ID,
    PTR_TO_MEM,
    PTR_TRUSTED,
    PTR_UNTRUSTED,
)
from skep.kernel.verifier.retval import check_return_code
from skep.kernel.verifier.state import STACK_ITER, StackSlot

MAX_ERRNO: Final = 4095

_RES_LOCKS: Final = ("bpf_res_spin_lock", "bpf_res_spin_lock_irqsave")
_ADDS_TO_GRAPH: Final = ("bpf_list_push_front_impl", "bpf_list_push_back_impl", "bpf_rbtree_add_impl")
_NODES: Final = ("bpf_list_node", "bpf_rb_node")
_RETURNS_OWN: Final = ("bpf_obj_new_impl", "bpf_percpu_obj_new_impl", "bpf_refcount_acquire_impl")


def _refuse(env: Env, text: str, errno: int = EINVAL) -> Reject:
    verbose(env, text)
    return Reject(errno)


# ------------------------------------------------------------------ before the arguments


def _push_failed_lock(env: Env) -> None:
    """The path on which a bpf_res_spin_lock could not be taken."""
    branch = push_stack(env, env.insn_idx + 1, env.insn_idx, False)
    regs = branch.frame[branch.curframe].regs
    for regno in range(6):
        regs[regno] = NOT_INIT_REG
    draft = Draft(UNBOUNDED)
    draft.smin_value = draft.s32_min_value = -MAX_ERRNO
    draft.smax_value = draft.s32_max_value = -1
    reg_bounds_sync(draft)
    regs[0] = scalar(draft.freeze())


def _check_may_call(env: Env, meta: KfuncMeta) -> None:
    if meta.name in _RES_LOCKS:
        _push_failed_lock(env)
    elif meta.name == "__bpf_trap":
        text = "unexpected __bpf_trap() due to uninitialized variable?\n"
        raise _refuse(env, text, EFAULT)
    if meta.flags & KF_DESTRUCTIVE and not env.request.privileges.sys_admin:
        raise _refuse(env, "destructive kfunc calls require CAP_SYS_BOOT capability\n", EACCES)
    if meta.sleepable and not in_sleepable(env):
        text = f"program must be sleepable to call sleepable kfunc {meta.name}\n"
        raise _refuse(env, text, EACCES)


# ------------------------------------------------------------------ callbacks


def _push_callbacks(env: Env, meta: KfuncMeta, insn_idx: int) -> None:
    setter: SetCalleeState
    if meta.name == "bpf_rbtree_add_impl":
        setter = set_rbtree_add_callback_state
    elif meta.name == "bpf_wq_set_callback_impl":
        setter = set_timer_callback_state
    elif meta.name in TASK_WORK_KFUNCS:
        setter = set_task_work_schedule_callback_state
    else:
        return
    try:
        push_callback_call(env, insn_idx, meta.subprogno, setter)
    except Reject:
        verbose(env, f"kfunc {meta.name}#{meta.func_id} failed callback verification\n")
        raise


# ------------------------------------------------------------------ sections


def _forget_rcu_pointers(env: Env) -> None:
    """After the RCU section, what it protected may be gone."""

    def outside(reg: RegState) -> RegState:
        if not reg.type & MEM_RCU:
            return reg
        return reg.with_type(reg.type & ~(MEM_RCU | PTR_MAYBE_NULL) | PTR_UNTRUSTED)

    for func in env.cur_state.frame:
        for regno, reg in enumerate(func.regs):
            func.regs[regno] = outside(reg)
        for spi, slot in enumerate(func.stack):
            if slot.is_spilled_reg or slot.types[0] == STACK_ITER:
                spilled = outside(slot.spilled)
                if spilled is not slot.spilled:
                    func.stack[spi] = StackSlot(slot.types, spilled)


def _rcu_section(env: Env, meta: KfuncMeta) -> None:
    state, name = env.cur_state, meta.name
    lock, unlock = name == "bpf_rcu_read_lock", name == "bpf_rcu_read_unlock"
    if not state.active_rcu_lock:
        if unlock:
            raise _refuse(env, f"unmatched rcu read unlock (kernel function {name})\n")
        state.active_rcu_lock = lock
        return
    if (lock or unlock) and in_rbtree_lock_required_cb(env):
        text = "Calling bpf_rcu_read_{lock,unlock} in unnecessary rbtree callback\n"
        raise _refuse(env, text, EACCES)
    if lock:
        raise _refuse(env, f"nested rcu read lock (kernel function {name})\n")
    if unlock:
        _forget_rcu_pointers(env)
        state.active_rcu_lock = False
    elif meta.sleepable:
        raise _refuse(env, f"kernel func {name} is sleepable within rcu_read_lock region\n", EACCES)


def _preempt_section(env: Env, meta: KfuncMeta) -> None:
    state, name = env.cur_state, meta.name
    if name == "bpf_preempt_disable":
        state.active_preempt_locks += 1
    elif name == "bpf_preempt_enable":
        if not state.active_preempt_locks:
            text = f"unmatched attempt to enable preemption (kernel function {name})\n"
            raise _refuse(env, text)
        state.active_preempt_locks -= 1
    elif state.active_preempt_locks and meta.sleepable:
        raise _refuse(env, f"kernel func {name} is sleepable within non-preemptible region\n", EACCES)


def _check_sections(env: Env, meta: KfuncMeta) -> None:
    _rcu_section(env, meta)
    _preempt_section(env, meta)
    if env.cur_state.active_irq_id and meta.sleepable:
        text = f"kernel func {meta.name} is sleepable within IRQ-disabled region\n"
        raise _refuse(env, text, EACCES)
    if meta.rcu_protected and not in_rcu_cs(env):
        text = f"kernel func {meta.name} requires RCU critical section protection\n"
        raise _refuse(env, text, EACCES)


# ------------------------------------------------------------------ references


def _release(env: Env, meta: KfuncMeta, ref_obj_id: int) -> None:
    try:
        release_reference(env, ref_obj_id)
    except Reject:
        verbose(env, f"kfunc {meta.name}#{meta.func_id} reference has not been acquired before\n")
        raise


def _hand_over(env: Env, meta: KfuncMeta, aux: InsnAux) -> None:
    """What the function takes: a reference, or an object that a list or tree owns from now on."""
    regs = cur_regs(env)
    if meta.release_regno:
        _release(env, meta, regs[meta.release_regno].ref_obj_id)
    if meta.name not in _ADDS_TO_GRAPH:
        return
    node = regs[2]
    aux.insert_off = node.off
    aux.kptr_struct_meta = reg_btf_record(env, node)
    try:
        ref_convert_owning_non_owning(env, node.ref_obj_id)
    except Reject:
        text = f"kfunc {meta.name}#{meta.func_id} conversion of owning ref to non-owning failed\n"
        verbose(env, text)
        raise
    _release(env, meta, node.ref_obj_id)


def _throw(env: Env) -> None:
    env.seen_exception = True
    # Without a callback of its own the program returns what it throws.
    if not env.exception_callback_subprog:
        check_return_code(env, 1, "R1")


# ------------------------------------------------------------------ the return value


def _memory_returned(env: Env, meta: KfuncMeta, target: int) -> RegState:
    if not meta.r0_size:
        try:
            meta.r0_size = meta.btf.size_of(target)
            meta.r0_rdonly = True
        except BtfError:
            type_ = meta.btf.get(target)
            what = f"returns pointer type {btf_type_str(type_)} {type_.name} is not supported"
            raise _refuse(env, f"kernel function {meta.name} {what}\n") from None
    type_flags = PTR_TO_MEM | (MEM_RDONLY if meta.r0_rdonly else 0)
    return pointer(type_flags, ref_obj_id=meta.ref_obj_id, target=mem_target(meta.r0_size))


def _structure_returned(env: Env, meta: KfuncMeta, target: int) -> RegState:
    flags = 0
    if meta.name == "bpf_get_kmem_cache":
        flags = PTR_UNTRUSTED
    elif meta.rcu_protected:
        flags = MEM_RCU
    if meta.is_iter_next:
        flags |= MEM_RCU if iter_of(env.cur_state, meta).type & MEM_RCU else PTR_TRUSTED
    return pointer(PTR_TO_BTF_ID | flags, target=btf_target(meta.btf, target))


def _pointer_returned(env: Env, meta: KfuncMeta, ptr: t.Ptr, aux: InsnAux, insn_idx: int) -> RegState:
    target = meta.btf.skip(ptr.type)
    type_ = meta.btf.get(target)
    if meta.name in SPECIAL_RETURNS:
        reg = special_return(env, meta, aux)
    elif isinstance(type_, t.Void):
        reg = SCALAR_UNKNOWN
    elif isinstance(type_, (t.Struct, t.Union)):
        reg = _structure_returned(env, meta, target)
    else:
        reg = _memory_returned(env, meta, target)
    owns_already = meta.name == "bpf_refcount_acquire_impl" and meta.arg_owning_ref
    ret_null = meta.flags & KF_RET_NULL != 0 and not owns_already
    if ret_null:
        reg = reg.with_type(reg.type | PTR_MAYBE_NULL).with_id(new_id(env))
    if meta.acquires:
        ref = acquire_reference(env, insn_idx)
        reg = (reg.with_id(ref) if ret_null else reg).with_ref_obj_id(ref)
    elif isinstance(type_, t.Struct) and type_.name in _NODES:
        reg = non_owning(env, reg)
    if not reg.id:
        record = reg_btf_record(env, reg)
        if record is not None and record.has_lock:
            reg = reg.with_id(new_id(env))
    return reg


def _returned(env: Env, meta: KfuncMeta, aux: InsnAux, insn_idx: int) -> RegState:
    type_ = meta.btf.resolve(meta.proto.ret)
    if meta.acquires and not is_struct_ptr(meta.btf, meta.proto.ret) and meta.name not in _RETURNS_OWN:
        raise _refuse(env, "acquire kernel function does not return PTR_TO_BTF_ID\n")
    if is_scalar(type_):
        return SCALAR_ZERO if meta.name in _RES_LOCKS else SCALAR_UNKNOWN
    if isinstance(type_, t.Ptr):
        return _pointer_returned(env, meta, type_, aux, insn_idx)
    return NOT_INIT_REG


def check_kfunc_call(env: Env, insn: Insn, insn_idx: int) -> None:
    if not insn.imm:
        return  # of a function that is not there; an error later if the call can be reached
    meta = fetch_kfunc_meta(env, insn)
    aux = env.insn_aux[insn_idx]
    aux.is_iter_next = meta.is_iter_next
    _check_may_call(env, meta)
    check_kfunc_args(env, meta)
    _push_callbacks(env, meta, insn_idx)
    if meta.name == "bpf_session_cookie":
        meta.r0_size, meta.r0_rdonly = 8, False
    _check_sections(env, meta)
    _hand_over(env, meta, aux)
    if meta.name == "bpf_throw":
        _throw(env)
    regs = cur_regs(env)
    for regno in range(6):
        regs[regno] = NOT_INIT_REG
    regs[0] = _returned(env, meta, aux, insn_idx)
    if meta.row.changes_pkt_data:
        clear_all_pkt_pointers(env)
    if meta.is_iter_next:
        process_iter_next_call(env, insn_idx, meta)
