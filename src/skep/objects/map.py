"""A map as a Python mapping: keys and values by their BTF types, bytes where there are none.

Array-like maps without a key type have int keys; maps of maps and of programs give ids and take anything
with a descriptor. In per-CPU maps a value is a list, one item for each possible CPU.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator, MutableMapping
from typing import Any, Final

from ..btf import Btf
from ..btf.values import decode, encode
from ..errors import BtfError, InputError, KernelError
from ..loader import MapSpec
from ..syscall import commands
from ..syscall.backend import Backend
from ..syscall.memory import Buffer
from ..uapi import MapType
from ..uapi.info import BtfInfo, MapInfo

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
        if self.backend is not None:
            raise InputError(f"map '{self.name}' is loaded; max_entries can only be set before")
        self.spec.max_entries = number

    def pin(self, path: str) -> None:
        backend, fd = self._loaded
        commands.obj_pin(backend, fd, path)

    # ── bytes and values ──

    def encode_key(self, key: Any) -> bytes:
        if self.btf and self.spec.key_type_id:
            return encode(self.btf, self.spec.key_type_id, key)
        if isinstance(key, int) and self.type in _INDEXED:
            return _word(key, self.key_size, f"map '{self.name}': key")
        return _raw(key, self.key_size, f"map '{self.name}': a key")

    def decode_key(self, raw: bytes) -> Any:
        if self.btf and self.spec.key_type_id:
            return decode(self.btf, self.spec.key_type_id, raw)
        return int.from_bytes(raw, sys.byteorder) if self.type in _INDEXED else raw

    def _encode_one(self, value: Any) -> bytes:
        if self.type in _OF_OBJECTS:
            return _word(getattr(value, "fd", value), self.value_size, f"map '{self.name}': value")
        if self.btf and self.spec.value_type_id:
            return encode(self.btf, self.spec.value_type_id, value)
        return _raw(value, self.value_size, f"map '{self.name}': a value")

    def _decode_one(self, raw: bytes) -> Any:
        if self.type in _OF_OBJECTS:
            return int.from_bytes(raw, sys.byteorder)
        if self.btf and self.spec.value_type_id:
            return decode(self.btf, self.spec.value_type_id, raw)
        return raw

    @property
    def _stride(self) -> int:
        """Bytes from one CPU's value to the next."""
        return (self.value_size + 7) & ~7

    def encode_value(self, value: Any) -> bytes:
        if not self.is_per_cpu:
            return self._encode_one(value)
        cpus = self._loaded[0].possible_cpus()
        if not isinstance(value, list | tuple) or len(value) != cpus:
            raise BtfError(f"map '{self.name}': a value is a list of {cpus}, one for each possible CPU")
        return b"".join(self._encode_one(item).ljust(self._stride, b"\0") for item in value)

    def split_cpus(self, raw: bytes) -> list[bytes]:
        """Each CPU's bytes of a per-CPU value."""
        return [raw[at : at + self.value_size] for at in range(0, len(raw), self._stride)]

    def decode_value(self, raw: bytes) -> Any:
        if self.is_per_cpu:
            return [self._decode_one(part) for part in self.split_cpus(raw)]
        return self._decode_one(raw)

    # ── elements ──

    def lookup_bytes(self, key: bytes, flags: int = 0) -> bytes | None:
        """The value's bytes, those of all CPUs in a per-CPU map; None where there is no such key."""
        backend, fd = self._loaded
        size = self._stride * backend.possible_cpus() if self.is_per_cpu else self.value_size
        try:
            return commands.map_lookup_elem(backend, fd, key, size, flags)
        except KernelError as error:
            if error.errno == errno.ENOENT:
                return None
            raise self._named(error) from None

    def _named(self, error: KernelError) -> KernelError:
        return KernelError(error.errno or 0, f"map '{self.name}': {error.what}")

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
            raise self._named(error) from None

    def __setitem__(self, key: Any, value: Any) -> None:
        self.update_element(key, value)

    def __delitem__(self, key: Any) -> None:
        backend, fd = self._loaded
        try:
            commands.map_delete_elem(backend, fd, self.encode_key(key))
        except KernelError as error:
            if error.errno == errno.ENOENT:
                raise KeyError(key) from None
            raise self._named(error) from None

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


def _word(value: Any, size: int, what: str) -> bytes:
    try:
        return int(value).to_bytes(size, sys.byteorder)
    except (OverflowError, TypeError, ValueError):
        raise BtfError(f"{what} {value!r} is no number of {size} bytes") from None


def _raw(value: Any, size: int, what: str) -> bytes:
    if not isinstance(value, bytes | bytearray | memoryview) or len(value) != size:
        raise BtfError(f"{what} is {size} bytes, as the map has no type information; not {value!r}")
    return bytes(value)
