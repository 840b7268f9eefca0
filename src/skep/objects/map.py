"""A map as a Python mapping: keys and values by their BTF types, bytes where there are none.

Array-like maps without a key type have int keys; maps of maps and of programs give ids and take anything
with a descriptor. In per-CPU maps a value is a list, one item for each possible CPU.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from functools import cached_property
from typing import Any, Final

from ..btf import Btf
from ..errors import BtfError, InputError, KernelError
from ..loader import MapSpec
from ..syscall import commands
from ..syscall.backend import Backend
from ..syscall.memory import Buffer
from ..uapi import MapType
from ..uapi.info import BtfInfo, MapInfo
from . import batch, codec

PER_CPU: Final = frozenset(
    {
        MapType.PERCPU_ARRAY,
        MapType.PERCPU_HASH,
        MapType.LRU_PERCPU_HASH,
        MapType.PERCPU_CGROUP_STORAGE,
    }
)
#: Keys are indexes, whether or not BTF says so.
_INDEXED: Final = frozenset(
    {
        MapType.ARRAY,
        MapType.PERCPU_ARRAY,
        MapType.PROG_ARRAY,
        MapType.PERF_EVENT_ARRAY,
        MapType.CGROUP_ARRAY,
        MapType.ARRAY_OF_MAPS,
        MapType.DEVMAP,
        MapType.CPUMAP,
        MapType.XSKMAP,
        MapType.SOCKMAP,
        MapType.REUSEPORT_SOCKARRAY,
    }
)
#: Values are descriptors when written and ids when read.
_OF_OBJECTS: Final = frozenset(
    {MapType.PROG_ARRAY, MapType.ARRAY_OF_MAPS, MapType.HASH_OF_MAPS, MapType.CGROUP_ARRAY}
)


class Map(MutableMapping[Any, Any]):
    """One map. Before load its `spec` may be edited; after it elements are there."""

    def __init__(self, spec: MapSpec, btf: Btf | None, name: str = "") -> None:
        self.spec = spec
        self.name = name or spec.name
        self.btf = btf
        self.backend: Backend | None = None
        self._fd = -1
        #: A map that `load` takes in the place of a new one.
        self.reused_fd: int | None = None

    @classmethod
    def from_fd(cls, backend: Backend, fd: int) -> Map:
        """A map that some kernel already has; the descriptor stays the caller's."""
        info = commands.obj_get_info_by_fd(backend, fd, MapInfo())
        name = info.name.rstrip(b"\0").decode("utf-8", "replace")
        spec = MapSpec(
            name=name,
            type=info.type,
            key_size=info.key_size,
            value_size=info.value_size,
            max_entries=info.max_entries,
            flags=info.map_flags,
            extra=info.map_extra,
            key_type_id=info.btf_key_type_id,
            value_type_id=info.btf_value_type_id,
        )
        self = cls(spec, btf_by_id(backend, info.btf_id) if info.btf_id else None)
        self.bind(backend, fd)
        return self

    def bind(self, backend: Backend | None, fd: int = -1) -> None:
        """Give the map its descriptor, or take it away."""
        self.backend, self._fd = backend, fd

    def __repr__(self) -> str:
        kind = MapType(self.type).name if self.type in set(MapType) else self.type
        state = f"fd {self._fd}" if self.backend else "not loaded"
        return f"<Map {self.name!r} {kind} {state}>"

    # ── what it is ──

    @property
    def fd(self) -> int:
        return self._loaded[1]

    @property
    def _loaded(self) -> tuple[Backend, int]:
        if self.backend is None:
            raise InputError(f"map '{self.name}' is not loaded")
        return self.backend, self._fd

    @property
    def fd_of_kernel(self) -> tuple[Backend, int]:
        """The kernel that has the map, and its descriptor there."""
        return self._loaded

    @cached_property
    def sys_value_size(self) -> int:
        """Bytes of a value in bpf(2): of all possible CPUs for per-CPU maps."""
        return self._stride * self._loaded[0].possible_cpus() if self.is_per_cpu else self.value_size

    @property
    def info(self) -> MapInfo:
        return commands.obj_get_info_by_fd(*self._loaded, MapInfo())

    @property
    def type(self) -> int:
        return self.spec.type

    @property
    def key_size(self) -> int:
        return self.spec.key_size

    @property
    def value_size(self) -> int:
        return self.spec.value_size

    @property
    def is_per_cpu(self) -> bool:
        return self.type in PER_CPU

    @property
    def is_indexed(self) -> bool:
        """Keys are indexes, and every one of them has an element."""
        return self.type in _INDEXED

    @property
    def max_entries(self) -> int:
        return self.spec.max_entries

    @max_entries.setter
    def max_entries(self, number: int) -> None:
        self._not_loaded("max_entries")
        self.spec.max_entries = number

    @property
    def pin_path(self) -> str:
        """Where it will be pinned by `load`, or taken from if it is pinned there; "" for nowhere."""
        return self.spec.pin_path

    @pin_path.setter
    def pin_path(self, path: str) -> None:
        self._not_loaded("pin_path")
        self.spec.pin_path = path

    def reuse(self, other: Map) -> None:
        """Let `load` use another map, of the same kernel, in the place of a new one."""
        self._not_loaded("reuse")
        self.reused_fd = other.fd

    def _not_loaded(self, what: str) -> None:
        if self.backend is not None:
            raise InputError(f"map '{self.name}' is loaded; {what} can only be set before")

    def pin(self, path: str) -> None:
        backend, fd = self._loaded
        commands.obj_pin(backend, fd, path)

    # ── bytes and values ──

    @cached_property
    def keys_codec(self) -> codec.Codec:
        """How keys become bytes; known only when the map's shape is."""
        if self.btf and self.spec.key_type_id:
            return codec.for_type(self.btf, self.spec.key_type_id)
        if self.type in _INDEXED:
            return codec.for_index(self.key_size, f"map '{self.name}': key", sys.byteorder)
        return codec.for_bytes(self.key_size, f"map '{self.name}': a key")

    @cached_property
    def values_codec(self) -> codec.Codec:
        """For a value; in a per-CPU map, for that of one CPU."""
        if self.type in _OF_OBJECTS:
            return codec.for_index(self.value_size, f"map '{self.name}': value", sys.byteorder)
        if self.btf and self.spec.value_type_id:
            return codec.for_type(self.btf, self.spec.value_type_id)
        return codec.for_bytes(self.value_size, f"map '{self.name}': a value")

    def encode_key(self, key: Any) -> bytes:
        return self.keys_codec.encode(key)

    def decode_key(self, raw: bytes) -> Any:
        return self.keys_codec.decode(raw)

    @property
    def _stride(self) -> int:
        """Bytes from one CPU's value to the next."""
        return (self.value_size + 7) & ~7

    def encode_value(self, value: Any) -> bytes:
        if not self.is_per_cpu:
            return self.values_codec.encode(value)
        cpus = self._loaded[0].possible_cpus()
        if not isinstance(value, list | tuple) or len(value) != cpus:
            raise BtfError(f"map '{self.name}': a value is a list of {cpus}, one for each possible CPU")
        return b"".join(self.values_codec.encode(item).ljust(self._stride, b"\0") for item in value)

    def encode_values(self, values: list[Any]) -> bytes:
        """Many values, one after the other."""
        if self.is_per_cpu:
            return b"".join(map(self.encode_value, values))
        return self.values_codec.encode_all(values)

    def split_cpus(self, raw: bytes) -> list[bytes]:
        """Each CPU's bytes of a per-CPU value."""
        return [raw[at : at + self.value_size] for at in range(0, len(raw), self._stride)]

    def decode_value(self, raw: bytes) -> Any:
        if self.is_per_cpu:
            return [self.values_codec.decode(part) for part in self.split_cpus(raw)]
        return self.values_codec.decode(raw)

    def decode_values(self, raw: bytes) -> list[Any]:
        """The bytes of many values, one after the other."""
        if not self.is_per_cpu:
            return self.values_codec.decode_all(raw)
        size = self.sys_value_size
        return [self.decode_value(raw[at : at + size]) for at in range(0, len(raw), size)]

    # ── elements ──

    def lookup_bytes(self, key: bytes, flags: int = 0) -> bytes | None:
        """The value's bytes, those of all CPUs in a per-CPU map; None where there is no such key."""
        backend, fd = self._loaded
        try:
            return backend.map_lookup(fd, key, self.sys_value_size, flags)
        except OSError as error:
            if error.errno == errno.ENOENT:
                return None
            raise self.named(error) from None

    def named(self, error: OSError) -> KernelError:
        """The error with the map's name in it."""
        what = error.what if isinstance(error, KernelError) else "map lookup"
        return KernelError(error.errno or 0, f"map '{self.name}': {what}")

    def __getitem__(self, key: Any) -> Any:
        raw = self.lookup_bytes(self.encode_key(key))
        if raw is None:
            raise KeyError(key)
        return self.decode_value(raw)

    def update_element(self, key: Any, value: Any, flags: int = 0) -> None:
        """Store, with BPF_NOEXIST only a new key, with BPF_EXIST only a known one."""
        self.update_bytes(self.encode_key(key), self.encode_value(value), flags)

    def update_bytes(self, key: bytes, value: bytes, flags: int = 0) -> None:
        backend, fd = self._loaded
        try:
            commands.map_update_elem(backend, fd, key, value, flags)
        except KernelError as error:
            raise self.named(error) from None

    def __setitem__(self, key: Any, value: Any) -> None:
        self.update_element(key, value)

    def delete_bytes(self, key: bytes) -> bool:
        """Whether there was such a key."""
        backend, fd = self._loaded
        try:
            commands.map_delete_elem(backend, fd, key)
        except KernelError as error:
            if error.errno == errno.ENOENT:
                return False
            raise self.named(error) from None
        return True

    def __delitem__(self, key: Any) -> None:
        if not self.delete_bytes(self.encode_key(key)):
            raise KeyError(key)

    # ── many elements at once ──

    def items_batch(self, size: int = batch.AT_ONCE) -> Iterator[tuple[Any, Any]]:
        """All elements, fetched `size` at a time; in the kernel's order."""
        return batch.items(self, size, delete=False)

    def pop_batch(self, size: int = batch.AT_ONCE) -> Iterator[tuple[Any, Any]]:
        """The same, and each element is gone from the map when it comes."""
        return batch.items(self, size, delete=True)

    def update_many(self, elements: Mapping[Any, Any] | Iterable[tuple[Any, Any]], flags: int = 0) -> int:
        """Stores all these elements, and returns how many they were; stops with an error at a refusal."""
        return batch.update(self, elements.items() if isinstance(elements, Mapping) else elements, flags)

    def delete_many(self, keys: Iterable[Any]) -> int:
        """Deletes these keys, and returns how many of them were there."""
        return batch.delete(self, keys)

    def raw_keys(self) -> Iterator[bytes]:
        """Each key once. When the current key is deleted meanwhile, the kernel starts over: known ones are
        skipped, and one full round without a new key ends it.
        """
        backend, fd = self._loaded
        seen: set[bytes] = set()
        stale = 0
        key = commands.map_get_next_key(backend, fd, None, self.key_size)
        while key is not None and stale <= len(seen):
            following = commands.map_get_next_key(backend, fd, key, self.key_size)
            if key in seen:
                stale += 1
            else:
                seen.add(key)
                stale = 0
                yield key
            key = following

    def __iter__(self) -> Iterator[Any]:
        return map(self.decode_key, self.raw_keys())

    def raw_items(self) -> Iterator[tuple[bytes, bytes]]:
        """Keys and values as bytes; an element that vanishes meanwhile is left out."""
        for key in self.raw_keys():
            value = self.lookup_bytes(key)
            if value is not None:
                yield key, value

    def items(self) -> Iterator[tuple[Any, Any]]:  # type: ignore[override]
        return ((self.decode_key(key), self.decode_value(value)) for key, value in self.raw_items())

    def values(self) -> Iterator[Any]:  # type: ignore[override]
        return (value for _, value in self.items())

    def __len__(self) -> int:
        return sum(1 for _ in self.raw_keys())

    def clear(self) -> None:
        for key in list(self):
            self.pop(key, None)


def btf_by_id(backend: Backend, btf_id: int) -> Btf:
    """The types that a kernel keeps under an id."""
    fd = commands.btf_get_fd_by_id(backend, btf_id)
    try:
        size = commands.obj_get_info_by_fd(backend, fd, BtfInfo()).btf_size
        buffer = Buffer(size)
        commands.obj_get_info_by_fd(backend, fd, BtfInfo(btf=buffer.address, btf_size=size))
        return Btf.parse(buffer.read())
    finally:
        backend.close(fd)
