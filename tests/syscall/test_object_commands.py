"""Ids, descriptors by id, pins and infos, on both kernels."""

from __future__ import annotations

import pytest

from skep.btf import BtfBuilder
from skep.errors import KernelError
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.syscall.memory import Buffer
from skep.uapi import BPF_F_RDONLY, BPF_F_WRONLY, Cmd, MapType
from skep.uapi import attrs as a
from skep.uapi.info import BtfInfo, MapInfo
from syscall.helpers import BAD_FD, array, errno_of, hash_map, key, value


def test_an_id_leads_to_the_object(backend: Backend) -> None:
    fd = hash_map(backend, name="led_to")
    commands.map_update_elem(backend, fd, key(1), value(1))
    map_id = commands.obj_get_info_by_fd(backend, fd, MapInfo()).id
    again = commands.map_get_fd_by_id(backend, map_id)
    backend.close(fd)
    assert commands.map_lookup_elem(backend, again, key(1), 8) == value(1)
    assert commands.map_get_next_id(backend, map_id - 1) == map_id
    backend.close(again)


def test_an_object_goes_with_its_last_descriptor() -> None:
    with Kernel() as kernel:
        first = array(kernel)
        second = commands.map_get_fd_by_id(kernel, 1)
        kernel.close(first)
        assert commands.map_get_next_id(kernel) == 1
        kernel.close(second)
        assert commands.map_get_next_id(kernel) is None
        assert errno_of(commands.map_get_fd_by_id, kernel, 1) == "ENOENT"
        array(kernel)
        assert commands.map_get_next_id(kernel) == 2, "ids are not used again"


def test_descriptors_by_id_can_have_fewer_rights(backend: Backend) -> None:
    fd = array(backend)
    map_id = commands.obj_get_info_by_fd(backend, fd, MapInfo()).id
    read_only = commands.map_get_fd_by_id(backend, map_id, BPF_F_RDONLY)
    assert errno_of(commands.map_update_elem, backend, read_only, key(0), value(0)) == "EPERM"
    both = BPF_F_RDONLY | BPF_F_WRONLY
    assert errno_of(commands.map_get_fd_by_id, backend, map_id, both) == "EINVAL"
    assert errno_of(commands.map_get_fd_by_id, backend, map_id, 1) == "EINVAL"
    backend.close(fd)
    backend.close(read_only)


@pytest.mark.parametrize(
    "cmd", [Cmd.PROG_GET_FD_BY_ID, Cmd.MAP_GET_FD_BY_ID, Cmd.BTF_GET_FD_BY_ID, Cmd.LINK_GET_FD_BY_ID]
)
def test_an_id_that_nothing_has_is_ENOENT(backend: Backend, cmd: Cmd) -> None:
    for obj_id in (0, 0x7FFFFFF0):
        assert errno_of(backend.bpf, cmd, bytearray(a.GetFdById(obj_id=obj_id).pack())) == "ENOENT"


def test_no_id_is_above_INT_MAX(backend: Backend) -> None:
    for cmd in (Cmd.PROG_GET_NEXT_ID, Cmd.MAP_GET_NEXT_ID, Cmd.BTF_GET_NEXT_ID, Cmd.LINK_GET_NEXT_ID):
        for start, expected in ((0x7FFFFFFE, "ENOENT"), (0x7FFFFFFF, "EINVAL"), (0xFFFFFFFF, "EINVAL")):
            attr = bytearray(a.GetNextId(start_id=start).pack())
            assert errno_of(backend.bpf, cmd, attr) == expected


# ── pins ──


def test_a_pin_keeps_the_object(backend: Backend, pins: str) -> None:
    fd = hash_map(backend)
    commands.map_update_elem(backend, fd, key(1), value(1))
    commands.obj_pin(backend, fd, f"{pins}/kept")
    backend.close(fd)
    again = commands.obj_get(backend, f"{pins}/kept")
    assert commands.map_lookup_elem(backend, again, key(1), 8) == value(1)
    backend.close(again)
    backend.unlink(f"{pins}/kept")
    assert errno_of(commands.obj_get, backend, f"{pins}/kept") == "ENOENT"


