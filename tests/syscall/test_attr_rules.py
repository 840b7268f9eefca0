"""How bpf(2) takes its attributes: sizes, addresses, and bytes that no member covers."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.uapi import Cmd
from skep.uapi import attrs as a
from skep.uapi.attrs import ATTR_SIZE, ATTRS, AttrRow
from syscall.helpers import BAD_FD, GuardedPage, array, errno_of, key

ROWS = list(ATTRS.values())

#: Members that each command looks at first: with them set to a bad descriptor nothing is ever made.
_FDS = ("map_fd", "prog_fd", "bpf_fd", "link_fd", "target_fd", "attach_bpf_fd", "bpffs_fd")


def harmless(row: AttrRow) -> bytearray:
    """Attributes, of the largest size, that the command refuses or has nothing to do for."""
    fds: dict[str, Any] = {name: BAD_FD for name in _FDS if name in row.layout.FIELDS}
    attr = row.layout(**fds)
    if row.cmd == Cmd.ENABLE_STATS:
        attr = a.EnableStats(type=BAD_FD)
    if row.cmd in (Cmd.OBJ_PIN, Cmd.OBJ_GET):
        attr = a.ObjPin()
    return bytearray(attr.pack().ljust(ATTR_SIZE, b"\0"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.cmd.name)
def test_a_byte_after_the_last_member_is_EINVAL(backend: Backend, row: AttrRow) -> None:
    for offset in {row.known, (row.known + ATTR_SIZE) // 2, ATTR_SIZE - 1}:
        if row.known <= offset < ATTR_SIZE:
            attr = harmless(row)
            attr[offset] = 1
            assert errno_of(backend.bpf, row.cmd, attr) == "EINVAL"


#: What each command says of bad descriptors or ids when every byte that it knows is permitted.
LAST_BYTES = (
    (Cmd.MAP_UPDATE_ELEM, "EBADF"),
    (Cmd.MAP_DELETE_ELEM, "EBADF"),
    (Cmd.MAP_GET_NEXT_KEY, "EBADF"),
    (Cmd.PROG_LOAD, "E2BIG"),
    (Cmd.PROG_TEST_RUN, "EBADF"),
    (Cmd.PROG_GET_FD_BY_ID, "ENOENT"),
    (Cmd.BTF_GET_FD_BY_ID, "ENOENT"),
    (Cmd.LINK_GET_FD_BY_ID, "ENOENT"),
    (Cmd.OBJ_GET_INFO_BY_FD, "EBADFD"),
    (Cmd.MAP_FREEZE, "EBADF"),
)


@pytest.mark.parametrize(("cmd", "expected"), LAST_BYTES)
def test_the_last_member_itself_may_be_anything(backend: Backend, cmd: Cmd, expected: str) -> None:
    attr = harmless(ATTRS[cmd])
    attr[ATTRS[cmd].known - 1] |= 0x40
    assert errno_of(backend.bpf, cmd, attr) == expected


@pytest.mark.parametrize("cmd", [Cmd.MAP_LOOKUP_ELEM, Cmd.PROG_LOAD, Cmd.BTF_LOAD, 77])
def test_unknown_bytes_that_are_not_zero_are_E2BIG_before_anything_else(backend: Backend, cmd: int) -> None:
    assert errno_of(backend.bpf, cmd, bytearray(ATTR_SIZE) + b"\0\0\1") == "E2BIG"


def test_unknown_bytes_that_are_zero_are_permitted(backend: Backend) -> None:
    attr = harmless(ATTRS[Cmd.MAP_UPDATE_ELEM]) + bytes(4096 - ATTR_SIZE)
    assert errno_of(backend.bpf, Cmd.MAP_UPDATE_ELEM, attr) == "EBADF"


def test_more_than_a_page_is_E2BIG(backend: Backend) -> None:
    assert errno_of(backend.bpf, Cmd.MAP_UPDATE_ELEM, bytearray(4097)) == "E2BIG"


def test_attributes_may_be_as_short_as_one_likes(backend: Backend) -> None:
    fd = array(backend)
    attr = bytearray(a.MapElem(map_fd=fd).pack()[:4])
    assert errno_of(backend.bpf, Cmd.MAP_FREEZE, attr) == "ok"
    backend.close(fd)


@pytest.mark.parametrize("cmd", [-1, 38, 77, 1 << 30])
def test_an_unknown_command_is_EINVAL(backend: Backend, cmd: int) -> None:
    assert errno_of(backend.bpf, cmd, bytearray(ATTR_SIZE)) == "EINVAL"


@pytest.mark.parametrize("address", [0, 8, 0x1000, 1 << 46, (1 << 64) - 4096])
def test_attributes_at_a_bad_address_are_EFAULT(backend: Any, address: int) -> None:
    assert errno_of(backend.bpf_raw, Cmd.MAP_FREEZE, address, 16) == "EFAULT"


def test_attributes_that_run_into_the_end_of_memory_are_EFAULT(backend: Any) -> None:
    page = GuardedPage()
    address = page.put_at_end(a.MapElem(map_fd=BAD_FD).pack())
    assert errno_of(backend.bpf_raw, Cmd.MAP_FREEZE, address, 32) == "EBADF"
    assert errno_of(backend.bpf_raw, Cmd.MAP_FREEZE, address, 33) == "EFAULT"


def test_pointers_in_attributes_that_lead_nowhere_are_EFAULT(backend: Backend) -> None:
    fd = array(backend)
    page = GuardedPage()
    good = ctypes.create_string_buffer(8)
    there = ctypes.addressof(good)
    for bad in (0x1000, page.end, page.end - 3, (1 << 64) - 8):
        for attr in (a.MapElem(map_fd=fd, key=bad, value=there), a.MapElem(map_fd=fd, key=there, value=bad)):
            assert errno_of(backend.bpf, Cmd.MAP_LOOKUP_ELEM, bytearray(attr.pack())) == "EFAULT"
            assert errno_of(backend.bpf, Cmd.MAP_UPDATE_ELEM, bytearray(attr.pack())) == "EFAULT"
    assert commands.map_lookup_elem(backend, fd, key(0), 8) == bytes(8)
    backend.close(fd)
