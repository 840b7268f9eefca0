"""Lightweight tunnels, packets that leave through a route."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.lwt_out import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.LWT_OUT,
    name="lwt_out",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.LWT_OUT],
    ctx_struct="__sk_buff",
    native="skep_sk_buff",
    packet="r",
    test_run=True,
)
