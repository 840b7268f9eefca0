"""The operands of assembly statements: registers, constants, places in memory, jump targets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from skep.isa import opcodes as op
from skep.isa import operators
from skep.isa.asm_text import Cursor

REGISTER: Final = re.compile(r"([rw])([0-9]|1[0-9])")
_SIZES: Final = {name: size for size, name in operators.UNSIGNED.items()}
_SIGNED_SIZES: Final = {name: size for size, name in operators.SIGNED.items()}


@dataclass(frozen=True, slots=True)
class Register:
    """`r3` or, for the lower half, `w3`."""

    number: int
    wide: bool


def is_register(at: Cursor) -> bool:
    """Whether a register comes next."""
    return REGISTER.fullmatch(at.text()) is not None


def parse_register(at: Cursor, *, wide: bool | None = None) -> Register:
    """`r1` or `w1`, or only one of them."""
    match = REGISTER.fullmatch(at.text())
    if match is None:
        at.fail(f"expected a register, not {at.text()!r}")
    at.take()
    found = Register(int(match[2]), match[1] == "r")
    if found.number >= op.MAX_BPF_REG:
        at.fail(f"there is no register {match[0]}; the last one is {match[1]}10")
    if wide is not None and found.wide != wide:
        at.fail(f"{match[0]} has the wrong width here; use {'r' if wide else 'w'}{match[2]}")
    return found


def parse_sized_register(at: Cursor, size: int) -> int:
    """A register whose value has `size`: 64-bit values have no `w` form."""
    return parse_register(at, wide=True if size == op.BPF_DW else None).number


def parse_integer(at: Cursor, bits: int, what: str) -> int:
    """A constant of so many bits, with or without sign."""
    value = at.expression()
    if not -(1 << (bits - 1)) <= value < 1 << bits:
        way = "; a 64-bit constant is written with `ll`" if bits == 32 and what == "constant" else ""
        at.fail(f"{what} {value} does not fit into {bits} bits{way}")
    return value


def parse_signed_integer(at: Cursor, bits: int, what: str) -> int:
    """A constant that is a signed number of so many bits."""
    value = at.expression()
    if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
        at.fail(f"{what} {value} does not fit into {bits} signed bits")
    return value


def parse_memory(at: Cursor) -> tuple[int, int]:
    """`r1 + 4` or `r1`."""
    register = parse_register(at, wide=True).number
    return register, parse_signed_integer(at, 16, "offset") if at.text() in ("+", "-") else 0


def parse_size(at: Cursor) -> tuple[int, bool]:
    """`(u32 *)`: the size, and whether it is signed."""
    at.expect("(")
    name = at.take().text
    if name not in _SIZES and name not in _SIGNED_SIZES:
        at.fail(f"{name!r} is no size; sizes are {', '.join((*_SIZES, *_SIGNED_SIZES))}")
    at.expect("*", ")")
    return (_SIZES[name], False) if name in _SIZES else (_SIGNED_SIZES[name], True)


def parse_place(at: Cursor) -> tuple[int, int, int]:
    """`(u32 *)(r1 + 4)`: size, register, offset."""
    size, signed = parse_size(at)
    if signed:
        at.fail("only loads have signed sizes")
    at.expect("(")
    register, off = parse_memory(at)
    at.expect(")")
    return size, register, off


def parse_target(at: Cursor, bits: int) -> tuple[int, str | None]:
    """A label, or the distance to jump in slots."""
    if at.is_reference():
        return 0, at.name()
    return parse_signed_integer(at, bits, "distance"), None


def parse_operand(at: Cursor, like: Register) -> int | Register:
    """A register of the same width, or a constant."""
    if is_register(at):
        return parse_register(at, wide=like.wide)
    return parse_integer(at, 32, "constant")
