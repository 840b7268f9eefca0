"""Perf buffers: one ring for each CPU, which bpf_perf_event_output writes to.

::

    with skep.PerfBuffer(obj.maps["events"], "struct event") as events:
        for event in events: ...
        print(events.lost)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..errors import InputError
from ..syscall.shared import perf_consume
from ..uapi import MapType
from .consumer import AT_ONCE, Consumer
from .map import Map

PAGE_SIZE: Final = 4096


class PerfBuffer(Consumer):
    """Opens a perf event for each CPU (`cpus`: only these), puts it into the array and reads what comes.

    Events of one CPU are in order. `lost` counts those for which there was no room; `pages` is the room of
    each CPU, a power of two. The kernel pads samples with zeroes to a multiple of eight, less four.
    """

    def __init__(
        self,
        map: Map,
        event: str | None = None,
        *,
        pages: int = 64,
        cpus: Iterable[int] | None = None,
        wakeup_events: int = 1,
    ) -> None:
        if map.type != MapType.PERF_EVENT_ARRAY:
            raise InputError(f"map '{map.name}' is no perf event array")
        super().__init__(map.btf, event)
        self._map = map
        self._backend, _ = map.fd_of_kernel
        self.lost = 0
        numbers = range(self._backend.possible_cpus()) if cpus is None else cpus
        self._fds: dict[int, int] = {}
        self._rings = []
        for cpu in numbers:
            fd = self._fds[cpu] = self._backend.perf_event_open(cpu, pages, wakeup_events)
            self._rings.append(memoryview(self._backend.mmap(fd, (1 + pages) * PAGE_SIZE)))
            map.update_bytes(map.encode_key(cpu), fd.to_bytes(4, "little"))

    def read_raw(self, limit: int = AT_ONCE) -> list[bytes]:
        samples: list[bytes] = []
        for ring in self._rings:
            more, lost = perf_consume(ring, limit - len(samples))
            samples += more
            self.lost += lost
        return samples

    def wait(self, timeout: float | None = None) -> bool:
        return self._backend.poll_any(list(self._fds.values()), timeout)

    def close(self) -> None:
        """Takes the events out of the array and ends them."""
        for cpu, fd in self._fds.items():
            self._map.delete_bytes(self._map.encode_key(cpu))
            self._backend.close(fd)
        self._fds.clear()
        self._rings.clear()

    def __enter__(self) -> PerfBuffer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
