"""How much may wait to be verified, and what a program is told that queues more: on skep and on Linux."""

from __future__ import annotations

import pytest

import skep
from skep.kernel.capable import Cap
from skep.syscall.backend import Backend
from verifier.golden import Case, run

_LIMIT = 8192


def _branches(count: int) -> list[str]:
    """So many jumps on a random number, each leaving one branch waiting."""
    return ["call 7", "r6 = r0", *(f"if r6 == {value} goto +0" for value in range(1, count + 1))]


@pytest.mark.parametrize(
    ("last", "errno"),
    [("if r6 == 0 goto +0", "EFAULT"), ("may_goto +0", "ENOMEM")],
    ids=["a jump", "may_goto"],
)
def test_a_branch_too_many_is_refused_with_an_errno_that_depends_on_what_branches(
    last: str, errno: str, backend: Backend
) -> None:
    program = [*_branches(_LIMIT), last, "r0 = 0", "exit"]
    verdict, log = run(Case(last, [("type", "SOCKET_FILTER"), ("level", "1")], program), backend)
    assert verdict == errno
    assert f"The sequence of {_LIMIT + 1} jumps is too complex." in log[-2:]


_TWO_ARRAYS = """
    r6 = r1
    call 7
    if r0 > 5 goto other
    r2 = one ll
    goto jump
other:
    r2 = two ll
jump:
    r1 = r6
    r3 = 0
    call 12
    r0 = 0
    exit
"""


@pytest.mark.parametrize(
    ("caps", "verdict"),
    [
        pytest.param(Cap.BPF, "EINVAL", id="CAP_BPF"),
        pytest.param(Cap.BPF | Cap.PERFMON, "accepted", id="more"),
    ],
)
def test_a_tail_call_through_either_of_two_arrays_needs_CAP_PERFMON(caps: Cap, verdict: str) -> None:
    options = [("type", "SOCKET_FILTER"), ("map", "one PROG_ARRAY 4 4 2"), ("map", "two PROG_ARRAY 4 4 2")]
    with skep.Kernel(caps=caps) as kernel:
        found, log = run(Case("two arrays", options, _TWO_ARRAYS.splitlines()), kernel)
    assert found == verdict
    assert ("tail_call abusing map_ptr" in log) == (verdict != "accepted")


_COPIED_AFTER_NOT_MOVING = """
    call 7
    r3 = r0
    r3 &= 7
    r1 = m_value ll
    r1 += r3
    r8 = r1
    r0 = 0
    exit
"""


def test_a_pointer_that_speculation_did_not_move_has_lost_half_of_its_limits() -> None:
    """As on Linux, which takes that for a bug of its own, goes on, and so says it in the log."""
    with skep.Kernel(caps=Cap.BPF | Cap.NET_ADMIN) as kernel:
        case = Case("copied", [("map", "m ARRAY 4 32 1")], _COPIED_AFTER_NOT_MOVING.splitlines())
        verdict, log = run(case, kernel)
    assert verdict == "accepted"
    text = "verifier bug: REG INVARIANTS VIOLATION (alu): const subreg tnum out of sync with range bounds"
    assert sum(line.startswith(text) for line in log) == 1
