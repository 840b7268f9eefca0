"""When one state is as safe as another: a checkpoint that is known to be safe covers every state that it
contains.

`states_equal(old, cur)`: whatever can happen from `cur` was already possible from `old`. Registers that are
not read later do not count, scalars whose value was never needed are all alike, a narrower range is covered
by a wider one. Ids of pointers and linked scalars need not be the same numbers but must relate the same
registers, which `IdMap` checks.
"""

from __future__ import annotations

from typing import Final, final

from skep.kernel.verifier.bounds import UNBOUNDED, Bounds, same_bounds
from skep.kernel.verifier.env import Env
from skep.kernel.verifier.regs import BPF_ADD_CONST, SCALAR_UNKNOWN, RegState
from skep.kernel.verifier.regtypes import (
    BPF_BASE_TYPE_MASK,
    NOT_INIT,
    PTR_TO_ARENA,
    PTR_TO_BUF,
    PTR_TO_MAP_KEY,
    PTR_TO_MAP_VALUE,
    PTR_TO_MEM,
    PTR_TO_PACKET,
    PTR_TO_PACKET_META,
    PTR_TO_STACK,
    PTR_TO_TP_BUFFER,
    SCALAR_VALUE,
)
from skep.kernel.verifier.state import (
    BPF_REG_SIZE,
    FIRST_SLOT,
    MAX_BPF_REG,
    REF_TYPE_LOCK_MASK,
    SPILL_TYPES,
    STACK_DYNPTR,
    STACK_INVALID,
    STACK_IRQ_FLAG,
    STACK_ITER,
    STACK_MISC,
    STACK_SPILL,
    STACK_ZERO,
    FuncState,
    StackSlot,
    VerifierState,
)

# How close the states must be.
NOT_EXACT: Final = 0  # values that were not needed may differ
EXACT: Final = 1  # identical, up to the numbers of ids
RANGE_WITHIN: Final = 2  # every range within the old one, needed or not


@final
class IdMap:
    """Which id of the old state stands for which of the current one."""

    __slots__ = ("from_cur", "tmp_id_gen", "to_cur")

    def __init__(self, id_gen: int) -> None:
        self.tmp_id_gen: int = id_gen
        # Most states have no ids, or differ before there is one.
        self.to_cur: dict[int, int] | None = None
        self.from_cur: set[int] | None = None

    def check_ids(self, old_id: int, cur_id: int) -> bool:
        if old_id == 0 or cur_id == 0:
            return old_id == cur_id
        if self.to_cur is None or self.from_cur is None:
            self.to_cur, self.from_cur = {old_id: cur_id}, {cur_id}
            return True
        known = self.to_cur.get(old_id)
        if known is not None:
            return known == cur_id
        if cur_id in self.from_cur:
            return False
        self.to_cur[old_id] = cur_id
        self.from_cur.add(cur_id)
        return True

    def check_scalar_ids(self, old_id: int, cur_id: int) -> bool:
        """A current scalar without an id is like one with an id of its own.

        Of sums with a constant, the scalars that they were made from have to correspond as well.
        """
        if old_id == 0:
            return True
        if cur_id == 0:
            self.tmp_id_gen += 1
            cur_id = self.tmp_id_gen
        if not self.check_ids(old_id, cur_id):
            return False
        return old_id & BPF_ADD_CONST == 0 or self.check_ids(old_id & ~BPF_ADD_CONST, cur_id & ~BPF_ADD_CONST)


def range_within(old: Bounds, cur: Bounds) -> bool:
    """All four intervals of the current value lie in the old one's, and so do its possible bits."""
    if old is cur or old is UNBOUNDED:
        return True
    return (
        old.umin_value <= cur.umin_value
        and old.umax_value >= cur.umax_value
        and old.smin_value <= cur.smin_value
        and old.smax_value >= cur.smax_value
        and old.u32_min_value <= cur.u32_min_value
        and old.u32_max_value >= cur.u32_max_value
        and old.s32_min_value <= cur.s32_min_value
        and old.s32_max_value >= cur.s32_max_value
        # tnum_in
        and cur.var_off.mask & ~old.var_off.mask == 0
        and cur.var_off.value & ~old.var_off.mask == old.var_off.value
    )


def _same_value(old: RegState, cur: RegState) -> bool:
    """Equal in all but ids."""
    return old is cur or (
        old.type == cur.type
        and old.off == cur.off
        and same_bounds(old.bounds, cur.bounds)
        and old.target.same(cur.target)
    )


def regs_exact(old: RegState, cur: RegState, idmap: IdMap) -> bool:
    return (
        _same_value(old, cur)
        and idmap.check_ids(old.id, cur.id)
        and idmap.check_ids(old.ref_obj_id, cur.ref_obj_id)
    )


