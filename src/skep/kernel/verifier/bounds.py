"""What the verifier knows of a 64-bit value: four intervals and a tnum.

A value has four readings: unsigned and signed, of all 64 bits and of the lower 32. Linux keeps an interval
for each and, beside them, the known bits (`var_off`). No one of them implies the others, so after each
operation every piece of knowledge is used to tighten the others (`bounds_sync.py`). The result has to be
Linux 6.18's to the bit: it is printed in logs and decides verdicts.

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
    Tnum,
)

S64_MIN: Final = -SIGN64
S64_MAX: Final = SIGN64 - 1
S32_MIN: Final = -SIGN32
S32_MAX: Final = SIGN32 - 1
S16_MIN: Final = -0x8000
S16_MAX: Final = 0x7FFF
S8_MIN: Final = -0x80
S8_MAX: Final = 0x7F

#: About 600 bytes each; constants 350.
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
        return self is other or (isinstance(other, Bounds) and same_bounds(self, other))

    def __hash__(self) -> int:
        return hash((self.umin_value, self.umax_value, self.var_off.value, self.var_off.mask))

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


def same_bounds(a: Bounds, b: Bounds) -> bool:
    """Equal; two objects for the same bounds come only of a table that was emptied between them."""
    return a is b or (
        a.umin_value == b.umin_value
        and a.umax_value == b.umax_value
        and a.smin_value == b.smin_value
        and a.smax_value == b.smax_value
        and a.u32_min_value == b.u32_min_value
        and a.u32_max_value == b.u32_max_value
        and a.s32_min_value == b.s32_min_value
        and a.s32_max_value == b.s32_max_value
        and a.var_off.value == b.var_off.value
        and a.var_off.mask == b.var_off.mask
    )


@final
class _Table:
    """The intern table; equality never depends on it, so it may be emptied whenever it is full.

    `constants` has the bounds of single values, by value (which may also be signed); `rows` has the others.
    """

    __slots__ = ("constants", "rows", "serial")

    def __init__(self) -> None:
        self.rows: dict[BoundsKey, Bounds] = {}
        self.constants: dict[int, Bounds] = {}
        self.serial: int = 0


_TABLE: Final = _Table()


def _make(key: BoundsKey, violation: str | None) -> Bounds:
    _TABLE.serial += 1
    return Bounds(key, _TABLE.serial, violation)


def intern_bounds(key: BoundsKey) -> Bounds:
    """The Bounds with these u64, s64, u32 and s32 limits (min, max each) and known bits (value, mask)."""
    if key[9] == 0:
        violation = _violation(key)
        if violation is None:
            return known(key[8])
    found = _TABLE.rows.get(key)
    if found is None:
        if len(_TABLE.rows) >= _INTERN_LIMIT:
            _TABLE.rows = {}
        found = _TABLE.rows[key] = _make(key, _violation(key))
    return found


def known(value: int) -> Bounds:
    """The bounds of one value; negative numbers are taken as two's complement."""
    found = _TABLE.constants.get(value)
    if found is None:
        found = _known_bits(value) if 0 <= value <= U64_MAX else known(value & U64_MAX)
        if len(_TABLE.constants) >= _INTERN_LIMIT:
            _TABLE.constants = {}
        _TABLE.constants[value] = found
    return found


def _known_bits(bits: int) -> Bounds:
    low = bits & U32_MAX
    signed, signed32 = (bits ^ SIGN64) - SIGN64, (low ^ SIGN32) - SIGN32
    return _make((bits, bits, signed, signed, low, low, signed32, signed32, bits, 0), None)


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
