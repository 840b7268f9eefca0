"""A map as the kernel keeps it: its facts, and the native map that holds its elements.

`lookup`, `update`, `delete` and `next_key` are the operations of bpf(2): values are whole, which for
per-CPU maps means those of all CPUs. Programs do not come this way; they call the native operations by the
map's `address`.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from skep._runtime import LAYOUTS, SYMBOLS, NativeMap, poke
from skep.errors import ENOTSUPP
from skep.kernel.capable import Cap
from skep.uapi import BPF_F_NO_COMMON_LRU, BPF_F_RDONLY, BPF_F_WRONLY

if TYPE_CHECKING:
    from skep.btf import Btf
    from skep.kernel.btf_record import BtfRecord
    from skep.kernel.machine import Machine
    from skep.kernel.maps.params import MapParams


class Map:
    """One map. Families whose operations differ from their native ones subclass it."""

    def __init__(self, machine: Machine, params: MapParams) -> None:
        self._number = 0
        self.map_type: int = params.map_type
        self.key_size = params.key_size
        self.value_size = params.value_size
        self.max_entries = params.max_entries
        # Read-only and write-only are rights of the descriptor, not of the map.
        self.map_flags = params.map_flags & ~(BPF_F_RDONLY | BPF_F_WRONLY)
        self.map_extra = params.map_extra
        self.name = params.name
        self.numa_node = params.numa_node
        self.btf: Btf | None = params.btf
        self.btf_key_type_id = params.btf_key_type_id
        self.btf_value_type_id = params.btf_value_type_id
        self.frozen = False
        #: Whoever made it may read what speculation leaves behind: its accesses need no masks.
        self.bypass_spec_v1 = machine.capable(Cap.PERFMON)
        self.charged = 0  # bytes, of those that the machine's maps may have
        self.record: BtfRecord | None = None  # the special fields of a value
        self.machine = machine
        self._native: NativeMap | None = self._create(machine)

    @property
    def id(self) -> int:
        """From the machine's table of maps; programs may read it, too."""
        return self._number

    @id.setter
    def id(self, number: int) -> None:
        self._number = number
        offset, size = LAYOUTS["skep_map"]["id"]
        poke(self.address + offset, size, number)

    @property
    def has_spin_lock(self) -> bool:
        return self.record is not None and self.record.has_lock

    @property
    def has_special_fields(self) -> bool:
        return self.record is not None

    def _create(self, machine: Machine) -> NativeMap:
        return NativeMap(
            machine.native,
            self.map_type,
            self.key_size,
            self.value_size,
            self.max_entries,
            self.map_flags,
            self.map_extra,
        )

    @property
    def native(self) -> NativeMap:
        if self._native is None:
            raise OSError(errno.EBADF, f"map {self.name!r} is closed")
        return self._native

    @property
    def address(self) -> int:
        """Where native code finds the map: a struct skep_map."""
        return self.native.address

    @property
    def sys_value_size(self) -> int:
        """Bytes of a value in bpf(2)."""
        return self.native.sys_value_size

    @property
    def lookup_symbol(self) -> str:
        """The native function that looks up in this map; it does what bpf_map_lookup_elem does, sooner."""
        return "bpf_map_lookup_elem"

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        return self.native.lookup(key)

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        self.native.update(key, value, flags)

    def delete(self, key: bytes) -> None:
        self.native.delete(key)

    def pop(self, key: bytes) -> bytes:
        """Look up and delete at once."""
        return self.native.pop(key)

    def next_key(self, key: bytes | None = None) -> bytes:
        """The key after this one; the first one for None or a key that is not there. ENOENT after the
        last.
        """
        return self.native.next_key(key)

    def lookup_many(self, after: bytes | None, count: int) -> tuple[bytes, bytes, bytes, int]:
        """Keys, values, the last key, and an errno (ENOENT: that was all) for elements after a key."""
        return self.native.lookup_many(after, count)

    def lookup_buckets(self, first: int, count: int, delete: bool) -> tuple[bytes, bytes, int, int]:
        """The same for whole buckets of a hash; the third is the bucket to go on with."""
        return self.native.lookup_buckets(first, count, delete)

    def update_many(self, keys: bytes, values: bytes, flags: int) -> tuple[int, int]:
        """How many elements were stored, and the errno of the one that was not."""
        return self.native.update_many(keys, values, flags)

    def delete_many(self, keys: bytes) -> tuple[int, int]:
        return self.native.delete_many(keys)

    def direct_value_address(self, off: int) -> int:
        """The address that BPF_PSEUDO_MAP_VALUE stands for."""
        raise OSError(ENOTSUPP, f"map {self.name!r}: values of this type have no fixed address")

    def region_at(self, address: int) -> tuple[int, int] | None:
        """(start, size) of the value that an address points into."""
        return self.native.region_at(address)

    def release_user(self) -> None:
        """The last descriptor and pin are gone; programs may still use the map. Its timers run no more."""
        if self.record is not None:
            self.native.cancel_timers()
            self.machine.after_timers(lambda: None)  # these may have been the last

    def close(self) -> None:
        """Free the elements. Nobody may run a program that uses the map."""
        if self.record is not None and self._native is not None:
            self._native.cancel_timers()
        self._native = None
        self.machine.native.charge(-self.charged)
        self.charged = 0


class ArrayMap(Map):
    """array: the one whose value can be addressed directly, which is how global variables work."""

    def direct_value_address(self, off: int) -> int:
        if self.max_entries != 1:
            raise OSError(
                ENOTSUPP,
                f"map {self.name!r} has {self.max_entries} entries; only one can be addressed directly",
            )
        if off >= self.value_size:
            raise OSError(errno.EINVAL, f"offset {off} is outside the value of {self.value_size} bytes")
        return self.native.values + off


class HashMap(Map):
    """hash."""

    family = "htab_lookup"

    @property
    def lookup_symbol(self) -> str:
        name = f"{self.family}_{self.key_size}_elem"
        return name if name in SYMBOLS else f"{self.family}_any_elem"


class LruHashMap(Map):
    """lru_hash and lru_percpu_hash."""

    def _create(self, machine: Machine) -> NativeMap:
        if self.map_flags & BPF_F_NO_COMMON_LRU:
            # htab_map_alloc(): every CPU has as many elements as the next.
            shared = self.max_entries - self.max_entries % -machine.ncpus
            self.max_entries = shared if shared < 1 << 32 else shared - machine.ncpus
        return super()._create(machine)


class PercpuHashMap(HashMap):
    """percpu_hash."""

    family = "htab_percpu_lookup"


class LpmTrie(Map):
    """lpm_trie."""

    @property
    def lookup_symbol(self) -> str:
        return "trie_lookup_8_elem" if self.key_size == 8 else super().lookup_symbol
