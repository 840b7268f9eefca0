"""Stream parsers and verdicts on sockets of a sockmap."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.sk_skb import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.SK_SKB,
    name="sk_skb",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.SK_SKB],
    ctx_struct="__sk_buff",
    native="skep_sk_buff",
    packet="rw",
)
