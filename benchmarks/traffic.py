"""A million packets in memory through an XDP parser, on one core, without Python per packet."""

from __future__ import annotations

import time
from pathlib import Path

import skep
from benchmarks.report import Figure
from skep.traffic.capture import read_capture

EXAMPLES = Path(__file__).parent.parent / "examples"
PACKETS = 1_000_000


def run() -> list[Figure]:
    """The firewall over 64-byte packets made of the capture's heads."""
    heads = [packet[:64].ljust(64, b"\0") for packet in read_capture(EXAMPLES / "traffic.pcap").packets]
    packets = (heads * (PACKETS // len(heads) + 1))[:PACKETS]
    with skep.Kernel() as kernel, skep.open(EXAMPLES / "xdp_blocklist.bpf.c") as obj:
        obj.load(kernel)
        firewall = obj.programs["firewall"]
        firewall.run_many(packets[:1000])
        started = time.perf_counter()
        runs = firewall.run_many(packets)
        whole = time.perf_counter() - started
    return [
        Figure(
            "traffic",
            "a million packets",
            runs.duration_ns / 1e6,
            "ms",
            detail="in the program and its run loop",
        ),
        Figure(
            "traffic",
            "... with copying in and out",
            whole * 1e3,
            "ms",
            detail="from Python bytes to Python bytes",
        ),
    ]
