"""The commands on maps, on both kernels."""

from __future__ import annotations

from typing import Any

import pytest

from skep.errors import KernelError
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.uapi import (
    BPF_ANY,
    BPF_EXIST,
    BPF_F_LOCK,
    BPF_F_MMAPABLE,
    BPF_F_RDONLY,
    BPF_F_WRONLY,
    BPF_NOEXIST,
    Cmd,
    MapType,
)
from skep.uapi import attrs as a
from skep.uapi.info import MapInfo
from syscall.helpers import BAD_FD, array, errno_of, hash_map, key, return_two, value, xdp


def test_values_come_back_as_they_went_in(backend: Backend) -> None:
    fd = hash_map(backend)
    commands.map_update_elem(backend, fd, key(1), value(11))
    commands.map_update_elem(backend, fd, key(2), value(22))
    assert commands.map_lookup_elem(backend, fd, key(1), 8) == value(11)
    commands.map_delete_elem(backend, fd, key(1))
    with pytest.raises(KernelError, match="map lookup: ENOENT"):
        commands.map_lookup_elem(backend, fd, key(1), 8)
    backend.close(fd)


def test_walking_the_keys_gives_each_once(backend: Backend) -> None:
    fd = hash_map(backend)
    for number in range(4):
        commands.map_update_elem(backend, fd, key(number), value(number))
    keys = []
    current = commands.map_get_next_key(backend, fd, None, 4)
    while current is not None:
        keys.append(current)
        current = commands.map_get_next_key(backend, fd, current, 4)
    assert sorted(keys) == [key(number) for number in range(4)]
    backend.close(fd)


#: flags -> errno for a key that is there, errno for one that is not.
UPDATE_FLAGS = (
    (BPF_ANY, "ok", "ok"),
    (BPF_NOEXIST, "EEXIST", "ok"),
    (BPF_EXIST, "ok", "ENOENT"),
    (3, "EINVAL", "EINVAL"),
    (BPF_F_LOCK, "EINVAL", "EINVAL"),
    (1 << 40, "EINVAL", "EINVAL"),
)


@pytest.mark.parametrize(("flags", "there", "absent"), UPDATE_FLAGS)
def test_update_flags(backend: Backend, flags: int, there: str, absent: str) -> None:
    fd = hash_map(backend)
    commands.map_update_elem(backend, fd, key(1), value(1))
    update = commands.map_update_elem
    assert errno_of(update, backend, fd, key(1), value(2), flags) == there
    assert errno_of(update, backend, fd, key(2), value(2), flags) == absent
    backend.close(fd)


CREATE_ERRORS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("no type", {"map_type": 0}, "EINVAL"),
    ("type that does not exist", {"map_type": 99}, "EINVAL"),
    ("no entries", {"max_entries": 0}, "EINVAL"),
    ("no value", {"value_size": 0}, "EINVAL"),
    ("key of an array that is no index", {"key_size": 8}, "EINVAL"),
    ("unknown flag", {"map_flags": 1 << 25}, "EINVAL"),
    ("both rights withheld", {"map_flags": BPF_F_RDONLY | BPF_F_WRONLY}, "EINVAL"),
    ("map_extra that means nothing", {"map_extra": 1}, "EINVAL"),
    ("key type without value type", {"btf_key_type_id": 1}, "EINVAL"),
    ("value type, no BTF", {"btf_value_type_id": 1, "btf_fd": BAD_FD}, "EBADF"),
    ("name with a slash", {"name": "a/b"}, "EINVAL"),
    ("name with a dot", {"name": "a.b"}, "ok"),
    ("name with a space", {"name": "a b"}, "EINVAL"),
    ("name that is not ASCII", {"name": "grün"}, "EINVAL"),
    ("device that is not there", {"map_ifindex": 12345678}, "EINVAL"),
)


@pytest.mark.parametrize(("changes", "expected"), [pytest.param(c, e, id=n) for n, c, e in CREATE_ERRORS])
def test_creation(backend: Backend, changes: dict[str, Any], expected: str) -> None:
    before = commands.map_get_next_id(backend)
    assert errno_of(array, backend, **changes) == expected
    if backend.name == "skep" and expected != "ok":
        assert commands.map_get_next_id(backend) == before


def test_a_name_of_sixteen_bytes_has_no_end(backend: Backend) -> None:
    attr = a.MapCreate(map_type=MapType.ARRAY, key_size=4, value_size=4, max_entries=1, map_name=b"x" * 16)
    assert errno_of(backend.bpf, Cmd.MAP_CREATE, bytearray(attr.pack())) == "EINVAL"


