"""The batch commands: the same answers as Linux's, and many elements at once from Python."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.maps.test_types import OF_MAPS, ROWS, STORAGES, Row, make

import skep
from skep.errors import BtfError, KernelError
from skep.objects import Map
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.syscall.linux import Linux
from skep.syscall.memory import Buffer
from skep.uapi import Cmd, MapType
from skep.uapi import attrs as a

BATCHES = (
    Cmd.MAP_LOOKUP_BATCH,
    Cmd.MAP_LOOKUP_AND_DELETE_BATCH,
    Cmd.MAP_UPDATE_BATCH,
    Cmd.MAP_DELETE_BATCH,
)
BAD = 8  # an address where nothing is


def ask(backend: Backend, cmd: Cmd, **members: int) -> tuple[int, int]:
    """The errno, or 0, and the count that came back."""
    raw = bytearray(a.MapBatch(**members).pack())
    try:
        backend.bpf(cmd, raw)
    except OSError as refused:
        return refused.errno or 0, a.MapBatch.parse(raw).count
    return 0, a.MapBatch.parse(raw).count


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.type not in STORAGES], ids=lambda row: row.type.name.lower()
)
def test_a_type_has_the_batches_that_it_has_on_linux(linux: Linux, row: Row) -> None:
    answers = []
    with Kernel(ncpus=linux.possible_cpus()) as kernel:
        for backend in (kernel, linux):
            fd = make(backend, row.type)
            answers.append([ask(backend, cmd, map_fd=fd, flags=flags) for cmd in BATCHES for flags in (0, 1)])
            backend.close(fd)
    assert answers[0] == answers[1]


def probes(backend: Backend, type: MapType, cpus: int) -> Iterator[object]:
    """One question after the other, about a map of six entries."""
    prefix = b"\x20\0\0\0" if type == MapType.LPM_TRIE else b""
    key_size = 4 + len(prefix)
    flags = 1 if type == MapType.LPM_TRIE else 0
    entries = 8 if type in (MapType.ARRAY, MapType.PERCPU_ARRAY) else 6
    fd = commands.map_create(
        backend, map_type=type, key_size=key_size, value_size=8, max_entries=entries, map_flags=flags
    )
    keys = Buffer(b"".join(prefix + i.to_bytes(4, "little") for i in range(10)))
    values, position = Buffer(10 * 8 * cpus), Buffer(8)
    at = {"map_fd": fd, "keys": keys.address, "values": values.address}
    yield "too many", ask(backend, Cmd.MAP_UPDATE_BATCH, count=10, **at)
    for elem_flags in (1, 2, 4, 8):
        yield "flags", ask(backend, Cmd.MAP_UPDATE_BATCH, count=3, elem_flags=elem_flags, **at)
    yield "keys", ask(backend, Cmd.MAP_UPDATE_BATCH, count=3, **at | {"keys": BAD})
    yield "values", ask(backend, Cmd.MAP_UPDATE_BATCH, count=3, **at | {"values": BAD})
    at |= {"out_batch": position.address}
    for count in (0, entries, 100):
        room = Buffer(100 * 8 * cpus), Buffer(100 * 8)
        here = at | {"values": room[0].address, "keys": room[1].address}
        yield "lookup", count, ask(backend, Cmd.MAP_LOOKUP_BATCH, count=count, **here)
        got = room[1].read(entries * key_size)
        yield sorted(got[i : i + key_size] for i in range(0, len(got), key_size))
        for wrong in ("out_batch", "in_batch", "keys", "values"):
            yield wrong, ask(backend, Cmd.MAP_LOOKUP_BATCH, count=count, **here | {wrong: BAD})
        for elem_flags, flags in ((1, 0), (4, 0), (0, 1)):
            asked = ask(
                backend, Cmd.MAP_LOOKUP_BATCH, count=count, elem_flags=elem_flags, flags=flags, **here
            )
            yield "flags", asked
    beyond = Buffer(prefix + (100).to_bytes(4, "little"))
    yield "in", ask(backend, Cmd.MAP_LOOKUP_BATCH, count=100, **here | {"in_batch": beyond.address})
    yield "delete", ask(backend, Cmd.MAP_DELETE_BATCH, count=3, **at | {"values": 0})
    yield "delete again", ask(backend, Cmd.MAP_DELETE_BATCH, count=10, **at)
    yield "delete bad", ask(backend, Cmd.MAP_DELETE_BATCH, count=10, **at | {"keys": BAD})
    yield "delete flags", ask(backend, Cmd.MAP_DELETE_BATCH, count=1, elem_flags=4, **at)
    yield "pop", ask(backend, Cmd.MAP_LOOKUP_AND_DELETE_BATCH, count=100, **here)
    yield "popped", ask(backend, Cmd.MAP_LOOKUP_AND_DELETE_BATCH, count=100, **here)
    backend.close(fd)


@pytest.mark.parametrize(
    "type",
    [
        MapType.HASH,
        MapType.PERCPU_HASH,
        MapType.LRU_HASH,
        MapType.LRU_PERCPU_HASH,
        MapType.ARRAY,
        MapType.PERCPU_ARRAY,
        MapType.LPM_TRIE,
    ],
    ids=lambda type: type.name.lower(),
)
def test_errors_and_counts_are_those_of_linux(linux: Linux, type: MapType) -> None:
    cpus = linux.possible_cpus()
    with Kernel(ncpus=cpus) as kernel:
        ours = list(probes(kernel, type, cpus))
    theirs = list(probes(linux, type, cpus))
    if type in (MapType.LRU_HASH, MapType.LRU_PERCPU_HASH):  # what a full one forgets depends on the CPU
        ours, theirs = ([item for item in items if isinstance(item, tuple)] for items in (ours, theirs))
    assert ours == theirs


@pytest.mark.parametrize("type", OF_MAPS, ids=lambda type: type.name.lower())
def test_maps_of_maps_move_in_batches(backend: Backend, type: MapType) -> None:
    outer = Map.from_fd(backend, make(backend, type, max_entries=8))
    inner = [make(backend, MapType.ARRAY) for _ in range(3)]
    ids = [Map.from_fd(backend, fd).info.id for fd in inner]
    keys = [i if outer.is_indexed else i.to_bytes(4, "little") for i in range(3)]
    assert outer.update_many(zip(keys, inner, strict=True)) == 3
    assert dict(outer.items_batch()) == dict(zip(keys, ids, strict=True))
    if type == MapType.HASH_OF_MAPS:
        assert dict(outer.pop_batch(2)) == dict(zip(keys, ids, strict=True))
        assert list(outer.items_batch()) == []


def table(backend: Backend, type: MapType, entries: int = 1000) -> Map:
    fd = commands.map_create(
        backend,
        map_type=type,
        key_size=4,
        value_size=8,
        max_entries=entries,
        map_flags=1 if type == MapType.LPM_TRIE else 0,
    )
    return Map.from_fd(backend, fd)


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize("type", [MapType.HASH, MapType.PERCPU_HASH], ids=lambda type: type.name.lower())
def test_every_element_comes_once_whatever_the_size_of_a_batch(
    backend: Backend, type: MapType, size: int
) -> None:
    map, rng = table(backend, type), random.Random(5)

    def value() -> object:
        cpus = [rng.randbytes(8) for _ in range(backend.possible_cpus())]
        return cpus if map.is_per_cpu else cpus[0]

    model = {rng.randbytes(4): value() for _ in range(300)}
    assert map.update_many(model) == len(model)
    got = list(map.items_batch(size))
    assert len(got) == len(model)
    assert dict(got) == model
    gone = list(model)[:50]
    assert map.delete_many([*gone, b"none", *gone]) == 50
    assert dict(map.pop_batch(size)) == {key: model[key] for key in model if key not in gone}
    assert list(map.items()) == []


def test_elements_of_arrays_come_in_batches_but_do_not_go(backend: Backend) -> None:
    map = table(backend, MapType.ARRAY, 4)
    assert list(map.items_batch()) == [(i, bytes(8)) for i in range(4)]
    with pytest.raises(KernelError):
        list(map.pop_batch())  # elements of arrays cannot be deleted


def test_typed_values_of_a_batch_are_those_of_single_lookups(tmp_path: Path) -> None:
    source = """
    #include <linux/bpf.h>
    #include <bpf/bpf_helpers.h>
    struct point { int x; unsigned char name[4]; };
    struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 9); __type(key, short);
             __type(value, struct point); } points SEC(".maps");
    struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 3); __type(key, __u32);
             __type(value, long); } longs SEC(".maps");
    SEC("xdp") int program(void *ctx)
    { short s = 0; int i = 0;
      return bpf_map_lookup_elem(&points, &s) && bpf_map_lookup_elem(&longs, &i); }
    """
    path = tmp_path / "typed.bpf.c"
    path.write_text(source)
    with skep.Kernel() as kernel, skep.open(path).load(kernel) as obj:
        points, longs = obj.maps["points"], obj.maps["longs"]
        points.update_many({-3: {"x": -1, "name": b"abcd"}, 4: {"x": 5}})
        assert dict(points.items_batch()) == dict(points.items()) == {-3: points[-3], 4: points[4]}
        assert points[-3]["x"] == -1
        longs.update_many({0: -1, 2: 1 << 40})
        assert list(longs.items_batch()) == [(0, -1), (1, 0), (2, 1 << 40)]
        with pytest.raises(BtfError, match="does not fit"):
            longs.update_many({0: 1 << 70})
