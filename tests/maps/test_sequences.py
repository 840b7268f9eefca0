"""Random sequences of element operations give the same results and errno on both kernels."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from skep.errors import KernelError
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.syscall.linux import Linux
from skep.uapi import BPF_F_NO_COMMON_LRU, BPF_F_NO_PREALLOC, BPF_F_ZERO_SEED, MapType

PERCPU = (MapType.PERCPU_HASH, MapType.PERCPU_ARRAY, MapType.LRU_PERCPU_HASH)
ARRAYS = (MapType.ARRAY, MapType.PERCPU_ARRAY)
LRU = (MapType.LRU_HASH, MapType.LRU_PERCPU_HASH)


@dataclass(frozen=True)
class Shape:
    type: MapType
    key: int = 4
    value: int = 8
    entries: int = 6
    flags: int = 0

    def __str__(self) -> str:
        sizes = f"key {self.key} value {self.value} entries {self.entries}"
        return f"{self.type.name.lower()} {sizes} flags {self.flags:#x}"


SHAPES = [
    *(Shape(type, value=value) for type in ARRAYS for value in (1, 4, 8, 13, 64)),
    *(
        Shape(type, key=key, value=value, flags=flags)
        for type in (MapType.HASH, MapType.PERCPU_HASH)
        for key, value in (
            (1, 1),
            (2, 4),
            (4, 4),
            (6, 8),
            (8, 3),
            (12, 16),
            (16, 8),
            (20, 9),
            (33, 40),
            (64, 8),
        )
        for flags in (0, BPF_F_NO_PREALLOC, BPF_F_ZERO_SEED)
    ),
    *(
        Shape(type, key=4, value=value, entries=entries, flags=flags)
        for type in (MapType.LRU_HASH, MapType.LRU_PERCPU_HASH)
        for value in (4, 12)
        for entries in (1, 3, 20, 300)
        for flags in (0, BPF_F_NO_COMMON_LRU)
    ),
    *(
        Shape(MapType.LPM_TRIE, key, value, 9, BPF_F_NO_PREALLOC)
        for key in (5, 6, 8, 12, 20)
        for value in (1, 8)
    ),
    *(Shape(type, 0, value, 5) for type in (MapType.QUEUE, MapType.STACK) for value in (1, 8, 12)),
]


class Runner:
    """One map on one kernel; operations return what a caller sees."""

    def __init__(self, backend: Backend, shape: Shape) -> None:
        self.backend = backend
        self.shape = shape
        self.cpus = backend.possible_cpus() if shape.type in PERCPU else 1
        rounded = (shape.value + 7) & ~7
        self.value_size = rounded * self.cpus if shape.type in PERCPU else shape.value
        self.fd = commands.map_create(
            backend,
            map_type=shape.type,
            key_size=shape.key,
            value_size=shape.value,
            max_entries=shape.entries,
            map_flags=shape.flags,
        )

    def close(self) -> None:
        self.backend.close(self.fd)

    def attempt(self, operation: Callable[[], object]) -> object:
        try:
            return operation()
        except KernelError as refused:
            return f"errno {refused.errno}"

    def lookup(self, key: bytes) -> object:
        return self.attempt(
            lambda: self.visible(commands.map_lookup_elem(self.backend, self.fd, key, self.value_size))
        )

    def pop(self, key: bytes) -> object:
        return self.attempt(
            lambda: self.visible(
                commands.map_lookup_and_delete_elem(self.backend, self.fd, key, self.value_size)
            )
        )

    def update(self, key: bytes, value: bytes, flags: int) -> object:
        return self.attempt(lambda: commands.map_update_elem(self.backend, self.fd, key, value, flags))

    def delete(self, key: bytes) -> object:
        return self.attempt(lambda: commands.map_delete_elem(self.backend, self.fd, key))

    def visible(self, value: bytes) -> list[bytes]:
        """Without the padding between the values of the CPUs."""
        stride = len(value) // self.cpus
        return [value[at : at + self.shape.value] for at in range(0, len(value), stride)]

    def keys(self) -> object:
        """All keys; in order where the type has one."""
        keys: list[bytes] = []
        while True:
            key = self.attempt(lambda: self.next_key(keys[-1] if keys else None))
            if not isinstance(key, bytes):
                ordered = keys if self.shape.type == MapType.LPM_TRIE else sorted(keys)
                return ordered if key is None else key
            keys.append(key)

    def next_key(self, key: bytes | None) -> bytes | None:
        return commands.map_get_next_key(self.backend, self.fd, key, self.shape.key)


def step(rng: random.Random, keys: list[bytes], value_size: int) -> tuple[str, tuple[object, ...]]:
    key = rng.choice(keys)
    kind = rng.choice(("update", "update", "lookup", "lookup", "delete", "pop", "keys"))
    if kind == "keys" and len(keys) > 100:
        kind = "update"  # listing them all takes long, and is done at the end
    if kind == "update":
        return kind, (key, rng.randbytes(value_size), rng.choice((0, 0, 0, 1, 2, 3, 4, 1 << 40)))
    return kind, () if kind == "keys" else (key,)


def keys_for(shape: Shape, rng: random.Random) -> list[bytes]:
    if shape.type in ARRAYS:
        return [index.to_bytes(4, "little") for index in (*range(shape.entries), 6, 7, 0xFFFFFFFF)]
    if shape.type in LRU:
        return [index.to_bytes(4, "little") for index in range(shape.entries * 2 + 2)]
    if shape.type == MapType.LPM_TRIE:
        bits = (shape.key - 4) * 8
        lengths = [rng.choice((0, 1, 7, 8, 9, bits // 2, bits - 1, bits, bits + 1)) for _ in range(30)]
        return [n.to_bytes(4, "little") + bytes(rng.choices((0, 1, 128), k=shape.key - 4)) for n in lengths]
    return [bytes(rng.choices(range(3), k=shape.key)) for _ in range(12)]


@pytest.fixture
def one_cpu() -> Iterator[None]:
    """What an LRU hash forgets depends on the CPU that is used; skep's bpf(2) is on the first."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {0})
    yield
    os.sched_setaffinity(0, allowed)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_sequences_give_what_linux_gives(linux: Linux, shape: Shape, one_cpu: None) -> None:
    rng = random.Random(str(shape))
    keys = keys_for(shape, rng)
    with Kernel(ncpus=linux.possible_cpus()) as kernel:
        ours, theirs = Runner(kernel, shape), Runner(linux, shape)
        try:
            for number in range(max(150, shape.entries * 5)):
                name, args = step(rng, keys, theirs.value_size)
                assert getattr(ours, name)(*args) == getattr(theirs, name)(*args), (
                    f"step {number}: {name}{args}"
                )
            assert ours.keys() == theirs.keys()
        finally:
            ours.close()
            theirs.close()
