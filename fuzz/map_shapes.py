"""Random attributes of MAP_CREATE: usual shapes of each type, and some that are a little wrong."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from skep.uapi import MapType as T

#: Descriptors that both kernels have, by the names under which `map_worlds.Roles` keeps them.
MAPS = ("array", "longer array", "array of any length", "hash", "other hash", "programs")
PROGRAMS = ("xdp", "tc", "xdp of a cpumap", "xdp of a devmap")
OTHERS = ("types", "perf event", "standard input", "nothing", "negative")
SOCKET_NAMES = ("udp", "reuseport udp", "listening", "established")
OWNER_NAMES = ("task", "control group", "other group")

#: Structures that `map_worlds.Roles` describes, and their sizes.
STRUCTS = {
    "plain": 16,
    "locked": 8,
    "timed": 24,
    "working": 24,
    "resilient": 8,
    "counted": 8,
    "misshapen": 16,
    "u32": 4,
}

PERCPU = frozenset({T.PERCPU_HASH, T.PERCPU_ARRAY, T.LRU_PERCPU_HASH, T.PERCPU_CGROUP_STORAGE})
LRU = frozenset({T.LRU_HASH, T.LRU_PERCPU_HASH})
HASHES = frozenset({T.HASH, T.PERCPU_HASH, T.HASH_OF_MAPS}) | LRU
STORAGES = frozenset({T.SK_STORAGE, T.INODE_STORAGE, T.TASK_STORAGE, T.CGRP_STORAGE})
CGROUP_STORAGES = frozenset({T.CGROUP_STORAGE, T.PERCPU_CGROUP_STORAGE})
OF_MAPS = frozenset({T.ARRAY_OF_MAPS, T.HASH_OF_MAPS})
#: Values are descriptors, of four bytes in bpf(2) whatever the map says.
OF_FDS = OF_MAPS | {T.PROG_ARRAY, T.PERF_EVENT_ARRAY, T.CGROUP_ARRAY}
SOCKETS = frozenset({T.SOCKMAP, T.SOCKHASH, T.REUSEPORT_SOCKARRAY, T.XSKMAP})

NO_PREALLOC, NO_COMMON_LRU, MMAPABLE = 1, 2, 1 << 10


@dataclass(frozen=True, slots=True)
class Shape:
    """What MAP_CREATE is asked for. Descriptors and types stand under their names."""

    type: int
    key: int
    value: int
    entries: int
    flags: int = 0
    extra: int = 0
    numa_node: int = 0
    inner: str = ""
    types: str = ""
    key_type: str = ""
    value_type: str = ""

    @property
    def index_keys(self) -> bool:
        """Keys are small numbers."""
        return self.key == 4 and self.type not in (T.HASH, T.PERCPU_HASH, *STORAGES)


_ARRAY_SIZES = (1, 4, 7, 8, 16, 24, 64)
_INDEXED = (T.PROG_ARRAY, T.PERF_EVENT_ARRAY, T.CGROUP_ARRAY, T.ARRAY_OF_MAPS, T.XSKMAP)
_DEVICES = (T.DEVMAP, T.DEVMAP_HASH, T.CPUMAP, T.SOCKMAP, T.REUSEPORT_SOCKARRAY)


def _sizes(rng: random.Random, type: T) -> tuple[int, int]:
    if type in (T.ARRAY, T.PERCPU_ARRAY):
        return 4, rng.choice(_ARRAY_SIZES)
    if type in _INDEXED:
        return 4, 4
    if type in _DEVICES:
        return 4, rng.choice((4, 8))
    if type == T.SOCKHASH:
        return rng.choice((1, 4, 8)), rng.choice((4, 8))
    if type == T.HASH_OF_MAPS:
        return rng.choice((1, 4, 8, 13)), 4
    if type == T.STACK_TRACE:
        return 4, rng.choice((8, 80, 127 * 8))
    if type == T.LPM_TRIE:
        return rng.choice((5, 6, 8, 12, 20)), rng.choice((1, 8))
    if type in CGROUP_STORAGES:
        return rng.choice((8, 16)), rng.choice((4, 8, 64))
    if type in (T.QUEUE, T.STACK, T.BLOOM_FILTER):
        return 0, rng.choice((1, 4, 8, 12))
    if type in (T.RINGBUF, T.USER_RINGBUF, T.ARENA):
        return 0, 0
    if type in STORAGES or type in LRU or type == T.STRUCT_OPS:
        return 4, rng.choice((4, 8, 16))
    return rng.choice((1, 2, 3, 4, 6, 8, 12, 16, 20, 33, 64)), rng.choice((1, 3, 4, 8, 9, 16, 40))


def _entries(rng: random.Random, type: T) -> int:
    if type in STORAGES or type in CGROUP_STORAGES:
        return 0
    if type in (T.RINGBUF, T.USER_RINGBUF):
        return rng.choice((4096, 8192))
    if type == T.BLOOM_FILTER:  # so large that nothing is found by accident
        return 8192
    return 1 if type == T.STRUCT_OPS else rng.choice((1, 2, 3, 5, 8, 17))


def _flags(rng: random.Random, type: T) -> int:
    if type == T.ARENA:
        return MMAPABLE
    if type in STORAGES or type == T.LPM_TRIE:
        return NO_PREALLOC
    if type in (T.HASH, T.PERCPU_HASH, T.HASH_OF_MAPS):
        return rng.choice((0, NO_PREALLOC, 1 << 6))
    if type in LRU:
        return rng.choice((0, NO_COMMON_LRU))
    return rng.choice((0, MMAPABLE)) if type == T.ARRAY else 0


def usual(rng: random.Random, type: T) -> Shape:
    """One that should be fine."""
    key, value = _sizes(rng, type)
    shape = Shape(type, key, value, _entries(rng, type), _flags(rng, type))
    if type in OF_MAPS:
        shape = replace(shape, inner=rng.choice(("array", "hash", "array of any length")))
    if type == T.BLOOM_FILTER:
        shape = replace(shape, extra=rng.choice((0, 3, 5, 15)))
    if type in STORAGES or (type not in OF_FDS and rng.random() < 0.25):
        name = rng.choice(list(STRUCTS))
        shape = replace(shape, types="types", value_type=name, value=STRUCTS[name])
        shape = replace(shape, key_type="u32" if shape.key == 4 and rng.random() < 0.9 else "")
    return shape


def _changed(rng: random.Random, shape: Shape) -> Shape:
    small = (0, 1, 2, 3, 4, 5, 7, 8, 12, 16, 32, 100, 256, 260, 261, 512, 513, 4096)
    large = ((1 << 15) + 1, 65407, 65408, (1 << 22) - 60, 1 << 22, (1 << 22) + 1, 1 << 31, (1 << 32) - 1)
    sizes = small + large
    return rng.choice(
        (
            lambda: replace(shape, key=rng.choice(sizes)),
            lambda: replace(shape, value=rng.choice(sizes)),
            lambda: replace(
                shape, entries=rng.choice((0, 1, 2, 4096, 1 << 31, (1 << 31) + 1, (1 << 32) - 1))
            ),
            lambda: replace(shape, flags=shape.flags ^ 1 << rng.randrange(20)),
            lambda: replace(shape, flags=shape.flags | rng.choice((8, 16, 24, 128, 256, 384))),
            lambda: replace(shape, type=rng.choice((0, 34, 35, *range(1, 34)))),
            lambda: replace(shape, extra=rng.choice((1, 15, 16, 4096, 1 << 32, (1 << 64) - 4096))),
            lambda: replace(
                shape, flags=shape.flags | 4, numa_node=rng.choice((0, 1, 1 << 31, (1 << 32) - 1))
            ),
            lambda: replace(shape, inner=rng.choice(MAPS + PROGRAMS + OTHERS)),
            lambda: replace(shape, types=rng.choice(("types", "hash", "nothing", ""))),
            lambda: replace(shape, key_type=rng.choice(("", "u32", "plain", "beyond"))),
            lambda: replace(shape, value_type=rng.choice(("", "beyond", *STRUCTS))),
        )
    )()


def affordable(shape: Shape) -> bool:
    """Small enough to be made, or so large that no machine can."""
    entries = shape.entries
    if shape.type in (T.RINGBUF, T.USER_RINGBUF):
        return entries <= 1 << 20
    if shape.type == T.BLOOM_FILTER:
        return entries <= 1 << 16 or not 0 < shape.value <= 1 << 22
    if shape.type in (T.LPM_TRIE, T.ARENA) or shape.type in STORAGES | CGROUP_STORAGES:
        return True
    if shape.type in (T.ARRAY, T.QUEUE, T.STACK) and entries * shape.value >= 1 << 38:
        return True
    if shape.type in HASHES and entries >= 1 << 30:  # more buckets than Linux ever makes
        return True
    bytes_needed = entries * (shape.key + shape.value + 8)
    return bytes_needed < 1 << 26 or entries * 8 > 1 << 35


def random_shape(rng: random.Random) -> Shape:
    """Half of them as they should be."""
    while True:
        shape = usual(rng, rng.choice(list(T)[1:34]))
        for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
            shape = _changed(rng, shape)
        if affordable(shape):
            return shape
