"""Pointers to kernel structures that BTF describes: how far they are to be trusted, and loads through them.

A load that BTF allows is safe even if the pointer is stale, since faults are caught. What matters is what
the loaded pointer may be used for. It is trusted only where the kernel promises that it is valid for as long
as the structure is (lists of such fields are in the kernel's BTF), good under RCU where it is so tagged or
listed, and else untrusted: fit for more loads, not for handing it to the kernel.
"""

from __future__ import annotations

from errno import EACCES, EINVAL, EPERM
from typing import Final

from skep.btf import Btf, Kind
from skep.btf import types as t
from skep.errors import ENOTSUPP
from skep.kernel.btf_record import BtfRecord, struct_meta
from skep.kernel.progtypes.progtype import CtxField
from skep.kernel.verifier.access import BPF_READ, BPF_WRITE
from skep.kernel.verifier.btf_walk import Hit, btf_nested_type_is_trusted, btf_struct_access
from skep.kernel.verifier.env import Env, Reject, cur_regs, in_sleepable, new_id, verbose, verifier_bug
from skep.kernel.verifier.regs import RegState, Target, btf_target, pointer
from skep.kernel.verifier.regtypes import (
    CONST_PTR_TO_MAP,
    MEM_ALLOC,
    MEM_PERCPU,
    MEM_RCU,
    MEM_RDONLY,
    MEM_USER,
    NON_OWN_REF,
    PTR_MAYBE_NULL,
    PTR_TO_BTF_ID,
    PTR_TO_MAP_VALUE,
    PTR_TO_MEM,
    PTR_TO_SOCK_COMMON,
    PTR_TO_SOCKET,
    PTR_TO_TCP_SOCK,
    PTR_TRUSTED,
    PTR_UNTRUSTED,
    SCALAR_VALUE,
    base_type,
    type_flag,
)
from skep.kernel.verifier.struct_ops import check_struct_ops_write
from skep.kernel.verifier.tnum import Tnum
from skep.kernel.verifier.unsupported import not_yet
from skep.uapi import MapType, ProgType

BPF_REG_TRUSTED_MODIFIERS: Final = MEM_ALLOC | PTR_TRUSTED | NON_OWN_REF

#: Kernel structures behind registers that have types of their own.
REG2BTF: Final = {
    PTR_TO_SOCKET: "sock",
    PTR_TO_SOCK_COMMON: "sock_common",
    PTR_TO_TCP_SOCK: "tcp_sock",
    CONST_PTR_TO_MAP: "bpf_map",
}

#: What a map really is, where that is more than a struct bpf_map.
_MAP_STRUCTS: Final = {
    MapType.HASH: "bpf_htab",
    MapType.PERCPU_HASH: "bpf_htab",
    MapType.LRU_HASH: "bpf_htab",
    MapType.LRU_PERCPU_HASH: "bpf_htab",
    MapType.HASH_OF_MAPS: "bpf_htab",
    MapType.ARRAY: "bpf_array",
    MapType.PERCPU_ARRAY: "bpf_array",
    MapType.PROG_ARRAY: "bpf_array",
    MapType.PERF_EVENT_ARRAY: "bpf_array",
    MapType.CGROUP_ARRAY: "bpf_array",
    MapType.ARRAY_OF_MAPS: "bpf_array",
    MapType.LPM_TRIE: "lpm_trie",
    MapType.QUEUE: "bpf_queue_stack",
    MapType.STACK: "bpf_queue_stack",
    MapType.RINGBUF: "bpf_ringbuf_map",
    MapType.USER_RINGBUF: "bpf_ringbuf_map",
    MapType.STACK_TRACE: "bpf_stack_map",
    MapType.SOCKMAP: "bpf_stab",
    MapType.SOCKHASH: "bpf_shtab",
    MapType.DEVMAP: "bpf_dtab",
    MapType.DEVMAP_HASH: "bpf_dtab",
    MapType.CPUMAP: "bpf_cpu_map",
    MapType.XSKMAP: "xsk_map",
    MapType.BLOOM_FILTER: "bpf_bloom_filter",
    MapType.REUSEPORT_SOCKARRAY: "reuseport_array",
    MapType.CGROUP_STORAGE: "bpf_cgroup_storage_map",
    MapType.PERCPU_CGROUP_STORAGE: "bpf_cgroup_storage_map",
    MapType.SK_STORAGE: "bpf_local_storage_map",
    MapType.TASK_STORAGE: "bpf_local_storage_map",
    MapType.INODE_STORAGE: "bpf_local_storage_map",
    MapType.CGRP_STORAGE: "bpf_local_storage_map",
    MapType.STRUCT_OPS: "bpf_struct_ops_map",
    MapType.ARENA: "bpf_arena",
}

#: Program types that may store to a connection's mark.
_CONNTRACK_WRITERS: Final = (ProgType.SCHED_CLS, ProgType.SCHED_ACT, ProgType.XDP)
_CONNTRACK: Final = ("nf_conn", "nf_conn___init")


# ------------------------------------------------------------------ how far to trust a register