def _scalar_safe(env: Env, old: RegState, cur: RegState, precise: bool, idmap: IdMap, exact: int) -> bool:
    if env.explore_alu_limits:
        return _same_value(old, cur) and idmap.check_scalar_ids(old.id, cur.id)
    if not precise and exact == NOT_EXACT:
        return True
    if not range_within(old.bounds, cur.bounds):
        return False
    # A link of the old scalar must be there; more links in the current one only say more.
    if old.id == 0:
        return True
    if (old.id ^ cur.id) & BPF_ADD_CONST or (old.id & BPF_ADD_CONST and old.off != cur.off):
        return False
    return idmap.check_scalar_ids(old.id, cur.id)


def _covers_range(old: int, cur: int) -> bool:
    """At least as many bytes of the packet; being at its end or beyond (negative) is another thing."""
    return old == cur or 0 <= old < cur


def regsafe(env: Env, old: RegState, cur: RegState, precise: bool, idmap: IdMap, exact: int) -> bool:
    """Whether the current register may stand for the old one; `precise`: the old one's value was needed."""
    if exact == EXACT:
        return regs_exact(old, cur, idmap)
    if old.type == NOT_INIT:
        return True
    if old.type != cur.type:
        return False
    if old.type == SCALAR_VALUE:
        return _scalar_safe(env, old, cur, precise, idmap, exact)
    base = old.type & BPF_BASE_TYPE_MASK
    if base in (PTR_TO_MAP_KEY, PTR_TO_MAP_VALUE, PTR_TO_MEM, PTR_TO_BUF, PTR_TO_TP_BUFFER):
        return (
            old.off == cur.off
            and old.target.same(cur.target)
            and range_within(old.bounds, cur.bounds)
            and idmap.check_ids(old.id, cur.id)
            and idmap.check_ids(old.ref_obj_id, cur.ref_obj_id)
        )
    if base in (PTR_TO_PACKET_META, PTR_TO_PACKET):
        return (
            _covers_range(old.target.range, cur.target.range)
            and old.off == cur.off
            and idmap.check_ids(old.id, cur.id)
            and range_within(old.bounds, cur.bounds)
        )
    if base == PTR_TO_STACK:
        return regs_exact(old, cur, idmap) and old.target.frameno == cur.target.frameno
    return base == PTR_TO_ARENA or regs_exact(old, cur, idmap)


def _is_stack_all_misc(env: Env, slot: StackSlot) -> bool:
    for kind in slot.types:
        if kind != STACK_MISC and not (kind == STACK_INVALID and env.allow_uninit_stack):
            return False
    return True


def _scalar_reg_for_stack(env: Env, slot: StackSlot) -> RegState | None:
    """What a load of the whole slot gives, if that is a scalar."""
    if slot.is_spilled_scalar_reg64:
        return slot.spilled
    return SCALAR_UNKNOWN if _is_stack_all_misc(env, slot) else None


def _special_slot_safe(kind: int, old: RegState, cur: RegState, idmap: IdMap) -> bool:
    """Dynptrs, iterators and saved interrupt flags."""
    if not idmap.check_ids(old.ref_obj_id, cur.ref_obj_id):
        return False
    a, b = old.target, cur.target
    if kind == STACK_DYNPTR:
        return a.dynptr_type == b.dynptr_type and a.first_slot == b.first_slot
    if kind == STACK_ITER:
        # The depth only counts rounds; rounds must be able to be equal.
        return a.btf is b.btf and a.btf_id == b.btf_id and a.iter_state == b.iter_state
    return kind == STACK_IRQ_FLAG and a.irq_class == b.irq_class


def _slot_bytes_safe(env: Env, old: StackSlot, cur: StackSlot) -> bool:
    """Byte by byte: data may stand for zeros, and what was not initialised was not read."""
    for index in range(BPF_REG_SIZE):
        kind = old.types[index]
        if kind == STACK_INVALID or (kind == STACK_MISC and env.allow_uninit_stack):
            continue
        other = cur.types[index]
        if kind != other and not (kind == STACK_MISC and other == STACK_ZERO):
            return False
    return True


def _slot_safe(env: Env, old: StackSlot, cur: StackSlot, precise: bool, idmap: IdMap, exact: int) -> bool:
    if old is cur and old.spilled.id == 0 and old.spilled.ref_obj_id == 0:
        return True
    old_types = old.types
    if exact != NOT_EXACT and old_types != cur.types:
        return False
    top = old_types[BPF_REG_SIZE - 1]
    skips_misc = env.allow_uninit_stack
    first = 0
    while first < BPF_REG_SIZE and (
        old_types[first] == STACK_INVALID or (skips_misc and old_types[first] == STACK_MISC)
    ):
        first += 1
    if first == BPF_REG_SIZE:
        return True
    # A scalar spilled whole and eight bytes of data are the same to a load, whichever of them was here.
    old_reg, cur_reg = _scalar_reg_for_stack(env, old), _scalar_reg_for_stack(env, cur)
    if old_reg is not None and cur_reg is not None:
        return regsafe(env, old_reg, cur_reg, precise and old.is_spilled_scalar_reg, idmap, exact)
    if not _slot_bytes_safe(env, old, cur):
        return False
    if top in (STACK_INVALID, STACK_ZERO, STACK_MISC):
        return True
    if top == STACK_SPILL:
        return regsafe(env, old.spilled, cur.spilled, precise, idmap, exact)
    return _special_slot_safe(top, old.spilled, cur.spilled, idmap)


