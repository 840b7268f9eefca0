"""Addresses in bind, connect, sendmsg and the like, for sockets of a cgroup."""

from __future__ import annotations

from skep.kernel.progtypes.probed.cgroup_sock_addr import VARIANTS
from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.CGROUP_SOCK_ADDR,
    name="cgroup_sock_addr",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.CGROUP_SOCK_ADDR],
    ctx_struct="bpf_sock_addr",
    attach_required=True,
)
