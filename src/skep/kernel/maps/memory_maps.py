"""Maps that are memory: ring buffers, which user and kernel side share, and arenas."""

from __future__ import annotations

import contextlib
import errno
import os
import select
from typing import Final

from skep._runtime import peek
from skep.errors import ENOTSUPP
from skep.kernel.maps.base import Map
from skep.kernel.usermem import PAGE_SIZE
from skep.uapi import MapType

#: What a user maps before the data: the page of the consumer's position, and that of the producer's.
POSITION_PAGES: Final = 2
_MOST: Final = 1 << 32


class RingBuffer(Map):
    """ringbuf, user_ringbuf: all goes through memory and helpers, nothing through bpf(2)."""

    @property
    def event_fd(self) -> int:
        """Signalled when a program wants the other side to look."""
        fds = self.native.ring_fds
        assert fds is not None
        return fds[1]

    def wait(self, timeout: float | None) -> bool:
        """Whether there is something to consume, within so many seconds: what poll(2) says of the map."""
        while not self._has_data():
            if not select.select([self.event_fd], [], [], timeout)[0]:
                return False
            with contextlib.suppress(BlockingIOError):  # another waiter was faster
                os.eventfd_read(self.event_fd)
        return True

    def _has_data(self) -> bool:
        positions = self.native.values - POSITION_PAGES * PAGE_SIZE
        consumer, producer = peek(positions, 8), peek(positions + PAGE_SIZE, 8)
        if self.map_type == MapType.USER_RINGBUF:  # the user writes: what it waits for is room
            return producer - consumer < self.max_entries
        return producer != consumer

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        raise OSError(ENOTSUPP, "a ring buffer has no elements")

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        raise OSError(ENOTSUPP, "a ring buffer has no elements")

    def delete(self, key: bytes) -> None:
        raise OSError(ENOTSUPP, "a ring buffer has no elements")

    def next_key(self, key: bytes | None = None) -> bytes:
        raise OSError(ENOTSUPP, "a ring buffer has no elements")


class Arena(Map):
    """arena: memory that programs and users have at the same address. The first who maps it says where."""

    _length = 0  # of the first mapping, which all others must be like

    def check_place(self, address: int, length: int) -> None:
        """arena_get_unmapped_area()"""
        if length > _MOST:
            raise OSError(errno.E2BIG, "an arena has 4 GB at most")
        if self.user_vm_start:
            size = self._length or self.max_entries * PAGE_SIZE
            if length != size:
                raise OSError(errno.E2BIG if length > size else errno.EINVAL, f"the arena has {size} bytes")
            if address != self.user_vm_start:
                raise OSError(errno.EINVAL, f"the arena's address is {self.user_vm_start:#x}")
        self._length = length

    @property
    def user_vm_start(self) -> int:
        """Where the arena is; 0 when nobody knows yet."""
        return self.map_extra or self.native.values

    def direct_value_address(self, off: int) -> int:
        """arena_map_direct_value_addr()"""
        if not self.native.values or off > self.max_entries * PAGE_SIZE:
            raise OSError(errno.ERANGE, f"{off} is outside of the arena")
        return self.native.values + off

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        raise OSError(errno.EINVAL, "an arena has no elements")

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        raise OSError(errno.EOPNOTSUPP, "an arena has no elements")

    def delete(self, key: bytes) -> None:
        raise OSError(errno.EOPNOTSUPP, "an arena has no elements")

    def next_key(self, key: bytes | None = None) -> bytes:
        raise OSError(errno.EOPNOTSUPP, "an arena has no elements")
