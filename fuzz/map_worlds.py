"""One kernel as the fuzzer of maps sees it: descriptors by name, a map, and what operations on it give.

What an operation gives is made of numbers and bytes that must be the same on every kernel: ids of objects
become the objects' names, and elements of hashes are sorted.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fuzz.map_objects import open_objects
from fuzz.map_programs import LOOKUPS, program
from fuzz.map_shapes import (
    HASHES,
    OF_FDS,
    OF_MAPS,
    OTHERS,
    OWNER_NAMES,
    PERCPU,
    SOCKET_NAMES,
    SOCKETS,
    STRUCTS,
    Shape,
)
from skep.btf.build import BtfBuilder
from skep.errors import KernelError
from skep.isa import build, encode
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.memory import Buffer
from skep.uapi import Cmd, MapType, ProgType
from skep.uapi import attrs as a
from skep.uapi.info import MapInfo

PAGE = 4096
BAD_ADDRESS = 0x10
_CPUMAP, _DEVMAP = 36, 35  # BPF_XDP_CPUMAP, BPF_XDP_DEVMAP
NOT_OF_BPF = {*OTHERS, *SOCKET_NAMES, *OWNER_NAMES}
_FIELDS = {
    "locked": "bpf_spin_lock",
    "timed": "bpf_timer",
    "working": "bpf_wq",
    "resilient": "bpf_res_spin_lock",
    "misshapen": "bpf_spin_lock",
}
_FIELD_SIZES = {"bpf_spin_lock": 4, "bpf_timer": 16, "bpf_wq": 16, "bpf_res_spin_lock": 4, "bpf_refcount": 4}


@dataclass(frozen=True, slots=True)
class Descriptor:
    """Stands for a descriptor in a key or a value, with bytes around it."""

    name: str
    more: bytes = b""
    before: bytes = b""


Bytes = bytes | Descriptor
Result = tuple[object, ...]


def describe_types() -> tuple[bytes, dict[str, int]]:
    """BTF with the structures of STRUCTS, and their ids."""
    types = BtfBuilder()
    u32, u64 = types.add_int("unsigned int", 4), types.add_int("unsigned long", 8)
    ids = {"u32": u32, "plain": types.add_struct("plain", [("a", u64), ("b", u64)])}
    for name, field in (*_FIELDS.items(), ("counted", "bpf_refcount")):
        size = 8 if name == "misshapen" else _FIELD_SIZES[field]
        inner = types.add_struct(field, [("raw", types.add_array(u32, size // 4))])
        rest = [("rest", u32 if STRUCTS[name] - size == 4 else u64)] if STRUCTS[name] > size else []
        ids[name] = types.add_struct(name, [("field", inner), *rest])
    return types.encode(), ids


class Roles:
    """The descriptors of one kernel by name."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.undo: list[Callable[[], object]] = []
        blob, self.type_ids = describe_types()
        returns = encode([build.mov64_imm(0, 2), build.exit_()])
        self.fds = {
            "array": self._map(MapType.ARRAY, 8, 4),
            "longer array": self._map(MapType.ARRAY, 8, 5),
            "array of any length": self._map(MapType.ARRAY, 8, 4, 1 << 12),
            "hash": self._map(MapType.HASH, 8, 8),
            "other hash": self._map(MapType.HASH, 4, 8),
            "programs": self._map(MapType.PROG_ARRAY, 4, 4),
            "xdp": self._prog(ProgType.XDP, returns),
            "tc": self._prog(ProgType.SCHED_CLS, returns),
            "xdp of a cpumap": self._prog(ProgType.XDP, returns, _CPUMAP),
            "xdp of a devmap": self._prog(ProgType.XDP, returns, _DEVMAP),
            "types": commands.btf_load(backend, blob).fd,
            "perf event": backend.perf_event_open(0, 1),
        }
        self.fds |= open_objects(backend, self)
        self._owned = list(self.fds.values())
        self.cookies: dict[bytes, int] = {}
        self.fds |= {"": 0, "standard input": 0, "nothing": 999_999, "negative": -1}
        self.names = {self._id(name): name for name in self.fds if self._id(name)}

    def _map(self, type: int, value: int, entries: int, flags: int = 0) -> int:
        return commands.map_create(
            self.backend, map_type=type, key_size=4, value_size=value, max_entries=entries, map_flags=flags
        )

    def _prog(self, type: int, insns: bytes, attach: int = 0) -> int:
        return commands.prog_load(self.backend, prog_type=type, insns=insns, expected_attach_type=attach).fd

    def _id(self, name: str) -> tuple[str, int] | None:
        """Maps and programs count separately."""
        if name not in self.fds or self.fds[name] not in self._owned or name in NOT_OF_BPF:
            return None
        raw = Buffer(256)
        attr = a.GetInfoByFd(bpf_fd=self.fds[name], info_len=256, info=raw.address)
        commands.call(self.backend, Cmd.OBJ_GET_INFO_BY_FD, attr, "info")
        kind = "prog" if name.startswith(("xdp", "tc")) else "map"
        return kind, int.from_bytes(raw.read()[4:8], "little")

    def close(self) -> None:
        for fd in self._owned:
            self.backend.close(fd)
        for undo in self.undo:
            undo()


