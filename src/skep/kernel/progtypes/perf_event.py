"""Perf events: registers, sample period and address of a sample."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.perf_event import VARIANTS
from skep.kernel.progtypes.progtype import ProgTypeRow
from skep.uapi import ProgType

ROW = ProgTypeRow(
    id=ProgType.PERF_EVENT,
    name="perf_event",
    variants=VARIANTS,
    capabilities=CAPABILITIES[ProgType.PERF_EVENT],
    ctx_struct="bpf_perf_event_data",
)
