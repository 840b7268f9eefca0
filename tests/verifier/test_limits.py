"""How much may wait to be verified, and what a program is told that queues more: on skep and on Linux."""

from __future__ import annotations

import pytest

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
