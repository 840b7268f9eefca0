"""Taking packets apart into flow keys."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.flow_dissector import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.FLOW_DISSECTOR,
    name="flow_dissector",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.FLOW_DISSECTOR],
    ctx_struct="__sk_buff",
    native="skep_sk_buff",
    packet="r",
    test_run=True,
)
