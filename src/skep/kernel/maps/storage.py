"""Storages: values that belong to a socket, an inode, a task or a cgroup, one for each map and owner.

In bpf(2) a descriptor names the owner. Natively a storage is a hash map from the owner's address.
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING, Final

from skep._runtime import NativeMap, write_memory
from skep.errors import ENOTSUPP
from skep.kernel.maps.base import Map
from skep.kernel.model.cgroups import Cgroup
from skep.kernel.model.sockets import Socket
from skep.kernel.model.task import Task
from skep.uapi import BPF_EXIST, BPF_F_LOCK, BPF_F_NO_PREALLOC, MapType

if TYPE_CHECKING:
    from skep.kernel.machine import Machine
    from skep.kernel.maps.params import MapParams

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
    """cgroup_storage, percpu_cgroup_storage: the first attachment to a control group makes its value, which
    stays until the group or the map goes. A key is the group's id, or that and the attach type.
    """

    def __init__(self, machine: Machine, params: MapParams) -> None:
        super().__init__(machine, params)
        self._keys: list[bytes] = []  # the newest first

    def _create(self, machine: Machine) -> NativeMap:
        owners = min(_MOST_OWNERS, _ADDRESS_SPACE // (self.value_size + 32))
        return NativeMap(
            machine.native, self.map_type, self.key_size, self.value_size, owners, BPF_F_NO_PREALLOC
        )

    def attach(self, group: Cgroup, attach_type: int) -> None:
        """A program with this map is attached: cgroup_storage_get() where there is no value yet."""
        key = self.key_of(group, attach_type)
        if key not in self._keys:
            self.native.update(key, bytes(self.native.sys_value_size), 0)
            self._keys.insert(0, key)

    def forget(self, group: Cgroup) -> None:
        """The group is removed: bpf_cgroup_storages_free()."""
        for key in [key for key in self._keys if key[:8] == struct.pack("<Q", group.id)]:
            self._keys.remove(key)
            self.native.delete(key)

    def key_of(self, group: Cgroup, attach_type: int) -> bytes:
        """Without an attach type in the key, all attachments to a group share one value."""
        return struct.pack("<QII", group.id, attach_type, 0)[: self.key_size]

    def begin_run(self) -> None:
        """Runs that belong to no group begin with zeroes: bpf_test_run()."""
        write_memory(self.native.values, bytes(self.machine.ncpus * ((self.value_size + 7) & ~7)))

    def _known(self, key: bytes) -> bytes:
        """The key as it is kept: what follows the attach type is padding."""
        return key[:12] + bytes(self.key_size - 12) if self.key_size == 16 else key

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        return self.native.lookup(self._known(key))

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        """cgroup_storage_update_elem()"""
        if flags & ~self._update_flags:
            raise OSError(errno.EINVAL, "only values that are there can be changed")
        if self._known(key) not in self._keys:
            raise OSError(errno.ENOENT, "no such cgroup has a value here")
        self.native.update(self._known(key), value, flags)

    @property
    def _update_flags(self) -> int:
        return BPF_EXIST if self.map_type == MapType.PERCPU_CGROUP_STORAGE else BPF_F_LOCK | BPF_EXIST

    def delete(self, key: bytes) -> None:
        raise OSError(errno.EINVAL, "values go when their programs are detached")

    def next_key(self, key: bytes | None = None) -> bytes:
        """cgroup_storage_get_next_key(): unlike in other maps, an unknown key is an error."""
        known = b"" if key is None else self._known(key)
        order = [b"", *self._keys]
        if known not in order[:-1]:
            raise OSError(errno.ENOENT, "no cgroup has a value here, or none after this one")
        return order[order.index(known) + 1]
