"""The batch commands: many elements of a map in one call.

Hash maps are walked bucket by bucket: their batch positions are bucket numbers, and a bucket comes whole or
not at all. Other maps are walked key by key, with the last key as the position. Storing and deleting stop
at the first refusal, and `count` says how far they came. Source: generic_map_*_batch() and
__htab_map_lookup_and_delete_batch() of Linux 6.18.
"""

from __future__ import annotations

import errno
from typing import Final

from skep.errors import ENOTSUPP
from skep.kernel.call import Call
from skep.kernel.fds import File
from skep.kernel.map_cmds import check_lock_flag, check_readable, check_writable
from skep.kernel.maps.base import Map
from skep.uapi import BPF_F_LOCK, Cmd, MapType
from skep.uapi import attrs as a

_HASHES: Final = frozenset(
    {
        MapType.HASH,
        MapType.PERCPU_HASH,
        MapType.LRU_HASH,
        MapType.LRU_PERCPU_HASH,
        MapType.HASH_OF_MAPS,
    }
)
_ARRAYS: Final = frozenset({MapType.ARRAY, MapType.PERCPU_ARRAY, MapType.ARRAY_OF_MAPS})
#: Which types have which of the commands.
BATCH_TYPES: Final = {
    Cmd.MAP_LOOKUP_BATCH: _HASHES | _ARRAYS | {MapType.LPM_TRIE},
    Cmd.MAP_LOOKUP_AND_DELETE_BATCH: _HASHES,
    Cmd.MAP_UPDATE_BATCH: _HASHES | _ARRAYS | {MapType.LPM_TRIE},
    Cmd.MAP_DELETE_BATCH: _HASHES | {MapType.LPM_TRIE},
}


def map_lookup_batch(call: Call[a.MapBatch]) -> int:
    file, map = call.machine.map_file(call.attr.map_fd)
    check_readable(file)
    return _lookup(call, map, Cmd.MAP_LOOKUP_BATCH)


def map_lookup_and_delete_batch(call: Call[a.MapBatch]) -> int:
    file, map = call.machine.map_file(call.attr.map_fd)
    check_readable(file)
    check_writable(file, map)
    return _lookup(call, map, Cmd.MAP_LOOKUP_AND_DELETE_BATCH)


def _check(map: Map, cmd: Cmd, elem_flags: int) -> None:
    if map.map_type not in BATCH_TYPES[cmd]:
        raise OSError(ENOTSUPP, f"maps of this type have no {cmd.name}")
    if elem_flags & ~BPF_F_LOCK:
        raise OSError(errno.EINVAL, "unknown flags")
    check_lock_flag(map, elem_flags)


def _lookup(call: Call[a.MapBatch], map: Map, cmd: Cmd) -> int:
    attr = call.attr
    _check(map, cmd, attr.elem_flags)
    if map.map_type not in _HASHES:
        return _lookup_by_key(call, map)
    if attr.flags:
        raise OSError(errno.EINVAL, "unknown flags")
    return _lookup_by_bucket(call, map, delete=cmd == Cmd.MAP_LOOKUP_AND_DELETE_BATCH)


def _lookup_by_bucket(call: Call[a.MapBatch], map: Map, *, delete: bool) -> int:
    attr = call.attr
    if not attr.count:
        return 0
    call.put(count=0)
    first = int.from_bytes(call.memory.read(attr.in_batch, 4), "little") if attr.in_batch else 0
    if first >= 1 << (map.max_entries - 1).bit_length():
        raise OSError(errno.ENOENT, "there are not so many buckets")
    keys, values, following, err = map.lookup_buckets(first, attr.count, delete)
    call.memory.write(attr.keys, keys)
    call.memory.write(attr.values, values)
    call.memory.write(attr.out_batch, following.to_bytes(4, "little"))
    call.put(count=len(keys) // map.key_size)
    return _finish(err)


def _lookup_by_key(call: Call[a.MapBatch], map: Map) -> int:
    attr = call.attr
    if not attr.count:
        return 0
    call.put(count=0)
    after = call.memory.read(attr.in_batch, map.key_size) if attr.in_batch else None
    keys, values, last, err = map.lookup_many(after, attr.count)
    call.memory.write(attr.keys, keys)
    call.memory.write(attr.values, values)
    call.put(count=len(keys) // map.key_size)
    if keys:
        call.memory.write(attr.out_batch, last)
    return _finish(err)


def _finish(err: int) -> int:
    if err:
        raise OSError(err, "the batch ended early")
    return 0


def map_update_batch(call: Call[a.MapBatch]) -> int:
    attr = call.attr
    map = _changed(call, Cmd.MAP_UPDATE_BATCH)
    if not attr.count:
        return 0
    call.put(count=0)
    count, keys = _read_elements(call, attr.keys, map.key_size, attr.count)
    readable, values = _read_elements(call, attr.values, map.sys_value_size, count)
    done, err = map.update_many(keys[: readable * map.key_size], values, attr.elem_flags)
    call.put(count=done)
    return _finish(err or (errno.EFAULT if done < attr.count else 0))


def map_delete_batch(call: Call[a.MapBatch]) -> int:
    attr = call.attr
    map = _changed(call, Cmd.MAP_DELETE_BATCH)
    if not attr.count:
        return 0
    call.put(count=0)
    _, keys = _read_elements(call, attr.keys, map.key_size, attr.count)
    done, err = map.delete_many(keys)
    call.put(count=done)
    return _finish(err or (errno.EFAULT if done < attr.count else 0))


def _changed(call: Call[a.MapBatch], cmd: Cmd) -> Map:
    found: tuple[File, Map] = call.machine.map_file(call.attr.map_fd)
    file, map = found
    check_writable(file, map)
    _check(map, cmd, call.attr.elem_flags)
    return map


def _read_elements(call: Call[a.MapBatch], address: int, size: int, count: int) -> tuple[int, bytes]:
    """As many elements as can be read, at most `count`: what comes before a bad address counts."""
    if count * size <= _AT_ONCE:
        try:
            return count, call.memory.read(address, count * size)
        except OSError:
            if count == 1:
                return 0, b""
    elements = bytearray()
    step = max(count // 16, 1) if count * size <= _AT_ONCE else _AT_ONCE // size or 1
    for start in range(0, count, step):
        wanted = min(step, count - start)
        got, more = _read_elements(call, address + start * size, size, wanted)
        elements += more
        if got < wanted:
            return start + got, bytes(elements)
    return count, bytes(elements)


_AT_ONCE: Final = 1 << 24
