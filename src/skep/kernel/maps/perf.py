"""perf_event_array: the perf events that programs write records to, usually one for each CPU."""

from __future__ import annotations

import errno
import struct
import threading
from typing import TYPE_CHECKING

from skep.errors import ENOTSUPP
from skep.kernel.maps.base import Map
from skep.kernel.model.perf_event import PerfEvent
from skep.uapi import BPF_F_PRESERVE_ELEMS

if TYPE_CHECKING:
    from skep.kernel.fds import File
    from skep.kernel.machine import Machine
    from skep.kernel.maps.params import MapParams


class PerfEventArray(Map):
    """Natively a slot holds the address of the event."""

    def __init__(self, machine: Machine, params: MapParams) -> None:
        super().__init__(machine, params)
        self._events: dict[int, PerfEvent] = {}
        self._files: dict[int, File] = {}  # the map's own, through which an event came
        self._lock = threading.Lock()

    @property
    def sys_value_size(self) -> int:
        return 4

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        raise OSError(ENOTSUPP, "what is in this map cannot be read")

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        """perf_event_fd_array_get_ptr(): a descriptor of anything else is a bad one."""
        if flags:
            raise OSError(errno.EINVAL, "this map takes no flags but BPF_ANY")
        index = self._index(key)
        (fd,) = struct.unpack("<i", value)
        event = self.machine.fds.find(fd, PerfEvent)
        if event is None:
            raise OSError(errno.EBADF, f"descriptor {fd} is no perf event")
        self._put(index, event.hold())

    def delete(self, key: bytes) -> None:
        index = self._index(key)
        if index not in self._events:
            raise OSError(errno.ENOENT, "no event in this slot")
        self._put(index, None)

    def stored_by(self, key: bytes, file: File) -> None:
        """Remembers through which open file of the map an event came: they go together."""
        self._files[self._index(key)] = file

    def forget_file(self, file: File) -> None:
        """perf_event_fd_array_release(): only BPF_F_PRESERVE_ELEMS keeps the events."""
        if not self.map_flags & BPF_F_PRESERVE_ELEMS:
            for index in [index for index, own in self._files.items() if own is file]:
                self._put(index, None)

    def release_user(self) -> None:
        """The same for pins: nobody is left who could put events in."""
        if not self.map_flags & BPF_F_PRESERVE_ELEMS:
            self._clear()

    def close(self) -> None:
        self._clear()
        super().close()

    def _index(self, key: bytes) -> int:
        (index,) = struct.unpack("<I", key)
        if index >= self.max_entries:
            raise OSError(errno.E2BIG, f"index {index} of {self.max_entries}")
        return int(index)

    def _clear(self) -> None:
        for index in list(self._events):
            self._put(index, None)

    def _put(self, index: int, event: PerfEvent | None) -> None:
        with self._lock:
            old = self._events.pop(index, None)
            self._files.pop(index, None)
            if event is not None:
                self._events[index] = event
            self.native.update(struct.pack("<I", index), struct.pack("<Q", event.address if event else 0), 0)
        if old is not None:
            old.release()
