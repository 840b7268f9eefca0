"""Choosing a socket of a reuseport group."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.sk_reuseport import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.SK_REUSEPORT,
    name="sk_reuseport",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.SK_REUSEPORT],
    ctx_struct="sk_reuseport_md",
    attach_required=True,
    packet="r",
)
