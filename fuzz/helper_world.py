"""What random calls of helpers find in a kernel: maps, sockets, types; the same in each."""

from __future__ import annotations

import socket
import struct
from contextlib import ExitStack
from dataclasses import dataclass

import skep
from skep.btf import BtfBuilder
from skep.btf import types as t
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.uapi import BPF_F_NO_PREALLOC, BPF_F_RDONLY_PROG, MapType

#: Of the map that programs keep their memory and results in: a word for r0 and one for what it points to;
#: numbers that the verifier does not know; the arguments in memory.
RESULT, NUMBERS, STACK_COPY, MEMORY = 0, 16, 64, 1024
ROOM = 2048  # of one argument in memory
SCRATCH_SIZE = MEMORY + 5 * ROOM

#: What programs give where a helper wants constant text: at their place in the map of strings.
TEXTS = (
    b"", b"x", b"hello", b"%d %u %x", b"%lld %llu", b"%llx|%lx", b"%p", b"%px %pK", b"%pi4 %pI4",
    b"%pi6 %pI6", b"%s", b"%.3s", b"%5d|%-5d|%05d", b"%c%c", b"%%", b"%", b"%q", b"%ps", b"%pS %pB",
    b"%d %s %d", b"%hd %hhd", b"%zu", b"\xff", b"%pks", b"%pus", b"%10s", b"%#x", b"%+d", b"% d",
    b"%lu%li%i", b"%X %lX %llX", b"%pI6c",
)  # fmt: skip
TEXT_ROOM = 32


@dataclass(frozen=True, slots=True)
class MapRow:
    """How a map is made. `value` names a type where it has one."""

    name: str
    type: MapType
    key: int = 4
    value: int = 8
    entries: int = 4
    flags: int = 0
    typed: str = ""


MAPS = (
    MapRow("scratch", MapType.ARRAY, value=SCRATCH_SIZE, entries=1),
    MapRow("texts", MapType.ARRAY, value=TEXT_ROOM * len(TEXTS), entries=1, flags=BPF_F_RDONLY_PROG),
    MapRow("array", MapType.ARRAY, value=16),
    MapRow("hash", MapType.HASH, value=16),
    MapRow("percpu_array", MapType.PERCPU_ARRAY),
    MapRow("percpu_hash", MapType.PERCPU_HASH),
    MapRow("lru_hash", MapType.LRU_HASH, entries=64),
    MapRow("lpm", MapType.LPM_TRIE, key=8, flags=BPF_F_NO_PREALLOC),
    MapRow("queue", MapType.QUEUE, key=0),
    MapRow("stack", MapType.STACK, key=0),
    MapRow("bloom", MapType.BLOOM_FILTER, key=0),
    MapRow("ringbuf", MapType.RINGBUF, key=0, value=0, entries=4096),
    MapRow("user_ringbuf", MapType.USER_RINGBUF, key=0, value=0, entries=4096),
    MapRow("prog_array", MapType.PROG_ARRAY, value=4),
    MapRow("perf", MapType.PERF_EVENT_ARRAY, value=4),
    MapRow("devmap", MapType.DEVMAP, value=4),
    MapRow("devmap_hash", MapType.DEVMAP_HASH, value=4),
    MapRow("cpumap", MapType.CPUMAP, value=4),
    MapRow("xskmap", MapType.XSKMAP, value=4),
    MapRow("stacks", MapType.STACK_TRACE, value=64, entries=16),
    MapRow("cgroups", MapType.CGROUP_ARRAY, value=4),
    MapRow("timers", MapType.ARRAY, value=24, typed="timed"),
    MapRow("locks", MapType.ARRAY, value=8, typed="locked"),
)
PLACES = {row.name: place for place, row in enumerate(MAPS)}


class Types:
    """The types that maps and programs are loaded with, as one BTF."""

    def __init__(self) -> None:
        builder = BtfBuilder()
        number = builder.add_int("int", 4, encoding=1)
        word = builder.add_int("long long", 8, encoding=1)
        timer = builder.add(t.Struct("bpf_timer", 16, (t.Member("a", word, 0), t.Member("b", word, 64))))
        lock = builder.add(t.Struct("bpf_spin_lock", 4, (t.Member("val", number, 0),)))
        self.key = number
        self.values = {
            "timed": builder.add_struct("timed", {"timer": timer, "number": word}),
            "locked": builder.add_struct("locked", {"lock": lock, "number": number}),
        }
        pointer = builder.add_ptr()
        main = builder.add_func_proto(number, {"ctx": pointer})
        back = builder.add_func_proto(number, dict.fromkeys("abcd", word))
        self.main = builder.add_func("main", main, linkage=1)
        self.callback = builder.add_func("callback", back, linkage=0)
        self.raw = builder.encode()

    def func_info(self, callback_at: int) -> bytes:
        rows = [(0, self.main)] + ([(callback_at, self.callback)] if callback_at else [])
        return b"".join(struct.pack("=II", *row) for row in rows)


class World:
    """The maps, in one kernel."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.types = Types()
        self.btf_fd = commands.btf_load(backend, self.types.raw).fd
        self.fds = [self._make(row) for row in MAPS]
        texts = b"".join(text.ljust(TEXT_ROOM, b"\0") for text in TEXTS)
        commands.map_update_elem(backend, self.fds[PLACES["texts"]], bytes(4), texts)
        commands.map_freeze(backend, self.fds[PLACES["texts"]])

    def _make(self, row: MapRow) -> int:
        typed = {}
        if row.typed:
            types = self.types
            typed = {"btf_key_type_id": types.key, "btf_value_type_id": types.values[row.typed]}
            typed["btf_fd"] = self.btf_fd
        made = {"map_type": row.type, "key_size": row.key, "value_size": row.value, "map_flags": row.flags}
        return commands.map_create(self.backend, max_entries=row.entries, **made, **typed)

    @property
    def scratch(self) -> bytes:
        return commands.map_lookup_elem(self.backend, self.fds[0], bytes(4), SCRATCH_SIZE)

    @scratch.setter
    def scratch(self, value: bytes) -> None:
        commands.map_update_elem(self.backend, self.fds[0], bytes(4), value)


def add_sockets(kernel: skep.Kernel) -> None:
    """The sockets that `open_sockets` opens on Linux."""
    kernel.net.add_socket("tcp", ("127.0.0.1", 8080))
    kernel.net.add_socket("udp", ("127.0.0.1", 53))


def open_sockets(stack: ExitStack) -> None:
    for kind, port in ((socket.SOCK_STREAM, 8080), (socket.SOCK_DGRAM, 53)):
        one = stack.enter_context(socket.socket(socket.AF_INET, kind))
        one.bind(("127.0.0.1", port))
        if kind == socket.SOCK_STREAM:
            one.listen()
