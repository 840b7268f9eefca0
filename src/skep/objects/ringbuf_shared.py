"""The consumer of a ring buffer of skep's kernel in another process.

There the buffer is two descriptors (`RingBuffer.descriptors`): its memory, as a memfd, and an eventfd that is
signalled when there is something new. A process that has them (inherited, or sent over a socket) needs no
kernel::

    ring = skep.SharedRingBuffer(memory_fd, event_fd)
    for record in ring: ...

The event descriptor is readable for select(2), poll(2) and epoll(7) too (`fileno`). On Linux a process maps
and polls the map's own descriptor instead.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import select
import weakref
from typing import Final

from ..btf import Btf
from ..errors import InputError
from ..syscall.shared import ring_consume, shared_load
from .consumer import AT_ONCE, Consumer

PAGE_SIZE: Final = 4096
_MAP_FIXED: Final = 0x10


class SharedRingBuffer(Consumer):
    """The descriptors stay the caller's; they may be closed once the buffer is no longer used."""

    def __init__(
        self, memory_fd: int, event_fd: int, event: str | None = None, *, btf: Btf | None = None
    ) -> None:
        super().__init__(btf, event)
        self.size = os.fstat(memory_fd).st_size - 2 * PAGE_SIZE
        if self.size < PAGE_SIZE or self.size & (self.size - 1):
            raise InputError(f"descriptor {memory_fd} is no memory of a ring buffer")
        self._event_fd = event_fd
        self._position = mmap.mmap(memory_fd, PAGE_SIZE)
        self._rest = _map_twice(memory_fd, self.size)

    def fileno(self) -> int:
        """Readable when a program has woken its consumers since the last `wait`."""
        return self._event_fd

    @property
    def available(self) -> int:
        """Bytes that were reserved and not consumed."""
        return shared_load(self._rest, 0) - shared_load(self._position, 0)

    def read_raw(self, limit: int = AT_ONCE) -> list[bytes]:
        return ring_consume(self._position, self._rest, limit)

    def wait(self, timeout: float | None = None) -> bool:
        while not self.available:
            if not select.select([self._event_fd], [], [], timeout)[0]:
                return False
            with contextlib.suppress(BlockingIOError):  # another waiter was faster
                os.eventfd_read(self._event_fd)
        return True


def _map_twice(memory_fd: int, size: int) -> memoryview:
    """The producer's page and the data, and the data once more behind it, so that no record has a gap.
    Read-only: the consumer writes nothing but its position.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long)
    libc.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
    length = PAGE_SIZE + 2 * size

    def place(address: int | None, bytes_long: int, flags: int, fd: int, offset: int) -> int:
        got = libc.mmap(address, bytes_long, mmap.PROT_READ, flags, fd, offset)
        if got in (None, ctypes.c_void_p(-1).value):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return int(got)

    start = place(None, length, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
    memory = (ctypes.c_ubyte * length).from_address(start)
    weakref.finalize(memory, libc.munmap, start, length)
    fixed = mmap.MAP_SHARED | _MAP_FIXED
    place(start, PAGE_SIZE + size, fixed, memory_fd, PAGE_SIZE)
    place(start + PAGE_SIZE + size, size, fixed, memory_fd, 2 * PAGE_SIZE)
    return memoryview(memory).cast("B")
