"""Whole objects in both kernels: the same maps, contents and programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.parity.objects import difference, facts

import skep
from skep.cli.common import kernel_types

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.bpf.c"))


@pytest.mark.linux
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_is_loaded_alike_by_both_kernels(example: Path) -> None:
    theirs = facts(example, skep.Linux())
    assert isinstance(theirs, dict)
    with skep.Kernel(engine="interp", btf=kernel_types(None)) as kernel:
        assert difference(facts(example, kernel), theirs) == ""


def test_a_difference_is_named() -> None:
    assert difference({"map a": (1, 4), "map b": (1, 4)}, {"map a": (1, 4), "map b": (2, 4)}) == (
        "map b: skep (1, 4), Linux (2, 4)"
    )
    assert difference({}, {"program p": b"tag"}) == "program p: skep None, Linux b'tag'"
    assert difference("no such map", {}) == "skep does not load it: no such map"
