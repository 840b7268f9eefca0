"""All tasks of a machine: the idle task of the first CPU, which Linux counts among them, the current one, and
those that a test adds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from skep.kernel.model.cgroups import Cgroup
from skep.kernel.model.task import Task


@dataclass(eq=False, kw_only=True)
class OtherTask(Task):
    """A task that is not running. `process` is the first thread of its process, None if it is itself."""

    number: int
    name: bytes = b""
    owner: int = 0
    group: Cgroup | None = None
    process: Task | None = None

    @property
    def pid(self) -> int:
        return self.number

    @property
    def tgid(self) -> int:
        return self.leader.pid

    @property
    def uid_gid(self) -> int:
        return self.owner

    @property
    def comm(self) -> bytes:
        return self.name

    @property
    def leader(self) -> Task:
        return self.process or self

    @property
    def cgroup(self) -> Cgroup | None:
        return self.group or (self.cgroups.root if self.cgroups else None)


class Tasks:
    """The tasks in the order of their numbers; `current` may get a number at any time."""

    def __init__(self, current: Task) -> None:
        self.current = current
        self.idle = self._make(0, name=b"swapper/0")
        self._others: list[OtherTask] = []

    def _make(self, number: int, **fields: object) -> OtherTask:
        own = self.current
        return OtherTask(own.native, own.types, own.cgroups, number=number, **fields)  # type: ignore[arg-type]

    def add(
        self,
        pid: int,
        comm: str = "",
        *,
        process: Task | None = None,
        cgroup: Cgroup | None = None,
        uid: int = 0,
        gid: int = 0,
    ) -> OtherTask:
        """A process, or with `process` a further thread of one."""
        if pid < 1 or self.find(pid):
            raise ValueError(f"{pid} is the number of a task already, or of none")
        made = self._make(pid, name=comm.encode()[:15], owner=gid << 32 | uid, group=cgroup, process=process)
        self._others.append(made)
        return made

    def __iter__(self) -> Iterator[Task]:
        yield self.idle
        yield from sorted((self.current, *self._others), key=lambda task: task.pid)

    def find(self, pid: int) -> Task | None:
        """find_task_by_pid_ns(): the idle task is no one's."""
        return next((task for task in self if task.pid == pid), None) if pid > 0 else None

    def at(self, address: int) -> Task | None:
        """The task whose structure is there."""
        return next((task for task in self if task.address == address), None)

    def processes(self) -> list[Task]:
        return [task for task in self if task.leader is task]

    def threads(self, leader: Task) -> list[Task]:
        """All threads of a process, the first of them first."""
        return [leader, *(task for task in self if task.leader is leader and task is not leader)]

    def regions(self) -> list[tuple[str, int, int]]:
        """What programs may read: (name, address, size)."""
        return [region for task in (self.idle, self.current, *self._others) for region in task.regions()]
