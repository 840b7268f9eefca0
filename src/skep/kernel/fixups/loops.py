"""Calls of bpf_loop and their callbacks, for the engines."""

from __future__ import annotations

from skep.isa.build import ld_imm64, mov64_imm
from skep.isa.codec import LD_IMM64
from skep.isa.opcodes import BPF_PSEUDO_FUNC
from skep.kernel.fixups.patch import CALL, Code
from skep.uapi import FuncId


def forget_callbacks(code: Code) -> None:
    """A callback that is never called (of bpf_loop with a count of 0) is gone; its address is NULL then."""
    for node in code.nodes:
        if node.insn.code == LD_IMM64 and node.insn.src == BPF_PSEUDO_FUNC and node.target is None:
            node.insn, node.upper = ld_imm64(node.insn.dst, 0)


def tell_loops(code: Code) -> None:
    """A call that Linux inlines takes a count of 64 bits and returns an error in 32: R5 tells the helper."""
    index = 0
    while index < len(code.nodes):
        node = code.nodes[index]
        if node.insn.code == CALL and not node.insn.src and node.insn.imm == FuncId.loop:
            index = code.replace(index, [mov64_imm(5, int(node.aux.loop_fit_for_inline)), node.insn])
        else:
            index += 1
