"""Commands on objects of any kind: ids, descriptors by id, pins, run-time statistics."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

from skep.kernel.bpffs import Pin
from skep.kernel.call import Call
from skep.kernel.capable import Cap
from skep.kernel.fds import File, Rights
from skep.kernel.ids import IdTable
from skep.kernel.machine import Machine
from skep.kernel.usermem import read_string
from skep.uapi import BPF_F_PATH_FD, BPF_F_RDONLY, BPF_F_WRONLY, StatsType
from skep.uapi import attrs as a

_INT_MAX = 0x7FFFFFFF
_PATH_MAX = 4096
_OPEN_FLAGS = BPF_F_RDONLY | BPF_F_WRONLY

Tables = Callable[[Machine], IdTable[Any]]


def _require_sys_admin(machine: Machine) -> None:
    if not machine.capable(Cap.SYS_ADMIN):
        raise OSError(errno.EPERM, "CAP_SYS_ADMIN is needed")


def get_next_id(table: Tables) -> Callable[[Call[a.GetNextId]], int]:
    """bpf_obj_get_next_id() over one table."""

    def handler(call: Call[a.GetNextId]) -> int:
        if call.attr.start_id >= _INT_MAX:
            raise OSError(errno.EINVAL, "no id is that large")
        _require_sys_admin(call.machine)
        call.put(next_id=table(call.machine).next_id(call.attr.start_id))
        return 0

    return handler


def get_fd_by_id(table: Tables) -> Callable[[Call[a.GetFdById]], int]:
    """bpf_prog_get_fd_by_id(), btf_get_fd_by_id(), bpf_link_get_fd_by_id()"""

    def handler(call: Call[a.GetFdById]) -> int:
        _require_sys_admin(call.machine)
        objects = table(call.machine)
        return call.machine.new_fd(objects, objects.by_id(call.attr.obj_id))

    return handler


def map_get_fd_by_id(call: Call[a.GetFdById]) -> int:
    """bpf_map_get_fd_by_id(): the only kind whose descriptors may be opened for less than everything."""
    if call.attr.open_flags & ~_OPEN_FLAGS:
        raise OSError(errno.EINVAL, "unknown open flags")
    _require_sys_admin(call.machine)
    rights = Rights.of_flags(call.attr.open_flags)
    return call.machine.new_fd(call.machine.maps, call.machine.maps.by_id(call.attr.obj_id), rights)


def _path(call: Call[a.ObjPin]) -> str:
    path = read_string(call.memory, call.attr.pathname, _PATH_MAX)
    if path is None:
        raise OSError(errno.ENAMETOOLONG, f"a path of more than {_PATH_MAX} bytes")
    if call.attr.file_flags & BPF_F_PATH_FD and not path.startswith(b"/"):
        raise OSError(errno.EBADF, "path_fd is no open directory")
    return path.decode(errors="surrogateescape")


def _check_path_fd(attr: a.ObjPin) -> None:
    if attr.path_fd and not attr.file_flags & BPF_F_PATH_FD:
        raise OSError(errno.EINVAL, "path_fd without BPF_F_PATH_FD")


def obj_pin(call: Call[a.ObjPin]) -> int:
    """bpf_obj_pin()"""
    if call.attr.file_flags & ~BPF_F_PATH_FD:
        raise OSError(errno.EINVAL, "unknown flags")
    _check_path_fd(call.attr)
    machine = call.machine
    file = machine.fds.files.get(call.attr.bpf_fd)
    table = machine.table_of(file.obj) if file is not None else None
    if file is None or table is None:
        raise OSError(errno.EINVAL, "only programs, maps and links can be pinned")
    obj = file.obj
    path = _path(call)
    machine.bpffs.check_free(path)
    table.hold(obj, user=True)
    machine.bpffs.pin(path, Pin(obj, lambda: table.release(obj, user=True)))
    return 0


def obj_get(call: Call[a.ObjPin]) -> int:
    """bpf_obj_get()"""
    attr, machine = call.attr, call.machine
    if attr.bpf_fd or attr.file_flags & ~(_OPEN_FLAGS | BPF_F_PATH_FD):
        raise OSError(errno.EINVAL, "a descriptor or flags that OBJ_GET does not know")
    _check_path_fd(attr)
    rights = Rights.of_flags(attr.file_flags)
    obj = machine.bpffs.get(_path(call)).obj
    table = machine.table_of(obj)
    if table is None or (table is machine.links and attr.file_flags & _OPEN_FLAGS):
        raise OSError(errno.EINVAL, "a link has no rights to restrict")
    return machine.new_fd(table, obj, rights if table is machine.maps else None)


def enable_stats(call: Call[a.EnableStats]) -> int:
    """bpf_enable_stats(): programs are timed for as long as the descriptor is open."""
    machine = call.machine
    _require_sys_admin(machine)
    if call.attr.type != StatsType.RUN_TIME:
        raise OSError(errno.EINVAL, f"unknown statistics {call.attr.type}")

    def disable() -> None:
        machine.stats_users -= 1

    machine.stats_users += 1
    return machine.fds.install(File(StatsType.RUN_TIME, disable))
