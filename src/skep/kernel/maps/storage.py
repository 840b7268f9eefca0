"""Storages: values that belong to a socket, an inode, a task or a cgroup, one for each map and owner.

A descriptor names the owner in bpf(2). The userspace kernel has none of these owners yet, so all
descriptors are bad ones.
"""

from __future__ import annotations

import errno
import struct

from skep.errors import ENOTSUPP
from skep.kernel.maps.base import Map
from skep.uapi import BPF_EXIST, BPF_F_LOCK, MapType


class LocalStorage(Map):
    """sk_storage, inode_storage, task_storage, cgrp_storage."""

    def _refuse_owner(self, key: bytes) -> OSError:
        (fd,) = struct.unpack("<i", key)
        if self.map_type in (MapType.SK_STORAGE, MapType.INODE_STORAGE):
            self.machine.fds.get(fd)
            if self.map_type == MapType.SK_STORAGE:
                return OSError(errno.ENOTSOCK, f"descriptor {fd} is no socket")
            return OSError(ENOTSUPP, "descriptors of this kernel have no inodes")
        return OSError(errno.EBADF, f"descriptor {fd} is no task or cgroup")

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        raise self._refuse_owner(key)

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        raise self._refuse_owner(key)

    def delete(self, key: bytes) -> None:
        raise self._refuse_owner(key)

    def next_key(self, key: bytes | None = None) -> bytes:
        raise OSError(ENOTSUPP, "the owners of storages cannot be listed")


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
