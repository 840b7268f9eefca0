"""What Linux 6.18 lets programs of type tracepoint do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import Variant, names

VARIANTS: tuple[Variant, ...] = (
    Variant(
        helpers=COMMON
        | names("""
            probe_read perf_event_output get_stackid probe_read_str get_stack get_func_ip get_attach_cookie
            """),
    ),
)
