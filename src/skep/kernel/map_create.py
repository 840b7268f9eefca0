"""MAP_CREATE: from attributes to a map, with the checks in the order of Linux's map_create()."""

from __future__ import annotations

import errno

from skep.btf import Btf
from skep.btf import types as t
from skep.errors import ENOTSUPP, BtfError
from skep.kernel.btf_record import BtfRecord, parse_record
from skep.kernel.capable import Cap
from skep.kernel.machine import Machine
from skep.kernel.maps.base import Map
from skep.kernel.maps.params import MapParams
from skep.kernel.maps.registry import check_params, create_map
from skep.kernel.usermem import copy_name
from skep.uapi import (
    BPF_F_NUMA_NODE,
    BPF_F_RDONLY,
    BPF_F_RDONLY_PROG,
    BPF_F_TOKEN_FD,
    BPF_F_WRONLY,
    BPF_F_WRONLY_PROG,
    MapType,
)
from skep.uapi import attrs as a

#: Types that give map_extra a meaning.
_WITH_EXTRA = frozenset({MapType.BLOOM_FILTER, MapType.ARENA})

#: Types that anyone may create, where the machine permits unprivileged BPF at all.
_UNPRIVILEGED = frozenset(
    {
        MapType.ARRAY,
        MapType.PERCPU_ARRAY,
        MapType.PROG_ARRAY,
        MapType.PERF_EVENT_ARRAY,
        MapType.CGROUP_ARRAY,
        MapType.ARRAY_OF_MAPS,
        MapType.HASH,
        MapType.PERCPU_HASH,
        MapType.HASH_OF_MAPS,
        MapType.RINGBUF,
        MapType.USER_RINGBUF,
        MapType.CGROUP_STORAGE,
        MapType.PERCPU_CGROUP_STORAGE,
    }
)
_NET_ADMIN = frozenset(
    {MapType.SOCKMAP, MapType.SOCKHASH, MapType.DEVMAP, MapType.DEVMAP_HASH, MapType.XSKMAP}
)

#: Types whose elements BTF cannot describe (map_check_no_btf()).
_WITHOUT_BTF = frozenset(
    {
        MapType.PERF_EVENT_ARRAY,
        MapType.STACK_TRACE,
        MapType.CGROUP_ARRAY,
        MapType.ARRAY_OF_MAPS,
        MapType.HASH_OF_MAPS,
        MapType.DEVMAP,
        MapType.DEVMAP_HASH,
        MapType.CPUMAP,
        MapType.XSKMAP,
        MapType.SOCKMAP,
        MapType.SOCKHASH,
    }
)
#: Which maps may have which special fields; those in no row here are for objects that programs allocate.
_PLAIN = frozenset({MapType.HASH, MapType.ARRAY})
_STORAGE = frozenset({MapType.SK_STORAGE, MapType.INODE_STORAGE, MapType.TASK_STORAGE, MapType.CGRP_STORAGE})
_WITH_LRU = _PLAIN | {MapType.LRU_HASH}
_PER_CPU = frozenset({MapType.PERCPU_HASH, MapType.LRU_PERCPU_HASH, MapType.PERCPU_ARRAY})
_FIELD_TYPES: dict[str, frozenset[MapType]] = {
    "bpf_spin_lock": _PLAIN | _STORAGE | {MapType.CGROUP_STORAGE},
    "bpf_res_spin_lock": _PLAIN | _STORAGE | {MapType.CGROUP_STORAGE},
    "bpf_timer": _WITH_LRU,
    "bpf_wq": _WITH_LRU,
    "bpf_task_work": _WITH_LRU,
    "bpf_list_head": _WITH_LRU,
    "bpf_rb_root": _WITH_LRU,
    "bpf_refcount": _WITH_LRU | _PER_CPU | _STORAGE,
    "kptr": _WITH_LRU | _PER_CPU | _STORAGE,
}

_ARRAYS = frozenset({MapType.ARRAY, MapType.PERCPU_ARRAY})


def create(machine: Machine, attr: a.MapCreate) -> Map:
    """A map that is in no table yet; it holds its BTF."""
    _check_attr(attr)
    params = _params(attr)
    check_params(params)
    if attr.map_ifindex:
        raise OSError(errno.EINVAL, "no device can hold maps")
    if attr.map_flags & BPF_F_TOKEN_FD:
        raise OSError(errno.EBADF, "map_token_fd is no token")
    _check_privileges(machine, attr.map_type)
    map = create_map(machine, params)
    try:
        map.name = copy_name(attr.map_name).decode()
        _attach_btf(machine, map, attr)
    except OSError:
        map.close()
        raise
    return map


