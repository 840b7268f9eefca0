"""Every map type: which flags and sizes creation takes, and what an empty map answers, on both kernels."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from skep.errors import ENOTSUPP, KernelError
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.uapi import (
    BPF_F_CLONE,
    BPF_F_INNER_MAP,
    BPF_F_MMAPABLE,
    BPF_F_NO_COMMON_LRU,
    BPF_F_NO_PREALLOC,
    BPF_F_NO_USER_CONV,
    BPF_F_NUMA_NODE,
    BPF_F_PRESERVE_ELEMS,
    BPF_F_RDONLY,
    BPF_F_RDONLY_PROG,
    BPF_F_SEGV_ON_FAULT,
    BPF_F_STACK_BUILD_ID,
    BPF_F_WRONLY,
    BPF_F_WRONLY_PROG,
    BPF_F_ZERO_SEED,
    MapType,
)
from skep.uapi import MapType as T
from skep.uapi.info import MapInfo

USER = BPF_F_RDONLY | BPF_F_WRONLY
PROG = BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG
STORAGES = (T.SK_STORAGE, T.INODE_STORAGE, T.TASK_STORAGE, T.CGRP_STORAGE)
OF_MAPS = (T.ARRAY_OF_MAPS, T.HASH_OF_MAPS)
NO_FD = 999


@dataclass(frozen=True)
class Row:
    """The usual shape of a type, and the flags that it takes one at a time (besides those in `flags`)."""

    type: MapType
    takes: int
    key: int = 4
    value: int = 4
    entries: int = 4
    flags: int = 0


HASH_FLAGS = BPF_F_NO_PREALLOC | BPF_F_ZERO_SEED | USER | PROG
LRU_FLAGS = BPF_F_NO_COMMON_LRU | BPF_F_ZERO_SEED | USER | PROG
ROWS = (
    Row(T.HASH, HASH_FLAGS | BPF_F_NUMA_NODE),
    Row(T.ARRAY, BPF_F_MMAPABLE | BPF_F_INNER_MAP | BPF_F_NUMA_NODE | USER | PROG),
    Row(T.PROG_ARRAY, BPF_F_NUMA_NODE | USER),
    Row(T.PERF_EVENT_ARRAY, BPF_F_NUMA_NODE | USER | BPF_F_PRESERVE_ELEMS),
    Row(T.PERCPU_HASH, HASH_FLAGS),
    Row(T.PERCPU_ARRAY, USER | PROG),
    Row(T.STACK_TRACE, BPF_F_NUMA_NODE | USER, value=8),
    Row(T.CGROUP_ARRAY, BPF_F_NUMA_NODE | USER),
    Row(T.LRU_HASH, LRU_FLAGS | BPF_F_NUMA_NODE),
    Row(T.LRU_PERCPU_HASH, LRU_FLAGS),
    Row(T.LPM_TRIE, BPF_F_NUMA_NODE | USER | PROG, key=8, flags=BPF_F_NO_PREALLOC),
    Row(T.ARRAY_OF_MAPS, BPF_F_NUMA_NODE | USER),
    Row(T.HASH_OF_MAPS, HASH_FLAGS | BPF_F_NUMA_NODE),
    Row(T.DEVMAP, BPF_F_NUMA_NODE | USER),
    Row(T.SOCKMAP, BPF_F_NUMA_NODE | USER),
    Row(T.CPUMAP, BPF_F_NUMA_NODE),
    Row(T.XSKMAP, BPF_F_NUMA_NODE | USER),
    Row(T.SOCKHASH, BPF_F_NUMA_NODE | USER),
    Row(T.CGROUP_STORAGE, BPF_F_NUMA_NODE | USER | PROG, key=8, entries=0),
    Row(T.REUSEPORT_SOCKARRAY, BPF_F_NUMA_NODE | USER | PROG),
    Row(T.PERCPU_CGROUP_STORAGE, BPF_F_NUMA_NODE | USER | PROG, key=8, entries=0),
    Row(T.QUEUE, BPF_F_NUMA_NODE | USER | PROG, key=0),
    Row(T.STACK, BPF_F_NUMA_NODE | USER | PROG, key=0),
    *(Row(t, BPF_F_CLONE, entries=0, flags=BPF_F_NO_PREALLOC) for t in STORAGES),
    Row(T.DEVMAP_HASH, BPF_F_NUMA_NODE | USER),
    Row(T.RINGBUF, BPF_F_NUMA_NODE, key=0, value=0, entries=4096),
    Row(T.BLOOM_FILTER, BPF_F_NUMA_NODE | BPF_F_ZERO_SEED | USER | PROG, key=0),
    Row(T.USER_RINGBUF, BPF_F_NUMA_NODE, key=0, value=0, entries=4096),
    Row(T.ARENA, BPF_F_SEGV_ON_FAULT | BPF_F_NO_USER_CONV, key=0, value=0, flags=BPF_F_MMAPABLE),
)
BY_TYPE = {row.type: row for row in ROWS}


def make(backend: Backend, type: MapType, **changed: int) -> int:
    """A map of the type's usual shape but for what is changed."""
    row = BY_TYPE[type]
    usual = {"key_size": row.key, "value_size": row.value, "max_entries": row.entries, "map_flags": row.flags}
    if type in OF_MAPS and "inner_map_fd" not in changed:
        inner = make(backend, T.ARRAY)
        try:
            return make(backend, type, inner_map_fd=inner, **changed)
        finally:
            backend.close(inner)
    if type in STORAGES:  # what comes after the type's own checks is the BTF, which is not there
        usual |= {"btf_key_type_id": 1, "btf_value_type_id": 1, "btf_fd": NO_FD}
    return commands.map_create(backend, map_type=type, **usual | changed)


