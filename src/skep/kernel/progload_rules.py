"""What PROG_LOAD asks before it looks at a single instruction: flags, privileges, attach types, license."""

from __future__ import annotations

import errno

from skep.errors import ENOTSUPP
from skep.kernel.capable import Cap
from skep.kernel.machine import Machine
from skep.kernel.usermem import UserMemory
from skep.kernel.vmlinux import KernelBtf
from skep.uapi import (
    BPF_COMPLEXITY_LIMIT_INSNS,
    BPF_F_ANY_ALIGNMENT,
    BPF_F_SLEEPABLE,
    BPF_F_STRICT_ALIGNMENT,
    BPF_F_TEST_REG_INVARIANTS,
    BPF_F_TEST_RND_HI32,
    BPF_F_TEST_STATE_FREQ,
    BPF_F_TOKEN_FD,
    BPF_F_XDP_DEV_BOUND_ONLY,
    BPF_F_XDP_HAS_FRAGS,
    BPF_MAXINSNS,
    MAX_BPF_PROG_TYPE,
    AttachType,
    ProgType,
)
from skep.uapi import attrs as a

#: BTF_MAX_TYPE of linux/btf.h
_BTF_MAX_TYPE = 0x000FFFFF
_MAX_SIGNATURE = 8192  # KMALLOC_MAX_CACHE_SIZE
_LAST_SYSTEM_KEYRING = 2

_KNOWN_FLAGS = (
    BPF_F_STRICT_ALIGNMENT
    | BPF_F_ANY_ALIGNMENT
    | BPF_F_TEST_STATE_FREQ
    | BPF_F_SLEEPABLE
    | BPF_F_TEST_RND_HI32
    | BPF_F_XDP_HAS_FRAGS
    | BPF_F_XDP_DEV_BOUND_ONLY
    | BPF_F_TEST_REG_INVARIANTS
    | BPF_F_TOKEN_FD
)

#: Loadable without any capability, where the machine permits unprivileged BPF at all.
_UNPRIVILEGED = frozenset({ProgType.SOCKET_FILTER, ProgType.CGROUP_SKB})

#: is_net_admin_prog_type()
_NET_ADMIN = frozenset(
    {
        ProgType.SCHED_CLS,
        ProgType.SCHED_ACT,
        ProgType.XDP,
        ProgType.LWT_IN,
        ProgType.LWT_OUT,
        ProgType.LWT_XMIT,
        ProgType.LWT_SEG6LOCAL,
        ProgType.SK_SKB,
        ProgType.SK_MSG,
        ProgType.FLOW_DISSECTOR,
        ProgType.CGROUP_DEVICE,
        ProgType.CGROUP_SOCK,
        ProgType.CGROUP_SOCK_ADDR,
        ProgType.CGROUP_SOCKOPT,
        ProgType.CGROUP_SYSCTL,
        ProgType.SOCK_OPS,
        ProgType.EXT,
        ProgType.NETFILTER,
    }
)

#: is_perfmon_prog_type()
_PERFMON = frozenset(
    {
        ProgType.KPROBE,
        ProgType.TRACEPOINT,
        ProgType.PERF_EVENT,
        ProgType.RAW_TRACEPOINT,
        ProgType.RAW_TRACEPOINT_WRITABLE,
        ProgType.TRACING,
        ProgType.LSM,
        ProgType.STRUCT_OPS,
        ProgType.EXT,
    }
)

