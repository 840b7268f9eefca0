"""Tristate numbers: what is known of each bit of a 64-bit value.

A tnum is a pair (value, mask). A bit set in `mask` is unknown (and clear in `value`); any other bit is
known to be as in `value`. A tnum stands for the set { v : v & ~mask == value }. Every operation here is
sound: its result contains the results of all pairs of members. Where the theory has a best result (add,
sub, the bitwise operations, shifts) Linux computes that one, and so do we; multiplication is deliberately
not the best, and must be Linux's choice to the bit.

The functions are Linux 6.18's (kernel/bpf/tnum.c, "Sound, Precise, and Fast Abstract Interpretation with
Tristate Numbers", CGO 2022, describes add, sub and the first multiplication).
"""

from __future__ import annotations

from typing import Final, final

U64_MAX: Final = 0xFFFFFFFFFFFFFFFF
U32_MAX: Final = 0xFFFFFFFF
SIGN64: Final = 0x8000000000000000
SIGN32: Final = 0x80000000
HIGH32: Final = 0xFFFFFFFF00000000


@final
class Tnum:
    """Immutable by convention: nothing assigns to the fields after construction."""

    __slots__ = ("mask", "value")

    def __init__(self, value: int, mask: int) -> None:
        self.value: Final = value
        self.mask: Final = mask

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tnum) and self.value == other.value and self.mask == other.mask

    def __hash__(self) -> int:
        return hash((self.value, self.mask))

    def __repr__(self) -> str:
        return f"Tnum({self.value:#x}, {self.mask:#x})"

    @property
    def is_const(self) -> bool:
        return self.mask == 0


UNKNOWN: Final = Tnum(0, U64_MAX)
ZERO: Final = Tnum(0, 0)


def tnum_const(value: int) -> Tnum:
    """The set of one value; negative numbers are taken as two's complement."""
    return Tnum(value & U64_MAX, 0)


def tnum_range(low: int, high: int) -> Tnum:
    """The smallest tnum that contains every value of the unsigned interval: the common leading bits are
    known.
    """
    spread = (1 << (low ^ high).bit_length()) - 1
    return Tnum(low & ~spread, spread)


def tnum_lshift(a: Tnum, shift: int) -> Tnum:
    return Tnum((a.value << shift) & U64_MAX, (a.mask << shift) & U64_MAX)


def tnum_rshift(a: Tnum, shift: int) -> Tnum:
    return Tnum(a.value >> shift, a.mask >> shift)


def _sar(bits: int, shift: int, width: int) -> int:
    if bits >> (width - 1) & 1:
        bits |= -1 << width
    return (bits >> shift) & ((1 << width) - 1)


def tnum_arshift(a: Tnum, shift: int, width: int) -> Tnum:
    """Both halves are shifted with their own sign: an unknown top bit makes the bits shifted in unknown.

    With width 32 the result has its upper half known to be zero.
    """
    low = (1 << width) - 1
    return Tnum(_sar(a.value & low, shift, width), _sar(a.mask & low, shift, width))


def tnum_add(a: Tnum, b: Tnum) -> Tnum:
    """A bit of the sum is unknown when it is in an operand, or when the smallest and largest carries
    differ.
    """
    low = a.value + b.value
    carries = (low + a.mask + b.mask) ^ low
    unknown = (carries | a.mask | b.mask) & U64_MAX
    return Tnum(low & ~unknown & U64_MAX, unknown)


def tnum_sub(a: Tnum, b: Tnum) -> Tnum:
    """As for the sum, with the smallest and largest borrows."""
    difference = a.value - b.value
    borrows = (difference + a.mask) ^ (difference - b.mask)
    unknown = (borrows | a.mask | b.mask) & U64_MAX
    return Tnum(difference & ~unknown & U64_MAX, unknown)


def tnum_neg(a: Tnum) -> Tnum:
    return tnum_sub(ZERO, a)


def tnum_and(a: Tnum, b: Tnum) -> Tnum:
    ones = a.value & b.value
    return Tnum(ones, (a.value | a.mask) & (b.value | b.mask) & ~ones)


def tnum_or(a: Tnum, b: Tnum) -> Tnum:
    ones = a.value | b.value
    return Tnum(ones, (a.mask | b.mask) & ~ones)


