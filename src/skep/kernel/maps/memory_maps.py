"""Maps that are memory: ring buffers, which user and kernel side share, and arenas."""

from __future__ import annotations

import errno

from skep.errors import ENOTSUPP
from skep.kernel.maps.base import Map


class RingBuffer(Map):
    """ringbuf, user_ringbuf: all goes through memory and helpers, nothing through bpf(2)."""

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        raise OSError(ENOTSUPP, "a ring buffer has no elements")

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        raise OSError(ENOTSUPP, "a ring buffer has no elements")

    def delete(self, key: bytes) -> None:
        raise OSError(ENOTSUPP, "a ring buffer has no elements")

    def next_key(self, key: bytes | None = None) -> bytes:
        raise OSError(ENOTSUPP, "a ring buffer has no elements")


class Arena(Map):
    """arena: pages that programs allocate and users map at the same address."""

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        raise OSError(errno.EINVAL, "an arena has no elements")

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        raise OSError(errno.EOPNOTSUPP, "an arena has no elements")

    def delete(self, key: bytes) -> None:
        raise OSError(errno.EOPNOTSUPP, "an arena has no elements")

    def next_key(self, key: bytes | None = None) -> bytes:
        raise OSError(errno.EOPNOTSUPP, "an arena has no elements")
