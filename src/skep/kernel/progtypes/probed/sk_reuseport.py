"""What Linux 6.18 lets programs of type sk_reuseport do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.helpers.types import (
    PTR_TO_PACKET,
    PTR_TO_PACKET_END,
    PTR_TO_SOCK_COMMON_OR_NULL,
    PTR_TO_SOCKET,
)
from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import CtxField, Variant, names

VARIANTS: tuple[Variant, ...] = (
    Variant(
        fields=(
            CtxField(name="data", offset=0, size=8, reads=(8,), type=PTR_TO_PACKET),
            CtxField(name="data_end", offset=8, size=8, reads=(8,), type=PTR_TO_PACKET_END),
            CtxField(name="len", offset=16, size=4, reads=(1, 2, 4)),
            CtxField(name="eth_protocol", offset=20, size=4, reads=(2, 4)),
            CtxField(name="ip_protocol", offset=24, size=4, reads=(1, 2, 4)),
            CtxField(name="bind_inany", offset=28, size=4, reads=(1, 2, 4)),
            CtxField(name="hash", offset=32, size=4, reads=(4,)),
            CtxField(name="sk", offset=40, size=8, reads=(8,), type=PTR_TO_SOCKET),
            CtxField(name="migrating_sk", offset=48, size=8, reads=(8,), type=PTR_TO_SOCK_COMMON_OR_NULL),
        ),
        helpers=COMMON
        | names("""
            skb_load_bytes get_socket_cookie skb_load_bytes_relative sk_select_reuseport ktime_get_coarse_ns
            """),
    ),
)
