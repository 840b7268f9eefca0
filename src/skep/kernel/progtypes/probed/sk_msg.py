"""What Linux 6.18 lets programs of type sk_msg do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.helpers.types import PTR_TO_PACKET, PTR_TO_PACKET_END, PTR_TO_SOCKET
from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import CtxField, Variant, names

VARIANTS: tuple[Variant, ...] = (
    Variant(
        fields=(
            CtxField(name="data", offset=0, size=8, reads=(8,), type=PTR_TO_PACKET),
            CtxField(name="data_end", offset=8, size=8, reads=(8,), type=PTR_TO_PACKET_END),
            CtxField(name="family", offset=16, size=4, reads=(4,)),
            CtxField(name="remote_ip4", offset=20, size=4, reads=(4,)),
            CtxField(name="local_ip4", offset=24, size=4, reads=(4,)),
            CtxField(name="remote_ip6", offset=28, size=16, reads=(4,)),
            CtxField(name="local_ip6", offset=44, size=16, reads=(4,)),
            CtxField(name="remote_port", offset=60, size=4, reads=(4,)),
            CtxField(name="local_port", offset=64, size=4, reads=(4,)),
            CtxField(name="size", offset=68, size=4, reads=(4,)),
            CtxField(name="sk", offset=72, size=8, reads=(8,), type=PTR_TO_SOCKET),
        ),
        helpers=COMMON
        | names("""
            perf_event_output msg_redirect_map msg_apply_bytes msg_cork_bytes msg_pull_data
            msg_redirect_hash msg_push_data msg_pop_data sk_storage_get sk_storage_delete get_netns_cookie
            skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock
            skc_to_udp6_sock ktime_get_coarse_ns skc_to_unix_sock skc_to_mptcp_sock
            """),
    ),
)
