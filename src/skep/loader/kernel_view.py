"""What the loader asks of a kernel beside bpf(2): its types, symbols, configuration and version.

All of it is read when it is first needed, since most objects need nothing. Types are kept for as long as
the backend lives: a vmlinux is megabytes, and its index is what makes the second load fast. Kernels with the
same types share them.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass
from errno import EPERM
from functools import cached_property
from os import PathLike
from weakref import WeakKeyDictionary, WeakValueDictionary

from ..btf import Btf
from ..errors import KernelError, LoaderError
from ..syscall import btf_objects, commands
from ..syscall.backend import Backend

VMLINUX = "/sys/kernel/btf/vmlinux"

TypesOf = str | PathLike[str] | Btf

_types: WeakKeyDictionary[Backend, Btf] = WeakKeyDictionary()
#: The same for kernels that are made and gone: a test suite makes hundreds, all with the same types.
_by_content: WeakValueDictionary[bytes, Btf] = WeakValueDictionary()


@dataclass(frozen=True, slots=True)
class ModuleTypes:
    """The types of a module of the kernel; `fd` is open as long as the view is."""

    name: str
    types: Btf
    fd: int


class KernelView:
    """One kernel, seen by the loader, which closes the view in the end.

    `target_btf` are other types to relocate CO-RE programs to, `kconfig` is text in the form of a .config
    that comes before the kernel's own configuration.
    """

    def __init__(self, backend: Backend, target_btf: TypesOf | None = None, kconfig: str = "") -> None:
        self.backend = backend
        self.kconfig = kconfig
        self._target = target_btf

    @cached_property
    def types(self) -> Btf | None:
        """The kernel's own types; None when it has none to show."""
        known = _types.get(self.backend)
        if known is None:
            try:
                data = self.backend.read_file(VMLINUX)
            except OSError:
                return None
            known = _by_content.get(data) or Btf.parse(data)
            _types[self.backend] = _by_content[data] = known
        return known

    def require_types(self, where: str) -> Btf:
        if self.types is None:
            raise LoaderError(f"{where}: needs the kernel's types, and {VMLINUX} cannot be read")
        return self.types

    @cached_property
    def modules(self) -> Sequence[ModuleTypes]:
        """The types of the kernel's modules, in the order in which they were loaded; none to those who may
        not list them.
        """
        found: list[ModuleTypes] = []
        if self.types is None:
            return found
        try:
            for btf_id in btf_objects.ids(self.backend, commands.btf_get_next_id):
                known = btf_objects.describe(self.backend, btf_id)
                if known.kernel_btf and known.name != "vmlinux":
                    types = Btf.parse(btf_objects.contents(self.backend, btf_id), base=self.types)
                    fd = commands.btf_get_fd_by_id(self.backend, btf_id)
                    found.append(ModuleTypes(known.name, types, fd))
        except KernelError as error:
            if error.errno != EPERM:
                raise
        return found

    def close(self) -> None:
        """Let go of the modules' types."""
        for module in self.__dict__.get("modules", ()):
            self.backend.close(module.fd)

    @cached_property
    def core_types(self) -> Btf | None:
        """What CO-RE relocations are resolved against."""
        if self._target is None:
            return self.types
        return self._target if isinstance(self._target, Btf) else Btf.from_file(self._target)

    @cached_property
    def release(self) -> str:
        """`6.18.44-amd64`, or nothing."""
        return self._text("/proc/sys/kernel/osrelease").strip()

    @property
    def version(self) -> int:
        """KERNEL_VERSION(major, minor, patch), 0 when unknown. Debian's release lacks the patch level."""
        debian = re.search(r"Debian (\d+)\.(\d+)\.(\d+)", self._text("/proc/sys/kernel/version"))
        found = debian or re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", self.release)
        if not found:
            return 0
        major, minor, patch = (int(number or 0) for number in found.groups())
        return major << 16 | minor << 8 | min(patch, 255)

    @cached_property
    def config(self) -> str:
        """The kernel's .config."""
        text = self._text(f"/boot/config-{self.release}")
        if text:
            return text
        try:
            return gzip.decompress(self.backend.read_file("/proc/config.gz")).decode("utf-8", "replace")
        except (OSError, EOFError):
            return ""

    @cached_property
    def _kallsyms(self) -> bytes:
        try:
            return b"\n" + self.backend.read_file("/proc/kallsyms")
        except OSError:
            return b""

    def address_of(self, symbol: str) -> int | None:
        """The address of a symbol of the kernel; LoaderError where there are several."""
        pattern = rb"\n([0-9a-f]+) \w %s(?=\.llvm\.|\t|\n)" % re.escape(symbol.encode())
        found = {int(address, 16) for address in re.findall(pattern, self._kallsyms)}
        if len(found) > 1:
            raise LoaderError(f"symbol '{symbol}': /proc/kallsyms has {len(found)} addresses of that name")
        return found.pop() if found else None

    def has_file(self, path: str) -> bool:
        """Whether there is such a file, and it can be read."""
        try:
            self.backend.read_file(path)
        except OSError:
            return False
        return True

    def _text(self, path: str) -> str:
        try:
            return self.backend.read_file(path).decode("utf-8", "replace")
        except OSError:
            return ""
