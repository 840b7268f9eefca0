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

_SLEEPABLE_MAPS: Final = frozenset(
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


def _refuse(env: Env, text: str, errno: int = EINVAL) -> Reject:
    verbose(env, text)
    return Reject(errno)


def check_map_prog_compatibility(env: Env, vmap: VMap) -> None:
    tracing = env.prog_type in TRACING_TYPES
    if getattr(vmap.map, "has_list_or_tree", False) and tracing:
        raise _refuse(env, "tracing progs cannot use bpf_{list_head,rb_root} yet\n")
    if getattr(vmap.map, "has_spin_lock", False):
        if env.prog_type == ProgType.SOCKET_FILTER:
            raise _refuse(env, "socket filter progs cannot use bpf_spin_lock yet\n")
        if tracing:
            raise _refuse(env, "tracing progs cannot use bpf_spin_lock yet\n")
    if vmap.map_type == MapType.STRUCT_OPS:
        raise _refuse(env, "bpf_struct_ops map cannot be used in prog\n")
    if env.sleepable and vmap.map_type not in _SLEEPABLE_MAPS:
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
