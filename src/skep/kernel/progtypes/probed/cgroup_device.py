"""What Linux 6.18 lets programs of type cgroup_device do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import CtxField, Variant, names

VARIANTS: tuple[Variant, ...] = (
    Variant(
        fields=(
            CtxField(name="access_type", offset=0, size=4, reads=(1, 2, 4)),
            CtxField(name="major", offset=4, size=4, reads=(4,)),
            CtxField(name="minor", offset=8, size=4, reads=(4,)),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_local_storage
            """),
        return_range=(0, 1),
    ),
)
