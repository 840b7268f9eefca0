"""Loads and stores that may meet memory which is not there get modes of their own, as in Linux.

A pointer that was walked out of a kernel structure may be stale, and one into an arena may be anything: such
a load gives zero then, such a store does nothing. The engines ask before they follow trusted kernel pointers
too: a test may run a program with arguments that it made up.
"""

from __future__ import annotations

from dataclasses import replace

from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_ADDR_SPACE_CAST,
    BPF_ALU,
    BPF_ALU64,
    BPF_ATOMIC,
    BPF_LDX,
    BPF_MEM,
    BPF_MEMSX,
    BPF_MOV,
    BPF_PROBE_ATOMIC,
    BPF_PROBE_MEM,
    BPF_PROBE_MEM32,
    BPF_PROBE_MEM32SX,
    BPF_PROBE_MEMSX,
    BPF_ST,
    BPF_STX,
    BPF_X,
    CLASS_MASK,
    MODE_MASK,
)
from skep.kernel.fixups.patch import Code
from skep.kernel.helpers.types import (
    MEM_ALLOC,
    PTR_TO_ARENA,
    PTR_TO_BTF_ID,
    PTR_TO_MEM,
    PTR_UNTRUSTED,
    base_type,
)
from skep.uapi import BPF_F_NO_USER_CONV

_KERNEL = {BPF_MEM: BPF_PROBE_MEM, BPF_MEMSX: BPF_PROBE_MEMSX}
_ARENA = {BPF_MEM: BPF_PROBE_MEM32, BPF_MEMSX: BPF_PROBE_MEM32SX, BPF_ATOMIC: BPF_PROBE_ATOMIC}
_CAST_TO_KERNEL = 1  # imm of addr_space_cast: from address space 1 to 0


def mark_probed_accesses(code: Code) -> None:
    """Give each such access its mode."""
    for node in code.nodes:
        klass, mode = node.insn.code & CLASS_MASK, node.insn.code & MODE_MASK
        if klass not in (BPF_LDX, BPF_ST, BPF_STX) or mode not in _ARENA:
            continue
        if base_type(node.aux.ptr_type) == PTR_TO_ARENA:
            node.insn = _with_mode(node.insn, _ARENA[mode])
        elif klass == BPF_LDX and mode in _KERNEL and may_be_gone(node.aux.ptr_type):
            node.insn = _with_mode(node.insn, _KERNEL[mode])


def may_be_gone(type_: int) -> bool:
    """Whether a pointer of this type may point to nothing."""
    if base_type(type_) == PTR_TO_BTF_ID:
        return not type_ & MEM_ALLOC or bool(type_ & PTR_UNTRUSTED)
    return base_type(type_) == PTR_TO_MEM and bool(type_ & PTR_UNTRUSTED)


def narrow_arena_pointers(code: Code, arena_flags: int) -> None:
    """The kernel's pointers into an arena are their lower 32 bits: casts to them, and arithmetic on them."""
    for node in code.nodes:
        insn = node.insn
        if insn.code == BPF_ALU64 | BPF_MOV | BPF_X and insn.off == BPF_ADDR_SPACE_CAST:
            if insn.imm == _CAST_TO_KERNEL or arena_flags & BPF_F_NO_USER_CONV:
                node.insn = Insn(BPF_ALU | BPF_MOV | BPF_X, insn.dst, insn.src)
        elif insn.code & CLASS_MASK == BPF_ALU64 and node.aux.needs_zext:
            node.insn = replace(insn, code=insn.code & ~CLASS_MASK | BPF_ALU)


def _with_mode(insn: Insn, mode: int) -> Insn:
    return replace(insn, code=insn.code & ~MODE_MASK | mode)
