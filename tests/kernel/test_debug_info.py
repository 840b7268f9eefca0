"""Where line_info goes when instructions are added and removed."""

from __future__ import annotations

import struct

import pytest

from skep.kernel.debug_info import func_info, line_info
from skep.kernel.verifier.request import FuncInfo, LineInfo

CASES = (
    ("nothing happened", [0, 1, 2, 3], [(0, 0), (2, 2)]),
    ("an instruction became three", [0, 0, 0, 1, 2, 3], [(0, 0), (2, 4)]),
    ("an instruction within a line went away", [0, 2, 3], [(0, 0), (2, 1)]),
    ("the first instruction of a line went away", [0, 1, 3], [(0, 0), (2, 2)]),
    ("a line went away", [0, 1], [(0, 0)]),
    ("the first line went away", [2, 3], [(2, 0)]),
)


@pytest.mark.parametrize(("origins", "expected"), [pytest.param(o, e, id=n) for n, o, e in CASES])
def test_lines_move_with_their_instructions(origins: list[int], expected: list[tuple[int, int]]) -> None:
    """Two lines, at slots 0 and 2; expected are (line, new slot)."""
    records = [LineInfo(off, 1, 1, off) for off in (0, 2)]
    found = [(r[3], r[0]) for r in struct.iter_unpack("=IIII", line_info(origins, records))]
    assert found == expected
    functions = [FuncInfo(off, 100 + off) for off in (0, 2)]
    moved = [(r[1] - 100, r[0]) for r in struct.iter_unpack("=II", func_info(origins, functions))]
    assert moved == expected
