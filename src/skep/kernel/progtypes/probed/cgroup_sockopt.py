"""What Linux 6.18 lets programs of type cgroup_sockopt do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.helpers.types import PTR_TO_PACKET, PTR_TO_PACKET_END, PTR_TO_SOCKET
from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import CtxField, Variant, names
from skep.uapi import AttachType

VARIANTS: tuple[Variant, ...] = (
    Variant(
        attach_types=(AttachType.CGROUP_GETSOCKOPT,),
        fields=(
            CtxField(name="sk", offset=0, size=8, reads=(8,), type=PTR_TO_SOCKET),
            CtxField(name="optval", offset=8, size=8, reads=(8,), type=PTR_TO_PACKET),
            CtxField(name="optval_end", offset=16, size=8, reads=(8,), type=PTR_TO_PACKET_END),
            CtxField(name="level", offset=24, size=4, reads=(4,)),
            CtxField(name="optname", offset=28, size=4, reads=(4,)),
            CtxField(name="optlen", offset=32, size=4, reads=(4,), writes=(4,)),
            CtxField(name="retval", offset=36, size=4, reads=(4,), writes=(4,)),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_local_storage tcp_sock sk_storage_get sk_storage_delete get_netns_cookie
            get_retval set_retval
            """),
        return_range=(0, 1),
    ),
    Variant(
        attach_types=(AttachType.CGROUP_SETSOCKOPT,),
        fields=(
            CtxField(name="sk", offset=0, size=8, reads=(8,), type=PTR_TO_SOCKET),
            CtxField(name="optval", offset=8, size=8, reads=(8,), type=PTR_TO_PACKET),
            CtxField(name="optval_end", offset=16, size=8, reads=(8,), type=PTR_TO_PACKET_END),
            CtxField(name="level", offset=24, size=4, reads=(4,), writes=(4,)),
            CtxField(name="optname", offset=28, size=4, reads=(4,), writes=(4,)),
            CtxField(name="optlen", offset=32, size=4, reads=(4,), writes=(4,)),
            CtxField(name="retval", offset=36, size=4),
        ),
        helpers=COMMON
        | names("""
            perf_event_output setsockopt getsockopt get_local_storage tcp_sock sk_storage_get
            sk_storage_delete get_netns_cookie get_retval set_retval
            """),
        return_range=(0, 1),
    ),
)