PIN_ERRORS = (
    ("there already", "{pins}/taken", "EEXIST"),
    ("no such directory", "{pins}/nowhere/pin", "ENOENT"),
    ("through a pin", "{pins}/taken/pin", "ENOTDIR"),
    ("a dot in the name", "{pins}/a.b", "EPERM"),
    ("the file system itself", "{pins}", "EEXIST"),
    ("a directory's name", "{pins}/new/", "ENOENT"),
    ("an empty path", "", "ENOENT"),
    ("too long a name", "{pins}/" + "x" * 256, "ENAMETOOLONG"),
    ("the longest name", "{pins}/" + "x" * 255, "ok"),
    ("too long a path", "{pins}/" + "x/" * 2048, "ENAMETOOLONG"),
    ("not on the BPF file system", "/tmp/skep-test-pin", "EPERM"),
)


@pytest.mark.parametrize(("path", "expected"), [pytest.param(p, e, id=n) for n, p, e in PIN_ERRORS])
def test_where_a_pin_can_be(backend: Backend, pins: str, path: str, expected: str) -> None:
    fd = array(backend)
    commands.obj_pin(backend, fd, f"{pins}/taken")
    assert errno_of(commands.obj_pin, backend, fd, path.format(pins=pins)) == expected
    backend.close(fd)


GET_ERRORS = (
    ("nothing there", "{pins}/absent", "ENOENT"),
    ("a directory", "{pins}", "EACCES"),
    ("a directory made", "{pins}/dir", "EACCES"),
    ("through a pin", "{pins}/taken/x", "ENOTDIR"),
    ("a pin as a directory", "{pins}/taken/", "ENOTDIR"),
    ("dots that lead back", "{pins}/./taken", "ok"),
    ("slashes more than needed", "{pins}//taken", "ok"),
    ("an empty path", "", "ENOENT"),
)


@pytest.mark.parametrize(("path", "expected"), [pytest.param(p, e, id=n) for n, p, e in GET_ERRORS])
def test_what_can_be_got(backend: Backend, pins: str, path: str, expected: str) -> None:
    fd = array(backend)
    commands.obj_pin(backend, fd, f"{pins}/taken")
    backend.mkdir(f"{pins}/dir")
    assert errno_of(commands.obj_get, backend, path.format(pins=pins)) == expected
    backend.close(fd)


def test_pins_in_directories(backend: Backend, pins: str) -> None:
    fd = array(backend)
    backend.mkdir(f"{pins}/dir")
    commands.obj_pin(backend, fd, f"{pins}/dir/pin")
    assert errno_of(backend.unlink, f"{pins}/dir") == "ENOTEMPTY"
    backend.close(commands.obj_get(backend, f"{pins}/dir/pin"))
    backend.unlink(f"{pins}/dir/pin")
    backend.unlink(f"{pins}/dir")
    backend.close(fd)


def test_a_pin_can_be_got_with_fewer_rights(backend: Backend, pins: str) -> None:
    fd = array(backend)
    commands.obj_pin(backend, fd, f"{pins}/pin")
    read_only = commands.obj_get(backend, f"{pins}/pin", BPF_F_RDONLY)
    assert errno_of(commands.map_update_elem, backend, read_only, key(0), value(0)) == "EPERM"
    both = BPF_F_RDONLY | BPF_F_WRONLY
    assert errno_of(commands.obj_get, backend, f"{pins}/pin", both) == "EINVAL"
    backend.close(read_only)
    backend.close(fd)


def test_what_cannot_be_pinned(backend: Backend, pins: str) -> None:
    btf = load_btf(backend)
    assert errno_of(commands.obj_pin, backend, BAD_FD, f"{pins}/pin") == "EINVAL"
    assert errno_of(commands.obj_pin, backend, btf, f"{pins}/pin") == "EINVAL"
    attr = bytearray(a.ObjPin(pathname=0x1000, bpf_fd=btf).pack())
    assert errno_of(backend.bpf, Cmd.OBJ_PIN, attr) == "EINVAL"
    backend.close(btf)


def test_a_path_at_a_bad_address_is_EFAULT(backend: Backend) -> None:
    fd = array(backend)
    attr = bytearray(a.ObjPin(pathname=0x1000, bpf_fd=fd).pack())
    assert errno_of(backend.bpf, Cmd.OBJ_PIN, attr) == "EFAULT"
    assert errno_of(backend.bpf, Cmd.OBJ_GET, bytearray(a.ObjPin(pathname=0x1000).pack())) == "EFAULT"
    backend.close(fd)