def tnum_xor(a: Tnum, b: Tnum) -> Tnum:
    unknown = a.mask | b.mask
    return Tnum((a.value ^ b.value) & ~unknown, unknown)


def tnum_mul(a: Tnum, b: Tnum) -> Tnum:
    """Long multiplication by the bits of `a`; an unknown bit joins "added" and "not added".

    Linux ("bpf: Improve the general precision of tnum_mul", v6.18) chose this over the older
    half-multiply, which was less precise on most operands and more precise on a few.
    """
    total = ZERO
    value, mask = a.value, a.mask
    while value or mask:
        if value & 1:
            total = tnum_add(total, b)
        elif mask & 1:
            total = tnum_union(total, tnum_add(total, b))
        value >>= 1
        mask >>= 1
        b = tnum_lshift(b, 1)
    return total


def tnum_overlap(a: Tnum, b: Tnum) -> bool:
    """Whether the two sets have a member in common: no bit is known to differ."""
    return (a.value ^ b.value) & ~a.mask & ~b.mask & U64_MAX == 0


def tnum_intersect(a: Tnum, b: Tnum) -> Tnum:
    """What both say. Where they contradict each other, a bit that either knows to be one stays one."""
    unknown = a.mask & b.mask
    return Tnum((a.value | b.value) & ~unknown, unknown)


def tnum_union(a: Tnum, b: Tnum) -> Tnum:
    """The smallest tnum containing both."""
    unknown = (a.value ^ b.value) | a.mask | b.mask
    return Tnum(a.value & ~unknown, unknown)


def tnum_cast(a: Tnum, size: int) -> Tnum:
    """The low `size` bytes, zero-extended."""
    low = (1 << (size * 8)) - 1
    return Tnum(a.value & low, a.mask & low)


def tnum_is_aligned(a: Tnum, size: int) -> bool:
    return size == 0 or (a.value | a.mask) & (size - 1) == 0


def tnum_in(a: Tnum, b: Tnum) -> bool:
    """Whether every member of `b` is in `a`."""
    return b.mask & ~a.mask == 0 and b.value & ~a.mask == a.value


def tnum_subreg(a: Tnum) -> Tnum:
    return Tnum(a.value & U32_MAX, a.mask & U32_MAX)


def tnum_clear_subreg(a: Tnum) -> Tnum:
    return Tnum(a.value & HIGH32, a.mask & HIGH32)


def tnum_with_subreg(a: Tnum, low: Tnum) -> Tnum:
    """`a` with its lower half replaced by that of `low`."""
    return Tnum(
        a.value & HIGH32 | low.value & U32_MAX,
        a.mask & HIGH32 | low.mask & U32_MAX,
    )


def tnum_const_subreg(a: Tnum, value: int) -> Tnum:
    """`a` with its lower half known to be `value`."""
    return Tnum(a.value & HIGH32 | value & U32_MAX, a.mask & HIGH32)


def tnum_subreg_is_const(a: Tnum) -> bool:
    return a.mask & U32_MAX == 0


def tnum_bswap(a: Tnum, width: int) -> Tnum:
    """The low `width` bits with their bytes reversed, zero-extended."""
    size = width // 8
    low = (1 << width) - 1
    return Tnum(
        int.from_bytes((a.value & low).to_bytes(size, "little"), "big"),
        int.from_bytes((a.mask & low).to_bytes(size, "little"), "big"),
    )


def tnum_step(a: Tnum, floor: int) -> int:
    """The smallest member greater than `floor`; the largest member if there is none."""
    value, mask = a.value, a.mask
    if floor >= value | mask:
        return value | mask
    if floor < value:
        return value
    start = floor + 1
    wrong = (start ^ value) & ~mask
    if wrong == 0:
        return start
    # Above the first known bit that `start` gets wrong, keep `start`; if that bit must become 1 the rest is
    # minimal, if it must become 0 an unknown bit above it has to step up first.
    cut = wrong.bit_length()
    if value >> (cut - 1) & 1 == 0:
        free = mask & ~start & ~((1 << cut) - 1)
        step = free & -free
        return start & ~(2 * step - 1) | step | value & (step - 1)
    return start & ~((1 << cut) - 1) | value & ((1 << cut) - 1)
