"""What a loaded program shows of itself: its instructions as Linux would have left them, and its tables.

Few programs are ever read back, so this is made from the verifier's result when someone asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from skep.isa import encode
from skep.isa.codec import LD_IMM64
from skep.isa.opcodes import (
    BPF_PSEUDO_MAP_FD,
    BPF_PSEUDO_MAP_IDX,
    BPF_PSEUDO_MAP_IDX_VALUE,
    BPF_PSEUDO_MAP_VALUE,
)
from skep.kernel import debug_info

if TYPE_CHECKING:
    from skep.kernel.fixups.xlated.pipeline import Xlated
    from skep.kernel.verifier.request import VerifyRequest, VerifyResult

#: How a map is named within skep, and to the reader, who gets its id.
_BY_ID = {BPF_PSEUDO_MAP_IDX: BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_IDX_VALUE: BPF_PSEUDO_MAP_VALUE}


class Readback:
    """One program's. It keeps the verifier's result until it has read it."""

    def __init__(self, request: VerifyRequest, result: VerifyResult) -> None:
        self._source: tuple[VerifyRequest, VerifyResult] | None = (request, result)
        self._func_info = result.func_info
        self._line_info = result.line_info

    @cached_property
    def _xlated(self) -> Xlated:
        from skep.kernel.fixups.xlated.pipeline import xlate

        assert self._source is not None
        made = xlate(*self._source)
        self._source = None
        return made

    def xlated(self, map_ids: Sequence[int]) -> bytes:
        """The instructions, with the ids of the program's maps (bpf_insn_prepare_dump())."""
        insns = [
            replace(insn, src=_BY_ID[insn.src], imm=map_ids[insn.imm])
            if insn.code == LD_IMM64 and insn.src in _BY_ID
            else insn
            for insn in self._xlated.insns
        ]
        return encode(insns)

    @property
    def func_info(self) -> bytes:
        return debug_info.func_info(self._xlated.origins, self._func_info)

    @property
    def line_info(self) -> bytes:
        return debug_info.line_info(self._xlated.origins, self._line_info)
