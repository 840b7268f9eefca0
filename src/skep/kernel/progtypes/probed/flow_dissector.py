"""What Linux 6.18 lets programs of type flow_dissector do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.helpers.types import PTR_TO_FLOW_KEYS, PTR_TO_PACKET, PTR_TO_PACKET_END
from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import CtxField, Variant, names

VARIANTS: tuple[Variant, ...] = (
    Variant(
        fields=(
            CtxField(name="len", offset=0, size=4),
            CtxField(name="pkt_type", offset=4, size=4),
            CtxField(name="mark", offset=8, size=4),
            CtxField(name="queue_mapping", offset=12, size=4),
            CtxField(name="protocol", offset=16, size=4),
            CtxField(name="vlan_present", offset=20, size=4),
            CtxField(name="vlan_tci", offset=24, size=4),
            CtxField(name="vlan_proto", offset=28, size=4),
            CtxField(name="priority", offset=32, size=4),
            CtxField(name="ingress_ifindex", offset=36, size=4),
            CtxField(name="ifindex", offset=40, size=4),
            CtxField(name="tc_index", offset=44, size=4),
            CtxField(name="cb", offset=48, size=20),
            CtxField(name="hash", offset=68, size=4),
            CtxField(name="tc_classid", offset=72, size=4),
            CtxField(name="data", offset=76, size=4, reads=(4,), type=PTR_TO_PACKET),
            CtxField(name="data_end", offset=80, size=4, reads=(4,), type=PTR_TO_PACKET_END),
            CtxField(name="napi_id", offset=84, size=4),
            CtxField(name="family", offset=88, size=4),
            CtxField(name="remote_ip4", offset=92, size=4),
            CtxField(name="local_ip4", offset=96, size=4),
            CtxField(name="remote_ip6", offset=100, size=16),
            CtxField(name="local_ip6", offset=116, size=16),
            CtxField(name="remote_port", offset=132, size=4),
            CtxField(name="local_port", offset=136, size=4),
            CtxField(name="data_meta", offset=140, size=4),
            CtxField(name="flow_keys", offset=144, size=8, reads=(8,), type=PTR_TO_FLOW_KEYS),
            CtxField(name="tstamp", offset=152, size=8),
            CtxField(name="wire_len", offset=160, size=4),
            CtxField(name="gso_segs", offset=164, size=4),
            CtxField(name="sk", offset=168, size=8),
            CtxField(name="gso_size", offset=176, size=4),
            CtxField(name="tstamp_type", offset=180, size=1),
            CtxField(name="hwtstamp", offset=184, size=8),
        ),
        helpers=COMMON
        | names("""
            skb_load_bytes skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock
            skc_to_udp6_sock ktime_get_coarse_ns skc_to_unix_sock skc_to_mptcp_sock
            """),
    ),
)
