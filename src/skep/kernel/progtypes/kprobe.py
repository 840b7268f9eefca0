"""Kernel and user probes: the registers at a probed instruction."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.kprobe import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.KPROBE,
    name="kprobe",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.KPROBE],
    ctx_struct="pt_regs",
    sleepable=True,
    plain_ctx=True,
)
