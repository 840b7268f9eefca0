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
    pairs,
    peek,
    perf_consume,
    perf_free,
    perf_new,
    poke,
    read_memory,
    ring_consume,
    run_batch,
    run_repeat,
    shared_load,
    shared_store,
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
    "pairs",
    "peek",
    "perf_consume",
    "perf_free",
    "perf_new",
    "poke",
    "read_memory",
    "ring_consume",
    "run_batch",
    "run_repeat",
    "shared_load",
    "shared_store",
    "skb_prepare",
    "write_memory",
    "xdp_prepare",
]
