"""A task as the kernel's types have it: its `struct task_struct`, and what programs reach from it.

What the userspace kernel does not model stays zero, as does what a reduced set of types does not have.
"""

from __future__ import annotations

from dataclasses import dataclass

from skep.btf import Btf
from skep.btf.kinds import Kind
from skep.kernel.model.kernel_object import KernelObject

_NICE_0 = 120  # static priority of a task that nobody made nicer


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What its structures say of a task; `leader`, `parent` and `cgroup` are addresses."""

    pid: int
    tgid: int
    uid_gid: int
    comm: bytes
    leader: int
    parent: int
    cgroup: int


class TaskObject:
    """The structures of one task. `update` writes what has changed."""

    def __init__(self, types: Btf, has_memory: bool = True) -> None:
        self.task = KernelObject(types, "task_struct")
        self._cred = _object(types, "cred")
        self._css_set = _object(types, "css_set")
        self._mm = _object(types, "mm_struct") if has_memory else None
        self._facts: TaskFacts | None = None

    @property
    def address(self) -> int:
        return self.task.address

    def update(self, facts: TaskFacts) -> None:
        if facts == self._facts:
            return
        self._facts = facts
        uid, gid = facts.uid_gid & 0xFFFF_FFFF, facts.uid_gid >> 32
        members = {
            "pid": facts.pid,
            "tgid": facts.tgid,
            "group_leader": facts.leader or self.address,
            "real_parent": facts.parent or self.address,
            "parent": facts.parent or self.address,
            "prio": _NICE_0,
            "static_prio": _NICE_0,
            "normal_prio": _NICE_0,
        }
        for name, other in (("cred", self._cred), ("real_cred", self._cred), ("cgroups", self._css_set)):
            members[name] = other.address if other else 0
        for name in ("mm", "active_mm"):
            members[name] = self._mm.address if self._mm else 0
        self.task.put(members)
        self.task.set_bytes("comm", facts.comm[:15].ljust(16, b"\0"))
        if self._cred:
            kinds = ("", "e", "s", "fs")
            ids = {f"{kind}uid.val": uid for kind in kinds} | {f"{kind}gid.val": gid for kind in kinds}
            self._cred.put(ids)
        if self._css_set:
            self._css_set.put({"dfl_cgrp": facts.cgroup})

    def regions(self) -> list[tuple[str, int, int]]:
        """What a program may read: (name, address, size)."""
        parts = (self.task, self._cred, self._css_set, self._mm)
        return [(part.structure, part.address, part.size) for part in parts if part is not None]


def _object(types: Btf, structure: str) -> KernelObject | None:
    return KernelObject(types, structure) if types.find(structure, Kind.STRUCT) is not None else None