def answer(call: Callable[[], object]) -> object:
    try:
        return call()
    except KernelError as refused:
        return refused.errno


def created(backend: Backend, type: MapType, **changed: int) -> object:
    """0, or the errno."""
    good = answer(lambda: backend.close(make(backend, type, **changed))) or 0
    return 0 if type in STORAGES and good == errno.EBADF else good


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.type.name.lower())
def test_a_type_takes_its_flags_and_no_others(backend: Backend, row: Row) -> None:
    assert created(backend, row.type) == 0
    for bit in range(32):
        flag = 1 << bit
        if flag & row.flags or flag == 0x10000:  # a token is a matter of all types
            continue
        prealloc = row.type in (T.LRU_HASH, T.LRU_PERCPU_HASH) and flag == BPF_F_NO_PREALLOC
        refusal = ENOTSUPP if prealloc else errno.EINVAL
        if flag == BPF_F_STACK_BUILD_ID and row.type == T.STACK_TRACE:
            refusal = errno.EINVAL  # 8 bytes are no frame with a build id
        assert created(backend, row.type, map_flags=row.flags | flag) == (
            0 if flag & row.takes else refusal
        ), hex(flag)
    for needed in (1 << bit for bit in range(32) if row.flags >> bit & 1):
        assert created(backend, row.type, map_flags=row.flags & ~needed) == errno.EINVAL


