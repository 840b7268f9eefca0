"""LD_ABS and LD_IND: classic BPF's packet loads are calls of the kernel."""

from __future__ import annotations

from typing import Final

from skep.isa.build import alu32_reg, alu64_imm, call_helper, exit_, jmp_imm, mov64_imm, mov64_reg
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_ABS, BPF_ADD, BPF_IND, BPF_JSGE, BPF_LD, BPF_XOR
from skep.kernel.fixups.patch import Node
from skep.kernel.fixups.xlated.rewriter import Patch, Rewriter

#: The function that is called is no helper and has no number.
_UNNUMBERED: Final = 0


def rewrite_ld_abs(rewriter: Rewriter, node: Node) -> Patch:
    insn = node.insn
    if insn.code & 0x07 != BPF_LD or insn.code & 0xE0 not in (BPF_ABS, BPF_IND):
        return None
    if insn.code & 0xE0 == BPF_ABS:
        offset: list[Insn] = [mov64_imm(2, insn.imm)]
    else:
        offset = [mov64_reg(2, insn.src)] + ([alu64_imm(BPF_ADD, 2, insn.imm)] if insn.imm else [])
    return [
        *offset,
        mov64_reg(1, 6),
        call_helper(_UNNUMBERED),
        # Outside of the packet, the program ends with 0.
        jmp_imm(BPF_JSGE, 0, 0, 2),
        alu32_reg(BPF_XOR, 0, 0),
        exit_(),
    ]
