"""Bounds of a value of which fewer bytes are kept: zero-extended and sign-extended loads, fills and moves."""

from __future__ import annotations

from skep.kernel.verifier.bounds import Draft, mark_reg32_known, mark_reg32_unbounded, mark_reg_known
from skep.kernel.verifier.bounds_sync import reg_bounds_sync
from skep.kernel.verifier.tnum import (
    U32_MAX,
    U64_MAX,
    UNKNOWN,
    tnum_cast,
    tnum_range,
    tnum_subreg,
)


def zext_32_to_64(d: Draft) -> None:
    """Make the upper half zero, after a 32-bit operation has computed the lower one."""
    d.var_off = tnum_subreg(d.var_off)
    d.umin_value = d.u32_min_value
    d.umax_value = d.u32_max_value
    # Signed 32-bit limits carry over where they are not negative; else the value is only known to fit in 32
    # bits.
    if d.s32_min_value >= 0 and d.s32_max_value >= 0:
        d.smin_value = d.s32_min_value
        d.smax_value = d.s32_max_value
    else:
        d.smin_value = 0
        d.smax_value = U32_MAX


def coerce_reg_to_size(d: Draft, size: int) -> None:
    """Keep the low `size` bytes, zero-extended, as a load or a narrow fill does."""
    d.var_off = tnum_cast(d.var_off, size)
    mask = (1 << (size * 8)) - 1
    if d.umin_value & ~mask == d.umax_value & ~mask:
        d.umin_value &= mask
        d.umax_value &= mask
    else:
        d.umin_value = 0
        d.umax_value = mask
    d.smin_value = d.umin_value
    d.smax_value = d.umax_value
    # Narrower than 32 bits: the old 32-bit limits say nothing, the new ones come from the known bits.
    if size < 4:
        mark_reg32_unbounded(d)
    reg_bounds_sync(d)


def _sign_extend(value: int, size: int) -> int:
    sign = 1 << (size * 8 - 1)
    return ((value & (2 * sign - 1)) ^ sign) - sign


def _set_sext_default(d: Draft, size: int) -> None:
    high = (1 << (size * 8 - 1)) - 1
    d.smin_value = d.s32_min_value = -high - 1
    d.smax_value = d.s32_max_value = high
    d.umin_value = 0
    d.umax_value = U64_MAX
    d.u32_min_value = 0
    d.u32_max_value = U32_MAX
    d.var_off = UNKNOWN


def coerce_reg_to_size_sx(d: Draft, size: int) -> None:
    """Keep the low `size` bytes (1, 2 or 4), sign-extended to 64 bits."""
    if d.var_off.mask == 0:
        mark_reg_known(d, _sign_extend(d.var_off.value, size))
        return
    bits = size * 8
    low, high = _sign_extend(d.smin_value, size), _sign_extend(d.smax_value, size)
    # Signed limits that agree above the cut, and keep their signs, keep their order.
    if d.smax_value >> bits == d.smin_value >> bits and (low < 0) == (high < 0):
        if low > high:
            low, high = high, low
        d.smin_value = d.s32_min_value = low
        d.smax_value = d.s32_max_value = high
        d.umin_value, d.umax_value = low & U64_MAX, high & U64_MAX
        d.u32_min_value, d.u32_max_value = low & U32_MAX, high & U32_MAX
        d.var_off = tnum_range(low & U64_MAX, high & U64_MAX)
        return
    _set_sext_default(d, size)


def coerce_subreg_to_size_sx(d: Draft, size: int) -> None:
    """Keep the low `size` bytes (1 or 2), sign-extended to 32 bits; the caller then zero-extends to 64."""
    bits = size * 8
    if d.var_off.mask == 0:
        mark_reg32_known(d, _sign_extend(d.var_off.value, size))
        return
    low, high = _sign_extend(d.s32_min_value, size), _sign_extend(d.s32_max_value, size)
    if d.s32_max_value >> bits == d.s32_min_value >> bits and (low < 0) == (high < 0):
        d.s32_min_value, d.s32_max_value = min(low, high), max(low, high)
        d.u32_min_value, d.u32_max_value = d.s32_min_value & U32_MAX, d.s32_max_value & U32_MAX
        d.var_off = tnum_range(d.u32_min_value, d.u32_max_value)
        return
    sign = 1 << (bits - 1)
    d.s32_min_value, d.s32_max_value = -sign, sign - 1
    d.u32_min_value, d.u32_max_value = 0, U32_MAX
    d.var_off = tnum_subreg(UNKNOWN)
