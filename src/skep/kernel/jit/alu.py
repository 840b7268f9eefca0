"""Arithmetic: RFC 9669 section 4.1 to 4.2, with its definitions for what C and LLVM leave undefined.

Division by zero gives 0, modulo by zero leaves dst, the most negative number divided by -1 overflows to
itself, and shift counts are masked to the width.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable

from skep.isa import opcodes as op
from skep.isa.insn import Insn
from skep.kernel.jit.emit import Emitter
from skep.kernel.jit.symbols import VALUES

_SIMPLE = {
    op.BPF_ADD: "add",
    op.BPF_SUB: "sub",
    op.BPF_MUL: "mul",
    op.BPF_OR: "or",
    op.BPF_AND: "and",
    op.BPF_XOR: "xor",
}
_SHIFTS = {op.BPF_LSH: "shl", op.BPF_RSH: "lshr", op.BPF_ARSH: "ashr"}


def lower_alu64(emit: Emitter, insn: Insn, slot: int) -> None:
    operation = insn.code & op.OP_MASK
    if operation == op.BPF_MOV:
        _mov64(emit, insn)
    elif operation == op.BPF_END:
        _byte_swap(emit, insn, swap=True)
    elif operation in (op.BPF_ADD, op.BPF_SUB) and emit.flow.wanted_after[slot] >> insn.dst & 1:
        _move_pointer(emit, insn, slot)
    else:
        source = emit.read(insn.src) if insn.code & op.BPF_X else str(insn.imm)
        emit.write(insn.dst, _compute(emit, insn, 64, emit.read(insn.dst), source))


def lower_alu32(emit: Emitter, insn: Insn, slot: int) -> None:
    operation = insn.code & op.OP_MASK
    if operation == op.BPF_MOV:
        _mov32(emit, insn)
    elif operation == op.BPF_END:
        _byte_swap(emit, insn, swap=(insn.code & op.BPF_TO_BE != 0) == (sys.byteorder == "little"))
    else:
        source = emit.read32(insn.src) if insn.code & op.BPF_X else str(insn.imm)
        emit.write32(insn.dst, _compute(emit, insn, 32, emit.read32(insn.dst), source))


def _mov64(emit: Emitter, insn: Insn) -> None:
    if not insn.code & op.BPF_X:
        emit.write(insn.dst, str(insn.imm))
    elif insn.off == 0:
        emit.copy(insn.dst, insn.src)
    elif insn.off == op.BPF_ADDR_SPACE_CAST:
        _cast_to_user(emit, insn)
    else:
        narrow = emit.value(f"trunc i64 {emit.read(insn.src)} to i{insn.off}")
        emit.write(insn.dst, emit.value(f"sext i{insn.off} {narrow} to i64"))


def _cast_to_user(emit: Emitter, insn: Insn) -> None:
    """The arena's upper half before a pointer of 32 bits, unless it is null."""
    arena = emit.unit.program.arena
    if arena is None:
        raise OSError(errno.EINVAL, "addr_space_cast in a program without an arena")
    low = emit.value(f"and i64 {emit.read(insn.src)}, 4294967295")
    start = emit.value(f"ptrtoint ptr {emit.unit.data(f'{VALUES}{arena}')} to i64")
    high = emit.value(f"and i64 {start}, -4294967296")
    whole = emit.value(f"or i64 {high}, {low}")
    is_null = emit.value(f"icmp eq i64 {low}, 0")
    emit.write(insn.dst, emit.value(f"select i1 {is_null}, i64 0, i64 {whole}"))


def _mov32(emit: Emitter, insn: Insn) -> None:
    if not insn.code & op.BPF_X:
        emit.write(insn.dst, str(insn.imm & 0xFFFF_FFFF))
    elif insn.off == 0:
        emit.write32(insn.dst, emit.read32(insn.src))
    else:
        narrow = emit.value(f"trunc i64 {emit.read(insn.src)} to i{insn.off}")
        emit.write32(insn.dst, emit.value(f"sext i{insn.off} {narrow} to i32"))


