"""The exploration: instruction after instruction along every path, with what is known of the machine's state.

One path is followed to its end; branches are queued on the way and taken up last first, so that a loop is
unrolled before what follows it. At prune points a path ends early where a known state covers it.
"""

from __future__ import annotations

from errno import E2BIG, EACCES, EFAULT, EINVAL, EPERM
from typing import Final

from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_ABS,
    BPF_ALU,
    BPF_ALU64,
    BPF_ATOMIC,
    BPF_CALL,
    BPF_EXIT,
    BPF_IMM,
    BPF_IND,
    BPF_JA,
    BPF_JMP,
    BPF_JMP32,
    BPF_LDX,
    BPF_MEM,
    BPF_MEMSX,
    BPF_PSEUDO_CALL,
    BPF_PSEUDO_KFUNC_CALL,
    BPF_ST,
    BPF_STX,
)
from skep.kernel.verifier.alu import check_alu_op
from skep.kernel.verifier.atomics import check_atomic
from skep.kernel.verifier.backtrack import push_jmp_history
from skep.kernel.verifier.branch import check_cond_jmp_op
from skep.kernel.verifier.env import BPF_COMPLEXITY_LIMIT_INSNS, Env, Reject, mark_reg_scratched, verbose
from skep.kernel.verifier.explore import pop_stack
from skep.kernel.verifier.helper_call import check_helper_call
from skep.kernel.verifier.kfunc_call import check_kfunc_call
from skep.kernel.verifier.kfunc_meta import is_bpf_throw_kfunc, kfunc_spin_allowed
from skep.kernel.verifier.ld_imm import check_ld_abs, check_ld_imm
from skep.kernel.verifier.liveness import (
    bpf_commit_stack_write_marks,
    bpf_reset_stack_write_marks,
    bpf_update_live_stack,
)
from skep.kernel.verifier.log_insn import insn_text, verbose_linfo
from skep.kernel.verifier.log_state import print_insn_state, print_verifier_state
from skep.kernel.verifier.memory import check_load_mem, check_store_imm, check_store_reg
from skep.kernel.verifier.refs import check_resource_leak
from skep.kernel.verifier.retval import check_return_code
from skep.kernel.verifier.scc import update_branch_counts
from skep.kernel.verifier.states import is_state_visited
from skep.kernel.verifier.subprog import check_func_call, prepare_func_exit

# What an instruction does to its path.
_NEXT: Final = 0
_EXIT: Final = 1  # the path ends
_RETURN: Final = 2  # a function returned: the log shows the whole state next

_ALL_REGS: Final = 0xFFFFFFFF
_ALL_SLOTS: Final = (1 << 64) - 1

#: Refusals that a speculation barrier makes harmless on a path that only speculation takes.
_RECOVERABLE: Final = frozenset((EPERM, EACCES, EINVAL))

BPF_FUNC_spin_unlock: Final = 94
BPF_FUNC_kptr_xchg: Final = 194


def _reserved(env: Env, what: str) -> Reject:
    verbose(env, f"{what} uses reserved fields\n")
    return Reject(EINVAL)


# ------------------------------------------------------------------ jumps, calls, exits


def process_bpf_exit_full(env: Env, exception_exit: bool) -> int:
    curframe = env.cur_state.curframe
    # Before the frame goes: a callback must leave its caller's references alone.
    prefix = "bpf_throw" if exception_exit else "BPF_EXIT instruction in main prog"
    check_resource_leak(env, exception_exit, exception_exit or not curframe, prefix)
    if exception_exit:
        return _EXIT
    if curframe:
        bpf_update_live_stack(env)
        prepare_func_exit(env)
        return _RETURN
    check_return_code(env, 0, "R0")
    return _EXIT


def _allowed_under_lock(env: Env, insn: Insn) -> bool:
    if insn.src == 0:
        return insn.imm in (BPF_FUNC_spin_unlock, BPF_FUNC_kptr_xchg)
    return insn.src != BPF_PSEUDO_KFUNC_CALL or kfunc_spin_allowed(env, insn)


