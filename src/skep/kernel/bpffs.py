"""The BPF file system: pins that keep objects alive under a path.

In memory, mounted at /sys/fs/bpf, with the rules of Linux's: names with a dot are reserved (EPERM), a pin
replaces nothing (EEXIST), and only programs, maps and links can be pinned.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MOUNT = "/sys/fs/bpf"
_NAME_MAX = 255


@dataclass(frozen=True, slots=True)
class Pin:
    """A file of the BPF file system. `release` gives its reference back when it is unlinked."""

    obj: Any
    release: Callable[[], None]


Directory = dict[str, "Pin | Directory"]


def _parts(path: str) -> list[str]:
    """The names below the mount point; EPERM for a path that does not lead there."""
    if not path:
        raise OSError(errno.ENOENT, "an empty path")
    names = [name for name in path.split("/") if name not in ("", ".")]
    mount = MOUNT.strip("/").split("/")
    if not path.startswith("/") or names[: len(mount)] != mount:
        raise OSError(errno.EPERM, f"{path} is not on the BPF file system at {MOUNT}")
    return names[len(mount) :]


def _check_name(name: str) -> None:
    if len(name.encode()) > _NAME_MAX:
        raise OSError(errno.ENAMETOOLONG, f"a name of {len(name)} bytes")
    if "." in name:
        raise OSError(errno.EPERM, f"{name}: names with a dot are reserved")


@dataclass(slots=True)
class BpfFs:
    """The tree of pins."""

    root: Directory = field(default_factory=dict)

    def _directory(self, names: list[str]) -> Directory:
        here = self.root
        for name in names:
            _check_name(name)
            entry = here.get(name)
            if entry is None:
                raise OSError(errno.ENOENT, f"no directory {name}")
            if isinstance(entry, Pin):
                raise OSError(errno.ENOTDIR, f"{name} is no directory")
            here = entry
        return here

    def _place(self, path: str) -> tuple[Directory, str]:
        """The directory and name of something to be made."""
        names = _parts(path)
        if not names:
            raise OSError(errno.EEXIST, f"{path} is the BPF file system itself")
        directory = self._directory(names[:-1])
        _check_name(names[-1])
        if names[-1] in directory:
            raise OSError(errno.EEXIST, f"{path} is there already")
        return directory, names[-1]

    def check_free(self, path: str) -> None:
        """Refuses a path at which nothing can be pinned."""
        if path.endswith("/") and _parts(path):
            raise OSError(errno.ENOENT, f"{path}: a pin is no directory")
        self._place(path)

    def pin(self, path: str, pin: Pin) -> None:
        """Make a file; its reference is held until it is unlinked."""
        directory, name = self._place(path)
        directory[name] = pin

    def get(self, path: str) -> Pin:
        """The file at a path; EACCES for a directory."""
        try:
            names = _parts(path)
        except PermissionError:
            raise OSError(errno.ENOENT, f"{path} is not on the BPF file system") from None
        if not names:
            raise OSError(errno.EACCES, f"{path} is a directory")
        directory = self._directory(names[:-1])
        _check_name(names[-1])
        entry = directory.get(names[-1])
        if entry is None:
            raise OSError(errno.ENOENT, f"nothing is pinned at {path}")
        if not isinstance(entry, Pin):
            raise OSError(errno.EACCES, f"{path} is a directory")
        if path.endswith("/"):
            raise OSError(errno.ENOTDIR, f"{path} is no directory")
        return entry

    def mkdir(self, path: str) -> None:
        """mkdir(2)"""
        directory, name = self._place(path)
        directory[name] = {}

    def unlink(self, path: str) -> None:
        """unlink(2), and rmdir(2) of an empty directory."""
        names = _parts(path)
        directory = self._directory(names[:-1])
        entry = directory.get(names[-1]) if names else self.root
        if entry is None:
            raise OSError(errno.ENOENT, f"nothing is at {path}")
        if isinstance(entry, Pin):
            del directory[names[-1]]
            entry.release()
        elif entry or not names:
            raise OSError(errno.ENOTEMPTY if entry else errno.EBUSY, f"{path} cannot be removed")
        else:
            del directory[names[-1]]

    def paths(self) -> list[str]:
        """All pins, by path."""
        return [path for path, _ in _walk(self.root, MOUNT)]

    def close(self) -> None:
        """Unmount: every pin gives its reference back."""
        pins = [pin for _, pin in _walk(self.root, MOUNT)]
        self.root = {}
        for pin in pins:
            pin.release()


def _walk(directory: Directory, path: str) -> list[tuple[str, Pin]]:
    found: list[tuple[str, Pin]] = []
    for name, entry in sorted(directory.items()):
        below = f"{path}/{name}"
        found += [(below, entry)] if isinstance(entry, Pin) else _walk(entry, below)
    return found
