"""Clocks, random numbers, where the program runs."""

from __future__ import annotations

from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.types import (
    RET_INTEGER,
)
from skep.uapi import ProgType

ROWS: tuple[HelperProto, ...] = (
    HelperProto(
        id=5,
        name="ktime_get_ns",
        since="4.1",
        doc=(
            "Nanoseconds of CLOCK_MONOTONIC: since boot, without the time in which the machine was suspended."
        ),
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=118,
        name="jiffies64",
        since="5.6",
        doc="The 64-bit counter of timer ticks; how long a tick is depends on the kernel (CONFIG_HZ).",
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=125,
        name="ktime_get_boot_ns",
        since="5.8",
        doc="Nanoseconds of CLOCK_BOOTTIME: since boot, with the time in which the machine was suspended.",
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=160,
        name="ktime_get_coarse_ns",
        since="5.11",
        doc=(
            "Nanoseconds of CLOCK_MONOTONIC as of the last timer tick: cheaper than bpf_ktime_get_ns, and "
            "never ahead of it."
        ),
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=208,
        name="ktime_get_tai_ns",
        since="6.1",
        doc="Nanoseconds of CLOCK_TAI: international atomic time, which has no leap seconds.",
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=7,
        name="get_prandom_u32",
        since="4.1",
        doc=(
            "A pseudo-random 32-bit number, from a generator of each CPU that user space cannot predict. "
            "Not for cryptography."
        ),
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=8,
        name="get_smp_processor_id",
        since="4.1",
        doc=(
            "The number of the CPU that the program runs on; it stays the same for the whole run, since "
            "programs do not migrate."
        ),
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=8,
        name="get_smp_processor_id",
        ret=RET_INTEGER,
        allow_fastcall=True,
        only_in=(
            ProgType.SCHED_CLS,
            ProgType.XDP,
            ProgType.LWT_IN,
            ProgType.LWT_OUT,
            ProgType.LWT_XMIT,
            ProgType.RAW_TRACEPOINT,
            ProgType.LWT_SEG6LOCAL,
            ProgType.KPROBE,
            ProgType.TRACEPOINT,
            ProgType.PERF_EVENT,
        ),
    ),
    HelperProto(
        id=42,
        name="get_numa_node_id",
        since="4.10",
        doc="The NUMA node of the CPU that the program runs on.",
        ret=RET_INTEGER,
    ),
)
