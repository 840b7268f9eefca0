"""Small worlds in full, through what changes the width of numbers: moves with and without sign, byte swaps,
halves; and through what is learnt of numbers that are linked by a constant.
"""

from __future__ import annotations

import pytest

from skep.isa.opcodes import BPF_ALU, BPF_ALU64, BPF_END
from skep.kernel.verifier.bounds import UNBOUNDED, Draft, known
from skep.kernel.verifier.bounds_sync import reg_bounds_sync
from skep.kernel.verifier.coerce import coerce_reg_to_size
from skep.kernel.verifier.linked import sync_linked_regs
from skep.kernel.verifier.regs import BPF_ADD_CONST32, BPF_ADD_CONST64, RegState
from skep.kernel.verifier.regtypes import SCALAR_VALUE
from skep.kernel.verifier.scalar import scalar_alu, scalar_mov
from skep.kernel.verifier.state import FuncState, VerifierState
from skep.kernel.verifier.tnum import (
    U32_MAX,
    U64_MAX,
    Tnum,
    tnum_bswap,
    tnum_cast,
    tnum_clear_subreg,
    tnum_const_subreg,
    tnum_intersect,
    tnum_is_aligned,
    tnum_subreg,
    tnum_subreg_is_const,
    tnum_with_subreg,
)
from verifier.small_worlds import EDGES, Known, covers, intervals, known_bits, members, tnums

#: Where numbers of 8, 16 and 32 bits change their sign or end.
CUTS = {f"2**{bit}": 1 << bit for bit in (7, 8, 15, 16)} | EDGES
TO_LITTLE, TO_BIG = 0, 8


def sign_extended(value: int, bits: int, to: int) -> int:
    sign = 1 << bits - 1
    return ((value & 2 * sign - 1) ^ sign) - sign & (1 << to) - 1


def across(edge: int) -> int:
    """The lowest of four bits around the one at the edge."""
    return min(max(edge.bit_length() - 3, 0), 60)


def worlds(edge: int) -> list[Known]:
    """Intervals around the edge, and known bits across it."""
    return intervals(4, edge) + [(known_bits(t), members(t)) for t in tnums(4, across(edge))]


@pytest.mark.parametrize("edge", CUTS)
@pytest.mark.parametrize(("width", "to"), [(8, 64), (16, 64), (32, 64), (8, 32), (16, 32)])
def test_moves_with_the_sign(edge: str, width: int, to: int) -> None:
    for bounds, values in worlds(CUTS[edge]):
        assert covers(scalar_mov(bounds, width, to == 32), [sign_extended(v, width, to) for v in values])


@pytest.mark.parametrize("edge", CUTS)
def test_moves_of_the_lower_half(edge: str) -> None:
    for bounds, values in worlds(CUTS[edge]):
        assert covers(scalar_mov(bounds, 0, True), [v & U32_MAX for v in values])


@pytest.mark.parametrize("edge", CUTS)
@pytest.mark.parametrize("size", [1, 2, 4])
def test_narrow_loads(edge: str, size: int) -> None:
    for bounds, values in worlds(CUTS[edge]):
        d = Draft(bounds)
        coerce_reg_to_size(d, size)
        assert covers(d.freeze(), [v & (1 << 8 * size) - 1 for v in values])


