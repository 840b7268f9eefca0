"""Kernel functions: the rows, and random calls against Linux; `python -m fuzz.kfuncs` is the long run."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from skep.kernel.kfuncs.proto import (
    HOOKS,
    KF_ACQUIRE,
    KF_ITER_DESTROY,
    KF_ITER_NEW,
    KF_ITER_NEXT,
    KF_RET_NULL,
)
from skep.kernel.kfuncs.rows import KFUNCS, ROWS
from skep.uapi import ProgType

sys.path.insert(0, str(Path(__file__).parents[2]))


def test_each_function_has_one_row_and_known_hooks() -> None:
    assert len(KFUNCS) == len(ROWS)
    assert {hook for row in ROWS for hook in row.hooks} <= set(HOOKS)


def test_iterators_come_as_three_functions() -> None:
    for row in ROWS:
        if row.flags & KF_ITER_NEW:
            stem = row.name.removesuffix("_new")
            assert KFUNCS[f"{stem}_next"].flags & KF_ITER_NEXT
            assert KFUNCS[f"{stem}_next"].flags & KF_RET_NULL
            assert KFUNCS[f"{stem}_destroy"].flags & KF_ITER_DESTROY


@pytest.mark.parametrize(
    ("name", "prog_type", "allowed"),
    [
        ("bpf_iter_num_new", ProgType.SOCKET_FILTER, True),
        ("bpf_task_acquire", ProgType.TRACING, True),
        ("bpf_task_acquire", ProgType.SOCKET_FILTER, False),
        ("bpf_xdp_pull_data", ProgType.XDP, True),
        ("bpf_xdp_pull_data", ProgType.SCHED_CLS, False),
    ],
)
def test_a_function_is_for_the_program_types_of_its_hooks(name: str, prog_type: int, allowed: bool) -> None:
    assert KFUNCS[name].allowed(prog_type, 0) is allowed


def test_functions_that_acquire_by_name_say_so() -> None:
    assert all(row.flags & KF_ACQUIRE for row in ROWS if row.name.endswith("_acquire"))


@pytest.mark.linux
def test_random_calls_get_the_log_that_linux_gives() -> None:
    from fuzz.kfuncs import judges, random_call

    ours, theirs, types = judges()
    rng = random.Random(20)
    for _ in range(150):
        call = random_call(rng, types)
        assert ours.log(call) == theirs.log(call), call
