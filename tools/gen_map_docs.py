"""Writes docs/maps.md: every map type with what it is made with and what can be done with it.

Rules come from the kernel's tables; which operations of bpf(2) there are, and which flags creation takes, is
asked of a kernel: a map of the usual shape is made, something is stored, found, listed and removed.

    python -m tools.gen_map_docs [--check]
"""

from __future__ import annotations

import argparse
import errno
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import skep
from skep import uapi
from skep.btf import BtfBuilder
from skep.errors import KernelError
from skep.isa import build, encode
from skep.kernel.map_batch import BATCH_TYPES
from skep.kernel.map_btf import FIELD_TYPES
from skep.kernel.map_cmds import POPPING
from skep.kernel.map_create import NET_ADMIN, UNPRIVILEGED
from skep.kernel.maps.map_in_map import MAPS_OF_MAPS, NEVER_INNER
from skep.kernel.maps.storage import CgroupStorage
from skep.kernel.verifier.map_compat import HELPERS_OF_MAP, MAPS_OF_HELPER, func_id_name
from skep.kernel.verifier.map_prog import SLEEPABLE_MAPS
from skep.syscall import commands
from skep.uapi import Cmd, MapType, ProgType

PAGE = Path(__file__).resolve().parent.parent / "docs" / "maps.md"

#: Where the usual shape of a type is not a key and a value of four bytes, and four entries.
SHAPES: dict[MapType, dict[str, int]] = {
    MapType.STACK_TRACE: {"value_size": 80},
    MapType.LPM_TRIE: {"key_size": 8, "map_flags": uapi.BPF_F_NO_PREALLOC},
    MapType.CGROUP_STORAGE: {"key_size": 8, "max_entries": 0},
    MapType.PERCPU_CGROUP_STORAGE: {"key_size": 8, "max_entries": 0},
    MapType.SOCKMAP: {"value_size": 8},
    MapType.SOCKHASH: {"value_size": 8},
    MapType.REUSEPORT_SOCKARRAY: {"value_size": 8},
    MapType.QUEUE: {"key_size": 0},
    MapType.STACK: {"key_size": 0},
    MapType.BLOOM_FILTER: {"key_size": 0},
    MapType.RINGBUF: {"key_size": 0, "value_size": 0, "max_entries": 4096},
    MapType.USER_RINGBUF: {"key_size": 0, "value_size": 0, "max_entries": 4096},
    MapType.ARENA: {"key_size": 0, "value_size": 0, "map_flags": uapi.BPF_F_MMAPABLE},
}
STORAGES = (MapType.SK_STORAGE, MapType.INODE_STORAGE, MapType.TASK_STORAGE, MapType.CGRP_STORAGE)
MAPPED = (MapType.ARRAY, MapType.RINGBUF, MapType.USER_RINGBUF, MapType.ARENA)
FLAGS = {
    "BPF_F_NO_PREALLOC": "no_prealloc",
    "BPF_F_NO_COMMON_LRU": "no_common_lru",
    "BPF_F_NUMA_NODE": "numa_node",
    "BPF_F_RDONLY": "rdonly",
    "BPF_F_WRONLY": "wronly",
    "BPF_F_STACK_BUILD_ID": "stack_build_id",
    "BPF_F_ZERO_SEED": "zero_seed",
    "BPF_F_RDONLY_PROG": "rdonly_prog",
    "BPF_F_WRONLY_PROG": "wronly_prog",
    "BPF_F_CLONE": "clone",
    "BPF_F_MMAPABLE": "mmapable",
    "BPF_F_PRESERVE_ELEMS": "preserve_elems",
    "BPF_F_INNER_MAP": "inner_map",
    "BPF_F_SEGV_ON_FAULT": "segv_on_fault",
    "BPF_F_NO_USER_CONV": "no_user_conv",
}
#: What is not there yet, or only in part.
LIMITS = {
    MapType.STRUCT_OPS: "the map is made and its programs are verified; no subsystem takes the operations",
    MapType.XSKMAP: "there are no AF_XDP sockets that could be in it",
    MapType.SOCKMAP: "sockets are those that a test made; no data goes between them",
    MapType.SOCKHASH: "as sockmap",
    MapType.REUSEPORT_SOCKARRAY: "sockets are those that a test made",
    MapType.CGROUP_STORAGE: "programs see the value of a test run; attachments are made in the model",
    MapType.PERCPU_CGROUP_STORAGE: "as cgroup_storage",
}
_HEAD = """# Map types

Written by `python -m tools.gen_map_docs` from the kernel's tables, and by asking a kernel.
`python -m fuzz.maps` compares creation and operations with Linux.

- bpf(2): **L**ookup, **U**pdate, **D**elete, **N**ext key, **P**op (look up and delete at once); the same in
  batches: l, u, d, p.
- flags: those that creation takes; **bold** ones it needs.
- capability: "none" where CAP_BPF is needed only while unprivileged BPF is disabled.

"""


