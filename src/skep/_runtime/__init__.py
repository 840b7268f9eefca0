"""The data plane in C: map storage and operations, hot helpers, run loops. See `runtime.h` for the native
ABI.
"""

from __future__ import annotations

from skep._runtime._native import (
    LAYOUTS,
    SYMBOLS,
    NativeKernel,
    NativeMap,
    call,
    peek,
    poke,
    read_memory,
    write_memory,
)

__all__ = [
    "LAYOUTS",
    "SYMBOLS",
    "NativeKernel",
    "NativeMap",
    "call",
    "peek",
    "poke",
    "read_memory",
    "write_memory",
]
