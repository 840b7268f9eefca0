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
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=118,
        name="jiffies64",
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=125,
        name="ktime_get_boot_ns",
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=160,
        name="ktime_get_coarse_ns",
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=208,
        name="ktime_get_tai_ns",
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=7,
        name="get_prandom_u32",
        ret=RET_INTEGER,
    ),
    HelperProto(
        id=8,
        name="get_smp_processor_id",
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
        ret=RET_INTEGER,
    ),
)
