"""Spills around calls that clobber less than others (bpf_fastcall) are not needed: they go."""

from __future__ import annotations

from skep.kernel.fixups.dead_code import NOP
from skep.kernel.fixups.patch import Code


def remove_fastcall_spills_fills(code: Code) -> None:
    """Turn the stores before such a call and the loads after it into jumps to the next instruction."""
    nodes = code.nodes
    for index, node in enumerate(nodes):
        for distance in range(1, node.aux.fastcall_spills_num + 1):
            for place in (index - distance, index + distance):
                nodes[place].insn, nodes[place].target = NOP, nodes[place + 1]
