"""Precision: which scalars' exact values matter.

States are compared loosely: a scalar whose value was never needed is equal to any other. When a value is
needed (a branch decided by it, a size, an offset), `mark_chain_precision` walks back over the instructions
that were executed, through the parent states, and marks in every checkpoint the registers and stack slots
that the value came from. The walk undoes instructions one by one; what the code alone does not tell (where a
jump came from, which slot a store hit, which registers were linked) is in the state's jump history.

`bt` below is what is still looked for, per frame: masks of registers and of stack slots.
"""

from __future__ import annotations

from typing import Final, final

from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_ABS,
    BPF_ALU,
    BPF_ALU64,
    BPF_ATOMIC,
    BPF_CALL,
    BPF_END,
    BPF_EXIT,
    BPF_IND,
    BPF_JMP,
    BPF_JMP32,
    BPF_LD,
    BPF_LDX,
    BPF_LOAD_ACQ,
    BPF_MOV,
    BPF_NEG,
    BPF_PSEUDO_KFUNC_CALL,
    BPF_ST,
    BPF_STX,
)
from skep.kernel.verifier.cfg import find_subprog, is_pseudo_call, is_sync_callback_calling_insn
from skep.kernel.verifier.env import Env, verbose, verifier_bug
from skep.kernel.verifier.linked import linked_regs_unpack
from skep.kernel.verifier.log import BPF_LOG_LEVEL2
from skep.kernel.verifier.log_state import fmt_insn, fmt_reg_mask, fmt_stack_mask, print_verifier_state
from skep.kernel.verifier.regtypes import SCALAR_VALUE
from skep.kernel.verifier.state import (
    BPF_MAIN_FUNC,
    BPF_REG_FP,
    INSN_F_DST_REG_STACK,
    INSN_F_FRAMENO_MASK,
    INSN_F_SPI_MASK,
    INSN_F_SPI_SHIFT,
    INSN_F_SRC_REG_STACK,
    INSN_F_STACK_ACCESS,
    MAX_BPF_REG,
    MAX_CALL_FRAMES,
    FuncState,
    JmpHistoryEntry,
    VerifierState,
)

_REGMASK_ARGS: Final = 0b111110
_ANYWAY: Final = 1 << MAX_BPF_REG


@final
class Backtrack:
    """What is looked for, per frame; `frame` is the one that the walk is in."""

    __slots__ = ("frame", "reg_masks", "stack_masks")

    def __init__(self, frame: int) -> None:
        self.frame: int = frame
        self.reg_masks: list[int] = [0] * MAX_CALL_FRAMES
        self.stack_masks: list[int] = [0] * MAX_CALL_FRAMES

    def empty(self) -> bool:
        for frame in range(self.frame + 1):  # noqa: SIM110  (no generator on the hot path)
            if self.reg_masks[frame] or self.stack_masks[frame]:
                return False
        return True

    def set_reg(self, regno: int) -> None:
        self.reg_masks[self.frame] |= 1 << regno

    def clear_reg(self, regno: int) -> None:
        self.reg_masks[self.frame] &= ~(1 << regno)

    def is_reg_set(self, regno: int) -> bool:
        return self.reg_masks[self.frame] >> regno & 1 == 1


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


# ------------------------------------------------------------------ one instruction back


def _sync_linked_regs(bt: Backtrack, hist: JmpHistoryEntry | None) -> None:
    """If one of the registers that were linked here is looked for, all of them are."""
    if hist is None or hist.linked_regs == 0:
        return
    linked = linked_regs_unpack(hist.linked_regs)
    for frameno, place, is_reg in linked:
        masks = bt.reg_masks if is_reg else bt.stack_masks
        if masks[frameno] >> place & 1:
            break
    else:
        return
    for frameno, place, is_reg in linked:
        masks = bt.reg_masks if is_reg else bt.stack_masks
        masks[frameno] |= 1 << place


