"""What the verifier knows of a 64-bit value: four intervals and a tnum, and what they teach each other.

A value has four readings: unsigned and signed, of all 64 bits and of the lower 32. Linux keeps an interval
for each and, beside them, the known bits (`var_off`). No one of them implies the others, so after each
operation every piece of knowledge is used to tighten the others. The result has to be Linux 6.18's to the
bit: it is printed in logs and decides verdicts. So the steps are Linux's, in Linux's order, and the order
matters, since the refinement stops after a fixed number of rounds and not at a fixed point.

How signed and unsigned readings relate, on the circle of 2**n values::

    0                        SMAX SMIN                       UMAX
    |----------------------------|----------------------------|
    |   signed: non-negative     |   signed: negative         |

An interval that does not cross the middle (unsigned) or the ends (signed) is an interval in both readings.
A signed one that crosses zero is two unsigned pieces, one at each end; if the unsigned interval meets only
one of them, that one is the answer.

`Bounds` is immutable and interned, so that equal knowledge is usually the same object and transfer
functions can be cached by `serial`; `Draft` is the same knowledge while it is being computed.
"""

from __future__ import annotations

from typing import Final, final

from skep.kernel.verifier.tnum import (
    HIGH32,
    SIGN32,
    SIGN64,
    U32_MAX,
    U64_MAX,
    UNKNOWN,
    Tnum,
    tnum_cast,
    tnum_intersect,
    tnum_range,
    tnum_step,
    tnum_subreg,
    tnum_with_subreg,
)

S64_MIN: Final = -SIGN64
S64_MAX: Final = SIGN64 - 1
S32_MIN: Final = -SIGN32
S32_MAX: Final = SIGN32 - 1
S16_MIN: Final = -0x8000
S16_MAX: Final = 0x7FFF
S8_MIN: Final = -0x80
S8_MAX: Final = 0x7F

#: About 600 bytes each.
_INTERN_LIMIT: Final = 1 << 15

# What is wrong with bounds whose parts contradict each other.
RANGE_VIOLATION: Final = "range bounds violation"
CONST_VIOLATION: Final = "const tnum out of sync with range bounds"
CONST_SUBREG_VIOLATION: Final = "const subreg tnum out of sync with range bounds"

BoundsKey = tuple[int, int, int, int, int, int, int, int, int, int]


def s64(value: int) -> int:
    """The lower 64 bits read as a signed number."""
    if 0 <= value <= S64_MAX:  # mostly so, and short in memory
        return value
    return ((value & U64_MAX) ^ SIGN64) - SIGN64


def s32(value: int) -> int:
    """The lower 32 bits read as a signed number."""
    return ((value & U32_MAX) ^ SIGN32) - SIGN32


def _violation(key: BoundsKey) -> str | None:
    umin, umax, smin, smax, u32_min, u32_max, s32_min, s32_max, value, mask = key
    if umin > umax or smin > smax or u32_min > u32_max or s32_min > s32_max:
        return RANGE_VIOLATION
    if mask == 0 and not (umin == umax == value and smin == smax == s64(value)):
        return CONST_VIOLATION
    low = value & U32_MAX
    if mask & U32_MAX == 0 and not (u32_min == u32_max == low and s32_min == s32_max == s32(low)):
        return CONST_SUBREG_VIOLATION
    return None


@final
class Bounds:
    """Immutable. Make one with `known` or `Draft.freeze`; `serial` names it in caches for ever.

    `violation` says how the parts contradict each other, or is None: with a contradiction no value is
    possible. `exact`: they allow one value and agree on it.
    """

    __slots__ = (
        "exact",
        "key",
        "s32_max_value",
        "s32_min_value",
        "serial",
        "smax_value",
        "smin_value",
        "u32_max_value",
        "u32_min_value",
        "umax_value",
        "umin_value",
        "var_off",
        "violation",
    )

    def __init__(self, key: BoundsKey, serial: int, violation: str | None) -> None:
        self.violation: Final = violation
        self.exact: Final = key[9] == 0 and violation is None
        self.key: Final = key
        self.serial: Final = serial
        self.var_off: Final = Tnum(key[8], key[9])
        self.umin_value: Final = key[0]
        self.umax_value: Final = key[1]
        self.smin_value: Final = key[2]
        self.smax_value: Final = key[3]
        self.u32_min_value: Final = key[4]
        self.u32_max_value: Final = key[5]
        self.s32_min_value: Final = key[6]
        self.s32_max_value: Final = key[7]

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Bounds) and self.key == other.key)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return (
            f"Bounds(u64=[{self.umin_value:#x}, {self.umax_value:#x}] "
            f"s64=[{self.smin_value}, {self.smax_value}] "
            f"u32=[{self.u32_min_value:#x}, {self.u32_max_value:#x}] "
            f"s32=[{self.s32_min_value}, {self.s32_max_value}] {self.var_off})"
        )

    @property
    def is_const(self) -> bool:
        """All 64 bits are known (Linux: tnum_is_const)."""
        return self.var_off.mask == 0

    @property
    def value(self) -> int:
        """The known bits, unsigned; the value itself when `is_const`."""
        return self.var_off.value


