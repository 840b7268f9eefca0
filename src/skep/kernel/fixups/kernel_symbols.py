"""Functions of the kernel as 64-bit constants: programs compare them with addresses that they see and with 0.

Variables stay by their ids: the userspace kernel has none.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from skep.btf import types as t
from skep.isa.codec import LD_IMM64
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_PSEUDO_BTF_ID
from skep.kernel.fixups.patch import Code

if TYPE_CHECKING:
    from skep.btf import Btf
    from skep.kernel.verifier.request import VerifyRequest

#: Where functions are whose addresses are not known: by their ids, behind the start of the kernel's text.
_TEXT: Final = 0xFFFF_FFFF_8100_0000
_STEP: Final = 16


def resolve_functions(code: Code, request: VerifyRequest) -> None:
    """Put in the address of each function that an instruction names."""
    for node in code.nodes:
        insn, upper = node.insn, node.upper
        if insn.code != LD_IMM64 or insn.src != BPF_PSEUDO_BTF_ID or upper is None:
            continue
        btf: Btf | None = request.get_btf(upper.imm) if upper.imm else request.vmlinux
        symbol = btf.get(insn.imm) if btf is not None else None
        if isinstance(symbol, t.Func):
            address = request.addresses.get(symbol.name) or _TEXT + _STEP * insn.imm
            node.insn = replace(insn, src=0, imm=_signed(address))
            node.upper = Insn(0, imm=_signed(address >> 32))


def _signed(number: int) -> int:
    number &= 0xFFFFFFFF
    return number - (1 << 32) if number >> 31 else number
