"""Tasks: found by number, held, asked for their group, sent signals; and iterated."""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from skep._runtime import peek, poke, write_memory
from skep.kernel.helpers.bodies import Body
from skep.kernel.helpers.bodies.memory import signed32
from skep.kernel.helpers.bodies.task import send
from skep.kernel.model.task import Task

if TYPE_CHECKING:
    from skep.kernel.machine import Machine

_U32 = 0xFFFF_FFFF
_ALL_PROCS, _ALL_THREADS, _PROC_THREADS = range(3)
_ITER = struct.Struct("<QQQ")  # struct bpf_iter_task: the process, how many were given, flags
_TO_THREAD, _TO_PROCESS = 0, 1  # enum pid_type


def _same(machine: Machine, object_: int, *_: int) -> int:
    """Models keep their objects for as long as the machine is there, so references need no count."""
    return object_


def _nothing(*_: object) -> int:
    return 0


def task_from_pid(machine: Machine, pid: int, *_: int) -> int:
    found = machine.tasks.find(signed32(pid))
    return found.address if found else 0


def task_under_cgroup(machine: Machine, task: int, ancestor: int, *_: int) -> int:
    found, group = machine.tasks.at(task), machine.cgroups.at(ancestor)
    return int(found is not None and found.cgroup is not None and group in found.cgroup.path_up())


def send_signal_task(machine: Machine, task: int, number: int, kind: int, *_: int) -> int:
    kind = signed32(kind)
    if kind not in (_TO_THREAD, _TO_PROCESS):
        raise OSError(errno.EINVAL, "a signal goes to a thread or a process")
    found = machine.tasks.at(task)
    if found is None:
        raise OSError(errno.ESRCH, "no such task")
    return send(found, number, to_thread=kind == _TO_THREAD)


# ── all tasks, or the threads of one process ──


def iter_task_new(machine: Machine, iterator: int, task: int, flags: int, *_: int) -> int:
    flags &= _U32
    write_memory(iterator, bytes(_ITER.size))
    if flags > _PROC_THREADS or (flags == _PROC_THREADS and not task):
        raise OSError(errno.EINVAL, "unknown flags, or no task")
    start = task if flags == _PROC_THREADS else machine.tasks.idle.address
    write_memory(iterator, _ITER.pack(start, 0, flags))
    return 0


def iter_task_next(machine: Machine, iterator: int, *_: int) -> int:
    start, index, flags = (peek(iterator + 8 * at, 8) for at in range(3))
    if not start:
        return 0
    tasks = _iterated(machine, start, flags)
    poke(iterator + 8, 8, index + 1)
    return tasks[index].address if index < len(tasks) else 0


def _iterated(machine: Machine, start: int, flags: int) -> list[Task]:
    if flags == _ALL_PROCS:
        return machine.tasks.processes()
    if flags == _ALL_THREADS:
        return [one for leader in machine.tasks.processes() for one in machine.tasks.threads(leader)]
    first = machine.tasks.at(start)
    if first is None:
        return []
    threads = machine.tasks.threads(first.leader)
    place = threads.index(first)
    return [*threads[place:], *threads[:place]]


# ── the tasks of a group ──


def iter_css_task_new(machine: Machine, iterator: int, css: int, flags: int, *_: int) -> int:
    poke(iterator, 8, 0)
    group = machine.cgroups.at(css)
    if flags & _U32 not in (0, 1, 3) or group is None:
        raise OSError(errno.EINVAL, "unknown flags, or no group")
    tasks = machine.tasks if not flags & _U32 else machine.tasks.processes()
    found = [task.address for task in tasks if task.cgroup is group and task is not machine.tasks.idle]
    poke(iterator, 8, machine.iterators.add(found))
    return 0


# ── the mappings of a task ──


def iter_task_vma_new(machine: Machine, iterator: int, task: int, address: int, *_: int) -> int:
    poke(iterator, 8, 0)
    found = machine.tasks.at(task)
    if found is None or not found.has_memory:
        raise OSError(errno.ENOENT, "a task without memory of its own")
    areas = [
        found.area(one) for one in sorted(found.mappings, key=lambda one: one.start) if one.end > address
    ]
    poke(iterator, 8, machine.iterators.add([area.address for area in areas if area]))
    return 0


def listed_next(machine: Machine, iterator: int, *_: int) -> int:
    return machine.iterators.next(peek(iterator, 8))


def listed_destroy(machine: Machine, iterator: int, *_: int) -> int:
    machine.iterators.drop(peek(iterator, 8))
    return 0


BODIES: dict[str, Body] = {
    "bpf_task_acquire": _same,
    "bpf_task_release": _nothing,
    "bpf_task_from_pid": task_from_pid,
    "bpf_task_from_vpid": task_from_pid,
    "bpf_task_under_cgroup": task_under_cgroup,
    "bpf_task_get_cgroup1": _nothing,  # there are no hierarchies of the first version
    "bpf_send_signal_task": send_signal_task,
    "bpf_iter_task_new": iter_task_new,
    "bpf_iter_task_next": iter_task_next,
    "bpf_iter_task_destroy": _nothing,
    "bpf_iter_css_task_new": iter_css_task_new,
    "bpf_iter_css_task_next": listed_next,
    "bpf_iter_css_task_destroy": listed_destroy,
    "bpf_iter_task_vma_new": iter_task_vma_new,
    "bpf_iter_task_vma_next": listed_next,
    "bpf_iter_task_vma_destroy": listed_destroy,
}
