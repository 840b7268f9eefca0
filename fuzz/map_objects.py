"""Sockets, control groups and the task, as descriptors of each kernel: the same ones on both."""

from __future__ import annotations

import ctypes
import os
import socket
import tempfile
from typing import TYPE_CHECKING

from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.syscall.linux import Linux

if TYPE_CHECKING:
    from fuzz.map_worlds import Roles


def open_objects(backend: Backend, roles: Roles) -> dict[str, int]:
    """Descriptors by name."""
    if isinstance(backend, Kernel):
        return _of_skep(backend)
    assert isinstance(backend, Linux)
    return _of_linux(roles)


def _of_skep(kernel: Kernel) -> dict[str, int]:
    local, remote, net = ("127.0.0.1", 1000), ("127.0.0.1", 2000), kernel.net
    return {
        "udp": kernel.open(net.add_socket("udp", local)),
        "reuseport udp": kernel.open(net.add_socket("udp", local, reuseport=True)),
        "listening": kernel.open(net.add_socket("tcp", local)),
        "established": kernel.open(net.add_socket("tcp", local, remote)),
        "task": kernel.open(kernel.task),
        "control group": kernel.open(kernel.cgroups.add("/a")),
        "other group": kernel.open(kernel.cgroups.add("/b")),
    }


def _of_linux(roles: Roles) -> dict[str, int]:
    listening = socket.create_server(("127.0.0.1", 0))
    established = socket.create_connection(listening.getsockname())
    plain, reuseport = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    reuseport.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    for each in (plain, reuseport):
        each.bind(("127.0.0.1", 0))
    accepted, _ = listening.accept()
    roles.undo.append(accepted.close)
    sockets = {"udp": plain, "reuseport udp": reuseport, "listening": listening, "established": established}
    return {
        **{name: each.detach() for name, each in sockets.items()},
        "task": os.pidfd_open(os.getpid()),
        **_groups(roles),
    }


def _groups(roles: Roles) -> dict[str, int]:
    """Two control groups below a mount of their own."""
    mount = tempfile.mkdtemp(prefix="skep-cgroup-")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"none", mount.encode(), b"cgroup2", 0, None):
        raise OSError(ctypes.get_errno(), "cgroup2 cannot be mounted")
    paths = [tempfile.mkdtemp(prefix="skep-", dir=mount) for _ in range(2)]
    roles.undo += [lambda path=path: os.rmdir(path) for path in paths]
    roles.undo += [lambda: libc.umount(mount.encode()), lambda: os.rmdir(mount)]
    names = ("control group", "other group")
    return {name: os.open(path, os.O_RDONLY) for name, path in zip(names, paths, strict=True)}
