"""Comparisons of scalars: is the outcome known, and what does each outcome teach of both operands.

`is_scalar_branch_taken` answers from the bounds alone. `refine_cond_op` returns the operands' bounds in the
branch where the comparison holds; the other branch is the same question about the reversed comparison. Both
are pure, and `compare` caches both branches together, since a verifier asks for both.
"""

from __future__ import annotations

from typing import Final, final

from skep.isa.opcodes import (
    BPF_JEQ,
    BPF_JGE,
    BPF_JGT,
    BPF_JLE,
    BPF_JLT,
    BPF_JNE,
    BPF_JSET,
    BPF_JSGE,
    BPF_JSGT,
    BPF_JSLE,
    BPF_JSLT,
)
from skep.kernel.verifier.bounds import UNBOUNDED, Bounds, Draft, mark_reg_unbounded, s32, s64
from skep.kernel.verifier.bounds_sync import reg_bounds_sync
from skep.kernel.verifier.memo import pair
from skep.kernel.verifier.tnum import (
    U32_MAX,
    U64_MAX,
    Tnum,
    tnum_and,
    tnum_const,
    tnum_intersect,
    tnum_or,
    tnum_overlap,
    tnum_subreg,
    tnum_with_subreg,
)

_CACHE_LIMIT: Final = 1 << 11  # entries of three kilobytes each at most

# "JSET does not hold" has no opcode of its own; Linux adds the source bit to name it.
NOT_JSET: Final = BPF_JSET | 0x08

# a op b  ==  b flip(op) a
FLIP: Final = {
    BPF_JEQ: BPF_JEQ,
    BPF_JNE: BPF_JNE,
    BPF_JSET: BPF_JSET,
    BPF_JGE: BPF_JLE,
    BPF_JGT: BPF_JLT,
    BPF_JLE: BPF_JGE,
    BPF_JLT: BPF_JGT,
    BPF_JSGE: BPF_JSLE,
    BPF_JSGT: BPF_JSLT,
    BPF_JSLE: BPF_JSGE,
    BPF_JSLT: BPF_JSGT,
}

# not (a op b)  ==  a reverse(op) b
REVERSE: Final = {
    BPF_JEQ: BPF_JNE,
    BPF_JNE: BPF_JEQ,
    BPF_JSET: NOT_JSET,
    NOT_JSET: BPF_JSET,
    BPF_JGE: BPF_JLT,
    BPF_JGT: BPF_JLE,
    BPF_JLE: BPF_JGT,
    BPF_JLT: BPF_JGE,
    BPF_JSGE: BPF_JSLT,
    BPF_JSGT: BPF_JSLE,
    BPF_JSLE: BPF_JSGT,
    BPF_JSLT: BPF_JSGE,
}


def _ranges_disjoint(a: Bounds, b: Bounds, jmp32: bool) -> bool:
    """Whether some reading proves the values different; the lower halves decide 64-bit comparisons too."""
    return (
        a.u32_min_value > b.u32_max_value
        or a.u32_max_value < b.u32_min_value
        or a.s32_min_value > b.s32_max_value
        or a.s32_max_value < b.s32_min_value
        or (
            not jmp32
            and (
                a.umin_value > b.umax_value
                or a.umax_value < b.umin_value
                or a.smin_value > b.smax_value
                or a.smax_value < b.smin_value
            )
        )
    )


def _is_equal(a: Bounds, b: Bounds, jmp32: bool) -> int:
    t1, t2 = a.var_off, b.var_off
    if jmp32:
        t1, t2 = tnum_subreg(t1), tnum_subreg(t2)
    if t1.mask == 0 and t2.mask == 0:
        return int(t1.value == t2.value)
    if not tnum_overlap(t1, t2) or _ranges_disjoint(a, b, jmp32):
        return 0
    return -1


def _is_bit_set(a: Bounds, b: Bounds, jmp32: bool) -> int:
    width = U32_MAX if jmp32 else U64_MAX
    if b.var_off.mask & width:
        a, b = b, a
    if b.var_off.mask & width:
        return -1
    tested = b.var_off.value & width
    if a.var_off.value & tested:
        return 1
    if not (a.var_off.mask | a.var_off.value) & tested:
        return 0
    return -1


def _is_less(a_min: int, a_max: int, b_min: int, b_max: int) -> int:
    if a_max < b_min:
        return 1
    return 0 if a_min >= b_max else -1


def _not(outcome: int) -> int:
    return outcome if outcome < 0 else 1 - outcome


def _is_unsigned_less(a: Bounds, b: Bounds, jmp32: bool) -> int:
    if jmp32:
        return _is_less(a.u32_min_value, a.u32_max_value, b.u32_min_value, b.u32_max_value)
    return _is_less(a.umin_value, a.umax_value, b.umin_value, b.umax_value)


