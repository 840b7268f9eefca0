"""Maps of sockets: sockmap, sockhash, reuseport_sockarray, xskmap.

A test makes the sockets (`Kernel.net.add_socket`), and descriptors of them (`Kernel.open`).
"""

from __future__ import annotations

import errno
import struct
from typing import Final

from skep.errors import ENOTSUPP
from skep.kernel.maps.objects import ObjectMap
from skep.kernel.model.sockets import Socket, TcpState
from skep.uapi import BPF_EXIST, BPF_NOEXIST

_FD_MAX: Final = (1 << 31) - 1
_TCP, _UDP = 6, 17


class SocketMap(ObjectMap):
    """What the four share: descriptors in, cookies out."""

    def _socket(self, fd: int) -> Socket:
        """sockfd_lookup()"""
        socket = self.machine.fds.find(fd, Socket)
        if socket is None:
            raise OSError(errno.ENOTSOCK, f"descriptor {fd} is no socket")
        return socket

    def _descriptor(self, value: bytes) -> int:
        number = int.from_bytes(value, "little")
        if number > _FD_MAX:
            raise OSError(errno.EINVAL, f"{number} is no descriptor")
        return number

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        if self.value_size != 8:
            raise OSError(errno.ENOSPC, "a value is a socket cookie, which has 8 bytes")
        (address,) = struct.unpack("<Q", self.native.lookup(key))
        return struct.pack("<Q", self.machine.net.cookie_of(address))


class SockMap(SocketMap):
    """sockmap: sockets that data can be redirected to."""

    empty = errno.EINVAL

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        """sock_map_update_elem_sys()"""
        socket = self._socket(self._descriptor(value))
        allowed = (TcpState.ESTABLISHED, TcpState.LISTEN)
        if socket.protocol == "tcp" and socket.state not in allowed:
            raise OSError(errno.EOPNOTSUPP, "a socket in this state cannot be in a sockmap")
        self._check_flags(flags)
        self._check_place(key)
        self.native.update(key, struct.pack("<Q", socket.address), flags)

    def _check_place(self, key: bytes) -> None:
        self._index(key)


class SockHash(SockMap):
    """sockhash: the same by any key."""

    def _check_place(self, key: bytes) -> None:
        """Any key is a place."""

    def delete(self, key: bytes) -> None:
        self.native.delete(key)


class ReuseportArray(SocketMap):
    """reuseport_sockarray: sockets of SO_REUSEPORT groups. A socket is in one such array at most."""

    beyond = errno.E2BIG
    empty = errno.ENOENT

    def _descriptor(self, value: bytes) -> int:
        return int(struct.unpack("<i", value)[0]) if len(value) == 4 else super()._descriptor(value)

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        """bpf_fd_reuseport_array_update_elem(), reuseport_array_update_check()"""
        self._check_flags(flags)
        self._index(key)
        socket = self._socket(self._descriptor(value))
        held = self._held(key)
        if held and flags == BPF_NOEXIST:
            raise OSError(errno.EEXIST, "a socket is in this place")
        if not held and flags == BPF_EXIST:
            raise OSError(errno.ENOENT, "no socket is in this place")
        if socket["protocol"] not in (_TCP, _UDP):
            raise OSError(ENOTSUPP, "only TCP and UDP have groups of sockets")
        if not socket.reuseport:
            raise OSError(errno.EINVAL, "the socket is in no SO_REUSEPORT group")
        if socket.reuseport_array is not None:
            raise OSError(errno.EBUSY, "the socket is in such an array already")
        self._put(key, socket)

    def _held(self, key: bytes) -> int:
        try:
            return int.from_bytes(self.native.lookup(key), "little")
        except OSError:
            return 0

    def _put(self, key: bytes, socket: Socket | None) -> None:
        if (held := self._held(key)) and (old := self.machine.net.socket_at(held)):
            old.reuseport_array = None
        self.native.update(key, struct.pack("<Q", socket.address if socket else 0), 0)
        if socket:
            socket.reuseport_array = self

    def delete(self, key: bytes) -> None:
        self._index(key, self.beyond)
        if not self._held(key):
            raise OSError(self.empty, "no socket is in this place")
        self._put(key, None)

    def close(self) -> None:
        if self._native is not None:
            for index in range(self.max_entries):
                self._put(struct.pack("<I", index), None)
        super().close()


class XskMap(SocketMap):
    """xskmap: AF_XDP sockets, of which there are none."""

    def lookup(self, key: bytes, flags: int = 0) -> bytes:
        raise OSError(errno.EOPNOTSUPP, "sockets in this map cannot be read")

    def update(self, key: bytes, value: bytes, flags: int = 0) -> None:
        """xsk_map_update_elem()"""
        self._check_flags(flags)
        self._index(key)
        self._socket(struct.unpack("<i", value)[0])
        raise OSError(errno.EOPNOTSUPP, "only AF_XDP sockets can be in this map")
