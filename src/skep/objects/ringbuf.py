"""Ring buffers from the user's side: consuming what programs submit, and producing what they drain.

::

    ring = skep.RingBuffer(obj.maps["events"], "struct event")
    for event in ring:                       # or ring.read(), ring.consume(callback), async for
        print(event.pid)

The layout is in Linux's Documentation/bpf/ringbuf.rst: a page with the consumer's position, a page with the
producer's, and the data, mapped twice.
"""

from __future__ import annotations

from typing import Any, Final

from ..errors import InputError
from ..syscall.shared import ring_consume, shared_load, shared_store
from ..uapi import MapType
from .codec import for_type
from .consumer import AT_ONCE, Consumer
from .map import Map

PAGE_SIZE: Final = 4096
_HEADER: Final = 8
_BUSY: Final = 1 << 31
_DISCARD: Final = 1 << 30


class RingBuffer(Consumer):
    """The consumer of a ring buffer; there should be one at a time."""

    def __init__(self, map: Map, event: str | None = None) -> None:
        if map.type != MapType.RINGBUF:
            raise InputError(f"map '{map.name}' is no ring buffer")
        super().__init__(map.btf, event)
        self._backend, self._fd = map.fd_of_kernel
        self.size = map.max_entries
        self._position = self._backend.mmap(self._fd, PAGE_SIZE)
        self._rest = self._backend.mmap(self._fd, PAGE_SIZE + 2 * self.size, PAGE_SIZE, writable=False)

    @property
    def descriptors(self) -> tuple[int, int]:
        """Descriptors of this process for a SharedRingBuffer in another one: the memory, the event. They are
        the kernel's, and valid as long as the map.
        """
        found = self._backend.ring_descriptors(self._fd)
        if found is None:
            raise InputError(f"on {self._backend.name} another process maps the map's own descriptor")
        return found

    @property
    def available(self) -> int:
        """Bytes that were reserved and not consumed."""
        return shared_load(self._rest, 0) - shared_load(self._position, 0)

    def read_raw(self, limit: int = AT_ONCE) -> list[bytes]:
        return ring_consume(self._position, self._rest, limit)

    def skip(self) -> None:
        """Throws away what is there."""
        shared_store(self._position, 0, 8, shared_load(self._rest, 0))

    def wait(self, timeout: float | None = None) -> bool:
        return self._backend.poll(self._fd, timeout)


class Sample:
    """Room in a user ring buffer: `data` may be filled until it is submitted or discarded."""

    __slots__ = ("_at", "_ring", "data")

    def __init__(self, ring: UserRingBuffer, at: int, data: memoryview) -> None:
        self._ring = ring
        self._at = at
        self.data = data

    def submit(self) -> None:
        """Programs may drain it from now on."""
        self._ring._finish(self._at, len(self.data))

    def discard(self) -> None:
        """Programs will pass over it."""
        self._ring._finish(self._at, len(self.data) | _DISCARD)


class UserRingBuffer:
    """The producer of a user ring buffer, of which there should be one at a time."""

    def __init__(self, map: Map, sample: str | None = None) -> None:
        if map.type != MapType.USER_RINGBUF:
            raise InputError(f"map '{map.name}' is no user ring buffer")
        backend, fd = map.fd_of_kernel
        self.size = map.max_entries
        self._backend, self._fd = backend, fd
        self._codec = None
        if sample is not None:
            type_id = map.btf.find(sample.removeprefix("struct ")) if map.btf else None
            if map.btf is None or type_id is None:
                raise InputError(f"the object has no type '{sample}' in its BTF")
            self._codec = for_type(map.btf, type_id)
        self._consumer = backend.mmap(fd, PAGE_SIZE, writable=False)
        self._rest = memoryview(backend.mmap(fd, PAGE_SIZE + 2 * self.size, PAGE_SIZE))

    def reserve(self, size: int) -> Sample | None:
        """Room for so many bytes; None when the buffer is too full for now."""
        span = (size + _HEADER + 7) & ~7
        if span > self.size:
            raise InputError(f"a sample of {size} bytes never fits into a buffer of {self.size}")
        producer = shared_load(self._rest, 0)
        if producer - shared_load(self._consumer, 0) + span > self.size:
            return None
        at = PAGE_SIZE + producer % self.size
        shared_store(self._rest, at + 4, 4, 0)
        shared_store(self._rest, at, 4, size | _BUSY)
        shared_store(self._rest, 0, 8, producer + span)
        return Sample(self, at, self._rest[at + _HEADER : at + _HEADER + size])

    def _finish(self, at: int, word: int) -> None:
        shared_store(self._rest, at, 4, word)

    def put(self, value: Any, timeout: float | None = 0) -> bool:
        """Submits bytes, or a value of the samples' type; False after `timeout` seconds without room."""
        data = self._codec.encode(value) if self._codec else bytes(value)
        sample = self.reserve(len(data))
        while sample is None:
            if timeout == 0 or not self._backend.poll(self._fd, timeout):
                return False
            sample = self.reserve(len(data))
            if sample is None and timeout is not None:
                timeout = 0
        sample.data[:] = data
        sample.submit()
        return True
