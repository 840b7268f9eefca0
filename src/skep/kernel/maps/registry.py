"""Map types: one row for each, with the checks that creation makes and the class that implements it.

The checks are those of the `map_alloc_check` and `map_alloc` functions of Linux 6.18, in their order,
since the errno that wins depends on it.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skep.kernel.maps.base import ArrayMap, HashMap, Map, PercpuHashMap
from skep.kernel.maps.params import MapParams
from skep.kernel.maps.prog_array import ProgArray
from skep.uapi import (
    BPF_F_INNER_MAP,
    BPF_F_MMAPABLE,
    BPF_F_NO_PREALLOC,
    BPF_F_NUMA_NODE,
    BPF_F_RDONLY,
    BPF_F_RDONLY_PROG,
    BPF_F_WRONLY,
    BPF_F_WRONLY_PROG,
    BPF_F_ZERO_SEED,
    MapType,
)

if TYPE_CHECKING:
    from skep.kernel.machine import Machine

_ACCESS_FLAGS: Final = BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG
_ONLY_ONE: Final = (BPF_F_RDONLY | BPF_F_WRONLY, BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG)
#: No element may be larger than one kernel allocation.
_KMALLOC_MAX_SIZE: Final = 1 << 22
_HTAB_ELEM_SIZE: Final = 48
#: A per-CPU value must fit the smallest chunk of the kernel's per-CPU allocator.
_PCPU_MIN_UNIT_SIZE: Final = 32 << 10
_MAX_BPF_STACK: Final = 512
_INT_MAX: Final = (1 << 31) - 1
_NUMA_NO_NODE: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class MapTypeRow:
    """`flags` are those that creation takes besides the access flags."""

    map_type: MapType
    make: Callable[[Machine, MapParams], Map]
    check: Callable[[MapParams], None]
    flags: int = 0
    percpu: bool = False
    #: Programs may take the address of a value by BPF_PSEUDO_MAP_VALUE.
    direct_value: bool = False


def _check(good: bool, why: str, number: int = errno.EINVAL) -> None:
    if not good:
        raise OSError(number, why)


def _check_flags(row: MapTypeRow, params: MapParams) -> None:
    flags = params.map_flags
    unknown = flags & ~(row.flags | _ACCESS_FLAGS)
    _check(not unknown, f"map flags {unknown:#x} are not for a map of type {row.map_type.name.lower()}")
    _check(not any(flags & pair == pair for pair in _ONLY_ONE), "read-only and write-only exclude each other")
    _check(not row.percpu or params.numa_node == _NUMA_NO_NODE, "a per-CPU map has no NUMA node of its own")


def _check_array(params: MapParams) -> None:
    """array_map_alloc_check()"""
    _check(params.max_entries > 0, "an array needs max_entries")
    _check(params.key_size == 4, f"an array's key has 4 bytes, not {params.key_size}")
    _check(params.value_size > 0, "an array needs a value_size")
    _check_flags(MAP_TYPES[MapType(params.map_type)], params)
    _check(params.value_size <= _INT_MAX, "value_size is too large", errno.E2BIG)


def _check_percpu_array(params: MapParams) -> None:
    _check_array(params)
    _check_percpu_value(params)


def _check_percpu_value(params: MapParams) -> None:
    rounded = (params.value_size + 7) & ~7
    _check(rounded <= _PCPU_MIN_UNIT_SIZE, "a per-CPU value has at most 32 kB", errno.E2BIG)


def _check_prog_array(params: MapParams) -> None:
    """fd_array_map_alloc_check()"""
    _check(params.value_size == 4, f"a value is a descriptor of 4 bytes, not {params.value_size}")
    reserved = params.map_flags & (BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG)
    _check(not reserved, "programs never read or write a prog_array")
    _check_array(params)


def _check_hash(params: MapParams) -> None:
    """htab_map_alloc_check()"""
    _check_flags(MAP_TYPES[MapType(params.map_type)], params)
    _check(params.max_entries > 0, "a hash map needs max_entries")
    _check(params.key_size > 0, "a hash map needs a key_size")
    _check(params.value_size > 0, "a hash map needs a value_size")
    too_large = params.key_size + params.value_size >= _KMALLOC_MAX_SIZE - _HTAB_ELEM_SIZE
    _check(not too_large, "key and value together are too large", errno.E2BIG)
    _check(params.max_entries <= 1 << 31, "max_entries is too large", errno.E2BIG)


def _check_percpu_hash(params: MapParams) -> None:
    _check_hash(params)
    _check_percpu_value(params)


_ROWS = (
    MapTypeRow(
        map_type=MapType.HASH,
        make=HashMap,
        check=_check_hash,
        flags=BPF_F_NO_PREALLOC | BPF_F_ZERO_SEED | BPF_F_NUMA_NODE,
    ),
    MapTypeRow(
        map_type=MapType.ARRAY,
        make=ArrayMap,
        check=_check_array,
        flags=BPF_F_MMAPABLE | BPF_F_INNER_MAP | BPF_F_NUMA_NODE,
        direct_value=True,
    ),
    MapTypeRow(
        map_type=MapType.PROG_ARRAY,
        make=ProgArray,
        check=_check_prog_array,
        flags=BPF_F_NUMA_NODE,
    ),
    MapTypeRow(
        map_type=MapType.PERCPU_HASH,
        make=PercpuHashMap,
        check=_check_percpu_hash,
        flags=BPF_F_NO_PREALLOC | BPF_F_ZERO_SEED | BPF_F_NUMA_NODE,
        percpu=True,
    ),
    MapTypeRow(
        map_type=MapType.PERCPU_ARRAY,
        make=Map,
        check=_check_percpu_array,
        flags=BPF_F_NUMA_NODE,
        percpu=True,
    ),
)

MAP_TYPES: dict[MapType, MapTypeRow] = {row.map_type: row for row in _ROWS}


def check_params(params: MapParams) -> None:
    """Refuse what this map type cannot be: map_alloc_check and the size checks of map_alloc."""
    _row(params.map_type).check(params)


def create_map(machine: Machine, params: MapParams) -> Map:
    """A map that is in no table yet."""
    check_params(params)
    return _row(params.map_type).make(machine, params)


def _row(map_type: int) -> MapTypeRow:
    try:
        known = MapType(map_type)
    except ValueError:
        raise OSError(errno.EINVAL, f"{map_type} is no map type") from None
    if known not in MAP_TYPES:
        raise OSError(errno.EINVAL, f"skep has no maps of type {known.name.lower()}")
    return MAP_TYPES[known]
