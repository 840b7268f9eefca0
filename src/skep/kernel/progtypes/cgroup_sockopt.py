"""getsockopt(2) and setsockopt(2) on sockets of a cgroup."""

from __future__ import annotations

from skep.kernel.progtypes.probed.cgroup_sockopt import VARIANTS
from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.CGROUP_SOCKOPT,
    name="cgroup_sockopt",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.CGROUP_SOCKOPT],
    ctx_struct="bpf_sockopt",
    attach_required=True,
    packet="rw",
)
