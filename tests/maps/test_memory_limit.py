"""A kernel's maps have a limit of memory together: beyond it is ENOMEM, and freeing helps."""

from __future__ import annotations

import errno

import pytest

import skep
from skep.errors import KernelError
from skep.syscall import commands
from skep.uapi import BPF_F_NO_PREALLOC, MapType

LIMIT = 1 << 20
SHAPE = {"key_size": 8, "value_size": 64, "max_entries": 4096, "map_flags": BPF_F_NO_PREALLOC}


def make(kernel: skep.Kernel, type: MapType, **shape: int) -> int:
    return commands.map_create(kernel, map_type=type, **shape)


def errno_of_creation(kernel: skep.Kernel, type: MapType, **shape: int) -> int:
    try:
        kernel.close(make(kernel, type, **shape))
    except KernelError as refused:
        return refused.errno
    return 0


@pytest.mark.parametrize(
    ("type", "shape"),
    [
        (MapType.ARRAY, {"key_size": 4, "value_size": 256}),
        (MapType.HASH, {"key_size": 16, "value_size": 192}),
        (MapType.PERCPU_ARRAY, {"key_size": 4, "value_size": 120}),
        (MapType.LRU_PERCPU_HASH, {"key_size": 4, "value_size": 96}),
        (MapType.QUEUE, {"key_size": 0, "value_size": 256}),
        (MapType.STACK_TRACE, {"key_size": 4, "value_size": 216}),
    ],
    ids=lambda each: each.name.lower() if isinstance(each, MapType) else "",
)
def test_a_map_counts_whole_when_it_is_made(type: MapType, shape: dict[str, int]) -> None:
    with skep.Kernel(ncpus=2, memory_limit=LIMIT) as kernel:
        assert errno_of_creation(kernel, type, max_entries=8192, **shape) == errno.ENOMEM
        assert kernel.machine.native.memory_used == 0
        first = make(kernel, type, max_entries=2300, **shape)
        assert kernel.machine.native.memory_used > LIMIT // 2
        assert errno_of_creation(kernel, type, max_entries=2300, **shape) == errno.ENOMEM
        kernel.close(first)
        assert kernel.machine.native.memory_used == 0
        assert errno_of_creation(kernel, type, max_entries=2300, **shape) == 0


@pytest.mark.parametrize("type", [MapType.HASH, MapType.PERCPU_HASH, MapType.LPM_TRIE])
def test_elements_that_are_not_preallocated_count_when_they_come(type: MapType) -> None:
    with skep.Kernel(memory_limit=LIMIT // 4) as kernel:
        fd = make(kernel, type, **SHAPE)
        stored, err = 0, 0
        while not err and stored < 4096:
            key = (32).to_bytes(4, "little") + stored.to_bytes(4, "big")
            try:
                commands.map_update_elem(kernel, fd, key, bytes(64))
                stored += 1
            except KernelError as refused:
                err = refused.errno
        assert (err, 1000 < stored < 3000) == (errno.ENOMEM, True)
        assert commands.map_lookup_elem(kernel, fd, (32).to_bytes(4, "little") + bytes(4), 64) == bytes(64)
        kernel.close(fd)
        assert kernel.machine.native.memory_used == 0


def test_no_kernel_has_more_memory_than_the_machine() -> None:
    with skep.Kernel() as kernel:
        shape = {"key_size": 4, "value_size": 4096, "max_entries": 1 << 30}
        assert errno_of_creation(kernel, MapType.ARRAY, **shape) == errno.ENOMEM
    with skep.Kernel(memory_limit=0) as kernel:
        assert kernel.machine.native.memory_limit == 0
        assert errno_of_creation(kernel, MapType.ARRAY, key_size=4, value_size=8, max_entries=1 << 20) == 0
