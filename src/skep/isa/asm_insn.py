"""One statement of LLVM's BPF assembly to instruction slots.

Wider than LLVM in a few places where the text has one possible meaning: a memory operand may lack its offset,
a 32-bit atomic takes `r` registers for all operations, `ld_pseudo` takes the upper half of its constant,
`skb[r1 + 4]` has both parts of an indirect load.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from skep.isa import build, operators
from skep.isa import opcodes as op
from skep.isa.asm_operands import (
    REGISTER,
    Register,
    is_register,
    parse_integer,
    parse_memory,
    parse_operand,
    parse_place,
    parse_register,
    parse_size,
    parse_sized_register,
    parse_target,
)
from skep.isa.asm_text import Cursor
from skep.isa.insn import Insn
from skep.isa.semantics import to_signed

_CASTS: Final = {name: width for width, name in operators.MOVSX.items()}
_CONDITIONS: Final = {symbol: operation for operation, symbol in operators.CONDITION.items()}
_ATOMICS: Final = {f"atomic_fetch_{name}": operation for operation, name in operators.ATOMIC.items()}
_EXCHANGES: Final = {
    "xchg_64": (op.BPF_DW, op.BPF_XCHG),
    "xchg32_32": (op.BPF_W, op.BPF_XCHG),
    "cmpxchg_64": (op.BPF_DW, op.BPF_CMPXCHG),
    "cmpxchg32_32": (op.BPF_W, op.BPF_CMPXCHG),
}
_SWAPS: Final[dict[str, Callable[[int], Insn]]] = {
    f"{name}{width}": lambda dst, make=make, width=width: make(dst, width)  # type: ignore[misc]
    for name, make in (("le", build.to_le), ("be", build.to_be), ("bswap", build.bswap))
    for width in (16, 32, 64)
}

#: Assignment operators as tokens, longest first: (tokens, operation, off).
_ASSIGNMENTS: Final = sorted(
    [
        (tuple(re.findall(r"s|<<|>>|.", symbol)), operation, off)
        for table, off in ((operators.ALU, 0), (operators.SIGNED_ALU, 1))
        for operation, symbol in table.items()
    ],
    key=lambda row: -len(row[0]),
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The slots of a statement, and the label whose distance is still to be put into `field` of the first."""

    slots: tuple[Insn, ...]
    label: str | None = None
    field: str = "off"


def parse(at: Cursor) -> Parsed:
    """The instruction that a statement says. Raises AsmError with its line."""
    keyword = _KEYWORDS.get(at.text())
    if keyword is not None:
        at.take()
        parsed = keyword(at)
    elif is_register(at):
        parsed = _assignment(at)
    else:
        at.fail(f"{at.text()!r} begins no instruction")
    at.finish()
    return parsed if isinstance(parsed, Parsed) else Parsed((parsed,))


# Statements that begin with a word.


def _if(at: Cursor) -> Parsed:
    dst = parse_register(at)
    symbol = at.take().text
    if symbol == "s":
        symbol += at.take().text
    if symbol not in _CONDITIONS:
        at.fail(f"{symbol!r} is no condition; conditions are {' '.join(_CONDITIONS)}")
    operation = _CONDITIONS[symbol]
    src = parse_operand(at, dst)
    at.expect("goto")
    off, label = parse_target(at, 16)
    klass = op.BPF_JMP if dst.wide else op.BPF_JMP32
    return Parsed((_two_operands(klass | operation, dst, src, off),), label)


def _two_operands(code: int, dst: Register, src: int | Register, off: int) -> Insn:
    if isinstance(src, Register):
        return Insn(code | op.BPF_X, dst.number, src.number, off)
    return Insn(code | op.BPF_K, dst.number, 0, off, to_signed(src, 32))


def _goto(at: Cursor) -> Parsed:
    off, label = parse_target(at, 16)
    return Parsed((build.ja(off),), label)


def _gotol(at: Cursor) -> Parsed:
    off, label = parse_target(at, 32)
    return Parsed((build.gotol(off),), label, "imm")


def _may_goto(at: Cursor) -> Parsed:
    off, label = parse_target(at, 16)
    return Parsed((build.may_goto(off),), label)


