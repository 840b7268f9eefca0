"""Every tristate operation over all numbers of four bits: nothing possible is missing, and where Linux is
best so are we.

The functions work on 64 bits. Four-bit numbers are put at the bottom and at the top of the word: at the
top, carries and sign bits leave the word as they do for real numbers.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skep.kernel.verifier.tnum import (
    U64_MAX,
    UNKNOWN,
    Tnum,
    tnum_add,
    tnum_and,
    tnum_arshift,
    tnum_bswap,
    tnum_cast,
    tnum_clear_subreg,
    tnum_const,
    tnum_const_subreg,
    tnum_in,
    tnum_intersect,
    tnum_is_aligned,
    tnum_lshift,
    tnum_mul,
    tnum_neg,
    tnum_or,
    tnum_overlap,
    tnum_range,
    tnum_rshift,
    tnum_step,
    tnum_sub,
    tnum_subreg,
    tnum_subreg_is_const,
    tnum_union,
    tnum_with_subreg,
    tnum_xor,
)

BITS = 4
TOP = 64 - BITS
SMALL = [Tnum(value, mask) for mask in range(1 << BITS) for value in range(1 << BITS) if not value & mask]

Binary = Callable[[int, int], int]


def members(t: Tnum) -> list[int]:
    found = [t.value]
    mask = t.mask
    while mask:
        bit = mask & -mask
        found += [member | bit for member in found]
        mask ^= bit
    return found


def best(values: list[int]) -> Tnum:
    """The smallest tnum that contains all of them."""
    ones, zeros = values[0], values[0]
    for value in values:
        ones |= value
        zeros &= value
    return Tnum(zeros, ones ^ zeros)


def at_top(t: Tnum) -> Tnum:
    return Tnum(t.value << TOP, t.mask << TOP)


OPTIMAL: dict[str, tuple[Callable[[Tnum, Tnum], Tnum], Binary]] = {
    "addition": (tnum_add, lambda a, b: a + b & U64_MAX),
    "subtraction": (tnum_sub, lambda a, b: a - b & U64_MAX),
    "and": (tnum_and, lambda a, b: a & b),
    "or": (tnum_or, lambda a, b: a | b),
    "exclusive or": (tnum_xor, lambda a, b: a ^ b),
}


@pytest.mark.parametrize("name", OPTIMAL)
@pytest.mark.parametrize("place", [0, TOP])
def test_operation_is_the_best_possible(name: str, place: int) -> None:
    operation, exact = OPTIMAL[name]
    for a in SMALL:
        for b in SMALL:
            x, y = (at_top(a), at_top(b)) if place else (a, b)
            assert operation(x, y) == best([exact(i, j) for i in members(x) for j in members(y)])


@pytest.mark.parametrize("place", [0, TOP])
def test_product_contains_every_product(place: int) -> None:
    for a in SMALL:
        for b in SMALL:
            x, y = (at_top(a), b) if place else (a, b)
            product = tnum_mul(x, y)
            assert product.value & product.mask == 0
            assert all(
                i * j & U64_MAX & ~product.mask == product.value for i in members(x) for j in members(y)
            )


def test_product_with_a_known_number_of_one_bit_is_a_shift() -> None:
    for a in SMALL:
        for shift in range(BITS):
            assert tnum_mul(a, tnum_const(1 << shift)) == tnum_lshift(a, shift)


def test_negation_is_zero_minus() -> None:
    for a in SMALL:
        assert tnum_neg(a) == best([-i & U64_MAX for i in members(a)])


@pytest.mark.parametrize("shift", range(BITS + 1))
def test_shifts_are_exact(shift: int) -> None:
    for a in SMALL:
        high = at_top(a)
        assert tnum_lshift(high, shift) == best([i << shift & U64_MAX for i in members(high)])
        assert tnum_rshift(a, shift) == best([i >> shift for i in members(a)])


@pytest.mark.parametrize("width", [32, 64])
def test_arithmetic_shift_repeats_the_sign(width: int) -> None:
    for a in SMALL:
        x = Tnum(a.value << width - BITS, a.mask << width - BITS)
        for shift in (0, 1, 3, 7, width - 1):
            low = (1 << width) - 1
            exact = [((i ^ 1 << width - 1) - (1 << width - 1) >> shift) & low for i in members(x)]
            assert tnum_arshift(x, shift, width) == best(exact)


def test_range_is_the_smallest_tnum_of_an_interval() -> None:
    for low in range(1 << BITS):
        for high in range(low, 1 << BITS):
            t = tnum_range(low, high)
            assert all(i & ~t.mask == t.value for i in range(low, high + 1))
            assert t.mask == (1 << (low ^ high).bit_length()) - 1
    assert tnum_range(0, U64_MAX) == UNKNOWN


def test_intersection_and_union_and_overlap_agree_with_sets() -> None:
    for a in SMALL:
        for b in SMALL:
            both = set(members(a)) & set(members(b))
            assert tnum_overlap(a, b) == bool(both)
            if both:
                assert tnum_intersect(a, b) == best(sorted(both))
            assert tnum_union(a, b) == best(members(a) + members(b))
            assert tnum_in(a, b) == (set(members(b)) <= set(members(a)))


def test_step_finds_the_next_member() -> None:
    for a in SMALL:
        inside = sorted(members(a))
        for floor in range(1 << BITS):
            following = [i for i in inside if i > floor]
            assert tnum_step(a, floor) == (following[0] if following else inside[-1])


@pytest.mark.parametrize("width", [16, 32, 64])
def test_byte_swap_swaps_both_halves_of_the_knowledge(width: int) -> None:
    t = tnum_bswap(Tnum(0x1122334455667700, 0xFF), width)
    size = width // 8
    swapped = 0x1122334455667700 & (1 << width) - 1
    assert t.value == int.from_bytes(swapped.to_bytes(size, "little"), "big")
    assert t.mask == 0xFF << width - 8


def test_halves_and_sizes() -> None:
    t = Tnum(0x1_0000_0010, 0x2_0000_0001)
    assert tnum_cast(t, 1) == Tnum(0x10, 1)
    assert tnum_subreg(t) == Tnum(0x10, 1)
    assert tnum_clear_subreg(t) == Tnum(0x1_0000_0000, 0x2_0000_0000)
    assert tnum_with_subreg(t, Tnum(5, 2)) == Tnum(0x1_0000_0005, 0x2_0000_0002)
    assert tnum_const_subreg(t, -1) == Tnum(0x1_FFFF_FFFF, 0x2_0000_0000)
    assert not tnum_subreg_is_const(t)
    assert tnum_subreg_is_const(Tnum(1, 1 << 40))
    assert tnum_is_aligned(Tnum(8, 0x30), 8)
    assert not tnum_is_aligned(Tnum(8, 0x34), 8)
    assert tnum_is_aligned(Tnum(3, 0), 0)
