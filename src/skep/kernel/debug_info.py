"""func_info and line_info of a program after the fixups: records move with the instructions they speak of.

A record speaks of the instructions up to the next one. It goes to the first of them that is left, and away
when none is; that is what Linux's adjustments at each patch and removal come to (bpf_adj_linfo(),
bpf_adj_linfo_after_remove()).
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from skep.kernel.verifier.request import FuncInfo, LineInfo


def func_info(origins: Sequence[int], records: Sequence[FuncInfo]) -> bytes:
    """The records of the functions that are left."""
    places = _places(origins, [record.insn_off for record in records])
    return b"".join(
        struct.pack("=II", place, record.type_id)
        for place, record in zip(places, records, strict=True)
        if place is not None
    )


def line_info(origins: Sequence[int], records: Sequence[LineInfo]) -> bytes:
    """The records of the lines that have instructions left."""
    places = _places(origins, [record.insn_off for record in records])
    return b"".join(
        struct.pack("=IIII", place, record.file_name_off, record.line_off, record.line_col)
        for place, record in zip(places, records, strict=True)
        if place is not None
    )


def _places(origins: Sequence[int], starts: Sequence[int]) -> list[int | None]:
    """For each record its new slot; `origins` are the old slots of the new ones, in order."""
    firsts = [*(bisect_left(origins, start) for start in starts), len(origins)]
    return [first if first < end else None for first, end in pairwise(firsts)]
