"""The exact arithmetic of eBPF on Python integers: the one truth for interpreter, constant folding and tests.

Register values are unsigned 64-bit integers, 0 <= value < 2**64, in and out. The rules are those of RFC 9669,
sections 4 and 5.3, which make every operation total: division by zero gives 0, modulo by zero leaves the
destination, the smallest number divided by -1 stays, and shift counts are taken modulo the width. A 32-bit
operation reads the lower halves and clears the upper half of its result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from skep.isa import opcodes as op
from skep.isa.insn import Insn

U32: Final = (1 << 32) - 1
U64: Final = (1 << 64) - 1


def to_signed(value: int, bits: int) -> int:
    """The lower `bits` of a value as a signed number."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def sign_extend(value: int, bits: int) -> int:
    """The lower `bits` of a value, sign-extended to 64 bits."""
    return to_signed(value, bits) & U64


def byte_swap(value: int, bits: int) -> int:
    """The bytes of the lower `bits` of a value in reverse order; the rest is 0."""
    size = bits // 8
    return int.from_bytes((value & ((1 << bits) - 1)).to_bytes(size, "little"), "big")


def to_byteorder(value: int, bits: int, order: Literal["little", "big"], host: str = "little") -> int:
    """BPF_TO_LE and BPF_TO_BE: the lower `bits`, swapped where the host's order is not `order`."""
    return value & ((1 << bits) - 1) if order == host else byte_swap(value, bits)


def _sdiv(dst: int, src: int, bits: int) -> int:
    # Python rounds towards minus infinity, BPF towards zero.
    a, b = to_signed(dst, bits), to_signed(src, bits)
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def _div(dst: int, src: int, bits: int, off: int) -> int:
    if src == 0:
        return 0
    return _sdiv(dst, src, bits) if off else dst // src


def _mod(dst: int, src: int, bits: int, off: int) -> int:
    if src == 0:
        return dst
    return dst - _sdiv(dst, src, bits) * to_signed(src, bits) if off else dst % src


def _mov(dst: int, src: int, bits: int, off: int) -> int:
    return to_signed(src, off) if off else src


#: Each operation on operands already cut to `bits`; the caller cuts the result.
_ALU: Final[dict[int, Callable[[int, int, int, int], int]]] = {
    op.BPF_ADD: lambda dst, src, bits, off: dst + src,
    op.BPF_SUB: lambda dst, src, bits, off: dst - src,
    op.BPF_MUL: lambda dst, src, bits, off: dst * src,
    op.BPF_DIV: _div,
    op.BPF_OR: lambda dst, src, bits, off: dst | src,
    op.BPF_AND: lambda dst, src, bits, off: dst & src,
    op.BPF_LSH: lambda dst, src, bits, off: dst << (src & (bits - 1)),
    op.BPF_RSH: lambda dst, src, bits, off: dst >> (src & (bits - 1)),
    op.BPF_NEG: lambda dst, src, bits, off: -dst,
    op.BPF_MOD: _mod,
    op.BPF_XOR: lambda dst, src, bits, off: dst ^ src,
    op.BPF_MOV: _mov,
    op.BPF_ARSH: lambda dst, src, bits, off: to_signed(dst, bits) >> (src & (bits - 1)),
}


def alu(operation: int, dst: int, src: int, bits: int = 64, off: int = 0) -> int:
    """`dst operation= src` (BPF_ADD ... BPF_ARSH) on 32 or 64 bits.

    `off` is the instruction's: 1 makes division and modulo signed; 8, 16 or 32 is the width a move extends.
    """
    mask = (1 << bits) - 1
    return _ALU[operation](dst & mask, src & mask, bits, off) & mask


def alu_result(insn: Insn, dst: int, src: int, host: str = "little") -> int:
    """What an arithmetic instruction leaves in its destination, from the values of its two registers.

    Not for `addr_space_cast`, which shares the opcode of a move but depends on where memory lies.
    """
    code, operation = insn.code, insn.code & op.OP_MASK
    wide = code & op.CLASS_MASK == op.BPF_ALU64
    if operation == op.BPF_END:
        if wide:
            return byte_swap(dst, insn.imm)
        return to_byteorder(dst, insn.imm, "big" if code & op.BPF_TO_BE else "little", host)
    operand = src if code & op.BPF_X else insn.imm & U64
    return alu(operation, dst, operand, 64 if wide else 32, insn.off)


#: Conditions that read their operands as signed numbers.
_SIGNED: Final = frozenset((op.BPF_JSGT, op.BPF_JSGE, op.BPF_JSLT, op.BPF_JSLE))

_CONDITIONS: Final[dict[int, Callable[[int, int], bool]]] = {
    op.BPF_JEQ: lambda a, b: a == b,
    op.BPF_JNE: lambda a, b: a != b,
    op.BPF_JGT: lambda a, b: a > b,
    op.BPF_JGE: lambda a, b: a >= b,
    op.BPF_JLT: lambda a, b: a < b,
    op.BPF_JLE: lambda a, b: a <= b,
    op.BPF_JSGT: lambda a, b: a > b,
    op.BPF_JSGE: lambda a, b: a >= b,
    op.BPF_JSLT: lambda a, b: a < b,
    op.BPF_JSLE: lambda a, b: a <= b,
    op.BPF_JSET: lambda a, b: a & b != 0,
}


def jump_taken(operation: int, dst: int, src: int, bits: int = 64) -> bool:
    """Whether `if dst operation src` (BPF_JEQ ... BPF_JSLE) jumps, comparing 32 or 64 bits."""
    if operation in _SIGNED:
        return _CONDITIONS[operation](to_signed(dst, bits), to_signed(src, bits))
    mask = (1 << bits) - 1
    return _CONDITIONS[operation](dst & mask, src & mask)


def branch_taken(insn: Insn, dst: int, src: int) -> bool:
    """Whether a conditional jump jumps, from the values of its two registers."""
    operand = src if insn.code & op.BPF_X else insn.imm & U64
    bits = 64 if insn.code & op.CLASS_MASK == op.BPF_JMP else 32
    return jump_taken(insn.code & op.OP_MASK, dst, operand, bits)


def atomic(operation: int, memory: int, src: int, r0: int, bits: int = 64) -> int:
    """What an atomic read-modify-write (`imm` of the instruction) leaves in memory.

    With BPF_FETCH the instruction also puts the old content of memory, zero-extended, into `src`, or for
    BPF_CMPXCHG into r0, whether it exchanged or not.
    """
    mask = (1 << bits) - 1
    if operation == op.BPF_XCHG:
        return src & mask
    if operation == op.BPF_CMPXCHG:
        return src & mask if memory & mask == r0 & mask else memory & mask
    return alu(operation & ~op.BPF_FETCH, memory, src, bits)
