"""Verdict and log of many small programs, on skep and on Linux."""

from __future__ import annotations

from pathlib import Path

import pytest

from skep.syscall.backend import Backend
from skep.syscall.linux import Linux
from verifier.golden import Case, all_cases, run, update

_CASES = all_cases()


@pytest.mark.parametrize(("path", "case"), _CASES, ids=[f"{path.stem}: {case.name}" for path, case in _CASES])
def test_the_verifier_says_what_linux_says(
    path: Path, case: Case, backend: Backend, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--update-data", default=False):
        pytest.skip("the data is being rewritten")
    if case.option("slow"):
        pytest.skip("slow: `python -m tools.parity` runs it")
    assert run(case, backend) == (case.verdict, case.log)


def test_golden_files_can_be_rewritten(request: pytest.FixtureRequest, linux: Linux) -> None:
    if not request.config.getoption("--update-data", default=False):
        pytest.skip("only with --update-data")
    update(linux)


def test_case_names_are_unique_sentences() -> None:
    names = [case.name for _, case in _CASES]
    assert len(names) == len(set(names))
    assert all(" " in name for name in names)
