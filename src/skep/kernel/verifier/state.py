"""The abstract machine at one point: frames of registers and stack slots, references, locks.

The containers here are mutable (lists of immutable values), and a state is copied by `copy_state`, which
copies lists and shares the values in them. Change a register by assigning to `func.regs[regno]`, a stack slot
by `func.stack[spi] = StackSlot(...)`. As in Linux, the byte at fp+off (off negative) is in slot `(-off - 1)
// 8`, at index `(-off - 1) % 8` of its `types`: index 0 is the slot's highest address, index 7 its lowest.

Precision marks live beside the values. They matter in explored states only (Linux forgets them in the current
one); `precise_regs` and `precise_slots` are bit masks per frame. For unprivileged programs every scalar
counts as precise.
"""

from __future__ import annotations

from typing import Final, final

from skep.kernel.verifier.regs import FRAME_POINTERS, NOT_INIT_REG, RegState
from skep.kernel.verifier.stack_masks import FuncInstance

BPF_REG_SIZE: Final = 8
BPF_REG_FP: Final = 10
MAX_BPF_REG: Final = 11
MAX_BPF_STACK: Final = 512
MAX_CALL_FRAMES: Final = 8
BPF_MAIN_FUNC: Final = -1
FIRST_SLOT: Final = 16

# What a byte of the stack holds (bpf_stack_slot_type); the letters are those of logs.
STACK_INVALID: Final = 0  # nothing was stored
STACK_SPILL: Final = 1  # part of a spilled register
STACK_MISC: Final = 2  # some data
STACK_ZERO: Final = 3  # the constant zero
STACK_DYNPTR: Final = 4
STACK_ITER: Final = 5
STACK_IRQ_FLAG: Final = 6
SLOT_TYPE_CHAR: Final = "?rm0dif"

# Kinds of references (ref_state_type).
REF_TYPE_PTR: Final = 1 << 1
REF_TYPE_IRQ: Final = 1 << 2
REF_TYPE_LOCK: Final = 1 << 3
REF_TYPE_RES_LOCK: Final = 1 << 4
REF_TYPE_RES_LOCK_IRQ: Final = 1 << 5
REF_TYPE_LOCK_MASK: Final = REF_TYPE_LOCK | REF_TYPE_RES_LOCK | REF_TYPE_RES_LOCK_IRQ


@final
class StackSlot:
    """Eight bytes of stack; immutable.

    `spilled` is meaningful when `types[7]` is SPILL (or a dynptr, iterator, flag).
    """

    __slots__ = ("spilled", "types")

    def __init__(self, types: bytes, spilled: RegState = NOT_INIT_REG) -> None:
        self.types: Final = types
        self.spilled: Final = spilled

    def __repr__(self) -> str:
        return f"StackSlot({self.types!r}, {self.spilled!r})"

    @property
    def is_spilled_reg(self) -> bool:
        """Linux's is_spilled_reg: the topmost byte belongs to a spill."""
        return self.types[BPF_REG_SIZE - 1] == STACK_SPILL

    @property
    def is_spilled_scalar_reg(self) -> bool:
        return self.types[BPF_REG_SIZE - 1] == STACK_SPILL and self.spilled.type == 1

    @property
    def is_spilled_scalar_reg64(self) -> bool:
        return self.types[0] == STACK_SPILL and self.spilled.type == 1


SPILL_TYPES: Final = bytes([STACK_SPILL]) * 8
MISC_TYPES: Final = bytes([STACK_MISC]) * 8
ZERO_TYPES: Final = bytes([STACK_ZERO]) * 8
INVALID_TYPES: Final = bytes([STACK_INVALID]) * 8

INVALID_SLOT: Final = StackSlot(INVALID_TYPES)
MISC_SLOT: Final = StackSlot(MISC_TYPES)
ZERO_SLOT: Final = StackSlot(ZERO_TYPES)


@final
class RetvalRange:
    """Inclusive signed bounds of a return value, read as 32 or 64 bits."""

    __slots__ = ("maxval", "minval", "return_32bit")

    def __init__(self, minval: int, maxval: int, return_32bit: bool = False) -> None:
        self.minval: Final = minval
        self.maxval: Final = maxval
        self.return_32bit: Final = return_32bit


NO_RETVAL_RANGE: Final = RetvalRange(0, 0)


@final
class FuncState:
    """One call frame.

    `regs` has 11 entries (BPF_REG_FP last); `stack` grows in whole slots (allocated_stack / 8).
    """

    __slots__ = (
        "async_entry_cnt",
        "callback_depth",
        "callback_ret_range",
        "callsite",
        "differed",
        "frameno",
        "in_async_callback_fn",
        "in_callback_fn",
        "in_exception_callback_fn",
        "instance",
        "precise_regs",
        "precise_slots",
        "regs",
        "stack",
        "subprogno",
    )

    def __init__(
        self, callsite: int, frameno: int, subprogno: int, regs: list[RegState], stack: list[StackSlot]
    ) -> None:
        self.regs: list[RegState] = regs
        self.stack: list[StackSlot] = stack
        self.callsite: int = callsite
        self.frameno: int = frameno
        self.subprogno: int = subprogno
        self.async_entry_cnt: int = 0
        self.callback_ret_range: RetvalRange = NO_RETVAL_RANGE
        self.in_callback_fn: bool = False
        self.in_async_callback_fn: bool = False
        self.in_exception_callback_fn: bool = False
        self.callback_depth: int = 0
        self.precise_regs: int = 0
        self.precise_slots: int = 0
        #: Of a checkpoint: what made the last comparison fail, a register + 1 or a slot + FIRST_SLOT.
        self.differed: int = 0
        #: Stack liveness of this chain of calls, once it was asked for.
        self.instance: FuncInstance | None = None

    @property
    def allocated_stack(self) -> int:
        return len(self.stack) * BPF_REG_SIZE

    def copy(self) -> FuncState:
        new = FuncState(self.callsite, self.frameno, self.subprogno, self.regs.copy(), self.stack.copy())
        new.async_entry_cnt = self.async_entry_cnt
        new.callback_ret_range = self.callback_ret_range
        new.in_callback_fn = self.in_callback_fn
        new.in_async_callback_fn = self.in_async_callback_fn
        new.in_exception_callback_fn = self.in_exception_callback_fn
        new.callback_depth = self.callback_depth
        new.precise_regs = self.precise_regs
        new.precise_slots = self.precise_slots
        new.instance = self.instance
        return new


