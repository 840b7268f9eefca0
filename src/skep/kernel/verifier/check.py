"""bpf_check: the verifier as a list of passes.

::

    check_btf_info_early     functions' types
    add_subprog_and_kfunc    where functions start
    check_subprogs           jumps stay inside them
    check_btf_info           func_info, line_info
    resolve_pseudo_ldimm64   maps
    check_cfg                everything is reachable; prune points
    check_attach_btf_id      what a tracing program attaches to
    compute_postorder, compute_scc, compute_live_registers
    mark_fastcall_patterns   spills around calls that clobber little
    do_check                 the exploration: main program, then global functions
    check_max_stack_depth    over all chains of calls
    check_misc_fixups        calls that cannot be made

What Linux does after these (rewriting the program) is `skep.kernel.fixups`. `bpf_check` never raises: a
refusal is an errno in the result, and anything else is a bug of skep, reported as such in `internal_error`.
"""

from __future__ import annotations

import gc
import traceback
from collections.abc import Callable
from errno import EFAULT, EINVAL, ENOSPC
from typing import Final

from skep.kernel.helpers.types import ARG_ANYTHING, ARG_PTR_TO_CTX
from skep.kernel.verifier.attach import check_attach_btf_id
from skep.kernel.verifier.cfg import check_cfg
from skep.kernel.verifier.cfg_orders import compute_postorder, compute_scc
from skep.kernel.verifier.check_btf import check_btf_info, check_btf_info_early
from skep.kernel.verifier.do_check import do_check
from skep.kernel.verifier.env import BPF_COMPLEXITY_LIMIT_INSNS, Env, Reject, verbose
from skep.kernel.verifier.explored import Explored
from skep.kernel.verifier.fastcall import mark_fastcall_patterns, remove_fastcall_spills_fills
from skep.kernel.verifier.ld_imm import process_fd_array, resolve_pseudo_ldimm64
from skep.kernel.verifier.live_regs import compute_live_registers
from skep.kernel.verifier.log import BPF_LOG_LEVEL, BPF_LOG_LEVEL2, BPF_LOG_STATS, valid_log_attr
from skep.kernel.verifier.misc_fixups import check_misc_fixups
from skep.kernel.verifier.regs import CTX_REG
from skep.kernel.verifier.request import VerifyRequest, VerifyResult
from skep.kernel.verifier.stack_depth import check_max_stack_depth
from skep.kernel.verifier.state import BPF_MAIN_FUNC, VerifierState
from skep.kernel.verifier.struct_ops import acquire_arguments
from skep.kernel.verifier.subprog import init_func_state
from skep.kernel.verifier.subprog_args import btf_prepare_func_args, entry_reg
from skep.kernel.verifier.subprog_split import add_subprog_and_kfunc, check_subprogs, subprog_cnt
from skep.kernel.verifier.zext import ZextObserver, asks_for_zext
from skep.uapi import ProgType

_STRICT_ALIGNMENT: Final = 1
_ANY_ALIGNMENT: Final = 2


# ------------------------------------------------------------------ entries into the exploration


def _entry_of_function(env: Env, subprog: int, state: VerifierState) -> None:
    """A global function on its own: its arguments are anything that its prototype allows."""
    info = env.subprog_info[subprog]
    verbose(env, f"Validating {info.name}() func#{subprog}...\n")
    btf_prepare_func_args(env, subprog)
    if info.is_exception_cb:
        state.frame[0].in_exception_callback_fn = True
        if len(info.args) != 1 or info.args[0].arg_type != ARG_ANYTHING:
            verbose(env, "exception cb only supports single integer argument\n")
            raise Reject(EINVAL)
    for index, arg in enumerate(info.args):
        state.frame[0].regs[index + 1] = entry_reg(env, arg)


def _entry_of_main(env: Env, state: VerifierState) -> None:
    """The main program gets the context; BTF that says otherwise is not believed."""
    if env.func_info:
        info = env.subprog_info[0]
        try:
            btf_prepare_func_args(env, 0)
            fits = len(info.args) == 1 and info.args[0].arg_type == ARG_PTR_TO_CTX
        except Reject:
            fits = False
        if not fits:
            info.unreliable = True
    state.frame[0].regs[1] = CTX_REG


def do_check_common(env: Env, subprog: int) -> None:
    env.prev_linfo = -1
    env.pass_cnt += 1
    state = VerifierState()
    state.branches = 1
    state.in_sleepable = env.sleepable
    env.cur_state = state
    state.frame.append(init_func_state(env, BPF_MAIN_FUNC, 0, subprog))
    state.first_insn_idx = env.subprog_info[subprog].start
    state.last_insn_idx = -1
    if subprog or env.request.prog_type == ProgType.EXT:
        _entry_of_function(env, subprog, state)
    else:
        _entry_of_main(env, state)
        if env.prog_type == ProgType.STRUCT_OPS:
            acquire_arguments(env)
    do_check(env)
    if not env.log.level & BPF_LOG_LEVEL2:
        env.log.reset(0)
    # The statistics count on.
    done = env.explored
    env.explored = Explored(len(env.insns))
    env.explored.size = done.size
    env.explored.free_list_size = done.free_list_size
    env.head = []


def do_check_main(env: Env) -> None:
    env.insn_idx = 0
    do_check_common(env, 0)