#: Types that must say where they attach, and the places that they may name; others are not checked.
_ATTACH_TYPES: dict[ProgType, frozenset[AttachType]] = {
    ProgType.CGROUP_SOCK: frozenset(
        {
            AttachType.CGROUP_INET_SOCK_CREATE,
            AttachType.CGROUP_INET_SOCK_RELEASE,
            AttachType.CGROUP_INET4_POST_BIND,
            AttachType.CGROUP_INET6_POST_BIND,
        }
    ),
    ProgType.CGROUP_SOCK_ADDR: frozenset(
        {
            AttachType.CGROUP_INET4_BIND,
            AttachType.CGROUP_INET6_BIND,
            AttachType.CGROUP_INET4_CONNECT,
            AttachType.CGROUP_INET6_CONNECT,
            AttachType.CGROUP_UNIX_CONNECT,
            AttachType.CGROUP_INET4_GETPEERNAME,
            AttachType.CGROUP_INET6_GETPEERNAME,
            AttachType.CGROUP_UNIX_GETPEERNAME,
            AttachType.CGROUP_INET4_GETSOCKNAME,
            AttachType.CGROUP_INET6_GETSOCKNAME,
            AttachType.CGROUP_UNIX_GETSOCKNAME,
            AttachType.CGROUP_UDP4_SENDMSG,
            AttachType.CGROUP_UDP6_SENDMSG,
            AttachType.CGROUP_UNIX_SENDMSG,
            AttachType.CGROUP_UDP4_RECVMSG,
            AttachType.CGROUP_UDP6_RECVMSG,
            AttachType.CGROUP_UNIX_RECVMSG,
        }
    ),
    ProgType.CGROUP_SKB: frozenset({AttachType.CGROUP_INET_INGRESS, AttachType.CGROUP_INET_EGRESS}),
    ProgType.CGROUP_SOCKOPT: frozenset({AttachType.CGROUP_SETSOCKOPT, AttachType.CGROUP_GETSOCKOPT}),
    ProgType.SK_LOOKUP: frozenset({AttachType.SK_LOOKUP}),
    ProgType.SK_REUSEPORT: frozenset(
        {AttachType.SK_REUSEPORT_SELECT, AttachType.SK_REUSEPORT_SELECT_OR_MIGRATE}
    ),
    ProgType.NETFILTER: frozenset({AttachType.NETFILTER}),
}

#: Types for which an attach type makes no sense: only 0.
_NO_ATTACH_TYPE = frozenset({ProgType.SYSCALL, ProgType.EXT})

#: What 0 stands for, where old programs did not say: there is no attach type "unspecified".
_DEFAULT_ATTACH_TYPES = {
    ProgType.CGROUP_SOCK: AttachType.CGROUP_INET_SOCK_CREATE,
    ProgType.SK_REUSEPORT: AttachType.SK_REUSEPORT_SELECT,
}

#: Types that attach to something with a BTF id, and those that may name a program as its home.
_BTF_ID_TYPES = frozenset({ProgType.TRACING, ProgType.LSM, ProgType.STRUCT_OPS, ProgType.EXT})
_TARGET_PROG_TYPES = frozenset({ProgType.TRACING, ProgType.EXT})

_GPL_LICENSES = frozenset(
    {
        b"GPL",
        b"GPL v2",
        b"GPL and additional rights",
        b"Dual BSD/GPL",
        b"Dual MIT/GPL",
        b"Dual MPL/GPL",
    }
)


def is_gpl_compatible(license: bytes) -> bool:
    """license_is_gpl_compatible()"""
    return license in _GPL_LICENSES


def check_prog_flags(attr: a.ProgLoad) -> None:
    """Flags that the kernel does not know are refused, so that programs can probe for them."""
    if attr.prog_flags & ~_KNOWN_FLAGS:
        raise OSError(errno.EINVAL, f"unknown prog_flags {attr.prog_flags:#x}")


def default_attach_type(attr: a.ProgLoad) -> int:
    """bpf_prog_load_fixup_attach_type()"""
    if attr.expected_attach_type:
        return attr.expected_attach_type
    return next((at for pt, at in _DEFAULT_ATTACH_TYPES.items() if pt == attr.prog_type), 0)


def check_privileges(machine: Machine, attr: a.ProgLoad) -> None:
    """Who may load a program of this type, and how large."""
    bpf = machine.capable(Cap.BPF)
    if machine.unprivileged_bpf_disabled and not bpf:
        raise OSError(errno.EPERM, "unprivileged BPF is disabled, and CAP_BPF is lacking")
    limit = BPF_COMPLEXITY_LIMIT_INSNS if bpf else BPF_MAXINSNS
    if not 0 < attr.insn_cnt <= limit:
        raise OSError(errno.E2BIG, f"{attr.insn_cnt} instructions, at most {limit}")
    if not bpf and attr.prog_type not in _UNPRIVILEGED:
        raise OSError(errno.EPERM, "CAP_BPF is needed")
    if attr.prog_type in _NET_ADMIN and not machine.capable(Cap.NET_ADMIN):
        raise OSError(errno.EPERM, "CAP_NET_ADMIN is needed")
    if attr.prog_type in _PERFMON and not machine.capable(Cap.PERFMON):
        raise OSError(errno.EPERM, "CAP_PERFMON is needed")


