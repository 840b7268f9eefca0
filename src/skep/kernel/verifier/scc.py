"""Loops during the exploration: what was learned of precision inside a loop has to go around it.

When a state in a loop is found equal to a checkpoint whose own exploration is not finished (an iterator, a
callback, may_goto: loops that end by contract), the checkpoint's precision marks are not final. So the equal
state is remembered as a back-edge of its loop (a strongly connected component of the code, entered along one
chain of calls). When the state that entered the loop has no branches left, marks are passed along the back-
edges until nothing changes.
"""

from __future__ import annotations

from typing import Final

from skep.kernel.verifier.backtrack import (
    Backtrack,
    mark_all_scalars_precise,
    mark_chain_precision_batch,
)
from skep.kernel.verifier.env import Env, verbose, verifier_bug
from skep.kernel.verifier.explored import SccVisit
from skep.kernel.verifier.log import BPF_LOG_LEVEL2
from skep.kernel.verifier.regtypes import SCALAR_VALUE
from skep.kernel.verifier.state import BPF_REG_FP, FuncState, VerifierState

_MAX_BACKEDGE_ITERS: Final = 64
_ALL_REGS: Final = 0xFFFF
_ALL_SLOTS: Final = (1 << 64) - 1

#: Call sites that lead to the loop, and the loop's number.
Callchain = tuple[int, ...]


def compute_scc_callchain(env: Env, state: VerifierState) -> Callchain | None:
    """The outermost loop that the state is in; None if it is in none."""
    chain: list[int] = []
    for frame in range(state.curframe + 1):
        insn_idx = state.insn_idx if frame == state.curframe else state.frame[frame + 1].callsite
        scc = env.insn_aux[insn_idx].scc
        if scc:
            return (*chain, scc)
        chain.append(insn_idx)
    return None


def _log(env: Env, what: str, chain: Callchain) -> None:
    if env.log.level & BPF_LOG_LEVEL2:
        # Linux takes a call site of 0 for the end of the chain.
        sites = chain[: chain.index(0)] if 0 in chain[:-1] else chain[:-1]
        verbose(env, f"SCC {what} ({','.join(map(str, (*sites, chain[-1])))})\n")


def update_peak_states(env: Env) -> None:
    explored = env.explored
    current = explored.size + explored.free_list_size + explored.num_backedges
    env.peak_states = max(env.peak_states, current)


def maybe_enter_scc(env: Env, state: VerifierState) -> None:
    chain = compute_scc_callchain(env, state)
    if chain is None:
        return
    visit = env.explored.visits.get(chain)
    if visit is None:
        visit = env.explored.visits[chain] = SccVisit()
    if visit.entry_state is None:
        visit.entry_state = state
        _log(env, "enter", chain)


def maybe_exit_scc(env: Env, state: VerifierState) -> None:
    chain = compute_scc_callchain(env, state)
    if chain is None:
        return
    visit = env.explored.visits.get(chain)
    if visit is None:
        # A path under speculation may start inside a loop.
        if not state.speculative:
            raise verifier_bug(env, "scc exit: no visit info for call chain")
        return
    if visit.entry_state is not state:
        return
    _log(env, "exit", chain)
    visit.entry_state = None
    env.explored.num_backedges -= len(visit.backedges)
    update_peak_states(env)
    propagate_backedges(env, visit)


def add_scc_backedge(env: Env, target: VerifierState, backedge: VerifierState) -> None:
    chain = compute_scc_callchain(env, target)
    visit = env.explored.visits.get(chain) if chain is not None else None
    if chain is None or visit is None:
        raise verifier_bug(env, "add backedge: no SCC in verification path")
    _log(env, "backedge", chain)
    visit.backedges.append(backedge)
    env.explored.num_backedges += 1
    update_peak_states(env)


def incomplete_read_marks(env: Env, state: VerifierState) -> bool:
    """Whether the checkpoint lies in a loop that has back-edges still to be followed."""
    if not env.explored.num_backedges:
        return False
    chain = compute_scc_callchain(env, state)
    if chain is None:
        return False
    visit = env.explored.visits.get(chain)
    return visit is not None and bool(visit.backedges)


def propagate_precision(env: Env, old: VerifierState, cur: VerifierState) -> bool:
    """What the checkpoint's future needed, the current state's past must provide; true if a mark is new."""
    if not env.bpf_capable and not env.log.level & BPF_LOG_LEVEL2:
        return False  # every scalar is precise anyway
    bt = Backtrack(old.curframe)
    for frame in range(old.curframe, -1, -1):
        func = old.frame[frame]
        regs = func.precise_regs if env.bpf_capable else _ALL_REGS
        slots = func.precise_slots if env.bpf_capable else _ALL_SLOTS
        if regs or slots:
            _look_for_precise(env, func, frame, regs, slots, bt)
    return mark_chain_precision_batch(env, cur, bt)


def _look_for_precise(env: Env, func: FuncState, frame: int, regs: int, slots: int, bt: Backtrack) -> None:
    """Those of the registers and slots (masks) that hold scalars."""
    found = 0
    for regno in range(BPF_REG_FP):
        if regs >> regno & 1 and func.regs[regno].type == SCALAR_VALUE:
            found |= 1 << regno
    bt.reg_masks[frame] = found
    found = 0
    if slots:
        for spi in range(len(func.stack)):
            if slots >> spi & 1 and func.stack[spi].is_spilled_scalar_reg:
                found |= 1 << spi
    bt.stack_masks[frame] = found
    if env.log.level & BPF_LOG_LEVEL2 and bt.reg_masks[frame] | found:
        names = [f"r{regno}" for regno in range(BPF_REG_FP) if bt.reg_masks[frame] >> regno & 1]
        names += [f"fp{(-spi - 1) * 8}" for spi in range(len(func.stack)) if found >> spi & 1]
        verbose(env, f"frame {frame}: propagating {','.join(names)}\n")


def propagate_backedges(env: Env, visit: SccVisit) -> None:
    rounds, changed = 0, True
    while changed:
        if rounds > _MAX_BACKEDGE_ITERS:
            if env.log.level & BPF_LOG_LEVEL2:
                verbose(env, "propagate_backedges: too many iterations\n")
            for state in reversed(visit.backedges):
                mark_all_scalars_precise(env, state)
            break
        rounds += 1
        changed = False
        for state in reversed(visit.backedges):
            assert state.equal_state is not None
            if propagate_precision(env, state.equal_state, state):
                changed = True
    visit.backedges = []


def maybe_free_verifier_state(env: Env, state: VerifierState) -> None:
    """A checkpoint taken out of its list still counts while something leads through it."""
    if state.in_free_list and state.branches == 0 and not incomplete_read_marks(env, state):
        state.in_free_list = False
        env.explored.free_list_size -= 1


def update_branch_counts(env: Env, state: VerifierState | None) -> None:
    """A path has ended: checkpoints on it that have no other branch left are finished."""
    while state is not None:
        state.branches -= 1
        if state.branches:
            return
        maybe_exit_scc(env, state)
        maybe_free_verifier_state(env, state)
        state = state.parent
