"""Choosing the socket for an incoming connection."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.sk_lookup import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.SK_LOOKUP,
    name="sk_lookup",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.SK_LOOKUP],
    ctx_struct="bpf_sk_lookup",
    attach_required=True,
    test_run=True,
)
