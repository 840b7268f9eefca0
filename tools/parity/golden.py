"""skep's own cases: the golden files of the verifier's tests, on skep and on Linux as it is now."""

from __future__ import annotations

import sys
from pathlib import Path

from skep.syscall.backend import Backend

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from verifier.golden import all_cases, run


def compare_golden(ours: Backend, theirs: Backend) -> tuple[int, list[str]]:
    """How many cases there are, and a line for each that the two do not agree on."""
    cases = all_cases()
    differing = []
    for path, case in cases:
        mine, other = run(case, ours), run(case, theirs)
        if mine != other:
            what = f"skep {mine[0]}, Linux {other[0]}" if mine[0] != other[0] else "another log"
            differing.append(f"{path.name}: {case.name}: {what}")
    return len(cases), differing
