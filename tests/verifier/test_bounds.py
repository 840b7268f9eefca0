"""Refinement of bounds never loses a value that was possible, and learns what Linux learns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep.kernel.verifier.bounds import (
    CONST_VIOLATION,
    RANGE_VIOLATION,
    S64_MAX,
    S64_MIN,
    UNBOUNDED,
    Bounds,
    Draft,
    intern_bounds,
    known,
    s32,
    s64,
)
from skep.kernel.verifier.bounds_sync import reg_bounds_sync
from skep.kernel.verifier.coerce import (
    coerce_reg_to_size,
    coerce_reg_to_size_sx,
    coerce_subreg_to_size_sx,
    zext_32_to_64,
)
from skep.kernel.verifier.tnum import U32_MAX, U64_MAX, Tnum

EDGES = [
    0,
    1,
    2,
    7,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFF,
    1 << 32,
    (1 << 63) - 1,
    1 << 63,
    U64_MAX - 1,
    U64_MAX,
]
words = st.one_of(st.sampled_from(EDGES), st.integers(0, U64_MAX), st.integers(0, 300))


def holds(b: Bounds, value: int) -> bool:
    return (
        b.umin_value <= value <= b.umax_value
        and b.smin_value <= s64(value) <= b.smax_value
        and b.u32_min_value <= value & U32_MAX <= b.u32_max_value
        and b.s32_min_value <= s32(value) <= b.s32_max_value
        and value & ~b.var_off.mask & U64_MAX == b.var_off.value
    )


def around(values: list[int], mask: int) -> Draft:
    """Bounds that contain all the values, each piece chosen on its own."""
    d = Draft(UNBOUNDED)
    d.umin_value, d.umax_value = min(values), max(values)
    d.smin_value, d.smax_value = min(map(s64, values)), max(map(s64, values))
    d.u32_min_value, d.u32_max_value = min(v & U32_MAX for v in values), max(v & U32_MAX for v in values)
    d.s32_min_value, d.s32_max_value = min(map(s32, values)), max(map(s32, values))
    for value in values:
        mask |= value ^ values[0]
    d.var_off = Tnum(values[0] & ~mask, mask)
    return d


def loosen(d: Draft, parts: int) -> None:
    """Forget some of the pieces, as an operation that cannot compute them does."""
    if parts & 1:
        d.umin_value, d.umax_value = 0, U64_MAX
    if parts & 2:
        d.smin_value, d.smax_value = S64_MIN, S64_MAX
    if parts & 4:
        d.u32_min_value, d.u32_max_value = 0, U32_MAX
    if parts & 8:
        d.s32_min_value, d.s32_max_value = -(1 << 31), (1 << 31) - 1
    if parts & 16:
        d.var_off = Tnum(0, U64_MAX)


@given(st.lists(words, min_size=1, max_size=4), words, st.integers(0, 31))
def test_refinement_keeps_every_possible_value(values: list[int], mask: int, parts: int) -> None:
    d = around(values, mask)
    loosen(d, parts)
    reg_bounds_sync(d)
    refined = d.freeze()
    assert refined.violation is None
    assert all(holds(refined, value) for value in values)


@given(st.lists(words, min_size=1, max_size=4), words, st.integers(0, 31), st.sampled_from([1, 2, 4]))
def test_narrowing_keeps_every_possible_value(values: list[int], mask: int, parts: int, size: int) -> None:
    d = around(values, mask)
    loosen(d, parts)
    reg_bounds_sync(d)
    start, bits = d.freeze(), size * 8
    sign = 1 << bits - 1
    zero_extended, sign_extended = Draft(start), Draft(start)
    coerce_reg_to_size(zero_extended, size)
    coerce_reg_to_size_sx(sign_extended, size)
    for value in values:
        low = value & (1 << bits) - 1
        assert holds(zero_extended.freeze(), low)
        assert holds(sign_extended.freeze(), (low ^ sign) - sign & U64_MAX)


@given(st.lists(words, min_size=1, max_size=4), words, st.integers(0, 31), st.sampled_from([1, 2]))
def test_sign_extension_to_32_bits_keeps_every_possible_value(
    values: list[int], mask: int, parts: int, size: int
) -> None:
    d = around(values, mask)
    loosen(d, parts)
    reg_bounds_sync(d)
    coerce_subreg_to_size_sx(d, size)
    zext_32_to_64(d)
    reg_bounds_sync(d)
    sign = 1 << size * 8 - 1
    for value in values:
        assert holds(d.freeze(), ((value & 2 * sign - 1) ^ sign) - sign & U32_MAX)


def test_known_value_is_known_in_every_reading() -> None:
    b = known(-2)
    assert (b.umin_value, b.umax_value) == (U64_MAX - 1, U64_MAX - 1)
    assert (b.smin_value, b.smax_value) == (-2, -2)
    assert (b.u32_min_value, b.s32_max_value) == (U32_MAX - 1, -2)
    assert b.is_const
    assert b.violation is None
    assert known(-2) is b


def refined(pieces: dict[str, int | Tnum]) -> Bounds:
    d = Draft(UNBOUNDED)
    for name, piece in pieces.items():
        setattr(d, name, piece)
    reg_bounds_sync(d)
    return d.freeze()


CASES: dict[str, tuple[dict[str, int | Tnum], dict[str, int]]] = {
    "a signed interval across zero and an unsigned one meet in the positive piece": (
        {"smin_value": -8, "smax_value": 100, "umax_value": 1 << 40},
        {"smin_value": 0, "umax_value": 100},
    ),
    "a signed interval across zero and an unsigned one meet in the negative piece": (
        {"smin_value": -8, "smax_value": 100, "umin_value": 1 << 40},
        {"smin_value": -8, "smax_value": -1, "umin_value": U64_MAX - 7},
    ),
    "the same in 32 bits": (
        {"s32_min_value": -8, "s32_max_value": 100, "u32_max_value": 0x10000},
        {"s32_min_value": 0, "u32_max_value": 100},
    ),
    "known bits with one member in the interval are that value": (
        {"umin_value": 82, "umax_value": 266, "var_off": Tnum(0x52, 0x100)},
        {"umin_value": 82, "umax_value": 82, "smax_value": 82, "u32_max_value": 82},
    ),
    "32-bit limits move the ends of a 64-bit interval": (
        {"umin_value": 1 << 32, "umax_value": 0x380000000, "u32_min_value": 1, "u32_max_value": 0x7FFFFFFF},
        {"umin_value": 0x100000001, "umax_value": 0x37FFFFFFF},
    ),
    "a sign-extended number with a non-negative lower half is not negative": (
        {"smin_value": -(1 << 31), "smax_value": 0x7FFFFFFF, "s32_min_value": 5},
        {"smin_value": 5, "umax_value": 0x7FFFFFFF},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_refinement_learns(name: str) -> None:
    given_pieces, expected = CASES[name]
    result = refined(given_pieces)
    assert {piece: getattr(result, piece) for piece in expected} == expected


def test_contradictions_are_named() -> None:
    whole = (S64_MIN, S64_MAX, 0, U32_MAX, -(1 << 31), (1 << 31) - 1)
    assert intern_bounds((5, 4, *whole, 0, U64_MAX)).violation == RANGE_VIOLATION
    assert intern_bounds((0, 4, *whole, 3, 0)).violation == CONST_VIOLATION
