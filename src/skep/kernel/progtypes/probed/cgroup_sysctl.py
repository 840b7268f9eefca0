"""What Linux 6.18 lets programs of type cgroup_sysctl do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import CtxField, Variant, names

VARIANTS: tuple[Variant, ...] = (
    Variant(
        fields=(
            CtxField(name="write", offset=0, size=4, reads=(1, 2, 4)),
            CtxField(name="file_pos", offset=4, size=4, reads=(1, 2, 4), writes=(4,)),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_local_storage sysctl_get_name sysctl_get_current_value
            sysctl_get_new_value sysctl_set_new_value ktime_get_coarse_ns
            """),
        return_range=(0, 1),
    ),
)
