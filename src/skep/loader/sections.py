"""What a section's name says about the programs in it: the table of SEC("...").

A name ending in + stands for itself and for itself with `/more`, which says what to attach to. Others
stand for themselves; `/more` after them is taken as a label where no other row is meant, as in
SEC("xdp/simple"), which libbpf took before version 1.0. The first row that fits wins. A `?` before the
name turns off automatic loading.

Rule: libbpf's list of program types and ELF sections.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..uapi import (
    BPF_F_SLEEPABLE,
    BPF_F_XDP_HAS_FRAGS,
    AttachType,
    ProgType,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRow:
    """One kind of section. `auto`: the name says all that attaching takes."""

    name: str
    type: int
    attach: int = 0
    flags: int = 0
    needs_btf: bool = False
    auto: bool = False


def _row(
    name: str, type: ProgType, attach: int = 0, *, flags: int = 0, btf: bool = False, auto: bool = False
) -> SectionRow:
    return SectionRow(name=name, type=type, attach=attach, flags=flags, needs_btf=btf, auto=auto)


_P = ProgType
_A = AttachType
_S = BPF_F_SLEEPABLE
_FRAGS = BPF_F_XDP_HAS_FRAGS

# fmt: off
SECTIONS: Final = (
    _row("socket", _P.SOCKET_FILTER),
    _row("sk_reuseport/migrate", _P.SK_REUSEPORT, _A.SK_REUSEPORT_SELECT_OR_MIGRATE),
    _row("sk_reuseport", _P.SK_REUSEPORT, _A.SK_REUSEPORT_SELECT),
    _row("kprobe+", _P.KPROBE, auto=True),
    _row("uprobe+", _P.KPROBE, auto=True),
    _row("uprobe.s+", _P.KPROBE, flags=_S, auto=True),
    _row("kretprobe+", _P.KPROBE, auto=True),
    _row("uretprobe+", _P.KPROBE, auto=True),
    _row("uretprobe.s+", _P.KPROBE, flags=_S, auto=True),
    _row("kprobe.multi+", _P.KPROBE, _A.TRACE_KPROBE_MULTI, auto=True),
    _row("kretprobe.multi+", _P.KPROBE, _A.TRACE_KPROBE_MULTI, auto=True),
    _row("kprobe.session+", _P.KPROBE, _A.TRACE_KPROBE_SESSION, auto=True),
    _row("uprobe.multi+", _P.KPROBE, _A.TRACE_UPROBE_MULTI, auto=True),
    _row("uretprobe.multi+", _P.KPROBE, _A.TRACE_UPROBE_MULTI, auto=True),
    _row("uprobe.session+", _P.KPROBE, _A.TRACE_UPROBE_SESSION, auto=True),
    _row("uprobe.multi.s+", _P.KPROBE, _A.TRACE_UPROBE_MULTI, flags=_S, auto=True),
    _row("uretprobe.multi.s+", _P.KPROBE, _A.TRACE_UPROBE_MULTI, flags=_S, auto=True),
    _row("uprobe.session.s+", _P.KPROBE, _A.TRACE_UPROBE_SESSION, flags=_S, auto=True),
    _row("ksyscall+", _P.KPROBE, auto=True),
    _row("kretsyscall+", _P.KPROBE, auto=True),
    _row("usdt+", _P.KPROBE, auto=True),
    _row("usdt.s+", _P.KPROBE, flags=_S, auto=True),
    _row("tc/ingress", _P.SCHED_CLS, _A.TCX_INGRESS),
    _row("tc/egress", _P.SCHED_CLS, _A.TCX_EGRESS),
    _row("tcx/ingress", _P.SCHED_CLS, _A.TCX_INGRESS),
    _row("tcx/egress", _P.SCHED_CLS, _A.TCX_EGRESS),
    _row("tc", _P.SCHED_CLS),
    _row("classifier", _P.SCHED_CLS),
    _row("action", _P.SCHED_ACT),
    _row("netkit/primary", _P.SCHED_CLS, _A.NETKIT_PRIMARY),
    _row("netkit/peer", _P.SCHED_CLS, _A.NETKIT_PEER),
    _row("tracepoint+", _P.TRACEPOINT, auto=True),
    _row("tracepoint.s+", _P.TRACEPOINT, flags=_S, auto=True),
    _row("tp+", _P.TRACEPOINT, auto=True),
    _row("tp.s+", _P.TRACEPOINT, flags=_S, auto=True),
    _row("raw_tracepoint+", _P.RAW_TRACEPOINT, auto=True),
    _row("raw_tracepoint.s+", _P.RAW_TRACEPOINT, flags=_S, auto=True),
    _row("raw_tp+", _P.RAW_TRACEPOINT, auto=True),
    _row("raw_tp.s+", _P.RAW_TRACEPOINT, flags=_S, auto=True),
    _row("raw_tracepoint.w+", _P.RAW_TRACEPOINT_WRITABLE, auto=True),
    _row("raw_tp.w+", _P.RAW_TRACEPOINT_WRITABLE, auto=True),
    _row("tp_btf+", _P.TRACING, _A.TRACE_RAW_TP, btf=True, auto=True),
    _row("tp_btf.s+", _P.TRACING, _A.TRACE_RAW_TP, flags=_S, btf=True, auto=True),
    _row("fentry+", _P.TRACING, _A.TRACE_FENTRY, btf=True, auto=True),
    _row("fmod_ret+", _P.TRACING, _A.MODIFY_RETURN, btf=True, auto=True),
    _row("fexit+", _P.TRACING, _A.TRACE_FEXIT, btf=True, auto=True),
    _row("fentry.s+", _P.TRACING, _A.TRACE_FENTRY, flags=_S, btf=True, auto=True),
    _row("fmod_ret.s+", _P.TRACING, _A.MODIFY_RETURN, flags=_S, btf=True, auto=True),
    _row("fexit.s+", _P.TRACING, _A.TRACE_FEXIT, flags=_S, btf=True, auto=True),
    _row("freplace+", _P.EXT, btf=True, auto=True),
    _row("lsm+", _P.LSM, _A.LSM_MAC, btf=True, auto=True),
    _row("lsm.s+", _P.LSM, _A.LSM_MAC, flags=_S, btf=True, auto=True),
    _row("lsm_cgroup+", _P.LSM, _A.LSM_CGROUP, btf=True),
    _row("iter+", _P.TRACING, _A.TRACE_ITER, btf=True, auto=True),
    _row("iter.s+", _P.TRACING, _A.TRACE_ITER, flags=_S, btf=True, auto=True),
    _row("syscall", _P.SYSCALL, flags=_S),
    _row("xdp.frags/devmap", _P.XDP, _A.XDP_DEVMAP, flags=_FRAGS),
    _row("xdp/devmap", _P.XDP, _A.XDP_DEVMAP),
    _row("xdp.frags/cpumap", _P.XDP, _A.XDP_CPUMAP, flags=_FRAGS),
    _row("xdp/cpumap", _P.XDP, _A.XDP_CPUMAP),
    _row("xdp.frags", _P.XDP, _A.XDP, flags=_FRAGS),
    _row("xdp", _P.XDP, _A.XDP),
    _row("perf_event", _P.PERF_EVENT),
    _row("lwt_in", _P.LWT_IN),
    _row("lwt_out", _P.LWT_OUT),
    _row("lwt_xmit", _P.LWT_XMIT),
    _row("lwt_seg6local", _P.LWT_SEG6LOCAL),
    _row("sockops", _P.SOCK_OPS, _A.CGROUP_SOCK_OPS),
    _row("sk_skb/stream_parser", _P.SK_SKB, _A.SK_SKB_STREAM_PARSER),
    _row("sk_skb/stream_verdict", _P.SK_SKB, _A.SK_SKB_STREAM_VERDICT),
    _row("sk_skb/verdict", _P.SK_SKB, _A.SK_SKB_VERDICT),
    _row("sk_skb", _P.SK_SKB),
    _row("sk_msg", _P.SK_MSG, _A.SK_MSG_VERDICT),
    _row("lirc_mode2", _P.LIRC_MODE2, _A.LIRC_MODE2),
    _row("flow_dissector", _P.FLOW_DISSECTOR, _A.FLOW_DISSECTOR),
    _row("cgroup_skb/ingress", _P.CGROUP_SKB, _A.CGROUP_INET_INGRESS),
    _row("cgroup_skb/egress", _P.CGROUP_SKB, _A.CGROUP_INET_EGRESS),
    _row("cgroup/skb", _P.CGROUP_SKB),
    _row("cgroup/sock_create", _P.CGROUP_SOCK, _A.CGROUP_INET_SOCK_CREATE),
    _row("cgroup/sock_release", _P.CGROUP_SOCK, _A.CGROUP_INET_SOCK_RELEASE),
    _row("cgroup/sock", _P.CGROUP_SOCK, _A.CGROUP_INET_SOCK_CREATE),
    _row("cgroup/post_bind4", _P.CGROUP_SOCK, _A.CGROUP_INET4_POST_BIND),
    _row("cgroup/post_bind6", _P.CGROUP_SOCK, _A.CGROUP_INET6_POST_BIND),
    _row("cgroup/bind4", _P.CGROUP_SOCK_ADDR, _A.CGROUP_INET4_BIND),
    _row("cgroup/bind6", _P.CGROUP_SOCK_ADDR, _A.CGROUP_INET6_BIND),
    _row("cgroup/connect4", _P.CGROUP_SOCK_ADDR, _A.CGROUP_INET4_CONNECT),
    _row("cgroup/connect6", _P.CGROUP_SOCK_ADDR, _A.CGROUP_INET6_CONNECT),
    _row("cgroup/connect_unix", _P.CGROUP_SOCK_ADDR, _A.CGROUP_UNIX_CONNECT),
    _row("cgroup/sendmsg4", _P.CGROUP_SOCK_ADDR, _A.CGROUP_UDP4_SENDMSG),
    _row("cgroup/sendmsg6", _P.CGROUP_SOCK_ADDR, _A.CGROUP_UDP6_SENDMSG),
    _row("cgroup/sendmsg_unix", _P.CGROUP_SOCK_ADDR, _A.CGROUP_UNIX_SENDMSG),
    _row("cgroup/recvmsg4", _P.CGROUP_SOCK_ADDR, _A.CGROUP_UDP4_RECVMSG),
    _row("cgroup/recvmsg6", _P.CGROUP_SOCK_ADDR, _A.CGROUP_UDP6_RECVMSG),
    _row("cgroup/recvmsg_unix", _P.CGROUP_SOCK_ADDR, _A.CGROUP_UNIX_RECVMSG),
    _row("cgroup/getpeername4", _P.CGROUP_SOCK_ADDR, _A.CGROUP_INET4_GETPEERNAME),
    _row("cgroup/getpeername6", _P.CGROUP_SOCK_ADDR, _A.CGROUP_INET6_GETPEERNAME),
    _row("cgroup/getpeername_unix", _P.CGROUP_SOCK_ADDR, _A.CGROUP_UNIX_GETPEERNAME),
    _row("cgroup/getsockname4", _P.CGROUP_SOCK_ADDR, _A.CGROUP_INET4_GETSOCKNAME),
    _row("cgroup/getsockname6", _P.CGROUP_SOCK_ADDR, _A.CGROUP_INET6_GETSOCKNAME),
    _row("cgroup/getsockname_unix", _P.CGROUP_SOCK_ADDR, _A.CGROUP_UNIX_GETSOCKNAME),
    _row("cgroup/sysctl", _P.CGROUP_SYSCTL, _A.CGROUP_SYSCTL),
    _row("cgroup/getsockopt", _P.CGROUP_SOCKOPT, _A.CGROUP_GETSOCKOPT),
    _row("cgroup/setsockopt", _P.CGROUP_SOCKOPT, _A.CGROUP_SETSOCKOPT),
    _row("cgroup/dev", _P.CGROUP_DEVICE, _A.CGROUP_DEVICE),
    _row("struct_ops+", _P.STRUCT_OPS),
    _row("struct_ops.s+", _P.STRUCT_OPS, flags=_S),
    _row("sk_lookup", _P.SK_LOOKUP, _A.SK_LOOKUP),
    _row("netfilter", _P.NETFILTER, _A.NETFILTER),
)
# fmt: on


def _fits(row: SectionRow, name: str) -> bool:
    if row.name.endswith("+"):
        return name == row.name[:-1] or name.startswith(row.name[:-1] + "/")
    return name == row.name


def find_section(name: str) -> SectionRow | None:
    """The row of a section's name, without a leading `?`; None for a name that says nothing."""
    for row in SECTIONS:
        if _fits(row, name):
            return row
    labelled = [row for row in SECTIONS if name.startswith(row.name + "/")]
    return max(labelled, key=lambda row: len(row.name), default=None)
