"""What the readings of a value teach each other: intervals tighten bits, bits intervals (`reg_bounds_sync`).

How signed and unsigned readings relate, on the circle of 2**n values::

    0                        SMAX SMIN                       UMAX
    |----------------------------|----------------------------|
    |   signed: non-negative     |   signed: negative         |

An interval that does not cross the middle (unsigned) or the ends (signed) is an interval in both readings.
A signed one that crosses zero is two unsigned pieces, one at each end; if the unsigned interval meets only
one of them, that one is the answer.

The steps are Linux's, in Linux's order, and the order matters, since the refinement stops after a fixed
number of rounds and not at a fixed point.
"""

from __future__ import annotations

from skep.kernel.verifier.bounds import S32_MAX, S32_MIN, S64_MAX, Draft, mark_reg_known
from skep.kernel.verifier.tnum import (
    HIGH32,
    SIGN32,
    SIGN64,
    U32_MAX,
    U64_MAX,
    tnum_intersect,
    tnum_range,
    tnum_step,
    tnum_subreg,
    tnum_with_subreg,
)


def update_reg32_bounds(d: Draft) -> None:
    """Tighten the 32-bit intervals by the known bits."""
    value = d.var_off.value & U32_MAX
    mask = d.var_off.mask & U32_MAX
    # The smallest signed member takes the sign bit if it may, and no other unknown bit; the largest the other
    # way.
    if mask != U32_MAX:
        _narrow_s32(
            d, ((value | (mask & SIGN32)) ^ SIGN32) - SIGN32, ((value | (mask & S32_MAX)) ^ SIGN32) - SIGN32
        )
        _narrow_u32(d, value, value | mask)


def update_reg64_bounds(d: Draft) -> None:
    """Tighten the 64-bit intervals by the known bits."""
    value, mask = d.var_off.value, d.var_off.mask
    if mask != U64_MAX:
        _narrow_s64(
            d, ((value | (mask & SIGN64)) ^ SIGN64) - SIGN64, ((value | (mask & S64_MAX)) ^ SIGN64) - SIGN64
        )
        _narrow_u64(d, value, value | mask)
    _deduce_single_value(d)


def _deduce_single_value(d: Draft) -> None:
    """If the known bits have just one member in the unsigned interval, that is the value."""
    low, bits = d.umin_value, d.var_off
    following = tnum_step(bits, low)
    if low & ~bits.mask & U64_MAX == bits.value:
        if following > d.umax_value:
            mark_reg_known(d, low)
    elif following == bits.value | bits.mask or (
        following <= d.umax_value and tnum_step(bits, following) > d.umax_value
    ):
        mark_reg_known(d, following)


def update_reg_bounds(d: Draft) -> None:
    update_reg32_bounds(d)
    update_reg64_bounds(d)


def _narrow_u32(d: Draft, low: int, high: int) -> None:
    if low > d.u32_min_value:
        d.u32_min_value = low
    if high < d.u32_max_value:
        d.u32_max_value = high


def _narrow_s32(d: Draft, low: int, high: int) -> None:
    if low > d.s32_min_value:
        d.s32_min_value = low
    if high < d.s32_max_value:
        d.s32_max_value = high


def _narrow_u64(d: Draft, low: int, high: int) -> None:
    if low > d.umin_value:
        d.umin_value = low
    if high < d.umax_value:
        d.umax_value = high


def _narrow_s64(d: Draft, low: int, high: int) -> None:
    if low > d.smin_value:
        d.smin_value = low
    if high < d.smax_value:
        d.smax_value = high


def _deduce_low_half(d: Draft, low: int, high: int, unsigned: bool) -> None:
    """What a 64-bit interval [low, high] (either reading) says of the lower halves of its members.

    If the upper half is constant, the lower halves form an interval in each reading in which they keep
    their order (an unsigned interval does in the unsigned one). If the upper half takes two neighbouring
    values while the lower one goes from negative up to positive, they form a signed interval across zero.
    """
    steps = (high >> 32) - (low >> 32)
    if steps == 0:
        u_low, u_high = low & U32_MAX, high & U32_MAX
        if unsigned or u_low <= u_high:
            _narrow_u32(d, u_low, u_high)
    elif steps != 1 and steps & U32_MAX != 1:
        return
    s_low, s_high = ((low & U32_MAX) ^ SIGN32) - SIGN32, ((high & U32_MAX) ^ SIGN32) - SIGN32
    if s_low <= s_high and (steps == 0 or s_low < 0 <= s_high):
        _narrow_s32(d, s_low, s_high)


