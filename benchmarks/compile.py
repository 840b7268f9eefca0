"""From bytecode to native code: how long a person waits between `load` and the first packet."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path

import skep
from benchmarks.report import Figure

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
    ]