def _check_attr(attr: a.MapCreate) -> None:
    if attr.btf_vmlinux_value_type_id:
        raise OSError(errno.EINVAL, "values of a kernel type are for struct_ops maps")
    if attr.btf_key_type_id and not attr.btf_value_type_id:
        raise OSError(errno.EINVAL, "a key type without a value type")
    if attr.map_extra and attr.map_type not in _WITH_EXTRA:
        raise OSError(errno.EINVAL, "map_extra means nothing for this map type")
    if attr.map_flags & BPF_F_NUMA_NODE and attr.numa_node != 0:
        raise OSError(errno.EINVAL, f"NUMA node {attr.numa_node} is not there")


def _params(attr: a.MapCreate) -> MapParams:
    # Read-only and write-only are rights of the descriptor, not of the map.
    flags = attr.map_flags & ~(BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_TOKEN_FD)
    return MapParams(
        map_type=attr.map_type,
        key_size=attr.key_size,
        value_size=attr.value_size,
        max_entries=attr.max_entries,
        map_flags=flags,
        map_extra=attr.map_extra,
        numa_node=attr.numa_node if flags & BPF_F_NUMA_NODE else -1,
    )


def _check_privileges(machine: Machine, map_type: int) -> None:
    if machine.unprivileged_bpf_disabled and not machine.capable(Cap.BPF):
        raise OSError(errno.EPERM, "unprivileged BPF is disabled, and CAP_BPF is lacking")
    if map_type in _UNPRIVILEGED:
        return
    needed = Cap.NET_ADMIN if map_type in _NET_ADMIN else Cap.BPF
    if not machine.capable(needed):
        raise OSError(errno.EPERM, f"CAP_{needed.name} is needed")


def _attach_btf(machine: Machine, map: Map, attr: a.MapCreate) -> None:
    if not attr.btf_value_type_id:
        return
    loaded = machine.btf_of_fd(attr.btf_fd)
    if loaded.kernel_btf:
        raise OSError(errno.EACCES, "the kernel's own BTF does not describe user maps")
    _check_btf(machine, map, loaded.btf, attr.btf_key_type_id, attr.btf_value_type_id)
    machine.btfs.hold(loaded)
    map.btf = loaded.btf
    map.btf_key_type_id = attr.btf_key_type_id
    map.btf_value_type_id = attr.btf_value_type_id


def _check_btf(machine: Machine, map: Map, btf: Btf, key_id: int, value_id: int) -> None:
    """map_check_btf(): key and value have the sizes that their types have."""
    if key_id and _sized(btf, key_id) != map.key_size:
        raise OSError(errno.EINVAL, "the key's type has another size than the key")
    if _sized(btf, value_id) != map.value_size:
        raise OSError(errno.EINVAL, "the value's type has another size than the value")
    map.record = _special_fields(machine, map, btf, value_id)
    if map.map_type in _WITHOUT_BTF:
        raise OSError(ENOTSUPP, "elements of this map type have no BTF")
    if map.map_type in _ARRAYS:
        _check_array_btf(map, btf, key_id, value_id)
    elif not key_id:
        raise OSError(errno.EINVAL, "a map of this type needs a key type")


def _special_fields(machine: Machine, map: Map, btf: Btf, value_id: int) -> BtfRecord | None:
    """The locks, timers and so on of a value, where the map may have them; a malformed one counts as none."""
    try:
        record = parse_record(btf, value_id, map.value_size)
    except OSError:
        return None
    if record is None:
        return None
    if not machine.capable(Cap.BPF):
        raise OSError(errno.EPERM, "CAP_BPF is needed for special fields")
    if map.map_flags & (BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG):
        raise OSError(errno.EACCES, "special fields are both read and written")
    for field in record.fields:
        kind = "kptr" if field.is_kptr else field.kind
        if map.map_type not in _FIELD_TYPES.get(kind, frozenset()):
            raise OSError(errno.EOPNOTSUPP, f"a map of this type cannot have a {kind}")
    return record


def _check_array_btf(map: Map, btf: Btf, key_id: int, value_id: int) -> None:
    """array_map_check_btf(): an index is an int of 32 bits; only global data has no key."""
    if not key_id:
        is_data = isinstance(btf.resolve(value_id), t.DataSec)
        if map.map_type != MapType.ARRAY or map.max_entries != 1 or not is_data:
            raise OSError(errno.EINVAL, "an array without a key type is global data, of one entry")
        return
    key = btf.resolve(key_id)
    if not isinstance(key, t.Int) or key.bits != 32 or key.offset:
        raise OSError(errno.EINVAL, "the key of an array is an int of 32 bits")


def _sized(btf: Btf, type_id: int) -> int:
    """btf_type_id_size(); a type without a size is -1."""
    try:
        return btf.size_of(type_id)
    except BtfError:
        return -1
