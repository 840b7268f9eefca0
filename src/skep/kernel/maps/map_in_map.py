"""Maps of maps: bpf(2) puts descriptors in and gets ids out; programs that look up get the inner map itself.

All inner maps must be alike (bpf_map_meta_equal): programs are verified against a template that is taken
from the map given at creation. An inner map lives as long as a slot holds it, and until no run can still use
it.
"""

from __future__ import annotations

import errno
import struct
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skep._runtime import NativeMap
from skep.errors import ENOTSUPP
from skep.kernel.maps.base import Map
from skep.kernel.maps.checks import hash_entries
from skep.uapi import BPF_F_INNER_MAP, MapType

if TYPE_CHECKING:
    from skep.btf import Btf
    from skep.kernel.btf_record import BtfRecord
    from skep.kernel.machine import Machine
    from skep.kernel.maps.params import MapParams

#: Types that cannot be in a map: no `map_meta_equal`.
NEVER_INNER: Final = frozenset({MapType.PROG_ARRAY, MapType.CGROUP_STORAGE, MapType.PERCPU_CGROUP_STORAGE})
#: Generated code knows the length of these, so all must have the same.
_SAME_LENGTH: Final = frozenset({MapType.ARRAY, MapType.XSKMAP})
MAPS_OF_MAPS: Final = frozenset({MapType.ARRAY_OF_MAPS, MapType.HASH_OF_MAPS})


#: Maps whose accesses are masked for those who may not read what speculation leaves behind.
_ARRAYS = frozenset({MapType.ARRAY, MapType.PERCPU_ARRAY})


@dataclass(frozen=True, slots=True)
class InnerMapMeta:
    """What all inner maps of a map have in common; the verifier reads it like a map."""

    map_type: int
    key_size: int
    value_size: int
    max_entries: int
    map_flags: int
    map_extra: int
    record: BtfRecord | None
    btf: Btf | None
    btf_key_type_id: int
    btf_value_type_id: int
    bypass_spec_v1: bool
    id: int = 0
    name: str = ""
    frozen: bool = False

    @classmethod
    def of(cls, map: Map) -> InnerMapMeta:
        """bpf_map_meta_alloc()"""
        if map.map_type in MAPS_OF_MAPS:
            raise OSError(errno.EINVAL, "a map of maps cannot be in another one")
        if map.map_type in NEVER_INNER:
            raise OSError(ENOTSUPP, "maps of this type cannot be in a map")
        return cls(
            map_type=map.map_type,
            key_size=map.key_size,
            value_size=map.value_size,
            max_entries=map.max_entries,
            map_flags=map.map_flags,
            map_extra=map.map_extra,
            record=map.record,
            btf=map.btf,
            btf_key_type_id=map.btf_key_type_id,
            btf_value_type_id=map.btf_value_type_id,
            bypass_spec_v1=map.bypass_spec_v1 and map.map_type in _ARRAYS,
        )

    @property
    def has_spin_lock(self) -> bool:
        return self.record is not None and self.record.has_lock

    def fits(self, map: Map) -> bool:
        """bpf_map_meta_equal(), array_map_meta_equal(), xsk_map_meta_equal()"""
        any_length = self.map_type not in _SAME_LENGTH or self.map_flags & BPF_F_INNER_MAP
        if not any_length and self.max_entries != map.max_entries:
            return False
        own = (self.map_type, self.key_size, self.value_size, self.map_flags, self.record)
        return own == (map.map_type, map.key_size, map.value_size, map.map_flags, map.record)


def check_inner(machine: Machine, params: MapParams) -> None:
    """What array_of_map_alloc() and htab_of_map_alloc() look at before they take memory."""
    InnerMapMeta.of(machine.map_of_fd(params.inner_map_fd))
    if params.map_type == MapType.HASH_OF_MAPS:
        hash_entries(params)


