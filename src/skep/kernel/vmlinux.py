"""The kernel's own types: vmlinux.btf beside this file, or those that it is given; and modules'.

With them, programs are verified against the structures and functions of the kernel that it comes from: CO-RE,
kernel functions, attach targets and typed pointers all mean that kernel. It is an object like other BTF,
named "vmlinux", and has the first id as in Linux. One file is read and searched once, however many machines
use it, and not before someone asks. A module's types continue those of the kernel.
"""

from __future__ import annotations

import os
import threading
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Final

from skep.btf import Btf
from skep.kernel.btf_load import BtfObject

#: The kernel's symbols, by the path that Linux shows them under.
KALLSYMS = "/proc/kallsyms"

#: Where the loader looks for a kernel's own types (Backend.read_file).
VMLINUX = "/sys/kernel/btf/vmlinux"
MODULES = "/sys/kernel/btf/"

#: The types of skep's own kernel, those of Linux 6.18 on x86-64 that programs can name: written by
#: tools/gen_kernel_btf.py.
OWN_TYPES: Final = Path(__file__).with_name("vmlinux.btf")

TypesOf = str | PathLike[str] | Btf

_files: dict[tuple[str, int, int], Btf] = {}
_lock = threading.Lock()


def read_types(source: TypesOf) -> Btf:
    """The types of a file, read once; OSError or BtfError where it has none."""
    if isinstance(source, Btf):
        return source
    status = os.stat(source)
    key = (os.fspath(source), status.st_ino, status.st_mtime_ns)
    with _lock:
        if key not in _files:
            _files[key] = Btf.from_file(source)
        return _files[key]


class KernelBtf(BtfObject):
    """`struct btf` of the kernel itself, or of a module on top of it."""

    kernel_btf = True

    def __init__(self, source: TypesOf, name: str = "vmlinux", base: KernelBtf | None = None) -> None:
        self.id = 0
        self.name = name.encode()
        self._source = source
        self._base = base

    @cached_property
    def btf(self) -> Btf:  # type: ignore[override]
        if self._base is None:
            return read_types(self._source)
        if isinstance(self._source, Btf):
            return Btf.parse(self._source.data, self._base.btf)
        return Btf.from_file(self._source, self._base.btf)

    @property
    def data(self) -> bytes:  # type: ignore[override]
        return self.btf.data