def _call(at: Cursor) -> Parsed:
    if at.is_reference():
        return Parsed((build.call_subprog(0),), at.name(), "imm")
    return Parsed((build.call_helper(parse_integer(at, 32, "helper number")),))


def _callx(at: Cursor) -> Insn:
    return build.callx(parse_register(at, wide=True).number)


def _exit(at: Cursor) -> Insn:
    return build.exit_()


def _lock(at: Cursor) -> Insn:
    at.expect("*")
    size, dst, off = parse_place(at)
    operation = next((o for o in operators.ATOMIC if at.text() + at.text(1) == operators.ALU[o]), None)
    if operation is None:
        at.fail(f"{at.text() + at.text(1)!r} is no atomic operation; there are += |= &= ^=")
    at.take()
    at.take()
    return build.atomic_op(size, operation, dst, parse_sized_register(at, size), off)


def _store(at: Cursor) -> Insn:
    size, dst, off = parse_place(at)
    at.expect("=")
    if is_register(at):
        return build.stx_mem(size, dst, parse_sized_register(at, size), off)
    return build.st_mem(size, dst, off, parse_integer(at, 32, "constant"))


def _store_release(at: Cursor) -> Insn:
    at.expect("(")
    size, dst, off = parse_place(at)
    at.expect(",")
    src = parse_sized_register(at, size)
    at.expect(")")
    return build.store_release(size, dst, src, off)


def _ld_pseudo(at: Cursor) -> Parsed:
    dst = parse_register(at, wide=True).number
    at.expect(",")
    src = at.expression()
    if not 0 <= src <= 0xF:
        at.fail(f"the kind {src} of ld_pseudo is not between 0 and 15")
    at.expect(",")
    value = parse_integer(at, 64, "constant")
    # A negative constant is one of 32 bits: the upper half of these is a field of its own.
    first, second = build.ld_imm64(dst, value & 0xFFFF_FFFF if value < 0 else value)
    return Parsed((Insn(first.code, dst, src, 0, first.imm), second))


_KEYWORDS: Final[dict[str, Callable[[Cursor], Parsed | Insn]]] = {
    "if": _if,
    "goto": _goto,
    "gotol": _gotol,
    "may_goto": _may_goto,
    "call": _call,
    "callx": _callx,
    "exit": _exit,
    "lock": _lock,
    "*": _store,
    "store_release": _store_release,
    "ld_pseudo": _ld_pseudo,
}


# Statements that begin with a register.


def _assignment(at: Cursor) -> Parsed | Insn:
    dst = parse_register(at)
    row = next((row for row in _ASSIGNMENTS if at.accept(*row[0])), None)
    if row is None:
        at.fail(f"expected an assignment after the register, not {at.text()!r}")
    _, operation, off = row
    if operation == op.BPF_MOV:
        return _value(at, dst)
    klass = op.BPF_ALU64 if dst.wide else op.BPF_ALU
    return _two_operands(klass | operation, dst, parse_operand(at, dst), off)


def _value(at: Cursor, dst: Register) -> Parsed | Insn:
    """What follows `r0 =`."""
    word, after = at.text(), at.text(1)
    if is_register(at):
        src = parse_register(at, wide=dst.wide).number
        return build.mov64_reg(dst.number, src) if dst.wide else build.mov32_reg(dst.number, src)
    if word == "-" and REGISTER.fullmatch(after):
        at.take()
        _same(at, dst)
        return build.neg64(dst.number) if dst.wide else build.neg32(dst.number)
    if word == "(" and after in _CASTS:
        return _movsx(at, dst)
    if word == "*":
        at.take()
        return _load(at, dst)
    if word in _SWAPS:
        at.take()
        _same(at, _wide(at, dst))
        return _SWAPS[word](dst.number)
    if word in _CALLS:
        at.take()
        return _CALLS[word](at, dst, word)
    return _constant(at, dst)


def _same(at: Cursor, dst: Register) -> None:
    if parse_register(at) != dst:
        at.fail("the register must be the same on both sides")


def _wide(at: Cursor, dst: Register) -> Register:
    if not dst.wide:
        at.fail(f"this needs a 64-bit register: r{dst.number}, not w{dst.number}")
    return dst


