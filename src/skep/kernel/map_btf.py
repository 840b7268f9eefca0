"""What BTF says of a map's keys and values: whether the map takes it, and the special fields in it."""

from __future__ import annotations

import errno
from collections.abc import Callable

from skep.btf import Btf
from skep.btf import types as t
from skep.errors import ENOTSUPP, BtfError
from skep.kernel.btf_record import BtfRecord, parse_record
from skep.kernel.capable import Cap
from skep.kernel.machine import Machine
from skep.kernel.maps.base import Map
from skep.uapi import BPF_F_RDONLY_PROG, BPF_F_WRONLY_PROG, MapType

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
FIELD_TYPES: dict[str, frozenset[MapType]] = {
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


def check_btf(machine: Machine, map: Map, btf: Btf, key_id: int, value_id: int) -> None:
    """map_check_btf(): key and value have the sizes that their types have."""
    if key_id and _sized(btf, key_id) != map.key_size:
        raise OSError(errno.EINVAL, "the key's type has another size than the key")
    if not key_id and map.map_type not in _CHECKS:
        raise OSError(errno.EINVAL, "a map of this type needs a key type")
    if _sized(btf, value_id) != map.value_size:
        raise OSError(errno.EINVAL, "the value's type has another size than the value")
    map.record = _special_fields(machine, map, btf, value_id)
    if check := _CHECKS.get(MapType(map.map_type)):
        check(map, btf, key_id, value_id)


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
        if map.map_type not in FIELD_TYPES.get(kind, frozenset()):
            raise OSError(errno.EOPNOTSUPP, f"a map of this type cannot have a {kind}")
    return record


def _refuse(map: Map, btf: Btf, key_id: int, value_id: int) -> None:
    """map_check_no_btf()"""
    raise OSError(ENOTSUPP, "elements of this map type have no BTF")


def _array(map: Map, btf: Btf, key_id: int, value_id: int) -> None:
    """array_map_check_btf(): an index is an int of 32 bits; only global data has no key."""
    if not key_id:
        is_data = isinstance(btf.resolve(value_id), t.DataSec)
        if map.map_type != MapType.ARRAY or map.max_entries != 1 or not is_data:
            raise OSError(errno.EINVAL, "an array without a key type is global data, of one entry")
        return
    _require_int(btf, key_id, 32)


def _trie(map: Map, btf: Btf, key_id: int, value_id: int) -> None:
    """trie_check_btf()"""
    if not key_id or not isinstance(btf.resolve(key_id), t.Struct):
        raise OSError(errno.EINVAL, "the key of a trie is a structure: a length, and the data")


def _no_key(map: Map, btf: Btf, key_id: int, value_id: int) -> None:
    """bloom_map_check_btf()"""
    if key_id:
        raise OSError(errno.EINVAL, "a bloom filter has no keys")


def _descriptor(map: Map, btf: Btf, key_id: int, value_id: int) -> None:
    """bpf_local_storage_map_check_btf()"""
    _require_int(btf, key_id, 32)


def _cgroup(map: Map, btf: Btf, key_id: int, value_id: int) -> None:
    """cgroup_storage_check_btf(): a key is a cgroup's id, or struct bpf_cgroup_storage_key."""
    if map.key_size == 8:
        _require_int(btf, key_id, 64)
        return
    key = btf.resolve(key_id) if key_id else None
    if not isinstance(key, t.Struct) or len(key.members) != 2:
        raise OSError(errno.EINVAL, "such a key is a structure of a cgroup's id and an attach type")
    for member, (offset, bits) in zip(key.members, ((0, 64), (64, 32)), strict=True):
        if member.bit_offset != offset:
            raise OSError(errno.EINVAL, f"member {member.name} is not at bit {offset}")
        _require_int(btf, member.type, bits)


def _anything(map: Map, btf: Btf, key_id: int, value_id: int) -> None:
    """arena_map_check_btf()"""


def _require_int(btf: Btf, type_id: int, bits: int) -> None:
    type_ = btf.resolve(type_id) if type_id else None
    if not isinstance(type_, t.Int) or type_.bits != bits or type_.offset:
        raise OSError(errno.EINVAL, f"a key of this map type has an int of {bits} bits there")


_CHECKS: dict[MapType, Callable[[Map, Btf, int, int], None]] = {
    **dict.fromkeys(_WITHOUT_BTF, _refuse),
    **dict.fromkeys(_STORAGE, _descriptor),
    MapType.ARRAY: _array,
    MapType.PERCPU_ARRAY: _array,
    MapType.LPM_TRIE: _trie,
    MapType.BLOOM_FILTER: _no_key,
    MapType.CGROUP_STORAGE: _cgroup,
    MapType.PERCPU_CGROUP_STORAGE: _cgroup,
    MapType.ARENA: _anything,
}


def _sized(btf: Btf, type_id: int) -> int:
    """btf_type_id_size(); a type without a size is -1."""
    try:
        return btf.size_of(type_id)
    except BtfError:
        return -1
