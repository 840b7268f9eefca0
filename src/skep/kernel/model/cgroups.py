"""Control groups as programs see them: a tree of ids. The current task is in one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skep._runtime import LAYOUTS, poke
from skep.kernel.model.record import Record

if TYPE_CHECKING:
    from skep._runtime import NativeKernel

_ROOT_ID = 1


class Cgroup:
    """One control group. `classid` is what the net_cls controller would give it."""

    def __init__(self, name: str, number: int, parent: Cgroup | None = None, classid: int = 0) -> None:
        self.name = name
        self.id = number
        self.parent = parent
        self.level: int = parent.level + 1 if parent else 0
        self.record = Record("skep_cgroup")
        self.record["id"], self.record["level"], self.record["classid"] = number, self.level, classid
        self.record["parent"] = parent.record.address if parent else 0

    @property
    def path(self) -> str:
        """From the root, as in /proc/self/cgroup."""
        return f"{self.parent.path.rstrip('/')}/{self.name}" if self.parent else "/"


class Cgroups:
    """The tree. It starts with the root, in which the current task is."""

    def __init__(self, native: NativeKernel) -> None:
        self._native = native
        self.root = Cgroup("", _ROOT_ID)
        self._all = {"/": self.root}
        self.current = self.root

    def add(self, path: str, *, id: int = 0, classid: int = 0) -> Cgroup:
        """The group at a path, made with its parents where they are not there yet."""
        parts = [part for part in path.split("/") if part]
        group = self.root
        for depth, part in enumerate(parts, 1):
            place = "/" + "/".join(parts[:depth])
            if place not in self._all:
                last = depth == len(parts)
                number = id if last and id else max(known.id for known in self._all.values()) + 1
                self._all[place] = Cgroup(part, number, group, classid if last else 0)
            group = self._all[place]
        return group

    @property
    def current(self) -> Cgroup:
        """Where the current task is, and so the sockets that it makes."""
        return self._current

    @current.setter
    def current(self, group: Cgroup) -> None:
        self._current = group
        offset, size = LAYOUTS["skep_kernel"]["cgroup"]
        poke(self._native.address + offset, size, group.record.address)