def test_flags_of_pins(backend: Backend) -> None:
    for attr in (a.ObjPin(file_flags=1), a.ObjPin(path_fd=3), a.ObjPin(file_flags=BPF_F_RDONLY)):
        assert errno_of(backend.bpf, Cmd.OBJ_PIN, bytearray(attr.pack())) == "EINVAL"
    for attr in (a.ObjPin(file_flags=1), a.ObjPin(path_fd=3), a.ObjPin(bpf_fd=3)):
        assert errno_of(backend.bpf, Cmd.OBJ_GET, bytearray(attr.pack())) == "EINVAL"


# ── infos ──


def test_info_of_a_map(backend: Backend) -> None:
    fd = hash_map(backend, name="described", max_entries=7)
    info = commands.obj_get_info_by_fd(backend, fd, MapInfo())
    assert (info.type, info.key_size, info.value_size, info.max_entries) == (MapType.HASH, 4, 8, 7)
    assert info.name == b"described".ljust(16, b"\0")
    assert info.btf_id == 0
    backend.close(fd)


def test_info_goes_as_far_as_the_caller_has_room(backend: Backend) -> None:
    fd = array(backend)
    buffer = Buffer(b"\xff" * 104)
    attr = a.GetInfoByFd(bpf_fd=fd, info_len=8, info=buffer.address)
    _, attr = commands.call(backend, Cmd.OBJ_GET_INFO_BY_FD, attr, "info")
    assert attr.info_len == 8
    assert buffer.read()[:4] == key(MapType.ARRAY)
    assert buffer.read()[8:] == b"\xff" * 96
    backend.close(fd)


INFO_ERRORS = (
    ("larger than known, zeros", 104, b"\0" * 8, "ok"),
    ("larger than known, not zero", 104, b"\0" * 7 + b"\1", "E2BIG"),
    ("larger than a page", 4089, b"\0" * 8, "E2BIG"),
)


@pytest.mark.parametrize(("known", "tail", "expected"), [pytest.param(*row, id=n) for n, *row in INFO_ERRORS])
def test_info_structures_from_newer_programs(
    backend: Backend, known: int, tail: bytes, expected: str
) -> None:
    fd = array(backend)
    buffer = Buffer(bytes(known) + tail)
    attr = bytearray(a.GetInfoByFd(bpf_fd=fd, info_len=buffer.size, info=buffer.address).pack())
    assert errno_of(backend.bpf, Cmd.OBJ_GET_INFO_BY_FD, attr) == expected
    backend.close(fd)


def test_info_of_nothing(backend: Backend) -> None:
    assert errno_of(commands.obj_get_info_by_fd, backend, BAD_FD, MapInfo()) == "EBADFD"
    fd = array(backend)
    attr = bytearray(a.GetInfoByFd(bpf_fd=fd, info_len=104, info=0x1000).pack())
    assert errno_of(backend.bpf, Cmd.OBJ_GET_INFO_BY_FD, attr) == "EFAULT"
    backend.close(fd)


def load_btf(backend: Backend) -> int:
    builder = BtfBuilder()
    builder.add_int("int", 4, encoding=1)
    return commands.btf_load(backend, builder.encode()).fd


def test_statistics_end_with_their_descriptor(backend: Backend) -> None:
    fd = commands.enable_stats(backend)
    with pytest.raises(KernelError, match="EINVAL"):
        commands.enable_stats(backend, 7)
    backend.close(fd)


def test_info_of_btf_gives_its_bytes(backend: Backend) -> None:
    fd = load_btf(backend)
    size = commands.obj_get_info_by_fd(backend, fd, BtfInfo()).btf_size
    data = Buffer(size)
    info = commands.obj_get_info_by_fd(backend, fd, BtfInfo(btf=data.address, btf_size=size))
    assert data.read()[:2] == b"\x9f\xeb"
    assert (info.kernel_btf, info.name_len) == (0, 0)
    again = commands.btf_get_fd_by_id(backend, info.id)
    backend.close(fd)
    backend.close(again)
