"""What Linux 6.18 lets programs of type cgroup_sock do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import CtxField, Variant, names
from skep.uapi import AttachType

VARIANTS: tuple[Variant, ...] = (
    Variant(
        attach_types=(
            AttachType.CGROUP_INET_INGRESS,
            AttachType.CGROUP_INET_SOCK_CREATE,
            AttachType.CGROUP_INET_SOCK_RELEASE,
        ),
        fields=(
            CtxField(name="bound_dev_if", offset=0, size=4, reads=(4,), writes=(4,)),
            CtxField(name="family", offset=4, size=4, reads_at=((4, 1), (4, 2), (4, 4))),
            CtxField(name="type", offset=8, size=4, reads_at=((8, 1), (8, 2), (8, 4))),
            CtxField(name="protocol", offset=12, size=4, reads_at=((12, 1), (12, 2), (12, 4))),
            CtxField(name="mark", offset=16, size=4, reads=(4,), writes=(4,)),
            CtxField(name="priority", offset=20, size=4, reads=(4,), writes=(4,)),
            CtxField(name="src_ip4", offset=24, size=4),
            CtxField(name="src_ip6", offset=28, size=16),
            CtxField(name="src_port", offset=44, size=4),
            CtxField(name="dst_port", offset=48, size=2, reads_at=((48, 1), (48, 2), (48, 4), (49, 1))),
            CtxField(name="dst_ip4", offset=52, size=4, reads=(1, 2, 4)),
            CtxField(name="dst_ip6", offset=56, size=16, reads=(1, 2, 4)),
            CtxField(name="state", offset=72, size=4, reads_at=((72, 1), (72, 2), (72, 4))),
            CtxField(name="rx_queue_mapping", offset=76, size=4, reads_at=((76, 1), (76, 2), (76, 4))),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_socket_cookie get_local_storage sk_storage_get get_netns_cookie
            ktime_get_coarse_ns get_retval set_retval
            """),
        return_range=(0, 1),
    ),
    Variant(
        attach_types=(AttachType.CGROUP_INET4_POST_BIND,),
        fields=(
            CtxField(name="bound_dev_if", offset=0, size=4),
            CtxField(name="family", offset=4, size=4, reads_at=((4, 1), (4, 2), (4, 4))),
            CtxField(name="type", offset=8, size=4, reads_at=((8, 1), (8, 2), (8, 4))),
            CtxField(name="protocol", offset=12, size=4, reads_at=((12, 1), (12, 2), (12, 4))),
            CtxField(name="mark", offset=16, size=4),
            CtxField(name="priority", offset=20, size=4),
            CtxField(name="src_ip4", offset=24, size=4, reads=(1, 2, 4)),
            CtxField(name="src_ip6", offset=28, size=16),
            CtxField(name="src_port", offset=44, size=4, reads_at=((44, 1), (44, 2), (44, 4))),
            CtxField(name="dst_port", offset=48, size=2, reads_at=((48, 1), (48, 2), (48, 4), (49, 1))),
            CtxField(name="dst_ip4", offset=52, size=4, reads=(1, 2, 4)),
            CtxField(name="dst_ip6", offset=56, size=16, reads=(1, 2, 4)),
            CtxField(name="state", offset=72, size=4, reads_at=((72, 1), (72, 2), (72, 4))),
            CtxField(name="rx_queue_mapping", offset=76, size=4, reads_at=((76, 1), (76, 2), (76, 4))),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_socket_cookie get_local_storage sk_storage_get get_netns_cookie
            ktime_get_coarse_ns get_retval set_retval
            """),
        return_range=(0, 1),
    ),
    Variant(
        attach_types=(AttachType.CGROUP_INET6_POST_BIND,),
        fields=(
            CtxField(name="bound_dev_if", offset=0, size=4),
            CtxField(name="family", offset=4, size=4, reads_at=((4, 1), (4, 2), (4, 4))),
            CtxField(name="type", offset=8, size=4, reads_at=((8, 1), (8, 2), (8, 4))),
            CtxField(name="protocol", offset=12, size=4, reads_at=((12, 1), (12, 2), (12, 4))),
            CtxField(name="mark", offset=16, size=4),
            CtxField(name="priority", offset=20, size=4),
            CtxField(name="src_ip4", offset=24, size=4),
            CtxField(name="src_ip6", offset=28, size=16, reads=(1, 2, 4)),
            CtxField(name="src_port", offset=44, size=4, reads_at=((44, 1), (44, 2), (44, 4))),
            CtxField(name="dst_port", offset=48, size=2, reads_at=((48, 1), (48, 2), (48, 4), (49, 1))),
            CtxField(name="dst_ip4", offset=52, size=4, reads=(1, 2, 4)),
            CtxField(name="dst_ip6", offset=56, size=16, reads=(1, 2, 4)),
            CtxField(name="state", offset=72, size=4, reads_at=((72, 1), (72, 2), (72, 4))),
            CtxField(name="rx_queue_mapping", offset=76, size=4, reads_at=((76, 1), (76, 2), (76, 4))),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_socket_cookie get_local_storage sk_storage_get get_netns_cookie
            ktime_get_coarse_ns get_retval set_retval
            """),
        return_range=(0, 1),
    ),
)
