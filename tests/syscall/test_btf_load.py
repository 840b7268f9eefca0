"""BTF_LOAD: what the kernel accepts, its log, and the BTF of maps."""

from __future__ import annotations

import struct

import pytest

from skep.btf import BtfBuilder
from skep.btf import types as t
from skep.errors import KernelError
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.syscall.memory import Buffer
from skep.uapi import BPF_F_RDONLY_PROG, Cmd, MapType
from skep.uapi import attrs as a
from skep.uapi.info import MapInfo
from syscall.helpers import BAD_FD, GuardedPage, array, errno_of, hash_map

HEADER = struct.Struct("<HBBIIIII")


def btf(
    *,
    magic: int = 0xEB9F,
    version: int = 1,
    flags: int = 0,
    hdr_len: int = 24,
    type_off: int = 0,
    str_off: int = 16,
    type_len: int = 16,
    str_len: int = 5,
    strings: bytes = b"\0int\0",
    types: bytes = struct.pack("<IIII", 1, 1 << 24, 4, 32),
    more: bytes = b"",
) -> bytes:
    """One int, with whatever in the header one likes."""
    header = HEADER.pack(magic, version, flags, hdr_len, type_off, type_len, str_off, str_len)
    return header + types + strings + more


BROKEN = (
    ("nothing at all", b"", "EINVAL", "hdr_len not found"),
    ("less than a header's length", btf()[:7], "EINVAL", "hdr_len not found"),
    ("less than a header", btf()[:20], "EINVAL", "btf_header not found"),
    ("another magic", btf(magic=0x1234), "EINVAL", "Invalid magic"),
    ("a later version", btf(version=2), "ENOTSUPP", "Unsupported version"),
    ("flags", btf(flags=1), "ENOTSUPP", "Unsupported flags"),
    ("a header and no more", btf()[:24], "EINVAL", "No data"),
    ("a section beyond the end", btf(str_off=99), "EINVAL", "Invalid section offset"),
    ("a gap", btf(type_off=4, type_len=12), "EINVAL", "Unsupported section found"),
    ("an overlap", btf(str_off=12), "EINVAL", "Section overlap found"),
    ("too long a section", btf(str_len=6), "EINVAL", "Total section length too long"),
    ("more than the sections", btf(more=b"\0"), "EINVAL", "Unsupported section found"),
    ("strings before types", btf(str_off=0, type_off=5), "EINVAL", "String section is not at the end"),
    ("strings without an end", btf(strings=b"\0int!"), "EINVAL", "Invalid string section"),
    ("strings without a beginning", btf(strings=b"xint\0"), "EINVAL", "Invalid string section"),
)


@pytest.mark.parametrize(("data", "expected", "why"), [pytest.param(d, e, w, id=n) for n, d, e, w in BROKEN])
def test_broken_headers(backend: Backend, data: bytes, expected: str, why: str) -> None:
    with pytest.raises(KernelError, match=why) as error:
        commands.btf_load(backend, data, log_level=1)
    assert str(error.value).endswith(f"{expected} " + str(error.value).rpartition(f"{expected} ")[2])


def test_a_longer_header_may_only_have_zeros(backend: Backend) -> None:
    longer = btf(hdr_len=28)
    assert errno_of(commands.btf_load, backend, longer[:24] + bytes(4) + longer[24:]) == "ok"
    assert errno_of(commands.btf_load, backend, longer[:24] + b"\1\0\0\0" + longer[24:]) == "E2BIG"


def load(backend: Backend, data: bytes, level: int, size: int, buffer: Buffer) -> tuple[str, int]:
    """errno and the true size of the log of one load."""
    blob = Buffer(data)
    attr = a.BtfLoad(
        btf=blob.address,
        btf_size=blob.size,
        btf_log_buf=buffer.address,
        btf_log_size=size,
        btf_log_level=level,
    )
    raw = bytearray(attr.pack())
    name = errno_of(backend.bpf, Cmd.BTF_LOAD, raw)
    return name, a.BtfLoad.parse(raw).btf_log_true_size


def test_names_are_of_latin_1(backend: Backend) -> None:
    for letter, expected in ((b"\xe6", "ok"), (b"\xd7", "EINVAL"), (b"\xaa", "EINVAL")):
        names, empty_struct = b"\0in" + letter + b"\0", struct.pack("<III", 1, 4 << 24, 0)
        data = btf(strings=names, types=empty_struct, type_len=12, str_off=12)
        assert errno_of(commands.btf_load, backend, data) == expected


