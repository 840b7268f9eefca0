"""What MAP_CREATE accepts, on both kernels: each row names the parameters and the errno, 0 for success."""

from __future__ import annotations

import errno
from dataclasses import dataclass

import pytest

from skep.errors import KernelError
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.uapi import (
    BPF_F_CLONE,
    BPF_F_INNER_MAP,
    BPF_F_MMAPABLE,
    BPF_F_NO_COMMON_LRU,
    BPF_F_NO_PREALLOC,
    BPF_F_NUMA_NODE,
    BPF_F_PRESERVE_ELEMS,
    BPF_F_RDONLY,
    BPF_F_RDONLY_PROG,
    BPF_F_STACK_BUILD_ID,
    BPF_F_WRONLY,
    BPF_F_WRONLY_PROG,
    BPF_F_ZERO_SEED,
    MapType,
)

HASH, ARRAY, PROG_ARRAY = MapType.HASH, MapType.ARRAY, MapType.PROG_ARRAY
PERCPU_HASH, PERCPU_ARRAY = MapType.PERCPU_HASH, MapType.PERCPU_ARRAY
ALL_TYPES = (HASH, ARRAY, PROG_ARRAY, PERCPU_HASH, PERCPU_ARRAY)


@dataclass(frozen=True)
class Case:
    name: str
    type: int
    key: int = 4
    value: int = 4
    entries: int = 8
    flags: int = 0
    errno: int = 0


CASES = [
    *(Case(f"{t.name} of the usual shape", t) for t in ALL_TYPES),
    *(Case(f"{t.name} without entries", t, entries=0, errno=errno.EINVAL) for t in ALL_TYPES),
    *(Case(f"{t.name} without a value", t, value=0, errno=errno.EINVAL) for t in ALL_TYPES),
    *(Case(f"{t.name} without a key", t, key=0, errno=errno.EINVAL) for t in ALL_TYPES),
    *(Case(f"{t.name} with a key of 8 bytes", t, key=8, errno=errno.EINVAL) for t in (ARRAY, PERCPU_ARRAY)),
    Case("a program array with a key of 8 bytes", PROG_ARRAY, key=8, errno=errno.EINVAL),
    Case("a program array with values of 8 bytes", PROG_ARRAY, value=8, errno=errno.EINVAL),
    Case("a hash with odd sizes", HASH, key=13, value=5),
    Case("a hash with a key larger than the stack", HASH, key=513, errno=0),
    Case("a hash with an element of 4 MB", HASH, key=4, value=(1 << 22) - 52, errno=errno.E2BIG),
    Case("a per-CPU hash with a value of 32 kB", PERCPU_HASH, value=32768),
    Case("a per-CPU hash with a larger value", PERCPU_HASH, value=32769, errno=errno.E2BIG),
    Case("a per-CPU array with a value of 32 kB", PERCPU_ARRAY, value=32768),
    Case("a per-CPU array with a larger value", PERCPU_ARRAY, value=32769, errno=errno.E2BIG),
    Case("an array with a value of 2 GB", ARRAY, value=1 << 31, entries=1, errno=errno.E2BIG),
    Case("a hash with 2^31 + 1 entries", HASH, entries=(1 << 31) + 1, errno=errno.E2BIG),
    *(Case(f"{t.name} with BPF_F_NO_PREALLOC", t, flags=BPF_F_NO_PREALLOC) for t in (HASH, PERCPU_HASH)),
    *(
        Case(f"{t.name} with BPF_F_NO_PREALLOC", t, flags=BPF_F_NO_PREALLOC, errno=errno.EINVAL)
        for t in (ARRAY, PERCPU_ARRAY, PROG_ARRAY)
    ),
    *(Case(f"{t.name} with BPF_F_ZERO_SEED", t, flags=BPF_F_ZERO_SEED) for t in (HASH, PERCPU_HASH)),
    *(
        Case(f"{t.name} with BPF_F_ZERO_SEED", t, flags=BPF_F_ZERO_SEED, errno=errno.EINVAL)
        for t in (ARRAY, PERCPU_ARRAY, PROG_ARRAY)
    ),
    Case("an array that can be mapped", ARRAY, flags=BPF_F_MMAPABLE),
    *(
        Case(f"{t.name} with BPF_F_MMAPABLE", t, flags=BPF_F_MMAPABLE, errno=errno.EINVAL)
        for t in (HASH, PERCPU_HASH, PERCPU_ARRAY, PROG_ARRAY)
    ),
    Case("an array as inner map", ARRAY, flags=BPF_F_INNER_MAP),
    *(
        Case(f"{t.name} with BPF_F_INNER_MAP", t, flags=BPF_F_INNER_MAP, errno=errno.EINVAL)
        for t in (HASH, PERCPU_HASH, PERCPU_ARRAY, PROG_ARRAY)
    ),
    *(Case(f"{t.name} on NUMA node 0", t, flags=BPF_F_NUMA_NODE) for t in (HASH, ARRAY, PROG_ARRAY)),
    *(
        Case(f"{t.name} on NUMA node 0", t, flags=BPF_F_NUMA_NODE, errno=errno.EINVAL)
        for t in (PERCPU_HASH, PERCPU_ARRAY)
    ),
    *(
        Case(f"{t.name} with flag {flag:#x} of another type", t, flags=flag, errno=errno.EINVAL)
        for t in ALL_TYPES
        for flag in (BPF_F_NO_COMMON_LRU, BPF_F_STACK_BUILD_ID, BPF_F_CLONE, BPF_F_PRESERVE_ELEMS, 1 << 31)
    ),
    *(
        Case(f"{t.name} with descriptor flag {flag:#x}", t, flags=flag)
        for t in ALL_TYPES
        for flag in (BPF_F_RDONLY, BPF_F_WRONLY)
    ),
    *(
        Case(f"{t.name} with program flag {flag:#x}", t, flags=flag)
        for t in (HASH, ARRAY, PERCPU_HASH, PERCPU_ARRAY)
        for flag in (BPF_F_RDONLY_PROG, BPF_F_WRONLY_PROG)
    ),
    *(
        Case(f"a program array with program flag {flag:#x}", PROG_ARRAY, flags=flag, errno=errno.EINVAL)
        for flag in (BPF_F_RDONLY_PROG, BPF_F_WRONLY_PROG)
    ),
    *(
        Case(f"{t.name} read-only and write-only", t, flags=BPF_F_RDONLY | BPF_F_WRONLY, errno=errno.EINVAL)
        for t in ALL_TYPES
    ),
    *(
        Case(
            f"{t.name} read-only and write-only for programs",
            t,
            flags=BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG,
            errno=errno.EINVAL,
        )
        for t in ALL_TYPES
    ),
    Case("a type that does not exist", 200, errno=errno.EINVAL),
    Case("type 0", 0, errno=errno.EINVAL),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_creation_accepts_what_linux_accepts(backend: Backend, case: Case) -> None:
    def create() -> int:
        return commands.map_create(
            backend,
            map_type=case.type,
            key_size=case.key,
            value_size=case.value,
            max_entries=case.entries,
            map_flags=case.flags,
        )

    if case.errno:
        with pytest.raises(KernelError) as refused:
            create()
        assert refused.value.errno == case.errno
    else:
        backend.close(create())
