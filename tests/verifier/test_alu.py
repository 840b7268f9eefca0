"""Abstract arithmetic and comparisons contain the concrete ones (skep.isa.semantics), whatever is known of
the operands.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skep.isa import semantics
from skep.isa.opcodes import (
    BPF_ADD,
    BPF_ALU,
    BPF_ALU64,
    BPF_AND,
    BPF_ARSH,
    BPF_DIV,
    BPF_END,
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
from skep.kernel.verifier import scalar
from skep.kernel.verifier.bounds import UNBOUNDED, Bounds, Draft, known, s32, s64
from skep.kernel.verifier.bounds_sync import reg_bounds_sync
from skep.kernel.verifier.compare import compare
from skep.kernel.verifier.scalar import scalar_alu
from skep.kernel.verifier.tnum import U32_MAX, U64_MAX, Tnum
from verifier.test_bounds import around, holds, loosen, words

OPERATIONS = (BPF_ADD, BPF_SUB, BPF_MUL, BPF_AND, BPF_OR, BPF_XOR, BPF_LSH, BPF_RSH, BPF_ARSH)
SHIFTS = (BPF_LSH, BPF_RSH, BPF_ARSH)
COMPARISONS = (
    BPF_JEQ, BPF_JNE, BPF_JSET, BPF_JLT, BPF_JLE, BPF_JGT, BPF_JGE, BPF_JSLT, BPF_JSLE, BPF_JSGT, BPF_JSGE,
)  # fmt: skip


@st.composite
def knowledge(draw: st.DrawFn) -> tuple[Bounds, list[int]]:
    """Some bounds and some of the values that they allow."""
    values = draw(st.lists(words, min_size=1, max_size=3))
    d = around(values, draw(st.sampled_from([0, 0xFF, U32_MAX, U64_MAX])))
    loosen(d, draw(st.integers(0, 31)))
    reg_bounds_sync(d)
    return d.freeze(), values


def alu(op: int, a: int, b: int, bits: int) -> int:
    return semantics.alu(op, a, b, bits)


@given(st.sampled_from(OPERATIONS), st.sampled_from([32, 64]), knowledge(), knowledge())
def test_result_is_in_the_bounds(
    op: int, bits: int, left: tuple[Bounds, list[int]], right: tuple[Bounds, list[int]]
) -> None:
    code = op | (BPF_ALU64 if bits == 64 else BPF_ALU)
    result = scalar_alu(code, left[0], right[0])
    assert result.violation is None
    for a in left[1]:
        for b in right[1]:
            assert holds(result, alu(op, a, b, bits))


@given(st.sampled_from((*OPERATIONS, BPF_NEG)), st.sampled_from([BPF_ALU, BPF_ALU64]), words, words)
def test_constants_give_what_the_general_way_gives(op: int, klass: int, a: int, b: int) -> None:
    left, right = known(a), known(b % (64 if klass == BPF_ALU64 else 32) if op in SHIFTS else b)
    assert left.exact
    assert scalar_alu(op | klass, left, right) is scalar._compute(op | klass, 0, left, right)


@given(
    st.sampled_from([BPF_LSH, BPF_RSH, BPF_ARSH]), st.sampled_from([32, 64]), knowledge(), st.integers(0, 63)
)
def test_shift_by_a_known_count_is_in_the_bounds(
    op: int, bits: int, left: tuple[Bounds, list[int]], count: int
) -> None:
    count %= bits
    result = scalar_alu(op | (BPF_ALU64 if bits == 64 else BPF_ALU), left[0], known(count))
    assert result.violation is None
    assert all(holds(result, alu(op, a, count, bits)) for a in left[1])


@given(st.sampled_from([BPF_ALU, BPF_ALU64]), knowledge())
def test_negation_is_in_the_bounds(class_: int, left: tuple[Bounds, list[int]]) -> None:
    result = scalar_alu(BPF_NEG | class_, left[0])
    mask = U64_MAX if class_ == BPF_ALU64 else U32_MAX
    assert all(holds(result, -a & mask) for a in left[1])


@given(st.sampled_from([0xD4, 0xDC, 0xD7]), st.sampled_from([16, 32, 64]), knowledge())
def test_byte_swap_is_in_the_bounds(code: int, width: int, left: tuple[Bounds, list[int]]) -> None:
    result = scalar_alu(code, left[0], known(0), width)
    order = "little" if code == BPF_END | BPF_ALU else "big"
    for a in left[1]:
        low = (a & (1 << width) - 1).to_bytes(width // 8, "little")
        assert holds(result, int.from_bytes(low, "little" if order == "little" else "big"))


def compared(op: int, a: int, b: int, jmp32: bool) -> bool:
    return semantics.jump_taken(op, a, b, 32 if jmp32 else 64)


@given(st.sampled_from(COMPARISONS), st.booleans(), knowledge(), knowledge())
def test_each_branch_keeps_the_values_that_go_there(
    op: int, jmp32: bool, left: tuple[Bounds, list[int]], right: tuple[Bounds, list[int]]
) -> None:
    outcome = compare(left[0], right[0], op, jmp32)
    for a in left[1]:
        for b in right[1]:
            taken = compared(op, a, b, jmp32)
            assert outcome.taken in (-1, int(taken))
            if outcome.taken < 0:
                first, second = (outcome.true1, outcome.true2) if taken else (outcome.false1, outcome.false2)
                assert holds(first, a)
                assert holds(second, b)


def bounds_of(value: int, mask: int) -> Bounds:
    d = Draft(UNBOUNDED)
    d.var_off = Tnum(value, mask)
    reg_bounds_sync(d)
    return d.freeze()


def test_all_pairs_of_three_bits_through_every_operation() -> None:
    small = [(v, m) for m in range(8) for v in range(8) if not v & m]
    for v1, m1 in small:
        for v2, m2 in small:
            left, right = bounds_of(v1, m1), bounds_of(v2, m2)
            pairs = [(v1 | a, v2 | b) for a in range(8) for b in range(8) if a & ~m1 == 0 and b & ~m2 == 0]
            for op in (BPF_ADD, BPF_SUB, BPF_MUL, BPF_AND, BPF_OR, BPF_XOR):
                result = scalar_alu(op | BPF_ALU64, left, right)
                assert all(holds(result, alu(op, a, b, 64)) for a, b in pairs)


def test_division_is_not_tracked() -> None:
    assert scalar_alu(BPF_DIV | BPF_ALU64, known(8), known(2)) is UNBOUNDED


def test_mask_of_ones_shifted_down_is_minus_one_or_zero() -> None:
    mask = scalar_alu(BPF_ARSH | BPF_ALU64, UNBOUNDED, known(63))
    assert (mask.smin_value, mask.smax_value) == (-1, 0)
    assert (s64(U64_MAX), s32(U32_MAX)) == (-1, -1)


def test_sign_extension_by_two_shifts_keeps_the_limits() -> None:
    d = Draft(UNBOUNDED)
    d.s32_min_value, d.s32_max_value = -5, 9
    up = scalar_alu(BPF_LSH | BPF_ALU64, d.freeze(), known(32))
    down = scalar_alu(BPF_ARSH | BPF_ALU64, up, known(32))
    assert (down.smin_value, down.smax_value) == (-5, 9)
