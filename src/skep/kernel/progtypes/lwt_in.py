"""Lightweight tunnels, packets that come in through a route."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.lwt_in import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.LWT_IN,
    name="lwt_in",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.LWT_IN],
    ctx_struct="__sk_buff",
    native="skep_sk_buff",
    packet="r",
    test_run=True,
)
