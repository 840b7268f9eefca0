"""Enumerations and flags of linux/bpf.h.

Written by tools/gen_uapi.py out of a kernel's BTF (Linux 6.18). Do not edit.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Cmd(IntEnum):
    """enum bpf_cmd"""

    MAP_CREATE = 0
    MAP_LOOKUP_ELEM = 1
    MAP_UPDATE_ELEM = 2
    MAP_DELETE_ELEM = 3
    MAP_GET_NEXT_KEY = 4
    PROG_LOAD = 5
    OBJ_PIN = 6
    OBJ_GET = 7
    PROG_ATTACH = 8
    PROG_DETACH = 9
    PROG_TEST_RUN = 10
    PROG_RUN = 10
    PROG_GET_NEXT_ID = 11
    MAP_GET_NEXT_ID = 12
    PROG_GET_FD_BY_ID = 13
    MAP_GET_FD_BY_ID = 14
    OBJ_GET_INFO_BY_FD = 15
    PROG_QUERY = 16
    RAW_TRACEPOINT_OPEN = 17
    BTF_LOAD = 18
    BTF_GET_FD_BY_ID = 19
    TASK_FD_QUERY = 20
    MAP_LOOKUP_AND_DELETE_ELEM = 21
    MAP_FREEZE = 22
    BTF_GET_NEXT_ID = 23
    MAP_LOOKUP_BATCH = 24
    MAP_LOOKUP_AND_DELETE_BATCH = 25
    MAP_UPDATE_BATCH = 26
    MAP_DELETE_BATCH = 27
    LINK_CREATE = 28
    LINK_UPDATE = 29
    LINK_GET_FD_BY_ID = 30
    LINK_GET_NEXT_ID = 31
    ENABLE_STATS = 32
    ITER_CREATE = 33
    LINK_DETACH = 34
    PROG_BIND_MAP = 35
    TOKEN_CREATE = 36
    PROG_STREAM_READ_BY_FD = 37


MAX_BPF_CMD: Final = 38


class MapType(IntEnum):
    """enum bpf_map_type"""

    UNSPEC = 0
    HASH = 1
    ARRAY = 2
    PROG_ARRAY = 3
    PERF_EVENT_ARRAY = 4
    PERCPU_HASH = 5
    PERCPU_ARRAY = 6
    STACK_TRACE = 7
    CGROUP_ARRAY = 8
    LRU_HASH = 9
    LRU_PERCPU_HASH = 10
    LPM_TRIE = 11
    ARRAY_OF_MAPS = 12
    HASH_OF_MAPS = 13
    DEVMAP = 14
    SOCKMAP = 15
    CPUMAP = 16
    XSKMAP = 17
    SOCKHASH = 18
    CGROUP_STORAGE = 19
    CGROUP_STORAGE_DEPRECATED = 19
    REUSEPORT_SOCKARRAY = 20
    PERCPU_CGROUP_STORAGE = 21
    PERCPU_CGROUP_STORAGE_DEPRECATED = 21
    QUEUE = 22
    STACK = 23
    SK_STORAGE = 24
    DEVMAP_HASH = 25
    STRUCT_OPS = 26
    RINGBUF = 27
    INODE_STORAGE = 28
    TASK_STORAGE = 29
    BLOOM_FILTER = 30
    USER_RINGBUF = 31
    CGRP_STORAGE = 32
    ARENA = 33


MAX_BPF_MAP_TYPE: Final = 34


class ProgType(IntEnum):
    """enum bpf_prog_type"""

    UNSPEC = 0
    SOCKET_FILTER = 1
    KPROBE = 2
    SCHED_CLS = 3
    SCHED_ACT = 4
    TRACEPOINT = 5
    XDP = 6
    PERF_EVENT = 7
    CGROUP_SKB = 8
    CGROUP_SOCK = 9
    LWT_IN = 10
    LWT_OUT = 11
    LWT_XMIT = 12
    SOCK_OPS = 13
    SK_SKB = 14
    CGROUP_DEVICE = 15
    SK_MSG = 16
    RAW_TRACEPOINT = 17
    CGROUP_SOCK_ADDR = 18
    LWT_SEG6LOCAL = 19
    LIRC_MODE2 = 20
    SK_REUSEPORT = 21
    FLOW_DISSECTOR = 22
    CGROUP_SYSCTL = 23
    RAW_TRACEPOINT_WRITABLE = 24
    CGROUP_SOCKOPT = 25
    TRACING = 26
    STRUCT_OPS = 27
    EXT = 28
    LSM = 29
    SK_LOOKUP = 30
    SYSCALL = 31
    NETFILTER = 32


MAX_BPF_PROG_TYPE: Final = 33


class AttachType(IntEnum):
    """enum bpf_attach_type"""

    CGROUP_INET_INGRESS = 0
    CGROUP_INET_EGRESS = 1
    CGROUP_INET_SOCK_CREATE = 2
    CGROUP_SOCK_OPS = 3
    SK_SKB_STREAM_PARSER = 4
    SK_SKB_STREAM_VERDICT = 5
    CGROUP_DEVICE = 6
    SK_MSG_VERDICT = 7
    CGROUP_INET4_BIND = 8
    CGROUP_INET6_BIND = 9
    CGROUP_INET4_CONNECT = 10
    CGROUP_INET6_CONNECT = 11
    CGROUP_INET4_POST_BIND = 12
    CGROUP_INET6_POST_BIND = 13
    CGROUP_UDP4_SENDMSG = 14
    CGROUP_UDP6_SENDMSG = 15
    LIRC_MODE2 = 16
    FLOW_DISSECTOR = 17
    CGROUP_SYSCTL = 18
    CGROUP_UDP4_RECVMSG = 19
    CGROUP_UDP6_RECVMSG = 20
    CGROUP_GETSOCKOPT = 21
    CGROUP_SETSOCKOPT = 22
    TRACE_RAW_TP = 23
    TRACE_FENTRY = 24
    TRACE_FEXIT = 25
    MODIFY_RETURN = 26
    LSM_MAC = 27
    TRACE_ITER = 28
    CGROUP_INET4_GETPEERNAME = 29
    CGROUP_INET6_GETPEERNAME = 30
    CGROUP_INET4_GETSOCKNAME = 31
    CGROUP_INET6_GETSOCKNAME = 32
    XDP_DEVMAP = 33
    CGROUP_INET_SOCK_RELEASE = 34
    XDP_CPUMAP = 35
    SK_LOOKUP = 36
    XDP = 37
    SK_SKB_VERDICT = 38
    SK_REUSEPORT_SELECT = 39
    SK_REUSEPORT_SELECT_OR_MIGRATE = 40
    PERF_EVENT = 41
    TRACE_KPROBE_MULTI = 42
    LSM_CGROUP = 43
    STRUCT_OPS = 44
    NETFILTER = 45
    TCX_INGRESS = 46
    TCX_EGRESS = 47
    TRACE_UPROBE_MULTI = 48
    CGROUP_UNIX_CONNECT = 49
    CGROUP_UNIX_SENDMSG = 50
    CGROUP_UNIX_RECVMSG = 51
    CGROUP_UNIX_GETPEERNAME = 52
    CGROUP_UNIX_GETSOCKNAME = 53
    NETKIT_PRIMARY = 54
    NETKIT_PEER = 55
    TRACE_KPROBE_SESSION = 56
    TRACE_UPROBE_SESSION = 57


MAX_BPF_ATTACH_TYPE: Final = 58


class LinkType(IntEnum):
    """enum bpf_link_type"""

    UNSPEC = 0
    RAW_TRACEPOINT = 1
    TRACING = 2
    CGROUP = 3
    ITER = 4
    NETNS = 5
    XDP = 6
    PERF_EVENT = 7
    KPROBE_MULTI = 8
    STRUCT_OPS = 9
    NETFILTER = 10
    TCX = 11
    UPROBE_MULTI = 12
    NETKIT = 13
    SOCKMAP = 14


MAX_BPF_LINK_TYPE: Final = 15


class FuncId(IntEnum):
    """enum bpf_func_id"""

    unspec = 0
    map_lookup_elem = 1
    map_update_elem = 2
    map_delete_elem = 3
    probe_read = 4
    ktime_get_ns = 5
    trace_printk = 6
    get_prandom_u32 = 7
    get_smp_processor_id = 8
    skb_store_bytes = 9
    l3_csum_replace = 10
    l4_csum_replace = 11
    tail_call = 12
    clone_redirect = 13
    get_current_pid_tgid = 14
    get_current_uid_gid = 15
    get_current_comm = 16
    get_cgroup_classid = 17
    skb_vlan_push = 18
    skb_vlan_pop = 19
    skb_get_tunnel_key = 20
    skb_set_tunnel_key = 21
    perf_event_read = 22
    redirect = 23
    get_route_realm = 24
    perf_event_output = 25
    skb_load_bytes = 26
    get_stackid = 27
    csum_diff = 28
    skb_get_tunnel_opt = 29
    skb_set_tunnel_opt = 30
    skb_change_proto = 31
    skb_change_type = 32
    skb_under_cgroup = 33
    get_hash_recalc = 34
    get_current_task = 35
    probe_write_user = 36
    current_task_under_cgroup = 37
    skb_change_tail = 38
    skb_pull_data = 39
    csum_update = 40
    set_hash_invalid = 41
    get_numa_node_id = 42
    skb_change_head = 43
    xdp_adjust_head = 44
    probe_read_str = 45
    get_socket_cookie = 46
    get_socket_uid = 47
    set_hash = 48
    setsockopt = 49
    skb_adjust_room = 50
    redirect_map = 51
    sk_redirect_map = 52
    sock_map_update = 53
    xdp_adjust_meta = 54
    perf_event_read_value = 55
    perf_prog_read_value = 56
    getsockopt = 57
    override_return = 58
    sock_ops_cb_flags_set = 59
    msg_redirect_map = 60
    msg_apply_bytes = 61
    msg_cork_bytes = 62
    msg_pull_data = 63
    bind = 64
    xdp_adjust_tail = 65
    skb_get_xfrm_state = 66
    get_stack = 67
    skb_load_bytes_relative = 68
    fib_lookup = 69
    sock_hash_update = 70
    msg_redirect_hash = 71
    sk_redirect_hash = 72
    lwt_push_encap = 73
    lwt_seg6_store_bytes = 74
    lwt_seg6_adjust_srh = 75
    lwt_seg6_action = 76
    rc_repeat = 77
    rc_keydown = 78
    skb_cgroup_id = 79
    get_current_cgroup_id = 80
    get_local_storage = 81
    sk_select_reuseport = 82
    skb_ancestor_cgroup_id = 83
    sk_lookup_tcp = 84
    sk_lookup_udp = 85
    sk_release = 86
    map_push_elem = 87
    map_pop_elem = 88
    map_peek_elem = 89
    msg_push_data = 90
    msg_pop_data = 91
    rc_pointer_rel = 92
    spin_lock = 93
    spin_unlock = 94
    sk_fullsock = 95
    tcp_sock = 96
    skb_ecn_set_ce = 97
    get_listener_sock = 98
    skc_lookup_tcp = 99
    tcp_check_syncookie = 100
    sysctl_get_name = 101
    sysctl_get_current_value = 102
    sysctl_get_new_value = 103
    sysctl_set_new_value = 104
    strtol = 105
    strtoul = 106
    sk_storage_get = 107
    sk_storage_delete = 108
    send_signal = 109
    tcp_gen_syncookie = 110
    skb_output = 111
    probe_read_user = 112
    probe_read_kernel = 113
    probe_read_user_str = 114
    probe_read_kernel_str = 115
    tcp_send_ack = 116
    send_signal_thread = 117
    jiffies64 = 118
    read_branch_records = 119
    get_ns_current_pid_tgid = 120
    xdp_output = 121
    get_netns_cookie = 122
    get_current_ancestor_cgroup_id = 123
    sk_assign = 124
    ktime_get_boot_ns = 125
    seq_printf = 126
    seq_write = 127
    sk_cgroup_id = 128
    sk_ancestor_cgroup_id = 129
    ringbuf_output = 130
    ringbuf_reserve = 131
    ringbuf_submit = 132
    ringbuf_discard = 133
    ringbuf_query = 134
    csum_level = 135
    skc_to_tcp6_sock = 136
    skc_to_tcp_sock = 137
    skc_to_tcp_timewait_sock = 138
    skc_to_tcp_request_sock = 139
    skc_to_udp6_sock = 140
    get_task_stack = 141
    load_hdr_opt = 142
    store_hdr_opt = 143
    reserve_hdr_opt = 144
    inode_storage_get = 145
    inode_storage_delete = 146
    d_path = 147
    copy_from_user = 148
    snprintf_btf = 149
    seq_printf_btf = 150
    skb_cgroup_classid = 151
    redirect_neigh = 152
    per_cpu_ptr = 153
    this_cpu_ptr = 154
    redirect_peer = 155
    task_storage_get = 156
    task_storage_delete = 157
    get_current_task_btf = 158
    bprm_opts_set = 159
    ktime_get_coarse_ns = 160
    ima_inode_hash = 161
    sock_from_file = 162
    check_mtu = 163
    for_each_map_elem = 164
    snprintf = 165
    sys_bpf = 166
    btf_find_by_name_kind = 167
    sys_close = 168
    timer_init = 169
    timer_set_callback = 170
    timer_start = 171
    timer_cancel = 172
    get_func_ip = 173
    get_attach_cookie = 174
    task_pt_regs = 175
    get_branch_snapshot = 176
    trace_vprintk = 177
    skc_to_unix_sock = 178
    kallsyms_lookup_name = 179
    find_vma = 180
    loop = 181
    strncmp = 182
    get_func_arg = 183
    get_func_ret = 184
    get_func_arg_cnt = 185
    get_retval = 186
    set_retval = 187
    xdp_get_buff_len = 188
    xdp_load_bytes = 189
    xdp_store_bytes = 190
    copy_from_user_task = 191
    skb_set_tstamp = 192
    ima_file_hash = 193
    kptr_xchg = 194
    map_lookup_percpu_elem = 195
    skc_to_mptcp_sock = 196
    dynptr_from_mem = 197
    ringbuf_reserve_dynptr = 198
    ringbuf_submit_dynptr = 199
    ringbuf_discard_dynptr = 200
    dynptr_read = 201
    dynptr_write = 202
    dynptr_data = 203
    tcp_raw_gen_syncookie_ipv4 = 204
    tcp_raw_gen_syncookie_ipv6 = 205
    tcp_raw_check_syncookie_ipv4 = 206
    tcp_raw_check_syncookie_ipv6 = 207
    ktime_get_tai_ns = 208
    user_ringbuf_drain = 209
    cgrp_storage_get = 210
    cgrp_storage_delete = 211


BPF_FUNC_MAX_ID: Final = 212


class StatsType(IntEnum):
    """enum bpf_stats_type"""

    RUN_TIME = 0


class TaskFdType(IntEnum):
    """enum bpf_task_fd_type"""

    RAW_TRACEPOINT = 0
    TRACEPOINT = 1
    KPROBE = 2
    KRETPROBE = 3
    UPROBE = 4
    URETPROBE = 5


class PerfEventType(IntEnum):
    """enum bpf_perf_event_type"""

    UNSPEC = 0
    UPROBE = 1
    URETPROBE = 2
    KPROBE = 3
    KRETPROBE = 4
    TRACEPOINT = 5
    EVENT = 6


class CgroupIterOrder(IntEnum):
    """enum bpf_cgroup_iter_order"""

    ORDER_UNSPEC = 0
    SELF_ONLY = 1
    DESCENDANTS_PRE = 2
    DESCENDANTS_POST = 3
    ANCESTORS_UP = 4


class StreamId(IntEnum):
    """enum bpf_stream_id"""

    STDOUT = 1
    STDERR = 2


class CoreReloKind(IntEnum):
    """enum bpf_core_relo_kind"""

    FIELD_BYTE_OFFSET = 0
    FIELD_BYTE_SIZE = 1
    FIELD_EXISTS = 2
    FIELD_SIGNED = 3
    FIELD_LSHIFT_U64 = 4
    FIELD_RSHIFT_U64 = 5
    TYPE_ID_LOCAL = 6
    TYPE_ID_TARGET = 7
    TYPE_EXISTS = 8
    TYPE_SIZE = 9
    ENUMVAL_EXISTS = 10
    ENUMVAL_VALUE = 11
    TYPE_MATCHES = 12


class BtfKind(IntEnum):
    UNKN = 0
    INT = 1
    PTR = 2
    ARRAY = 3
    STRUCT = 4
    UNION = 5
    ENUM = 6
    FWD = 7
    TYPEDEF = 8
    VOLATILE = 9
    CONST = 10
    RESTRICT = 11
    FUNC = 12
    FUNC_PROTO = 13
    VAR = 14
    DATASEC = 15
    FLOAT = 16
    DECL_TAG = 17
    TYPE_TAG = 18
    ENUM64 = 19


BTF_KIND_MAX: Final = 19
NR_BTF_KINDS: Final = 20


class BtfFuncLinkage(IntEnum):
    """enum btf_func_linkage"""

    STATIC = 0
    GLOBAL = 1
    EXTERN = 2


class BtfVarLinkage(IntEnum):
    STATIC = 0
    GLOBAL_ALLOCATED = 1
    GLOBAL_EXTERN = 2


class XdpAction(IntEnum):
    ABORTED = 0
    DROP = 1
    PASS = 2
    TX = 3
    REDIRECT = 4


class TcxAction(IntEnum):
    NEXT = -1
    PASS = 0
    DROP = 2
    REDIRECT = 7


class SkAction(IntEnum):
    DROP = 0
    PASS = 1


class RetCode(IntEnum):
    """enum bpf_ret_code"""

    OK = 0
    DROP = 2
    REDIRECT = 7
    LWT_REROUTE = 128
    FLOW_DISSECTOR_CONTINUE = 129


class AdjRoomMode(IntEnum):
    """enum bpf_adj_room_mode"""

    NET = 0
    MAC = 1


class HdrStartOff(IntEnum):
    """enum bpf_hdr_start_off"""

    MAC = 0
    NET = 1


class LwtEncapMode(IntEnum):
    """enum bpf_lwt_encap_mode"""

    SEG6 = 0
    SEG6_INLINE = 1
    IP = 2


class CheckMtuRet(IntEnum):
    """enum bpf_check_mtu_ret"""

    SUCCESS = 0
    FRAG_NEEDED = 1
    SEGS_TOOBIG = 2


class StackBuildIdStatus(IntEnum):
    """enum bpf_stack_build_id_status"""

    EMPTY = 0
    VALID = 1
    IP = 2


BPF_ANY: Final = 0
BPF_NOEXIST: Final = 1
BPF_EXIST: Final = 2
BPF_F_LOCK: Final = 4

BPF_F_NO_PREALLOC: Final = 1
BPF_F_NO_COMMON_LRU: Final = 2
BPF_F_NUMA_NODE: Final = 4
BPF_F_RDONLY: Final = 8
BPF_F_WRONLY: Final = 16
BPF_F_STACK_BUILD_ID: Final = 32
BPF_F_ZERO_SEED: Final = 64
BPF_F_RDONLY_PROG: Final = 128
BPF_F_WRONLY_PROG: Final = 0x100
BPF_F_CLONE: Final = 0x200
BPF_F_MMAPABLE: Final = 0x400
BPF_F_PRESERVE_ELEMS: Final = 0x800
BPF_F_INNER_MAP: Final = 0x1000
BPF_F_LINK: Final = 0x2000
BPF_F_PATH_FD: Final = 0x4000
BPF_F_VTYPE_BTF_OBJ_FD: Final = 0x8000
BPF_F_TOKEN_FD: Final = 0x10000
BPF_F_SEGV_ON_FAULT: Final = 0x20000
BPF_F_NO_USER_CONV: Final = 0x40000

BPF_F_INGRESS: Final = 1
BPF_F_BROADCAST: Final = 8
BPF_F_EXCLUDE_INGRESS: Final = 16

BPF_F_INDEX_MASK: Final = 0xFFFFFFFF
BPF_F_CURRENT_CPU: Final = 0xFFFFFFFF
BPF_F_CTXLEN_MASK: Final = 0xFFFFF00000000

BPF_F_SKIP_FIELD_MASK: Final = 255
BPF_F_USER_STACK: Final = 0x100
BPF_F_FAST_STACK_CMP: Final = 0x200
BPF_F_REUSE_STACKID: Final = 0x400
BPF_F_USER_BUILD_ID: Final = 0x800

BPF_F_RECOMPUTE_CSUM: Final = 1
BPF_F_INVALIDATE_HASH: Final = 2

BPF_F_HDR_FIELD_MASK: Final = 15

BPF_F_PSEUDO_HDR: Final = 16
BPF_F_MARK_MANGLED_0: Final = 32
BPF_F_MARK_ENFORCE: Final = 64
BPF_F_IPV6: Final = 128

BPF_F_TUNINFO_IPV6: Final = 1

BPF_F_ZERO_CSUM_TX: Final = 2
BPF_F_DONT_FRAGMENT: Final = 4
BPF_F_SEQ_NUMBER: Final = 8
BPF_F_NO_TUNNEL_KEY: Final = 16

BPF_F_TUNINFO_FLAGS: Final = 16

BPF_F_GET_BRANCH_RECORDS_SIZE: Final = 1

BPF_F_CURRENT_NETNS: Final = -1

BPF_F_UPROBE_MULTI_RETURN: Final = 1

BPF_F_KPROBE_MULTI_RETURN: Final = 1

BPF_F_TIMER_ABS: Final = 1
BPF_F_TIMER_CPU_PIN: Final = 2

BPF_F_ADJ_ROOM_FIXED_GSO: Final = 1
BPF_F_ADJ_ROOM_ENCAP_L3_IPV4: Final = 2
BPF_F_ADJ_ROOM_ENCAP_L3_IPV6: Final = 4
BPF_F_ADJ_ROOM_ENCAP_L4_GRE: Final = 8
BPF_F_ADJ_ROOM_ENCAP_L4_UDP: Final = 16
BPF_F_ADJ_ROOM_NO_CSUM_RESET: Final = 32
BPF_F_ADJ_ROOM_ENCAP_L2_ETH: Final = 64
BPF_F_ADJ_ROOM_DECAP_L3_IPV4: Final = 128
BPF_F_ADJ_ROOM_DECAP_L3_IPV6: Final = 0x100

BPF_ADJ_ROOM_ENCAP_L2_MASK: Final = 255
BPF_ADJ_ROOM_ENCAP_L2_SHIFT: Final = 56

BPF_F_SYSCTL_BASE_NAME: Final = 1

BPF_F_BPRM_SECUREEXEC: Final = 1

BPF_F_NEIGH: Final = 0x10000
BPF_F_PEER: Final = 0x20000
BPF_F_NEXTHOP: Final = 0x40000

BPF_CSUM_LEVEL_QUERY: Final = 0
BPF_CSUM_LEVEL_INC: Final = 1
BPF_CSUM_LEVEL_DEC: Final = 2
BPF_CSUM_LEVEL_RESET: Final = 3

BPF_LOCAL_STORAGE_GET_F_CREATE: Final = 1
BPF_SK_STORAGE_GET_F_CREATE: Final = 1

BPF_RB_NO_WAKEUP: Final = 1
BPF_RB_FORCE_WAKEUP: Final = 2

BPF_RB_AVAIL_DATA: Final = 0
BPF_RB_RING_SIZE: Final = 1
BPF_RB_CONS_POS: Final = 2
BPF_RB_PROD_POS: Final = 3

BPF_SK_LOOKUP_F_REPLACE: Final = 1
BPF_SK_LOOKUP_F_NO_REUSEPORT: Final = 2

BPF_SKB_TSTAMP_UNSPEC: Final = 0
BPF_SKB_TSTAMP_DELIVERY_MONO: Final = 1
BPF_SKB_CLOCK_REALTIME: Final = 0
BPF_SKB_CLOCK_MONOTONIC: Final = 1
BPF_SKB_CLOCK_TAI: Final = 2

BPF_SOCK_OPS_RTO_CB_FLAG: Final = 1
BPF_SOCK_OPS_RETRANS_CB_FLAG: Final = 2
BPF_SOCK_OPS_STATE_CB_FLAG: Final = 4
BPF_SOCK_OPS_RTT_CB_FLAG: Final = 8
BPF_SOCK_OPS_PARSE_ALL_HDR_OPT_CB_FLAG: Final = 16
BPF_SOCK_OPS_PARSE_UNKNOWN_HDR_OPT_CB_FLAG: Final = 32
BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG: Final = 64
BPF_SOCK_OPS_ALL_CB_FLAGS: Final = 127

BPF_SOCK_OPS_VOID: Final = 0
BPF_SOCK_OPS_TIMEOUT_INIT: Final = 1
BPF_SOCK_OPS_RWND_INIT: Final = 2
BPF_SOCK_OPS_TCP_CONNECT_CB: Final = 3
BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB: Final = 4
BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB: Final = 5
BPF_SOCK_OPS_NEEDS_ECN: Final = 6
BPF_SOCK_OPS_BASE_RTT: Final = 7
BPF_SOCK_OPS_RTO_CB: Final = 8
BPF_SOCK_OPS_RETRANS_CB: Final = 9
BPF_SOCK_OPS_STATE_CB: Final = 10
BPF_SOCK_OPS_TCP_LISTEN_CB: Final = 11
BPF_SOCK_OPS_RTT_CB: Final = 12
BPF_SOCK_OPS_PARSE_HDR_OPT_CB: Final = 13
BPF_SOCK_OPS_HDR_OPT_LEN_CB: Final = 14
BPF_SOCK_OPS_WRITE_HDR_OPT_CB: Final = 15
BPF_SOCK_OPS_TSTAMP_SCHED_CB: Final = 16
BPF_SOCK_OPS_TSTAMP_SND_SW_CB: Final = 17
BPF_SOCK_OPS_TSTAMP_SND_HW_CB: Final = 18
BPF_SOCK_OPS_TSTAMP_ACK_CB: Final = 19
BPF_SOCK_OPS_TSTAMP_SENDMSG_CB: Final = 20

BPF_TCP_ESTABLISHED: Final = 1
BPF_TCP_SYN_SENT: Final = 2
BPF_TCP_SYN_RECV: Final = 3
BPF_TCP_FIN_WAIT1: Final = 4
BPF_TCP_FIN_WAIT2: Final = 5
BPF_TCP_TIME_WAIT: Final = 6
BPF_TCP_CLOSE: Final = 7
BPF_TCP_CLOSE_WAIT: Final = 8
BPF_TCP_LAST_ACK: Final = 9
BPF_TCP_LISTEN: Final = 10
BPF_TCP_CLOSING: Final = 11
BPF_TCP_NEW_SYN_RECV: Final = 12
BPF_TCP_BOUND_INACTIVE: Final = 13
BPF_TCP_MAX_STATES: Final = 14

TCP_BPF_IW: Final = 0x3E9
TCP_BPF_SNDCWND_CLAMP: Final = 0x3EA
TCP_BPF_DELACK_MAX: Final = 0x3EB
TCP_BPF_RTO_MIN: Final = 0x3EC
TCP_BPF_SYN: Final = 0x3ED
TCP_BPF_SYN_IP: Final = 0x3EE
TCP_BPF_SYN_MAC: Final = 0x3EF
TCP_BPF_SOCK_OPS_CB_FLAGS: Final = 0x3F0
SK_BPF_CB_FLAGS: Final = 0x3F1

BPF_LOAD_HDR_OPT_TCP_SYN: Final = 1

BPF_WRITE_HDR_TCP_CURRENT_MSS: Final = 1
BPF_WRITE_HDR_TCP_SYNACK_COOKIE: Final = 2

SK_BPF_CB_TX_TIMESTAMPING: Final = 1
SK_BPF_CB_MASK: Final = 1

BPF_FIB_LOOKUP_DIRECT: Final = 1
BPF_FIB_LOOKUP_OUTPUT: Final = 2
BPF_FIB_LOOKUP_SKIP_NEIGH: Final = 4
BPF_FIB_LOOKUP_TBID: Final = 8
BPF_FIB_LOOKUP_SRC: Final = 16
BPF_FIB_LOOKUP_MARK: Final = 32

BPF_FIB_LKUP_RET_SUCCESS: Final = 0
BPF_FIB_LKUP_RET_BLACKHOLE: Final = 1
BPF_FIB_LKUP_RET_UNREACHABLE: Final = 2
BPF_FIB_LKUP_RET_PROHIBIT: Final = 3
BPF_FIB_LKUP_RET_NOT_FWDED: Final = 4
BPF_FIB_LKUP_RET_FWD_DISABLED: Final = 5
BPF_FIB_LKUP_RET_UNSUPP_LWT: Final = 6
BPF_FIB_LKUP_RET_NO_NEIGH: Final = 7
BPF_FIB_LKUP_RET_FRAG_NEEDED: Final = 8
BPF_FIB_LKUP_RET_NO_SRC_ADDR: Final = 9

BPF_FLOW_DISSECTOR_F_PARSE_1ST_FRAG: Final = 1
BPF_FLOW_DISSECTOR_F_STOP_AT_FLOW_LABEL: Final = 2
BPF_FLOW_DISSECTOR_F_STOP_AT_ENCAP: Final = 4

BPF_MTU_CHK_SEGS: Final = 1

BPF_F_PAD_ZEROS: Final = 1

BTF_F_COMPACT: Final = 1
BTF_F_NONAME: Final = 2
BTF_F_PTR_RAW: Final = 4
BTF_F_ZERO: Final = 8

BPF_MAX_LOOPS: Final = 0x800000
BPF_MAX_TIMED_LOOPS: Final = 0xFFFF

# cgroup and mprog attach flags
BPF_F_ALLOW_OVERRIDE: Final = 1
BPF_F_ALLOW_MULTI: Final = 2
BPF_F_REPLACE: Final = 4
BPF_F_BEFORE: Final = 8
BPF_F_AFTER: Final = 16
BPF_F_ID: Final = 32
BPF_F_PREORDER: Final = 64

# PROG_LOAD flags
BPF_F_STRICT_ALIGNMENT: Final = 1
BPF_F_ANY_ALIGNMENT: Final = 2
BPF_F_TEST_RND_HI32: Final = 4
BPF_F_TEST_STATE_FREQ: Final = 8
BPF_F_SLEEPABLE: Final = 16
BPF_F_XDP_HAS_FRAGS: Final = 32
BPF_F_XDP_DEV_BOUND_ONLY: Final = 64
BPF_F_TEST_REG_INVARIANTS: Final = 128

# other flags
BPF_F_NETFILTER_IP_DEFRAG: Final = 1
BPF_F_QUERY_EFFECTIVE: Final = 1
BPF_F_TEST_RUN_ON_CPU: Final = 1
BPF_F_TEST_XDP_LIVE_FRAMES: Final = 2
BPF_F_TEST_SKB_CHECKSUM_COMPLETE: Final = 4
BPF_F_REDIRECT_FLAGS: Final = 25
BPF_RINGBUF_BUSY_BIT: Final = 2147483648
BPF_RINGBUF_DISCARD_BIT: Final = 1073741824
BPF_RINGBUF_HDR_SZ: Final = 8

# verifier log levels
BPF_LOG_LEVEL1: Final = 1
BPF_LOG_LEVEL2: Final = 2
BPF_LOG_STATS: Final = 4
BPF_LOG_FIXED: Final = 8

# limits and sizes
BPF_MAXINSNS: Final = 4096
BPF_COMPLEXITY_LIMIT_INSNS: Final = 1000000
BPF_OBJ_NAME_LEN: Final = 16
BPF_TAG_SIZE: Final = 8
BPF_BUILD_ID_SIZE: Final = 20
MAX_BPF_STACK: Final = 512
MAX_TAIL_CALL_CNT: Final = 33
BTF_MAGIC: Final = 60319
BTF_VERSION: Final = 1

# verdicts of tc classifiers
TC_ACT_UNSPEC: Final = -1
TC_ACT_OK: Final = 0
TC_ACT_RECLASSIFY: Final = 1
TC_ACT_SHOT: Final = 2
TC_ACT_PIPE: Final = 3
TC_ACT_STOLEN: Final = 4
TC_ACT_QUEUED: Final = 5
TC_ACT_REPEAT: Final = 6
TC_ACT_REDIRECT: Final = 7
TC_ACT_TRAP: Final = 8
