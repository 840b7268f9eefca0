"""Packets that enter or leave the sockets of a cgroup."""

from __future__ import annotations

from skep.kernel.progtypes.probed.cgroup_skb import VARIANTS
from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.CGROUP_SKB,
    name="cgroup_skb",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.CGROUP_SKB],
    ctx_struct="__sk_buff",
    attach_required=True,
    native="skep_sk_buff",
    packet="r",
    test_run=True,
)
