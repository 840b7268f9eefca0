"""Random sequences of element operations give the same results and errno on both kernels."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from skep.errors import KernelError
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.syscall.linux import Linux
from skep.uapi import BPF_F_NO_PREALLOC, BPF_F_ZERO_SEED, MapType

PERCPU = (MapType.PERCPU_HASH, MapType.PERCPU_ARRAY)
ARRAYS = (MapType.ARRAY, MapType.PERCPU_ARRAY)


@dataclass(frozen=True)
class Shape:
    type: MapType
    key: int = 4
    value: int = 8
    entries: int = 6
    flags: int = 0

    def __str__(self) -> str:
        return f"{self.type.name.lower()} key {self.key} value {self.value} flags {self.flags:#x}"


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

    def keys(self) -> list[bytes]:
        keys, key = [], None
        while True:
            key = commands.map_get_next_key(self.backend, self.fd, key, self.shape.key)
            if key is None:
                return sorted(keys)
            keys.append(key)


def step(rng: random.Random, keys: list[bytes], value_size: int) -> tuple[str, tuple[object, ...]]:
    key = rng.choice(keys)
    kind = rng.choice(("update", "update", "lookup", "lookup", "delete", "pop", "keys"))
    if kind == "update":
        return kind, (key, rng.randbytes(value_size), rng.choice((0, 0, 0, 1, 2, 3, 4, 1 << 40)))
    return kind, () if kind == "keys" else (key,)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_sequences_give_what_linux_gives(linux: Linux, shape: Shape) -> None:
    rng = random.Random(str(shape))
    keys = [bytes(rng.choices(range(3), k=shape.key)) for _ in range(12)]
    if shape.type in ARRAYS:
        keys = [index.to_bytes(4, "little") for index in (*range(shape.entries), 6, 7, 0xFFFFFFFF)]
    with Kernel(ncpus=linux.possible_cpus()) as kernel:
        ours, theirs = Runner(kernel, shape), Runner(linux, shape)
        try:
            for number in range(150):
                name, args = step(rng, keys, theirs.value_size)
                assert getattr(ours, name)(*args) == getattr(theirs, name)(*args), (
                    f"step {number}: {name}{args}"
                )
        finally:
            ours.close()
            theirs.close()
