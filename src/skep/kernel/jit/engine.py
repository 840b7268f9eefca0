"""Verified programs to native code, through LLVM.

`compile` gives the address of a function of the runtime's one signature (`_runtime/runtime.h`). Compiled
objects hold no addresses and are kept on disk, so that a program is compiled once per machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from skep.kernel.fixups.program import FixedProgram
from skep.kernel.jit.cache import Cache, Compiled, key_of
from skep.kernel.jit.lower import lower
from skep.kernel.jit.symbols import (
    ResolveKfunc,
    ResolveRecord,
    address_of,
    libc_addresses,
    no_kfuncs,
    no_records,
)
from skep.kernel.jit.target import host
from skep.kernel.jit.unit import Unit

#: The cache of whoever runs this process, in XDG_CACHE_HOME.
USER_CACHE = Cache()


class NativeProgram:
    """Native code of one program; `entry` is valid until `close`."""

    def __init__(self, entry: int, keeper: Any, compiled: Compiled) -> None:
        self.entry = entry
        self._keeper = keeper
        self._compiled = compiled

    def images(self) -> list[tuple[int, bytes]]:
        """Address and machine code of each function that is still one after inlining, the entry first."""
        from skep.kernel.jit.image import functions

        return functions(self._compiled.image, self._compiled.entry, self.entry) if self.entry else []

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
        """Frees the code."""
        self.entries = []
        self._keeper = None


def compile(
    program: FixedProgram,
    *,
    resolve_helper: Callable[[int], int],
    resolve_kfunc: ResolveKfunc = no_kfuncs,
    resolve_record: ResolveRecord = no_records,
    cache: Cache | None = USER_CACHE,
) -> NativeProgram:
    """Compiles a program, or takes it from the cache, and binds it to the addresses of this process."""
    compiled = _build(program) if cache is None else _cached(program, cache)
    resolvers = resolve_helper, resolve_kfunc, resolve_record
    symbols = {name: address_of(name, program, *resolvers) for name in compiled.symbols}
    code = host().link(compiled.image, symbols | libc_addresses(), (compiled.entry,))
    return NativeProgram(code[compiled.entry], code, compiled)


def compile_batch(programs: Sequence[FixedProgram]) -> NativeBatch:
    """Compiles programs without maps and helpers into one module, which costs less than one module each."""
    unit = Unit(programs[0])
    entries = tuple(lower(program, unit, f"p{number}") for number, program in enumerate(programs))
    code = host().link(host().compile(unit.text()), libc_addresses(), entries)
    return NativeBatch([code[entry] for entry in entries], code)


def _cached(program: FixedProgram, cache: Cache) -> Compiled:
    key = key_of(program, host().name)
    compiled = cache.get(key)
    if compiled is None:
        compiled = _build(program)
        cache.put(key, compiled)
    return compiled


def _build(program: FixedProgram) -> Compiled:
    unit = Unit(program)
    entry = lower(program, unit)
    return Compiled(host().compile(unit.text()), entry, tuple(unit.symbols))