def has_unsafe_modifiers(type_: int) -> bool:
    """Flags besides those that make a pointer trusted (Linux: bpf_type_has_unsafe_modifiers)."""
    return type_flag(type_) & ~BPF_REG_TRUSTED_MODIFIERS != 0


def is_trusted_reg(reg: RegState) -> bool:
    """A reference that the program holds, or a pointer that is valid for as long as the program runs."""
    if reg.ref_obj_id:
        return True
    unsafe = has_unsafe_modifiers(reg.type)
    if base_type(reg.type) in REG2BTF and not unsafe:
        return True
    return reg.type & BPF_REG_TRUSTED_MODIFIERS != 0 and not unsafe


def is_rcu_reg(reg: RegState) -> bool:
    return reg.type & MEM_RCU != 0


def in_rcu_cs(env: Env) -> bool:
    """Whether what RCU protects stays for now: programs that cannot sleep run in a section of it."""
    state = env.cur_state
    return state.active_rcu_lock or state.active_locks != 0 or not in_sleepable(env)


def is_kernel_btf(env: Env, btf: Btf | None) -> bool:
    """Of the kernel itself, or of a module."""
    vmlinux = env.request.vmlinux
    return btf is not None and vmlinux is not None and (btf is vmlinux or btf.base is vmlinux)


def type_name(btf: Btf | None, btf_id: int) -> str:
    return btf.get(btf_id).name if btf is not None else ""


def reg_btf_record(env: Env, reg: RegState) -> BtfRecord | None:
    """The special fields of what the register points to."""
    if reg.type & ~PTR_MAYBE_NULL == PTR_TO_MAP_VALUE and reg.map_ptr is not None:
        record: BtfRecord | None = reg.map_ptr.record
        return record
    if base_type(reg.type) != PTR_TO_BTF_ID or not reg.type & MEM_ALLOC or reg.btf is None:
        return None
    return None if is_kernel_btf(env, reg.btf) else struct_meta(reg.btf, reg.btf_id)


# ------------------------------------------------------------------ context fields


def kernel_struct(env: Env, name: str, what: str) -> Target:
    """A structure of the kernel by name, for something that is not there without it."""
    vmlinux = env.request.vmlinux
    type_id = vmlinux.find(name, Kind.STRUCT) if vmlinux is not None else None
    if vmlinux is None or type_id is None:
        raise not_yet(env, f"{what}, without BTF of struct {name}")
    return btf_target(vmlinux, type_id)


def ctx_btf_target(env: Env, field: CtxField) -> Target:
    """The kernel structure that a context field points to."""
    return kernel_struct(env, field.btf, f"context field {field.name}")


# ------------------------------------------------------------------ loads and stores


def mark_btf_ld_reg(env: Env, type_: int, btf: Btf, btf_id: int, flag: int) -> RegState | None:
    """What a load leaves in the register; None for any number."""
    if type_ == SCALAR_VALUE:
        return None
    if type_ == PTR_TO_MEM:
        return pointer(PTR_TO_MEM | MEM_RDONLY | PTR_UNTRUSTED)
    id_ = new_id(env) if flag & PTR_MAYBE_NULL else 0
    return pointer(PTR_TO_BTF_ID | flag, id=id_, target=btf_target(btf, btf_id))


def _check_may_access(env: Env, regno: int, reg: RegState, name: str, off: int, access_type: int) -> None:
    from skep.kernel.verifier.log_state import fmt_tnum

    def refuse(text: str, errno: int = EACCES) -> Reject:
        verbose(env, text)
        return Reject(errno)

    what = f"R{regno} is ptr_{name}"
    var_off: Tnum = reg.bounds.var_off
    if not env.allow_ptr_leaks:
        text = f"'struct {name}' access is allowed only to CAP_PERFMON and CAP_SYS_ADMIN\n"
        raise refuse(text, EPERM)
    if not env.request.gpl_compatible and is_kernel_btf(env, reg.btf):
        raise refuse(f"Cannot access kernel 'struct {name}' from non-GPL compatible program\n", EINVAL)
    if off < 0:
        raise refuse(f"{what} invalid negative access: off={off}\n")
    if var_off.mask or var_off.value:
        raise refuse(f"{what} invalid variable offset: off={off}, var_off={fmt_tnum(var_off)}\n")
    if reg.type & MEM_USER:
        raise refuse(f"{what} access user memory: off={off}\n")
    if reg.type & MEM_PERCPU:
        raise refuse(f"{what} access percpu memory: off={off}\n")
    if access_type != BPF_READ and reg.type & PTR_UNTRUSTED:
        raise refuse("only read is supported\n")


