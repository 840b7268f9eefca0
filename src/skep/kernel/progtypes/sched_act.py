"""Traffic control actions."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.sched_act import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.SCHED_ACT,
    name="sched_act",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.SCHED_ACT],
    ctx_struct="__sk_buff",
    native="skep_sk_buff",
    packet="rw",
    ld_abs=True,
    test_run=True,
)
