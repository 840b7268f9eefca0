"""Tasks: what programs ask about them, and what they do to them.

The current task's ids, name and owner are in the native kernel (`NativeKernel.pid_tgid` and its like), where
native helpers read them. Stacks, memory mappings, registers and other tasks are given by a test. Where the
kernel has types, a task is also a `struct task_struct` of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from skep._runtime import LAYOUTS, read_memory, write_memory
from skep.kernel.model.kernel_object import KernelObject
from skep.kernel.model.record import Record
from skep.kernel.model.task_object import TaskFacts, TaskObject

if TYPE_CHECKING:
    from skep._runtime import NativeKernel
    from skep.btf import Btf
    from skep.kernel.model.cgroups import Cgroup, Cgroups

#: The file of the initial PID namespace, as (device, inode): PROC_PID_INIT_INO on nsfs.
INITIAL_PID_NAMESPACE = (4, 0xEFFFFFFC)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A part of the address space, [start, end). With a file, it shows that from `offset` on."""

    start: int
    end: int
    flags: int = 0
    file: str = ""
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal that a program sent, to the whole process or to the thread."""

    number: int
    to_thread: bool


@dataclass(eq=False)
class Task:
    """The task on whose behalf programs run. Call chains are addresses, innermost first."""

    native: NativeKernel
    types: Callable[[], Btf | None]
    cgroups: Cgroups | None = None
    kernel_stack: list[int] = field(default_factory=list)
    user_stack: list[int] = field(default_factory=list)
    mappings: list[Mapping] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    pid_namespace: tuple[int, int] = INITIAL_PID_NAMESPACE

    @property
    def pid(self) -> int:
        return self.native.pid_tgid & 0xFFFF_FFFF

    @property
    def tgid(self) -> int:
        return self.native.pid_tgid >> 32

    @property
    def uid_gid(self) -> int:
        """The group id in the upper half, the user id in the lower."""
        return self.native.uid_gid

    @property
    def comm(self) -> bytes:
        offset, size = LAYOUTS["skep_kernel"]["comm"]
        return read_memory(self.native.address + offset, size).partition(b"\0")[0]

    def become(self, pid: int, comm: str, *, tgid: int = 0) -> None:
        """Gives the current task its number and name; without a `tgid` it is its process's first thread."""
        self.native.pid_tgid = (tgid or pid) << 32 | pid
        offset, size = LAYOUTS["skep_kernel"]["comm"]
        write_memory(self.native.address + offset, comm.encode()[: size - 1].ljust(size, b"\0"))

    def label(self) -> str:
        """As traces name a task."""
        return f"{self.comm.decode('utf-8', 'replace')}-{self.pid}"

    @property
    def leader(self) -> Task:
        """The first thread of its process."""
        return self

    @property
    def cgroup(self) -> Cgroup | None:
        return self.cgroups.current if self.cgroups else None

    @cached_property
    def object(self) -> TaskObject | None:
        """Its structures, None where the kernel has no types."""
        types = self.types()
        return TaskObject(types, has_memory=self.has_memory) if types else None

    @cached_property
    def registers(self) -> KernelObject | None:
        """The `struct pt_regs` that the task entered the kernel with."""
        types = self.types()
        return KernelObject(types, "pt_regs") if types else None

    @cached_property
    def _nameless(self) -> Record:
        return Record("skep_kernel")  # memory that is there, for kernels without types

    @property
    def address(self) -> int:
        """Where the task is, with its ids and name as they are now."""
        if self.object is None:
            return self._nameless.address
        leader = self.leader.address if self.leader is not self else 0
        group = self.cgroup.address if self.cgroup else 0
        self.object.update(TaskFacts(self.pid, self.tgid, self.uid_gid, self.comm, leader, 0, group))
        return self.object.address

    @property
    def has_memory(self) -> bool:
        """Threads of the kernel have none of their own; of the tasks here that is the idle one."""
        return self.pid != 0

    def find_mapping(self, address: int) -> KernelObject | None:
        """The `struct vm_area_struct` of the mapping that holds an address."""
        found = self.mapping_at(address)
        return self.area(found) if found else None

    def mapping_at(self, address: int) -> Mapping | None:
        """The mapping that holds an address."""
        return next((one for one in self.mappings if one.start <= address < one.end), None)

    def area(self, mapping: Mapping) -> KernelObject | None:
        """A mapping's structure; None where the kernel has no types."""
        types = self.types()
        if types is None:
            return None
        if mapping not in self._areas:
            area = self._areas[mapping] = KernelObject(types, "vm_area_struct")
            area.put({"vm_start": mapping.start, "vm_end": mapping.end, "vm_flags": mapping.flags})
        return self._areas[mapping]

    @cached_property
    def _areas(self) -> dict[Mapping, KernelObject]:
        return {}

    def regions(self) -> list[tuple[str, int, int]]:
        """What a program may read: (name, address, size)."""
        objects = [self.__dict__.get("registers"), *self._areas.values()]
        own: TaskObject | None = self.__dict__.get("object")
        parts = [(one.structure, one.address, one.size) for one in objects if one is not None]
        return [*(own.regions() if own else []), *parts]