@final
class _Table:
    """The intern table; equality never depends on it, so it may be emptied whenever it is full."""

    __slots__ = ("constants", "rows", "serial")

    def __init__(self) -> None:
        self.rows: dict[BoundsKey, Bounds] = {}
        self.constants: dict[int, Bounds] = {}  # by value, which may also be signed
        self.serial: int = 0

    def add(self, key: BoundsKey, violation: str | None) -> Bounds:
        if len(self.rows) >= _INTERN_LIMIT:
            self.rows = {}
            self.constants = {}
        self.serial += 1
        made = self.rows[key] = Bounds(key, self.serial, violation)
        return made


_TABLE: Final = _Table()


def intern_bounds(key: BoundsKey) -> Bounds:
    """The Bounds with these u64, s64, u32 and s32 limits (min, max each) and known bits (value, mask)."""
    found = _TABLE.rows.get(key)
    return found if found is not None else _TABLE.add(key, _violation(key))


def known(value: int) -> Bounds:
    """The bounds of one value; negative numbers are taken as two's complement."""
    found = _TABLE.constants.get(value)
    if found is not None:
        return found
    bits = value & U64_MAX
    low = bits & U32_MAX
    signed, signed32 = (bits ^ SIGN64) - SIGN64, (low ^ SIGN32) - SIGN32
    key = (bits, bits, signed, signed, low, low, signed32, signed32, bits, 0)
    found = _TABLE.rows.get(key)
    if found is None:
        found = _TABLE.add(key, None)
    _TABLE.constants[value] = found
    return found


UNBOUNDED: Final = intern_bounds(
    (0, U64_MAX, S64_MIN, S64_MAX, 0, U32_MAX, S32_MIN, S32_MAX, 0, U64_MAX),
)
KNOWN_ZERO: Final = known(0)


@final
class Draft:
    """Bounds under construction; every function below changes the draft that it is given."""

    __slots__ = (
        "s32_max_value",
        "s32_min_value",
        "smax_value",
        "smin_value",
        "u32_max_value",
        "u32_min_value",
        "umax_value",
        "umin_value",
        "var_off",
    )

    def __init__(self, start: Bounds) -> None:
        self.umin_value = start.umin_value
        self.umax_value = start.umax_value
        self.smin_value = start.smin_value
        self.smax_value = start.smax_value
        self.u32_min_value = start.u32_min_value
        self.u32_max_value = start.u32_max_value
        self.s32_min_value = start.s32_min_value
        self.s32_max_value = start.s32_max_value
        self.var_off = start.var_off

    def freeze(self) -> Bounds:
        return intern_bounds(
            (
                self.umin_value,
                self.umax_value,
                self.smin_value,
                self.smax_value,
                self.u32_min_value,
                self.u32_max_value,
                self.s32_min_value,
                self.s32_max_value,
                self.var_off.value,
                self.var_off.mask,
            )
        )


def mark_reg64_unbounded(d: Draft) -> None:
    d.smin_value = S64_MIN
    d.smax_value = S64_MAX
    d.umin_value = 0
    d.umax_value = U64_MAX


def mark_reg32_unbounded(d: Draft) -> None:
    d.s32_min_value = S32_MIN
    d.s32_max_value = S32_MAX
    d.u32_min_value = 0
    d.u32_max_value = U32_MAX


def mark_reg_unbounded(d: Draft) -> None:
    """Forget the intervals, keep the known bits."""
    mark_reg64_unbounded(d)
    mark_reg32_unbounded(d)


def mark_reg_known(d: Draft, value: int) -> None:
    value &= U64_MAX
    d.var_off = Tnum(value, 0)
    d.umin_value = d.umax_value = value
    d.smin_value = d.smax_value = s64(value)
    d.u32_min_value = d.u32_max_value = value & U32_MAX
    d.s32_min_value = d.s32_max_value = s32(value)


def mark_reg32_known(d: Draft, value: int) -> None:
    """Make the lower half one value; the 64-bit intervals stay."""
    value &= U32_MAX
    d.var_off = Tnum(d.var_off.value & HIGH32 | value, d.var_off.mask & HIGH32)
    d.u32_min_value = d.u32_max_value = value
    d.s32_min_value = d.s32_max_value = s32(value)


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
