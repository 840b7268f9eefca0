"""Reads and writes of sysctl files from a cgroup."""

from __future__ import annotations

from skep.kernel.progtypes.probed.cgroup_sysctl import VARIANTS
from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.CGROUP_SYSCTL,
    name="cgroup_sysctl",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.CGROUP_SYSCTL],
    ctx_struct="bpf_sysctl",
)
