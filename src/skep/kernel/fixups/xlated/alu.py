"""Arithmetic that would trap or leak: division by zero, pointers masked against speculation, arena casts."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from skep.isa.build import alu32_imm, alu32_reg, alu64_imm, alu64_reg, ja, mov32_imm, mov64_reg
from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_ADD,
    BPF_ADDR_SPACE_CAST,
    BPF_ALU,
    BPF_ALU64,
    BPF_AND,
    BPF_ARSH,
    BPF_DIV,
    BPF_JEQ,
    BPF_JGT,
    BPF_JMP,
    BPF_JMP32,
    BPF_JNE,
    BPF_K,
    BPF_MOD,
    BPF_MOV,
    BPF_MUL,
    BPF_NEG,
    BPF_OR,
    BPF_SUB,
    BPF_X,
    BPF_XOR,
)
from skep.kernel.fixups.ctx_rows import BPF_REG_AX
from skep.kernel.fixups.patch import Node
from skep.kernel.fixups.xlated.rewriter import Patch, Rewriter, same
from skep.kernel.verifier.sanitize import (
    BPF_ALU_IMMEDIATE,
    BPF_ALU_NEG_VALUE,
    BPF_ALU_NON_POINTER,
    BPF_ALU_SANITIZE_DST,
    BPF_ALU_SANITIZE_SRC,
)

_CAST: Final = BPF_ALU64 | BPF_MOV | BPF_X
_ADD: Final = BPF_ALU64 | BPF_ADD | BPF_X
_SUB: Final = BPF_ALU64 | BPF_SUB | BPF_X
_DIVISIONS: Final = (BPF_DIV, BPF_MOD)


def rewrite_alu(rewriter: Rewriter, node: Node) -> Patch:
    insn = node.insn
    klass = insn.code & 0x07
    if klass not in (BPF_ALU, BPF_ALU64):
        return None
    if insn.code == _CAST and insn.off == BPF_ADDR_SPACE_CAST:
        # To the kernel's own view, a cast clears the upper half; the other one is the JIT's.
        if insn.imm == 1 or _no_user_conv(rewriter):
            node.insn = alu32_reg(BPF_MOV, insn.dst, insn.src)
        return None
    if node.aux.needs_zext:
        node.insn = insn = replace(insn, code=insn.code & ~0x07 | BPF_ALU)
    if insn.code & 0xF0 in _DIVISIONS:
        return _division(insn, klass == BPF_ALU64)
    if insn.code in (_ADD, _SUB):
        return _masked(node)
    return None


def _no_user_conv(rewriter: Rewriter) -> bool:
    from skep.uapi import BPF_F_NO_USER_CONV, MapType

    return any(
        vmap.map_type == MapType.ARENA and vmap.map_flags & BPF_F_NO_USER_CONV
        for vmap in rewriter.result.used_maps
    )


def _division(insn: Insn, wide: bool) -> Patch:
    modulo = insn.code & 0xF0 == BPF_MOD
    if insn.code & 0x08 == BPF_K:
        return _by_constant(insn, wide, modulo) if insn.off == 1 and insn.imm == -1 else None
    jmp = BPF_JMP if wide else BPF_JMP32
    if insn.off == 1:
        return _signed(insn, wide, modulo, jmp)
    if not modulo:
        unless_zero = Insn(jmp | BPF_JNE | BPF_K, insn.src, 0, 2, 0)
        return [unless_zero, alu32_reg(BPF_XOR, insn.dst, insn.dst), ja(1), insn]
    if wide:
        return [Insn(jmp | BPF_JEQ | BPF_K, insn.src, 0, 1, 0), insn]
    return [
        Insn(jmp | BPF_JEQ | BPF_K, insn.src, 0, 2, 0),
        insn,
        ja(1),
        alu32_reg(BPF_MOV, insn.dst, insn.dst),
    ]


def _negation(insn: Insn, wide: bool) -> Insn:
    return Insn((BPF_ALU64 if wide else BPF_ALU) | BPF_NEG | BPF_K, insn.dst)


def _by_constant(insn: Insn, wide: bool, modulo: bool) -> Patch:
    """By -1: the lowest number has no counterpart, and hardware traps."""
    return [mov32_imm(insn.dst, 0) if modulo else _negation(insn, wide)]


def _signed(insn: Insn, wide: bool, modulo: bool, jmp: int) -> Patch:
    """0 and -1 are told from other divisors by adding one and comparing with one."""
    add = alu64_imm if wide else alu32_imm
    head = [mov64_reg(BPF_REG_AX, insn.src), add(BPF_ADD, BPF_REG_AX, 1)]
    if not modulo:
        return [
            *head,
            Insn(jmp | BPF_JGT | BPF_K, BPF_REG_AX, 0, 4, 1),
            Insn(jmp | BPF_JEQ | BPF_K, BPF_REG_AX, 0, 1, 0),
            add(BPF_MOV, insn.dst, 0),
            _negation(insn, wide),
            ja(1),
            insn,
        ]
    patch = [
        *head,
        Insn(jmp | BPF_JGT | BPF_K, BPF_REG_AX, 0, 3, 1),
        Insn(jmp | BPF_JEQ | BPF_K, BPF_REG_AX, 0, 3 if wide else 4, 1),
        mov32_imm(insn.dst, 0),
        ja(1),
        insn,
    ]
    return patch if wide else [*patch, ja(1), alu32_reg(BPF_MOV, insn.dst, insn.dst)]


def _masked(node: Node) -> Patch:
    """What moves a pointer is cut to its limit in a way that speculation cannot go round."""
    state, insn = node.aux.alu_state, node.insn
    if not state or state == BPF_ALU_NON_POINTER:
        return None
    negative, immediate = state & BPF_ALU_NEG_VALUE, state & BPF_ALU_IMMEDIATE
    is_src = state & (BPF_ALU_SANITIZE_SRC | BPF_ALU_SANITIZE_DST) == BPF_ALU_SANITIZE_SRC
    off = insn.src if is_src else insn.dst
    limit = mov32_imm(BPF_REG_AX, node.aux.alu_limit)
    patch: list[Insn | Node] = [limit]
    if not immediate:
        patch = [
            *([alu64_imm(BPF_MUL, off, -1)] if negative else []),
            limit,
            alu64_reg(BPF_SUB, BPF_REG_AX, off),
            alu64_reg(BPF_OR, BPF_REG_AX, off),
            alu64_imm(BPF_NEG, BPF_REG_AX, 0),
            alu64_imm(BPF_ARSH, BPF_REG_AX, 63),
            alu64_reg(BPF_AND, BPF_REG_AX, off),
        ]
    if not is_src:
        patch.append(mov64_reg(insn.dst, insn.src))
    code = (_SUB if insn.code == _ADD else _ADD) if negative else insn.code
    patch.append(same(node, replace(insn, code=code, src=BPF_REG_AX)))
    if is_src and negative and not immediate:
        patch.append(alu64_imm(BPF_MUL, off, -1))
    return patch
