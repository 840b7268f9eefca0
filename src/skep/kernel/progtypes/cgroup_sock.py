"""Sockets of a cgroup: when they are created, bound and released."""

from __future__ import annotations

from skep.kernel.progtypes.probed.cgroup_sock import VARIANTS
from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.CGROUP_SOCK,
    name="cgroup_sock",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.CGROUP_SOCK],
    ctx_struct="bpf_sock",
    attach_required=True,
)
