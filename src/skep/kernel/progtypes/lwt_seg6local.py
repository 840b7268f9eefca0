"""Segment routing: the End.BPF action."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.lwt_seg6local import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.LWT_SEG6LOCAL,
    name="lwt_seg6local",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.LWT_SEG6LOCAL],
    ctx_struct="__sk_buff",
    native="skep_sk_buff",
    packet="r",
    test_run=True,
)
