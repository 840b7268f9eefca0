"""mmap(2) of a map: its values as memory that the user and the programs share."""

from __future__ import annotations

import ctypes
import errno
import weakref

from skep._runtime import NativeMap
from skep.errors import ENOTSUPP
from skep.kernel.machine import Machine
from skep.kernel.maps.base import Map
from skep.kernel.maps.memory_maps import POSITION_PAGES, Arena, RingBuffer
from skep.kernel.model.perf_event import PerfEvent
from skep.kernel.usermem import PAGE_SIZE
from skep.uapi import BPF_F_MMAPABLE, BPF_F_RDONLY_PROG, MapType


def map_memory(
    machine: Machine, fd: int, length: int, offset: int, *, writable: bool, address: int = 0
) -> memoryview:
    """bpf_map_mmap(), array_map_mmap(). The view keeps the map alive and, when writable, unfrozen."""
    if isinstance(event := machine.fds.get(fd).obj, PerfEvent):
        return _perf_view(event, length, offset)
    file, map = machine.map_file(fd)
    if isinstance(map, Arena):  # says where it can be before anything else is looked at
        if offset:
            raise OSError(errno.EINVAL, "an arena is mapped from its start")
        map.check_place(address, length)
    if not file.can_read or (writable and not file.can_write):
        raise OSError(errno.EACCES, "the descriptor does not permit this mapping")
    if isinstance(map, Arena):
        _check_rights(map, writable=writable)
        map.native.place(address, length)
        return _view(machine, map, length, 0, writable=writable)
    if address:
        raise OSError(errno.EINVAL, "this kernel chooses the addresses of its memory itself")
    if isinstance(map, RingBuffer):
        _check_rights(map, writable=writable)
        return _view(machine, map, length, _ring_offset(map, length, offset, writable), writable=writable)
    if map.map_type != MapType.ARRAY or map.has_special_fields:
        raise OSError(ENOTSUPP, "a map of this type is no memory")
    _check_rights(map, writable=writable)
    if not map.map_flags & BPF_F_MMAPABLE or offset % PAGE_SIZE:
        raise OSError(errno.EINVAL, "the map was not made to be mapped, or the offset is within a page")
    size = -(-map.max_entries * ((map.value_size + 7) & ~7) // PAGE_SIZE) * PAGE_SIZE
    if offset + length > size:
        raise OSError(errno.EINVAL, f"{length} bytes at {offset}, the map has {size}")
    return _view(machine, map, length, offset, writable=writable)


def _perf_view(event: PerfEvent, length: int, offset: int) -> memoryview:
    """perf_mmap(): the whole ring."""
    if offset or length != event.size:
        raise OSError(errno.EINVAL, f"the event is mapped whole: {event.size} bytes")
    memory = (ctypes.c_ubyte * length).from_address(event.memory)
    weakref.finalize(memory, event.hold().release).atexit = False
    return memoryview(memory).cast("B")


def _check_rights(map: Map, *, writable: bool) -> None:
    """bpf_map_mmap()"""
    if writable and map.frozen:
        raise OSError(errno.EPERM, "the map is frozen")
    if writable and map.map_flags & BPF_F_RDONLY_PROG:
        raise OSError(errno.EACCES, "programs rely on the map being constant")


def _ring_offset(map: RingBuffer, length: int, offset: int, writable: bool) -> int:
    """ringbuf_map_mmap_kern(), ringbuf_map_mmap_user(): each side writes its own position, and only the
    user's side of a user ring writes data. The offset is to the data.
    """
    if map.map_type == MapType.RINGBUF:
        forbidden = offset != 0 or length != PAGE_SIZE
    else:
        forbidden = offset == 0
    if writable and forbidden:
        raise OSError(errno.EPERM, "this part of a ring buffer is the other side's to write")
    before = POSITION_PAGES * PAGE_SIZE
    if offset % PAGE_SIZE or offset + length > before + 2 * map.max_entries:
        raise OSError(errno.EINVAL, f"{length} bytes at {offset} of a ring of {map.max_entries}")
    return offset - before


def _view(machine: Machine, map: Map, length: int, offset: int, *, writable: bool) -> memoryview:
    memory = (ctypes.c_ubyte * length).from_address(map.native.values + offset)
    machine.maps.hold(map)
    machine.writable_views[map.id] += writable
    # The native map goes along, so that the memory stays even when the machine is closed before the view.
    weakref.finalize(memory, _unmap, machine, map, map.native, writable).atexit = False
    view = memoryview(memory).cast("B")
    return view if writable else view.toreadonly()


def _unmap(machine: Machine, map: Map, native: NativeMap, writable: bool) -> None:
    if not isinstance(map, Arena):  # which can never be frozen once it was mapped: arena_vm_ops
        machine.writable_views[map.id] -= writable
    machine.maps.release(map)
