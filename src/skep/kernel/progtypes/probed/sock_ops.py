"""What Linux 6.18 lets programs of type sock_ops do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.helpers.types import PTR_TO_PACKET, PTR_TO_PACKET_END, PTR_TO_SOCKET_OR_NULL
from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import CtxField, Variant, names

VARIANTS: tuple[Variant, ...] = (
    Variant(
        fields=(
            CtxField(name="op", offset=0, size=4, reads=(4,)),
            CtxField(name="args", offset=4, size=16, reads=(4,), writes_at=((4, 4),)),
            CtxField(name="reply", offset=4, size=4, reads=(4,), writes=(4,)),
            CtxField(name="replylong", offset=4, size=16, reads=(4,), writes_at=((4, 4),)),
            CtxField(name="family", offset=20, size=4, reads=(4,)),
            CtxField(name="remote_ip4", offset=24, size=4, reads=(4,)),
            CtxField(name="local_ip4", offset=28, size=4, reads=(4,)),
            CtxField(name="remote_ip6", offset=32, size=16, reads=(4,)),
            CtxField(name="local_ip6", offset=48, size=16, reads=(4,)),
            CtxField(name="remote_port", offset=64, size=4, reads=(4,)),
            CtxField(name="local_port", offset=68, size=4, reads=(4,)),
            CtxField(name="is_fullsock", offset=72, size=4, reads=(4,)),
            CtxField(name="snd_cwnd", offset=76, size=4, reads=(4,)),
            CtxField(name="srtt_us", offset=80, size=4, reads=(4,)),
            CtxField(name="bpf_sock_ops_cb_flags", offset=84, size=4, reads=(4,)),
            CtxField(name="state", offset=88, size=4, reads=(4,)),
            CtxField(name="rtt_min", offset=92, size=4, reads=(4,)),
            CtxField(name="snd_ssthresh", offset=96, size=4, reads=(4,)),
            CtxField(name="rcv_nxt", offset=100, size=4, reads=(4,)),
            CtxField(name="snd_nxt", offset=104, size=4, reads=(4,)),
            CtxField(name="snd_una", offset=108, size=4, reads=(4,)),
            CtxField(name="mss_cache", offset=112, size=4, reads=(4,)),
            CtxField(name="ecn_flags", offset=116, size=4, reads=(4,)),
            CtxField(name="rate_delivered", offset=120, size=4, reads=(4,)),
            CtxField(name="rate_interval_us", offset=124, size=4, reads=(4,)),
            CtxField(name="packets_out", offset=128, size=4, reads=(4,)),
            CtxField(name="retrans_out", offset=132, size=4, reads=(4,)),
            CtxField(name="total_retrans", offset=136, size=4, reads=(4,)),
            CtxField(name="segs_in", offset=140, size=4, reads=(4,)),
            CtxField(name="data_segs_in", offset=144, size=4, reads=(4,)),
            CtxField(name="segs_out", offset=148, size=4, reads=(4,)),
            CtxField(name="data_segs_out", offset=152, size=4, reads=(4,)),
            CtxField(name="lost_out", offset=156, size=4, reads=(4,)),
            CtxField(name="sacked_out", offset=160, size=4, reads=(4,)),
            CtxField(name="sk_txhash", offset=164, size=4, reads=(4,), writes=(4,)),
            CtxField(name="bytes_received", offset=168, size=8, reads=(8,)),
            CtxField(name="bytes_acked", offset=176, size=8, reads=(8,)),
            CtxField(name="sk", offset=184, size=8, reads=(8,), type=PTR_TO_SOCKET_OR_NULL),
            CtxField(name="skb_data", offset=192, size=8, reads=(8,), type=PTR_TO_PACKET),
            CtxField(name="skb_data_end", offset=200, size=8, reads=(8,), type=PTR_TO_PACKET_END),
            CtxField(name="skb_len", offset=208, size=4, reads=(4,)),
            CtxField(name="skb_tcp_flags", offset=212, size=4, reads_at=((212, 1), (212, 2), (212, 4))),
            CtxField(name="skb_hwtstamp", offset=216, size=8, reads=(8,)),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_socket_cookie setsockopt sock_map_update getsockopt sock_ops_cb_flags_set
            sock_hash_update get_local_storage tcp_sock sk_storage_get sk_storage_delete get_netns_cookie
            skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock
            skc_to_udp6_sock load_hdr_opt store_hdr_opt reserve_hdr_opt ktime_get_coarse_ns skc_to_unix_sock
            skc_to_mptcp_sock
            """),
        return_range=(0, 1),
    ),
)
