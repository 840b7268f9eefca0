"""Small worlds in full, for tests that go through every number in them: intervals and sets of known bits of a
few bits, placed in the word where its readings break.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

from skep.isa import semantics
from skep.isa.opcodes import BPF_ALU, BPF_ALU64
from skep.kernel.verifier.bounds import UNBOUNDED, Bounds, Draft, s32, s64
from skep.kernel.verifier.bounds_sync import reg_bounds_sync
from skep.kernel.verifier.compare import compare
from skep.kernel.verifier.scalar import scalar_alu
from skep.kernel.verifier.tnum import U32_MAX, U64_MAX, Tnum

EDGES = {"zero": 0, "2**31": 1 << 31, "2**32": 1 << 32, "2**63": 1 << 63}

Known = tuple[Bounds, list[int]]


def signed_interval(low: int, high: int) -> Known:
    """The numbers from `low` to `high`, which may be negative; an interval in some reading or other."""
    d = Draft(UNBOUNDED)
    values = [value & U64_MAX for value in range(low, high + 1)]
    if low < 0 or high >> 63 == low >> 63 == 0:
        d.smin_value, d.smax_value = low, high
    if low >= 0:
        d.umin_value, d.umax_value = low, high
    reg_bounds_sync(d)
    return d.freeze(), values


def intervals(bits: int, edge: int) -> list[Known]:
    """All of the window of `2**bits` numbers in the middle of which the edge is."""
    first, last = edge - (1 << bits - 1), edge + (1 << bits - 1) - 1
    return [signed_interval(low, high) for low in range(first, last + 1) for high in range(low, last + 1)]


def known_bits(t: Tnum) -> Bounds:
    d = Draft(UNBOUNDED)
    d.var_off = t
    reg_bounds_sync(d)
    return d.freeze()


def members(t: Tnum) -> list[int]:
    found = [t.value]
    mask = t.mask
    while mask:
        bit = mask & -mask
        found += [member | bit for member in found]
        mask ^= bit
    return found


def tnums(bits: int, place: int = 0) -> list[Tnum]:
    """All of so many bits, of which the lowest is bit `place`."""
    every = range(1 << bits)
    return [Tnum(value << place, mask << place) for mask in every for value in every if not value & mask]


def covers(b: Bounds, values: Iterable[int]) -> bool:
    """Whether all the values are in the bounds."""
    signed, low = [s64(v) for v in values], [v & U32_MAX for v in values]
    low_signed = [s32(v) for v in low]
    return (
        b.umin_value <= min(values)
        and max(values) <= b.umax_value
        and b.smin_value <= min(signed)
        and max(signed) <= b.smax_value
        and b.u32_min_value <= min(low)
        and max(low) <= b.u32_max_value
        and b.s32_min_value <= min(low_signed)
        and max(low_signed) <= b.s32_max_value
        and all((v ^ b.var_off.value) & ~b.var_off.mask & U64_MAX == 0 for v in values)
    )


def check_alu(op: int, bits: int, left: list[Known], right: list[Known]) -> None:
    code = op | (BPF_ALU64 if bits == 64 else BPF_ALU)
    results: dict[tuple[int, int], int] = {}
    for a, xs in left:
        for b, ys in right:
            result = scalar_alu(code, a, b)
            values = set()
            for x in xs:
                for y in ys:
                    if (x, y) not in results:
                        results[x, y] = semantics.alu(op, x, y, bits)
                    values.add(results[x, y])
            assert result.violation is None
            assert covers(result, values), f"{a} {b} -> {result}"


def check_compare(op: int, jmp32: bool, left: list[Known], right: list[Known]) -> None:
    bits, truth = 32 if jmp32 else 64, dict[tuple[int, int], bool]()
    for a, xs in left:
        for b, ys in right:
            outcome = compare(a, b, op, jmp32)
            pairs: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
            for x in xs:
                for y in ys:
                    if (x, y) not in truth:
                        truth[x, y] = semantics.jump_taken(op, x, y, bits)
                    pairs[truth[x, y]].append((x, y))
            if outcome.taken >= 0:
                assert not pairs[not outcome.taken], f"{a} {b}: taken {outcome.taken}"
                continue
            for taken, first, second in (
                (True, outcome.true1, outcome.true2),
                (False, outcome.false1, outcome.false2),
            ):
                if pairs[taken]:
                    assert covers(first, {x for x, _ in pairs[taken]}), f"{a} {b}: first, {taken}"
                    assert covers(second, {y for _, y in pairs[taken]}), f"{a} {b}: second, {taken}"


def some_knowledge(rng: random.Random, bits: int) -> Known:
    mask = rng.getrandbits(bits) & rng.getrandbits(bits)
    value = rng.getrandbits(bits) & ~mask
    every = sorted(members(Tnum(value, mask)))
    low, high = sorted((rng.choice(every), rng.choice(every)))
    d = Draft(UNBOUNDED)
    d.var_off, d.umin_value, d.umax_value = Tnum(value, mask), low, high
    reg_bounds_sync(d)
    return d.freeze(), [v for v in every if low <= v <= high]
