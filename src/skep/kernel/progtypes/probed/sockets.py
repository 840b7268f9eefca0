"""What programs may read through pointers to sockets; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.progtypes.progtype import CtxField

SOCK_COMMON: tuple[CtxField, ...] = (
    CtxField(name="bound_dev_if", offset=0, size=4, reads=(4,)),
    CtxField(name="family", offset=4, size=4, reads_at=((4, 1), (4, 2), (4, 4))),
    CtxField(name="type", offset=8, size=4),
    CtxField(name="protocol", offset=12, size=4),
    CtxField(name="mark", offset=16, size=4),
    CtxField(name="priority", offset=20, size=4),
    CtxField(name="src_ip4", offset=24, size=4, reads=(1, 2, 4)),
    CtxField(name="src_ip6", offset=28, size=16, reads=(1, 2, 4)),
    CtxField(name="src_port", offset=44, size=4, reads_at=((44, 1), (44, 2), (44, 4))),
    CtxField(name="dst_port", offset=48, size=2, reads_at=((48, 1), (48, 2), (48, 4), (49, 1))),
    CtxField(name="dst_ip4", offset=52, size=4, reads=(1, 2, 4)),
    CtxField(name="dst_ip6", offset=56, size=16, reads=(1, 2, 4)),
    CtxField(name="state", offset=72, size=4, reads_at=((72, 1), (72, 2), (72, 4))),
    CtxField(name="rx_queue_mapping", offset=76, size=4, reads_at=((76, 1), (76, 2), (76, 4))),
)

SOCKET: tuple[CtxField, ...] = (
    CtxField(name="bound_dev_if", offset=0, size=4, reads=(4,)),
    CtxField(name="family", offset=4, size=4, reads_at=((4, 1), (4, 2), (4, 4))),
    CtxField(name="type", offset=8, size=4, reads_at=((8, 1), (8, 2), (8, 4))),
    CtxField(name="protocol", offset=12, size=4, reads_at=((12, 1), (12, 2), (12, 4))),
    CtxField(name="mark", offset=16, size=4, reads=(4,)),
    CtxField(name="priority", offset=20, size=4, reads=(4,)),
    CtxField(name="src_ip4", offset=24, size=4, reads=(1, 2, 4)),
    CtxField(name="src_ip6", offset=28, size=16, reads=(1, 2, 4)),
    CtxField(name="src_port", offset=44, size=4, reads_at=((44, 1), (44, 2), (44, 4))),
    CtxField(name="dst_port", offset=48, size=2, reads_at=((48, 1), (48, 2), (48, 4), (49, 1))),
    CtxField(name="dst_ip4", offset=52, size=4, reads=(1, 2, 4)),
    CtxField(name="dst_ip6", offset=56, size=16, reads=(1, 2, 4)),
    CtxField(name="state", offset=72, size=4, reads_at=((72, 1), (72, 2), (72, 4))),
    CtxField(name="rx_queue_mapping", offset=76, size=4, reads_at=((76, 1), (76, 2), (76, 4))),
)

TCP_SOCK: tuple[CtxField, ...] = (
    CtxField(name="snd_cwnd", offset=0, size=4, reads=(4,)),
    CtxField(name="srtt_us", offset=4, size=4, reads=(4,)),
    CtxField(name="rtt_min", offset=8, size=4, reads=(4,)),
    CtxField(name="snd_ssthresh", offset=12, size=4, reads=(4,)),
    CtxField(name="rcv_nxt", offset=16, size=4, reads=(4,)),
    CtxField(name="snd_nxt", offset=20, size=4, reads=(4,)),
    CtxField(name="snd_una", offset=24, size=4, reads=(4,)),
    CtxField(name="mss_cache", offset=28, size=4, reads=(4,)),
    CtxField(name="ecn_flags", offset=32, size=4, reads=(4,)),
    CtxField(name="rate_delivered", offset=36, size=4, reads=(4,)),
    CtxField(name="rate_interval_us", offset=40, size=4, reads=(4,)),
    CtxField(name="packets_out", offset=44, size=4, reads=(4,)),
    CtxField(name="retrans_out", offset=48, size=4, reads=(4,)),
    CtxField(name="total_retrans", offset=52, size=4, reads=(4,)),
    CtxField(name="segs_in", offset=56, size=4, reads=(4,)),
    CtxField(name="data_segs_in", offset=60, size=4, reads=(4,)),
    CtxField(name="segs_out", offset=64, size=4, reads=(4,)),
    CtxField(name="data_segs_out", offset=68, size=4, reads=(4,)),
    CtxField(name="lost_out", offset=72, size=4, reads=(4,)),
    CtxField(name="sacked_out", offset=76, size=4, reads=(4,)),
    CtxField(name="bytes_received", offset=80, size=8, reads=(8,)),
    CtxField(name="bytes_acked", offset=88, size=8, reads=(8,)),
    CtxField(name="dsack_dups", offset=96, size=4, reads=(4,)),
    CtxField(name="delivered", offset=100, size=4, reads=(4,)),
    CtxField(name="delivered_ce", offset=104, size=4, reads=(4,)),
    CtxField(name="icsk_retransmits", offset=108, size=4, reads=(4,)),
)
