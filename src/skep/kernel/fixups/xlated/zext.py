"""Upper halves of 32-bit results: cleared where the machine does not and somebody looks at them; made random,
for tests of the list of those (BPF_F_TEST_RND_HI32), where nobody does.

Rule: opt_subreg_zext_lo32_rnd_hi32().
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from skep.isa.build import alu64_imm, alu64_reg, mov32_reg, mov64_imm
from skep.isa.opcodes import BPF_LDX, BPF_LSH, BPF_OR, BPF_PSEUDO_KFUNC_CALL
from skep.kernel.fixups.ctx_rows import BPF_REG_AX
from skep.kernel.fixups.patch import CALL, Node
from skep.kernel.fixups.xlated.rewriter import Patch, Rewriter, same
from skep.kernel.verifier.regtypes import PTR_TO_CTX
from skep.kernel.verifier.zext import defined_register, is_short_cmpxchg, writes_whole_register
from skep.uapi import BPF_F_TEST_RND_HI32

#: In the immediate of a 32-bit move: it is there for its upper half alone.
_ZEXT: Final = 1


def rewrite_zext(rewriter: Rewriter, node: Node) -> Patch:
    insn = node.insn
    register = defined_register(insn)
    short = register >= 0 and not writes_whole_register(insn)
    # Of what a rewrite has put there nothing is known.
    needed = short if node.patched else node.aux.zext_dst
    if needed:
        if not rewriter.arch.needs_zext and not is_short_cmpxchg(insn):
            return None
        if insn.code == CALL and insn.src == BPF_PSEUDO_KFUNC_CALL:
            return None
        return [same(node), replace(mov32_reg(register, register), imm=_ZEXT)]
    if not rewriter.request.prog_flags & BPF_F_TEST_RND_HI32 or not short:
        return None
    if node.aux.needs_zext:
        return None  # a pointer into an arena, which was computed in 64 bits
    if insn.code & 0x07 == BPF_LDX and node.aux.ptr_type == PTR_TO_CTX:
        return None
    return [
        same(node),
        mov64_imm(BPF_REG_AX, rewriter.random.getrandbits(32) - (1 << 31)),
        alu64_imm(BPF_LSH, BPF_REG_AX, 32),
        alu64_reg(BPF_OR, register, BPF_REG_AX),
    ]
