"""mmap(2) of a map: its values as memory that the user and the programs share."""

from __future__ import annotations

import ctypes
import errno
import weakref

from skep._runtime import NativeMap
from skep.errors import ENOTSUPP
from skep.kernel.machine import Machine
from skep.kernel.maps.base import Map
from skep.kernel.usermem import PAGE_SIZE
from skep.uapi import BPF_F_MMAPABLE, BPF_F_RDONLY_PROG, MapType


def map_memory(machine: Machine, fd: int, length: int, offset: int, *, writable: bool) -> memoryview:
    """bpf_map_mmap(), array_map_mmap(). The view keeps the map alive and, when writable, unfrozen."""
    file, map = machine.map_file(fd)
    if map.map_type != MapType.ARRAY or map.has_special_fields:
        raise OSError(ENOTSUPP, "a map of this type is no memory")
    if not file.can_read or (writable and not file.can_write):
        raise OSError(errno.EACCES, "the descriptor does not permit this mapping")
    if writable and map.frozen:
        raise OSError(errno.EPERM, "the map is frozen")
    if writable and map.map_flags & BPF_F_RDONLY_PROG:
        raise OSError(errno.EACCES, "programs rely on the map being constant")
    if not map.map_flags & BPF_F_MMAPABLE or offset % PAGE_SIZE:
        raise OSError(errno.EINVAL, "the map was not made to be mapped, or the offset is within a page")
    size = -(-map.max_entries * ((map.value_size + 7) & ~7) // PAGE_SIZE) * PAGE_SIZE
    if offset + length > size:
        raise OSError(errno.EINVAL, f"{length} bytes at {offset}, the map has {size}")
    return _view(machine, map, length, offset, writable=writable)


def _view(machine: Machine, map: Map, length: int, offset: int, *, writable: bool) -> memoryview:
    memory = (ctypes.c_ubyte * length).from_address(map.native.values + offset)
    machine.maps.hold(map)
    machine.writable_views[map.id] += writable
    # The native map goes along, so that the memory stays even when the machine is closed before the view.
    weakref.finalize(memory, _unmap, machine, map, map.native, writable).atexit = False
    view = memoryview(memory).cast("B")
    return view if writable else view.toreadonly()


def _unmap(machine: Machine, map: Map, native: NativeMap, writable: bool) -> None:
    machine.writable_views[map.id] -= writable
    machine.maps.release(map)
