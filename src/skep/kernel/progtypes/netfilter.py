"""Netfilter hooks."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.netfilter import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.NETFILTER,
    name="netfilter",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.NETFILTER],
    ctx_struct="bpf_nf_ctx",
    attach_required=True,
    test_run=True,
    plain_ctx=True,
)