def _is_signed_less(a: Bounds, b: Bounds, jmp32: bool) -> int:
    if jmp32:
        return _is_less(a.s32_min_value, a.s32_max_value, b.s32_min_value, b.s32_max_value)
    return _is_less(a.smin_value, a.smax_value, b.smin_value, b.smax_value)


def is_scalar_branch_taken(a: Bounds, b: Bounds, op: int, jmp32: bool) -> int:
    """1: `a op b` always holds; 0: never; -1: not known."""
    if op == BPF_JEQ:
        return _is_equal(a, b, jmp32)
    if op == BPF_JNE:
        return _not(_is_equal(a, b, jmp32))
    if op == BPF_JSET:
        return _is_bit_set(a, b, jmp32)
    if op == BPF_JLT:
        return _is_unsigned_less(a, b, jmp32)
    if op == BPF_JGT:
        return _is_unsigned_less(b, a, jmp32)
    if op == BPF_JGE:
        return _not(_is_unsigned_less(a, b, jmp32))
    if op == BPF_JLE:
        return _not(_is_unsigned_less(b, a, jmp32))
    if op == BPF_JSLT:
        return _is_signed_less(a, b, jmp32)
    if op == BPF_JSGT:
        return _is_signed_less(b, a, jmp32)
    if op == BPF_JSGE:
        return _not(_is_signed_less(a, b, jmp32))
    return _not(_is_signed_less(b, a, jmp32))


def _refine_equal(a: Draft, b: Draft, jmp32: bool) -> None:
    if jmp32:
        a.u32_min_value = b.u32_min_value = max(a.u32_min_value, b.u32_min_value)
        a.u32_max_value = b.u32_max_value = min(a.u32_max_value, b.u32_max_value)
        a.s32_min_value = b.s32_min_value = max(a.s32_min_value, b.s32_min_value)
        a.s32_max_value = b.s32_max_value = min(a.s32_max_value, b.s32_max_value)
        low = tnum_intersect(tnum_subreg(a.var_off), tnum_subreg(b.var_off))
        a.var_off = tnum_with_subreg(a.var_off, low)
        b.var_off = tnum_with_subreg(b.var_off, low)
    else:
        a.umin_value = b.umin_value = max(a.umin_value, b.umin_value)
        a.umax_value = b.umax_value = min(a.umax_value, b.umax_value)
        a.smin_value = b.smin_value = max(a.smin_value, b.smin_value)
        a.smax_value = b.smax_value = min(a.smax_value, b.smax_value)
        a.var_off = b.var_off = tnum_intersect(a.var_off, b.var_off)


def _const_operand(a: Draft, b: Draft, jmp32: bool) -> tuple[Draft, int] | None:
    """The operand that is not known and the value of the one that is; None if neither is."""
    width = U32_MAX if jmp32 else U64_MAX
    if b.var_off.mask & width == 0:
        return a, b.var_off.value & width
    if a.var_off.mask & width == 0:
        return b, a.var_off.value & width
    return None


def _refine_not_equal(a: Draft, value: int, jmp32: bool) -> None:
    """A value at the edge of an interval moves the edge. Intervals of one value have been decided before."""
    if jmp32:
        signed = s32(value)
        a.u32_min_value += a.u32_min_value == value
        a.u32_max_value -= a.u32_max_value == value
        a.s32_min_value += a.s32_min_value == signed
        a.s32_max_value -= a.s32_max_value == signed
    else:
        signed = s64(value)
        a.umin_value += a.umin_value == value
        a.umax_value -= a.umax_value == value
        a.smin_value += a.smin_value == signed
        a.smax_value -= a.smax_value == signed


def _set_bits(a: Draft, bits: Tnum, jmp32: bool) -> None:
    a.var_off = tnum_with_subreg(a.var_off, bits) if jmp32 else bits


def _refine_bit_set(a: Draft, value: int, jmp32: bool) -> None:
    """Some bit of `value` is set: which one is only known if there is one."""
    if value and value & (value - 1) == 0:
        _set_bits(a, tnum_or(a.var_off, tnum_const(value)), jmp32)


def _refine_bits_clear(a: Draft, value: int, jmp32: bool) -> None:
    """No bit of `value` is set. The intervals are forgotten first, since on a dead branch they contradict
    that.
    """
    mark_reg_unbounded(a)
    _set_bits(a, tnum_and(a.var_off, tnum_const(~value)), jmp32)