def deduce_reg32_bounds(d: Draft) -> None:
    _deduce_low_half(d, d.umin_value, d.umax_value, True)
    _deduce_low_half(d, d.smin_value, d.smax_value, False)
    low, high = d.u32_min_value, d.u32_max_value
    if low & SIGN32 == high & SIGN32 or low > high:
        signed_low, signed_high = (low ^ SIGN32) - SIGN32, (high ^ SIGN32) - SIGN32
        if signed_low <= signed_high:
            _narrow_s32(d, signed_low, signed_high)
    u_low, u_high = d.s32_min_value & U32_MAX, d.s32_max_value & U32_MAX
    if u_low <= u_high:
        _narrow_u32(d, u_low, u_high)
    elif high < u_low:
        # The signed interval is two unsigned pieces, and only the piece that starts at zero is in reach.
        d.s32_min_value = (low ^ SIGN32) - SIGN32
        d.u32_max_value = min(high, u_high)
    elif u_high < low:
        # Only the piece that ends at U32_MAX is in reach.
        d.s32_max_value = (high ^ SIGN32) - SIGN32
        d.u32_min_value = max(low, u_low)


def deduce_reg64_bounds(d: Draft) -> None:
    low, high = d.umin_value, d.umax_value
    if low & SIGN64 == high & SIGN64 or low > high:
        signed_low, signed_high = (low ^ SIGN64) - SIGN64, (high ^ SIGN64) - SIGN64
        if signed_low <= signed_high:
            _narrow_s64(d, signed_low, signed_high)
    u_low, u_high = d.smin_value & U64_MAX, d.smax_value & U64_MAX
    if u_low <= u_high:
        _narrow_u64(d, u_low, u_high)
    elif high < u_low:
        d.smin_value = (low ^ SIGN64) - SIGN64
        d.umax_value = min(high, u_high)
    elif u_high < low:
        d.smax_value = (high ^ SIGN64) - SIGN64
        d.umin_value = max(low, u_low)


def deduce_mixed_bounds(d: Draft) -> None:
    """Tighten the 64-bit intervals by the 32-bit ones: the same upper half with a better lower half."""
    low, high = d.u32_min_value, d.u32_max_value
    if low or high != U32_MAX:
        _narrow_u64(d, d.umin_value & HIGH32 | low, d.umax_value & HIGH32 | high)
        _narrow_s64(d, d.smin_value & ~U32_MAX | low, d.smax_value & ~U32_MAX | high)
    # A sign-extended 32-bit value whose lower half is not negative has an upper half of zeros.
    if d.s32_min_value >= 0 and d.smin_value >= S32_MIN and d.smax_value <= S32_MAX:
        d.smin_value = d.umin_value = d.s32_min_value
        d.smax_value = d.umax_value = d.s32_max_value
        d.var_off = tnum_intersect(d.var_off, tnum_range(d.smin_value, d.smax_value))


def deduce_bounds(d: Draft) -> None:
    deduce_reg32_bounds(d)
    deduce_reg64_bounds(d)
    deduce_mixed_bounds(d)


def bound_offset(d: Draft) -> None:
    """Learn bits from the unsigned intervals, the 64-bit one first."""
    off64 = tnum_intersect(d.var_off, tnum_range(d.umin_value, d.umax_value))
    off32 = tnum_intersect(tnum_subreg(off64), tnum_range(d.u32_min_value, d.u32_max_value))
    d.var_off = tnum_with_subreg(off64, off32)


def _limits(d: Draft) -> tuple[int, int, int, int, int, int, int, int]:
    return (
        d.umin_value,
        d.umax_value,
        d.smin_value,
        d.smax_value,
        d.u32_min_value,
        d.u32_max_value,
        d.s32_min_value,
        d.s32_max_value,
    )


def reg_bounds_sync(d: Draft) -> None:
    """Let everything known tighten everything else, in Linux's number of rounds."""
    update_reg_bounds(d)
    for _ in range(3):
        before = _limits(d)
        deduce_bounds(d)
        if _limits(d) == before:  # a further round would do nothing either
            break
    bound_offset(d)
    update_reg_bounds(d)
