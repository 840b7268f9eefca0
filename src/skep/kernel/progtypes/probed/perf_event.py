"""What Linux 6.18 lets programs of type perf_event do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import CtxField, Variant, names

VARIANTS: tuple[Variant, ...] = (
    Variant(
        fields=(
            CtxField(name="regs", offset=0, size=168, reads=(8,)),
            CtxField(name="sample_period", offset=168, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="addr", offset=176, size=8, reads=(1, 2, 4, 8)),
        ),
        helpers=COMMON
        | names("""
            probe_read perf_event_output get_stackid probe_read_str perf_prog_read_value get_stack
            read_branch_records get_func_ip get_attach_cookie
            """),
    ),
)
