"""cpumap: CPUs that XDP programs can send packets to."""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING, Final

from skep.errors import ENOTSUPP
from skep.kernel.maps.objects import ObjectMap
from skep.uapi import BPF_NOEXIST

if TYPE_CHECKING:
    from skep.kernel.machine import Machine
    from skep.kernel.maps.params import MapParams

_MAX_QUEUE: Final = 16384


class CpuMap(ObjectMap):
    """A value is the size of the CPU's queue, and a program to run there."""

    def __init__(self, machine: Machine, params: MapParams) -> None:
        super().__init__(machine, params)
        self._queues: dict[int, int] = {}

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        (cpu,) = struct.unpack("<I", key)
        if cpu not in self._queues:
            raise OSError(errno.ENOENT, "no CPU in this place")
        return struct.pack("<II", self._queues[cpu], 0)[: self.value_size]

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        """cpu_map_update_elem(): a queue of 0 removes the CPU."""
        self._check_flags(flags)
        cpu = self._index(key)
        if flags == BPF_NOEXIST:
            raise OSError(errno.EEXIST, "every index of an array is there")
        size, prog_fd = struct.unpack("<Ii", value.ljust(8, b"\0"))
        if size > _MAX_QUEUE:
            raise OSError(errno.EOVERFLOW, f"a queue has {_MAX_QUEUE} places at most")
        if cpu >= self.machine.ncpus:
            raise OSError(errno.ENODEV, f"there is no CPU {cpu}")
        if not size:
            self._queues.pop(cpu, None)
            return
        if prog_fd > 0:
            raise OSError(ENOTSUPP, "programs on the CPUs of a CPU map cannot run yet")
        self._queues[cpu] = size

    def delete(self, key: bytes) -> None:
        self._queues.pop(self._index(key, errno.EINVAL), None)
