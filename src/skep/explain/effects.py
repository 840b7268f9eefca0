"""What an instruction of a log does, read from its text: which registers and slots it writes and reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_REG = r"[rw](\d+)"
_MEM = r"\*\([us](\d+) \*\)\(r(\d+) ([+-]?\d+)\)"
_CALL: Final = re.compile(r"^call (?:(?:kernel-function )?([\w.]+?)#|pc)([+-]?\d+)")
_LOAD: Final = re.compile(rf"^{_REG} = (?:load_acquire\()?{_MEM}")
_STORE: Final = re.compile(rf"^(?:lock )?{_MEM} ?[|&^+]?= ?(?:{_REG})?")
_JUMP: Final = re.compile(rf"^if {_REG} (\S+) (?:{_REG}|(\S+)) goto ")
_SKB: Final = re.compile(r"^r0 = \*\([us]\d+ \*\)skb\[")
_MOVE: Final = re.compile(rf"^{_REG} = (?:\(s\d+\))?{_REG}$")
_CONSTANT: Final = re.compile(rf"^{_REG} = (-?\d\w*|0x\w+)")
_ALU: Final = re.compile(rf"^{_REG} (?:s?[-+*/%&|^<>=]+|=) (.*)$")
_ATOMIC: Final = re.compile(rf"^{_REG} = atomic\w*\(")


@dataclass(frozen=True, slots=True)
class Effect:
    """`kind` is one of call, exit, load, store, branch, move, constant, change, other.

    `slot` is the stack slot (`fp-8`) of a load or store through r10, and `at` and `size` the bytes in it;
    `base` is the register of the address.
    """

    kind: str
    writes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    slot: str = ""
    at: str = ""  # fp-4
    size: int = 0
    base: str = ""
    name: str = ""  # of the called function


_CLOBBERED: Final = tuple(f"R{number}" for number in range(6))


@lru_cache(maxsize=1 << 14)
def effect(asm: str) -> Effect:
    """What one line of assembly does."""
    if call := _CALL.match(asm):
        return Effect("call", _CLOBBERED, (), name=call[1] or "")
    if asm == "exit":
        return Effect("exit", (), ("R0",))
    if jump := _JUMP.match(asm):
        return Effect("branch", (), tuple(f"R{number}" for number in (jump[1], jump[3]) if number))
    if _SKB.match(asm):
        return Effect("call", _CLOBBERED, ("R6",))
    if load := _LOAD.match(asm):
        return _access("load", (f"R{load[1]}",), (), load[2], load[3], load[4])
    if store := _STORE.match(asm):
        stored = (f"R{store[4]}",) if store[4] else ()
        return _access("store", (), stored, store[1], store[2], store[3])
    return _arithmetic(asm)


def _arithmetic(asm: str) -> Effect:
    if move := _MOVE.match(asm):
        return Effect("move", (f"R{move[1]}",), (f"R{move[2]}",))
    if atomic := _ATOMIC.match(asm):
        return Effect("other", (f"R{atomic[1]}",), ())
    if constant := _CONSTANT.match(asm):
        return Effect("constant", (f"R{constant[1]}",))
    if change := _ALU.match(asm):
        others = re.findall(r"\b[rw](\d+)\b", change[2])
        return Effect("change", (f"R{change[1]}",), tuple(f"R{number}" for number in (change[1], *others)))
    return Effect("other")


def _access(
    kind: str, writes: tuple[str, ...], reads: tuple[str, ...], bits: str, base: str, offset: str
) -> Effect:
    reads, size = (f"R{base}", *reads), int(bits) // 8
    if base != "10":
        return Effect(kind, writes, reads, size=size, base=f"R{base}")
    at = int(offset)
    return Effect(kind, writes, reads, f"fp{at - at % 8}", f"fp{at}", size, f"R{base}")
