"""One loader on one object, program by program, in a process whose bpf(2) calls are recorded.

    python -m tools.parity.libbpf.child LOADER OBJECT

LOADER is `skep` or the path of a libbpf.so. Each program is loaded alone, with all maps of the object. Before
its calls comes a record of command -1 with the program's name, after them one of command -2 with the outcome:
0 or -errno, and skep's message.
"""

from __future__ import annotations

import ctypes
import dataclasses
import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path

from skep.errors import SkepError
from skep.loader import from_elf, load
from skep.syscall.linux import Linux
from tools.parity.libbpf.record import BEGIN, END, HEAD


def note(command: int, result: int, text: str) -> None:
    """A record of our own between those of the calls."""
    data = text.encode()
    os.write(int(os.environ["SKEP_CALLS"]), struct.pack(HEAD, command, result, len(data), 0, 0, 0, 0) + data)


def by_skep(path: Path, program: str) -> tuple[int, str]:
    """Loads it as spec."""
    try:
        spec = from_elf(path.read_bytes(), name=path.name)
        alone = {
            name: dataclasses.replace(one, autoload=name == program) for name, one in spec.programs.items()
        }
        backend = Linux()
        load(dataclasses.replace(spec, programs=alone), backend).close(backend)
    except SkepError as error:
        return -(getattr(error, "errno", None) or 1), str(error)
    return 0, ""


class Libbpf:
    """The few functions of libbpf that one needs to load an object."""

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path, use_errno=True)
        for name in (
            "bpf_object__open_file",
            "bpf_object__next_program",
            "bpf_object__find_program_by_name",
        ):
            getattr(self._library, name).restype = ctypes.c_void_p
        self._library.bpf_program__name.restype = ctypes.c_char_p
        self._library.libbpf_set_print(None)

    def programs(self, path: Path) -> list[str]:
        """Their names; an object that cannot be opened has none."""
        handle = self._open(path)
        if not handle:
            return []
        names = [self._library.bpf_program__name(program).decode() for program in self._programs(handle)]
        self._library.bpf_object__close(handle)
        return names

    def load(self, path: Path, name: str) -> tuple[int, str]:
        handle = self._open(path)
        if not handle:
            return -ctypes.get_errno(), "does not open"
        for program in self._programs(handle):
            wanted = self._library.bpf_program__name(program).decode() == name
            self._library.bpf_program__set_autoload(program, ctypes.c_bool(wanted))
        result: int = self._library.bpf_object__load(handle)
        self._library.bpf_object__close(handle)
        return result, ""

    def _open(self, path: Path) -> ctypes.c_void_p | None:
        handle = self._library.bpf_object__open_file(str(path).encode(), None)
        return ctypes.c_void_p(handle) if handle else None

    def _programs(self, handle: ctypes.c_void_p) -> list[ctypes.c_void_p]:
        found: list[ctypes.c_void_p] = []
        last = None
        while last := self._library.bpf_object__next_program(handle, ctypes.c_void_p(last)):
            found.append(ctypes.c_void_p(last))
        return found


def main() -> int:
    loader, path = sys.argv[1], Path(sys.argv[2])
    one: Callable[[Path, str], tuple[int, str]]
    if loader == "skep":
        try:
            names = [*from_elf(path.read_bytes(), name=path.name).programs]
        except SkepError:
            names = []
        one = by_skep
    else:
        library = Libbpf(loader)
        names, one = library.programs(path), library.load
    for name in names:
        note(BEGIN, 0, name)
        note(END, *one(path, name))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