def _check_call(env: Env, insn: Insn) -> int:
    if (
        insn.code & 8
        or (insn.src != BPF_PSEUDO_KFUNC_CALL and insn.off)
        or insn.src > BPF_PSEUDO_KFUNC_CALL
        or insn.dst
        or insn.code & 7 == BPF_JMP32
    ):
        raise _reserved(env, "BPF_CALL")
    if env.cur_state.active_locks and not _allowed_under_lock(env, insn):
        verbose(env, "function calls are not allowed while holding a lock\n")
        raise Reject(EINVAL)
    if insn.src == BPF_PSEUDO_CALL:
        env.insn_idx = check_func_call(env, insn, env.insn_idx)
    elif insn.src == BPF_PSEUDO_KFUNC_CALL:
        check_kfunc_call(env, insn, env.insn_idx)
        if is_bpf_throw_kfunc(env, insn):
            return process_bpf_exit_full(env, True)
    else:
        check_helper_call(env, insn, env.insn_idx)
    mark_reg_scratched(env, 0)
    env.insn_idx += 1
    return _NEXT


def _check_jump(env: Env, insn: Insn) -> int:
    env.jmps_processed += 1
    op = insn.code & 0xF0
    klass = insn.code & 7
    if op == BPF_CALL:
        return _check_call(env, insn)
    if op == BPF_JA:
        if (
            insn.code & 8
            or insn.src
            or insn.dst
            or (klass == BPF_JMP and insn.imm)
            or (klass == BPF_JMP32 and insn.off)
        ):
            raise _reserved(env, "BPF_JA")
        env.insn_idx += (insn.off if klass == BPF_JMP else insn.imm) + 1
        return _NEXT
    if op == BPF_EXIT:
        if insn.code & 8 or insn.imm or insn.src or insn.dst or klass == BPF_JMP32:
            raise _reserved(env, "BPF_EXIT")
        return process_bpf_exit_full(env, False)
    env.insn_idx = check_cond_jmp_op(env, insn, env.insn_idx) + 1
    return _NEXT


def _check_store(env: Env, insn: Insn) -> None:
    mode = insn.code & 0xE0
    if insn.code & 7 == BPF_STX:
        if mode == BPF_ATOMIC:
            check_atomic(env, insn)
            return
        if mode != BPF_MEM or insn.imm:
            raise _reserved(env, "BPF_STX")
        check_store_reg(env, insn, False)
        return
    if mode != BPF_MEM or insn.src:
        raise _reserved(env, "BPF_ST")
    check_store_imm(env, insn)


def _check_ld(env: Env, insn: Insn) -> None:
    mode = insn.code & 0xE0
    if mode in (BPF_ABS, BPF_IND):
        check_ld_abs(env, insn)
    elif mode == BPF_IMM:
        check_ld_imm(env, insn)
        env.insn_idx += 1
        _mark_insn_seen(env)
    else:
        verbose(env, "invalid BPF_LD mode\n")
        raise Reject(EINVAL)


def do_check_insn(env: Env, insn: Insn) -> int:
    klass = insn.code & 7
    if klass in (BPF_ALU64, BPF_ALU):
        check_alu_op(env, insn)
    elif klass in (BPF_JMP, BPF_JMP32):
        return _check_jump(env, insn)
    elif klass == BPF_LDX:
        check_load_mem(env, insn, False, insn.code & 0xE0 == BPF_MEMSX, True, "ldx")
    elif klass in (BPF_STX, BPF_ST):
        _check_store(env, insn)
    else:
        _check_ld(env, insn)
    env.insn_idx += 1
    return _NEXT


# ------------------------------------------------------------------ one path after another


def _mark_insn_seen(env: Env) -> None:
    """Code that only speculation reaches counts as dead, unless something was seen there before."""
    aux = env.insn_aux[env.insn_idx]
    if not env.cur_state.speculative or aux.seen:
        aux.seen = env.pass_cnt


def _speculative(env: Env) -> str:
    return " (speculative execution)" if env.cur_state.speculative else ""


def _log_pruned(env: Env, do_print_state: bool) -> None:
    if do_print_state:
        verbose(env, f"\nfrom {env.prev_insn_idx} to {env.insn_idx}{_speculative(env)}: safe\n")
    else:
        verbose(env, f"{env.insn_idx}: safe\n")


