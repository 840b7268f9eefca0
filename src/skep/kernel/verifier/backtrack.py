"""Precision: which scalars' exact values matter.

States are compared loosely: a scalar whose value was never needed is equal to any other. When a value is
needed (a branch decided by it, a size, an offset), `mark_chain_precision` walks back over the instructions
that were executed, through the parent states, and marks in every checkpoint the registers and stack slots
that the value came from. The walk undoes instructions one by one; what the code alone does not tell (where a
jump came from, which slot a store hit, which registers were linked) is in the state's jump history.

What undoing one instruction means is in `backtrack_insn.py`.
"""

from __future__ import annotations

from typing import Final

from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_ATOMIC,
    BPF_CALL,
    BPF_EXIT,
    BPF_JMP,
    BPF_JMP32,
    BPF_STX,
)
from skep.kernel.verifier.backtrack_insn import REGMASK_ARGS, Backtrack, backtrack_insn
from skep.kernel.verifier.env import Env, verbose, verifier_bug
from skep.kernel.verifier.log import BPF_LOG_LEVEL2
from skep.kernel.verifier.log_state import fmt_reg_mask, fmt_stack_mask, print_verifier_state
from skep.kernel.verifier.regtypes import SCALAR_VALUE
from skep.kernel.verifier.state import (
    BPF_MAIN_FUNC,
    BPF_REG_FP,
    MAX_BPF_REG,
    FuncState,
    JmpHistoryEntry,
    VerifierState,
)

__all__ = [
    "Backtrack",
    "mark_all_scalars_precise",
    "mark_chain_precision",
    "mark_chain_precision_batch",
    "push_jmp_history",
]

_ANYWAY: Final = 1 << MAX_BPF_REG


# ------------------------------------------------------------------ history


def push_jmp_history(env: Env, state: VerifierState, insn_flags: int, linked_regs: int) -> None:
    """Note a fact about the current instruction for the walk back; several facts share one entry."""
    entry = env.cur_hist_ent
    if entry is not None:
        entry.flags |= insn_flags
        entry.linked_regs = linked_regs
        return
    entry = JmpHistoryEntry(env.insn_idx, env.prev_insn_idx, insn_flags, linked_regs)
    state.jmp_history.append(entry)
    env.cur_hist_ent = entry


# ------------------------------------------------------------------ through the states


def _mark_all_in_frame(env: Env, func: FuncState, frame: int) -> None:
    verbose_marks = env.log.level & BPF_LOG_LEVEL2
    for regno in range(BPF_REG_FP):
        if func.regs[regno].type == SCALAR_VALUE and not func.precise_regs >> regno & 1:
            func.precise_regs |= 1 << regno
            if verbose_marks:
                verbose(env, f"force_precise: frame{frame}: forcing r{regno} to be precise\n")
    for spi in range(len(func.stack)):
        if func.stack[spi].is_spilled_scalar_reg and not func.precise_slots >> spi & 1:
            func.precise_slots |= 1 << spi
            if verbose_marks:
                verbose(env, f"force_precise: frame{frame}: forcing fp{-(spi + 1) * 8} to be precise\n")


def mark_all_scalars_precise(env: Env, starting: VerifierState) -> None:
    """The way out when the walk back fails: everything in all parents counts as needed."""
    if env.log.level & BPF_LOG_LEVEL2:
        verbose(env, f"mark_precise: frame{starting.curframe}: falling back to forcing all scalars precise\n")
    state = starting.parent
    while state is not None:
        for frame in range(state.curframe + 1):
            _mark_all_in_frame(env, state.frame[frame], frame)
        state = state.parent


def _mark_frame(env: Env, func: FuncState, frame: int, bt: Backtrack) -> bool:
    """Mark in a checkpoint what is looked for; what has the mark, or is no scalar, is found."""
    changed = False
    mask = bt.reg_masks[frame]
    while mask:
        bit = mask & -mask
        mask ^= bit
        if func.regs[bit.bit_length() - 1].type != SCALAR_VALUE or func.precise_regs & bit:
            bt.reg_masks[frame] &= ~bit
        else:
            func.precise_regs |= bit
            changed = True
    mask = bt.stack_masks[frame]
    while mask:
        bit = mask & -mask
        mask ^= bit
        spi = bit.bit_length() - 1
        if spi >= len(func.stack):
            raise verifier_bug(env, f"stack slot {spi}, total slots {len(func.stack)}")
        if not func.stack[spi].is_spilled_scalar_reg or func.precise_slots & bit:
            bt.stack_masks[frame] &= ~bit
        else:
            func.precise_slots |= bit
            changed = True
    return changed


def _mark_parent(env: Env, state: VerifierState, bt: Backtrack) -> bool:
    changed = False
    for frame in range(bt.frame, -1, -1):
        if _mark_frame(env, state.frame[frame], frame, bt):
            changed = True
        if env.log.level & BPF_LOG_LEVEL2:
            regs, stack = fmt_reg_mask(bt.reg_masks[frame]), fmt_stack_mask(bt.stack_masks[frame])
            verbose(env, f"mark_precise: frame{frame}: parent state regs={regs} ")
            verbose(env, f"stack={stack}: ")
            print_verifier_state(env, state, frame, True)
    return changed


