"""An object file and what a kernel made of it: open, edit, load, use, close."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath
from types import TracebackType
from typing import Self

from ..cc import Options, compile
from ..errors import InputError
from ..loader import Loaded, ObjectSpec, from_elf, load
from ..loader.kernel_view import TypesOf
from ..loader.load import PIN_ROOT
from ..loader.resize import resize_section
from ..syscall.backend import Backend
from .globals import Globals, Section
from .map import Map
from .program import Program


class Object:
    """Programs, maps and global variables of one object file.

    A context manager: leaving it closes the descriptors. `load` without a kernel makes a userspace kernel
    for this object alone.
    """

    def __init__(self, spec: ObjectSpec) -> None:
        self.spec = spec
        self.programs: Mapping[str, Program] = {
            name: Program(program, spec.btf) for name, program in spec.programs.items()
        }
        self.maps: Mapping[str, Map] = {name: Map(map, spec.btf, name) for name, map in spec.maps.items()}
        self.sections: Mapping[str, Section] = {
            name: Section(map) for name, map in self.maps.items() if map.spec.section
        }
        self.globals = Globals(dict(self.sections))
        self._loaded: Loaded | None = None
        self._backend: Backend | None = None
        self._own_kernel = False

    @property
    def name(self) -> str:
        return self.spec.name

    def __repr__(self) -> str:
        state = f"loaded into {self._backend.name}" if self._backend else "not loaded"
        return f"<Object {self.name!r} {len(self.programs)} programs, {len(self.maps)} maps, {state}>"

    def _section(self, name: str) -> Section:
        if name not in self.sections:
            raise AttributeError(f"{self.name} has no section {name}")
        return self.sections[name]

    @property
    def bss(self) -> Section:
        return self._section(".bss")

    @property
    def data(self) -> Section:
        return self._section(".data")

    @property
    def rodata(self) -> Section:
        return self._section(".rodata")

    def resize(self, section: str, size: int) -> None:
        """Give a section of variables another size in bytes; the array at its end gets longer or shorter."""
        if self._backend is not None:
            raise InputError(f"{self.name} is loaded; sections can only be resized before")
        resize_section(self.spec, section, size)
        for map in self.maps.values():
            map.btf = self.spec.btf
        for name, variables in self.sections.items():
            variables.read_places(self.maps[name])

    def pin_maps(self, folder: str) -> None:
        """Pin every map under its name in a folder of the kernel's bpffs."""
        for name, map in self.maps.items():
            if map.spec.autocreate:
                map.pin(f"{folder}/{name}")

    def load(
        self,
        kernel: Backend | None = None,
        *,
        log_level: int = 0,
        target_btf: TypesOf | None = None,
        kconfig: str = "",
        pin_root: str = PIN_ROOT,
    ) -> Self:
        """Create the maps and load the programs; VerifierError carries the log. All of it or nothing.

        CO-RE programs are relocated to the kernel's own types, or to those of `target_btf`, a path or a Btf.
        `kconfig` is text in the form of a .config; what it sets comes before the kernel's configuration.
        Maps that are pinned by their names are looked for, and else pinned, below `pin_root`.
        """
        if self._backend is not None:
            raise InputError(f"{self.name} is already loaded; close it first")
        backend = kernel if kernel is not None else _new_kernel()
        try:
            loaded = load(
                self.spec,
                backend,
                log_level=log_level,
                target_btf=target_btf,
                kconfig=kconfig,
                pin_root=pin_root,
                reuse={name: fd for name, map in self.maps.items() if (fd := map.reused_fd) is not None},
                targets={
                    name: fd
                    for name, program in self.programs.items()
                    if program.autoload and (fd := program.target_fd) is not None
                },
            )
        except BaseException:
            if kernel is None:
                backend.shutdown()
            raise
        self._loaded, self._backend, self._own_kernel = loaded, backend, kernel is None
        for name, fd in loaded.maps.items():
            self.maps[name].bind(backend, fd)
        for name, fd in loaded.programs.items():
            self.programs[name].bind(backend, fd, loaded.logs.get(name, ""), loaded.core[name])
        return self

    def close(self) -> None:
        """Close all descriptors; what is pinned or attached stays with the kernel. The object can be
        loaded again.
        """
        if self._loaded is None or self._backend is None:
            return
        for map in self.maps.values():
            map.bind(None)
        for program in self.programs.values():
            program.bind(None)
        self._loaded.close(self._backend)
        if self._own_kernel:
            self._backend.shutdown()
        self._loaded = self._backend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _new_kernel() -> Backend:
    from ..syscall.inproc import Kernel

    return Kernel()


def open(path: str | PathLike[str], options: Options | None = None) -> Object:
    """Open a BPF object file, or C source, which is compiled first."""
    text = fspath(path)
    if text.endswith(".c"):
        return Object(from_elf(compile(text, options), name=text))
    try:
        return Object(from_elf(text))
    except OSError as error:
        raise InputError(f"{text}: {error.strerror}") from None
