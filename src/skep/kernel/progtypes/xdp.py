"""XDP: packets as the driver hands them over, before there is a socket buffer."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.xdp import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.XDP,
    name="xdp",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.XDP],
    ctx_struct="xdp_md",
    native="skep_xdp_buff",
    packet="rw",
    test_run=True,
)
