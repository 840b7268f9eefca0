"""Type information that a kernel holds: what there is, who uses it, and its bytes."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..errors import KernelError
from ..uapi import info as i
from . import commands
from .backend import Backend
from .memory import Buffer

_NAME_SIZE = 64


@dataclass(frozen=True, slots=True)
class BtfDescription:
    """`name` is that of the kernel or module, empty for what programs brought."""

    id: int
    size: int
    name: str
    kernel_btf: bool


def ids(backend: Backend, next_id: Callable[[Backend, int], int | None]) -> Iterator[int]:
    """All ids of one sort of object, by its `*_get_next_id`."""
    found = next_id(backend, 0)
    while found is not None:
        yield found
        found = next_id(backend, found)


def describe(backend: Backend, btf_id: int) -> BtfDescription:
    fd = commands.btf_get_fd_by_id(backend, btf_id)
    try:
        name = Buffer(_NAME_SIZE)
        info = i.BtfInfo(name=name.address, name_len=_NAME_SIZE)
        info = commands.obj_get_info_by_fd(backend, fd, info)
        text = name.read().split(b"\0")[0].decode("utf-8", "replace")
        return BtfDescription(info.id, info.btf_size, text, bool(info.kernel_btf))
    finally:
        backend.close(fd)


def contents(backend: Backend, btf_id: int) -> bytes:
    """The section as it was loaded."""
    size = describe(backend, btf_id).size
    fd = commands.btf_get_fd_by_id(backend, btf_id)
    try:
        data = Buffer(size)
        commands.obj_get_info_by_fd(backend, fd, i.BtfInfo(btf=data.address, btf_size=size))
        return data.read()
    finally:
        backend.close(fd)


def program_info(backend: Backend, prog_id: int) -> i.ProgInfo:
    fd = commands.prog_get_fd_by_id(backend, prog_id)
    try:
        return commands.obj_get_info_by_fd(backend, fd, i.ProgInfo())
    finally:
        backend.close(fd)


def map_info(backend: Backend, map_id: int) -> i.MapInfo:
    fd = commands.map_get_fd_by_id(backend, map_id)
    try:
        return commands.obj_get_info_by_fd(backend, fd, i.MapInfo())
    finally:
        backend.close(fd)


def users(backend: Backend) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Which programs and which maps use each BTF, by its id. What goes away meanwhile is left out."""
    programs: dict[int, list[int]] = {}
    maps: dict[int, list[int]] = {}
    for prog_id in ids(backend, commands.prog_get_next_id):
        _note(programs, prog_id, lambda id_: program_info(backend, id_).btf_id)
    for map_id in ids(backend, commands.map_get_next_id):
        _note(maps, map_id, lambda id_: map_info(backend, id_).btf_id)
    return programs, maps


def _note(table: dict[int, list[int]], user_id: int, btf_id_of: Callable[[int], int]) -> None:
    try:
        btf_id = btf_id_of(user_id)
    except KernelError as error:
        if error.errno != errno.ENOENT:
            raise
        return
    if btf_id:
        table.setdefault(btf_id, []).append(user_id)
