"""Control groups as programs see them: a tree of ids. The current task is in one of them.

Native helpers read a record of each. Where the kernel has types, a group is also a `struct cgroup` of them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from skep._runtime import LAYOUTS, poke
from skep.btf.kinds import Kind
from skep.kernel.model.kernel_object import KernelObject
from skep.kernel.model.record import Record

if TYPE_CHECKING:
    from skep._runtime import NativeKernel
    from skep.btf import Btf

_ROOT_ID = 1


class Cgroup:
    """One control group. `classid` is what the net_cls controller would give it."""

    def __init__(
        self,
        name: str,
        number: int,
        parent: Cgroup | None = None,
        classid: int = 0,
        types: Callable[[], Btf | None] = lambda: None,
    ) -> None:
        self.name = name
        self.id = number
        self.parent = parent
        self.types = types
        self.children: list[Cgroup] = []
        if parent:
            parent.children.append(self)
        self.level: int = parent.level + 1 if parent else 0
        self.record = Record("skep_cgroup")
        self.record["id"], self.record["level"], self.record["classid"] = number, self.level, classid
        self.record["parent"] = parent.record.address if parent else 0

    @property
    def path(self) -> str:
        """From the root, as in /proc/self/cgroup."""
        return f"{self.parent.path.rstrip('/')}/{self.name}" if self.parent else "/"

    def path_up(self) -> list[Cgroup]:
        """The group, its parent, and so on up to the root."""
        return [self, *(self.parent.path_up() if self.parent else [])]

    @cached_property
    def _node(self) -> KernelObject | None:
        """The directory of the group, which has its number and name."""
        types = self.types()
        if types is None or types.find("kernfs_node", Kind.STRUCT) is None:
            return None
        node = KernelObject(types, "kernfs_node", room=len(self.name.encode()) + 1)
        end = node.address + node.size - len(self.name.encode()) - 1
        ctypes.memmove(end, self.name.encode() + b"\0", len(self.name.encode()) + 1)
        node.put({"id": self.id, "name": end})
        return node

    @cached_property
    def object(self) -> KernelObject | None:
        """The `struct cgroup`, None where the kernel has no types."""
        types = self.types()
        if types is None or types.find("cgroup", Kind.STRUCT) is None:
            return None
        group = KernelObject(types, "cgroup", room=8 * (self.level + 1))
        members = {"level": self.level, "kn": self._node.address if self._node else 0}
        members["self.cgroup"] = group.address
        members["self.parent"] = self.parent.address if self.parent else 0
        group.put(members)
        above = [*(one.address for one in reversed(self.path_up()[1:])), group.address]
        group.set_bytes("ancestors", b"".join(address.to_bytes(8, "little") for address in above))
        return group

    @property
    def address(self) -> int:
        """Where programs find the group: its structure, or where there are no types its record."""
        return self.object.address if self.object else self.record.address

    def regions(self) -> list[tuple[str, int, int]]:
        """What programs may read: (name, address, size)."""
        parts = (self.__dict__.get("object"), self.__dict__.get("_node"))
        return [(part.structure, part.address, part.size) for part in parts if part]


class Cgroups:
    """The tree. It starts with the root, in which the current task is."""

    def __init__(self, native: NativeKernel, types: Callable[[], Btf | None] = lambda: None) -> None:
        self._native = native
        self._types = types
        self.root = Cgroup("", _ROOT_ID, types=types)
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
                self._all[place] = Cgroup(part, number, group, classid if last else 0, self._types)
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

    def __iter__(self) -> Iterator[Cgroup]:
        return iter(self._all.values())

    def find(self, number: int) -> Cgroup | None:
        """The group with an id."""
        return next((group for group in self if group.id == number), None)

    def at(self, address: int) -> Cgroup | None:
        """The group whose structure is there."""
        return next((group for group in self if group.address == address), None)

    def regions(self) -> list[tuple[str, int, int]]:
        """What programs may read: (name, address, size)."""
        return [region for group in self for region in group.regions()]
