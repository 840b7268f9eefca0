"""Checkpoints: remember states at prune points, and stop where a new one is covered by an old one.

`is_state_visited` is the heart of the exploration's economy. At every prune point the current state is
compared with those remembered for the same instruction and chain of calls. One whose paths have all ended
safely covers whatever it contains. One that is still open means a loop: without end if nothing changed, or,
for loops that end by contract, one more round that need not be followed. When to remember a state and when to
give one up are Linux's rules of thumb, to the number.
"""

from __future__ import annotations

from errno import EINVAL
from typing import Final

from skep.kernel.verifier.backtrack import push_jmp_history
from skep.kernel.verifier.bounds import same_bounds
from skep.kernel.verifier.env import BPF_COMPLEXITY_LIMIT_STATES, Env, Reject, verbose
from skep.kernel.verifier.equal import EXACT, NOT_EXACT, RANGE_WITHIN, states_equal
from skep.kernel.verifier.explore import explored_list, same_callsites
from skep.kernel.verifier.insn_kinds import is_may_goto_insn
from skep.kernel.verifier.liveness import bpf_live_stack_query_init, bpf_live_stack_slots
from skep.kernel.verifier.log_insn import verbose_linfo
from skep.kernel.verifier.log_state import print_verifier_state
from skep.kernel.verifier.regs import BPF_ITER_STATE_ACTIVE, NOT_INIT_REG
from skep.kernel.verifier.scc import (
    add_scc_backedge,
    incomplete_read_marks,
    maybe_enter_scc,
    maybe_free_verifier_state,
    propagate_precision,
    update_peak_states,
)
from skep.kernel.verifier.stack_slots import get_spi
from skep.kernel.verifier.state import (
    BPF_REG_FP,
    INVALID_SLOT,
    MAX_BPF_REG,
    STACK_ITER,
    FuncState,
    VerifierState,
    copy_state,
)

# What a comparison with one checkpoint led to.
_MISS: Final = 0
_HIT: Final = 1  # covered
_LOOP_HIT: Final = 2  # covered by a state that is still open


# ------------------------------------------------------------------ forgetting what is dead


def _clean_func_state(env: Env, func: FuncState, frameno: int, insn_idx: int) -> None:
    live = env.insn_aux[insn_idx].live_regs_before
    for regno in range(BPF_REG_FP):
        if not live >> regno & 1:
            func.regs[regno] = NOT_INIT_REG
    alive = bpf_live_stack_slots(env, frameno)
    for spi in range(len(func.stack)):
        if not alive >> spi & 1:
            func.stack[spi] = INVALID_SLOT


def _clean_verifier_state(env: Env, state: VerifierState) -> None:
    bpf_live_stack_query_init(env, state)
    state.cleaned = True
    for frame in range(state.curframe + 1):
        insn_idx = state.insn_idx if frame == state.curframe else state.frame[frame + 1].callsite
        _clean_func_state(env, state.frame[frame], frame, insn_idx)


def clean_live_states(env: Env, insn_idx: int, cur: VerifierState, entries: list[VerifierState]) -> None:
    """In finished checkpoints for this place, drop registers and slots that nothing reads any more."""
    for state in entries:
        if state.branches or state.cleaned or state.insn_idx != insn_idx or not same_callsites(state, cur):
            continue
        if not incomplete_read_marks(env, state):
            _clean_verifier_state(env, state)


# ------------------------------------------------------------------ loops


def _states_maybe_looping(old: VerifierState, cur: VerifierState) -> bool:
    """A quick look at the registers of the current frame, ids included."""
    if old.curframe != cur.curframe:
        return False
    old_regs, cur_regs = old.frame[old.curframe].regs, cur.frame[cur.curframe].regs
    for regno in range(MAX_BPF_REG):
        a, b = old_regs[regno], cur_regs[regno]
        if a is not b and (
            a.type != b.type
            or a.off != b.off
            or a.id != b.id
            or a.ref_obj_id != b.ref_obj_id
            or not same_bounds(a.bounds, b.bounds)
            or not a.target.same(b.target)
        ):
            return False
    return True


def _iter_active_depths_differ(old: VerifierState, cur: VerifierState) -> bool:
    """Another round of an open iterator is no infinite loop, even if nothing else has changed."""
    for frame in range(old.curframe, -1, -1):
        stack = old.frame[frame].stack
        for spi in range(len(stack)):
            slot = stack[spi]
            if slot.types[0] != STACK_ITER or slot.spilled.target.iter_state != BPF_ITER_STATE_ACTIVE:
                continue
            if cur.frame[frame].stack[spi].spilled.target.iter_depth != slot.spilled.target.iter_depth:
                return True
    return False


def _at_active_iterator(cur: VerifierState) -> bool:
    """The iterator that the call at hand advances is active; the verifier's rules put it into R1."""
    iter_reg = cur.frame[cur.curframe].regs[1]
    spi = get_spi(iter_reg.off + iter_reg.bounds.smin_value)
    slot = cur.frame[iter_reg.target.frameno].stack[spi]
    return slot.spilled.target.iter_state == BPF_ITER_STATE_ACTIVE


def _refuse_infinite_loop(env: Env, insn_idx: int, old: VerifierState) -> Reject:
    if env.log.level:
        cur = env.cur_state
        verbose_linfo(env, insn_idx, "; ")
        verbose(env, f"infinite loop detected at insn {insn_idx}\n")
        verbose(env, "cur state:")
        print_verifier_state(env, cur, cur.curframe, True)
        verbose(env, "old state:")
        print_verifier_state(env, old, cur.curframe, True)
    return Reject(EINVAL)


