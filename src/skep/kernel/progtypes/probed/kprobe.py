"""What Linux 6.18 lets programs of type kprobe do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import CtxField, Variant, names
from skep.uapi import AttachType

VARIANTS: tuple[Variant, ...] = (
    Variant(
        fields=(
            CtxField(name="r15", offset=0, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="r14", offset=8, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="r13", offset=16, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="r12", offset=24, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="bp", offset=32, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="bx", offset=40, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="r11", offset=48, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="r10", offset=56, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="r9", offset=64, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="r8", offset=72, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="ax", offset=80, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="cx", offset=88, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="dx", offset=96, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="si", offset=104, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="di", offset=112, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="orig_ax", offset=120, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="ip", offset=128, size=8, reads=(1, 2, 4, 8)),
            CtxField(
                name="cs", offset=136, size=2, reads_at=((136, 1), (136, 2), (136, 4), (136, 8), (137, 1))
            ),
            CtxField(name="csx", offset=136, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="fred_cs", offset=136, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="flags", offset=144, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="sp", offset=152, size=8, reads=(1, 2, 4, 8)),
            CtxField(
                name="ss", offset=160, size=2, reads_at=((160, 1), (160, 2), (160, 4), (160, 8), (161, 1))
            ),
            CtxField(name="ssx", offset=160, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="fred_ss", offset=160, size=8, reads=(1, 2, 4, 8)),
        ),
        helpers=COMMON
        | names("""
            probe_read perf_event_output get_stackid probe_read_str get_stack get_func_ip get_attach_cookie
            """),
    ),
    Variant(
        attach_types=(
            AttachType.TRACE_KPROBE_SESSION,
            AttachType.TRACE_UPROBE_SESSION,
        ),
        fields=(
            CtxField(name="r15", offset=0, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="r14", offset=8, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="r13", offset=16, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="r12", offset=24, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="bp", offset=32, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="bx", offset=40, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="r11", offset=48, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="r10", offset=56, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="r9", offset=64, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="r8", offset=72, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="ax", offset=80, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="cx", offset=88, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="dx", offset=96, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="si", offset=104, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="di", offset=112, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="orig_ax", offset=120, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="ip", offset=128, size=8, reads=(1, 2, 4, 8)),
            CtxField(
                name="cs", offset=136, size=2, reads_at=((136, 1), (136, 2), (136, 4), (136, 8), (137, 1))
            ),
            CtxField(name="csx", offset=136, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="fred_cs", offset=136, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="flags", offset=144, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="sp", offset=152, size=8, reads=(1, 2, 4, 8)),
            CtxField(
                name="ss", offset=160, size=2, reads_at=((160, 1), (160, 2), (160, 4), (160, 8), (161, 1))
            ),
            CtxField(name="ssx", offset=160, size=8, reads=(1, 2, 4, 8)),
            CtxField(name="fred_ss", offset=160, size=8, reads=(1, 2, 4, 8)),
        ),
        helpers=COMMON
        | names("""
            probe_read perf_event_output get_stackid probe_read_str get_stack get_func_ip get_attach_cookie
            """),
        return_range=(0, 1),
    ),
)
