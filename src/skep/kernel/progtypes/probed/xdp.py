"""What Linux 6.18 lets programs of type xdp do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.helpers.types import PTR_TO_PACKET, PTR_TO_PACKET_END, PTR_TO_PACKET_META
from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import CtxField, Variant, names
from skep.uapi import AttachType

VARIANTS: tuple[Variant, ...] = (
    Variant(
        fields=(
            CtxField(name="data", offset=0, size=4, reads=(4,), type=PTR_TO_PACKET),
            CtxField(name="data_end", offset=4, size=4, reads=(4,), type=PTR_TO_PACKET_END),
            CtxField(name="data_meta", offset=8, size=4, reads=(4,), type=PTR_TO_PACKET_META),
            CtxField(name="ingress_ifindex", offset=12, size=4, reads=(4,)),
            CtxField(name="rx_queue_index", offset=16, size=4, reads=(4,)),
            CtxField(name="egress_ifindex", offset=20, size=4),
        ),
        helpers=COMMON
        | names("""
            redirect perf_event_output csum_diff xdp_adjust_head redirect_map xdp_adjust_meta
            xdp_adjust_tail fib_lookup sk_lookup_tcp sk_lookup_udp sk_release skc_lookup_tcp
            tcp_check_syncookie tcp_gen_syncookie skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock
            skc_to_tcp_request_sock skc_to_udp6_sock ktime_get_coarse_ns check_mtu skc_to_unix_sock
            xdp_get_buff_len xdp_load_bytes xdp_store_bytes skc_to_mptcp_sock tcp_raw_gen_syncookie_ipv4
            tcp_raw_gen_syncookie_ipv6 tcp_raw_check_syncookie_ipv4 tcp_raw_check_syncookie_ipv6
            """),
    ),
    Variant(
        attach_types=(AttachType.XDP_DEVMAP,),
        fields=(
            CtxField(name="data", offset=0, size=4, reads=(4,), type=PTR_TO_PACKET),
            CtxField(name="data_end", offset=4, size=4, reads=(4,), type=PTR_TO_PACKET_END),
            CtxField(name="data_meta", offset=8, size=4, reads=(4,), type=PTR_TO_PACKET_META),
            CtxField(name="ingress_ifindex", offset=12, size=4, reads=(4,)),
            CtxField(name="rx_queue_index", offset=16, size=4, reads=(4,)),
            CtxField(name="egress_ifindex", offset=20, size=4, reads=(4,)),
        ),
        helpers=COMMON
        | names("""
            redirect perf_event_output csum_diff xdp_adjust_head redirect_map xdp_adjust_meta
            xdp_adjust_tail fib_lookup sk_lookup_tcp sk_lookup_udp sk_release skc_lookup_tcp
            tcp_check_syncookie tcp_gen_syncookie skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock
            skc_to_tcp_request_sock skc_to_udp6_sock ktime_get_coarse_ns check_mtu skc_to_unix_sock
            xdp_get_buff_len xdp_load_bytes xdp_store_bytes skc_to_mptcp_sock tcp_raw_gen_syncookie_ipv4
            tcp_raw_gen_syncookie_ipv6 tcp_raw_check_syncookie_ipv4 tcp_raw_check_syncookie_ipv6
            """),
    ),
)
