"""Raw tracepoints: the arguments of the tracepoint, as an array of u64.

The context is as long as the longest tracepoint has arguments (MAX_BPF_FUNC_ARGS is 12), whatever the one
that the program will be attached to has.
"""

from __future__ import annotations

from dataclasses import replace

from skep.kernel.progtypes.probed.common import CAPABILITIES
from skep.kernel.progtypes.probed.raw_tracepoint import VARIANTS
from skep.kernel.progtypes.progtype import CtxField, ProgTypeRow
from skep.uapi import ProgType

ARGS = CtxField(name="args", offset=0, size=96, reads=(1, 2, 4, 8))

ROW = ProgTypeRow(
    id=ProgType.RAW_TRACEPOINT,
    name="raw_tracepoint",
    variants=tuple(replace(variant, fields=(ARGS,)) for variant in VARIANTS),
    capabilities=CAPABILITIES[ProgType.RAW_TRACEPOINT],
    ctx_struct="bpf_raw_tracepoint_args",
    test_run=True,
    plain_ctx=True,
)