E2BIG, EINVAL = errno.E2BIG, errno.EINVAL
SHAPES: list[tuple[MapType, dict[str, int], int]] = [
    (T.LRU_HASH, {"value_size": (1 << 22) - 53}, 0),
    (T.LRU_HASH, {"value_size": (1 << 22) - 52}, E2BIG),
    (T.LRU_PERCPU_HASH, {"value_size": 32769}, E2BIG),
    (T.LRU_HASH, {"map_flags": BPF_F_NUMA_NODE | BPF_F_NO_COMMON_LRU}, EINVAL),
    (T.LPM_TRIE, {"key_size": 4}, EINVAL),
    (T.LPM_TRIE, {"key_size": 5}, 0),
    (T.LPM_TRIE, {"key_size": 260}, 0),
    (T.LPM_TRIE, {"key_size": 261}, EINVAL),
    (T.LPM_TRIE, {"max_entries": 0}, EINVAL),
    (T.LPM_TRIE, {"value_size": 4194024}, 0),
    (T.LPM_TRIE, {"value_size": 4194025}, EINVAL),
    (T.QUEUE, {"key_size": 4}, EINVAL),
    (T.QUEUE, {"value_size": 0}, EINVAL),
    (T.STACK, {"max_entries": 0}, EINVAL),
    (T.STACK, {"value_size": (1 << 22) + 1}, E2BIG),
    (T.BLOOM_FILTER, {"key_size": 4}, EINVAL),
    (T.BLOOM_FILTER, {"value_size": (1 << 22) + 1}, E2BIG),
    (T.BLOOM_FILTER, {"map_extra": 15}, 0),
    (T.BLOOM_FILTER, {"map_extra": 16}, EINVAL),
    (T.HASH, {"map_extra": 1}, EINVAL),
    (T.RINGBUF, {"max_entries": 0}, EINVAL),
    (T.RINGBUF, {"max_entries": 2048}, EINVAL),
    (T.RINGBUF, {"max_entries": 3 * 4096}, EINVAL),
    (T.RINGBUF, {"max_entries": 1 << 20}, 0),
    (T.RINGBUF, {"key_size": 4}, EINVAL),
    (T.USER_RINGBUF, {"value_size": 4}, EINVAL),
    (T.STACK_TRACE, {"value_size": 4}, EINVAL),
    (T.STACK_TRACE, {"value_size": 127 * 8}, 0),
    (T.STACK_TRACE, {"value_size": 128 * 8}, EINVAL),
    (T.STACK_TRACE, {"value_size": 127 * 32, "map_flags": BPF_F_STACK_BUILD_ID}, 0),
    (T.STACK_TRACE, {"value_size": 128 * 32, "map_flags": BPF_F_STACK_BUILD_ID}, EINVAL),
    (T.STACK_TRACE, {"value_size": 40, "map_flags": BPF_F_STACK_BUILD_ID}, EINVAL),
    *((t, {"value_size": 8}, EINVAL) for t in (T.PERF_EVENT_ARRAY, T.CGROUP_ARRAY, T.XSKMAP, *OF_MAPS)),
    *(
        (t, {"value_size": 8}, 0)
        for t in (T.DEVMAP, T.DEVMAP_HASH, T.CPUMAP, T.SOCKMAP, T.SOCKHASH, T.REUSEPORT_SOCKARRAY)
    ),
    *(
        (t, {"value_size": 6}, EINVAL)
        for t in (T.DEVMAP, T.DEVMAP_HASH, T.CPUMAP, T.SOCKMAP, T.SOCKHASH, T.REUSEPORT_SOCKARRAY)
    ),
    (T.CPUMAP, {"max_entries": 100000}, E2BIG),
    (T.DEVMAP_HASH, {"max_entries": (1 << 31) + 1}, EINVAL),
    (T.SOCKMAP, {"key_size": 8}, EINVAL),
    (T.SOCKHASH, {"key_size": 512}, 0),
    (T.SOCKHASH, {"key_size": 513}, E2BIG),
    (T.SOCKHASH, {"max_entries": 1 << 28}, EINVAL),
    (T.CGROUP_STORAGE, {"key_size": 16}, 0),
    (T.CGROUP_STORAGE, {"key_size": 12}, EINVAL),
    (T.CGROUP_STORAGE, {"value_size": 65407}, 0),
    (T.CGROUP_STORAGE, {"value_size": 65408}, E2BIG),
    (T.CGROUP_STORAGE, {"max_entries": 1}, EINVAL),
    (T.PERCPU_CGROUP_STORAGE, {"value_size": 32768}, 0),
    (T.PERCPU_CGROUP_STORAGE, {"value_size": 32769}, E2BIG),
    *((t, {"value_size": 65408}, E2BIG) for t in STORAGES),
    *((t, {"max_entries": 1}, EINVAL) for t in STORAGES),
    *((t, {"key_size": 8}, EINVAL) for t in STORAGES),
    *((t, {"btf_value_type_id": 0, "btf_key_type_id": 0}, EINVAL) for t in STORAGES),
    (T.ARENA, {"key_size": 4}, EINVAL),
    (T.ARENA, {"max_entries": 1 << 20}, 0),
    (T.ARENA, {"max_entries": (1 << 20) + 1}, E2BIG),
    (T.ARENA, {"map_extra": 1}, EINVAL),
    (T.ARENA, {"map_extra": 1 << 32}, 0),
    (T.ARENA, {"map_extra": (1 << 32) - 4096}, errno.ERANGE),
    (T.ARENA, {"map_extra": (1 << 64) - 4096}, errno.ERANGE),
    *((t, {"inner_map_fd": NO_FD}, errno.EBADF) for t in OF_MAPS),
    (T.HASH, {"btf_vmlinux_value_type_id": 1}, EINVAL),
]


@pytest.mark.parametrize(
    ("type", "changed", "expected"), SHAPES, ids=[f"{t.name.lower()} with {c}" for t, c, _ in SHAPES]
)
def test_a_type_has_the_sizes_that_it_can_have(
    backend: Backend, type: MapType, changed: dict[str, int], expected: int
) -> None:
    assert created(backend, type, **changed) == expected


NOT_INNER = {
    T.PROG_ARRAY: ENOTSUPP,
    T.CGROUP_STORAGE: ENOTSUPP,
    T.PERCPU_CGROUP_STORAGE: ENOTSUPP,
    T.ARRAY_OF_MAPS: errno.EINVAL,
    T.HASH_OF_MAPS: errno.EINVAL,
}


@pytest.mark.parametrize("type", [row.type for row in ROWS if row.type not in STORAGES], ids=lambda t: t.name)
def test_maps_of_some_types_cannot_be_in_a_map(backend: Backend, type: MapType) -> None:
    inner = make(backend, type)
    for outer in OF_MAPS:
        assert created(backend, outer, inner_map_fd=inner) == NOT_INNER.get(type, 0)
    backend.close(inner)