def check_attach(machine: Machine, attr: a.ProgLoad) -> KernelBtf | None:
    """The target that the program names, then bpf_prog_load_check_attach(). The types that `attach_btf_id`
    is one of, None where it is one of a program's or there is none.
    """
    types: KernelBtf | None = None
    if attr.attach_prog_fd:
        types = _check_target(machine, attr.attach_prog_fd)
        if types is not None and not attr.attach_btf_id:
            raise OSError(errno.EINVAL, "the kernel's BTF, but no id in it to attach to")
        if types is None and attr.prog_type not in _TARGET_PROG_TYPES:
            raise OSError(errno.EINVAL, "this program type attaches to no other program")
    elif attr.attach_btf_id:
        types = machine.vmlinux
        if types is None:
            raise OSError(errno.EINVAL, "this kernel has no BTF of its own to attach to")
    if attr.attach_btf_id > _BTF_MAX_TYPE:
        raise OSError(errno.EINVAL, f"no type has id {attr.attach_btf_id}")
    if attr.attach_btf_id and attr.prog_type not in _BTF_ID_TYPES:
        raise OSError(errno.EINVAL, "this program type attaches to nothing with a BTF id")
    if attr.expected_attach_type and attr.prog_type in _NO_ATTACH_TYPE:
        raise OSError(errno.EINVAL, "this program type has no attach types")
    allowed = next((types for pt, types in _ATTACH_TYPES.items() if pt == attr.prog_type), None)
    if allowed is not None and attr.expected_attach_type not in allowed:
        raise OSError(errno.EINVAL, f"attach type {attr.expected_attach_type} is of another program type")
    return types


def _check_target(machine: Machine, fd: int) -> KernelBtf | None:
    """None: the descriptor is a program's."""
    try:
        machine.prog_of_fd(fd)
        return None
    except OSError:
        try:
            types = machine.btf_of_fd(fd)
        except OSError:
            raise OSError(errno.EINVAL, f"descriptor {fd} is neither a program nor BTF") from None
    if not isinstance(types, KernelBtf):
        raise OSError(ENOTSUPP, "programs attach to the kernel's BTF, not to a program's")
    return types


def check_known_type(prog_type: int) -> None:
    """find_prog_type()"""
    if not ProgType.UNSPEC < prog_type < MAX_BPF_PROG_TYPE:
        raise OSError(errno.EINVAL, f"program type {prog_type} does not exist")


def check_device(machine: Machine, attr: a.ProgLoad) -> None:
    """bpf_prog_dev_bound_init(): a program for a device alone; none of a kernel's runs any by itself."""
    if attr.prog_type not in (ProgType.SCHED_CLS, ProgType.XDP) or attr.prog_flags:
        raise OSError(errno.EINVAL, "devices take no such programs")
    if attr.prog_ifindex not in machine.net:
        raise OSError(errno.EINVAL, f"no device has the number {attr.prog_ifindex}")
    raise OSError(errno.EOPNOTSUPP, "the device cannot run programs by itself")


def check_signature(memory: UserMemory, attr: a.ProgLoad) -> None:
    """bpf_prog_verify_signature(), on a kernel that is built without keyrings."""
    if attr.signature_size > _MAX_SIGNATURE or attr.keyring_id > _LAST_SYSTEM_KEYRING:
        raise OSError(errno.EINVAL, "no such signature, or no such keyring")
    try:
        memory.read(attr.signature, attr.signature_size)
    except OSError:
        raise OSError(errno.ENOMEM, "the signature cannot be read") from None
    raise OSError(errno.EOPNOTSUPP, "there is no keyring to check signatures with")
