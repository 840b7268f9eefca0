"""Loops that Linux counts: bpf_loop with a known callback, and may_goto."""

from __future__ import annotations

from errno import E2BIG
from typing import Final

from skep.isa.build import (
    alu64_imm,
    call_helper,
    call_subprog,
    ja,
    jmp_imm,
    jmp_reg,
    ldx_mem,
    mov32_imm,
    mov64_imm,
    mov64_reg,
    st_mem,
    stx_mem,
)
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_ADD, BPF_DW, BPF_JEQ, BPF_JGE, BPF_JLE, BPF_JNE, BPF_SUB
from skep.kernel.fixups.ctx_rows import BPF_REG_AX
from skep.kernel.fixups.patch import CALL, MAY_GOTO, Node
from skep.kernel.fixups.xlated.rewriter import Patch, Rewriter
from skep.uapi import BPF_MAX_LOOPS, BPF_MAX_TIMED_LOOPS, FuncId

_FP: Final = 10
#: Registers of the inlined loop: how often, how often so far, what the callback gets.
_MAX, _COUNT, _CTX = 6, 7, 8
_SAVED: Final = (_MAX, _COUNT, _CTX)
#: arch_bpf_timed_may_goto is no helper and has no number.
_UNNUMBERED: Final = 0


def optimize_bpf_loop(rewriter: Rewriter) -> None:
    """bpf_loop whose callback is always the same becomes a loop; it saves three registers on the stack."""
    before = rewriter.stack_depths.copy()
    used: set[int] = set()

    def rewrite(rewriter: Rewriter, node: Node) -> Patch:
        depth = before[rewriter.function]
        patch = _inlined(rewriter, node, -_loop_depth(depth))
        if patch is not None:
            used.add(rewriter.function)
        return patch

    rewriter.each(rewrite)
    for number in used:
        rewriter.stack_depths[number] = _loop_depth(before[number])


def _loop_depth(depth: int) -> int:
    return (depth + 7) // 8 * 8 + 8 * len(_SAVED)


def _inlined(rewriter: Rewriter, node: Node, base: int) -> Patch:
    """`base` is where on the stack the registers go."""
    insn, aux = node.insn, node.aux
    if insn.code != CALL or insn.src or insn.imm != FuncId.loop or not aux.loop_fit_for_inline:
        return None
    if aux.loop_subprogno not in rewriter.code.numbers:
        return None  # never called, so it is gone
    callback = rewriter.code.functions[rewriter.code.numbers.index(aux.loop_subprogno)]
    places = [(reg, base + 8 * index) for index, reg in enumerate(_SAVED)]
    return [
        jmp_imm(BPF_JLE, 1, BPF_MAX_LOOPS, 2),
        mov32_imm(0, -E2BIG),
        ja(16),
        *(stx_mem(BPF_DW, _FP, reg, off) for reg, off in places),
        mov64_reg(_MAX, 1),
        mov32_imm(_COUNT, 0),
        mov64_reg(_CTX, 3),
        jmp_reg(BPF_JGE, _COUNT, _MAX, 5),
        mov64_reg(1, _COUNT),
        mov64_reg(2, _CTX),
        Node(call_subprog(0), node.origin, aux, None, callback),
        alu64_imm(BPF_ADD, _COUNT, 1),
        jmp_imm(BPF_JEQ, 0, 0, -6),
        mov64_reg(0, _COUNT),
        *(ldx_mem(BPF_DW, reg, _FP, off) for reg, off in places),
    ]


def rewrite_may_goto(rewriter: Rewriter, node: Node) -> Patch:
    """A counter on the stack; where time is measured, a call each time that it has run out."""
    if node.insn.code != MAY_GOTO:
        return None
    number = rewriter.function
    timed = rewriter.arch.timed_may_goto
    extra = 16 if timed else 8
    rewriter.stack_extra[number] = extra
    off = -rewriter.stack_depths[number] - extra
    leave = Node(jmp_imm(BPF_JEQ, BPF_REG_AX, 0, 0), node.origin, node.aux, None, node.target)
    counted: list[Insn | Node] = [
        ldx_mem(BPF_DW, BPF_REG_AX, _FP, off),
        leave,
        alu64_imm(BPF_SUB, BPF_REG_AX, 1),
    ]
    if timed:
        counted += [
            jmp_imm(BPF_JNE, BPF_REG_AX, 0, 2),
            mov64_imm(BPF_REG_AX, off),
            call_helper(_UNNUMBERED),
        ]
    return [*counted, stx_mem(BPF_DW, _FP, BPF_REG_AX, off)]


def init_may_goto(rewriter: Rewriter) -> None:
    """Functions with counters set them first."""
    code = rewriter.code
    for number, extra in rewriter.stack_extra.items():
        rewriter.stack_depths[number] += extra
        depth = rewriter.stack_depths[number]
        if rewriter.arch.timed_may_goto:
            stores = [
                st_mem(BPF_DW, _FP, -depth, BPF_MAX_TIMED_LOOPS),
                st_mem(BPF_DW, _FP, -depth + 8, 0),
            ]
        else:
            stores = [st_mem(BPF_DW, _FP, -depth, BPF_MAX_LOOPS)]
        code.insert_before(code.nodes.index(code.functions[code.numbers.index(number)]), stores)