def _refine_less_equal(a: Draft, b: Draft, strict: int, jmp32: bool) -> None:
    if jmp32:
        a.u32_max_value = min(a.u32_max_value, b.u32_max_value - strict & U32_MAX)
        b.u32_min_value = max(a.u32_min_value + strict & U32_MAX, b.u32_min_value)
    else:
        a.umax_value = min(a.umax_value, b.umax_value - strict & U64_MAX)
        b.umin_value = max(a.umin_value + strict & U64_MAX, b.umin_value)


def _refine_signed_less_equal(a: Draft, b: Draft, strict: int, jmp32: bool) -> None:
    if jmp32:
        a.s32_max_value = min(a.s32_max_value, s32(b.s32_max_value - strict))
        b.s32_min_value = max(s32(a.s32_min_value + strict), b.s32_min_value)
    else:
        a.smax_value = min(a.smax_value, s64(b.smax_value - strict))
        b.smin_value = max(s64(a.smin_value + strict), b.smin_value)


def _refine_by_const(a: Draft, b: Draft, op: int, jmp32: bool) -> None:
    operand = _const_operand(a, b, jmp32)
    if operand is None:
        return
    unknown, value = operand
    if op == BPF_JNE:
        _refine_not_equal(unknown, value, jmp32)
    elif op == BPF_JSET:
        _refine_bit_set(unknown, value, jmp32)
    else:
        _refine_bits_clear(unknown, value, jmp32)


def _refine(a: Draft, b: Draft, op: int, jmp32: bool) -> None:
    if op in (BPF_JGE, BPF_JGT, BPF_JSGE, BPF_JSGT):
        op = FLIP[op]
        a, b = b, a
    if op == BPF_JEQ:
        _refine_equal(a, b, jmp32)
    elif op in (BPF_JLE, BPF_JLT):
        _refine_less_equal(a, b, int(op == BPF_JLT), jmp32)
    elif op in (BPF_JSLE, BPF_JSLT):
        _refine_signed_less_equal(a, b, int(op == BPF_JSLT), jmp32)
    else:
        _refine_by_const(a, b, op, jmp32)


def regs_refine_cond_op(a: Bounds, b: Bounds, op: int, jmp32: bool, same: bool) -> tuple[Bounds, Bounds]:
    """The bounds of both operands where `a op b` holds; `same` if they are one register."""
    d1 = Draft(a)
    d2 = d1 if same else Draft(b)
    _refine(d1, d2, op, jmp32)
    reg_bounds_sync(d1)
    reg_bounds_sync(d2)
    return d1.freeze(), d2.freeze()


@final
class Outcome:
    """What a comparison says: `taken` as of `is_scalar_branch_taken`, and the operands in either branch
    where both are possible.
    """

    __slots__ = ("false1", "false2", "taken", "true1", "true2")

    def __init__(self, taken: int, true: tuple[Bounds, Bounds], false: tuple[Bounds, Bounds]) -> None:
        self.taken: Final = taken
        self.true1, self.true2 = true
        self.false1, self.false2 = false


#: Where the outcome is known, nothing is learnt: it never holds, it always does.
_DECIDED: Final = [Outcome(taken, (UNBOUNDED, UNBOUNDED), (UNBOUNDED, UNBOUNDED)) for taken in (0, 1)]


def _outcome(a: Bounds, b: Bounds, op: int, jmp32: bool, same: bool) -> Outcome:
    taken = is_scalar_branch_taken(a, b, op, jmp32)
    if taken >= 0:
        return _DECIDED[taken]
    false = regs_refine_cond_op(a, b, REVERSE[op], jmp32, same)
    return Outcome(taken, regs_refine_cond_op(a, b, op, jmp32, same), false)


@final
class _Outcomes:
    """Those of one kind of comparison, by both operands."""

    __slots__ = ("rows",)

    def __init__(self) -> None:
        self.rows: dict[int, Outcome] = {}


_OUTCOMES: Final = [_Outcomes() for _ in range(64)]


def compare(a: Bounds, b: Bounds, op: int, jmp32: bool, same: bool = False) -> Outcome:
    """`same`: both operands are the same register, so that what is learnt of one is learnt of the other.

    Linux 6.18 does not know that a register equals itself; it refines the one register twice.
    """
    if a.exact and b.exact:
        return _DECIDED[is_scalar_branch_taken(a, b, op, jmp32)]
    memo = _OUTCOMES[op >> 4 | int(jmp32) << 4 | int(same) << 5]
    key = pair(a, b)
    found = memo.rows.get(key)
    if found is None:
        if len(memo.rows) >= _CACHE_LIMIT:
            memo.rows = {}
        found = memo.rows[key] = _outcome(a, b, op, jmp32, same)
    return found
