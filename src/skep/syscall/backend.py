"""The boundary: what a kernel is to the user side, whether it is Linux or skep's own.

The door is bpf(2) itself: attributes in bytes with user addresses in them, a descriptor or 0 as the answer,
errno for a refusal. Beside it are the few other things that Linux lets one do with a BPF descriptor.
"""

from __future__ import annotations

import errno
import mmap as _mmap
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from skep.syscall.commands import TestRun


@dataclass(frozen=True, slots=True)
class ManyRuns:
    """One program run once on each of many packets: return values and packets afterwards, in order."""

    retvals: Sequence[int]
    outputs: Sequence[bytes]
    duration_ns: int  # in the program, all runs together


class Backend(ABC):
    """A kernel. A context manager: leaving it frees what the kernel holds."""

    #: "skep" or "linux", for messages and test ids.
    name: str

    @abstractmethod
    def bpf(self, cmd: int, attr: bytearray) -> int:
        """bpf(2). The kernel may write into `attr`. Raises OSError with Linux's errno."""

    @abstractmethod
    def close(self, fd: int) -> None:
        """close(2) of a descriptor that bpf(2) gave."""

    @abstractmethod
    def mmap(
        self, fd: int, length: int, offset: int = 0, *, writable: bool = True, address: int = 0
    ) -> _mmap.mmap | memoryview:
        """mmap(2) of a map's memory, shared with the programs that use it; at `address` if one is given."""

    @abstractmethod
    def read(self, fd: int, length: int) -> bytes:
        """read(2), for descriptors that have text or records to give."""

    @abstractmethod
    def poll(self, fd: int, timeout: float | None = None) -> bool:
        """Wait until the descriptor is readable; False when `timeout` seconds went by."""

    @abstractmethod
    def poll_any(self, fds: Sequence[int], timeout: float | None = None) -> bool:
        """The same for several descriptors: until one of them is readable."""

    @abstractmethod
    def perf_event_open(self, cpu: int, pages: int, wakeup_events: int = 1) -> int:
        """A perf event that programs on that CPU can write records to, for a perf event array; it is read
        by mapping its first page and `pages` of data, and wakes its reader every so many records.
        """

    def ring_descriptors(self, fd: int) -> tuple[int, int] | None:
        """A ring buffer's memory and event as descriptors of this process; None where the map's own
        descriptor is one.
        """
        return None

    @abstractmethod
    def unlink(self, path: str) -> None:
        """unlink(2) of a pin, or rmdir(2) of an empty directory of the BPF file system."""

    @abstractmethod
    def mkdir(self, path: str) -> None:
        """mkdir(2) on the BPF file system."""

    @abstractmethod
    def possible_cpus(self) -> int:
        """How many CPUs' values one element of a per-CPU map has."""

    def read_file(self, path: str) -> bytes:
        """A file that the kernel makes, such as /sys/kernel/btf/vmlinux; OSError where it has none."""
        raise FileNotFoundError(errno.ENOENT, f"{path} does not exist in {self.name}'s kernel")

    def test_run_many(self, fd: int, packets: Sequence[bytes], cpus: Sequence[int] | None = None) -> ManyRuns:
        """Run it on each packet; with `cpus`, on these at once, each with one stretch of the packets. Linux
        has a system call per packet; skep's kernel overrides this.
        """
        from skep.syscall.commands import prog_test_run

        def stretch(start: int, end: int, cpu: int | None) -> list[TestRun]:
            if cpu is not None:
                os.sched_setaffinity(0, {cpu})  # of this thread alone
            return [prog_test_run(self, fd, data=packet) for packet in packets[start:end]]

        if cpus is None:
            runs = stretch(0, len(packets), None)
        else:
            ends = [len(packets) * number // len(cpus) for number in range(len(cpus) + 1)]
            with ThreadPoolExecutor(len(cpus)) as pool:
                parts = list(pool.map(stretch, ends, ends[1:], cpus))
            runs = [run for part in parts for run in part]
        return ManyRuns(
            [run.retval for run in runs], [run.data_out for run in runs], sum(run.duration for run in runs)
        )

    def map_lookup(self, fd: int, key: bytes, value_size: int, flags: int = 0) -> bytes:
        """MAP_LOOKUP_ELEM, a value for a key; OSError as bpf(2) has it. skep's kernel overrides this, since
        in one process a key needs no address.
        """
        from skep.syscall.commands import map_lookup_elem

        return map_lookup_elem(self, fd, key, value_size, flags)

    @abstractmethod
    def shutdown(self) -> None:
        """Free all that this kernel holds for its user; Linux does that when descriptors are closed."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
