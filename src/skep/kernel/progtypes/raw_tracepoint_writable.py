"""Raw tracepoints with a buffer that programs may write: the first argument points to it."""

from __future__ import annotations

from dataclasses import replace

from skep.kernel.helpers.types import PTR_TO_TP_BUFFER
from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.raw_tracepoint_writable import VARIANTS
from skep.kernel.progtypes.progtype import CtxField, ProgTypeRow
from skep.uapi import ProgType

FIELDS = (
    CtxField(name="buffer", offset=0, size=8, reads=(8,), type=PTR_TO_TP_BUFFER),
    CtxField(name="args", offset=8, size=88, reads=(1, 2, 4, 8)),
)

ROW = ProgTypeRow(
    id=ProgType.RAW_TRACEPOINT_WRITABLE,
    name="raw_tracepoint_writable",
    variants=tuple(replace(variant, fields=FIELDS) for variant in VARIANTS),
    capabilities=CAPABILITIES[ProgType.RAW_TRACEPOINT_WRITABLE],
    ctx_struct="bpf_raw_tracepoint_args",
    test_run=True,
    plain_ctx=True,
)
