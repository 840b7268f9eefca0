"""File descriptors: small numbers for open objects, with the rights that each was opened with."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from skep.uapi import BPF_F_RDONLY, BPF_F_WRONLY

ObjectT = TypeVar("ObjectT")

#: The first descriptor behind standard input, output and error.
FIRST: Final = 3


@dataclass(frozen=True, slots=True)
class File:
    """An open object. `release` gives its reference back when the descriptor is closed."""

    obj: Any
    release: Callable[[], None]
    can_read: bool = True
    can_write: bool = True


@dataclass(frozen=True, slots=True)
class Rights:
    """What a descriptor may be used for, from the flags BPF_F_RDONLY and BPF_F_WRONLY."""

    can_read: bool = True
    can_write: bool = True

    @classmethod
    def of_flags(cls, flags: int) -> Rights:
        """bpf_get_file_flag()"""
        if flags & BPF_F_RDONLY and flags & BPF_F_WRONLY:
            raise OSError(errno.EINVAL, "a descriptor cannot be both read-only and write-only")
        return cls(can_read=not flags & BPF_F_WRONLY, can_write=not flags & BPF_F_RDONLY)


@dataclass(slots=True)
class FdTable:
    """Open files by descriptor. Like a process that has its standard streams, it begins at 3; these are open,
    but nothing of BPF.
    """

    files: dict[int, File] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def install(self, file: File) -> int:
        """The lowest free descriptor, for this file from now on."""
        with self.lock:
            fd = FIRST
            while fd in self.files:
                fd += 1
            self.files[fd] = file
            return fd

    def get(self, fd: int) -> File:
        """The open file; EBADF when there is none, EINVAL when it is a standard stream."""
        if 0 <= fd < FIRST:
            raise OSError(errno.EINVAL, f"descriptor {fd} is a standard stream")
        file = self.files.get(fd)
        if file is None:
            raise OSError(errno.EBADF, f"{fd} is no open descriptor")
        return file

    def get_object(self, fd: int, kind: type[ObjectT]) -> tuple[File, ObjectT]:
        """The file and its object; EINVAL when that is of another kind."""
        file = self.get(fd)
        if not isinstance(file.obj, kind):
            raise OSError(errno.EINVAL, f"descriptor {fd} is no {kind.__name__}")
        return file, file.obj

    def find(self, fd: int, kind: type[ObjectT]) -> ObjectT | None:
        """The object of this kind that a descriptor stands for; None for one of something else, EBADF when
        there is no such descriptor.
        """
        obj = None if 0 <= fd < FIRST else self.get(fd).obj
        return obj if isinstance(obj, kind) else None

    def close(self, fd: int) -> None:
        """close(2)"""
        with self.lock:
            file = self.files.pop(fd, None)
        if file is None:
            raise OSError(errno.EBADF, f"{fd} is no open descriptor")
        file.release()

    def close_all(self) -> None:
        """What the end of a process does."""
        while self.files:
            self.close(next(iter(self.files)))
