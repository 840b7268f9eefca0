"""The operator symbols that assembly text has in common in both syntaxes (kernel log and LLVM)."""

from __future__ import annotations

from typing import Final

from skep.isa import opcodes as op

ALU: Final = {
    op.BPF_ADD: "+=",
    op.BPF_SUB: "-=",
    op.BPF_MUL: "*=",
    op.BPF_DIV: "/=",
    op.BPF_OR: "|=",
    op.BPF_AND: "&=",
    op.BPF_LSH: "<<=",
    op.BPF_RSH: ">>=",
    op.BPF_MOD: "%=",
    op.BPF_XOR: "^=",
    op.BPF_MOV: "=",
    op.BPF_ARSH: "s>>=",
}
#: With `off` 1.
SIGNED_ALU: Final = {op.BPF_DIV: "s/=", op.BPF_MOD: "s%="}

CONDITION: Final = {
    op.BPF_JEQ: "==",
    op.BPF_JGT: ">",
    op.BPF_JGE: ">=",
    op.BPF_JSET: "&",
    op.BPF_JNE: "!=",
    op.BPF_JSGT: "s>",
    op.BPF_JSGE: "s>=",
    op.BPF_JLT: "<",
    op.BPF_JLE: "<=",
    op.BPF_JSLT: "s<",
    op.BPF_JSLE: "s<=",
}

UNSIGNED: Final = {op.BPF_B: "u8", op.BPF_H: "u16", op.BPF_W: "u32", op.BPF_DW: "u64"}
SIGNED: Final = {op.BPF_B: "s8", op.BPF_H: "s16", op.BPF_W: "s32"}

#: The casts of a sign-extending move, by `off`.
MOVSX: Final = {8: "s8", 16: "s16", 32: "s32"}

#: Atomic operations that come with and without BPF_FETCH.
ATOMIC: Final = {op.BPF_ADD: "add", op.BPF_OR: "or", op.BPF_AND: "and", op.BPF_XOR: "xor"}


def alu_symbol(code: int, off: int) -> str | None:
    """The assignment operator of an arithmetic instruction."""
    operation = code & op.OP_MASK
    if off == 1 and operation in SIGNED_ALU:
        return SIGNED_ALU[operation]
    return ALU.get(operation)
