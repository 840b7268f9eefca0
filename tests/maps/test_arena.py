"""Arenas as memory: the address is the one that was asked for, or one that suits; on both kernels."""

from __future__ import annotations

import ctypes
import errno

import pytest

from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.uapi import BPF_F_MMAPABLE, MapType

PAGE = 4096
#: Far from everything that a process has.
ADDRESS = 0x5A00_0000_0000


def arena(backend: Backend, pages: int, address: int = 0) -> int:
    return commands.map_create(
        backend,
        map_type=MapType.ARENA,
        key_size=0,
        value_size=0,
        max_entries=pages,
        map_flags=BPF_F_MMAPABLE,
        map_extra=address,
    )


def address_of(memory: object) -> int:
    return ctypes.addressof(ctypes.c_ubyte.from_buffer(memory))  # type: ignore[arg-type]


def test_an_arena_is_where_its_maker_wants_it(backend: Backend) -> None:
    fd = arena(backend, 16, ADDRESS)
    memory = backend.mmap(fd, 16 * PAGE, address=ADDRESS)
    assert address_of(memory) == ADDRESS
    memory[5 * PAGE] = 7
    assert memory[5 * PAGE] == 7
    del memory
    backend.close(fd)


@pytest.mark.parametrize("pages", [1, 1000, 1 << 20])
def test_an_arena_without_an_address_crosses_no_boundary_of_4_gb(backend: Backend, pages: int) -> None:
    fd = arena(backend, pages)
    memory = backend.mmap(fd, pages * PAGE)
    start = address_of(memory)
    assert start >> 32 == (start + pages * PAGE - 1) >> 32
    del memory
    backend.close(fd)


@pytest.mark.parametrize(
    ("length", "offset", "address", "expected"),
    [
        (15 * PAGE, 0, ADDRESS, errno.EINVAL),
        (16 * PAGE, PAGE, ADDRESS, errno.EINVAL),
        (16 * PAGE, 0, ADDRESS + 16 * PAGE, errno.EINVAL),
    ],
)
def test_a_mapping_that_is_not_the_arena_is_refused(
    backend: Backend, length: int, offset: int, address: int, expected: int
) -> None:
    fd = arena(backend, 16, ADDRESS)
    with pytest.raises(OSError) as refused:
        backend.mmap(fd, length, offset, address=address)
    assert refused.value.errno == expected
    backend.close(fd)
