"""Which helpers get which arguments, where any that fits the prototype would hardly ever do something; and of
which helpers the results can be compared.
"""

from __future__ import annotations

from skep.uapi import ProgType


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Types that PROG_TEST_RUN runs on Linux; with where the context has the packet.
CALLERS = {
    ProgType.SCHED_CLS: (76, 80),
    ProgType.XDP: (0, 4),
    ProgType.SOCKET_FILTER: None,
    ProgType.CGROUP_SKB: (76, 80),
    ProgType.LWT_XMIT: (76, 80),
    ProgType.RAW_TRACEPOINT: None,
    ProgType.SYSCALL: None,
}
#: Helpers that need what no program of these types can get hold of.
UNREACHABLE = _names(
    "seq_printf seq_write seq_printf_btf kptr_xchg probe_write_user inode_storage_get inode_storage_delete"
)

KEYED = ("array", "hash", "percpu_array", "percpu_hash", "lru_hash", "lpm")
FITTING = {
    "map_push_elem": ("queue", "stack", "bloom"),
    "map_pop_elem": ("queue", "stack"),
    "map_peek_elem": ("queue", "stack", "bloom"),
    "tail_call": ("prog_array",),
    "perf_event_output": ("perf",),
    "perf_event_read": ("perf",),
    "perf_event_read_value": ("perf",),
    "redirect_map": ("devmap", "devmap_hash", "cpumap", "xskmap"),
    "get_stackid": ("stacks",),
    "skb_under_cgroup": ("cgroups",),
    "current_task_under_cgroup": ("cgroups",),
    "user_ringbuf_drain": ("user_ringbuf",),
    "timer_init": ("timers",),
    "map_lookup_percpu_elem": ("percpu_array", "percpu_hash"),
    "for_each_map_elem": ("array", "hash", "percpu_array"),
}
EDGES = (
    *[0] * 8, 1, 2, 3, 4, 5, 8, 14, 16, 20, 32, 64, 128, 255, 256, 1024, 4095, 4096, 0xFFFF, 0x10000,
    0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 32, (1 << 63) - 1, 1 << 63, -1, -2, -8, -14, -4096,
)  # fmt: skip
_BASES = (0, 8, 10, 16, 2, 33)
_SIGNALS = (0, 28, 65, -1)
#: Numbers for single arguments, counted from 1.
NUMBERS_FOR = {
    ("redirect", 1): (0, 1, 2, -1),
    ("clone_redirect", 2): (0, 1, 2, -1),
    ("redirect_peer", 1): (0, 1, 2),
    ("redirect_neigh", 1): (0, 1, 2),
    ("skb_change_proto", 2): (0x0008, 0xDD86, 0, 0x0081),
    ("skb_vlan_push", 2): (0x0081, 0xA888, 0),
    ("skb_adjust_room", 4): (0, 1, 2, 4, 2 | 8, 2 | 16, 0x20, 0x80, 0x100),
    ("skb_change_type", 2): (0, 1, 2, 3, 4, 255),
    ("timer_start", 2): (1 << 40, 1 << 62),  # not before the kernel is gone
    ("loop", 1): (0, 1, 7, 1000, (1 << 23) + 1, -1),
    ("send_signal", 1): _SIGNALS,
    ("send_signal_thread", 1): _SIGNALS,
    ("sys_close", 1): (-1, 9999, 1 << 31),
    ("strtol", 3): _BASES,
    ("strtoul", 3): _BASES,
    ("map_update_elem", 4): (0, 1, 2, 3, 4, 8),
    ("find_vma", 2): (0, 8, -1),
    ("sys_bpf", 1): (7, 11, 14, 15, 28, 99),
    ("probe_write_user", 1): (0, 8, 4096, -1),
    ("skb_load_bytes_relative", 5): (0, 1, 2),
}
#: Their third argument is an address of the kernel: also one where something is.
READS_KERNEL = _names("probe_read probe_read_str probe_read_kernel probe_read_kernel_str")
#: What may be in memory where text is expected.
WORDS = (b"12", b" -7x", b"0x1F", b"017", b"9" * 25, b"+1", b"", b"task_struct", b"int")

#: What each kernel says of itself, or of its own time, tasks, cgroups and sockets.
OWN = _names("""
    ktime_get_ns ktime_get_boot_ns ktime_get_coarse_ns ktime_get_tai_ns jiffies64 get_prandom_u32
    get_smp_processor_id get_numa_node_id get_current_pid_tgid get_current_uid_gid get_current_comm
    get_hash_recalc get_socket_cookie get_netns_cookie get_current_cgroup_id skb_cgroup_id
    get_current_ancestor_cgroup_id skb_ancestor_cgroup_id sk_cgroup_id sk_ancestor_cgroup_id
    get_stack get_task_stack get_stackid get_socket_uid tcp_gen_syncookie tcp_raw_gen_syncookie_ipv4
    tcp_raw_gen_syncookie_ipv6 get_ns_current_pid_tgid kallsyms_lookup_name find_vma
    current_task_under_cgroup skb_under_cgroup snprintf_btf
    """)
#: Results are addresses: nothing is compared.
ADDRESSES = frozenset({"get_current_task"})
#: What would trouble the machine: its trace pipe, this process, its memory and its descriptors.
NOT_ON_LINUX = _names("""
    trace_printk trace_vprintk send_signal send_signal_thread probe_write_user sys_bpf sys_close
    """)
