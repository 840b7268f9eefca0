"""Functions of the program that a helper calls back: their arguments, and the extra path that verifies them.

A callback is explored as a branch that enters it as if the helper's instruction called it; on its exit the
helper's instruction is verified again, so that whatever the callback changed is seen by the next one and by
what follows. Timers call back later, out of any context: their callbacks are verified as programs of their
own.
"""

from __future__ import annotations

from collections.abc import Callable
from errno import EFAULT

from skep.errors import ENOTSUPP
from skep.kernel.verifier.btfptr import reg_btf_record
from skep.kernel.verifier.env import BPF_COMPLEXITY_LIMIT_JMP_SEQ, Env, Reject, new_id, verbose
from skep.kernel.verifier.explore import push_stack
from skep.kernel.verifier.explored import Pending
from skep.kernel.verifier.graph import graph_node_reg, non_owning
from skep.kernel.verifier.insn_kinds import is_async_callback_calling_insn
from skep.kernel.verifier.kfunc_meta import TASK_WORK_KFUNCS, kfunc_is
from skep.kernel.verifier.regs import (
    BPF_DYNPTR_TYPE_LOCAL,
    NOT_INIT_REG,
    SCALAR_UNKNOWN,
    RegState,
    Target,
    btf_target,
    map_target,
    pointer,
)
from skep.kernel.verifier.regtypes import (
    CONST_PTR_TO_DYNPTR,
    CONST_PTR_TO_MAP,
    PTR_TO_BTF_ID,
    PTR_TO_MAP_KEY,
    PTR_TO_MAP_VALUE,
)
from skep.kernel.verifier.state import BPF_MAIN_FUNC, FuncState, RetvalRange, VerifierState
from skep.kernel.verifier.subprog import init_func_state, setup_func_entry
from skep.kernel.verifier.subprog_args import btf_check_subprog_call
from skep.kernel.verifier.unsupported import not_yet
from skep.uapi import MapType

#: Functions whose callbacks run where they may sleep.
_SLEEPABLE_CALLBACKS = TASK_WORK_KFUNCS | {"bpf_wq_set_callback_impl"}

SetCalleeState = Callable[[Env, FuncState, FuncState, int], None]

_ZERO_OR_ONE = RetvalRange(0, 1)
_ZERO = RetvalRange(0, 0)

#: Map types whose elements bpf_for_each_map_elem can visit.
_FOR_EACH = frozenset(
    {
        MapType.HASH,
        MapType.PERCPU_HASH,
        MapType.LRU_HASH,
        MapType.LRU_PERCPU_HASH,
        MapType.ARRAY,
        MapType.PERCPU_ARRAY,
    }
)


def push_async_cb(env: Env, insn_idx: int, subprog: int) -> FuncState:
    """Queue a function that will run later, on a stack of its own."""
    if len(env.head) >= BPF_COMPLEXITY_LIMIT_JMP_SEQ:
        verbose(env, f"The sequence of {len(env.head) + 1} jumps is too complex for async cb.\n")
        raise Reject(EFAULT)
    state = VerifierState()
    state.branches = 1
    state.in_sleepable = kfunc_is(env, env.insns[insn_idx], _SLEEPABLE_CALLBACKS)
    state.frame.append(init_func_state(env, BPF_MAIN_FUNC, 0, subprog))
    start = env.subprog_info[subprog].start
    env.head.append(Pending(state, start, insn_idx, env.log.end_pos))
    return state.frame[0]


def push_callback_call(env: Env, insn_idx: int, subprog: int, set_callee_state: SetCalleeState) -> None:
    """Queue the callback as a branch; the current path goes on behind the helper."""
    state = env.cur_state
    caller = state.frame[state.curframe]
    btf_check_subprog_call(env, subprog, caller.regs)
    info = env.subprog_info[subprog]
    info.is_cb = True
    if is_async_callback_calling_insn(env, env.insns[insn_idx]):
        info.is_async_cb = True
        callee = push_async_cb(env, insn_idx, subprog)
        callee.async_entry_cnt = caller.async_entry_cnt + 1
        set_callee_state(env, caller, callee, insn_idx)
        return
    callback_state = push_stack(env, info.start, insn_idx, False)
    setup_func_entry(env, subprog, insn_idx, set_callee_state, callback_state)
    callback_state.callback_unroll_depth += 1
    callback_state.frame[callback_state.curframe - 1].callback_depth += 1
    caller.callback_depth = 0