class Probe:
    """A kernel with one object of each kind that maps hold."""

    def __init__(self, kernel: skep.Kernel) -> None:
        self.kernel = kernel
        socket = kernel.net.add_socket("udp", ("127.0.0.1", 1), reuseport=True)
        self.group = kernel.cgroups.add("/group")
        self.socket, self.cgroup, self.task = map(kernel.open, (socket, self.group, kernel.task))
        self.inner = self._make(MapType.ARRAY)
        self.prog = commands.prog_load(
            kernel, prog_type=ProgType.XDP, insns=encode([build.mov64_imm(0, 2), build.exit_()])
        ).fd
        types = BtfBuilder()
        self.number = types.add_int("int", 4)
        self.types = commands.btf_load(kernel, types.encode()).fd

    def _make(self, type: MapType, more_flags: int = 0) -> int:
        shape: dict[str, Any] = {"key_size": 4, "value_size": 4, "max_entries": 4} | SHAPES.get(type, {})
        if type in STORAGES:
            described = dict.fromkeys(("btf_key_type_id", "btf_value_type_id"), self.number)
            shape |= described | {"btf_fd": self.types, "max_entries": 0, "map_flags": uapi.BPF_F_NO_PREALLOC}
        if type in MAPS_OF_MAPS:
            shape["inner_map_fd"] = self.inner
        if more_flags & uapi.BPF_F_STACK_BUILD_ID and type == MapType.STACK_TRACE:
            shape["value_size"] = 32
        shape["map_flags"] = shape.get("map_flags", 0) | more_flags
        return commands.map_create(self.kernel, map_type=type, **shape)

    def flags(self, type: MapType) -> str:
        """Those that creation takes, besides those that it needs."""
        needed = SHAPES.get(type, {}).get("map_flags", 0) or (type in STORAGES and uapi.BPF_F_NO_PREALLOC)
        taken = [name for flag, name in FLAGS.items() if self._takes(type, getattr(uapi, flag))]
        return ", ".join(
            f"**{name}**" if needed == getattr(uapi, flag) else name
            for flag, name in FLAGS.items()
            if name in taken
        )

    def _takes(self, type: MapType, flag: int) -> bool:
        try:
            self.kernel.close(self._make(type, flag))
        except KernelError:
            return False
        return True

    def operations(self, type: MapType) -> str:
        """The letters of those that bpf(2) has."""
        fd = self._make(type)
        found = self.kernel.machine.map_of_fd(fd)
        key, value = self._key(type, found), self._value(type, found)
        if isinstance(found, CgroupStorage):
            found.attach(self.group, 0)
        elem = (self.kernel, fd, key)
        tries: tuple[tuple[str, Callable[[], object]], ...] = (
            ("U", lambda: commands.map_update_elem(*elem, value)),
            ("L", lambda: self._lookup(type, fd, key, value, found.sys_value_size)),
            ("N", lambda: commands.map_get_next_key(self.kernel, fd, None, found.key_size)),
            ("D", lambda: commands.map_delete_elem(*elem)),
        )
        there = {letter for letter, attempt in tries if _works(attempt)}
        if type in POPPING:
            there.add("P")
        self.kernel.close(fd)
        batch = "".join(letter for letter, cmd in _BATCH.items() if type in BATCH_TYPES[cmd])
        return (
            " ".join(filter(None, ("".join(letter for letter in "LUDNP" if letter in there), batch))) or "–"
        )

    def _lookup(self, type: MapType, fd: int, key: bytes, value: bytes, size: int) -> None:
        if type == MapType.BLOOM_FILTER:
            self.kernel.machine.map_of_fd(fd).native.contains(value)
            return
        commands.map_lookup_elem(self.kernel, fd, key, size)

    def _key(self, type: MapType, found: Any) -> bytes:
        owners = {
            MapType.SK_STORAGE: self.socket,
            MapType.INODE_STORAGE: self.socket,
            MapType.TASK_STORAGE: self.task,
            MapType.CGRP_STORAGE: self.cgroup,
        }
        if type in owners:
            return struct.pack("<I", owners[type])
        if isinstance(found, CgroupStorage):
            return found.key_of(self.group, 0)
        return bytes(found.key_size)

    def _value(self, type: MapType, found: Any) -> bytes:
        event = self.kernel.perf_event_open(0, 1) if type == MapType.PERF_EVENT_ARRAY else 0
        numbers = {
            MapType.PROG_ARRAY: self.prog,
            MapType.PERF_EVENT_ARRAY: event,
            MapType.CGROUP_ARRAY: self.cgroup,
            MapType.DEVMAP: 1,
            MapType.DEVMAP_HASH: 1,
            MapType.CPUMAP: 192,
            **dict.fromkeys(MAPS_OF_MAPS, self.inner),
            **dict.fromkeys((MapType.SOCKMAP, MapType.SOCKHASH, MapType.REUSEPORT_SOCKARRAY), self.socket),
        }
        return numbers.get(type, 0).to_bytes(max(found.sys_value_size, 4), "little")[: found.sys_value_size]


