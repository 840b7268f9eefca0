"""Specs become a kernel's objects: types, maps with their contents, programs; all of it or nothing.

Rule: what libbpf does between opening an object and having it loaded, seen from bpf(2).
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ..btf.core_relo import CoreResult
from ..errors import KernelError, LoaderError, VerifierError
from ..isa import Insn, encode
from ..isa.opcodes import BPF_CALL, BPF_JMP
from ..syscall import commands
from ..syscall.backend import Backend
from ..uapi import MapType, ProgType
from .attach_btf import AttachPoint, find_attach_point
from .core import CoreLinker
from .externs import KCONFIG
from .fallbacks import bind_read_only_data, plainer_program, plainer_types
from .kconfig import kconfig_contents
from .kernel_view import KernelView, TypesOf
from .ksyms import KsymResolver
from .load_maps import Memory, create_map, fill_slots, find_pinned, map_arena, pin_path, share_map
from .log_notes import POISON_MAP, explain_log
from .specs import MapSpec, ObjectSpec, ProgramSpec
from .struct_ops import KernelOps, kernel_ops, struct_ops_target

PIN_ROOT = "/sys/fs/bpf"


@dataclass(slots=True)
class Loaded:
    """Descriptors by the names of the specs. `logs` has the verifier's, where a log was asked for; `shared`
    names the maps that were there before, pinned by their names.
    """

    btf_fd: int = 0
    #: Why the kernel has not taken the object's types, if it has not.
    types_refused: str = ""
    maps: dict[str, int] = field(default_factory=dict)
    programs: dict[str, int] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    #: What became of each program's CO-RE relocations, by slot.
    core: dict[str, dict[int, CoreResult]] = field(default_factory=dict)
    #: Of each struct_ops map, the value that registers it.
    struct_ops: dict[str, bytes] = field(default_factory=dict)
    #: Arenas stay mapped for as long as the object is loaded.
    memory: list[Memory] = field(default_factory=list)

    def close(self, backend: Backend) -> None:
        for memory in self.memory:
            memory.release() if isinstance(memory, memoryview) else memory.close()
        for fd in (*self.programs.values(), *self.maps.values()):
            backend.close(fd)
        if self.btf_fd:
            backend.close(self.btf_fd)


def load(
    spec: ObjectSpec,
    backend: Backend,
    *,
    log_level: int = 0,
    pin_root: str = PIN_ROOT,
    reuse: Mapping[str, int] | None = None,
    target_btf: TypesOf | None = None,
    kconfig: str = "",
    targets: Mapping[str, int] | None = None,
) -> Loaded:
    """Load all maps and every program that has `autoload`; on an error everything is closed again.

    CO-RE programs are relocated to the kernel's own types, or to `target_btf`; `kconfig` is text in the form
    of a .config that comes before the kernel's own. `reuse` are descriptors of maps of this kernel that stand
    for the object's own of these names; `targets` those of the programs that programs of these names attach
    to.
    """
    programs = [program for program in spec.programs.values() if program.autoload]
    for program in programs:
        _check_loadable(spec, program)
    loaded = Loaded()
    kernel = KernelView(backend, target_btf, kconfig)
    loader = _Loader(spec, backend, kernel, loaded, targets or {})
    try:
        loader.load_types()
        for name, map_spec in spec.maps.items():
            if map_spec.autocreate:
                path = pin_path(map_spec, name, pin_root)
                loader.provide_map(name, map_spec, path, reuse.get(name) if reuse else None)
        for program in programs:
            loader.load_program(program, log_level)
        loader.fill_maps()
        _pin_new_maps(spec, loaded, backend, pin_root)
    except BaseException:
        loaded.close(backend)
        raise
    finally:
        kernel.close()
    return loaded


def _pin_new_maps(spec: ObjectSpec, loaded: Loaded, backend: Backend, pin_root: str) -> None:
    """Last of all, so that a refused program leaves no pin behind."""
    for name, map_spec in spec.maps.items():
        path = pin_path(map_spec, name, pin_root)
        if path and name in loaded.maps and name not in loaded.shared:
            commands.obj_pin(backend, loaded.maps[name], path)


def _where(spec: ObjectSpec, program: ProgramSpec) -> str:
    return f"{spec.name}: program '{program.name}' (section '{program.section}')"


def _check_loadable(spec: ObjectSpec, program: ProgramSpec) -> None:
    where = _where(spec, program)
    if spec.byteorder != sys.byteorder:
        raise LoaderError(f"{where}: is {spec.byteorder}-endian, this machine is {sys.byteorder}-endian")
    if program.type == ProgType.UNSPEC:
        raise LoaderError(
            f"{where}: the section's name says no program type; set the program's `type` before loading"
        )
    if program.unsupported:
        raise LoaderError(f"{where}: {program.unsupported}")


class _Loader:
    """The steps of one load, and what they share."""

    def __init__(
        self,
        spec: ObjectSpec,
        backend: Backend,
        kernel: KernelView,
        loaded: Loaded,
        targets: Mapping[str, int],
    ) -> None:
        self._spec = spec
        self._backend = backend
        self._kernel = kernel
        self._loaded = loaded
        self._targets = targets
        self._ksyms = KsymResolver(spec, kernel)
        self._ops: dict[str, KernelOps] = {}

    @cached_property
    def _core(self) -> CoreLinker:
        assert self._spec.btf is not None
        return CoreLinker(self._spec.btf, self._kernel.core_types)

    def load_types(self) -> None:
        """The object's BTF. Most programs load without it as well, so the kernel may refuse it, unless there
        are struct_ops maps, which cannot be described otherwise.
        """
        if not self._spec.btf_data:
            return
        try:
            self._loaded.btf_fd = self._load_btf()
        except KernelError as error:
            if any(spec.type == MapType.STRUCT_OPS for spec in self._spec.maps.values()):
                raise
            self._loaded.types_refused = str(error)

    def _load_btf(self) -> int:
        try:
            return commands.btf_load(self._backend, self._spec.btf_data).fd
        except KernelError:
            assert self._spec.btf is not None
            plainer = plainer_types(self._spec.btf, self._backend)
            if plainer is not None:
                with suppress(KernelError):
                    return commands.btf_load(self._backend, plainer).fd
        # Once more, to be told why. The log shows each type before the bad one.
        data = self._spec.btf_data
        return commands.btf_load(self._backend, data, log_level=1, log_size=(1 << 16) + 32 * len(data)).fd

    def provide_map(self, name: str, spec: MapSpec, path: str, given: int | None) -> None:
        """The map given, or the one pinned at the path, or a new one."""
        backend, loaded = self._backend, self._loaded
        if given is not None:
            fd: int | None = share_map(spec, name, given, backend)
        else:
            fd = find_pinned(spec, name, backend, path) if path else None
        if fd is not None:
            loaded.shared.add(name)
        elif name == KCONFIG:
            filled = replace(spec, contents=kconfig_contents(self._spec, self._kernel))
            fd = create_map(filled, name, backend, loaded.btf_fd)
        elif spec.type == MapType.STRUCT_OPS:
            fd = self._struct_ops_map(name, spec)
        else:
            fd = create_map(spec, name, backend, loaded.btf_fd)
        loaded.maps[name] = fd
        if spec.type == MapType.ARENA:
            loaded.memory.append(map_arena(spec, name, fd, backend))

    def _struct_ops_map(self, name: str, spec: MapSpec) -> int:
        where = f"{self._spec.name}: struct_ops variable '{name}'"
        assert self._spec.btf is not None
        ops = kernel_ops(spec, self._spec.btf, self._kernel.require_types(where), where)
        self._ops[name] = ops
        return create_map(
            replace(spec, value_size=len(ops.value)),
            name,
            self._backend,
            self._loaded.btf_fd,
            kernel_type_id=ops.value_type_id,
        )

    def fill_maps(self) -> None:
        """Put into maps what only exists now: each other, and programs."""
        loaded = self._loaded
        for name, ops in self._ops.items():
            loaded.struct_ops[name] = ops.filled(loaded.programs)
        for name, spec in self._spec.maps.items():
            if name in loaded.maps and spec.type != MapType.STRUCT_OPS:
                holds = loaded.programs if spec.type == MapType.PROG_ARRAY else loaded.maps
                fill_slots(spec, loaded.maps[name], holds, self._backend)

    def load_program(self, program: ProgramSpec, log_level: int) -> None:
        loaded, spec = self._loaded, self._spec
        where = _where(spec, program)
        target, attach_type = self._attach_point(program, where)
        insns = self._instructions(program, where)
        func_info = b"".join(struct.pack("=II", info.slot, info.type_id) for info in program.func_info)
        line_info = b"".join(
            struct.pack("=IIII", line.slot, line.file_off, line.line_off, line.line_col)
            for line in program.line_info
        )
        described = bool(loaded.btf_fd and func_info)
        arguments = {
            "prog_type": program.type,
            "insns": encode(insns, sys.byteorder),
            "license": spec.license,
            "name": program.name,
            "log_level": log_level,
            "kern_version": spec.kern_version,
            "prog_flags": program.flags,
            "expected_attach_type": attach_type,
            "attach_btf_id": target.btf_id,
            "attach_prog_fd": target.fd,
            "btf_fd": loaded.btf_fd if described else 0,
            "func_info": func_info if described else b"",
            "line_info": line_info if described else b"",
            "map_fds": self._ksyms.fd_array[1:] and self._ksyms.fd_array,
        }
        try:
            result = self._prog_load(arguments, insns)
        except VerifierError as error:
            what = f"loading program '{program.name}' (section '{program.section}')"
            log = explain_log(error.log, loaded.core[program.name], [*spec.externs], [*spec.maps])
            if loaded.types_refused:
                what += f", without its types ({loaded.types_refused})"
            raise VerifierError(error.errno or 0, what, log) from None
        loaded.programs[program.name] = result.fd
        bind_read_only_data(spec.maps, loaded.maps, result.fd, self._backend)
        if log_level:
            loaded.logs[program.name] = result.log

    def _prog_load(self, arguments: dict[str, Any], insns: list[Insn]) -> commands.ProgLoaded:
        """Load it, on an older kernel with less; the first refusal counts."""
        try:
            return commands.prog_load(self._backend, **arguments)
        except VerifierError:
            changes = plainer_program(arguments, insns, self._backend)
            if changes:
                with suppress(VerifierError):
                    return commands.prog_load(self._backend, **arguments | changes)
            raise

    def _attach_point(self, program: ProgramSpec, where: str) -> tuple[AttachPoint, int]:
        """What the program attaches to, and the attach type; a struct_ops program's is a member."""
        if program.type == ProgType.STRUCT_OPS:
            btf_id, member = struct_ops_target(program.attach_to, self._kernel.require_types(where), where)
            return AttachPoint(btf_id), member
        if not program.needs_attach_btf:
            return AttachPoint(), program.attach_type
        target = self._targets.get(program.name)
        return find_attach_point(program, self._kernel, target, where), program.attach_type

    def _instructions(self, program: ProgramSpec, where: str) -> list[Insn]:
        """The program with the kernel's own numbers in the place of names."""
        insns = list(program.insns)
        self._loaded.core[program.name] = self._core.apply(insns, program, where) if program.core else {}
        for reference in program.maps:
            insn, fd = insns[reference.slot], self._loaded.maps.get(reference.map)
            if fd is not None:
                insns[reference.slot] = replace(insn, imm=fd)
            else:
                number = POISON_MAP + [*self._spec.maps].index(reference.map)
                insns[reference.slot] = insns[reference.slot + 1] = Insn(BPF_JMP | BPF_CALL, imm=number)
        self._ksyms.apply(insns, program.externs, where)
        return insns
