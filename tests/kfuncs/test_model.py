"""What kernel functions find among the tasks and groups that a test gives."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path

import pytest

from skep.kernel.kfuncs.bodies import BODIES
from skep.kernel.model.task import Mapping, Signal
from skep.syscall.inproc import Kernel

VMLINUX = Path("/sys/kernel/btf/vmlinux")
_PROCS, _THREADS, _OF_ONE = range(3)
_PRE, _POST, _UP = 2, 3, 4


@pytest.fixture(scope="module")
def made() -> Iterator[Kernel]:
    if not VMLINUX.exists():
        pytest.skip("no kernel's types are at hand")
    with Kernel(btf=VMLINUX) as kernel:
        yield kernel


@pytest.fixture(scope="module")
def kernel(made: Kernel) -> Kernel:
    """Processes 1000 (current), 20 with threads 21 and 22, and 30; groups /a, /a/b and /c."""
    inner = made.cgroups.add("/a/b", id=77)
    made.cgroups.add("/c", id=88)
    tasks = made.machine.tasks
    server = tasks.add(20, "server", cgroup=inner, uid=5)
    tasks.add(22, "worker2", process=server, cgroup=inner)
    tasks.add(21, "worker1", process=server, cgroup=inner)
    tasks.add(30, "other").mappings = [Mapping(0x5000, 0x6000), Mapping(0x1000, 0x3000)]
    return made


def _iterate(kernel: Kernel, kind: str, *args: int) -> list[int]:
    """The addresses that an iterator gives."""
    place = ctypes.create_string_buffer(64)
    address = ctypes.addressof(place)
    assert BODIES[f"bpf_iter_{kind}_new"](kernel.machine, address, *args) == 0
    found = []
    while one := BODIES[f"bpf_iter_{kind}_next"](kernel.machine, address):
        found.append(one)
    BODIES[f"bpf_iter_{kind}_destroy"](kernel.machine, address)
    return found


def _pids(kernel: Kernel, addresses: list[int]) -> list[int]:
    tasks = (kernel.machine.tasks.at(address) for address in addresses)
    return [task.pid for task in tasks if task]


def _task(kernel: Kernel, pid: int) -> int:
    found = kernel.machine.tasks.find(pid)
    assert found is not None
    return found.address


def test_tasks_are_iterated_in_their_order(kernel: Kernel) -> None:
    assert _pids(kernel, _iterate(kernel, "task", 0, _PROCS)) == [0, 20, 30, 1000]
    assert _pids(kernel, _iterate(kernel, "task", 0, _THREADS)) == [0, 20, 21, 22, 30, 1000]
    assert _pids(kernel, _iterate(kernel, "task", _task(kernel, 21), _OF_ONE)) == [21, 22, 20]


def test_a_task_is_a_structure_of_the_kernels_types(kernel: Kernel) -> None:
    task = kernel.machine.tasks.find(21)
    assert task is not None
    _ = task.address
    assert task.object is not None
    structure = task.object.task
    assert (structure["pid"], structure["tgid"]) == (21, 20)
    assert structure["group_leader"] == _task(kernel, 20)


def test_groups_are_iterated_from_above_and_below(kernel: Kernel) -> None:
    def ids(start: str, order: int) -> list[int]:
        at = kernel.cgroups.add(start).address
        groups = (kernel.cgroups.at(address) for address in _iterate(kernel, "css", at, order))
        return [group.id for group in groups if group]

    above = kernel.cgroups.add("/a").id
    assert ids("/", _PRE) == [1, above, 77, 88]
    assert ids("/", _POST) == [77, above, 88, 1]
    assert ids("/a/b", _UP) == [77, above, 1]


def test_tasks_of_a_group_are_iterated(kernel: Kernel) -> None:
    group = kernel.cgroups.add("/a/b").address
    assert _pids(kernel, _iterate(kernel, "css_task", group, 0)) == [20, 21, 22]
    assert _pids(kernel, _iterate(kernel, "css_task", group, 1)) == [20]
    above = kernel.cgroups.add("/a").address
    under = BODIES["bpf_task_under_cgroup"]
    assert under(kernel.machine, _task(kernel, 22), above) == 1
    assert under(kernel.machine, _task(kernel, 30), above) == 0


def test_mappings_are_iterated_from_an_address_on(kernel: Kernel) -> None:
    assert len(_iterate(kernel, "task_vma", _task(kernel, 30), 0)) == 2
    assert len(_iterate(kernel, "task_vma", _task(kernel, 30), 0x3000)) == 1
    idle = kernel.machine.tasks.idle.address
    with pytest.raises(OSError, match="without memory"):
        BODIES["bpf_iter_task_vma_new"](kernel.machine, ctypes.addressof(ctypes.c_uint64()), idle, 0)


def test_a_signal_goes_to_the_task_that_is_named(kernel: Kernel) -> None:
    assert BODIES["bpf_send_signal_task"](kernel.machine, _task(kernel, 30), 9, 1, 0) == 0
    other = kernel.machine.tasks.find(30)
    assert other is not None
    assert other.signals == [Signal(9, to_thread=False)]
