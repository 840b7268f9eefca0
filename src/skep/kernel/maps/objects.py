"""Maps whose values are objects of the kernel: what they share; control groups; stacks.

bpf(2) names an object by a descriptor or a number. Natively a place holds eight bytes: the object's address,
or for devices and CPUs a number and the id of a program.
"""

from __future__ import annotations

import errno
import struct
import threading
import zlib
from typing import TYPE_CHECKING

from skep._runtime import NativeMap
from skep.errors import ENOTSUPP
from skep.kernel.maps.base import Map
from skep.kernel.model.cgroups import Cgroup
from skep.uapi import BPF_EXIST, BPF_F_FAST_STACK_CMP, BPF_F_REUSE_STACKID, BPF_F_STACK_BUILD_ID

if TYPE_CHECKING:
    from skep.kernel.machine import Machine
    from skep.kernel.maps.params import MapParams

EMPTY = bytes(8)


class ObjectMap(Map):
    """A map of objects by index."""

    #: delete of an index beyond the end, and of an empty place (0: fine)
    beyond = errno.EINVAL
    empty = 0

    def _create(self, machine: Machine) -> NativeMap:
        return NativeMap(machine.native, self.map_type, self.key_size, 8, self.max_entries)

    @property
    def sys_value_size(self) -> int:
        return self.value_size

    def _index(self, key: bytes, number: int = errno.E2BIG) -> int:
        (index,) = struct.unpack("<I", key)
        if index >= self.max_entries:
            raise OSError(number, f"index {index} of {self.max_entries}")
        return int(index)

    def _check_flags(self, flags: int) -> None:
        if flags > BPF_EXIST:
            raise OSError(errno.EINVAL, "unknown flags")

    def delete(self, key: bytes) -> None:
        self._index(key, self.beyond)
        try:
            self.native.delete(key)
        except OSError as refused:
            if self.empty:
                raise OSError(self.empty, "nothing is in this place") from refused

    def pop(self, key: bytes) -> bytes:
        raise OSError(ENOTSUPP, "elements of this map type cannot be looked up and deleted at once")


class CgroupArray(ObjectMap):
    """cgroup_array: control groups that programs compare packets and tasks with."""

    beyond = errno.E2BIG
    empty = errno.ENOENT

    @property
    def sys_value_size(self) -> int:
        return 4

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        raise OSError(ENOTSUPP, "what is in this map cannot be read")

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        """bpf_fd_array_map_update_elem()"""
        if flags:
            raise OSError(errno.EINVAL, "this map takes no flags but BPF_ANY")
        self._index(key)
        (fd,) = struct.unpack("<i", value)
        group = self.machine.fds.find(fd, Cgroup)
        if group is None:
            raise OSError(errno.EBADF, f"descriptor {fd} is no control group")
        self.native.update(key, struct.pack("<Q", group.record.address), 0)

    def release_user(self) -> None:
        """cgroup_fd_array_free(): nobody can change it any more, so it lets go of its groups."""
        super().release_user()
        for index in range(self.max_entries):
            self.native.update(struct.pack("<I", index), EMPTY, 0)


class StackTrace(Map):
    """stack_trace: programs put stacks in, under a hash of their frames; bpf(2) reads and removes them."""

    def __init__(self, machine: Machine, params: MapParams) -> None:
        super().__init__(machine, params)
        self._stacks: dict[int, bytes] = {}
        self._lock = threading.Lock()

    @property
    def frame_size(self) -> int:
        return 32 if self.map_flags & BPF_F_STACK_BUILD_ID else 8

    @property
    def _buckets(self) -> int:
        """Ids go up to the next power of two."""
        return 1 << (self.max_entries - 1).bit_length()

    def put(self, frames: bytes, flags: int) -> int:
        """__bpf_get_stackid(): a stack's id. EEXIST when another one has it, ENOMEM when all are in use."""
        hashed = zlib.crc32(frames)
        number = hashed & self._buckets - 1
        with self._lock:
            there = self._stacks.get(number)
            if there == frames or (there and flags & BPF_F_FAST_STACK_CMP and zlib.crc32(there) == hashed):
                return number
            if there is not None and not flags & BPF_F_REUSE_STACKID:
                raise OSError(errno.EEXIST, f"another stack has the id {number}")
            if len(self._stacks) >= self.max_entries:
                raise OSError(errno.ENOMEM, f"{self.max_entries} stacks are in the map")
            self._stacks[number] = frames
        return number

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        found = self._stacks.get(self._id(key))
        if found is None:
            raise OSError(errno.ENOENT, "no such stack")
        return found.ljust(self.value_size, b"\0")

    def pop(self, key: bytes) -> bytes:
        found = self.lookup(key)
        self._stacks.pop(self._id(key), None)
        return found

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        raise OSError(errno.EINVAL, "only programs put stacks in")

    def delete(self, key: bytes) -> None:
        """stack_map_delete_elem()"""
        if self._id(key) >= self._buckets:
            raise OSError(errno.E2BIG, f"ids go up to {self._buckets - 1}")
        self.pop(key)

    def next_key(self, key: bytes | None = None) -> bytes:
        start = self._id(key) + 1 if key is not None and self._id(key) in self._stacks else 0
        following = min((number for number in self._stacks if number >= start), default=None)
        if following is None:
            raise OSError(errno.ENOENT, "no more stacks")
        return struct.pack("<I", following)

    @staticmethod
    def _id(key: bytes) -> int:
        return int.from_bytes(key, "little")