def swapped(value: int, width: int) -> int:
    return int.from_bytes((value & (1 << width) - 1).to_bytes(width // 8, "little"), "big")


@pytest.mark.parametrize("width", [16, 32, 64])
@pytest.mark.parametrize("edge", CUTS)
def test_byte_swaps_and_cuts_of_numbers(edge: str, width: int) -> None:
    for bounds, values in worlds(CUTS[edge]):
        for code in (BPF_ALU64 | BPF_END, BPF_ALU | BPF_END | TO_BIG):
            assert covers(scalar_alu(code, bounds, width=width), [swapped(v, width) for v in values])
        cut = scalar_alu(BPF_ALU | BPF_END | TO_LITTLE, bounds, width=width)
        assert covers(cut, [v & (1 << width) - 1 for v in values])


@pytest.mark.parametrize("width", [16, 32, 64])
@pytest.mark.parametrize("place", range(0, 64, 8))
def test_byte_swaps_of_all_known_bits_of_a_byte(place: int, width: int) -> None:
    to = width - 8 - place
    for t, moved in zip(tnums(8, place), tnums(8, max(to, 0)), strict=True):
        assert tnum_bswap(t, width) == (moved if to >= 0 else Tnum(0, 0))


@pytest.mark.parametrize("place", [0, 6, 14, 30, 60])
def test_halves_of_all_known_bits_of_four_bits(place: int) -> None:
    low = [Tnum(5, 2), Tnum(0, U32_MAX), Tnum(0xFFFFFFFF, 0)]
    for t in tnums(4, place):
        inside = members(t)
        assert set(members(tnum_subreg(t))) == {v & U32_MAX for v in inside}
        assert set(members(tnum_clear_subreg(t))) == {v & ~U32_MAX for v in inside}
        assert tnum_subreg_is_const(t) == (len({v & U32_MAX for v in inside}) == 1)
        for size in (1, 2, 4):
            assert set(members(tnum_cast(t, size))) == {v & (1 << 8 * size) - 1 for v in inside}
            assert tnum_is_aligned(t, 1 << size) == all(v % (1 << size) == 0 for v in inside)
        for half in low:
            new = tnum_with_subreg(t, half)
            assert (tnum_subreg(new), tnum_clear_subreg(new)) == (half, tnum_clear_subreg(t))
        assert set(members(tnum_const_subreg(t, -2))) == {v & ~U32_MAX | 0xFFFFFFFE for v in inside}


@pytest.mark.parametrize("edge", EDGES)
def test_an_interval_and_known_bits_of_one_number(edge: str) -> None:
    """Each narrows the other, and no number that is in both is lost."""
    place = across(EDGES[edge])
    window = 15 << place
    for bounds, values in intervals(4, EDGES[edge]):
        for t in tnums(4, place):
            both = [v for v in values if (v ^ t.value) & ~t.mask & window == 0]
            if both:
                d = Draft(bounds)
                d.var_off = tnum_intersect(bounds.var_off, Tnum(t.value, t.mask | U64_MAX & ~window))
                reg_bounds_sync(d)
                assert covers(d.freeze(), both)


def learnt(source: RegState, other: RegState) -> RegState:
    """What `other` is once all is known of `source` that there is to know."""
    func = FuncState(0, 0, 0, [source, source, other], [])
    state = VerifierState()
    state.frame.append(func)
    sync_linked_regs(state, 1, [(0, 1, True), (0, 2, True)])
    return func.regs[2]


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("flag", [BPF_ADD_CONST32, BPF_ADD_CONST64], ids=["32", "64"])
def test_numbers_linked_by_a_constant_learn_of_each_other(flag: int, edge: str) -> None:
    mask = U64_MAX if flag == BPF_ADD_CONST64 else U32_MAX
    for delta in (-9, -1, 1, 8, 1 << 30):
        for bounds, values in intervals(4, EDGES[edge]):
            if max(values) > mask:
                continue
            found = learnt(
                RegState(SCALAR_VALUE, bounds, 0, 7), RegState(SCALAR_VALUE, UNBOUNDED, delta, 7 | flag)
            )
            assert covers(found.bounds, [v + delta & mask for v in values])
            assert (found.off, found.id) == (delta, 7 | flag)


def test_nothing_is_learnt_of_other_numbers() -> None:
    source = RegState(SCALAR_VALUE, known(5), 0, 7)
    for other in (RegState(SCALAR_VALUE, UNBOUNDED, 0, 8), RegState(SCALAR_VALUE, UNBOUNDED)):
        assert learnt(source, other) is other
    assert learnt(source, RegState(SCALAR_VALUE, UNBOUNDED, 0, 7)) is source
