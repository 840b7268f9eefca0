"""Programs of any length in the shapes that compilers find hard: long runs of one thing, many jumps."""

from __future__ import annotations

import random
from collections.abc import Callable

_REGISTERS = ("r0", "r7", "r8", "r9")
_BEGIN = ["r6 = r1", "r0 = 0", "r7 = 1", "r8 = 2", "r9 = 3"]


def _memory(rng: random.Random) -> str:
    return f"*(u32 *)(r6 + {4 * rng.randrange(100)})"


def _stack(rng: random.Random) -> str:
    return f"*(u64 *)(r10 - {8 * rng.randrange(1, 60)})"


def stores(rng: random.Random) -> list[str]:
    """Constants of all sizes into memory, over one another."""
    return [f"*(u{rng.choice((8, 16, 32, 64))} *)(r6 + {rng.randrange(400)}) = {rng.randrange(100)}"]


def spills(rng: random.Random) -> list[str]:
    return [f"{_stack(rng)} = {rng.choice(_REGISTERS)}"]


def loads(rng: random.Random) -> list[str]:
    return [f"r2 = {_memory(rng)}", "r0 += r2"]


def mixture(rng: random.Random) -> list[str]:
    """Arithmetic, memory and stack."""
    dst, src = rng.choice(_REGISTERS), rng.choice(_REGISTERS)
    return [
        rng.choice(
            (
                f"{dst} = {_memory(rng)}",
                f"{_memory(rng)} = {src}",
                f"{dst} {rng.choice(('+=', '^=', '*=', '/=', '%=', '-='))} {src}",
                f"{_stack(rng)} = {src}",
                f"{dst} = {_stack(rng)}",
                f"w{dst[1:]} >>= {rng.randrange(1, 31)}",
            )
        )
    ]


def branches(rng: random.Random) -> list[str]:
    """Over one or two instructions each, with values that go on."""
    left, dst = rng.choice(_REGISTERS[1:]), rng.choice(_REGISTERS)
    return [
        f"{left} = {_memory(rng)}",
        f"if {left} {rng.choice(('>', '==', '<=', 's>'))} {rng.randrange(1000)} goto 1f",
        f"{dst} ^= {rng.choice(_REGISTERS)}",
        f"{_stack(rng)} = {dst}",
        "1: r0 += 1",
    ]


def exits(rng: random.Random) -> list[str]:
    """All to the one end."""
    return [f"r2 = {_memory(rng)}", f"if r2 == {rng.randrange(100000)} goto 9f", f"r0 += {rng.randrange(5)}"]


def for_nothing(rng: random.Random) -> list[str]:
    """Jumps that all end at the same place without a difference: a thousand of them in a row are more than
    LLVM's passes over control flow bear."""
    return [f"1: r5 = {_memory(rng)}", f"if r5 > {rng.randrange(9999)} goto 1f", "r4 = r5"]


SHAPES: dict[str, Callable[[random.Random], list[str]]] = {
    shape.__name__: shape for shape in (stores, spills, loads, mixture, branches, exits, for_nothing)
}


def program(shape: str, length: int) -> str:
    """Assembly of about `length` instructions."""
    rng, lines = random.Random(length), list(_BEGIN)
    while len(lines) < length - 6:
        lines += SHAPES[shape](rng)
    return "\n".join([*lines, "1: r0 += r7", "9: exit"])
