"""What a program's return value says about the packet, per program type (linux/bpf.h, linux/pkt_cls.h).

Only types whose programs judge a packet have a row. A socket filter's value is a length, the others' an
action.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from skep.uapi import ProgType


@dataclass(frozen=True)
class Verdicts:
    """`names` by return value; `kept` are the values after which the packet goes on.

    `length`: the value is how many bytes are kept (0: dropped), and the packet itself cannot be changed.
    `without_link_header`: the program sees the packet from its network header on, and PROG_TEST_RUN gives it
    back behind an Ethernet header of zeroes.
    """

    names: Mapping[int, str]
    kept: frozenset[int]
    length: bool = False
    without_link_header: bool = False

    def name(self, retval: int) -> str:
        """`XDP_DROP` for 1; for lengths `kept` or `dropped`; the number where it has no name."""
        if self.length:
            return "kept" if retval else "dropped"
        signed = retval - (1 << 32) if retval >= 1 << 31 else retval
        return self.names.get(signed, str(signed))

    def keeps(self, retval: int) -> bool:
        """Does the packet survive?"""
        if self.length:
            return retval != 0
        return (retval - (1 << 32) if retval >= 1 << 31 else retval) in self.kept

    def surviving(self, retval: int, packet: bytes, output: bytes) -> bytes:
        """What goes on of a kept packet, of which the run made `output`."""
        if self.length:
            return packet[:retval]
        if self.without_link_header:
            return packet[:_ETH_HLEN] + output[_ETH_HLEN:]
        return output


_ETH_HLEN = 14

XDP = Verdicts(
    names={0: "XDP_ABORTED", 1: "XDP_DROP", 2: "XDP_PASS", 3: "XDP_TX", 4: "XDP_REDIRECT"},
    kept=frozenset({2, 3, 4}),
)
TC = Verdicts(
    names={
        -1: "TC_ACT_UNSPEC",
        0: "TC_ACT_OK",
        1: "TC_ACT_RECLASSIFY",
        2: "TC_ACT_SHOT",
        3: "TC_ACT_PIPE",
        4: "TC_ACT_STOLEN",
        5: "TC_ACT_QUEUED",
        6: "TC_ACT_REPEAT",
        7: "TC_ACT_REDIRECT",
        8: "TC_ACT_TRAP",
    },
    kept=frozenset({-1, 0, 1, 3, 6, 7}),
)
SOCKET = Verdicts(names={}, kept=frozenset(), length=True)
CGROUP_SKB = Verdicts(
    names={0: "drop", 1: "pass", 2: "drop+cn", 3: "pass+cn"}, kept=frozenset({1, 3}), without_link_header=True
)
LWT = Verdicts(
    names={0: "BPF_OK", 2: "BPF_DROP", 7: "BPF_REDIRECT", 128: "BPF_LWT_REROUTE"},
    kept=frozenset({0, 7, 128}),
    without_link_header=True,
)

VERDICTS: Mapping[ProgType, Verdicts] = {
    ProgType.SOCKET_FILTER: SOCKET,
    ProgType.SCHED_CLS: TC,
    ProgType.SCHED_ACT: TC,
    ProgType.XDP: XDP,
    ProgType.CGROUP_SKB: CGROUP_SKB,
    ProgType.LWT_IN: LWT,
    ProgType.LWT_OUT: LWT,
    ProgType.LWT_XMIT: LWT,
}
