"""Calls between functions of the program, and returns from them.

A static function is verified as part of its caller, frame upon frame. A global one is verified once, on its
own, for any arguments that its prototype allows; a call of it only checks the arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from errno import E2BIG, EFAULT, EINVAL

from skep.isa.insn import Insn
from skep.kernel.verifier.env import (
    DST_OP_NO_MARK,
    Env,
    Reject,
    check_reg_arg,
    in_sleepable,
    mark_reg_not_init,
    verbose,
    verifier_bug,
)
from skep.kernel.verifier.explore import find_prev_entry, widen_imprecise_scalars
from skep.kernel.verifier.liveness import bpf_reset_live_stack_callchain
from skep.kernel.verifier.log_state import print_verifier_state
from skep.kernel.verifier.packet import clear_all_pkt_pointers
from skep.kernel.verifier.regs import SCALAR_UNKNOWN
from skep.kernel.verifier.regtypes import PTR_TO_STACK
from skep.kernel.verifier.retval import check_callback_return
from skep.kernel.verifier.state import MAX_CALL_FRAMES, FuncState, VerifierState, new_frame
from skep.kernel.verifier.subprog_args import btf_check_subprog_call
from skep.kernel.verifier.subprog_split import find_subprog

#: Fills the callee's arguments from the caller's registers.
SetCalleeState = Callable[[Env, FuncState, FuncState, int], None]


def set_callee_state(env: Env, caller: FuncState, callee: FuncState, insn_idx: int) -> None:
    callee.regs[1:6] = caller.regs[1:6]


def clear_caller_saved_regs(env: Env, caller: FuncState) -> None:
    for regno in range(6):
        mark_reg_not_init(env, caller.regs, regno)
        check_reg_arg(env, regno, DST_OP_NO_MARK)


def init_func_state(env: Env, callsite: int, frameno: int, subprogno: int) -> FuncState:
    env.scratched_regs = 0xFFFFFFFF
    env.scratched_stack_slots = (1 << 64) - 1
    return new_frame(callsite, frameno, subprogno)


def setup_func_entry(
    env: Env, subprog: int, callsite: int, set_state: SetCalleeState, state: VerifierState
) -> None:
    """Put a frame for the function on top of the state."""
    if state.curframe + 1 >= MAX_CALL_FRAMES:
        verbose(env, f"the call stack of {state.curframe + 2} frames is too deep\n")
        raise Reject(E2BIG)
    caller = state.frame[state.curframe]
    callee = init_func_state(env, callsite, state.curframe + 1, subprog)
    state.frame.append(callee)
    set_state(env, caller, callee, callsite)
    state.curframe += 1


def _call_global(env: Env, subprog: int, error: int, caller: FuncState) -> None:
    info = env.subprog_info[subprog]
    state = env.cur_state
    if state.active_locks:
        verbose(
            env,
            "global function calls are not allowed while holding a lock,\nuse static function instead\n",
        )
        raise Reject(EINVAL)
    atomic = state.active_rcu_lock or state.active_preempt_locks or state.active_irq_id
    if info.might_sleep and (atomic or not in_sleepable(env)):
        verbose(
            env,
            "global functions that may sleep are not allowed in non-sleepable context,\n"
            "i.e., in a RCU/IRQ/preempt-disabled section, or in\n"
            "a non-sleepable BPF program context\n",
        )
        raise Reject(EINVAL)
    if error:
        verbose(env, f"Caller passes invalid args into func#{subprog} ('{info.name}')\n")
        raise Reject(error)
    verbose(env, f"Func#{subprog} ('{info.name}') is global and assumed valid.\n")
    if info.changes_pkt_data:
        clear_all_pkt_pointers(env)
    info.called = True
    clear_caller_saved_regs(env, caller)
    caller.regs[0] = SCALAR_UNKNOWN


def check_func_call(env: Env, insn: Insn, insn_idx: int) -> int:
    """Returns the index before the instruction to go on with."""
    target = insn_idx + insn.imm + 1
    subprog = find_subprog(env, target)
    if subprog < 0:
        raise verifier_bug(env, f"static call to unknown subprog at insn {target}")
    state = env.cur_state
    caller = state.frame[state.curframe]
    error = btf_check_subprog_call(env, subprog, caller.regs)
    if error == EFAULT:
        raise Reject(error)
    if env.subprog_info[subprog].is_global:
        _call_global(env, subprog, error, caller)
        return insn_idx
    setup_func_entry(env, subprog, insn_idx, set_callee_state, state)
    clear_caller_saved_regs(env, caller)
    bpf_reset_live_stack_callchain(env)
    if env.log.level & 3:
        verbose(env, "caller:\n")
        print_verifier_state(env, state, caller.frameno, True)
        verbose(env, "callee:\n")
        print_verifier_state(env, state, state.curframe, True)
    return env.subprog_info[subprog].start - 1


def prepare_func_exit(env: Env) -> None:
    """Leave the current frame; a callback goes back to the call that may run it again."""
    state = env.cur_state
    callee = state.frame[state.curframe]
    caller = state.frame[state.curframe - 1]
    result = callee.regs[0]
    if result.type == PTR_TO_STACK:
        verbose(env, "cannot return stack pointer to the caller\n")
        raise Reject(EINVAL)
    if callee.in_callback_fn:
        check_callback_return(env, result, callee.callback_ret_range)
        if not env.insn_aux[callee.callsite].calls_callback:
            raise verifier_bug(env, f"in callback at {callee.callsite}, callsite !calls_callback")
        env.insn_idx = callee.callsite
    else:
        caller.regs[0] = result
        env.insn_idx = callee.callsite + 1
    if env.log.level & 3:
        verbose(env, "returning from callee:\n")
        print_verifier_state(env, state, callee.frameno, True)
        verbose(env, f"to caller at {env.insn_idx}:\n")
        print_verifier_state(env, state, caller.frameno, True)
    state.frame.pop()
    state.curframe -= 1
    if callee.in_callback_fn:
        previous = find_prev_entry(env, state, env.insn_idx)
        if previous is not None:
            widen_imprecise_scalars(env, previous, state)
