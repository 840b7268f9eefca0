"""A perf event that programs write records to, one for each CPU that is listened to: what perf_event_open(2)
gives for PERF_COUNT_SW_BPF_OUTPUT.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select

from skep._runtime import LAYOUTS, NativeKernel, peek, perf_free, perf_new, poke

PAGE_SIZE = 4096
_HEAD, _TAIL = 1024, 1032  # data_head and data_tail of struct perf_event_mmap_page


class PerfEvent:
    """The event and its ring. Its descriptor and the arrays that it is in hold it."""

    def __init__(self, kernel: NativeKernel, cpu: int, pages: int, wakeup_events: int) -> None:
        if not 0 <= cpu < kernel.ncpus:
            raise OSError(errno.ENODEV, f"there is no CPU {cpu}")
        if pages < 1 or pages & (pages - 1):
            raise OSError(errno.EINVAL, f"a ring has a power of two of pages, not {pages}")
        self._kernel = kernel
        self.address, self.memory, self.memory_fd, self.event_fd = perf_new(cpu, pages, wakeup_events)
        self.size = (1 + pages) * PAGE_SIZE
        self._refs = 1

    def counted(self, count: int, *, enabled: int = 0, running: int = 0) -> None:
        """What a read gives from now on; times in nanoseconds."""
        for name, value in (("count", count), ("enabled", enabled), ("running", running)):
            offset, size = LAYOUTS["skep_perf_event"][name]
            poke(self.address + offset, size, value)

    def hold(self) -> PerfEvent:
        self._refs += 1
        return self

    def release(self) -> None:
        """The last reference frees the event, when no run can still write to it."""
        self._refs -= 1
        if not self._refs:
            address = self.address
            self._kernel.defer(lambda: perf_free(address))

    def wait(self, timeout: float | None) -> bool:
        """Whether there is something to read, within so many seconds."""
        while peek(self.memory + _HEAD, 8) == peek(self.memory + _TAIL, 8):
            if not select.select([self.event_fd], [], [], timeout)[0]:
                return False
            with contextlib.suppress(BlockingIOError):
                os.eventfd_read(self.event_fd)
        return True
