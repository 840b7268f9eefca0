"""What holds in all program types that were probed; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.progtypes.progtype import names
from skep.uapi import ProgType

#: Helpers that every type may call (with all capabilities).
COMMON: frozenset[int] = names("""
    map_lookup_elem map_update_elem map_delete_elem ktime_get_ns trace_printk get_prandom_u32
    get_smp_processor_id tail_call get_current_pid_tgid get_current_uid_gid get_current_comm
    get_cgroup_classid perf_event_read get_current_task current_task_under_cgroup get_numa_node_id
    perf_event_read_value get_current_cgroup_id map_push_elem map_pop_elem map_peek_elem spin_lock
    spin_unlock strtol strtoul send_signal probe_read_user probe_read_kernel probe_read_user_str
    probe_read_kernel_str send_signal_thread jiffies64 get_ns_current_pid_tgid
    get_current_ancestor_cgroup_id ktime_get_boot_ns ringbuf_output ringbuf_reserve ringbuf_submit
    ringbuf_discard ringbuf_query get_task_stack copy_from_user snprintf_btf per_cpu_ptr this_cpu_ptr
    task_storage_get task_storage_delete get_current_task_btf for_each_map_elem snprintf timer_init
    timer_set_callback timer_start timer_cancel task_pt_regs get_branch_snapshot trace_vprintk find_vma loop
    strncmp copy_from_user_task kptr_xchg map_lookup_percpu_elem dynptr_from_mem ringbuf_reserve_dynptr
    ringbuf_submit_dynptr ringbuf_discard_dynptr dynptr_read dynptr_write dynptr_data ktime_get_tai_ns
    user_ringbuf_drain cgrp_storage_get cgrp_storage_delete
    """)

#: Helpers that need CAP_PERFMON, in types that load without it.
NEEDS_PERFMON: frozenset[int] = names("""
    trace_printk get_current_comm perf_event_read get_current_task perf_event_read_value send_signal
    probe_read_user probe_read_kernel probe_read_user_str probe_read_kernel_str send_signal_thread
    skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock skc_to_udp6_sock
    get_task_stack copy_from_user snprintf_btf get_current_task_btf snprintf sys_bpf task_pt_regs
    get_branch_snapshot trace_vprintk skc_to_unix_sock find_vma copy_from_user_task skc_to_mptcp_sock
    """)

#: Of those, the ones that programs of type syscall have without it.
SYSCALL_WITHOUT_PERFMON: frozenset[int] = names("""
    skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock skc_to_udp6_sock
    skc_to_unix_sock skc_to_mptcp_sock
    """)

#: What loading needs, where unprivileged BPF is switched off.
CAPABILITIES: dict[int, tuple[str, ...]] = {
    ProgType.SOCKET_FILTER: ("CAP_BPF",),
    ProgType.KPROBE: ("CAP_BPF", "CAP_PERFMON"),
    ProgType.SCHED_CLS: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.SCHED_ACT: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.TRACEPOINT: ("CAP_BPF", "CAP_PERFMON"),
    ProgType.XDP: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.PERF_EVENT: ("CAP_BPF", "CAP_PERFMON"),
    ProgType.CGROUP_SKB: ("CAP_BPF",),
    ProgType.CGROUP_SOCK: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.LWT_IN: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.LWT_OUT: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.LWT_XMIT: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.SOCK_OPS: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.SK_SKB: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.CGROUP_DEVICE: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.SK_MSG: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.RAW_TRACEPOINT: ("CAP_BPF", "CAP_PERFMON"),
    ProgType.CGROUP_SOCK_ADDR: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.LWT_SEG6LOCAL: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.SK_REUSEPORT: ("CAP_BPF",),
    ProgType.FLOW_DISSECTOR: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.CGROUP_SYSCTL: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.RAW_TRACEPOINT_WRITABLE: ("CAP_BPF", "CAP_PERFMON"),
    ProgType.CGROUP_SOCKOPT: ("CAP_BPF", "CAP_NET_ADMIN"),
    ProgType.SK_LOOKUP: ("CAP_BPF",),
    ProgType.SYSCALL: ("CAP_BPF",),
    ProgType.NETFILTER: ("CAP_BPF", "CAP_NET_ADMIN"),
}
