"""Map lookups that Linux writes into the program, by map type. Offsets are those of the probed kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from skep.isa.build import (
    alu32_imm,
    alu64_imm,
    alu64_reg,
    call_helper,
    ja,
    jmp_imm,
    ldx_mem,
    mov64_imm,
    st_mem,
)
from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_ADD,
    BPF_ADDR_PERCPU,
    BPF_ALU64,
    BPF_AND,
    BPF_B,
    BPF_DW,
    BPF_JEQ,
    BPF_JGE,
    BPF_JNE,
    BPF_LSH,
    BPF_MOV,
    BPF_MUL,
    BPF_W,
    BPF_X,
)
from skep.kernel.fixups.xlated.rewriter import Rewriter
from skep.kernel.verifier.vmap import VMap
from skep.uapi import BPF_F_INNER_MAP, FuncId, MapType

_ARRAY_VALUE: Final = 312  # bpf_array.value
_XSK_MAP: Final = 304  # xsk_map.xsk_map
_HTAB_KEY: Final = 48  # htab_elem.key
_LRU_REF: Final = 35  # htab_elem.lru_node.ref

_R0, _MAP, _KEY = 0, 1, 2


def percpu_reg(dst: int, src: int) -> Insn:
    """`dst = this CPU's copy of src`, which only the kernel writes."""
    return Insn(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, BPF_ADDR_PERCPU)


def _round8(size: int) -> int:
    return (size + 7) // 8 * 8


def _element(map: VMap, size: int, tail: list[Insn], rewriter: Rewriter, first: list[Insn]) -> list[Insn]:
    """An index that is compared, scaled and added; `tail` makes the value of the element's address."""
    mask: list[Insn] = []
    if not map.bypass_spec_v1:
        mask = [alu32_imm(BPF_AND, _R0, (1 << (map.max_entries - 1).bit_length()) - 1)]
    shift = size.bit_length() - 1
    scale = alu64_imm(BPF_LSH, _R0, shift) if size & size - 1 == 0 else alu64_imm(BPF_MUL, _R0, size)
    body = [*mask, scale, alu64_reg(BPF_ADD, _R0, _MAP), *tail]
    return [
        *first,
        ldx_mem(BPF_W, _R0, _KEY, 0),
        jmp_imm(BPF_JGE, _R0, map.max_entries, len(body) + 1),
        *body,
        ja(1),
        mov64_imm(_R0, 0),
    ]


_TO_VALUES: Final = [alu64_imm(BPF_ADD, _MAP, _ARRAY_VALUE)]


def _array(map: VMap, rewriter: Rewriter) -> list[Insn] | None:
    if map.map_flags & BPF_F_INNER_MAP:
        return None
    return _element(map, _round8(map.value_size), [], rewriter, _TO_VALUES)


def _percpu_array(map: VMap, rewriter: Rewriter) -> list[Insn] | None:
    if map.map_flags & BPF_F_INNER_MAP or not rewriter.arch.percpu_insn:
        return None
    return _element(map, 8, [ldx_mem(BPF_DW, _R0, _R0, 0), percpu_reg(_R0, _R0)], rewriter, _TO_VALUES)


def _array_of_maps(map: VMap, rewriter: Rewriter) -> list[Insn] | None:
    """An empty slot leads to the same zero as an index out of range."""
    if map.map_flags & BPF_F_INNER_MAP:
        return None
    tail = [ldx_mem(BPF_DW, _R0, _R0, 0), jmp_imm(BPF_JEQ, _R0, 0, 1)]
    return _element(map, 8, tail, rewriter, _TO_VALUES)


def _xskmap(map: VMap, rewriter: Rewriter) -> list[Insn] | None:
    return [
        ldx_mem(BPF_W, _R0, _KEY, 0),
        jmp_imm(BPF_JGE, _R0, map.max_entries, 5),
        alu64_imm(BPF_LSH, _R0, 3),
        alu64_imm(BPF_ADD, _MAP, _XSK_MAP),
        alu64_reg(BPF_ADD, _R0, _MAP),
        ldx_mem(BPF_DW, _R0, _R0, 0),
        ja(1),
        mov64_imm(_R0, 0),
    ]


def _hash(
    tail: list[Insn], before: list[Insn] | None = None
) -> Callable[[VMap, Rewriter], list[Insn] | None]:
    """The element comes from a call; its value lies behind its key."""

    def lookup(map: VMap, rewriter: Rewriter) -> list[Insn] | None:
        found = [
            *(before or []),
            alu64_imm(BPF_ADD, _R0, _HTAB_KEY + _round8(map.key_size)),
            *tail,
        ]
        return [
            call_helper(FuncId.map_lookup_elem),
            jmp_imm(BPF_JEQ, _R0, 0, len(found)),
            *found,
        ]

    return lookup


_LRU_TOUCH: Final = [
    ldx_mem(BPF_B, 1, _R0, _LRU_REF),
    jmp_imm(BPF_JNE, 1, 0, 1),
    st_mem(BPF_B, _R0, _LRU_REF, 1),
]
_LOAD: Final = ldx_mem(BPF_DW, _R0, _R0, 0)

#: Map type to its lookup; None from one of these, and types that are not here: a plain call.
INLINED_LOOKUPS: Final[Mapping[int, Callable[[VMap, Rewriter], list[Insn] | None]]] = {
    MapType.ARRAY: _array,
    MapType.PERCPU_ARRAY: _percpu_array,
    MapType.ARRAY_OF_MAPS: _array_of_maps,
    MapType.XSKMAP: _xskmap,
    MapType.HASH: _hash([]),
    MapType.LRU_HASH: _hash([], _LRU_TOUCH),
    MapType.PERCPU_HASH: _hash([_LOAD, percpu_reg(_R0, _R0)]),
    MapType.HASH_OF_MAPS: _hash([_LOAD]),
}