def _no_slot_safe(env: Env, old: StackSlot, exact: int) -> bool:
    """The current stack does not reach as far as this slot."""
    if exact != NOT_EXACT:
        return False
    for kind in old.types:
        if kind != STACK_INVALID and not (env.allow_uninit_stack and kind == STACK_MISC):
            return False
    return True


def stacksafe(env: Env, old: FuncState, cur: FuncState, idmap: IdMap, exact: int) -> bool:
    """What the current stack has beyond the old one does not matter: the old state did without it."""
    old_stack, cur_stack = old.stack, cur.stack
    count = len(cur_stack)
    for spi in range(len(old_stack)):
        if spi >= count:
            if not _no_slot_safe(env, old_stack[spi], exact):
                return False
            continue
        precise = not env.bpf_capable or old.precise_slots >> spi & 1 == 1
        if not _slot_safe(env, old_stack[spi], cur_stack[spi], precise, idmap, exact):
            old.differed = FIRST_SLOT + spi
            return False
    return True


def refsafe(old: VerifierState, cur: VerifierState, idmap: IdMap) -> bool:
    if len(old.refs) != len(cur.refs):
        return False
    if (
        old.active_locks != cur.active_locks
        or old.active_preempt_locks != cur.active_preempt_locks
        or old.active_rcu_lock != cur.active_rcu_lock
        or not idmap.check_ids(old.active_irq_id, cur.active_irq_id)
        or not idmap.check_ids(old.active_lock_id, cur.active_lock_id)
        or old.active_lock_ptr is not cur.active_lock_ptr
    ):
        return False
    for index in range(len(old.refs)):
        a, b = old.refs[index], cur.refs[index]
        if not idmap.check_ids(a.id, b.id) or a.type != b.type:
            return False
        if a.type & REF_TYPE_LOCK_MASK and a.ptr is not b.ptr:
            return False
    return True


def func_states_equal(
    env: Env, old: FuncState, cur: FuncState, insn_idx: int, idmap: IdMap, exact: int
) -> bool:
    if old.callback_depth > cur.callback_depth:
        return False
    live = env.insn_aux[insn_idx].live_regs_before
    old_regs, cur_regs = old.regs, cur.regs
    precise = old.precise_regs if env.bpf_capable else 0xFFFF
    for regno in range(MAX_BPF_REG):
        if not live >> regno & 1:
            continue
        a, b = old_regs[regno], cur_regs[regno]
        if a is b and a.id == 0 and a.ref_obj_id == 0:
            continue
        if not regsafe(env, a, b, precise >> regno & 1 == 1, idmap, exact):
            old.differed = regno + 1
            return False
    return stacksafe(env, old, cur, idmap, exact)


def _differs_in_value(env: Env, old: RegState, cur: RegState, precise: bool, exact: int) -> bool:
    """Whether `regsafe` is certain to fail, whatever ids stand for."""
    if old is cur:
        return False
    if exact == EXACT:
        return not _same_value(old, cur)
    if old.type != cur.type:
        return old.type != NOT_INIT
    if old.type != SCALAR_VALUE or env.explore_alu_limits or not (precise or exact == RANGE_WITHIN):
        return False
    return not range_within(old.bounds, cur.bounds)


def _differs_again(env: Env, old: FuncState, cur: FuncState, exact: int) -> bool:
    """What made the last comparison with this checkpoint fail mostly does so again: it is looked at first."""
    place = old.differed
    if place < FIRST_SLOT:
        regno = place - 1
        precise = not env.bpf_capable or old.precise_regs >> regno & 1 == 1
        return _differs_in_value(env, old.regs[regno], cur.regs[regno], precise, exact)
    spi = place - FIRST_SLOT
    if spi >= len(cur.stack):
        return False
    a, b = old.stack[spi], cur.stack[spi]
    if a.types != SPILL_TYPES or b.types != SPILL_TYPES:
        return False
    precise = not env.bpf_capable or old.precise_slots >> spi & 1 == 1
    return _differs_in_value(env, a.spilled, b.spilled, precise, exact)


def states_equal(env: Env, old: VerifierState, cur: VerifierState, exact: int) -> bool:
    if old.curframe != cur.curframe:
        return False
    # What holds under speculation only says nothing of the real execution.
    if old.speculative and not cur.speculative:
        return False
    if old.in_sleepable != cur.in_sleepable:
        return False
    last = old.curframe
    if old.frame[last].differed and _differs_again(env, old.frame[last], cur.frame[last], exact):
        return False
    idmap = IdMap(env.id_gen)
    if not refsafe(old, cur, idmap):
        return False
    for frame in range(last + 1):
        insn_idx = old.insn_idx if frame == last else old.frame[frame + 1].callsite
        if old.frame[frame].callsite != cur.frame[frame].callsite:
            return False
        if not func_states_equal(env, old.frame[frame], cur.frame[frame], insn_idx, idmap, exact):
            return False
    return True