def new_frame(callsite: int, frameno: int, subprogno: int) -> FuncState:
    """A frame at the entry of a function: only the frame pointer is known."""
    return FuncState(callsite, frameno, subprogno, [NOT_INIT_REG] * 10 + [FRAME_POINTERS[frameno]], [])


@final
class RefState:
    """A resource that the program holds: a counted pointer, a lock, saved interrupt flags. Immutable."""

    __slots__ = ("id", "insn_idx", "ptr", "type")

    def __init__(self, type: int, id: int, insn_idx: int, ptr: object = None) -> None:
        self.type: Final = type
        self.id: Final = id
        self.insn_idx: Final = insn_idx
        self.ptr: Final = ptr


# Flags of a jump history entry: the insn reads or writes a stack slot through a pointer that backtracking can
# follow.
INSN_F_FRAMENO_MASK: Final = 0x7
INSN_F_SPI_MASK: Final = 0x3F
INSN_F_SPI_SHIFT: Final = 3
INSN_F_STACK_ACCESS: Final = 1 << 9
INSN_F_DST_REG_STACK: Final = 1 << 10
INSN_F_SRC_REG_STACK: Final = 1 << 11


@final
class JmpHistoryEntry:
    """One step that backtracking cannot derive from the code alone."""

    __slots__ = ("flags", "idx", "linked_regs", "prev_idx")

    def __init__(self, idx: int, prev_idx: int, flags: int, linked_regs: int) -> None:
        self.idx: int = idx
        self.prev_idx: int = prev_idx
        self.flags: int = flags
        self.linked_regs: int = linked_regs


@final
class VerifierState:
    """A whole state: the frames of the call chain, what is held, and where it stands in the exploration."""

    __slots__ = (
        "active_irq_id",
        "active_lock_id",
        "active_lock_ptr",
        "active_locks",
        "active_preempt_locks",
        "active_rcu_lock",
        "branches",
        "callback_unroll_depth",
        "cleaned",
        "curframe",
        "dfs_depth",
        "equal_state",
        "first_insn_idx",
        "frame",
        "hit_cnt",
        "in_free_list",
        "in_sleepable",
        "insn_idx",
        "jmp_history",
        "last_insn_idx",
        "may_goto_depth",
        "miss_cnt",
        "note",
        "parent",
        "refs",
        "speculative",
    )

    def __init__(self) -> None:
        self.frame: list[FuncState] = []
        self.curframe: int = 0
        self.parent: VerifierState | None = None
        self.branches: int = 0
        self.insn_idx: int = 0
        self.refs: list[RefState] = []
        self.active_locks: int = 0
        self.active_preempt_locks: int = 0
        self.active_irq_id: int = 0
        self.active_lock_id: int = 0
        self.active_lock_ptr: object = None
        self.active_rcu_lock: bool = False
        self.speculative: bool = False
        self.in_sleepable: bool = False
        self.cleaned: bool = False
        self.first_insn_idx: int = 0
        self.last_insn_idx: int = 0
        self.equal_state: VerifierState | None = None
        self.jmp_history: list[JmpHistoryEntry] = []
        self.dfs_depth: int = 0
        self.callback_unroll_depth: int = 0
        self.may_goto_depth: int = 0
        # of a checkpoint: how often it covered a state or failed to, and whether it was given up
        self.hit_cnt: int = 0
        self.miss_cnt: int = 0
        self.in_free_list: bool = False
        # of whoever observes the exploration; goes with the state into its branches
        self.note: object = None


def copy_state(src: VerifierState) -> VerifierState:
    """A state that can change without changing `src` (Linux: copy_verifier_state)."""
    dst = VerifierState()
    dst.frame = [func.copy() for func in src.frame]
    dst.curframe = src.curframe
    dst.parent = src.parent
    dst.branches = src.branches
    dst.insn_idx = src.insn_idx
    dst.refs = src.refs.copy()
    dst.active_locks = src.active_locks
    dst.active_preempt_locks = src.active_preempt_locks
    dst.active_irq_id = src.active_irq_id
    dst.active_lock_id = src.active_lock_id
    dst.active_lock_ptr = src.active_lock_ptr
    dst.active_rcu_lock = src.active_rcu_lock
    dst.speculative = src.speculative
    dst.in_sleepable = src.in_sleepable
    dst.cleaned = src.cleaned
    dst.first_insn_idx = src.first_insn_idx
    dst.last_insn_idx = src.last_insn_idx
    dst.equal_state = src.equal_state
    dst.jmp_history = src.jmp_history.copy()
    dst.dfs_depth = src.dfs_depth
    dst.callback_unroll_depth = src.callback_unroll_depth
    dst.may_goto_depth = src.may_goto_depth
    dst.note = src.note
    return dst
