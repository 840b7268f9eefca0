"""What the verifier remembers of bounds."""

from __future__ import annotations

from skep.isa.opcodes import BPF_ADD, BPF_ALU64
from skep.kernel.verifier.bounds import UNBOUNDED, Draft, intern_bounds, known, same_bounds
from skep.kernel.verifier.bounds_sync import reg_bounds_sync
from skep.kernel.verifier.memo import Memo, pair
from skep.kernel.verifier.scalar import scalar_alu


def _up_to(high: int) -> Draft:
    draft = Draft(UNBOUNDED)
    draft.umax_value = high
    reg_bounds_sync(draft)
    return draft


def test_the_key_of_two_bounds_tells_their_order() -> None:
    a, b = known(70001), known(70002)
    assert pair(a, b) != pair(b, a)
    assert pair(a, a) != pair(a, b) != pair(b, b)


def test_a_full_memory_starts_over() -> None:
    memo = Memo(2)
    for key in range(3):
        memo.put(key, known(key))
    assert memo.get(0) is None
    assert memo.get(2) is known(2)


def test_one_value_is_the_same_object_however_it_is_written() -> None:
    assert known(-1) is known((1 << 64) - 1)
    draft = Draft(known(5))
    assert draft.freeze() is known(5)


def test_values_that_contradict_themselves_are_no_constants() -> None:
    impossible = intern_bounds((6, 5, 6, 5, 6, 5, 6, 5, 5, 0))
    assert impossible.violation is not None
    assert not impossible.exact
    assert not same_bounds(impossible, known(5))


def test_results_do_not_depend_on_what_was_asked_before() -> None:
    one, other = _up_to(7).freeze(), _up_to(9).freeze()
    first = scalar_alu(BPF_ALU64 | BPF_ADD, one, other)
    for value in range(100):
        scalar_alu(BPF_ALU64 | BPF_ADD, one, _up_to(value + 10).freeze())
    assert scalar_alu(BPF_ALU64 | BPF_ADD, one, other) is first
    assert scalar_alu(BPF_ALU64 | BPF_ADD, other, one).umax_value == first.umax_value == 16