def _nested_flag(env: Env, reg: RegState, hit: Hit) -> int:
    """The flags of a pointer loaded from a structure."""
    btf, flag = reg.btf, hit.flag
    assert btf is not None
    if reg.type & PTR_UNTRUSTED:
        return PTR_UNTRUSTED
    cleared = flag & ~(BPF_REG_TRUSTED_MODIFIERS | MEM_RCU)
    if not (is_trusted_reg(reg) or is_rcu_reg(reg)):
        return cleared

    def listed(suffix: str) -> bool:
        return btf_nested_type_is_trusted(btf, reg.btf_id, hit.field_name, hit.btf_id, suffix)

    if listed("__safe_trusted"):
        return flag | PTR_TRUSTED
    if listed("__safe_trusted_or_null"):
        return flag | PTR_TRUSTED | PTR_MAYBE_NULL
    if not in_rcu_cs(env) or reg.type & PTR_MAYBE_NULL:
        return PTR_UNTRUSTED
    if listed("__safe_rcu"):
        return flag | MEM_RCU
    or_null = listed("__safe_rcu_or_null")
    if flag & MEM_RCU or or_null:
        flag |= MEM_RCU | PTR_MAYBE_NULL
        return flag & ~PTR_UNTRUSTED if or_null else flag
    return flag if flag & (MEM_PERCPU | MEM_USER) else cleared


def check_ptr_to_btf_access(
    env: Env, regno: int, off: int, size: int, access_type: int, value_regno: int
) -> RegState | None:
    """An access through a pointer to a structure; what a read leaves, None for any number."""
    reg = cur_regs(env)[regno]
    btf = reg.btf
    assert btf is not None
    _check_may_access(env, regno, reg, type_name(btf, reg.btf_id), off, access_type)
    alloc = reg.type & MEM_ALLOC != 0
    if access_type == BPF_WRITE and not alloc and env.variant is not None:
        check_btf_struct_write(env, reg, off, size)
        return None
    if alloc and not reg.type & (NON_OWN_REF | MEM_RCU) and not reg.ref_obj_id:
        raise verifier_bug(env, "allocated object must have a referenced id")
    type_, hit = btf_struct_access(env, reg, off, size)
    if type_ == SCALAR_VALUE or access_type != BPF_READ or value_regno < 0:
        return None
    flag = _nested_flag(env, reg, hit) if type_ == PTR_TO_BTF_ID else 0
    return mark_btf_ld_reg(env, type_, btf, hit.btf_id, flag)


def check_btf_struct_write(env: Env, reg: RegState, off: int, size: int) -> None:
    """A store to a kernel structure: few program types may, and only to few fields."""
    if env.prog_type == ProgType.STRUCT_OPS:
        check_struct_ops_write(env, reg, off, size)
        return
    if env.prog_type in _CONNTRACK_WRITERS and type_name(reg.btf, reg.btf_id) in _CONNTRACK:
        _check_conntrack_write(env, reg, off, size)
        return
    verbose(env, "only read is supported\n")
    raise Reject(EACCES)


def _check_conntrack_write(env: Env, reg: RegState, off: int, size: int) -> None:
    """A connection's mark, and nothing else (nf_conntrack_btf_struct_access)."""
    btf = reg.btf
    assert btf is not None
    nf_conn = btf.get(btf.find("nf_conn", Kind.STRUCT) or 0)
    members = nf_conn.members if isinstance(nf_conn, t.Struct) else ()
    mark = next((member for member in members if member.name == "mark"), None)
    if mark is None or off != mark.bit_offset // 8:
        verbose(env, f"no write support to nf_conn at off {off}\n")
        raise Reject(EACCES)
    end = off + btf.size_of(mark.type)
    if off + size > end:
        what = f"write access at off {off} with size {size} beyond the member of nf_conn ended at {end}"
        verbose(env, f"{what}\n")
        raise Reject(EACCES)


def check_ptr_to_map_access(
    env: Env, regno: int, off: int, size: int, access_type: int, value_regno: int
) -> RegState | None:
    """A read of the map's own structure, which is a kernel structure like others."""
    reg = cur_regs(env)[regno]
    vmlinux, vmap = env.request.vmlinux, reg.map_ptr
    assert vmap is not None
    if vmlinux is None:
        verbose(env, "map_ptr access not supported without CONFIG_DEBUG_INFO_BTF\n")
        raise Reject(ENOTSUPP)
    name = _MAP_STRUCTS.get(MapType(vmap.map_type), "bpf_map")
    target = kernel_struct(env, name, "access to maps")
    if not env.allow_ptr_leaks:
        verbose(env, f"'struct {name}' access is allowed only to CAP_PERFMON and CAP_SYS_ADMIN\n")
        raise Reject(EPERM)
    if off < 0:
        verbose(env, f"R{regno} is {name} invalid negative access: off={off}\n")
        raise Reject(EACCES)
    if access_type != BPF_READ:
        verbose(env, f"only read from {name} is supported\n")
        raise Reject(EACCES)
    type_, hit = btf_struct_access(env, pointer(PTR_TO_BTF_ID, target=target), off, size)
    if value_regno < 0:
        return None
    return mark_btf_ld_reg(env, type_, vmlinux, hit.btf_id, hit.flag)


def is_struct_ptr(btf: Btf, type_id: int) -> int:
    """The structure that a pointer type points to, 0 for anything else."""
    type_ = btf.resolve(type_id)
    if not isinstance(type_, t.Ptr):
        return 0
    target = btf.skip(type_.type)
    return target if isinstance(btf.get(target), (t.Struct, t.Union)) else 0
