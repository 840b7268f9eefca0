"""The memory of maps: what each counts for when it is made, against the limit of its kernel.

As in Linux a map with preallocated elements counts whole, and one that allocates elements when they come
(hashes with BPF_F_NO_PREALLOC, tries, storages) counts them then, which the data plane does. The figures
follow the map_mem_usage functions of Linux 6.18, without the structures of fixed size.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from skep.kernel.maps.params import MapParams
from skep.uapi import BPF_F_NO_PREALLOC, MapType

_POINTER: Final = 8
_HTAB_BUCKET, _HTAB_ELEMENT = 16, 48
_STACK_BUCKET: Final = 32


def _round(size: int) -> int:
    return (size + 7) & ~7


def _buckets(params: MapParams) -> int:
    return 1 << max(params.max_entries - 1, 0).bit_length()


def _array(params: MapParams, cpus: int) -> int:
    return params.max_entries * _round(params.value_size)


def _percpu_array(params: MapParams, cpus: int) -> int:
    return params.max_entries * (_POINTER + cpus * _round(params.value_size))


def _hash(params: MapParams, cpus: int) -> int:
    value, spare = _round(params.value_size), cpus
    if params.map_type in (MapType.PERCPU_HASH, MapType.LRU_PERCPU_HASH):
        value, spare = _POINTER + cpus * value, 0
    elements = 0 if params.map_flags & BPF_F_NO_PREALLOC else params.max_entries + spare
    return _buckets(params) * _HTAB_BUCKET + elements * (_HTAB_ELEMENT + _round(params.key_size) + value)


def _pointers(params: MapParams, cpus: int) -> int:
    return params.max_entries * _POINTER


def _chains(params: MapParams, cpus: int) -> int:
    return _buckets(params) * _HTAB_BUCKET


def _queue(params: MapParams, cpus: int) -> int:
    return (params.max_entries + 1) * params.value_size


def _stacks(params: MapParams, cpus: int) -> int:
    return _buckets(params) * _POINTER + params.max_entries * (_STACK_BUCKET + params.value_size)


def _ring(params: MapParams, cpus: int) -> int:
    return params.max_entries


def _bloom(params: MapParams, cpus: int) -> int:
    """Hashes times entries over ln 2, as 7 / 5, in bits."""
    bits = params.max_entries * (params.map_extra & 15 or 5) * 7 // 5
    return 1 << max(bits - 1, 0).bit_length() >> 3


_USAGE: Final[dict[int, Callable[[MapParams, int], int]]] = {
    MapType.ARRAY: _array,
    MapType.PERCPU_ARRAY: _percpu_array,
    **dict.fromkeys(
        (MapType.HASH, MapType.PERCPU_HASH, MapType.LRU_HASH, MapType.LRU_PERCPU_HASH, MapType.HASH_OF_MAPS),
        _hash,
    ),
    **dict.fromkeys(
        (
            MapType.PROG_ARRAY,
            MapType.PERF_EVENT_ARRAY,
            MapType.CGROUP_ARRAY,
            MapType.ARRAY_OF_MAPS,
            MapType.DEVMAP,
            MapType.SOCKMAP,
            MapType.CPUMAP,
            MapType.XSKMAP,
            MapType.REUSEPORT_SOCKARRAY,
        ),
        _pointers,
    ),
    MapType.DEVMAP_HASH: _chains,
    MapType.SOCKHASH: _chains,
    MapType.QUEUE: _queue,
    MapType.STACK: _queue,
    MapType.STACK_TRACE: _stacks,
    MapType.RINGBUF: _ring,
    MapType.USER_RINGBUF: _ring,
    MapType.BLOOM_FILTER: _bloom,
}


def bytes_at_creation(params: MapParams, cpus: int) -> int:
    """What a map counts for before anything is in it."""
    usage = _USAGE.get(params.map_type)
    return usage(params, cpus) if usage else 0
