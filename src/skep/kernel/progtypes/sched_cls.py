"""Traffic control classifiers, TCX and netkit programs: packets on their way in and out of a device."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.sched_cls import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.SCHED_CLS,
    name="sched_cls",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.SCHED_CLS],
    ctx_struct="__sk_buff",
    native="skep_sk_buff",
    packet="rw",
    ld_abs=True,
    test_run=True,
)
