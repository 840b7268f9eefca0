"""MAP_CREATE: from attributes to a map, with the checks in the order of Linux's map_create()."""

from __future__ import annotations

import errno

from skep.kernel.capable import Cap
from skep.kernel.machine import Machine
from skep.kernel.map_btf import check_btf
from skep.kernel.maps.base import Map
from skep.kernel.maps.params import MapParams
from skep.kernel.maps.registry import check_params, create_map
from skep.kernel.usermem import copy_name
from skep.uapi import (
    BPF_F_NUMA_NODE,
    BPF_F_TOKEN_FD,
    MapType,
)
from skep.uapi import attrs as a

#: Types that give map_extra a meaning.
_WITH_EXTRA = frozenset({MapType.BLOOM_FILTER, MapType.ARENA})

#: Types that anyone may create, where the machine permits unprivileged BPF at all.
UNPRIVILEGED = frozenset(
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
_ANY_NODE = 0xFFFF_FFFF  # NUMA_NO_NODE
NET_ADMIN = frozenset(
    {MapType.SOCKMAP, MapType.SOCKHASH, MapType.DEVMAP, MapType.DEVMAP_HASH, MapType.XSKMAP}
)


def create(machine: Machine, attr: a.MapCreate) -> Map:
    """A map that is in no table yet; it holds its BTF."""
    _check_attr(attr)
    params = _params(attr)
    check_params(params)
    if attr.map_ifindex:
        raise OSError(errno.EINVAL, "no device can hold maps")
    if attr.map_flags & BPF_F_TOKEN_FD:
        machine.no_token(attr.map_token_fd)
    _check_privileges(machine, attr.map_type)
    map = create_map(machine, params)
    try:
        map.name = copy_name(attr.map_name).decode("utf-8", "surrogateescape")
        _attach_btf(machine, map, attr)
    except OSError:
        map.close()
        raise
    return map


def _check_attr(attr: a.MapCreate) -> None:
    if attr.btf_vmlinux_value_type_id:
        if attr.map_type != MapType.STRUCT_OPS or attr.btf_key_type_id or attr.btf_value_type_id:
            raise OSError(errno.EINVAL, "values of a kernel type are for struct_ops maps")
    elif attr.btf_key_type_id and not attr.btf_value_type_id:
        raise OSError(errno.EINVAL, "a key type without a value type")
    if attr.map_extra and attr.map_type not in _WITH_EXTRA:
        raise OSError(errno.EINVAL, "map_extra means nothing for this map type")
    if attr.map_flags & BPF_F_NUMA_NODE and attr.numa_node not in (0, _ANY_NODE):
        raise OSError(errno.EINVAL, f"NUMA node {attr.numa_node} is not there")


def _params(attr: a.MapCreate) -> MapParams:
    flags = attr.map_flags & ~BPF_F_TOKEN_FD
    return MapParams(
        map_type=attr.map_type,
        key_size=attr.key_size,
        value_size=attr.value_size,
        max_entries=attr.max_entries,
        map_flags=flags,
        map_extra=attr.map_extra,
        numa_node=-1 if not flags & BPF_F_NUMA_NODE or attr.numa_node == _ANY_NODE else attr.numa_node,
        inner_map_fd=attr.inner_map_fd,
        btf_key_type_id=attr.btf_key_type_id,
        btf_value_type_id=attr.btf_value_type_id,
        btf_vmlinux_value_type_id=attr.btf_vmlinux_value_type_id,
    )


def _check_privileges(machine: Machine, map_type: int) -> None:
    if machine.unprivileged_bpf_disabled and not machine.capable(Cap.BPF):
        raise OSError(errno.EPERM, "unprivileged BPF is disabled, and CAP_BPF is lacking")
    if map_type in UNPRIVILEGED:
        return
    needed = Cap.NET_ADMIN if map_type in NET_ADMIN else Cap.BPF
    if not machine.capable(needed):
        raise OSError(errno.EPERM, f"CAP_{needed.name} is needed")


def _attach_btf(machine: Machine, map: Map, attr: a.MapCreate) -> None:
    if not attr.btf_value_type_id and not attr.btf_vmlinux_value_type_id:
        return
    loaded = machine.btf_of_fd(attr.btf_fd)
    if loaded.kernel_btf:
        raise OSError(errno.EACCES, "the kernel's own BTF does not describe user maps")
    if attr.btf_value_type_id:
        check_btf(machine, map, loaded.btf, attr.btf_key_type_id, attr.btf_value_type_id)
        if map.record is not None:
            map.native.set_record(machine.records.of_value(loaded.btf, map.record))
    machine.btfs.hold(loaded)
    map.btf = loaded.btf
    map.btf_key_type_id = attr.btf_key_type_id
    map.btf_value_type_id = attr.btf_value_type_id
