"""Lightweight tunnels, packets just before transmission."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.lwt_xmit import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.LWT_XMIT,
    name="lwt_xmit",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.LWT_XMIT],
    ctx_struct="__sk_buff",
    native="skep_sk_buff",
    packet="rw",
    test_run=True,
)
