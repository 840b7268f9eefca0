"""Random programs through both verifiers in every test run; `python -m fuzz.verifier` is the long one."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from fuzz.programs import grow, mutate
from fuzz.verifier import OnLinux, OnSkep, difference, listing


@pytest.mark.linux
@pytest.mark.parametrize("seed", range(4))
def test_random_programs_get_the_log_that_linux_gives(seed: int) -> None:
    rng = random.Random(seed)
    linux, skep = OnLinux(), OnSkep(perfmon=True)
    previous = grow(rng)
    for _ in range(25):
        program = grow(rng)
        for candidate in (program, mutate(rng, previous, program)):
            theirs = linux.verify(candidate)
            if theirs.processed < 5000:
                assert difference(skep.verify(candidate), theirs) is None, listing(candidate)
        previous = program
