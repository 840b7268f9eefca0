"""Whether a program may use a map at all, whatever it does with it."""

from __future__ import annotations

from errno import EBUSY, EINVAL, EPERM
from typing import Final

from skep.kernel.verifier.env import Env, Reject, verbose
from skep.kernel.verifier.vmap import VMap
from skep.uapi import MapType, ProgType

TRACING_TYPES: Final = frozenset(
    (
        ProgType.KPROBE,
        ProgType.TRACEPOINT,
        ProgType.PERF_EVENT,
        ProgType.RAW_TRACEPOINT,
        ProgType.RAW_TRACEPOINT_WRITABLE,
    )
)

SLEEPABLE_MAPS: Final = frozenset(
    (
        MapType.HASH,
        MapType.LRU_HASH,
        MapType.ARRAY,
        MapType.PERCPU_HASH,
        MapType.PERCPU_ARRAY,
        MapType.LRU_PERCPU_HASH,
        MapType.ARRAY_OF_MAPS,
        MapType.HASH_OF_MAPS,
        MapType.RINGBUF,
        MapType.USER_RINGBUF,
        MapType.INODE_STORAGE,
        MapType.SK_STORAGE,
        MapType.TASK_STORAGE,
        MapType.CGRP_STORAGE,
        MapType.QUEUE,
        MapType.STACK,
        MapType.ARENA,
    )
)


#: Special fields of values that tracing programs cannot have in their maps, and how messages name them.
_NOT_FOR_TRACING: Final = (
    (("bpf_list_head", "bpf_rb_root"), "bpf_{list_head,rb_root}"),
    (("bpf_spin_lock", "bpf_res_spin_lock"), "bpf_spin_lock"),
    (("bpf_timer",), "bpf_timer"),
    (("bpf_wq",), "bpf_wq"),
)


def _refuse(env: Env, text: str, errno: int = EINVAL) -> Reject:
    verbose(env, text)
    return Reject(errno)


def _check_fields(env: Env, vmap: VMap) -> None:
    record = vmap.record
    if record is None:
        return
    if env.prog_type == ProgType.SOCKET_FILTER and record.has_lock:
        raise _refuse(env, "socket filter progs cannot use bpf_spin_lock yet\n")
    if env.prog_type not in TRACING_TYPES:
        return
    for kinds, name in _NOT_FOR_TRACING:
        if any(record.find(kind) for kind in kinds):
            raise _refuse(env, f"tracing progs cannot use {name} yet\n")


def check_map_prog_compatibility(env: Env, vmap: VMap) -> None:
    _check_fields(env, vmap)
    if vmap.map_type == MapType.STRUCT_OPS:
        raise _refuse(env, "bpf_struct_ops map cannot be used in prog\n")
    if env.sleepable and vmap.map_type not in SLEEPABLE_MAPS:
        raise _refuse(env, "Sleepable programs can only use array, hash, ringbuf and local storage maps\n")
    if vmap.map_type in (MapType.CGROUP_STORAGE, MapType.PERCPU_CGROUP_STORAGE) and any(
        used.map_type == vmap.map_type for used in env.used_maps
    ):
        raise _refuse(env, "only one cgroup storage of each type is allowed\n", EBUSY)
    if vmap.map_type == MapType.ARENA:
        if any(used.map_type == MapType.ARENA for used in env.used_maps):
            raise _refuse(env, "Only one arena per program\n", EBUSY)
        if not env.allow_ptr_leaks or not env.bpf_capable:
            raise _refuse(env, "CAP_BPF and CAP_PERFMON are required to use arena\n", EPERM)
        if not vmap.map.user_vm_start:
            raise _refuse(env, "arena's user address must be set via map_extra or mmap()\n")
