"""Map types: one row for each, with the checks that creation makes and the class that implements it."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skep.kernel.maps import checks
from skep.kernel.maps.base import ArrayMap, HashMap, LpmTrie, LruHashMap, Map, PercpuHashMap
from skep.kernel.maps.devices import CpuMap, DevMap, DevMapHash
from skep.kernel.maps.keyless import BloomFilter
from skep.kernel.maps.map_in_map import ArrayOfMaps, HashOfMaps, check_inner
from skep.kernel.maps.memory_maps import Arena, RingBuffer
from skep.kernel.maps.objects import CgroupArray, StackTrace
from skep.kernel.maps.params import MapParams
from skep.kernel.maps.perf import PerfEventArray
from skep.kernel.maps.prog_array import ProgArray
from skep.kernel.maps.sockets import ReuseportArray, SockHash, SockMap, XskMap
from skep.kernel.maps.storage import CgroupStorage, LocalStorage
from skep.kernel.maps.struct_ops import StructOps
from skep.kernel.maps.usage import bytes_at_creation
from skep.uapi import (
    BPF_F_INNER_MAP,
    BPF_F_MMAPABLE,
    BPF_F_NUMA_NODE,
    BPF_F_PRESERVE_ELEMS,
    MapType,
)

if TYPE_CHECKING:
    from skep.kernel.machine import Machine

Check = Callable[[MapParams], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapTypeRow:
    """`check` is made before privileges are looked at, `late_check` and then `inner_check` after."""

    map_type: MapType
    make: Callable[[Machine, MapParams], Map]
    check: Check | None = None
    late_check: Check | None = None
    inner_check: Callable[[Machine, MapParams], None] | None = None


def _array(params: MapParams) -> None:
    own = BPF_F_MMAPABLE | BPF_F_INNER_MAP | BPF_F_NUMA_NODE
    checks.array(params, own | checks.USER_FLAGS | checks.PROG_FLAGS)


def _perf_event_array(params: MapParams) -> None:
    checks.fd_array(params, BPF_F_PRESERVE_ELEMS)


_ROWS = (
    MapTypeRow(map_type=MapType.HASH, make=HashMap, check=checks.hash_table, late_check=checks.hash_entries),
    MapTypeRow(map_type=MapType.ARRAY, make=ArrayMap, check=_array),
    MapTypeRow(map_type=MapType.PROG_ARRAY, make=ProgArray, check=checks.fd_array),
    MapTypeRow(map_type=MapType.PERF_EVENT_ARRAY, make=PerfEventArray, check=_perf_event_array),
    MapTypeRow(
        map_type=MapType.PERCPU_HASH,
        make=PercpuHashMap,
        check=checks.hash_table,
        late_check=checks.hash_entries,
    ),
    MapTypeRow(map_type=MapType.PERCPU_ARRAY, make=Map, check=checks.percpu_array),
    MapTypeRow(map_type=MapType.STACK_TRACE, make=StackTrace, late_check=checks.stack_trace),
    MapTypeRow(map_type=MapType.CGROUP_ARRAY, make=CgroupArray, check=checks.fd_array),
    MapTypeRow(
        map_type=MapType.LRU_HASH, make=LruHashMap, check=checks.hash_table, late_check=checks.hash_entries
    ),
    MapTypeRow(
        map_type=MapType.LRU_PERCPU_HASH,
        make=LruHashMap,
        check=checks.hash_table,
        late_check=checks.hash_entries,
    ),
    MapTypeRow(map_type=MapType.LPM_TRIE, make=LpmTrie, late_check=checks.lpm_trie),
    MapTypeRow(
        map_type=MapType.ARRAY_OF_MAPS, make=ArrayOfMaps, check=checks.fd_array, inner_check=check_inner
    ),
    MapTypeRow(
        map_type=MapType.HASH_OF_MAPS, make=HashOfMaps, check=checks.hash_of_maps, inner_check=check_inner
    ),
    MapTypeRow(map_type=MapType.DEVMAP, make=DevMap, check=checks.devmap),
    MapTypeRow(map_type=MapType.SOCKMAP, make=SockMap, late_check=checks.sockmap),
    MapTypeRow(map_type=MapType.CPUMAP, make=CpuMap, late_check=checks.cpumap),
    MapTypeRow(map_type=MapType.XSKMAP, make=XskMap, late_check=checks.xskmap),
    MapTypeRow(map_type=MapType.SOCKHASH, make=SockHash, late_check=checks.sockhash),
    MapTypeRow(map_type=MapType.CGROUP_STORAGE, make=CgroupStorage, late_check=checks.cgroup_storage),
    MapTypeRow(map_type=MapType.REUSEPORT_SOCKARRAY, make=ReuseportArray, check=checks.reuseport_array),
    MapTypeRow(map_type=MapType.PERCPU_CGROUP_STORAGE, make=CgroupStorage, late_check=checks.cgroup_storage),
    MapTypeRow(map_type=MapType.QUEUE, make=Map, check=checks.queue_stack),
    MapTypeRow(map_type=MapType.STACK, make=Map, check=checks.queue_stack),
    MapTypeRow(map_type=MapType.SK_STORAGE, make=LocalStorage, check=checks.local_storage),
    MapTypeRow(map_type=MapType.DEVMAP_HASH, make=DevMapHash, check=checks.devmap),
    MapTypeRow(map_type=MapType.STRUCT_OPS, make=StructOps, check=checks.struct_ops),
    MapTypeRow(map_type=MapType.RINGBUF, make=RingBuffer, late_check=checks.ringbuf),
    MapTypeRow(map_type=MapType.INODE_STORAGE, make=LocalStorage, check=checks.local_storage),
    MapTypeRow(map_type=MapType.TASK_STORAGE, make=LocalStorage, check=checks.local_storage),
    MapTypeRow(
        map_type=MapType.BLOOM_FILTER,
        make=BloomFilter,
        check=checks.bloom_filter_size,
        late_check=checks.bloom_filter,
    ),
    MapTypeRow(map_type=MapType.USER_RINGBUF, make=RingBuffer, late_check=checks.ringbuf),
    MapTypeRow(map_type=MapType.CGRP_STORAGE, make=LocalStorage, check=checks.local_storage),
    MapTypeRow(map_type=MapType.ARENA, make=Arena, late_check=checks.arena),
)

MAP_TYPES: dict[MapType, MapTypeRow] = {row.map_type: row for row in _ROWS}


def check_params(params: MapParams) -> None:
    """Refuse what this map type cannot be: its map_alloc_check."""
    if check := _row(params.map_type).check:
        check(params)


def create_map(machine: Machine, params: MapParams) -> Map:
    """A map that is in no table yet. ENOMEM when the kernel's maps would have more memory than they may."""
    check_params(params)
    row = _row(params.map_type)
    if row.late_check:
        row.late_check(params)
    if row.inner_check:
        row.inner_check(machine, params)
    charge = bytes_at_creation(params, machine.ncpus)
    machine.native.charge(charge)
    try:
        map = row.make(machine, params)
    except OSError:
        machine.native.charge(-charge)
        raise
    map.charged = charge
    return map


def _row(map_type: int) -> MapTypeRow:
    try:
        return MAP_TYPES[MapType(map_type)]
    except (ValueError, KeyError):
        raise OSError(errno.EINVAL, f"{map_type} is no map type") from None
