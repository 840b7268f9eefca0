"""The data plane in C: map storage and operations, hot helpers, run loops. See `runtime.h` for the native
ABI.
"""

from __future__ import annotations

from skep._runtime._native import (
    LAYOUTS,
    SOCKET_BUCKETS,
    SOCKET_VIEW,
    SYMBOLS,
    NativeKernel,
    NativeMap,
    NativeRecord,
    call,
    checksum,
    peek,
    poke,
    read_memory,
    run_batch,
    run_repeat,
    skb_prepare,
    write_memory,
    xdp_prepare,
)

__all__ = [
    "LAYOUTS",
    "SOCKET_BUCKETS",
    "SOCKET_VIEW",
    "SYMBOLS",
    "NativeKernel",
    "NativeMap",
    "NativeRecord",
    "call",
    "checksum",
    "peek",
    "poke",
    "read_memory",
    "run_batch",
    "run_repeat",
    "skb_prepare",
    "write_memory",
    "xdp_prepare",
]
