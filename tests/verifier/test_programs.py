"""Compiled programs with all that needs types: both verifiers say the same of them and of what is near."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from fuzz.objects import Judges, Seed, change, seeds

_SOURCES = sorted((Path(__file__).parent / "programs").glob("*.bpf.c"))


@pytest.fixture(scope="module")
def judges() -> Judges:
    return Judges(unprivileged=False)


@pytest.fixture(scope="module", params=_SOURCES, ids=lambda path: path.name)
def programs(request: pytest.FixtureRequest) -> list[Seed]:
    return seeds([request.param], "*", 1000)


@pytest.mark.linux
@pytest.mark.parametrize("log_level", [2, 4])
def test_programs_get_the_log_that_linux_gives(programs: list[Seed], judges: Judges, log_level: int) -> None:
    assert programs
    for seed in programs:
        assert judges.difference(seed, {}, log_level) is None, seed.program


@pytest.mark.linux
def test_programs_with_small_changes_get_it_too(programs: list[Seed], judges: Judges) -> None:
    rng = random.Random(3)
    for _ in range(40):
        seed = rng.choice(programs)
        changes = change(rng, seed.insns)
        assert judges.difference(seed, changes) is None, (seed.program, changes)
