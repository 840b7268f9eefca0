"""Access to device nodes from a cgroup."""

from __future__ import annotations

from skep.kernel.progtypes.probed.cgroup_device import VARIANTS
from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.CGROUP_DEVICE,
    name="cgroup_device",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.CGROUP_DEVICE],
    ctx_struct="bpf_cgroup_dev_ctx",
    plain_ctx=True,
)