def _compare_open(env: Env, insn_idx: int, old: VerifierState) -> int:
    """With a checkpoint that has branches left, so one of this path's own past (or a callback's)."""
    cur = env.cur_state
    frame = old.frame[old.curframe]
    # Another entry into an asynchronous callback: neither a loop nor proven safe.
    if frame.in_async_callback_fn and frame.async_entry_cnt != cur.frame[cur.curframe].async_entry_cnt:
        return _MISS
    aux = env.insn_aux[insn_idx]
    if aux.is_iter_next:
        if states_equal(env, old, cur, RANGE_WITHIN) and _at_active_iterator(cur):
            return _LOOP_HIT
        return _MISS
    if (
        is_may_goto_insn(env.insns[insn_idx])
        and old.may_goto_depth != cur.may_goto_depth
        and states_equal(env, old, cur, RANGE_WITHIN)
    ):
        return _LOOP_HIT
    if aux.calls_callback:
        return _HIT if states_equal(env, old, cur, RANGE_WITHIN) else _MISS
    if (
        _states_maybe_looping(old, cur)
        and states_equal(env, old, cur, EXACT)
        and not _iter_active_depths_differ(old, cur)
        and old.may_goto_depth == cur.may_goto_depth
        and old.callback_unroll_depth == cur.callback_unroll_depth
    ):
        raise _refuse_infinite_loop(env, insn_idx, old)
    return _MISS


# ------------------------------------------------------------------ is_state_visited


def _hit(env: Env, insn_idx: int, old: VerifierState, loop: bool) -> None:
    """The rest of this path is covered; what it needs of its past is what the checkpoint needed."""
    cur = env.cur_state
    old.hit_cnt += 1
    if env.insn_aux[env.insn_idx].jmp_point:
        push_jmp_history(env, cur, 0, 0)
    propagate_precision(env, old, cur)
    if env.observer is not None:
        env.observer.covered(env, insn_idx, old, loop)
    if loop:
        backedge = copy_state(cur)
        backedge.equal_state = old
        backedge.insn_idx = insn_idx
        add_scc_backedge(env, old, backedge)


def _give_up_useless(env: Env, insn_idx: int, entries: list[VerifierState], index: int) -> bool:
    """Drop a checkpoint that missed too often; those at loop heads get more patience while they are open."""
    old = entries[index]
    patience = 64 if env.insn_aux[insn_idx].force_checkpoint and old.branches > 0 else 3
    if old.miss_cnt <= old.hit_cnt * patience + patience:
        return False
    del entries[index]
    old.in_free_list = True
    env.explored.free_list_size += 1
    env.explored.size -= 1
    maybe_free_verifier_state(env, old)
    return True


def _remember(env: Env, insn_idx: int, entries: list[VerifierState]) -> None:
    cur = env.cur_state
    explored = env.explored
    env.total_states += 1
    explored.size += 1
    update_peak_states(env)
    env.prev_jmps_processed = env.jmps_processed
    env.prev_insn_processed = env.insn_processed
    # Whether later paths need these values is not known yet.
    for func in cur.frame:
        func.precise_regs = 0
        func.precise_slots = 0
    new = copy_state(cur)
    new.insn_idx = insn_idx
    maybe_enter_scc(env, new)
    cur.parent = new
    cur.first_insn_idx = insn_idx
    cur.dfs_depth = new.dfs_depth + 1
    cur.jmp_history = []
    entries.insert(0, new)


def is_state_visited(env: Env, insn_idx: int) -> bool:
    """Whether the current state is covered by an earlier one; if not, it may be remembered."""
    cur = env.cur_state
    force_new_state = (
        env.test_state_freq or env.insn_aux[insn_idx].force_checkpoint or len(cur.jmp_history) > 40
    )
    jumps = env.jmps_processed - env.prev_jmps_processed
    insns = env.insn_processed - env.prev_insn_processed
    add_new_state = force_new_state or (jumps >= 2 and insns >= 8)
    entries = explored_list(env, insn_idx)
    clean_live_states(env, insn_idx, cur, entries)
    states_cnt, index = 0, 0
    while index < len(entries):
        old = entries[index]
        states_cnt += 1
        if old.insn_idx != insn_idx:
            index += 1
            continue
        if old.branches:
            result = _compare_open(env, insn_idx, old)
            # In a loop states differ from round to round: not too many of them.
            if result == _MISS and not force_new_state and jumps < 20 and insns < 100:
                add_new_state = False
        else:
            loop = incomplete_read_marks(env, old)
            equal = states_equal(env, old, cur, RANGE_WITHIN if loop else NOT_EXACT)
            result = (_LOOP_HIT if loop else _HIT) if equal else _MISS
        if result != _MISS:
            _hit(env, insn_idx, old, result == _LOOP_HIT)
            return True
        if add_new_state:
            old.miss_cnt += 1
        if not _give_up_useless(env, insn_idx, entries, index):
            index += 1
    env.max_states_per_insn = max(env.max_states_per_insn, states_cnt)
    if not env.bpf_capable and states_cnt > BPF_COMPLEXITY_LIMIT_STATES:
        return False
    if add_new_state:
        _remember(env, insn_idx, entries)
    return False