_BATCH = {
    "l": Cmd.MAP_LOOKUP_BATCH,
    "u": Cmd.MAP_UPDATE_BATCH,
    "d": Cmd.MAP_DELETE_BATCH,
    "p": Cmd.MAP_LOOKUP_AND_DELETE_BATCH,
}


def _works(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except KernelError as refused:
        return refused.errno == errno.ENOENT  # the operation is there, what it asked for is not
    return True


def _helpers(type: MapType) -> str:
    """Those that programs call on it."""
    only = HELPERS_OF_MAP.get(type)
    if only is None and type in (MapType.STRUCT_OPS, MapType.ARENA):
        return "–" if type == MapType.STRUCT_OPS else "kernel functions"
    if only is None:
        own = [id_ for id_, types in MAPS_OF_HELPER.items() if type in types]
        names = ["map_lookup_elem", "map_update_elem", "map_delete_elem", "for_each_map_elem"]
        names = names if type != MapType.LPM_TRIE else names[:3]
        return ", ".join([*names, *(_plain(id_) for id_ in own)])
    return ", ".join(_plain(id_) for id_ in sorted(only))


def _plain(helper: int) -> str:
    return func_id_name(helper).removeprefix("bpf_")


def _capability(type: MapType) -> str:
    if type in UNPRIVILEGED:
        return "none"
    return "CAP_NET_ADMIN" if type in NET_ADMIN else "CAP_BPF"


def _inner(type: MapType) -> str:
    return "no" if type in NEVER_INNER | MAPS_OF_MAPS or type == MapType.STRUCT_OPS else "yes"


def _fields(type: MapType) -> str:
    return ", ".join(kind.removeprefix("bpf_") for kind, types in FIELD_TYPES.items() if type in types) or "–"


@contextmanager
def _probe() -> Iterator[Probe]:
    with skep.Kernel(ncpus=2) as kernel:
        yield Probe(kernel)


def page() -> str:
    """The whole page."""
    text = [_HEAD]
    with _probe() as probe:
        for type in MapType:
            if type == MapType.UNSPEC:
                continue
            asked = type != MapType.STRUCT_OPS  # which needs the types of a kernel
            rows = {
                "bpf(2)": probe.operations(type) if asked else "LUDN",
                "flags": (probe.flags(type) if asked else "link, vtype_btf_obj_fd") or "–",
                "programs": _helpers(type),
                "sleepable programs": "yes" if type in SLEEPABLE_MAPS else "no",
                "special fields": _fields(type),
                "mmap": "yes" if type in MAPPED else "no",
                "in a map of maps": _inner(type),
                "capability": _capability(type),
            }
            if type in LIMITS:
                rows["limits"] = LIMITS[type]
            text.append(f"## {int(type)} · {type.name.lower()}\n\n| | |\n|---|---|\n")
            text += [f"| {name} | {value} |\n" for name, value in rows.items()]
            text.append("\n")
    return "".join(text).rstrip("\n") + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="only say whether the page is up to date")
    if parser.parse_args().check:
        return int(not PAGE.exists() or PAGE.read_text() != page())
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
