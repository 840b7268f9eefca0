"""The machine's tables: references, ids, descriptors, pins."""

from __future__ import annotations

import errno

import pytest

from skep.kernel.bpffs import BpfFs, Pin
from skep.kernel.capable import Cap
from skep.kernel.fds import FdTable, File, Rights
from skep.kernel.ids import IdTable
from skep.kernel.machine import Machine
from skep.kernel.usermem import copy_name, read_string


class Thing:
    """An object that says when it is freed."""

    def __init__(self, log: list[str], name: str) -> None:
        self.id = 0
        self.log = log
        self.name = name

    def release_user(self) -> None:
        self.log.append(f"{self.name} left by users")

    def close(self) -> None:
        self.log.append(f"{self.name} freed")


def test_an_object_is_freed_with_its_last_reference() -> None:
    log: list[str] = []
    table: IdTable[Thing] = IdTable()
    thing = Thing(log, "thing")
    table.add(thing)
    table.hold(thing, user=True)
    table.release(thing)
    assert log == []
    table.release(thing, user=True)
    assert log == ["thing left by users", "thing freed"]
    assert len(table) == 0


def test_users_may_leave_before_programs_do() -> None:
    log: list[str] = []
    table: IdTable[Thing] = IdTable()
    thing = Thing(log, "thing")
    table.add(thing)
    table.hold(thing, user=True)
    table.release(thing, user=True)
    assert log == ["thing left by users"]


def test_two_objects_that_hold_each_other_are_freed_with_the_table() -> None:
    log: list[str] = []
    table: IdTable[Thing] = IdTable()
    first, second = Thing(log, "first"), Thing(log, "second")
    table.add(first)
    table.add(second)
    table.close()
    assert sorted(log) == ["first freed", "second freed"]
    table.release(first)


def test_ids_go_up_and_are_not_used_again() -> None:
    table: IdTable[Thing] = IdTable()
    things = [Thing([], str(n)) for n in range(3)]
    assert [table.add(thing) for thing in things] == [1, 2, 3]
    table.release(things[1])
    assert table.next_id(1) == 3
    assert table.add(Thing([], "new")) == 4
    with pytest.raises(OSError, match="no object has id 2"):
        table.by_id(2)


def test_the_lowest_free_descriptor_is_taken() -> None:
    table = FdTable()
    closed: list[str] = []
    fds = [table.install(File("x", lambda n=name: closed.append(n))) for name in "abc"]  # type: ignore[misc]
    assert fds == [3, 4, 5]
    table.close(4)
    assert closed == ["b"]
    assert table.install(File("x", lambda: None)) == 4
    with pytest.raises(OSError, match="77 is no open descriptor") as error:
        table.close(77)
    assert error.value.errno == errno.EBADF
    table.close_all()
    assert closed == ["b", "a", "c"]


def test_rights_from_flags() -> None:
    assert Rights.of_flags(0) == Rights(can_read=True, can_write=True)
    assert Rights.of_flags(8) == Rights(can_read=True, can_write=False)
    assert Rights.of_flags(16) == Rights(can_read=False, can_write=True)


def test_unmounting_releases_every_pin() -> None:
    released: list[str] = []
    bpffs = BpfFs()
    bpffs.mkdir("/sys/fs/bpf/dir")
    bpffs.pin("/sys/fs/bpf/dir/a", Pin("a", lambda: released.append("a")))
    bpffs.pin("/sys/fs/bpf/b", Pin("b", lambda: released.append("b")))
    assert bpffs.paths() == ["/sys/fs/bpf/b", "/sys/fs/bpf/dir/a"]
    bpffs.close()
    assert sorted(released) == ["a", "b"]
    assert bpffs.paths() == []


def test_capabilities() -> None:
    assert Cap.all().has(Cap.BPF)
    assert Cap.SYS_ADMIN.has(Cap.PERFMON)
    assert not Cap.BPF.has(Cap.SYS_ADMIN)
    assert not Cap.none().has(Cap.BPF)


def test_a_stopped_clock_stands() -> None:
    machine = Machine()
    machine.native.clock_stopped = 1
    machine.native.clock_ns = 5_000
    machine.native.boot_offset = 7
    assert (machine.monotonic_ns(), machine.boottime_ns()) == (5_000, 5_007)
    machine.close()


@pytest.mark.parametrize("name", [b"", b"a", b"a_b.c9", b"\xe4", b"x" * 15])
def test_names_that_are_permitted(name: bytes) -> None:
    assert copy_name(name.ljust(16, b"\0")) == name


@pytest.mark.parametrize("name", [b"x" * 16, b"a-b", b"\xd7", b"a\n"])
def test_names_that_are_not(name: bytes) -> None:
    with pytest.raises(OSError, match="is no name"):
        copy_name(name.ljust(16, b"\0"))


class Pages:
    """Memory that has only its first `size` bytes."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self, address: int, length: int) -> bytes:
        if address + length > len(self.content):
            raise OSError(errno.EFAULT, "beyond")
        return self.content[address : address + length]

    def write(self, address: int, data: bytes) -> None:
        raise NotImplementedError


def test_a_string_may_end_just_before_memory_does() -> None:
    memory = Pages(bytes(4090) + b"hello\0")
    assert read_string(memory, 4090, 4096) == b"hello"
    with pytest.raises(OSError, match="beyond"):
        read_string(Pages(bytes(4090) + b"hello!"), 4090, 4096)
    assert read_string(Pages(b"x" * 8192), 0, 127) is None
