"""From bytecode to native code: how long a person waits between `load` and the first packet."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path

import skep
from benchmarks.report import Figure
from benchmarks.shapes import SHAPES, program
from skep.isa.asm import assemble
from skep.kernel.vm import bare_program

SOURCE = Path(__file__).parent.parent / "examples" / "xdp_blocklist.bpf.c"
ROUNDS = 7


def load_milliseconds(cache: str) -> float:
    """PROG_LOAD of the example, with the code cache in that directory."""
    os.environ["XDG_CACHE_HOME"] = cache
    from skep.kernel.jit import engine

    engine.USER_CACHE = engine.Cache()
    with skep.Kernel() as kernel, skep.open(SOURCE) as obj:
        started = time.perf_counter()
        obj.load(kernel)
        return (time.perf_counter() - started) * 1e3


def code_milliseconds(shape: str, length: int) -> float:
    """Native code for a program of that shape, in time of the CPU; the better of two."""
    from skep.kernel.jit.engine import compile

    code = bare_program(assemble(program(shape, length)))
    samples = []
    for _ in range(2):
        started = time.thread_time()
        compile(code, resolve_helper=lambda helper: helper, cache=None).close()
        samples.append((time.thread_time() - started) * 1e3)
    return min(samples)


def from_cache() -> Figure:
    """Native code that another process made before."""
    from skep.kernel.jit.engine import Cache, compile

    code = bare_program(assemble(program("mixture", 400)))
    samples = []
    with tempfile.TemporaryDirectory() as directory:
        for _ in range(ROUNDS + 1):
            started = time.perf_counter()
            compile(code, resolve_helper=lambda helper: helper, cache=Cache(Path(directory))).close()
            samples.append((time.perf_counter() - started) * 1e3)
    how = "400 instructions, linked"
    return Figure("compile", "native code from the cache", min(samples[1:]), "ms", target=1.5, detail=how)


def longest(length: int, target: float) -> Figure:
    """The shape that takes longest."""
    taken = {shape: code_milliseconds(shape, length) for shape in SHAPES}
    worst = max(taken, key=lambda shape: taken[shape])
    detail = f"{worst}; {len(SHAPES)} shapes, see benchmarks/shapes.py"
    return Figure(
        "compile", f"native code, {length:,} instructions", taken[worst], "ms", target, detail=detail
    )


def run() -> list[Figure]:
    """Median of several loads: nothing cached, and everything cached. LLVM itself is already imported."""
    before = os.environ.get("XDG_CACHE_HOME")
    try:
        with tempfile.TemporaryDirectory() as warm:
            load_milliseconds(warm)
            cached = statistics.median(load_milliseconds(warm) for _ in range(ROUNDS))
        fresh = []
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory() as cold:
                fresh.append(load_milliseconds(cold))
    finally:
        if before is None:
            del os.environ["XDG_CACHE_HOME"]
        else:
            os.environ["XDG_CACHE_HOME"] = before
    with skep.open(SOURCE) as obj:
        detail = f"{len(obj.programs['firewall'].spec.insns)} instructions, maps included"
    return [
        Figure("compile", "verify and compile", statistics.median(fresh), "ms", target=60, detail=detail),
        Figure("compile", "verify, code from the cache", cached, "ms", target=15, detail=detail),
        from_cache(),
        longest(999, target=100),
        longest(10_000, target=2000),
    ]
