"""What a kernel function that programs may call is, beyond its prototype in the kernel's BTF.

Linux registers such functions in sets, each for one hook (a group of program types) and with flags that say
what the verifier is to check. A function's row has both; names are Linux's. The rules that argument names
carry (`__sz`, `__k`, `__nullable`...) are the verifier's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from skep.uapi import ProgType

KF_ACQUIRE: Final = 1 << 0  # gives out a reference
KF_RELEASE: Final = 1 << 1  # takes one
KF_RET_NULL: Final = 1 << 2  # what it returns may be null
KF_TRUSTED_ARGS: Final = 1 << 4  # only pointers that are known to be good
KF_SLEEPABLE: Final = 1 << 5
KF_DESTRUCTIVE: Final = 1 << 6
KF_RCU: Final = 1 << 7  # trusted pointers, or those good within the RCU section
KF_ITER_NEW: Final = 1 << 8
KF_ITER_NEXT: Final = 1 << 9
KF_ITER_DESTROY: Final = 1 << 10
KF_RCU_PROTECTED: Final = 1 << 11  # called within an RCU section
KF_FASTCALL: Final = 1 << 12  # clobbers no registers but its result and arguments

#: Program types by hook (bpf_prog_type_to_kfunc_hook); those in no group have the common functions only.
HOOKS: Final[dict[str, frozenset[int]]] = {
    "xdp": frozenset({ProgType.XDP}),
    "tc": frozenset({ProgType.SCHED_CLS}),
    "act": frozenset({ProgType.SCHED_ACT}),
    "struct_ops": frozenset({ProgType.STRUCT_OPS}),
    "tracing": frozenset({ProgType.TRACING, ProgType.TRACEPOINT, ProgType.PERF_EVENT, ProgType.LSM}),
    "syscall": frozenset({ProgType.SYSCALL}),
    "cgroup": frozenset(
        {
            ProgType.CGROUP_SKB,
            ProgType.CGROUP_SOCK,
            ProgType.CGROUP_DEVICE,
            ProgType.CGROUP_SOCK_ADDR,
            ProgType.CGROUP_SOCKOPT,
            ProgType.CGROUP_SYSCTL,
            ProgType.SOCK_OPS,
        }
    ),
    "sk_skb": frozenset({ProgType.SK_SKB}),
    "socket_filter": frozenset({ProgType.SOCKET_FILTER}),
    "lwt": frozenset({ProgType.LWT_IN, ProgType.LWT_OUT, ProgType.LWT_XMIT, ProgType.LWT_SEG6LOCAL}),
    "netfilter": frozenset({ProgType.NETFILTER}),
    "kprobe": frozenset({ProgType.KPROBE}),
    # Narrower than a hook: sets with a filter of their own.
    "lsm": frozenset({ProgType.LSM}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KfuncRow:
    """One kernel function. `hooks` empty: every program may call it."""

    name: str
    flags: int = 0
    hooks: tuple[str, ...] = ()
    #: Expected attach types that may call it; empty: all.
    attach_types: tuple[int, ...] = ()
    #: Only for programs bound to a network device.
    dev_bound: bool = False
    #: Packet pointers are worthless after it.
    changes_pkt_data: bool = False

    def allowed(self, prog_type: int, attach_type: int) -> bool:
        """Whether programs of this type may call it."""
        if self.attach_types and attach_type not in self.attach_types:
            return False
        return not self.hooks or any(prog_type in HOOKS[hook] for hook in self.hooks)
