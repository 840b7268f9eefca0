"""Maps of an object in a kernel: created or found pinned, filled with their first contents, frozen.

Rule: libbpf's bpf_object__create_maps, seen from bpf(2).
"""

from __future__ import annotations

import errno
import mmap
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

from ..errors import KernelError, LoaderError
from ..syscall import commands
from ..syscall.backend import Backend
from ..uapi import MapType
from ..uapi.info import MapInfo
from .fallbacks import plainer_map
from .specs import MapSpec

#: Map types whose keys and values the kernel does not let BTF describe.
WITHOUT_BTF: Final = frozenset(
    {
        MapType.PERF_EVENT_ARRAY,
        MapType.CGROUP_ARRAY,
        MapType.STACK_TRACE,
        MapType.ARRAY_OF_MAPS,
        MapType.HASH_OF_MAPS,
        MapType.DEVMAP,
        MapType.DEVMAP_HASH,
        MapType.CPUMAP,
        MapType.XSKMAP,
        MapType.SOCKMAP,
        MapType.SOCKHASH,
        MapType.QUEUE,
        MapType.STACK,
        MapType.ARENA,
        MapType.STRUCT_OPS,
    }
)


Memory = mmap.mmap | memoryview


@contextmanager
def _about(what: str) -> Iterator[None]:
    """Say which map, slot or section the kernel refused something for."""
    try:
        yield
    except KernelError as error:
        raise KernelError(error.errno or 0, f"{what}: {error.what}") from None


def pin_path(spec: MapSpec, name: str, pin_root: str) -> str:
    """Where the map is pinned, "" if nowhere."""
    return spec.pin_path or (f"{pin_root}/{name}" if spec.pin_by_name else "")


def find_pinned(spec: MapSpec, name: str, backend: Backend, path: str) -> int | None:
    """The map that is pinned there, if one is; it has to be of the same kind."""
    try:
        fd = commands.obj_get(backend, path)
    except KernelError as error:
        if error.errno == errno.ENOENT:
            return None
        raise
    _check_same(spec, name, f"the one pinned at {path}", fd, backend)
    return fd


def share_map(spec: MapSpec, name: str, fd: int, backend: Backend) -> int:
    """A descriptor of our own for a map that is there already; it has to be of the same kind."""
    own = commands.map_get_fd_by_id(backend, commands.obj_get_info_by_fd(backend, fd, MapInfo()).id)
    _check_same(spec, name, "the one to be used", own, backend)
    return own


def _check_same(spec: MapSpec, name: str, which: str, fd: int, backend: Backend) -> None:
    try:
        info = commands.obj_get_info_by_fd(backend, fd, MapInfo())
        wanted = (
            spec.type,
            spec.key_size,
            spec.value_size,
            natural_entries(spec, backend.possible_cpus),
            spec.flags,
        )
        found = (info.type, info.key_size, info.value_size, info.max_entries, info.map_flags)
        if wanted != found:
            raise LoaderError(
                f"map '{name}': {which} has (type, key_size, value_size, max_entries, flags) = {found}, "
                f"the object wants {tuple(map(int, wanted))}"
            )
    except BaseException:
        backend.close(fd)
        raise


def natural_entries(spec: MapSpec, cpus: Callable[[], int]) -> int:
    """Some types have a natural size: a slot for each CPU; whole pages of a ring buffer, a power of two."""
    if spec.type == MapType.PERF_EVENT_ARRAY and not spec.max_entries:
        return cpus()
    if spec.type in (MapType.RINGBUF, MapType.USER_RINGBUF) and spec.max_entries:
        pages = -(-spec.max_entries // mmap.PAGESIZE)
        return mmap.PAGESIZE << (pages - 1).bit_length()
    return spec.max_entries


def create_map(spec: MapSpec, name: str, backend: Backend, btf_fd: int, kernel_type_id: int = 0) -> int:
    """A new map with its contents; for a map of maps a template of the inner one is made and dropped.

    `kernel_type_id` is the value's type among the kernel's own, for a struct_ops map.
    """
    inner_fd = create_map(spec.inner, f"{name}.inner", backend, btf_fd) if spec.inner else 0
    try:
        with _about(f"map '{name}'"):
            fd = _create_or_less(spec, backend, btf_fd, inner_fd, kernel_type_id)
    finally:
        if inner_fd:
            backend.close(inner_fd)
    try:
        with _about(f"map '{name}'"):
            _fill_contents(spec, fd, backend)
    except BaseException:
        backend.close(fd)
        raise
    return fd


def _create_or_less(spec: MapSpec, backend: Backend, btf_fd: int, inner_fd: int, kernel_type_id: int) -> int:
    """The map, on an older kernel with less; the first refusal counts."""
    try:
        return _create(spec, backend, btf_fd, inner_fd, kernel_type_id)
    except KernelError:
        plainer = plainer_map(spec, backend) if not kernel_type_id else None
        if plainer is not None:
            with suppress(KernelError):
                return _create(plainer, backend, 0, inner_fd, 0)
        raise


def _create(spec: MapSpec, backend: Backend, btf_fd: int, inner_fd: int, kernel_type_id: int) -> int:
    # A key's type without a value's is nothing to the kernel.
    half = bool(spec.key_type_id and not spec.value_type_id)
    described = bool(btf_fd and spec.type not in WITHOUT_BTF and not half)
    return commands.map_create(
        backend,
        map_type=spec.type,
        key_size=spec.key_size,
        value_size=spec.value_size,
        max_entries=natural_entries(spec, backend.possible_cpus),
        map_flags=spec.flags,
        name=spec.name,
        inner_map_fd=inner_fd,
        numa_node=spec.numa_node,
        btf_fd=btf_fd if described or kernel_type_id else 0,
        btf_key_type_id=spec.key_type_id if described else 0,
        btf_value_type_id=spec.value_type_id if described else 0,
        btf_vmlinux_value_type_id=kernel_type_id,
        map_extra=spec.extra,
    )


def _fill_contents(spec: MapSpec, fd: int, backend: Backend) -> None:
    if spec.contents is not None and spec.section:
        commands.map_update_elem(backend, fd, struct.pack("=I", 0), spec.contents)
    if spec.frozen:
        commands.map_freeze(backend, fd)


def map_arena(spec: MapSpec, name: str, fd: int, backend: Backend) -> Memory:
    """The memory of an arena, filled with its variables. The kernel knows its addresses only once a process
    has mapped it, so this comes before programs that use it.
    """
    size = spec.max_entries * mmap.PAGESIZE
    contents = spec.contents or b""
    if len(contents) > size:
        raise LoaderError(f"map '{name}': the arena has {size} bytes, its variables take {len(contents)}")
    try:
        memory = backend.mmap(fd, size, address=spec.extra)
    except OSError as error:
        raise KernelError(error.errno or 0, f"map '{name}': mapping the arena") from None
    memory[: len(contents)] = contents
    return memory


def fill_slots(spec: MapSpec, fd: int, targets: Mapping[str, int], backend: Backend) -> None:
    """Put maps or programs where the definition has them: `.values = { [0] = &inner }`."""
    for slot, target in spec.slots.items():
        if target not in targets:
            raise LoaderError(f"map '{spec.name}': slot {slot} wants '{target}', which is not loaded")
        with _about(f"map '{spec.name}', slot {slot} ('{target}')"):
            commands.map_update_elem(backend, fd, struct.pack("=I", slot), struct.pack("=i", targets[target]))
