"""Tracepoints: the record that the tracepoint writes, described by its format file.

The first 8 bytes are the kernel's own and cannot be read; records are at most 8192 bytes
(PERF_MAX_TRACE_SIZE).
"""

from __future__ import annotations

from dataclasses import replace

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.tracepoint import VARIANTS
from skep.kernel.progtypes.progtype import CtxField, ProgTypeRow
from skep.uapi import ProgType

RECORD = CtxField(name="record", offset=8, size=8192 - 8, reads=(1, 2, 4, 8))

ROW = ProgTypeRow(
    id=ProgType.TRACEPOINT,
    name="tracepoint",
    variants=tuple(replace(variant, fields=(RECORD,)) for variant in VARIANTS),
    capabilities=CAPABILITIES[ProgType.TRACEPOINT],
    plain_ctx=True,
)