def test_of_types_that_cannot_be_read_there_is_no_log(backend: Backend) -> None:
    raw = bytearray(a.BtfLoad(btf=0x1000, btf_size=24, btf_log_true_size=7).pack())
    assert errno_of(backend.bpf, Cmd.BTF_LOAD, raw) == "EFAULT"
    assert a.BtfLoad.parse(raw).btf_log_true_size == 0


LOG_RULES = (
    ("level without a buffer", 1, 0, 0, "EINVAL"),
    ("unknown level", 16, 100, 100, "EINVAL"),
    ("buffer without a level", 0, 100, 100, "EINVAL"),
    ("buffer without a size", 1, 100, 0, "EINVAL"),
    ("size without a buffer", 1, 0, 100, "EINVAL"),
    ("too large a size", 1, 100, 0xFFFFFFFF, "EINVAL"),
    ("too small a buffer", 1, 8, 8, "ENOSPC"),
    ("too small a buffer, keeping the beginning", 9, 8, 8, "ENOSPC"),
)


@pytest.mark.parametrize(
    ("level", "room", "size", "expected"), [pytest.param(*row, id=name) for name, *row in LOG_RULES]
)
def test_rules_of_the_log(backend: Backend, level: int, room: int, size: int, expected: str) -> None:
    data = btf(magic=1)
    assert load(backend, data, level, size, Buffer(room))[0] == expected


def test_a_small_buffer_keeps_the_end_or_the_beginning(backend: Backend) -> None:
    whole = Buffer(4096)
    name, needed = load(backend, btf(magic=1), 1, 4096, whole)
    assert (name, needed) == ("EINVAL", len(whole.text()) + 1)
    for size in (1, 2, 9, needed - 1):
        small = Buffer(size)
        assert load(backend, btf(magic=1), 1, size, small) == ("ENOSPC", needed)
        assert small.text() == whole.text()[-(size - 1) :] if size > 1 else small.text() == ""
        assert load(backend, btf(magic=1), 9, size, small) == ("ENOSPC", needed)
        assert small.text() == whole.text()[: size - 1]
    assert load(backend, btf(magic=1), 1, needed, Buffer(needed)) == ("EINVAL", needed)


def test_pointers_of_a_load(backend: Backend) -> None:
    page = GuardedPage()
    good = page.put_at_end(btf())
    for address, size, expected in ((good, 45, "ok"), (good, 46, "EFAULT"), (0, 45, "EFAULT")):
        attr = bytearray(a.BtfLoad(btf=address, btf_size=size).pack())
        assert errno_of(backend.bpf, Cmd.BTF_LOAD, attr) == expected
    attr = bytearray(a.BtfLoad(btf=good, btf_size=(16 << 20) + 1).pack())
    assert errno_of(backend.bpf, Cmd.BTF_LOAD, attr) == "E2BIG"
    attr = bytearray(a.BtfLoad(btf=good, btf_size=45, btf_flags=1).pack())
    assert errno_of(backend.bpf, Cmd.BTF_LOAD, attr) == "EINVAL"


# ── BTF of maps ──


def described(backend: Backend) -> tuple[int, dict[str, int]]:
    """BTF with types of several sizes; their ids by name."""
    builder = BtfBuilder()
    ids = {"int": builder.add_int("int", 4, encoding=1), "long": builder.add_int("long", 8)}
    ids["short"] = builder.add_int("short", 2)
    ids["pair"] = builder.add_struct("pair", [("a", ids["int"], 0), ("b", ids["int"], 4)], 8)
    var = builder.add(t.Var("x", ids["long"], 1))
    ids["data"] = builder.add(t.DataSec(".data", 8, (t.SecVar(var, 0, 8),)))
    ids["ptr"] = builder.add(t.Ptr(ids["int"]))
    return commands.btf_load(backend, builder.encode()).fd, ids


MAP_TYPES = (
    ("an array by int of a struct", MapType.ARRAY, "int", "pair", 4, "ok"),
    ("an array by a key of another size", MapType.ARRAY, "short", "pair", 4, "EINVAL"),
    ("an array of another size", MapType.ARRAY, "int", "int", 4, "EINVAL"),
    ("an array without a key type", MapType.ARRAY, None, "pair", 1, "EINVAL"),
    ("global data", MapType.ARRAY, None, "data", 1, "ok"),
    ("global data of two entries", MapType.ARRAY, None, "data", 2, "EINVAL"),
    ("global data per CPU", MapType.PERCPU_ARRAY, None, "data", 1, "EINVAL"),
    ("a hash by int of a struct", MapType.HASH, "int", "pair", 4, "ok"),
    ("a hash without a key type", MapType.HASH, None, "pair", 4, "EINVAL"),
    ("a program array by int of int", MapType.PROG_ARRAY, "int", "int", 4, "ok"),
    ("a program array without a key type", MapType.PROG_ARRAY, None, "int", 4, "EINVAL"),
    ("a type that is not there", MapType.HASH, "int", 1000, 4, "EINVAL"),
)


