"""Verified programs to native code, through LLVM.

`compile` gives the address of a function of the runtime's one signature (`_runtime/runtime.h`). Compiled objects
hold no addresses and are kept on disk, so that a program is compiled once per machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from skep.kernel.fixups.program import FixedProgram
from skep.kernel.jit.lower import lower
from skep.kernel.jit.symbols import address_of, libc_addresses
from skep.kernel.jit.target import host
from skep.kernel.jit.unit import Unit


class NativeProgram:
    """Native code of one program; `entry` is valid until `close`."""

    def __init__(self, entry: int, keeper: Any) -> None:
        self.entry = entry
        self._keeper = keeper

    def close(self) -> None:
        """Frees the code."""
        self.entry = 0
        self._keeper = None


class NativeBatch:
    """Native code of several programs that were compiled together."""

    def __init__(self, entries: list[int], keeper: Any) -> None:
        self.entries = entries
        self._keeper = keeper

    def close(self) -> None:
        self.entries = []
        self._keeper = None


def compile(program: FixedProgram, *, resolve_helper: Callable[[int], int]) -> NativeProgram:
    """Compiles a program, or takes it from the cache, and binds it to the addresses of this process."""
    unit = Unit(program)
    entry = lower(program, unit)
    image = host().compile(unit.text())
    symbols = {name: address_of(name, program, resolve_helper) for name in unit.symbols}
    code = host().link(image, symbols | libc_addresses(), (entry,))
    return NativeProgram(code[entry], code)


def compile_batch(programs: Sequence[FixedProgram]) -> NativeBatch:
    """Compiles programs without maps and helpers into one module, which costs less than one module each."""
    unit = Unit(programs[0])
    entries = tuple(lower(program, unit, f"p{number}") for number, program in enumerate(programs))
    code = host().link(host().compile(unit.text()), libc_addresses(), entries)
    return NativeBatch([code[entry] for entry in entries], code)
