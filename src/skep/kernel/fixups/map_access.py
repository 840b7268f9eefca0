"""Loads from a map itself: programs may read Linux's `struct bpf_map` through a map pointer.

What both kernels' maps have is read where the runtime keeps it. All else of the structure, and of those
around it, is Linux's bookkeeping, which has no counterpart here and reads as zero.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from skep.btf import Kind
from skep.btf.types import Struct
from skep.isa.build import mov64_imm
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_B, BPF_DW, BPF_H, BPF_LDX, BPF_MEM, BPF_W, CLASS_MASK, SIZE_BYTES, SIZE_MASK
from skep.kernel.fixups.ctx_access import Layout
from skep.kernel.fixups.patch import Code
from skep.kernel.helpers.types import CONST_PTR_TO_MAP, base_type

if TYPE_CHECKING:
    from skep.btf import Btf

#: Members of struct bpf_map by the names that the runtime has for them.
_MEMBERS = {
    "id": "id",
    "map_type": "type",
    "key_size": "key_size",
    "value_size": "value_size",
    "max_entries": "max_entries",
    "map_flags": "flags",
    "map_extra": "extra",
}
_SIZES = {1: BPF_B, 2: BPF_H, 4: BPF_W, 8: BPF_DW}


def convert_map_accesses(code: Code, vmlinux: Btf | None, native: Layout) -> None:
    """Rewrite every load that goes through a map pointer."""
    places: dict[int, str] | None = None
    for node in code.nodes:
        insn = node.insn
        if insn.code & CLASS_MASK != BPF_LDX or base_type(node.aux.ptr_type) != CONST_PTR_TO_MAP:
            continue
        places = _places(vmlinux) if places is None else places
        node.insn = _converted(insn, native.get(places.get(insn.off, "")))


def _places(vmlinux: Btf | None) -> dict[int, str]:
    """Offset in struct bpf_map -> the runtime's name of what is there."""
    type_id = vmlinux.find("bpf_map", Kind.STRUCT) if vmlinux is not None else None
    if vmlinux is None or type_id is None:
        return {}
    structure = vmlinux.get(type_id)
    assert isinstance(structure, Struct)
    members = {row.name: row.bit_offset // 8 for row in structure.members}
    return {members[theirs]: ours for theirs, ours in _MEMBERS.items() if theirs in members}


def _converted(insn: Insn, member: tuple[int, int] | None) -> Insn:
    if member is None:
        return mov64_imm(insn.dst, 0)
    size = min(member[1], SIZE_BYTES[insn.code & SIZE_MASK])
    return replace(insn, code=BPF_LDX | BPF_MEM | _SIZES[size], off=member[0])
