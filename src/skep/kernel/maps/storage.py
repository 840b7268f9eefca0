"""Storages: values that belong to a socket, an inode, a task or a cgroup, one for each map and owner.

In bpf(2) a descriptor names the owner. Natively a storage is a hash map from the owner's address.
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING, Final

from skep._runtime import NativeMap
from skep.errors import ENOTSUPP
from skep.kernel.maps.base import Map
from skep.kernel.model.cgroups import Cgroup
from skep.kernel.model.sockets import Socket
from skep.kernel.model.task import Task
from skep.uapi import BPF_EXIST, BPF_F_LOCK, BPF_F_NO_PREALLOC, MapType

if TYPE_CHECKING:
    from skep.kernel.machine import Machine

#: How many owners may have a value: the map grows into address space that costs nothing until it is used.
_MOST_OWNERS: Final = 1 << 20
_ADDRESS_SPACE: Final = 1 << 32


class LocalStorage(Map):
    """sk_storage, inode_storage, task_storage, cgrp_storage."""

    def _create(self, machine: Machine) -> NativeMap:
        owners = min(_MOST_OWNERS, _ADDRESS_SPACE // (self.value_size + 32))
        return NativeMap(machine.native, self.map_type, 8, self.value_size, owners, BPF_F_NO_PREALLOC)

    def _owner(self, key: bytes) -> bytes:
        """The native key of the owner that a descriptor names."""
        (fd,) = struct.unpack("<i", key)
        return struct.pack("<Q", _OWNERS[MapType(self.map_type)](self.machine, fd))

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        return self.native.lookup(self._owner(key))

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        self.native.update(self._owner(key), value, flags)

    def delete(self, key: bytes) -> None:
        self.native.delete(self._owner(key))

    def next_key(self, key: bytes | None = None) -> bytes:
        raise OSError(ENOTSUPP, "the owners of storages cannot be listed")


def _socket(machine: Machine, fd: int) -> int:
    """sockfd_lookup()"""
    socket = machine.fds.find(fd, Socket)
    if socket is None:
        raise OSError(errno.ENOTSOCK, f"descriptor {fd} is no socket")
    return socket.address


def _task(machine: Machine, fd: int) -> int:
    """pidfd_get_pid()"""
    task = machine.fds.find(fd, Task)
    if task is None:
        raise OSError(errno.EBADF, f"descriptor {fd} is no task")
    return task.address


def _cgroup(machine: Machine, fd: int) -> int:
    """cgroup_v1v2_get_from_fd()"""
    group = machine.fds.find(fd, Cgroup)
    if group is None:
        raise OSError(errno.EBADF, f"descriptor {fd} is no control group")
    return group.address


def _inode(machine: Machine, fd: int) -> int:
    """Files of BPF have an inode together."""
    return machine.inode_of(fd)


_OWNERS: Final = {
    MapType.SK_STORAGE: _socket,
    MapType.TASK_STORAGE: _task,
    MapType.CGRP_STORAGE: _cgroup,
    MapType.INODE_STORAGE: _inode,
}


class CgroupStorage(Map):
    """cgroup_storage, percpu_cgroup_storage: attaching a program to a cgroup makes its value."""

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        raise OSError(errno.ENOENT, "no such cgroup has a value here")

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        if flags & ~(BPF_F_LOCK | BPF_EXIST):
            raise OSError(errno.EINVAL, "only values that are there can be changed")
        raise OSError(errno.ENOENT, "no such cgroup has a value here")

    def delete(self, key: bytes) -> None:
        raise OSError(errno.EINVAL, "values go when their programs are detached")

    def next_key(self, key: bytes | None = None) -> bytes:
        raise OSError(errno.ENOENT, "no cgroup has a value here")