def _movsx(at: Cursor, dst: Register) -> Insn:
    at.expect("(")
    name = at.take().text
    at.expect(")")
    src = parse_register(at, wide=dst.wide).number
    if dst.wide:
        return build.movsx64_reg(dst.number, src, _CASTS[name])
    if _CASTS[name] == 32:
        at.fail("a 32-bit register cannot be extended from 32 bits")
    return build.movsx32_reg(dst.number, src, _CASTS[name])


def _load(at: Cursor, dst: Register) -> Insn:
    size, signed = parse_size(at)
    if at.accept("skb"):
        return _packet_load(at, dst, size, signed)
    at.expect("(")
    src, off = parse_memory(at)
    at.expect(")")
    if size == op.BPF_DW or signed:
        _wide(at, dst)
    make = build.ldx_memsx if signed else build.ldx_mem
    return make(size, dst.number, src, off)


def _packet_load(at: Cursor, dst: Register, size: int, signed: bool) -> Insn:
    if dst != Register(0, True) or signed or size == op.BPF_DW:
        at.fail("packet loads are r0 = *(u8 *)skb[...], with u8, u16 or u32")
    at.expect("[")
    if is_register(at):
        src = parse_register(at, wide=True).number
        imm = parse_integer(at, 32, "offset") if at.text() in ("+", "-") else 0
        insn = build.ld_ind(size, src, imm)
    else:
        insn = build.ld_abs(size, parse_integer(at, 32, "offset"))
    at.expect("]")
    return insn


def _fetch(at: Cursor, dst: Register, word: str) -> Insn:
    at.expect("(")
    size, base, off = parse_place(at)
    at.expect(",")
    _same(at, dst)
    at.expect(")")
    if size == op.BPF_DW:
        _wide(at, dst)
    return build.atomic_op(size, _ATOMICS[word] | op.BPF_FETCH, base, dst.number, off)


def _exchange(at: Cursor, dst: Register, word: str) -> Insn:
    size, operation = _EXCHANGES[word]
    wide = size == op.BPF_DW
    at.expect("(")
    base, off = parse_memory(at)
    at.expect(",")
    _same(at, dst)
    if dst.wide != wide:
        at.fail(f"{word} works on {'r' if wide else 'w'} registers")
    src = dst.number
    if operation == op.BPF_CMPXCHG:
        if src != 0:
            at.fail(f"{word} compares with {'r0' if wide else 'w0'} and puts the old value there")
        at.expect(",")
        src = parse_register(at, wide=wide).number
    at.expect(")")
    return build.atomic_op(size, operation, base, src, off)


def _load_acquire(at: Cursor, dst: Register, word: str) -> Insn:
    at.expect("(")
    size, base, off = parse_place(at)
    at.expect(")")
    if size == op.BPF_DW:
        _wide(at, dst)
    return build.load_acquire(size, dst.number, base, off)


def _addr_space_cast(at: Cursor, dst: Register, word: str) -> Insn:
    at.expect("(")
    src = parse_register(at, wide=_wide(at, dst).wide).number
    at.expect(",")
    to = parse_integer(at, 16, "address space")
    at.expect(",")
    from_ = parse_integer(at, 16, "address space")
    at.expect(")")
    return build.addr_space_cast(dst.number, src, to & 0xFFFF, from_ & 0xFFFF)


_CALLS: Final[dict[str, Callable[[Cursor, Register, str], Insn]]] = {
    **dict.fromkeys(_ATOMICS, _fetch),
    **dict.fromkeys(_EXCHANGES, _exchange),
    "load_acquire": _load_acquire,
    "addr_space_cast": _addr_space_cast,
}


def _constant(at: Cursor, dst: Register) -> Parsed | Insn:
    if at.is_reference():
        label = at.name()
        at.expect("ll")
        return Parsed(build.ld_func(_wide(at, dst).number, 0), label, "imm")
    if at.ends_with("ll"):
        value = parse_integer(at, 64, "constant")
        at.expect("ll")
        return Parsed(build.ld_imm64(_wide(at, dst).number, value))
    value = parse_integer(at, 32, "constant")
    return build.mov64_imm(dst.number, value) if dst.wide else build.mov32_imm(dst.number, value)