def _enter(callee: FuncState, *args: RegState) -> None:
    """R1 and on of a callback that returns 0 to go on or 1 to stop."""
    for regno in range(1, 6):
        callee.regs[regno] = args[regno - 1] if regno <= len(args) else NOT_INIT_REG
    callee.in_callback_fn = True
    callee.callback_ret_range = _ZERO_OR_ONE


def set_map_elem_callback_state(env: Env, caller: FuncState, callee: FuncState, insn_idx: int) -> None:
    """callback(map, key, value, ctx)"""
    vmap = env.insn_aux[insn_idx].map_ptr
    if vmap is None or vmap.map_type not in _FOR_EACH:
        verbose(env, "callback function not allowed for map\n")
        raise Reject(ENOTSUPP)
    map_reg = caller.regs[1]
    assert map_reg.target.map_ptr is not None
    target = map_target(map_reg.target.map_ptr, map_reg.target.map_uid)
    key, value = pointer(PTR_TO_MAP_KEY, target=target), pointer(PTR_TO_MAP_VALUE, target=target)
    _enter(callee, map_reg, key, value, caller.regs[3])


def set_loop_callback_state(env: Env, caller: FuncState, callee: FuncState, insn_idx: int) -> None:
    """callback(index, ctx)"""
    _enter(callee, SCALAR_UNKNOWN, caller.regs[3])


def set_timer_callback_state(env: Env, caller: FuncState, callee: FuncState, insn_idx: int) -> None:
    """callback(map, key, value), run from a timer interrupt"""
    timer = caller.regs[1]
    assert timer.target.map_ptr is not None
    target = map_target(timer.target.map_ptr, timer.target.map_uid)
    types = (CONST_PTR_TO_MAP, PTR_TO_MAP_KEY, PTR_TO_MAP_VALUE)
    _enter(callee, *(pointer(type_, target=target) for type_ in types))
    callee.in_callback_fn = False
    callee.in_async_callback_fn = True
    callee.callback_ret_range = _ZERO


def set_task_work_schedule_callback_state(
    env: Env, caller: FuncState, callee: FuncState, insn_idx: int
) -> None:
    """callback(map, key, value), run by the task itself"""
    map_reg = caller.regs[3]
    assert map_reg.target.map_ptr is not None
    target = map_target(map_reg.target.map_ptr, map_reg.target.map_uid)
    types = (CONST_PTR_TO_MAP, PTR_TO_MAP_KEY, PTR_TO_MAP_VALUE)
    _enter(callee, *(pointer(type_, target=target) for type_ in types))
    callee.in_callback_fn = False
    callee.in_async_callback_fn = True
    callee.callback_ret_range = RetvalRange(-(1 << 31), (1 << 31) - 1)


def set_rbtree_add_callback_state(env: Env, caller: FuncState, callee: FuncState, insn_idx: int) -> None:
    """less(a, b), of two nodes of the tree"""
    root = caller.regs[1]
    record = reg_btf_record(env, root)
    field = record.at(root.off) if record is not None else None
    btf = root.map_ptr.btf if root.map_ptr is not None else root.btf
    if field is None or field.kind != "bpf_rb_root" or btf is None:
        raise Reject(EFAULT)
    node = non_owning(env, graph_node_reg(field, btf))
    _enter(callee, node, node)


def set_find_vma_callback_state(env: Env, caller: FuncState, callee: FuncState, insn_idx: int) -> None:
    """callback(task, vma, ctx)"""
    vmlinux = env.request.vmlinux
    vma = vmlinux.find("vm_area_struct") if vmlinux is not None else None
    if vmlinux is None or vma is None:
        raise not_yet(env, "bpf_find_vma without BTF of struct vm_area_struct")
    _enter(callee, caller.regs[1], pointer(PTR_TO_BTF_ID, target=btf_target(vmlinux, vma)), caller.regs[4])


def set_user_ringbuf_callback_state(env: Env, caller: FuncState, callee: FuncState, insn_idx: int) -> None:
    """callback(dynptr, ctx)"""
    target = Target(dynptr_type=BPF_DYNPTR_TYPE_LOCAL, first_slot=True)
    _enter(callee, pointer(CONST_PTR_TO_DYNPTR, id=new_id(env), target=target), caller.regs[3])
    callee.regs[0] = NOT_INIT_REG