def _is_atomic(insn: Insn) -> bool:
    return insn.code & 7 == BPF_STX and insn.code & 0xE0 == BPF_ATOMIC


def _is_atomic_load(insn: Insn) -> bool:
    return _is_atomic(insn) and insn.imm == BPF_LOAD_ACQ


def _back_alu(insn: Insn, bt: Backtrack) -> None:
    if not bt.is_reg_set(insn.dst):
        return
    op = insn.code & 0xF0
    if op in (BPF_END, BPF_NEG):
        return
    if op == BPF_MOV:
        bt.clear_reg(insn.dst)
    if insn.code & 8 and insn.src != BPF_REG_FP:
        bt.set_reg(insn.src)


def _back_load(insn: Insn, hist: JmpHistoryEntry | None, bt: Backtrack) -> None:
    if not bt.is_reg_set(insn.dst):
        return
    bt.clear_reg(insn.dst)
    # Values keep their precision in the stack only; what comes from other memory is known by its type.
    if hist is not None and hist.flags & INSN_F_STACK_ACCESS:
        spi = hist.flags >> INSN_F_SPI_SHIFT & INSN_F_SPI_MASK
        bt.stack_masks[hist.flags & INSN_F_FRAMENO_MASK] |= 1 << spi


def _back_store(insn: Insn, hist: JmpHistoryEntry | None, bt: Backtrack) -> bool:
    # A scalar is no address: it came from a subtraction of pointers, which is not followed.
    if bt.is_reg_set(insn.dst):
        return False
    if hist is None or not hist.flags & INSN_F_STACK_ACCESS:
        return True
    bit = 1 << (hist.flags >> INSN_F_SPI_SHIFT & INSN_F_SPI_MASK)
    frame = hist.flags & INSN_F_FRAMENO_MASK
    if bt.stack_masks[frame] & bit:
        bt.stack_masks[frame] &= ~bit
        if insn.code & 7 == BPF_STX:
            bt.set_reg(insn.src)
    return True


def _subprog_exit(env: Env, bt: Backtrack) -> None:
    if bt.frame == 0:
        raise verifier_bug(env, "subprog exit from frame 0")
    bt.frame -= 1


def _back_pseudo_call(env: Env, insn: Insn, idx: int, bt: Backtrack) -> None:
    """To the call of a function: out of the callee, or past a global one."""
    subprog = find_subprog(env, idx + insn.imm + 1)
    regs = bt.reg_masks[bt.frame]
    if env.subprog_info[subprog].is_global:
        if regs & _REGMASK_ARGS:
            raise verifier_bug(env, f"global subprog unexpected regs {regs:x}")
        bt.clear_reg(0)
        return
    if regs & ~_REGMASK_ARGS:
        raise verifier_bug(env, f"static subprog unexpected regs {regs:x}")
    if bt.stack_masks[bt.frame]:
        raise verifier_bug(env, f"static subprog leftover stack slots {bt.stack_masks[bt.frame]:x}")
    bt.reg_masks[bt.frame] = 0
    _subprog_exit(env, bt)
    bt.reg_masks[bt.frame] |= regs


def _back_callback_entry(env: Env, bt: Backtrack) -> None:
    """Out of a callback to the call that runs it; its arguments are not the caller's."""
    regs = bt.reg_masks[bt.frame]
    if regs & ~_REGMASK_ARGS:
        raise verifier_bug(env, f"callback unexpected regs {regs:x}")
    if bt.stack_masks[bt.frame]:
        raise verifier_bug(env, f"callback leftover stack slots {bt.stack_masks[bt.frame]:x}")
    bt.reg_masks[bt.frame] = 0
    _subprog_exit(env, bt)


