"""One instruction back: what had to be known before it, for what is looked for after it.

`Backtrack` is what is still looked for, per frame: masks of registers and of stack slots.
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
from skep.kernel.verifier.env import Env, verbose, verifier_bug
from skep.kernel.verifier.insn_kinds import is_pseudo_call, is_sync_callback_calling_insn
from skep.kernel.verifier.linked import linked_regs_unpack
from skep.kernel.verifier.log import BPF_LOG_LEVEL2
from skep.kernel.verifier.log_insn import insn_text
from skep.kernel.verifier.log_state import fmt_reg_mask, fmt_stack_mask
from skep.kernel.verifier.state import (
    BPF_REG_FP,
    INSN_F_DST_REG_STACK,
    INSN_F_FRAMENO_MASK,
    INSN_F_SPI_MASK,
    INSN_F_SPI_SHIFT,
    INSN_F_SRC_REG_STACK,
    INSN_F_STACK_ACCESS,
    MAX_CALL_FRAMES,
    JmpHistoryEntry,
)
from skep.kernel.verifier.subprog_split import find_subprog

REGMASK_ARGS: Final = 0b111110


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
        if regs & REGMASK_ARGS:
            raise verifier_bug(env, f"global subprog unexpected regs {regs:x}")
        bt.clear_reg(0)
        return
    if regs & ~REGMASK_ARGS:
        raise verifier_bug(env, f"static subprog unexpected regs {regs:x}")
    if bt.stack_masks[bt.frame]:
        raise verifier_bug(env, f"static subprog leftover stack slots {bt.stack_masks[bt.frame]:x}")
    bt.reg_masks[bt.frame] = 0
    _subprog_exit(env, bt)
    bt.reg_masks[bt.frame] |= regs


def _back_callback_entry(env: Env, bt: Backtrack) -> None:
    """Out of a callback to the call that runs it; its arguments are not the caller's."""
    regs = bt.reg_masks[bt.frame]
    if regs & ~REGMASK_ARGS:
        raise verifier_bug(env, f"callback unexpected regs {regs:x}")
    if bt.stack_masks[bt.frame]:
        raise verifier_bug(env, f"callback leftover stack slots {bt.stack_masks[bt.frame]:x}")
    bt.reg_masks[bt.frame] = 0
    _subprog_exit(env, bt)


def _back_exit(env: Env, subseq_idx: int, bt: Backtrack) -> None:
    """Into a function that returned; a callback's result and what its call clobbers end here."""
    from_subprog_call = subseq_idx - 1 >= 0 and is_pseudo_call(env.insns[subseq_idx - 1])
    r0_precise = from_subprog_call and bt.is_reg_set(0)
    if from_subprog_call and bt.reg_masks[bt.frame] & REGMASK_ARGS:
        raise verifier_bug(env, f"backtracking exit unexpected regs {bt.reg_masks[bt.frame]:x}")
    if not from_subprog_call:
        bt.reg_masks[bt.frame] &= ~REGMASK_ARGS
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
        if bt.reg_masks[bt.frame] & REGMASK_ARGS:
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


def backtrack_insn(env: Env, idx: int, subseq_idx: int, hist: JmpHistoryEntry | None, bt: Backtrack) -> bool:
    """Undo one instruction; false if what is looked for cannot be followed through it."""
    insn = env.insns[idx]
    if insn.code == 0:
        return True
    if env.log.level & BPF_LOG_LEVEL2:
        regs, stack = fmt_reg_mask(bt.reg_masks[bt.frame]), fmt_stack_mask(bt.stack_masks[bt.frame])
        verbose(env, f"mark_precise: frame{bt.frame}: regs={regs} stack={stack} before ")
        verbose(env, f"{idx}: {insn_text(env, idx)}\n")
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
