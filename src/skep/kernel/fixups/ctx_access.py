"""Context accesses: from the structures that programs see (uapi) to those that the runtime keeps.

A program loads 4 bytes at offset 76 of `__sk_buff`; what is there is `skep_sk_buff.data`, a pointer of 8
bytes at another offset. The member has the field's name; where it is wider than the field, a load takes the
whole of it. Loads of part of a field load all of it, then shift and mask, as Linux does.

Contexts without a structure of their own in the runtime (arrays of arguments, registers, user memory) are
what programs see; their accesses stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from errno import EOPNOTSUPP

from skep.isa.build import alu32_imm, alu64_imm
from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_ALU64,
    BPF_AND,
    BPF_LDX,
    BPF_MEM,
    BPF_MEMSX,
    BPF_MOV,
    BPF_RSH,
    BPF_ST,
    BPF_STX,
    BPF_X,
)
from skep.kernel.fixups.patch import Code, Node
from skep.kernel.fixups.sizes import BYTES, SIZES
from skep.kernel.helpers.types import PTR_TO_CTX, PTR_TO_SOCK_COMMON, PTR_TO_SOCKET, PTR_TO_TCP_SOCK
from skep.kernel.progtypes.probed.sockets import SOCK_COMMON, SOCKET, TCP_SOCK
from skep.kernel.progtypes.progtype import CtxField, Variant

Layout = Mapping[str, tuple[int, int]]

_SOCK_VARIANTS = {
    PTR_TO_SOCKET: Variant(fields=SOCKET),
    PTR_TO_SOCK_COMMON: Variant(fields=SOCK_COMMON),
    PTR_TO_TCP_SOCK: Variant(fields=TCP_SOCK),
}


def convert_ctx_accesses(
    code: Code, variant: Variant, native: Layout | None, sock: Layout, byteorder: str = "little"
) -> None:
    """Rewrite every load and store that goes through a context or socket pointer."""
    index = 0
    while index < len(code.nodes):
        node = code.nodes[index]
        index += 1
        if not _is_access(node.insn):
            continue
        type_ = node.aux.ptr_type
        if type_ == PTR_TO_CTX and native is not None:
            patch = _converted(node, variant, native, byteorder)
        elif type_ in _SOCK_VARIANTS:
            patch = _converted(node, _SOCK_VARIANTS[type_], sock, byteorder)
        else:
            continue
        index = code.replace(index - 1, patch)


def _is_access(insn: Insn) -> bool:
    return insn.code & 0x07 in (BPF_LDX, BPF_ST, BPF_STX) and insn.code & 0xE0 in (BPF_MEM, BPF_MEMSX)


def _converted(node: Node, variant: Variant, native: Layout, byteorder: str) -> list[Insn]:
    insn = node.insn
    field = variant.field_at(insn.off)
    member = native.get(field.name) if field is not None else None
    if field is None or member is None:
        name = field.name if field is not None else f"at offset {insn.off}"
        raise OSError(EOPNOTSUPP, f"instruction {node.origin}: the runtime has no field {name}")
    size = BYTES[insn.code & 0x18]
    inside = insn.off - field.offset
    if field.size > 8 or insn.code & 0x07 != BPF_LDX:
        # Arrays keep their bytes where they are; stores write what they write.
        return [replace(insn, off=member[0] + inside)]
    if inside == 0 and size >= min(field.size, 8):
        return [_load(insn, member)]
    return _narrow_load(insn, field, member, inside, size, byteorder)


def _load(insn: Insn, member: tuple[int, int]) -> Insn:
    """A load of the whole member, zero-extended unless the program asked for a signed load of that width."""
    offset, width = member
    mode = insn.code & 0xE0 if insn.code & 0x18 == SIZES[width] else BPF_MEM
    return replace(insn, code=BPF_LDX | mode | SIZES[width], off=offset)


def _narrow_load(
    insn: Insn, field: CtxField, member: tuple[int, int], inside: int, size: int, byteorder: str
) -> list[Insn]:
    """Load it all, move the wanted bytes down, cut off the rest."""
    width = member[1]
    shift = (inside if byteorder == "little" else width - size - inside) * 8
    patch = [replace(insn, code=BPF_LDX | BPF_MEM | SIZES[width], off=member[0])]
    make = alu64_imm if width == 8 else alu32_imm
    if shift:
        patch.append(make(BPF_RSH, insn.dst, shift))
    if insn.code & 0xE0 == BPF_MEMSX:
        patch.append(Insn(BPF_ALU64 | BPF_MOV | BPF_X, insn.dst, insn.dst, size * 8))
    elif size <= 2:
        patch.append(alu32_imm(BPF_AND, insn.dst, (1 << size * 8) - 1))
    elif width == 8:
        patch.append(Insn(0x04 | BPF_MOV | BPF_X, insn.dst, insn.dst))
    return patch
