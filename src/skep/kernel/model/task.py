"""The current task: what programs ask about it, and what they do to it.

Its ids, name and owner are in the native kernel (`NativeKernel.pid_tgid` and its like), where native helpers
read them. Stacks, memory mappings and registers are given by a test. Where the kernel has types, the task is
also a `struct task_struct` of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from skep._runtime import LAYOUTS, read_memory
from skep.kernel.model.kernel_object import KernelObject
from skep.kernel.model.record import Record

if TYPE_CHECKING:
    from skep._runtime import NativeKernel
    from skep.btf import Btf

#: The file of the initial PID namespace, as (device, inode): PROC_PID_INIT_INO on nsfs.
INITIAL_PID_NAMESPACE = (4, 0xEFFFFFFC)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A part of the address space, [start, end)."""

    start: int
    end: int
    flags: int = 0


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal that a program sent, to the whole process or to the thread."""

    number: int
    to_thread: bool


@dataclass
class Task:
    """The task on whose behalf programs run. Call chains are addresses, innermost first."""

    native: NativeKernel
    types: Callable[[], Btf | None]
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

    @cached_property
    def object(self) -> KernelObject | None:
        """The `struct task_struct`, None where the kernel has no types."""
        types = self.types()
        return KernelObject(types, "task_struct") if types else None

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
        self.object["pid"], self.object["tgid"] = self.pid, self.tgid
        offset, size = LAYOUTS["skep_kernel"]["comm"]
        self.object.set_bytes("comm", read_memory(self.native.address + offset, size))
        self.object["group_leader"] = self.object["real_parent"] = self.object.address
        return self.object.address

    def find_mapping(self, address: int) -> KernelObject | None:
        """The `struct vm_area_struct` of the mapping that holds an address."""
        found = next((one for one in self.mappings if one.start <= address < one.end), None)
        types = self.types()
        if found is None or types is None:
            return None
        if found not in self._areas:
            area = self._areas[found] = KernelObject(types, "vm_area_struct")
            area["vm_start"], area["vm_end"], area["vm_flags"] = found.start, found.end, found.flags
        return self._areas[found]

    @cached_property
    def _areas(self) -> dict[Mapping, KernelObject]:
        return {}

    def regions(self) -> list[tuple[str, int, int]]:
        """What a program may read: (name, address, size)."""
        objects = [self.__dict__.get("object"), self.__dict__.get("registers"), *self._areas.values()]
        return [(one.structure, one.address, one.size) for one in objects if one is not None]
