"""Kernel functions and iterators, by the BTF types of their arguments.

By hand, from the kernel's documentation: these programs attach to a BTF target when they are loaded, which
the probed kernel does not permit. The helpers are those that were probed for `syscall`, which shares them,
and what the trampolines and iterators add. The context is an array of u64, one per argument, each typed by
the target's prototype.
"""

from __future__ import annotations

from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import ProgTypeRow, Variant, names
from skep.uapi import AttachType, ProgType

TRACING_HELPERS = COMMON | names("""
    probe_read perf_event_output get_stackid probe_read_str get_socket_cookie get_stack sk_storage_get
    sk_storage_delete skb_output xdp_output skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock
    skc_to_tcp_request_sock skc_to_udp6_sock d_path sock_from_file get_func_ip get_attach_cookie
    skc_to_unix_sock xdp_get_buff_len skc_to_mptcp_sock
    """)
TRAMPOLINE_HELPERS = TRACING_HELPERS | names("get_func_arg get_func_ret get_func_arg_cnt")
ITER_HELPERS = TRACING_HELPERS | names("seq_printf seq_write seq_printf_btf")

ROW = ProgTypeRow(
    id=ProgType.TRACING,
    name="tracing",
    variants=(
        Variant(
            attach_types=(AttachType.TRACE_FENTRY, AttachType.TRACE_FEXIT),
            helpers=TRAMPOLINE_HELPERS,
            return_range=(0, 0),
        ),
        Variant(attach_types=(AttachType.MODIFY_RETURN,), helpers=TRAMPOLINE_HELPERS),
        Variant(attach_types=(AttachType.TRACE_RAW_TP,), helpers=TRACING_HELPERS),
        Variant(attach_types=(AttachType.TRACE_ITER,), helpers=ITER_HELPERS, return_range=(0, 1)),
    ),
    capabilities=("CAP_BPF", "CAP_PERFMON"),
    attach_required=True,
    sleepable=True,
    test_run=True,
    plain_ctx=True,
)