@pytest.mark.parametrize(
    ("type", "flags"), [(T.DEVMAP, BPF_F_RDONLY_PROG), (T.DEVMAP_HASH, BPF_F_RDONLY_PROG), (T.XSKMAP, 0)]
)
def test_the_flags_of_a_map_are_those_that_it_keeps(backend: Backend, type: MapType, flags: int) -> None:
    """Rights of the descriptor are not the map's; programs may never write to a device map."""
    fd = make(backend, type, map_flags=BPF_F_WRONLY)
    assert commands.obj_get_info_by_fd(backend, fd, MapInfo()).map_flags == flags
    backend.close(fd)


#: What an empty map answers: lookup, update with a bad descriptor (flags 0, 1, 3), the same beyond the end,
#: next key, lookup and delete, delete, delete beyond the end.
ENOENT, EBADF, EOPNOTSUPP, ENOSPC = errno.ENOENT, errno.EBADF, errno.EOPNOTSUPP, errno.ENOSPC
ANSWERS: dict[MapType, tuple[object, ...]] = {
    T.PERF_EVENT_ARRAY: (ENOTSUPP, EBADF, EINVAL, EINVAL, E2BIG, bytes(4), ENOTSUPP, ENOENT, E2BIG),
    T.CGROUP_ARRAY: (ENOTSUPP, EBADF, EINVAL, EINVAL, E2BIG, bytes(4), ENOTSUPP, ENOENT, E2BIG),
    T.STACK_TRACE: (ENOENT, EINVAL, EINVAL, EINVAL, EINVAL, None, ENOENT, ENOENT, E2BIG),
    T.ARRAY_OF_MAPS: (ENOENT, EBADF, EINVAL, EINVAL, E2BIG, bytes(4), ENOTSUPP, ENOENT, E2BIG),
    T.HASH_OF_MAPS: (ENOENT, EBADF, EBADF, EBADF, EBADF, None, ENOTSUPP, ENOENT, ENOENT),
    T.DEVMAP: (ENOENT, EINVAL, errno.EEXIST, EINVAL, E2BIG, bytes(4), ENOTSUPP, None, EINVAL),
    T.DEVMAP_HASH: (ENOENT, EINVAL, EINVAL, EINVAL, EINVAL, None, ENOTSUPP, ENOENT, ENOENT),
    T.SOCKMAP: (ENOSPC, EBADF, EBADF, EBADF, EBADF, bytes(4), ENOTSUPP, EINVAL, EINVAL),
    T.SOCKHASH: (ENOSPC, EBADF, EBADF, EBADF, EBADF, None, ENOTSUPP, ENOENT, ENOENT),
    T.XSKMAP: (EOPNOTSUPP, EBADF, EBADF, EINVAL, E2BIG, bytes(4), ENOTSUPP, None, EINVAL),
    T.REUSEPORT_SOCKARRAY: (ENOSPC, EBADF, EBADF, EINVAL, E2BIG, bytes(4), ENOTSUPP, ENOENT, E2BIG),
    T.CGROUP_STORAGE: (ENOENT, ENOENT, EINVAL, EINVAL, ENOENT, None, ENOTSUPP, EINVAL, EINVAL),
    T.RINGBUF: (ENOTSUPP,) * 9,
    T.USER_RINGBUF: (ENOTSUPP,) * 9,
    T.ARENA: (EINVAL, *(EOPNOTSUPP,) * 4, EOPNOTSUPP, ENOTSUPP, EOPNOTSUPP, EOPNOTSUPP),
    T.QUEUE: (ENOENT, None, EINVAL, EINVAL, None, EINVAL, b"\xe7\x03\0\0", EINVAL, EINVAL),
    T.BLOOM_FILTER: (ENOENT, None, EINVAL, EINVAL, None, EOPNOTSUPP, ENOTSUPP, EOPNOTSUPP, EOPNOTSUPP),
}


@pytest.mark.parametrize("type", ANSWERS, ids=lambda t: t.name.lower())
def test_an_empty_map_answers_as_on_linux(backend: Backend, type: MapType) -> None:
    fd = make(backend, type)
    row = BY_TYPE[type]
    key, beyond = bytes(row.key), b"\xff" * row.key
    value = NO_FD.to_bytes(8, "little")[: row.value]
    got = (
        answer(lambda: commands.map_lookup_elem(backend, fd, key, row.value)),
        answer(lambda: commands.map_update_elem(backend, fd, key, value, 0)),
        answer(lambda: commands.map_update_elem(backend, fd, key, value, 1)),
        answer(lambda: commands.map_update_elem(backend, fd, key, value, 3)),
        answer(lambda: commands.map_update_elem(backend, fd, beyond, value, 0)),
        answer(lambda: commands.map_get_next_key(backend, fd, None, row.key)),
        answer(lambda: commands.map_lookup_and_delete_elem(backend, fd, key, row.value)),
        answer(lambda: commands.map_delete_elem(backend, fd, key)),
        answer(lambda: commands.map_delete_elem(backend, fd, beyond)),
    )
    backend.close(fd)
    assert got == ANSWERS[type]
