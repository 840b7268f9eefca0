"""Commands on maps: creation, and the operations on elements."""

from __future__ import annotations

import errno

from skep.errors import ENOTSUPP
from skep.kernel.call import Call
from skep.kernel.fds import File, Rights
from skep.kernel.machine import Machine
from skep.kernel.map_create import create
from skep.kernel.maps.base import Map
from skep.kernel.maps.keyless import BloomFilter
from skep.kernel.maps.perf import PerfEventArray
from skep.uapi import BPF_F_LOCK, MapType
from skep.uapi import attrs as a

_KEYLESS = frozenset({MapType.QUEUE, MapType.STACK})
#: Types whose elements can be looked up and deleted at once.
POPPING = _KEYLESS | {
    MapType.HASH,
    MapType.PERCPU_HASH,
    MapType.LRU_HASH,
    MapType.LRU_PERCPU_HASH,
    MapType.STACK_TRACE,
}


def map_create(call: Call[a.MapCreate]) -> int:
    """map_create()"""
    rights = Rights.of_flags(call.attr.map_flags)
    map = create(call.machine, call.attr)
    return call.machine.publish(call.machine.maps, map, rights)


def check_readable(file: File) -> None:
    if not file.can_read:
        raise OSError(errno.EPERM, "the descriptor is write-only")


def check_writable(file: File, map: Map) -> None:
    if not file.can_write or map.frozen:
        raise OSError(errno.EPERM, "the descriptor is read-only, or the map is frozen")


def check_lock_flag(map: Map, flags: int) -> None:
    if flags & BPF_F_LOCK and (map.record is None or not map.record.find("bpf_spin_lock")):
        raise OSError(errno.EINVAL, "BPF_F_LOCK on a map whose values have no spin lock")


def _read_key(call: Call[a.MapElem] | Call[a.MapGetNextKey], map: Map) -> bytes:
    """__bpf_copy_key(): maps without keys take no pointer to one."""
    if map.key_size:
        return call.memory.read(call.attr.key, map.key_size)
    if call.attr.key:
        raise OSError(errno.EINVAL, "a key for a map that has none")
    return b""


def map_for_lookup(machine: Machine, fd: int, flags: int) -> Map:
    """The map of a lookup, if it may be made."""
    if flags & ~BPF_F_LOCK:
        raise OSError(errno.EINVAL, "unknown flags")
    file, map = machine.map_file(fd)
    check_readable(file)
    check_lock_flag(map, flags)
    return map


def map_lookup_elem(call: Call[a.MapElem]) -> int:
    """map_lookup_elem()"""
    attr = call.attr
    map = map_for_lookup(call.machine, attr.map_fd, attr.flags)
    key = _read_key(call, map)
    if isinstance(map, BloomFilter):
        map.test(call.memory.read(attr.value, map.value_size))
    else:
        call.memory.write(attr.value, map.lookup(key, attr.flags))
    return 0


def map_update_elem(call: Call[a.MapElem]) -> int:
    """map_update_elem()"""
    attr = call.attr
    file, map = call.machine.map_file(attr.map_fd)
    check_writable(file, map)
    check_lock_flag(map, attr.flags)
    key = _read_key(call, map)
    map.update(key, call.memory.read(attr.value, map.sys_value_size), attr.flags)
    if isinstance(map, PerfEventArray):
        map.stored_by(key, file)
    return 0


def map_delete_elem(call: Call[a.MapElem]) -> int:
    """map_delete_elem()"""
    file, map = call.machine.map_file(call.attr.map_fd)
    check_writable(file, map)
    map.delete(_read_key(call, map))
    return 0


def map_get_next_key(call: Call[a.MapGetNextKey]) -> int:
    """map_get_next_key(): without a key, the first."""
    attr = call.attr
    file, map = call.machine.map_file(attr.map_fd)
    check_readable(file)
    key = _read_key(call, map) if attr.key else None
    call.memory.write(attr.next_key, map.next_key(key))
    return 0


def map_lookup_and_delete_elem(call: Call[a.MapElem]) -> int:
    """map_lookup_and_delete_elem()"""
    attr = call.attr
    if attr.flags & ~BPF_F_LOCK:
        raise OSError(errno.EINVAL, "unknown flags")
    file, map = call.machine.map_file(attr.map_fd)
    check_readable(file)
    check_writable(file, map)
    if attr.flags and map.map_type in _KEYLESS:
        raise OSError(errno.EINVAL, "queues and stacks take no flags")
    check_lock_flag(map, attr.flags)
    key = _read_key(call, map)
    if map.map_type not in POPPING:
        raise OSError(ENOTSUPP, "elements of this map type cannot be looked up and deleted at once")
    call.memory.write(attr.value, map.pop(key))
    return 0


def map_freeze(call: Call[a.MapElem]) -> int:
    """map_freeze(): from now on bpf(2) may only read."""
    file, map = call.machine.map_file(call.attr.map_fd)
    if map.has_special_fields:
        raise OSError(ENOTSUPP, "a map with special fields cannot be frozen")
    check_writable(file, map)
    if call.machine.writable_views[map.id]:
        raise OSError(errno.EBUSY, "the map is mapped for writing")
    map.frozen = True
    return 0
