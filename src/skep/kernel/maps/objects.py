"""Maps whose values are objects of the kernel: events, cgroups, devices, sockets, CPUs.

bpf(2) names an object by a descriptor or a number. Where the userspace kernel has no objects of the kind,
each name is a bad one, and gets the errno that Linux has for it; the maps stay empty.
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from skep.errors import ENOTSUPP
from skep.kernel.maps.base import Map
from skep.uapi import BPF_EXIST, BPF_F_RDONLY_PROG, BPF_NOEXIST

if TYPE_CHECKING:
    from skep.kernel.machine import Machine
    from skep.kernel.maps.params import MapParams


class ObjectMap(Map):
    """A map that holds no object yet."""

    #: delete of an index beyond the end, and of an empty place (0: fine)
    beyond = errno.EINVAL
    empty = 0

    @property
    def sys_value_size(self) -> int:
        return self.value_size

    def _index(self, key: bytes, number: int = errno.E2BIG) -> int:
        (index,) = struct.unpack("<I", key)
        if index >= self.max_entries:
            raise OSError(number, f"index {index} of {self.max_entries}")
        return int(index)

    def _refuse_socket(self, value: bytes) -> None:
        """sockfd_lookup()"""
        (fd,) = struct.unpack("<i", value[:4])
        self.machine.fds.get(fd)
        raise OSError(errno.ENOTSOCK, f"descriptor {fd} is no socket")

    def _check_flags(self, flags: int) -> None:
        if flags > BPF_EXIST:
            raise OSError(errno.EINVAL, "unknown flags")

    def delete(self, key: bytes) -> None:
        self._index(key, self.beyond)
        if self.empty:
            raise OSError(self.empty, "nothing is in this place")

    def pop(self, key: bytes) -> bytes:
        raise OSError(ENOTSUPP, "elements of this map type cannot be looked up and deleted at once")

    def next_key(self, key: bytes | None = None) -> bytes:
        """array_map_get_next_key()"""
        index = struct.unpack("<I", key)[0] if key is not None else self.max_entries
        if index == self.max_entries - 1:
            raise OSError(errno.ENOENT, "this was the last index")
        return struct.pack("<I", index + 1 if index < self.max_entries else 0)


class FdArray(ObjectMap):
    """cgroup_array."""

    beyond = errno.E2BIG
    empty = errno.ENOENT

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        raise OSError(ENOTSUPP, "what is in this map cannot be read")

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        if flags:
            raise OSError(errno.EINVAL, "this map takes no flags but BPF_ANY")
        self._index(key)
        raise OSError(errno.EBADF, "no descriptor of this kernel is such an object")


class XskMap(ObjectMap):
    """xskmap."""

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        raise OSError(errno.EOPNOTSUPP, "sockets in this map cannot be read")

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        self._check_flags(flags)
        self._index(key)
        self._refuse_socket(value)


class SockMap(ObjectMap):
    """sockmap."""

    empty = errno.EINVAL

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        if self.value_size != 8:
            raise OSError(errno.ENOSPC, "a value is a socket cookie, which has 8 bytes")
        raise OSError(errno.ENOENT, "no socket in this place")

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        self._refuse_socket(value)


class SockHash(SockMap):
    """sockhash."""

    def delete(self, key: bytes) -> None:
        raise OSError(errno.ENOENT, "no socket has this key")

    def next_key(self, key: bytes | None = None) -> bytes:
        raise OSError(errno.ENOENT, "the map is empty")


class ReuseportArray(SockMap):
    """reuseport_sockarray."""

    beyond = errno.E2BIG
    empty = errno.ENOENT

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        self._check_flags(flags)
        self._index(key)
        self._refuse_socket(value)


class DevMap(ObjectMap):
    """devmap: no device is there to be put in. Programs see values, and may never write to them."""

    def __init__(self, machine: Machine, params: MapParams) -> None:
        super().__init__(machine, params)
        self.map_flags |= BPF_F_RDONLY_PROG

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        raise OSError(errno.ENOENT, "no device in this place")

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        """__dev_map_update_elem(): ifindex 0 empties a place."""
        self._check_flags(flags)
        self._index(key)
        if flags == BPF_NOEXIST:
            raise OSError(errno.EEXIST, "every index of an array is there")
        ifindex, prog_fd = struct.unpack("<Ii", value.ljust(8, b"\0"))
        if ifindex or prog_fd > 0:
            raise OSError(errno.EINVAL, f"there is no device {ifindex}")


class DevMapHash(DevMap):
    """devmap_hash."""

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        self._check_flags(flags)
        raise OSError(errno.EINVAL, "there is no such device")

    def delete(self, key: bytes) -> None:
        raise OSError(errno.ENOENT, "no device has this key")

    def next_key(self, key: bytes | None = None) -> bytes:
        raise OSError(errno.ENOENT, "the map is empty")


class StackTrace(ObjectMap):
    """stack_trace: programs collect stacks; bpf(2) reads and removes them."""

    beyond = errno.E2BIG
    empty = errno.ENOENT

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        raise OSError(errno.ENOENT, "no such stack")

    def pop(self, key: bytes) -> bytes:
        return self.lookup(key)

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        raise OSError(errno.EINVAL, "only programs put stacks in")

    def delete(self, key: bytes) -> None:
        """stack_map_delete_elem(): ids go up to the next power of two."""
        (number,) = struct.unpack("<I", key)
        known = number < 1 << (self.max_entries - 1).bit_length()
        raise OSError(errno.ENOENT if known else errno.E2BIG, "no such stack")

    def next_key(self, key: bytes | None = None) -> bytes:
        raise OSError(errno.ENOENT, "there are no stacks")