class World:
    """A map of some shape on one kernel. Operations give an errno, and what came out."""

    def __init__(self, roles: Roles, shape: Shape) -> None:
        self.roles, self.shape, self.backend = roles, shape, roles.backend
        self.fd = -1
        self._programs: dict[str, tuple[int, str]] = {}
        self._views: list[object] = []
        cpus = self.backend.possible_cpus() if shape.type in PERCPU else 1
        self.cpus = cpus
        self.stride = (shape.value + 7) & ~7
        fd_sized = 4 if shape.type in OF_FDS else shape.value
        self.value_size = self.stride * cpus if shape.type in PERCPU else fd_sized

    def create(self) -> Result:
        shape, ids = self.shape, self.roles.type_ids | {"": 0, "beyond": 9999}
        attr = a.MapCreate(
            map_type=shape.type,
            key_size=shape.key,
            value_size=shape.value,
            max_entries=shape.entries,
            map_flags=shape.flags,
            map_extra=shape.extra,
            numa_node=shape.numa_node,
            inner_map_fd=self.roles.fds[shape.inner] & 0xFFFFFFFF,
            btf_fd=self.roles.fds[shape.types],
            btf_key_type_id=ids[shape.key_type],
            btf_value_type_id=ids[shape.value_type],
        )
        try:
            self.fd = self.backend.bpf(Cmd.MAP_CREATE, bytearray(attr.pack()))
        except OSError as refused:
            return (_name(refused.errno),)
        return ("made",)

    def close(self) -> None:
        for fd, _ in self._programs.values():
            if fd >= 0:
                self.backend.close(fd)
        self._views.clear()
        if self.fd >= 0:
            self.backend.close(self.fd)

    # ── elements ──

    def resolve(self, what: Bytes) -> bytes:
        if isinstance(what, bytes):
            return what
        return what.before + (self.roles.fds[what.name] & 0xFFFFFFFF).to_bytes(4, "little") + what.more

    def element(self, cmd: Cmd, key: Bytes | int | None, value: Bytes | int, flags: int) -> Result:
        """A command on one element; numbers are addresses."""
        key_buffer = Buffer(self.resolve(key)) if key is not None and not isinstance(key, int) else None
        address = key_buffer.address if key_buffer else key or 0
        held = (
            Buffer(self.resolve(value).ljust(self.value_size, b"\xee"))
            if not isinstance(value, int)
            else None
        )
        value_address = held.address if held else value
        if cmd == Cmd.MAP_DELETE_ELEM:
            attr = a.MapElem(map_fd=self.fd, key=address)
        else:
            attr = a.MapElem(map_fd=self.fd, key=address, value=value_address, flags=flags)
        err = self._call(cmd, attr.pack())
        if held is None or cmd in (Cmd.MAP_UPDATE_ELEM, Cmd.MAP_DELETE_ELEM):
            return (err,)
        return err, self.visible(held.read())

    def visible(self, raw: bytes) -> object:
        """Without padding; ids as names."""
        if self.shape.type in PERCPU:
            size = self.shape.value
            return [raw[at : at + size] for at in range(0, self.stride * self.cpus, self.stride)]
        kind = (
            "prog"
            if self.shape.type in (MapType.PROG_ARRAY, MapType.CPUMAP, MapType.DEVMAP, MapType.DEVMAP_HASH)
            else "map"
        )
        if self.shape.type in OF_FDS:
            return self._named(kind, raw[:4]), raw[4:]
        if self.shape.type in SOCKETS and len(raw) == 8 and raw[4:] != b"\xee" * 4:
            return self.roles.cookies.setdefault(raw, len(self.roles.cookies))
        if kind == "prog" and len(raw) >= 8:
            return raw[:4], self._named(kind, raw[4:8])
        return raw

    def _named(self, kind: str, raw: bytes) -> object:
        return self.roles.names.get((kind, int.from_bytes(raw, "little")), raw)

    def next_key(self, key: Bytes | int | None) -> Result:
        """Where the order of keys is the kernel's own affair, only whether there is one."""
        key_buffer = Buffer(self.resolve(key)) if key is not None and not isinstance(key, int) else None
        address = key_buffer.address if key_buffer else key or 0
        out = Buffer(b"\xee" * self.shape.key)
        attr = a.MapGetNextKey(map_fd=self.fd, key=address, next_key=out.address)
        err = self._call(Cmd.MAP_GET_NEXT_KEY, attr.pack())
        return (err,) if self.shape.type in HASHES | {MapType.SOCKHASH} else (err, out.read())

    def keys(self) -> Result:
        """All keys from the first to the last."""
        found: list[bytes] = []
        while len(found) < 100:
            key = Buffer(found[-1]) if found else None
            out = Buffer(self.shape.key)
            attr = a.MapGetNextKey(map_fd=self.fd, key=key.address if key else 0, next_key=out.address)
            if (err := self._call(Cmd.MAP_GET_NEXT_KEY, attr.pack())) != "ok":
                return err, sorted(found)
            found.append(out.read())
        return "endless", len(found)

    # ── batches ──

    def fetch_batch(self, cmd: Cmd, start: bytes | None, count: int, elem_flags: int, flags: int) -> Result:
        size = max(self.shape.key, 4)
        position = Buffer(start.ljust(size, b"\0")) if start is not None else None
        out, keys, values = (
            Buffer(b"\xee" * size),
            Buffer(self.shape.key * count),
            Buffer(self.value_size * count),
        )
        attr = a.MapBatch(
            in_batch=position.address if position else 0,
            out_batch=out.address,
            keys=keys.address,
            values=values.address,
            count=count,
            map_fd=self.fd,
            elem_flags=elem_flags,
            flags=flags,
        )
        raw = bytearray(attr.pack())
        err = self._call(cmd, raw)
        got = min(a.MapBatch.parse(raw).count, count)
        pairs = list(
            zip(
                _split(keys.read(), self.shape.key, got),
                _split(values.read(), self.value_size, got),
                strict=True,
            )
        )
        shown = [(key, self.visible(value)) for key, value in pairs]
        if self.shape.type in HASHES:
            return err, a.MapBatch.parse(raw).count, sorted(shown, key=repr)
        return err, a.MapBatch.parse(raw).count, shown, out.read()

    def store_batch(
        self, cmd: Cmd, keys: Sequence[Bytes], values: Sequence[Bytes], elem_flags: int, flags: int
    ) -> Result:
        key_bytes = Buffer(b"".join(self.resolve(key) for key in keys))
        value_bytes = Buffer(
            b"".join(self.resolve(value).ljust(self.value_size, b"\xee") for value in values)
        )
        attr = a.MapBatch(
            keys=key_bytes.address,
            values=value_bytes.address if cmd == Cmd.MAP_UPDATE_BATCH else 0,
            count=len(keys),
            map_fd=self.fd,
            elem_flags=elem_flags,
            flags=flags,
        )
        raw = bytearray(attr.pack())
        return self._call(cmd, raw), a.MapBatch.parse(raw).count

    # ── the map as a whole ──

    def freeze(self) -> Result:
        return (self._call(Cmd.MAP_FREEZE, a.MapElem(map_fd=self.fd).pack()),)

    def info(self) -> Result:
        info = commands.obj_get_info_by_fd(self.backend, self.fd, MapInfo())
        facts = (info.type, info.key_size, info.value_size, info.max_entries, info.map_flags, info.map_extra)
        return *facts, info.btf_key_type_id, info.btf_value_type_id, bool(info.btf_id)

    def reopen(self, flags: int) -> Result:
        """Another descriptor takes the place of the map's."""
        number = commands.obj_get_info_by_fd(self.backend, self.fd, MapInfo()).id
        try:
            fd = commands.map_get_fd_by_id(self.backend, number, flags)
        except KernelError as refused:
            return (_name(refused.errno),)
        self.backend.close(self.fd)
        self.fd = fd
        return ("ok",)

    def mmap(self, length: int, offset: int, writable: bool) -> Result:
        try:
            view = self.backend.mmap(self.fd, length, offset, writable=writable)
        except OSError as refused:
            return (_name(refused.errno),)
        start = bytes(view[:64])
        del view
        return "ok", start

    # ── programs ──

    def run(self, helper: str, key: Bytes, value: Bytes, number: int) -> Result:
        """A helper called by a program, with key, value and number from its packet."""
        if helper not in self._programs:
            self._programs[helper] = self._load(helper)
        fd, err = self._programs[helper]
        if fd < 0:
            return (err,)
        shape = self.shape
        packet = self.resolve(key).ljust(_words(shape.key), b"\0")
        if shape.type not in OF_MAPS:
            packet += self.resolve(value)[: shape.value].ljust(_words(shape.value), b"\0")
        packet += number.to_bytes(8, "little")
        done = commands.prog_test_run(self.backend, fd, data=packet.ljust(64, b"\0"))
        value_at = _words(shape.key)
        out = done.data_out[value_at : value_at + shape.value] if helper not in LOOKUPS else b""
        return done.retval, out

    def _load(self, helper: str) -> tuple[int, str]:
        insns = program(
            helper, self.fd, self.shape.key, 0 if self.shape.type in OF_MAPS else self.shape.value
        )
        if insns is None:
            return -1, "too large"
        try:
            return commands.prog_load(self.backend, prog_type=ProgType.XDP, insns=encode(insns)).fd, ""
        except KernelError as refused:
            return -1, _name(refused.errno)

    def _call(self, cmd: Cmd, raw: bytes | bytearray) -> str:
        try:
            self.backend.bpf(cmd, raw if isinstance(raw, bytearray) else bytearray(raw))
        except OSError as refused:
            return _name(refused.errno)
        return "ok"


def _words(size: int) -> int:
    return (size + 7) & ~7


def _split(raw: bytes, size: int, count: int) -> list[bytes]:
    return [raw[at * size : (at + 1) * size] for at in range(count)]


def _name(number: int | None) -> str:
    return errno.errorcode.get(number or 0, str(number))


Operation = Callable[[World], Result]
__all__ = ["BAD_ADDRESS", "PAGE", "Bytes", "Descriptor", "Operation", "Result", "Roles", "World"]
