"""Small worlds in full: every interval and every set of known bits of a few bits, through every operation
and comparison.

Three and four bits lie in the word where its readings break: around zero, where numbers change their sign,
around 2**31 and 2**32, where the lower half does, and around 2**63. Numbers of eight bits are all there for
operations of one operand; of those of two there are 43 million pairs of known bits alone, and a sample with a
seed is taken. Moves, byte swaps and linked numbers: test_exhaustive_moves.py.
"""

from __future__ import annotations

import random

import pytest

from skep.isa import semantics
from skep.isa.opcodes import (
    BPF_ADD,
    BPF_ALU,
    BPF_ALU64,
    BPF_AND,
    BPF_ARSH,
    BPF_DIV,
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
    BPF_MOD,
    BPF_MUL,
    BPF_NEG,
    BPF_OR,
    BPF_RSH,
    BPF_SUB,
    BPF_XOR,
)
from skep.kernel.verifier.compare import compare
from skep.kernel.verifier.scalar import scalar_alu
from skep.kernel.verifier.tnum import (
    U32_MAX,
    U64_MAX,
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
from verifier.small_worlds import (
    EDGES,
    Known,
    check_alu,
    check_compare,
    covers,
    intervals,
    known_bits,
    members,
    signed_interval,
    some_knowledge,
    tnums,
)

OPERATIONS = {
    "add": BPF_ADD, "sub": BPF_SUB, "mul": BPF_MUL, "and": BPF_AND, "or": BPF_OR, "xor": BPF_XOR,
    "lsh": BPF_LSH, "rsh": BPF_RSH, "arsh": BPF_ARSH,
}  # fmt: skip
COMPARISONS = {
    "eq": BPF_JEQ, "ne": BPF_JNE, "set": BPF_JSET, "lt": BPF_JLT, "le": BPF_JLE, "gt": BPF_JGT,
    "ge": BPF_JGE, "slt": BPF_JSLT, "sle": BPF_JSLE, "sgt": BPF_JSGT, "sge": BPF_JSGE,
}  # fmt: skip
SEED = 20


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


@pytest.mark.parametrize("jmp32", [False, True], ids=["64", "32"])
@pytest.mark.parametrize("name", COMPARISONS)
def test_known_bits_across_the_middle_of_the_word(name: str, jmp32: bool) -> None:
    bits = [(known_bits(shifted), members(shifted)) for shifted in tnums(3, place=30)]
    others = intervals(3, 1 << 32)[::3] + intervals(3, 1 << 31)[::3]
    check_compare(COMPARISONS[name], jmp32, bits, others)
    check_compare(COMPARISONS[name], jmp32, others, bits)
    check_compare(COMPARISONS[name], jmp32, bits, bits)


@pytest.mark.parametrize("jmp32", [False, True], ids=["64", "32"])
@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("name", COMPARISONS)
def test_a_number_compared_with_itself(name: str, edge: str, jmp32: bool) -> None:
    for bounds, values in intervals(4, EDGES[edge]):
        outcome = compare(bounds, bounds, COMPARISONS[name], jmp32, same=True)
        ways: dict[bool, list[int]] = {True: [], False: []}
        for x in values:
            ways[semantics.jump_taken(COMPARISONS[name], x, x, 32 if jmp32 else 64)].append(x)
        if outcome.taken >= 0:
            assert not ways[not outcome.taken]
            continue
        assert not ways[True] or covers(outcome.true1, ways[True])
        assert not ways[False] or covers(outcome.false1, ways[False])


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("name", ["div", "mod"])
@pytest.mark.parametrize("edge", EDGES)
def test_nothing_is_claimed_of_quotients_that_does_not_hold(name: str, edge: str, bits: int) -> None:
    op = {"div": BPF_DIV, "mod": BPF_MOD}[name]
    check_alu(op, bits, intervals(3, EDGES[edge])[::2], intervals(3, 0)[::2])


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
