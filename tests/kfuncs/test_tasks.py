"""Tasks and control groups: each program returns the same on all engines; and what a test gives is found."""

from __future__ import annotations

import errno

import pytest

from kfuncs.conftest import Run

SOURCE = "tasks.bpf.c"

RETURNS = {
    "finds_itself": 15,
    "finds_no_such_task": 0,
    "holds_the_current_task": 1 + 16 + 700,
    "signals_to_nobody": -errno.EINVAL * 101,
    "current_group": 127,
    "no_such_group": 0,
    "no_old_hierarchy": 0,
    "processes": 11,
    "all_threads": 111,
    "threads_of_nobody": -errno.EINVAL * 1000,
    "unknown_order": -errno.EINVAL * 1000,
    "groups_before_theirs": 4,
    "groups_behind_theirs": 2,
    "groups_upwards": 6,
    "groups_in_no_order": -errno.EINVAL * 1000,
}


@pytest.mark.parametrize("program", RETURNS)
def test_every_engine_returns_the_same(program: str, run: Run) -> None:
    assert run(program) == RETURNS[program]