@pytest.mark.parametrize(
    ("map_type", "key", "value", "entries", "expected"), [pytest.param(*row, id=n) for n, *row in MAP_TYPES]
)
def test_types_of_a_map_have_the_sizes_of_its_elements(
    backend: Backend, map_type: MapType, key: str | None, value: str | int, entries: int, expected: str
) -> None:
    fd, ids = described(backend)
    found = errno_of(
        array,
        backend,
        map_type=map_type,
        value_size=4 if map_type == MapType.PROG_ARRAY else 8,
        max_entries=entries,
        btf_fd=fd,
        btf_key_type_id=ids[key] if key else 0,
        btf_value_type_id=ids[value] if isinstance(value, str) else value,
    )
    assert found == expected
    backend.close(fd)


def test_a_map_keeps_its_btf(backend: Backend) -> None:
    fd, ids = described(backend)
    map_fd = hash_map(backend, btf_fd=fd, btf_key_type_id=ids["int"], btf_value_type_id=ids["pair"])
    backend.close(fd)
    info = commands.obj_get_info_by_fd(backend, map_fd, MapInfo())
    assert (info.btf_key_type_id, info.btf_value_type_id) == (ids["int"], ids["pair"])
    backend.close(commands.btf_get_fd_by_id(backend, info.btf_id))
    backend.close(map_fd)


def test_btf_goes_with_the_last_map_that_has_it() -> None:
    with Kernel(btf=False) as kernel:
        fd, ids = described(kernel)
        map_fd = hash_map(kernel, btf_fd=fd, btf_key_type_id=ids["int"], btf_value_type_id=ids["pair"])
        kernel.close(fd)
        assert commands.btf_get_next_id(kernel) == 1
        kernel.close(map_fd)
        assert commands.btf_get_next_id(kernel) is None


def test_btf_that_is_none(backend: Backend) -> None:
    assert errno_of(array, backend, btf_fd=BAD_FD, btf_value_type_id=1) == "EBADF"
    fd = array(backend)
    assert errno_of(array, backend, btf_fd=fd, btf_value_type_id=1) == "EINVAL"
    backend.close(fd)


def special(backend: Backend, name: str, size: int) -> tuple[int, int, int]:
    """BTF of an int, and of a value of eight bytes more than a special field."""
    builder = BtfBuilder()
    number = builder.add_int("int", 4, encoding=1)
    field = builder.add_struct(name, [], size)
    members = [("count", builder.add_int("long", 8), 0), ("field", field, 8)]
    record = builder.add_struct("value", members, 8 + size)
    return commands.btf_load(backend, builder.encode()).fd, number, record


SPECIAL = (
    ("a lock in a hash", "bpf_spin_lock", 4, MapType.HASH, 0, "ok", "ENOTSUPP"),
    ("a lock per CPU", "bpf_spin_lock", 4, MapType.PERCPU_HASH, 0, "EOPNOTSUPP", ""),
    ("a timer in an array", "bpf_timer", 16, MapType.ARRAY, 0, "ok", "ENOTSUPP"),
    ("a timer per CPU", "bpf_timer", 16, MapType.PERCPU_ARRAY, 0, "EOPNOTSUPP", ""),
    ("a reference count per CPU", "bpf_refcount", 4, MapType.PERCPU_ARRAY, 0, "ok", "ENOTSUPP"),
    ("a lock that programs only read", "bpf_spin_lock", 4, MapType.HASH, BPF_F_RDONLY_PROG, "EACCES", ""),
    ("a structure like any other", "bpf_thing", 4, MapType.PERCPU_HASH, 0, "ok", "ok"),
)


@pytest.mark.parametrize(
    ("name", "size", "map_type", "flags", "created", "frozen"),
    [pytest.param(*row, id=title) for title, *row in SPECIAL],
)
def test_special_fields(
    backend: Backend, name: str, size: int, map_type: MapType, flags: int, created: str, frozen: str
) -> None:
    btf_fd, key_id, value_id = special(backend, name, size)
    params = {
        "map_type": map_type,
        "value_size": 8 + size,
        "map_flags": flags,
        "btf_fd": btf_fd,
        "btf_key_type_id": key_id,
        "btf_value_type_id": value_id,
    }
    assert errno_of(array, backend, **params) == created
    if created == "ok":
        fd = array(backend, **params)
        assert errno_of(commands.map_freeze, backend, fd) == frozen
        backend.close(fd)
    backend.close(btf_fd)