class MapOfMaps(Map):
    """What both forms share."""

    def __init__(self, machine: Machine, params: MapParams) -> None:
        self.inner_map_meta = InnerMapMeta.of(machine.map_of_fd(params.inner_map_fd))
        super().__init__(machine, params)
        self._inner: dict[bytes, Map] = {}
        self._lock = threading.Lock()

    def _create(self, machine: Machine) -> NativeMap:
        # Natively a value is the address of the inner map.
        return NativeMap(machine.native, self.map_type, self.key_size, 8, self.max_entries, self.map_flags)

    @property
    def sys_value_size(self) -> int:
        return 4

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        inner = self._inner.get(key)
        if inner is None:
            raise OSError(errno.ENOENT, "no map in this place")
        return struct.pack("<I", inner.id)

    def pop(self, key: bytes) -> bytes:
        raise OSError(ENOTSUPP, "inner maps cannot be looked up and deleted at once")

    def lookup_many(self, after: bytes | None, count: int) -> tuple[bytes, bytes, bytes, int]:
        keys, _, last, err = self.native.lookup_many(after, count)
        held = [key for key in self._split(keys) if key in self._inner]
        return b"".join(held), self._ids(held), last, err

    def lookup_buckets(self, first: int, count: int, delete: bool) -> tuple[bytes, bytes, int, int]:
        with self._lock:
            keys, _, following, err = self.native.lookup_buckets(first, count, delete)
            ids = self._ids(self._split(keys))
            removed = [self._inner.pop(key) for key in self._split(keys)] if delete else []
        for inner in removed:
            self._retire(inner)
        return keys, ids, following, err

    def _split(self, keys: bytes) -> list[bytes]:
        return [keys[at : at + self.key_size] for at in range(0, len(keys), self.key_size)]

    def _ids(self, keys: list[bytes]) -> bytes:
        return b"".join(struct.pack("<I", self._inner[key].id) for key in keys)

    def update_many(self, keys: bytes, values: bytes, flags: int) -> tuple[int, int]:
        for done, key in enumerate(self._split(keys)):
            try:
                self.update(key, values[4 * done : 4 * done + 4], flags)
            except OSError as refused:
                return done, refused.errno or errno.EINVAL
        return len(keys) // self.key_size, 0

    def delete_many(self, keys: bytes) -> tuple[int, int]:
        for done, key in enumerate(self._split(keys)):
            try:
                self.delete(key)
            except OSError as refused:
                return done, refused.errno or errno.EINVAL
        return len(keys) // self.key_size, 0

    def _inner_of(self, value: bytes) -> Map:
        """bpf_map_fd_get_ptr()"""
        inner = self.machine.map_of_fd(struct.unpack("<i", value)[0])
        if not self.inner_map_meta.fits(inner):
            raise OSError(errno.EINVAL, f"map {inner.name!r} differs from the other inner maps")
        return inner

    def _put(self, key: bytes, inner: Map, flags: int) -> None:
        with self._lock:
            self.native.update(key, struct.pack("<Q", inner.address), flags)
            old = self._inner.get(key)
            self._inner[key] = self.machine.maps.hold(inner)
        self._retire(old)

    def _remove(self, key: bytes) -> None:
        with self._lock:
            old = self._inner.pop(key, None)
            self._clear(key)
        self._retire(old)

    def _clear(self, key: bytes) -> None:
        self.native.delete(key)

    def _retire(self, old: Map | None) -> None:
        if old is not None:
            retired = old
            self.machine.native.defer(lambda: self.machine.maps.release(retired))

    def region_at(self, address: int) -> tuple[int, int] | None:
        """Values of inner maps, which is what programs reach through this one."""
        found = (inner.region_at(address) for inner in list(self._inner.values()))
        return next((region for region in found if region), None)

    def close(self) -> None:
        inner, self._inner = self._inner, {}
        super().close()
        for map in inner.values():
            self.machine.maps.release(map)


class ArrayOfMaps(MapOfMaps):
    """array_of_maps."""

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        if flags:
            raise OSError(errno.EINVAL, "an array of maps takes no flags but BPF_ANY")
        self._check_index(key)
        self._put(key, self._inner_of(value), flags)

    def delete(self, key: bytes) -> None:
        self._check_index(key)
        if key not in self._inner:
            raise OSError(errno.ENOENT, "no map in this slot")
        self._remove(key)

    def _clear(self, key: bytes) -> None:
        self.native.update(key, bytes(8), 0)

    def _check_index(self, key: bytes) -> None:
        (index,) = struct.unpack("<I", key)
        if index >= self.max_entries:
            raise OSError(errno.E2BIG, f"index {index} of {self.max_entries}")


class HashOfMaps(MapOfMaps):
    """hash_of_maps."""

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        self._put(key, self._inner_of(value), flags)

    def delete(self, key: bytes) -> None:
        self._remove(key)