def test_rights_belong_to_the_descriptor(backend: Backend) -> None:
    read_only = array(backend, map_flags=BPF_F_RDONLY)
    assert errno_of(commands.map_update_elem, backend, read_only, key(0), value(1)) == "EPERM"
    assert errno_of(commands.map_delete_elem, backend, read_only, key(0)) == "EPERM"
    assert errno_of(commands.map_freeze, backend, read_only) == "EPERM"
    assert commands.map_lookup_elem(backend, read_only, key(0), 8) == bytes(8)
    write_only = array(backend, map_flags=BPF_F_WRONLY)
    assert errno_of(commands.map_lookup_elem, backend, write_only, key(0), 8) == "EPERM"
    assert errno_of(commands.map_get_next_key, backend, write_only, None, 4) == "EPERM"
    commands.map_update_elem(backend, write_only, key(0), value(1))
    assert commands.obj_get_info_by_fd(backend, write_only, MapInfo()).map_flags == 0
    backend.close(read_only)
    backend.close(write_only)


def test_a_frozen_map_can_only_be_read(backend: Backend) -> None:
    fd = array(backend)
    commands.map_update_elem(backend, fd, key(0), value(7))
    commands.map_freeze(backend, fd)
    assert commands.map_lookup_elem(backend, fd, key(0), 8) == value(7)
    assert errno_of(commands.map_update_elem, backend, fd, key(0), value(8)) == "EPERM"
    assert errno_of(commands.map_freeze, backend, fd) == "EPERM"
    backend.close(fd)


def test_a_mapping_shows_the_values_and_changes_them(backend: Backend) -> None:
    fd = array(backend, map_flags=BPF_F_MMAPABLE)
    commands.map_update_elem(backend, fd, key(1), value(5))
    view = backend.mmap(fd, 4096)
    assert view[8] == 5
    view[16:24] = value(99)
    assert commands.map_lookup_elem(backend, fd, key(2), 8) == value(99)
    assert errno_of(commands.map_freeze, backend, fd) == "EBUSY"
    del view
    commands.map_freeze(backend, fd)
    assert errno_of(backend.mmap, fd, 4096) == "EPERM"
    assert backend.mmap(fd, 4096, writable=False)[16] == 99
    backend.close(fd)


def test_a_mapping_outlives_the_descriptor(backend: Backend) -> None:
    fd = array(backend, map_flags=BPF_F_MMAPABLE)
    view = backend.mmap(fd, 4096)
    backend.close(fd)
    view[0] = 1
    assert view[0] == 1


def test_a_map_that_was_not_made_for_it_cannot_be_mapped(backend: Backend) -> None:
    fd = array(backend)
    assert errno_of(backend.mmap, fd, 4096) == "EINVAL"
    mapped = array(backend, map_flags=BPF_F_MMAPABLE)
    assert errno_of(backend.mmap, mapped, 8192) == "EINVAL"
    hashed = hash_map(backend)
    assert errno_of(backend.mmap, hashed, 4096) == "ENOTSUPP"
    for each in (fd, mapped, hashed):
        backend.close(each)


def test_commands_on_what_is_no_map(backend: Backend) -> None:
    prog = xdp(backend)
    for fd, expected in ((BAD_FD, "EBADF"), (prog, "EINVAL")):
        assert errno_of(commands.map_lookup_elem, backend, fd, key(0), 8) == expected
        assert errno_of(commands.map_update_elem, backend, fd, key(0), value(0)) == expected
        assert errno_of(commands.map_freeze, backend, fd) == expected
    backend.close(prog)


def test_a_program_array_takes_descriptors_and_gives_ids(backend: Backend) -> None:
    programs = commands.map_create(
        backend, map_type=MapType.PROG_ARRAY, key_size=4, value_size=4, max_entries=2
    )
    prog = xdp(backend, return_two(), name="two")
    commands.map_update_elem(backend, programs, key(0), key(prog))
    prog_id = int.from_bytes(commands.map_lookup_elem(backend, programs, key(0), 4), "little")
    backend.close(prog)
    again = commands.prog_get_fd_by_id(backend, prog_id)
    backend.close(again)
    commands.map_delete_elem(backend, programs, key(0))
    assert errno_of(commands.map_lookup_elem, backend, programs, key(0), 4) == "ENOENT"
    assert errno_of(commands.map_update_elem, backend, programs, key(0), key(BAD_FD)) == "EBADF"
    assert errno_of(commands.map_update_elem, backend, programs, key(2), key(programs)) == "E2BIG"
    backend.close(programs)


def test_looking_up_and_deleting_at_once(backend: Backend) -> None:
    fd = hash_map(backend)
    commands.map_update_elem(backend, fd, key(1), value(11))
    assert commands.map_lookup_and_delete_elem(backend, fd, key(1), 8) == value(11)
    assert errno_of(commands.map_lookup_and_delete_elem, backend, fd, key(1), 8) == "ENOENT"
    plain = array(backend)
    assert errno_of(commands.map_lookup_and_delete_elem, backend, plain, key(1), 8) == "ENOTSUPP"
    backend.close(fd)
    backend.close(plain)


def test_a_name_need_not_be_ascii(backend: Backend) -> None:
    name = b"z\xe6hler"
    raw = bytearray(a.MapCreate(map_type=2, key_size=4, value_size=8, max_entries=1, map_name=name).pack())
    fd = backend.bpf(Cmd.MAP_CREATE, raw)
    assert commands.obj_get_info_by_fd(backend, fd, MapInfo()).name.rstrip(b"\0") == name
    backend.close(fd)
