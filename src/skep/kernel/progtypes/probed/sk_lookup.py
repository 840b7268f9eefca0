"""What Linux 6.18 lets programs of type sk_lookup do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.helpers.types import PTR_TO_SOCKET_OR_NULL
from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import CtxField, Variant, names
from skep.uapi import AttachType

VARIANTS: tuple[Variant, ...] = (
    Variant(
        attach_types=(AttachType.SK_LOOKUP,),
        fields=(
            CtxField(name="sk", offset=0, size=8, reads=(8,), type=PTR_TO_SOCKET_OR_NULL),
            CtxField(name="cookie", offset=0, size=8, reads=(8,), type=PTR_TO_SOCKET_OR_NULL),
            CtxField(name="family", offset=8, size=4, reads=(1, 2, 4)),
            CtxField(name="protocol", offset=12, size=4, reads=(1, 2, 4)),
            CtxField(name="remote_ip4", offset=16, size=4, reads=(1, 2, 4)),
            CtxField(name="remote_ip6", offset=20, size=16, reads=(1, 2, 4)),
            CtxField(name="remote_port", offset=36, size=2, reads_at=((36, 1), (36, 2), (36, 4), (37, 1))),
            CtxField(name="local_ip4", offset=40, size=4, reads=(1, 2, 4)),
            CtxField(name="local_ip6", offset=44, size=16, reads=(1, 2, 4)),
            CtxField(name="local_port", offset=60, size=4, reads=(1, 2, 4)),
            CtxField(name="ingress_ifindex", offset=64, size=4, reads=(1, 2, 4)),
        ),
        helpers=COMMON
        | names("""
            perf_event_output sk_release sk_assign skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock
            skc_to_tcp_request_sock skc_to_udp6_sock ktime_get_coarse_ns skc_to_unix_sock skc_to_mptcp_sock
            """),
        return_range=(0, 1),
    ),
)
