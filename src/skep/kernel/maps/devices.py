"""Maps that XDP programs redirect packets through: devmap, devmap_hash, cpumap.

A value is a number (of a device; the size of a CPU's queue), and perhaps a program that runs over there.
Natively a place holds that number and the program's id, which is also what programs see.
"""

from __future__ import annotations

import errno
import struct
import threading
from typing import TYPE_CHECKING, Final

from skep.kernel.maps.objects import EMPTY, ObjectMap
from skep.uapi import BPF_F_RDONLY_PROG, BPF_NOEXIST, AttachType, ProgType

if TYPE_CHECKING:
    from skep.kernel.machine import Machine
    from skep.kernel.maps.params import MapParams
    from skep.kernel.prog import Prog

_MAX_QUEUE: Final = 16384


class RedirectMap(ObjectMap):
    """The programs of the places, which the map holds."""

    attach_type: AttachType

    def __init__(self, machine: Machine, params: MapParams) -> None:
        super().__init__(machine, params)
        self._progs: dict[bytes, Prog] = {}
        self._lock = threading.Lock()

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        return self.native.lookup(key)[: self.value_size]

    def _prog(self, fd: int) -> Prog | None:
        """The program of a descriptor; EINVAL for what cannot run there."""
        if fd <= 0:
            return None
        try:
            prog = self.machine.prog_of_fd(fd)
        except OSError as bad:
            raise OSError(errno.EINVAL, f"descriptor {fd} is no program") from bad
        if prog.type != ProgType.XDP or prog.expected_attach_type != self.attach_type:
            raise OSError(errno.EINVAL, f"program {prog.name!r} was not loaded for such a map")
        return prog

    def _put(self, key: bytes, number: int, prog: Prog | None) -> None:
        with self._lock:
            old = self._progs.pop(key, None)
            if prog is not None:
                self._progs[key] = self.machine.progs.hold(prog)
            self._store(key, struct.pack("<II", number, prog.id if prog else 0) if number else EMPTY)
        self._retire(old)

    def _store(self, key: bytes, value: bytes) -> None:
        self.native.update(key, value, 0)

    def _retire(self, old: Prog | None) -> None:
        if old is not None:
            self.machine.native.defer(lambda: self.machine.progs.release(old))

    def delete(self, key: bytes) -> None:
        self._index(key, self.beyond)
        self._put(key, 0, None)

    def close(self) -> None:
        progs, self._progs = self._progs, {}
        super().close()
        for prog in progs.values():
            self.machine.progs.release(prog)


class DevMap(RedirectMap):
    """devmap. Programs see values, and may never write to them."""

    attach_type = AttachType.XDP_DEVMAP

    def __init__(self, machine: Machine, params: MapParams) -> None:
        super().__init__(machine, params)
        self.map_flags |= BPF_F_RDONLY_PROG

    def _device(self, ifindex: int, prog_fd: int) -> Prog | None:
        """__dev_map_alloc_node(): the program, after the device was found."""
        if ifindex not in self.machine.net:
            raise OSError(errno.EINVAL, f"there is no device {ifindex}")
        return self._prog(prog_fd)

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        """__dev_map_update_elem(): ifindex 0 empties a place."""
        self._check_flags(flags)
        self._index(key)
        if flags == BPF_NOEXIST:
            raise OSError(errno.EEXIST, "every index of an array is there")
        ifindex, prog_fd = struct.unpack("<Ii", value.ljust(8, b"\0"))
        if not ifindex and prog_fd > 0:
            raise OSError(errno.EINVAL, "a program without a device")
        self._put(key, ifindex, self._device(ifindex, prog_fd) if ifindex else None)


class DevMapHash(DevMap):
    """devmap_hash. Keys come in the order of Linux: by bucket, and in a bucket the last stored first."""

    def __init__(self, machine: Machine, params: MapParams) -> None:
        super().__init__(machine, params)
        self._buckets: dict[int, list[int]] = {}

    def _bucket(self, number: int) -> int:
        return number & ((1 << (self.max_entries - 1).bit_length()) - 1)

    def _chain(self, key: bytes) -> list[int]:
        (number,) = struct.unpack("<I", key)
        return self._buckets.setdefault(self._bucket(number), [])

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        """__dev_map_hash_update_elem()"""
        ifindex, prog_fd = struct.unpack("<Ii", value.ljust(8, b"\0"))
        self._check_flags(flags)
        if not ifindex:
            raise OSError(errno.EINVAL, "a place without a device")
        (number,) = struct.unpack("<I", key)
        present = number in self._chain(key)
        if present and flags & BPF_NOEXIST:
            raise OSError(errno.EEXIST, "a device is in this place")
        prog = self._device(ifindex, prog_fd)
        if not present and sum(map(len, self._buckets.values())) >= self.max_entries:
            raise OSError(errno.E2BIG, "the map is full")
        self._put(key, ifindex, prog)
        chain = self._chain(key)
        if present:
            chain.remove(number)
        chain.insert(0, number)

    def delete(self, key: bytes) -> None:
        self.native.delete(key)
        self._chain(key).remove(struct.unpack("<I", key)[0])
        self._retire(self._progs.pop(key, None))

    def next_key(self, key: bytes | None = None) -> bytes:
        """dev_map_hash_get_next_key()"""
        order = [number for bucket in sorted(self._buckets) for number in self._buckets[bucket]]
        at = order.index(wanted) + 1 if key and (wanted := struct.unpack("<I", key)[0]) in order else 0
        if at >= len(order):
            raise OSError(errno.ENOENT, "this was the last key")
        return struct.pack("<I", order[at])


class CpuMap(RedirectMap):
    """cpumap: CPUs with a queue of packets."""

    attach_type = AttachType.XDP_CPUMAP

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        """cpu_map_update_elem(): a queue of 0 removes the CPU; a bad program counts as no memory."""
        self._check_flags(flags)
        cpu = self._index(key)
        if flags == BPF_NOEXIST:
            raise OSError(errno.EEXIST, "every index of an array is there")
        size, prog_fd = struct.unpack("<Ii", value.ljust(8, b"\0"))
        if size > _MAX_QUEUE:
            raise OSError(errno.EOVERFLOW, f"a queue has {_MAX_QUEUE} places at most")
        if cpu >= self.machine.ncpus:
            raise OSError(errno.ENODEV, f"there is no CPU {cpu}")
        try:
            prog = self._prog(prog_fd) if size else None
        except OSError as bad:
            raise OSError(errno.ENOMEM, str(bad)) from bad
        self._put(key, size, prog)