def _log_insn(env: Env, do_print_state: bool) -> None:
    state, log = env.cur_state, env.log
    if do_print_state and log.level & 2:
        verbose(env, f"\nfrom {env.prev_insn_idx} to {env.insn_idx}{_speculative(env)}:")
        print_verifier_state(env, state, state.curframe, True)
    if env.scratched_regs or env.scratched_stack_slots:
        print_insn_state(env, state, state.curframe)
    verbose_linfo(env, env.insn_idx, "; ")
    env.prev_log_pos = log.end_pos
    verbose(env, f"{env.insn_idx}: ")
    verbose(env, insn_text(env, env.insn_idx) + "\n")
    env.prev_insn_print_pos = log.end_pos - env.prev_log_pos
    env.prev_log_pos = log.end_pos


def _may_write_stack(insn: Insn) -> bool:
    """Stores and calls; of any other instruction it is certain that it writes nothing."""
    klass = insn.code & 7
    return klass in (BPF_STX, BPF_ST) or (klass == BPF_JMP and insn.code & 0xF0 == BPF_CALL)


def _check_one(env: Env, insn: Insn) -> int:
    """One instruction, with its marks for stack liveness; on a speculative path a refusal ends the path."""
    index, state = env.insn_idx, env.cur_state
    marks = _may_write_stack(insn)
    if marks:
        bpf_reset_stack_write_marks(env, index)
    try:
        result = do_check_insn(env, insn)
    except Reject as refusal:
        if refusal.errno not in _RECOVERABLE:
            raise
        if marks:
            bpf_commit_stack_write_marks(env)
        if not state.speculative:
            raise
        aux = env.insn_aux[index]
        aux.nospec = True
        aux.alu_state = 0
        return _EXIT
    if marks:
        bpf_commit_stack_write_marks(env)
    if state.speculative and env.insn_aux[index].nospec_result:
        return _EXIT
    return result


def _step(env: Env, prev_insn_idx: int, do_print_state: bool) -> int:
    """Verify the instruction at hand, or find that what follows is known to be safe."""
    index = env.insn_idx
    env.cur_hist_ent = None
    env.prev_insn_idx = prev_insn_idx
    if index >= len(env.insns):
        verbose(env, f"invalid insn idx {index} insn_cnt {len(env.insns)}\n")
        raise Reject(EFAULT)
    env.insn_processed += 1
    if env.insn_processed > BPF_COMPLEXITY_LIMIT_INSNS:
        verbose(env, f"BPF program is too large. Processed {env.insn_processed} insn\n")
        raise Reject(E2BIG)
    state = env.cur_state
    state.last_insn_idx = prev_insn_idx
    state.insn_idx = index
    aux = env.insn_aux[index]
    if aux.prune_point and is_state_visited(env, index):
        if env.log.level & 3:
            _log_pruned(env, do_print_state)
        return _EXIT
    if aux.jmp_point:
        push_jmp_history(env, state, 0, 0)
    if env.log.level & 3:
        _log_insn(env, do_print_state)
    if env.observer is not None:
        env.observer.visit(env)
    if not state.speculative or aux.seen:
        aux.seen = env.pass_cnt
    if state.speculative and aux.nospec:
        return _EXIT
    return _check_one(env, env.insns[index])


def do_check(env: Env) -> None:
    do_print_state = False
    prev_insn_idx = -1
    while True:
        index = env.insn_idx
        result = _step(env, prev_insn_idx, do_print_state)
        prev_insn_idx = index
        if result == _EXIT:
            env.scratched_regs = _ALL_REGS
            env.scratched_stack_slots = _ALL_SLOTS
            update_branch_counts(env, env.cur_state)
            bpf_update_live_stack(env)
            if not pop_stack(env):
                return
            prev_insn_idx = env.prev_insn_idx
            do_print_state = True
        elif env.log.level & 2:
            # The state printed with "from ... to ..." was that of the instruction just verified.
            do_print_state = result == _RETURN
        elif result == _RETURN:
            do_print_state = True
