"""PROG_TEST_RUN: one row per program type that can be run without being attached."""

from __future__ import annotations

from collections.abc import Callable

from skep.errors import ENOTSUPP
from skep.kernel.call import Call
from skep.kernel.hooks.extended import run_any
from skep.kernel.hooks.flow_dissector import run_flow_dissector
from skep.kernel.hooks.plain import run_raw_tracepoint, run_syscall
from skep.kernel.hooks.sk_lookup import run_sk_lookup
from skep.kernel.hooks.skb import run_skb
from skep.kernel.hooks.xdp import run_xdp
from skep.kernel.prog import Prog
from skep.uapi import ProgType
from skep.uapi import attrs as a

Runner = Callable[[Call[a.ProgTestRun], Prog], int]

RUNNERS: dict[ProgType, Runner] = {
    ProgType.XDP: run_xdp,
    ProgType.SOCKET_FILTER: run_skb,
    ProgType.SCHED_CLS: run_skb,
    ProgType.SCHED_ACT: run_skb,
    ProgType.CGROUP_SKB: run_skb,
    ProgType.LWT_IN: run_skb,
    ProgType.LWT_OUT: run_skb,
    ProgType.LWT_XMIT: run_skb,
    ProgType.RAW_TRACEPOINT: run_raw_tracepoint,
    ProgType.RAW_TRACEPOINT_WRITABLE: run_raw_tracepoint,
    ProgType.SYSCALL: run_syscall,
    ProgType.SK_LOOKUP: run_sk_lookup,
    ProgType.FLOW_DISSECTOR: run_flow_dissector,
}


def test_run(call: Call[a.ProgTestRun], prog: Prog) -> int:
    """Run the program as the call says; ENOTSUPP for types that Linux cannot run either, unless the machine
    runs all (`test_run_all`).
    """
    runner = RUNNERS.get(ProgType(prog.type))
    if runner is None and call.machine.test_run_all:
        runner = run_any
    if runner is None:
        raise OSError(
            ENOTSUPP, f"programs of type {ProgType(prog.type).name.lower()} cannot be run on their own"
        )
    return runner(call, prog)
