"""The queue of branches not yet taken, and what loops need when they push one."""

from __future__ import annotations

from errno import ENOMEM

from skep.kernel.verifier.env import BPF_COMPLEXITY_LIMIT_JMP_SEQ, Env, Reject, verbose
from skep.kernel.verifier.equal import IdMap, regs_exact
from skep.kernel.verifier.explored import Pending
from skep.kernel.verifier.regs import SCALAR_UNKNOWN, RegState
from skep.kernel.verifier.regtypes import SCALAR_VALUE
from skep.kernel.verifier.state import FuncState, StackSlot, VerifierState, copy_state


def push_stack(
    env: Env, insn_idx: int, prev_insn_idx: int, speculative: bool, errno: int = ENOMEM
) -> VerifierState:
    """Queue a copy of the current state, to be continued at `insn_idx`; the caller may change the copy.

    `errno`: the refusal when too many are queued, which depends on what queues them.
    """
    state = copy_state(env.cur_state)
    if speculative:
        state.speculative = True
    env.head.append(Pending(state, insn_idx, prev_insn_idx, env.log.end_pos))
    if len(env.head) > BPF_COMPLEXITY_LIMIT_JMP_SEQ:
        verbose(env, f"The sequence of {len(env.head)} jumps is too complex.\n")
        raise Reject(errno)
    if state.parent is not None:
        state.parent.branches += 1
    return state


def pop_stack(env: Env) -> bool:
    """Continue with the branch queued last; false if there is none."""
    if not env.head:
        return False
    pending = env.head.pop()
    env.cur_state = pending.state
    env.insn_idx = pending.insn_idx
    env.prev_insn_idx = pending.prev_insn_idx
    if env.log.level and not env.log.level & 2:
        env.log.reset(pending.log_pos)
    return True


def same_callsites(a: VerifierState, b: VerifierState) -> bool:
    if a.curframe != b.curframe:
        return False
    for frame in range(a.curframe, -1, -1):  # noqa: SIM110  (no generator on the hot path)
        if a.frame[frame].callsite != b.frame[frame].callsite:
            return False
    return True


def explored_list(env: Env, insn_idx: int) -> list[VerifierState]:
    """The checkpoints for this instruction and call site; by hash, so others may be among them."""
    state = env.cur_state
    callsite = state.frame[state.curframe].callsite
    return env.explored.lists[((insn_idx ^ callsite) & 0xFFFFFFFF) % len(env.insns)]


def find_prev_entry(env: Env, cur: VerifierState | None, insn_idx: int) -> VerifierState | None:
    """The last round of the loop: an open checkpoint at this instruction, older than `cur`."""
    if cur is None:
        return None
    for state in explored_list(env, insn_idx):
        if (
            state.insn_idx == insn_idx
            and state.branches
            and state.dfs_depth < cur.dfs_depth
            and same_callsites(state, cur)
        ):
            return state
    return None


def _widened(old: RegState, current: RegState, idmap: IdMap) -> RegState:
    """A scalar that changes from round to round, and whose value nobody needed yet, becomes unknown."""
    if old.type != SCALAR_VALUE or current.type != SCALAR_VALUE:
        return current
    return current if regs_exact(old, current, idmap) else SCALAR_UNKNOWN


def _widen_frame(old: FuncState, current: FuncState, idmap: IdMap) -> None:
    for regno in range(10):
        if not old.precise_regs >> regno & 1:
            current.regs[regno] = _widened(old.regs[regno], current.regs[regno], idmap)
    for spi in range(min(len(old.stack), len(current.stack))):
        old_slot, slot = old.stack[spi], current.stack[spi]
        if old.precise_slots >> spi & 1 or not (old_slot.is_spilled_reg and slot.is_spilled_reg):
            continue
        widened = _widened(old_slot.spilled, slot.spilled, idmap)
        if widened is not slot.spilled:
            current.stack[spi] = StackSlot(slot.types, widened)


def widen_imprecise_scalars(env: Env, old: VerifierState, current: VerifierState) -> None:
    """Make `current` more general than the last round where that is harmless, so that rounds become equal."""
    idmap = IdMap(env.id_gen)
    for frame in range(old.curframe, -1, -1):
        _widen_frame(old.frame[frame], current.frame[frame], idmap)