def do_check_subprogs(env: Env) -> None:
    """Global functions that something called, until no new ones are called."""
    if not env.func_info:
        return
    if env.exception_callback_subprog:
        env.subprog_info[env.exception_callback_subprog].called = True
    found = True
    while found:
        found = False
        for index in range(1, subprog_cnt(env)):
            info = env.subprog_info[index]
            if not info.is_global or not info.called or info.verified:
                continue
            env.insn_idx = info.start
            do_check_common(env, index)
            if env.log.level & BPF_LOG_LEVEL:
                verbose(env, f"Func#{index} ('{info.name}') is safe for any args that match its prototype\n")
            info.verified = True
            found = True


# ------------------------------------------------------------------ the list

_PASSES: Final[tuple[Callable[[Env], None], ...]] = (
    process_fd_array,
    check_btf_info_early,
    add_subprog_and_kfunc,
    check_subprogs,
    check_btf_info,
    resolve_pseudo_ldimm64,
    check_cfg,
    compute_postorder,
    check_attach_btf_id,
    compute_scc,
    compute_live_registers,
    mark_fastcall_patterns,
    do_check_main,
    do_check_subprogs,
    remove_fastcall_spills_fills,
    check_max_stack_depth,
    check_misc_fixups,
)


def _start(request: VerifyRequest) -> Env:
    env = Env(request)
    if env.observer is None and asks_for_zext(request):
        env.observer = ZextObserver()
    if request.prog_flags & _ANY_ALIGNMENT:
        env.strict_alignment = False
    return env


def _run_passes(env: Env) -> int:
    try:
        for check in _PASSES:
            check(env)
    except Reject as refusal:
        return refusal.errno
    return 0


def _final_depths(env: Env, errno: int) -> list[int]:
    """Of an accepted program Linux tells the depths that its functions have after they were rewritten."""
    finally_ = env.request.final_depths
    if errno or finally_ is None:
        return [info.stack_depth for info in env.subprog_info[: subprog_cnt(env)]]
    depths = finally_(env.request, _result(env, errno, 0))
    if env.seen_exception and not env.exception_callback_subprog:
        depths.append(0)  # the callback that Linux adds where the program has none
    return depths


def print_verification_stats(env: Env, errno: int, elapsed_us: int) -> None:
    if env.log.level & BPF_LOG_STATS:
        verbose(env, f"verification time {elapsed_us} usec\n")
        verbose(env, f"stack depth {'+'.join(map(str, _final_depths(env, errno)))}\n")
    verbose(
        env,
        f"processed {env.insn_processed} insns (limit {BPF_COMPLEXITY_LIMIT_INSNS}) "
        f"max_states_per_insn {env.max_states_per_insn} total_states {env.total_states} "
        f"peak_states {env.peak_states} mark_read {env.longest_mark_read_walk}\n",
    )


def _result(env: Env, errno: int, elapsed_us: int) -> VerifyResult:
    log = env.log
    if log.overflowed:
        errno = ENOSPC
    functions = env.subprog_info[: subprog_cnt(env)]
    return VerifyResult(
        errno=errno,
        log=log.content(),
        log_true_size=log.len_max,
        insns=env.insns,
        insn_aux=env.insn_aux,
        subprogs=functions,
        used_maps=env.used_maps,
        used_btfs=env.used_btfs,
        func_info=env.func_info,
        line_info=env.line_info,
        processed=env.insn_processed,
        total_states=env.total_states,
        peak_states=env.peak_states,
        max_ctx_offset=env.max_ctx_offset,
        max_states_per_insn=env.max_states_per_insn,
        mark_read=env.longest_mark_read_walk,
        prog_type=env.prog_type,
        expected_attach_type=env.expected_attach_type,
        changes_pkt_data=env.changes_pkt_data,
        might_sleep=env.might_sleep,
        kfuncs=env.kfuncs,
        seen_direct_write=env.seen_direct_write,
        seen_exception=env.seen_exception,
        exception_callback_subprog=env.exception_callback_subprog,
        verification_time_us=elapsed_us,
        stack_depths=tuple(info.stack_depth for info in functions),
    )


def bpf_check(request: VerifyRequest) -> VerifyResult:
    """Linux's verdict on the program."""
    # States refer to their parents and to nothing else, so none of them waits for the collector of cycles,
    # which would walk over all of them again and again.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _check(request)
    finally:
        if collecting:
            gc.enable()


def _check(request: VerifyRequest) -> VerifyResult:
    if not valid_log_attr(request.log_level, request.log_size, request.log_size > 0):
        return VerifyResult(errno=EINVAL, log=b"", log_true_size=0)
    clock = request.clock
    start = clock() if clock is not None else 0
    env: Env | None = None
    try:
        env = _start(request)
        errno = _run_passes(env)
    except Exception as bug:
        where = f" at instruction {env.insn_idx}" if env is not None else ""
        return VerifyResult(
            errno=EFAULT,
            log=b"",
            log_true_size=0,
            internal_error=f"the verifier failed{where} with {type(bug).__name__}: {bug}",
            internal_traceback=traceback.format_exc(),
        )
    elapsed_us = (clock() - start) // 1000 if clock is not None else 0
    print_verification_stats(env, errno, elapsed_us)
    return _result(env, errno, elapsed_us)
