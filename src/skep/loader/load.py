"""Specs become a kernel's objects: types, maps with their contents, programs; all of it or nothing.

Rule: what libbpf does between opening an object and having it loaded, seen from bpf(2).
"""

from __future__ import annotations

import struct
import sys
from dataclasses import dataclass, field, replace

from ..errors import LoaderError, VerifierError
from ..isa import encode
from ..isa.opcodes import BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE
from ..syscall import commands
from ..syscall.backend import Backend
from ..uapi import MapType, ProgType
from .load_maps import create_map, fill_slots, find_pinned
from .specs import ObjectSpec, ProgramSpec

PIN_ROOT = "/sys/fs/bpf"


@dataclass(slots=True)
class Loaded:
    """Descriptors by the names of the specs. `logs` has the verifier's, where a log was asked for; `shared`
    names the maps that were there before, pinned by their names.
    """

    btf_fd: int = 0
    maps: dict[str, int] = field(default_factory=dict)
    programs: dict[str, int] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)

    def close(self, backend: Backend) -> None:
        for fd in (*self.programs.values(), *self.maps.values()):
            backend.close(fd)
        if self.btf_fd:
            backend.close(self.btf_fd)


def load(spec: ObjectSpec, backend: Backend, *, log_level: int = 0, pin_root: str = PIN_ROOT) -> Loaded:
    """Load all maps and every program that has `autoload`; on an error everything is closed again."""
    programs = [program for program in spec.programs.values() if program.autoload]
    for program in programs:
        _check_loadable(spec, program)
    loaded = Loaded()
    try:
        if spec.btf_data:
            loaded.btf_fd = commands.btf_load(backend, spec.btf_data).fd
        for name, map_spec in spec.maps.items():
            fd = find_pinned(map_spec, name, backend, pin_root) if map_spec.pin_by_name else None
            if fd is not None:
                loaded.shared.add(name)
            loaded.maps[name] = create_map(map_spec, name, backend, loaded.btf_fd) if fd is None else fd
        for program in programs:
            _load_program(program, spec, loaded, backend, log_level)
        for name, map_spec in spec.maps.items():
            holds_programs = map_spec.type == MapType.PROG_ARRAY
            fill_slots(
                map_spec, loaded.maps[name], loaded.programs if holds_programs else loaded.maps, backend
            )
        _pin_new_maps(spec, loaded, backend, pin_root)
    except BaseException:
        loaded.close(backend)
        raise
    return loaded


def _pin_new_maps(spec: ObjectSpec, loaded: Loaded, backend: Backend, pin_root: str) -> None:
    """Last of all, so that a refused program leaves no pin behind."""
    for name, map_spec in spec.maps.items():
        if map_spec.pin_by_name and name not in loaded.shared:
            commands.obj_pin(backend, loaded.maps[name], f"{pin_root}/{name}")


def _check_loadable(spec: ObjectSpec, program: ProgramSpec) -> None:
    where = f"{spec.name}: program '{program.name}' (section '{program.section}')"
    if spec.byteorder != sys.byteorder:
        raise LoaderError(f"{where}: is {spec.byteorder}-endian, this machine is {sys.byteorder}-endian")
    if program.type == ProgType.UNSPEC:
        raise LoaderError(
            f"{where}: the section's name says no program type; set the program's `type` before loading"
        )
    if program.unsupported:
        raise LoaderError(f"{where}: {program.unsupported}")
    if program.needs_attach_btf:
        raise LoaderError(f"{where}: attaching to '{program.attach_to}' by its type is not supported yet")


def program_bytes(program: ProgramSpec, map_fds: dict[str, int]) -> bytes:
    """The instructions with descriptors in the place of map names."""
    insns = list(program.insns)
    for reference in program.maps:
        insn = insns[reference.slot]
        assert insn.src in (BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE)
        insns[reference.slot] = replace(insn, imm=map_fds[reference.map])
    return encode(insns, sys.byteorder)


def _load_program(
    program: ProgramSpec, spec: ObjectSpec, loaded: Loaded, backend: Backend, log_level: int
) -> None:
    func_info = b"".join(struct.pack("=II", info.slot, info.type_id) for info in program.func_info)
    line_info = b"".join(
        struct.pack("=IIII", line.slot, line.file_off, line.line_off, line.line_col)
        for line in program.line_info
    )
    try:
        result = commands.prog_load(
            backend,
            prog_type=program.type,
            insns=program_bytes(program, loaded.maps),
            license=spec.license,
            name=program.name,
            log_level=log_level,
            kern_version=spec.kern_version,
            prog_flags=program.flags,
            expected_attach_type=program.attach_type,
            btf_fd=loaded.btf_fd if func_info else 0,
            func_info=func_info,
            line_info=line_info if func_info else b"",
        )
    except VerifierError as error:
        what = f"loading program '{program.name}' (section '{program.section}')"
        raise VerifierError(error.errno or 0, what, error.log) from None
    loaded.programs[program.name] = result.fd
    if log_level:
        loaded.logs[program.name] = result.log
