"""Objects that have an id and live as long as someone refers to them: programs, maps, BTF, links.

The table keeps the count of references, so that the objects need not know about it. A reference is an open
descriptor, a pin, or another object: a program refers to its maps and BTF, a program array to its programs.
Ids go up and are not used again, as in Linux (idr_alloc_cyclic), so that a stale id finds nothing.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar


class KernelObject(Protocol):
    """What has an id; `close` frees it when nothing refers to it any more."""

    id: int

    def close(self) -> None: ...


ObjectT = TypeVar("ObjectT", bound=KernelObject)


class _Entry(Generic[ObjectT]):
    __slots__ = ("obj", "refs", "user_refs")

    def __init__(self, obj: ObjectT) -> None:
        self.obj = obj
        self.refs = 0
        self.user_refs = 0


class IdTable(Generic[ObjectT]):
    """The objects of one kind by id, with their counts of references."""

    def __init__(self, on_free: Callable[[ObjectT], None] | None = None) -> None:
        self._on_free = on_free
        self._entries: dict[int, _Entry[ObjectT]] = {}
        self._last = 0
        self._lock = threading.RLock()

    def add(self, obj: ObjectT) -> int:
        """Give the object its id, and the caller a reference to it."""
        with self._lock:
            self._last += 1
            obj.id = self._last
            self._entries[obj.id] = _Entry(obj)
            return self.hold(obj).id

    def hold(self, obj: ObjectT, *, user: bool = False) -> ObjectT:
        """One reference more. Those of descriptors and pins are a user's: see release."""
        with self._lock:
            entry = self._entries[obj.id]
            entry.refs += 1
            entry.user_refs += user
            return obj

    def release(self, obj: ObjectT, *, user: bool = False) -> None:
        """One reference less; the last one frees the object.

        When the last of a user is gone, an object may let go of others although programs still refer to it:
        so a program array and the programs in it do not keep each other alive (`release_user`).
        """
        with self._lock:
            entry = self._entries.get(obj.id)
            if entry is None or entry.obj is not obj:
                return  # the table has been closed
            entry.refs -= 1
            entry.user_refs -= user
            last_user = user and entry.user_refs == 0
            last = entry.refs == 0
            if last:
                del self._entries[obj.id]
        if last_user and (release_user := getattr(obj, "release_user", None)):
            release_user()
        if last:
            self._free(obj)

    def _free(self, obj: ObjectT) -> None:
        obj.close()
        if self._on_free is not None:
            self._on_free(obj)

    def by_id(self, obj_id: int) -> ObjectT:
        """The object with this id; ENOENT when there is none."""
        entry = self._entries.get(obj_id)
        if entry is None:
            raise OSError(errno.ENOENT, f"no object has id {obj_id}")
        return entry.obj

    def next_id(self, start: int) -> int:
        """The smallest id above `start`; ENOENT when there is none."""
        with self._lock:
            above = [obj_id for obj_id in self._entries if obj_id > start]
        if not above:
            raise OSError(errno.ENOENT, f"no id above {start}")
        return min(above)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[ObjectT]:
        return iter([entry.obj for entry in self._entries.values()])

    def close(self) -> None:
        """Free what is left, whatever refers to it: the machine is going down."""
        while self._entries:
            with self._lock:
                _, entry = self._entries.popitem()
            self._free(entry.obj)