def _mark_entry_args(env: Env, state: VerifierState, bt: Backtrack) -> bool:
    """At the entry of a global function its arguments are what the caller is held to."""
    func = state.frame[0]
    mask = bt.reg_masks[bt.frame]
    if (
        state.curframe == 0
        and func.subprogno > 0
        and func.callsite == BPF_MAIN_FUNC
        and bt.stack_masks[bt.frame] == 0
        and mask & ~REGMASK_ARGS == 0
    ):
        changed = False
        for regno in range(1, 6):
            if mask >> regno & 1 and func.regs[regno].type == SCALAR_VALUE:
                func.precise_regs |= 1 << regno
                changed = True
        return changed
    raise verifier_bug(
        env,
        f"backtracking func entry subprog {func.subprogno} "
        f"reg_mask {mask:x} stack_mask {bt.stack_masks[bt.frame]:x}",
    )


def _concerned_regs(insn: Insn) -> int:
    """For a step back over the instruction to do anything, one of these registers must be looked for.

    `_ANYWAY` is among them where it may do something in any case. What the jump history adds is not counted.
    """
    klass = insn.code & 7
    if klass in (BPF_JMP, BPF_JMP32):
        if insn.code & 0xF0 in (BPF_CALL, BPF_EXIT):
            return _ANYWAY
        return 1 << insn.dst | 1 << insn.src if insn.code & 8 else 0
    if klass == BPF_STX and insn.code & 0xE0 == BPF_ATOMIC:
        return _ANYWAY
    return 1 << insn.dst if insn.code else 0


def _walk_state(
    env: Env, state: VerifierState, last_idx: int, subseq_idx: int, skip_first: bool, bt: Backtrack
) -> int:
    """Back over the instructions of one state: 1 everything found, 0 go on in the parent, -1 cannot be
    followed.

    Most instructions have nothing to do with what is looked for; this loop passes over them.
    """
    history, concerned = state.jmp_history, env.concerned_regs
    left, first_idx, count = len(history), state.first_insn_idx, len(concerned)
    look_at_all = env.log.level & BPF_LOG_LEVEL2 != 0
    regs = bt.reg_masks[bt.frame] | _ANYWAY
    hist = history[left - 1] if left else None
    idx = last_idx
    while True:
        here = hist is not None and hist.idx == idx
        if skip_first:
            skip_first = False
        elif (
            concerned[idx] & regs
            or (here and hist is not None and (hist.flags or hist.linked_regs))
            or look_at_all
        ):
            if not backtrack_insn(env, idx, subseq_idx, hist if here else None, bt):
                return -1
            if bt.empty():
                return 1
            regs = bt.reg_masks[bt.frame] | _ANYWAY
        subseq_idx = idx
        # The first instruction may come again, by a loop within the state; then there is history left.
        if idx == first_idx and (left == 0 or (left == 1 and here)):
            return 0
        if here and hist is not None:
            left -= 1
            idx = hist.prev_idx
            hist = history[left - 1] if left else None
        else:
            idx -= 1
        if idx < 0 or idx >= count:
            raise verifier_bug(env, f"backtracking idx {idx}")


def _walk_back(env: Env, starting: VerifierState, bt: Backtrack) -> bool:
    """Back through the states until everything is found; true if some mark is new."""
    state: VerifierState | None = starting
    assert state is not None
    if not env.concerned_regs:
        env.concerned_regs = [_concerned_regs(insn) for insn in env.insns]
    last_idx, first_idx, subseq_idx = starting.insn_idx, starting.first_insn_idx, -1
    skip_first, changed = True, False
    while True:
        if env.log.level & BPF_LOG_LEVEL2:
            verbose(
                env,
                f"mark_precise: frame{bt.frame}: last_idx {last_idx} first_idx {first_idx} "
                f"subseq_idx {subseq_idx} \n",
            )
        if last_idx < 0:
            return _mark_entry_args(env, state, bt) or changed
        found = _walk_state(env, state, last_idx, subseq_idx, skip_first, bt)
        skip_first = False
        if found > 0:
            return changed
        if found < 0:
            mark_all_scalars_precise(env, starting)
            return changed
        state = state.parent
        if state is None:
            break
        if _mark_parent(env, state, bt):
            changed = True
        if bt.empty():
            return changed
        subseq_idx = first_idx
        last_idx, first_idx = state.last_insn_idx, state.first_insn_idx
    # Something was missed, such as a store through another register than the frame pointer.
    mark_all_scalars_precise(env, starting)
    return changed


def mark_chain_precision(env: Env, regno: int) -> None:
    """The register's exact value is needed at the current instruction."""
    if not env.bpf_capable:
        return
    state = env.cur_state
    if state.frame[state.curframe].regs[regno].type != SCALAR_VALUE:
        raise verifier_bug(env, "backtracking misuse")
    bt = Backtrack(state.curframe)
    bt.set_reg(regno)
    _walk_back(env, state, bt)


def mark_chain_precision_batch(env: Env, state: VerifierState, bt: Backtrack) -> bool:
    """... the values of all that `bt` names; true if some mark is new."""
    if not env.bpf_capable or bt.empty():
        return False
    return _walk_back(env, state, bt)
