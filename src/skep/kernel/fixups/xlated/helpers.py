"""Calls of helpers that become something else, or are given more than the program gave them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from errno import EINVAL, ENOENT, EOPNOTSUPP
from typing import Final

from skep.isa.build import (
    alu32_imm,
    alu64_imm,
    alu64_reg,
    atomic_op,
    call_helper,
    ja,
    jmp32_reg,
    jmp_imm,
    ld_imm64,
    ldx_mem,
    mov32_imm,
    mov64_imm,
    mov64_reg,
    stx_mem,
)
from skep.isa.opcodes import (
    BPF_ADD,
    BPF_AND,
    BPF_DW,
    BPF_JEQ,
    BPF_JGE,
    BPF_JNE,
    BPF_LSH,
    BPF_MUL,
    BPF_RSH,
    BPF_W,
    BPF_XCHG,
)
from skep.kernel.fixups.patch import CALL, Node
from skep.kernel.fixups.xlated.maps import INLINED_LOOKUPS, percpu_reg
from skep.kernel.fixups.xlated.rewriter import Patch, Rewriter, same
from skep.uapi import BPF_F_SLEEPABLE, AttachType, FuncId, ProgType

#: Flags of memory allocations, which helpers of local storage get as a fifth argument.
GFP_KERNEL: Final = 0xCC0
GFP_ATOMIC: Final = 0x820
#: Addresses in the kernel are not shown.
_ADDRESS: Final = 0
_PERF_BRANCH_ENTRY: Final = 24
_RETURNS: Final = (AttachType.TRACE_FEXIT, AttachType.MODIFY_RETURN)


def rewrite_helper(rewriter: Rewriter, node: Node) -> Patch:
    insn = node.insn
    if insn.code != CALL or insn.src:
        return None
    found = _HELPERS.get(insn.imm)
    return found(rewriter, node) if found is not None else None


def _tail_call(rewriter: Rewriter, node: Node) -> Patch:
    """Programs that may speculate get the index compared and masked."""
    aux = node.aux
    if not aux.map_ptr_unpriv or aux.map_ptr is None:
        return None
    entries = aux.map_ptr.max_entries
    mask = (1 << (entries - 1).bit_length()) - 1
    return [jmp_imm(BPF_JGE, 3, entries, 2), alu32_imm(BPF_AND, 3, mask), same(node)]


def _timer_set_callback(rewriter: Rewriter, node: Node) -> Patch:
    """The program itself is the third argument."""
    return [*ld_imm64(3, _ADDRESS), same(node)]


def _storage_get(rewriter: Rewriter, node: Node) -> Patch:
    may_sleep = rewriter.request.prog_flags & BPF_F_SLEEPABLE and not node.aux.storage_get_func_atomic
    flags = GFP_KERNEL if may_sleep else GFP_ATOMIC
    return [mov64_imm(5, flags), same(node)]


def _cpu_ptr(rewriter: Rewriter, node: Node) -> Patch:
    """Allocated per-CPU memory is one pointer further away than per-CPU variables."""
    return [ldx_mem(BPF_DW, 1, 1, 0), same(node)] if node.aux.call_with_percpu_alloc_ptr else None


def _map_lookup(rewriter: Rewriter, node: Node) -> Patch:
    aux = node.aux
    if aux.map_ptr is None or aux.map_ptr_poison:
        return None
    inline = INLINED_LOOKUPS.get(aux.map_ptr.map_type)
    return inline(aux.map_ptr, rewriter) if inline is not None else None


def _jiffies64(rewriter: Rewriter, node: Node) -> Patch:
    return [*ld_imm64(0, _ADDRESS), ldx_mem(BPF_DW, 0, 0, 0)]


def _smp_processor_id(rewriter: Rewriter, node: Node) -> Patch:
    if not rewriter.arch.inlines_smp_processor_id:
        return None
    return [mov64_imm(0, _ADDRESS), percpu_reg(0, 0), ldx_mem(BPF_W, 0, 0, 0)]


def _kptr_xchg(rewriter: Rewriter, node: Node) -> Patch:
    return [mov64_reg(0, 2), atomic_op(BPF_DW, BPF_XCHG, 1, 0)] if rewriter.arch.ptr_xchg else None


def _traced(rewriter: Rewriter) -> bool:
    """The program runs from a trampoline: the number of arguments and the function's address lie before its
    context.
    """
    return rewriter.result.prog_type == ProgType.TRACING


def _func_arg(rewriter: Rewriter, node: Node) -> Patch:
    if not _traced(rewriter):
        return None
    return [
        ldx_mem(BPF_DW, 0, 1, -8),
        jmp32_reg(BPF_JGE, 2, 0, 6),
        alu64_imm(BPF_LSH, 2, 3),
        alu64_reg(BPF_ADD, 2, 1),
        ldx_mem(BPF_DW, 0, 2, 0),
        stx_mem(BPF_DW, 3, 0, 0),
        mov64_imm(0, 0),
        ja(1),
        mov64_imm(0, -EINVAL),
    ]


def _func_ret(rewriter: Rewriter, node: Node) -> Patch:
    if not _traced(rewriter):
        return None
    if rewriter.result.expected_attach_type not in _RETURNS:
        return [mov64_imm(0, -EOPNOTSUPP)]
    return [
        ldx_mem(BPF_DW, 0, 1, -8),
        alu64_imm(BPF_LSH, 0, 3),
        alu64_reg(BPF_ADD, 0, 1),
        ldx_mem(BPF_DW, 3, 0, 0),
        stx_mem(BPF_DW, 2, 3, 0),
        mov64_imm(0, 0),
    ]


def _func_arg_cnt(rewriter: Rewriter, node: Node) -> Patch:
    return [ldx_mem(BPF_DW, 0, 1, -8)] if _traced(rewriter) else None


def _func_ip(rewriter: Rewriter, node: Node) -> Patch:
    return [ldx_mem(BPF_DW, 0, 1, -16)] if _traced(rewriter) else None


def _branch_snapshot(rewriter: Rewriter, node: Node) -> Patch:
    """Bytes to entries is a division by 24: times 2^33/3 rounded up, shifted by 36."""
    return [
        jmp_imm(BPF_JNE, 3, 0, 7),
        mov32_imm(0, 0xAAAA_AAAB),
        alu64_reg(BPF_MUL, 2, 0),
        alu64_imm(BPF_RSH, 2, 36),
        call_helper(node.insn.imm),
        jmp_imm(BPF_JEQ, 0, 0, 4),
        alu32_imm(BPF_MUL, 0, _PERF_BRANCH_ENTRY),
        ja(3),
        mov64_imm(0, -EINVAL),
        ja(1),
        mov64_imm(0, -ENOENT),
    ]


_HELPERS: Final[Mapping[int, Callable[[Rewriter, Node], Patch]]] = {
    FuncId.tail_call: _tail_call,
    FuncId.timer_set_callback: _timer_set_callback,
    FuncId.sk_storage_get: _storage_get,
    FuncId.inode_storage_get: _storage_get,
    FuncId.task_storage_get: _storage_get,
    FuncId.cgrp_storage_get: _storage_get,
    FuncId.per_cpu_ptr: _cpu_ptr,
    FuncId.this_cpu_ptr: _cpu_ptr,
    FuncId.map_lookup_elem: _map_lookup,
    FuncId.jiffies64: _jiffies64,
    FuncId.get_smp_processor_id: _smp_processor_id,
    FuncId.kptr_xchg: _kptr_xchg,
    FuncId.get_func_arg: _func_arg,
    FuncId.get_func_ret: _func_ret,
    FuncId.get_func_arg_cnt: _func_arg_cnt,
    FuncId.get_func_ip: _func_ip,
    FuncId.get_branch_snapshot: _branch_snapshot,
}
