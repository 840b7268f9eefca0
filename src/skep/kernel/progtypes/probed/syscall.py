"""What Linux 6.18 lets programs of type syscall do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import Variant, names

VARIANTS: tuple[Variant, ...] = (
    Variant(
        helpers=COMMON
        | names("""
            probe_read perf_event_output get_stackid probe_read_str get_socket_cookie get_stack
            sk_storage_get sk_storage_delete skb_output xdp_output skc_to_tcp6_sock skc_to_tcp_sock
            skc_to_tcp_timewait_sock skc_to_tcp_request_sock skc_to_udp6_sock d_path sock_from_file sys_bpf
            btf_find_by_name_kind sys_close get_func_ip skc_to_unix_sock kallsyms_lookup_name
            xdp_get_buff_len skc_to_mptcp_sock
            """),
    ),
)
