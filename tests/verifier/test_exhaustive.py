"""Small worlds in full: every interval and every set of known bits of a few bits, through every operation
and comparison.

Three and four bits lie in the word where its readings break: around zero, where numbers change their sign,
around 2**31 and 2**32, where the lower half does, and around 2**63. Numbers of eight bits are all there for
operations of one operand, and sampled with a seed for those of two.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from skep.isa import semantics
from skep.isa.opcodes import (
    BPF_ADD,
    BPF_ALU,
    BPF_ALU64,
    BPF_AND,
    BPF_ARSH,
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
    BPF_LSH,
    BPF_MUL,
    BPF_NEG,
    BPF_OR,
    BPF_RSH,
    BPF_SUB,
    BPF_XOR,
)
from skep.kernel.verifier.bounds import UNBOUNDED, Bounds, Draft, s32, s64
from skep.kernel.verifier.bounds_sync import reg_bounds_sync
from skep.kernel.verifier.compare import compare
from skep.kernel.verifier.scalar import scalar_alu
from skep.kernel.verifier.tnum import (
    U32_MAX,
    U64_MAX,
    Tnum,
    tnum_add,
    tnum_and,
    tnum_arshift,
    tnum_cast,
    tnum_lshift,
    tnum_mul,
    tnum_neg,
    tnum_or,
    tnum_rshift,
    tnum_sub,
    tnum_xor,
)

OPERATIONS = {
    "add": BPF_ADD, "sub": BPF_SUB, "mul": BPF_MUL, "and": BPF_AND, "or": BPF_OR, "xor": BPF_XOR,
    "lsh": BPF_LSH, "rsh": BPF_RSH, "arsh": BPF_ARSH,
}  # fmt: skip
COMPARISONS = {
    "eq": BPF_JEQ, "ne": BPF_JNE, "set": BPF_JSET, "lt": BPF_JLT, "le": BPF_JLE, "gt": BPF_JGT,
    "ge": BPF_JGE, "slt": BPF_JSLT, "sle": BPF_JSLE, "sgt": BPF_JSGT, "sge": BPF_JSGE,
}  # fmt: skip
EDGES = {"zero": 0, "2**31": 1 << 31, "2**32": 1 << 32, "2**63": 1 << 63}
SEED = 20

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


def tnums(bits: int) -> list[Tnum]:
    every = range(1 << bits)
    return [Tnum(value, mask) for mask in every for value in every if not value & mask]


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


SHIFTS = (BPF_LSH, BPF_RSH, BPF_ARSH)


def counts(bits: int) -> list[Known]:
    """Shift counts near both of their ends."""
    return [signed_interval(a, b) for a in (0, 1, 2, 5, bits - 2, bits - 1) for b in (a, a + 1, bits - 1)
            if a <= b < bits]  # fmt: skip


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("name", OPERATIONS)
def test_all_intervals_of_three_bits_through_every_operation(name: str, edge: str, bits: int) -> None:
    left = intervals(3, EDGES[edge])
    right = counts(bits) if OPERATIONS[name] in SHIFTS else intervals(3, 0)
    check_alu(OPERATIONS[name], bits, left, right)
    if OPERATIONS[name] not in SHIFTS and edge != "zero":
        check_alu(OPERATIONS[name], bits, left, left[::5])


@pytest.mark.parametrize("name", [name for name, op in OPERATIONS.items() if op not in SHIFTS])
def test_all_intervals_of_four_bits_around_zero(name: str) -> None:
    every = intervals(4, 0)
    check_alu(OPERATIONS[name], 64, every, every)


@pytest.mark.parametrize("jmp32", [False, True], ids=["64", "32"])
@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("name", COMPARISONS)
def test_all_intervals_of_three_bits_through_every_comparison(name: str, edge: str, jmp32: bool) -> None:
    every = intervals(3, EDGES[edge])
    check_compare(COMPARISONS[name], jmp32, every, every)


@pytest.mark.parametrize("jmp32", [False, True], ids=["64", "32"])
@pytest.mark.parametrize("name", COMPARISONS)
def test_all_known_bits_of_four_bits_against_intervals(name: str, jmp32: bool) -> None:
    bits = [(known_bits(t), members(t)) for t in tnums(4)]
    others = [signed_interval(low, high) for low in range(0, 16, 3) for high in range(low, 16)]
    check_compare(COMPARISONS[name], jmp32, bits, others)
    check_compare(COMPARISONS[name], jmp32, others[::2], bits)


BINARY = {
    "add": (tnum_add, BPF_ADD), "sub": (tnum_sub, BPF_SUB), "mul": (tnum_mul, BPF_MUL),
    "and": (tnum_and, BPF_AND), "or": (tnum_or, BPF_OR), "xor": (tnum_xor, BPF_XOR),
}  # fmt: skip


@pytest.mark.parametrize("name", BINARY)
def test_pairs_of_eight_bits(name: str) -> None:
    function, op = BINARY[name]
    rng, every = random.Random(SEED), [t for t in tnums(8) if t.mask.bit_count() <= 6]
    for _ in range(600):
        a, b = rng.choice(every), rng.choice(every)
        result = function(a, b)
        for x in members(a):
            for y in members(b):
                assert (semantics.alu(op, x, y, 64) ^ result.value) & ~result.mask & U64_MAX == 0


@pytest.mark.parametrize("name", OPERATIONS)
def test_sampled_knowledge_of_eight_bits(name: str) -> None:
    """An interval and known bits of the same number, which nothing small has both of at once."""
    rng = random.Random(SEED)
    for _ in range(150):
        left, right = some_knowledge(rng, 8), some_knowledge(rng, 5 if OPERATIONS[name] in SHIFTS else 8)
        check_alu(OPERATIONS[name], rng.choice((32, 64)), [left], [right])


@pytest.mark.parametrize("name", COMPARISONS)
def test_sampled_comparisons_of_eight_bits(name: str) -> None:
    rng = random.Random(SEED)
    for _ in range(150):
        check_compare(
            COMPARISONS[name], rng.random() < 0.5, [some_knowledge(rng, 8)], [some_knowledge(rng, 8)]
        )


def some_knowledge(rng: random.Random, bits: int) -> Known:
    mask = rng.getrandbits(bits) & rng.getrandbits(bits)
    value = rng.getrandbits(bits) & ~mask
    every = sorted(members(Tnum(value, mask)))
    low, high = sorted((rng.choice(every), rng.choice(every)))
    d = Draft(UNBOUNDED)
    d.var_off, d.umin_value, d.umax_value = Tnum(value, mask), low, high
    reg_bounds_sync(d)
    return d.freeze(), [v for v in every if low <= v <= high]


def test_every_number_of_eight_bits_through_operations_of_one_operand() -> None:
    for t in tnums(8):
        inside = members(t)
        negated, high = tnum_neg(t), tnum_cast(t, 1)
        assert all((-v & U64_MAX ^ negated.value) & ~negated.mask & U64_MAX == 0 for v in inside)
        assert high == t
        for count in (0, 1, 3, 7):
            up, down, sign = tnum_lshift(t, count), tnum_rshift(t, count), tnum_arshift(t, count, 64)
            assert members(up) == [v << count for v in members(t)]
            assert set(members(down)) == {v >> count for v in inside}
            assert sign == down


@pytest.mark.parametrize("klass", [BPF_ALU, BPF_ALU64], ids=["32", "64"])
@pytest.mark.parametrize("edge", EDGES)
def test_negation_of_all_intervals_of_four_bits(edge: str, klass: int) -> None:
    mask = U64_MAX if klass == BPF_ALU64 else U32_MAX
    for bounds, values in intervals(4, EDGES[edge]):
        assert covers(scalar_alu(BPF_NEG | klass, bounds), {-v & mask for v in values})