def _move_pointer(emit: Emitter, insn: Insn, slot: int) -> None:
    """Addition and subtraction of numbers to and from what will be an address."""
    if not insn.code & op.BPF_X:
        base, offset = emit.pointer(insn.dst), str(insn.imm)
    elif slot in emit.flow.bases:
        base, offset = emit.pointer(insn.src), emit.read(insn.dst)
    else:
        base, offset = emit.pointer(insn.dst), emit.read(insn.src)
    if insn.code & op.OP_MASK == op.BPF_SUB:
        offset = emit.value(f"sub i64 0, {offset}")
    emit.write(insn.dst, emit.value(f"getelementptr i8, ptr {base}, i64 {offset}"), is_pointer=True)


def _byte_swap(emit: Emitter, insn: Insn, *, swap: bool) -> None:
    width = insn.imm
    value = emit.read(insn.dst)
    if width < 64:
        value = emit.value(f"trunc i64 {value} to i{width}")
    if swap:
        value = emit.value(f"call i{width} @llvm.bswap.i{width}(i{width} {value})")
    if width < 64:
        value = emit.value(f"zext i{width} {value} to i64")
    emit.write(insn.dst, value)


def _compute(emit: Emitter, insn: Insn, bits: int, dst: str, src: str) -> str:
    operation = insn.code & op.OP_MASK
    kind = f"i{bits}"
    if operation in _SIMPLE:
        return emit.value(f"{_SIMPLE[operation]} {kind} {dst}, {src}")
    if operation in _SHIFTS:
        if insn.code & op.BPF_X:
            count = emit.value(f"and {kind} {src}, {bits - 1}")
        else:
            count = str(insn.imm & (bits - 1))
        return emit.value(f"{_SHIFTS[operation]} {kind} {dst}, {count}")
    if operation == op.BPF_NEG:
        return emit.value(f"sub {kind} 0, {dst}")
    divide = _DIVISIONS[operation, insn.off]
    return divide(emit, kind, dst, src)


def _udiv(emit: Emitter, kind: str, dst: str, src: str) -> str:
    zero, divisor = _nonzero(emit, kind, src)
    quotient = emit.value(f"udiv {kind} {dst}, {divisor}")
    return emit.value(f"select i1 {zero}, {kind} 0, {kind} {quotient}")


def _umod(emit: Emitter, kind: str, dst: str, src: str) -> str:
    zero, divisor = _nonzero(emit, kind, src)
    remainder = emit.value(f"urem {kind} {dst}, {divisor}")
    return emit.value(f"select i1 {zero}, {kind} {dst}, {kind} {remainder}")


def _sdiv(emit: Emitter, kind: str, dst: str, src: str) -> str:
    zero, minus, divisor = _not_zero_nor_minus_one(emit, kind, src)
    quotient = emit.value(f"sdiv {kind} {dst}, {divisor}")
    negated = emit.value(f"sub {kind} 0, {dst}")
    signed = emit.value(f"select i1 {minus}, {kind} {negated}, {kind} {quotient}")
    return emit.value(f"select i1 {zero}, {kind} 0, {kind} {signed}")


def _smod(emit: Emitter, kind: str, dst: str, src: str) -> str:
    zero, minus, divisor = _not_zero_nor_minus_one(emit, kind, src)
    remainder = emit.value(f"srem {kind} {dst}, {divisor}")
    signed = emit.value(f"select i1 {minus}, {kind} 0, {kind} {remainder}")
    return emit.value(f"select i1 {zero}, {kind} {dst}, {kind} {signed}")


def _nonzero(emit: Emitter, kind: str, src: str) -> tuple[str, str]:
    """(is zero, a divisor that is not zero)."""
    zero = emit.value(f"icmp eq {kind} {src}, 0")
    return zero, emit.value(f"select i1 {zero}, {kind} 1, {kind} {src}")


def _not_zero_nor_minus_one(emit: Emitter, kind: str, src: str) -> tuple[str, str, str]:
    zero = emit.value(f"icmp eq {kind} {src}, 0")
    minus = emit.value(f"icmp eq {kind} {src}, -1")
    trap = emit.value(f"or i1 {zero}, {minus}")
    return zero, minus, emit.value(f"select i1 {trap}, {kind} 1, {kind} {src}")


_DIVISIONS: dict[tuple[int, int], Callable[[Emitter, str, str, str], str]] = {
    (op.BPF_DIV, 0): _udiv,
    (op.BPF_DIV, 1): _sdiv,
    (op.BPF_MOD, 0): _umod,
    (op.BPF_MOD, 1): _smod,
}