def _back_exit(env: Env, subseq_idx: int, bt: Backtrack) -> None:
    """Into a function that returned; a callback's result and the registers that its call clobbers end here."""
    from_subprog_call = subseq_idx - 1 >= 0 and is_pseudo_call(env.insns[subseq_idx - 1])
    r0_precise = from_subprog_call and bt.is_reg_set(0)
    if from_subprog_call and bt.reg_masks[bt.frame] & _REGMASK_ARGS:
        raise verifier_bug(env, f"backtracking exit unexpected regs {bt.reg_masks[bt.frame]:x}")
    if not from_subprog_call:
        bt.reg_masks[bt.frame] &= ~_REGMASK_ARGS
    bt.clear_reg(0)
    if bt.frame == MAX_CALL_FRAMES - 1:
        raise verifier_bug(env, f"subprog enter from frame {bt.frame}")
    bt.frame += 1
    if r0_precise:
        bt.set_reg(0)


def _back_jump(
    env: Env, insn: Insn, idx: int, subseq_idx: int, hist: JmpHistoryEntry | None, bt: Backtrack
) -> int:
    """-1: cannot go on, 0: done with this instruction, 1: linked registers are to be looked at again."""
    if is_pseudo_call(insn):
        _back_pseudo_call(env, insn, idx, bt)
        return 0
    op = insn.code & 0xF0
    if op == BPF_CALL:
        if is_sync_callback_calling_insn(env, insn) and idx != subseq_idx - 1:
            _back_callback_entry(env, bt)
            return 0
        if insn.src == BPF_PSEUDO_KFUNC_CALL and insn.imm == 0:
            return -1
        bt.clear_reg(0)
        if bt.reg_masks[bt.frame] & _REGMASK_ARGS:
            raise verifier_bug(env, f"backtracking call unexpected regs {bt.reg_masks[bt.frame]:x}")
    elif op == BPF_EXIT:
        _back_exit(env, subseq_idx, bt)
        return 0
    elif insn.code & 8:
        if not bt.is_reg_set(insn.dst) and not bt.is_reg_set(insn.src):
            return 0
        # Which way the jump goes depends on both.
        flags = hist.flags if hist is not None else 0
        if not flags & INSN_F_SRC_REG_STACK:
            bt.set_reg(insn.src)
        if not flags & INSN_F_DST_REG_STACK:
            bt.set_reg(insn.dst)
    return 1


def _backtrack_insn(env: Env, idx: int, subseq_idx: int, hist: JmpHistoryEntry | None, bt: Backtrack) -> bool:
    """Undo one instruction; false if what is looked for cannot be followed through it."""
    insn = env.insns[idx]
    if insn.code == 0:
        return True
    if env.log.level & BPF_LOG_LEVEL2:
        regs, stack = fmt_reg_mask(bt.reg_masks[bt.frame]), fmt_stack_mask(bt.stack_masks[bt.frame])
        verbose(env, f"mark_precise: frame{bt.frame}: regs={regs} stack={stack} before ")
        verbose(env, f"{idx}: {fmt_insn(env, idx)}\n")
    if hist is not None:
        _sync_linked_regs(bt, hist)
    klass = insn.code & 7
    if klass in (BPF_ALU, BPF_ALU64):
        if not bt.is_reg_set(insn.dst):
            return True
        _back_alu(insn, bt)
    elif klass == BPF_LDX or _is_atomic_load(insn):
        _back_load(insn, hist, bt)
    elif klass in (BPF_STX, BPF_ST):
        if not _back_store(insn, hist, bt):
            return False
    elif klass in (BPF_JMP, BPF_JMP32):
        ret = _back_jump(env, insn, idx, subseq_idx, hist, bt)
        if ret <= 0:
            return ret == 0
    elif klass == BPF_LD and bt.is_reg_set(insn.dst):
        bt.clear_reg(insn.dst)
        if insn.code & 0xE0 in (BPF_IND, BPF_ABS):
            return False
    if hist is not None:
        _sync_linked_regs(bt, hist)
    return True


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
        and mask & ~_REGMASK_ARGS == 0
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
            if not _backtrack_insn(env, idx, subseq_idx, hist if here else None, bt):
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
