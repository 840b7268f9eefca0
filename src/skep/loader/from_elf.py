"""An object file becomes specs: the list of steps, each in a module of its own.

Types first (the sections' sizes are missing in them), then maps, global data, code; last each program is
linked out of its functions. What skep cannot load yet is noted in the program that needs it, so that the
others of the object still load.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import PurePath

from ..btf import Btf, parse_ext
from ..elf import ElfFile, read
from ..errors import BtfError
from ..uapi import MapType, ProgType
from .datasec import completed_btf, data_map, is_data_section
from .externs import KCONFIG, kconfig_map, read_externs
from .functions import Code, Function, Linker, Targets, exception_callbacks
from .map_defs import MapReader
from .sections import find_section
from .specs import MapSpec, ObjectSpec, ProgramSpec
from .struct_ops import assign_programs, read_struct_ops

_TEXT = ".text"
_ARENA = ".addr_space.1"


def object_name(path: str) -> str:
    """What libbpf calls the object: the file's name up to the first dot."""
    return PurePath(path).name.split(".")[0]


def from_elf(source: str | PathLike[str] | bytes, name: str = "") -> ObjectSpec:
    """Read a BPF object from a file or from bytes; `name` is the file that errors and map names speak of."""
    elf = read(source, name or "<bytes>") if isinstance(source, bytes) else read(source)
    path = name or (fspath(source) if not isinstance(source, bytes) else "object")
    try:
        return _object(elf, object_name(path))
    except BtfError as error:
        raise BtfError(f"{elf.name}: {error}") from None


def _object(elf: ElfFile, name: str) -> ObjectSpec:
    elf.require_bpf()
    declared, btf = _read_btf(elf)
    spec = ObjectSpec(
        name=name,
        byteorder=elf.byteorder,
        license=_license(elf),
        kern_version=_version(elf),
        btf_data=btf.data if btf else b"",
    )
    reader = MapReader(elf, btf)
    reader.read()
    spec.maps = _all_maps(elf, reader, spec.name, btf)
    spec.externs = read_externs(elf, declared, btf)
    ext_section = elf.section(".BTF.ext")
    ext = parse_ext(ext_section.data, btf) if ext_section and btf else None
    code = Code(elf, ext, exception_callbacks(btf))
    targets = Targets(elf, reader.at, _data_maps(elf, spec.maps), spec.externs)
    linker = Linker(code, targets)
    entries = [function for function in code.functions.values() if _is_entry(code, function)]
    for function in sorted(entries, key=lambda function: (function.section.index, function.start)):
        if function.name in spec.programs:
            raise elf.error(f"section '{function.section.name}': another program is called '{function.name}'")
        spec.programs[function.name] = _program(function, linker)
    assign_programs(spec)
    return spec


def _read_btf(elf: ElfFile) -> tuple[Btf | None, Btf | None]:
    """The types as the file has them, and as the kernel gets them."""
    section = elf.section(".BTF")
    if section is None:
        return None, None
    try:
        return Btf.parse(section.data), completed_btf(elf, section)
    except BtfError as error:
        raise BtfError(f"section '.BTF': {error}") from None


def _license(elf: ElfFile) -> str:
    section = elf.section("license")
    return section.data.split(b"\0")[0].decode("utf-8", "replace") if section else ""


def _version(elf: ElfFile) -> int:
    section = elf.section("version")
    if section is None:
        return 0
    if len(section.data) != 4:
        raise elf.error(f"section 'version': {len(section.data)} bytes, a 32-bit number was expected")
    version: int = struct.unpack("<I" if elf.byteorder == "little" else ">I", section.data)[0]
    return version


def _all_maps(elf: ElfFile, reader: MapReader, name: str, btf: Btf | None) -> dict[str, MapSpec]:
    maps = reader.maps | read_struct_ops(elf, btf)
    arena = elf.section(_ARENA)
    if arena and arena.size:
        _arena(elf, maps).contents = arena.data or bytes(arena.size)
    for section in filter(is_data_section, elf.sections):
        if section.name in maps:
            raise elf.error(f"two data sections are called '{section.name}'")
        maps[section.name] = data_map(section, name, btf)
    kconfig = kconfig_map(name, btf)
    if kconfig:
        maps[KCONFIG] = kconfig
    return maps


def _arena(elf: ElfFile, maps: Mapping[str, MapSpec]) -> MapSpec:
    """The map in which the arena's variables are."""
    arenas = [spec for spec in maps.values() if spec.type == MapType.ARENA]
    if len(arenas) != 1:
        raise elf.error(f"section '{_ARENA}' has variables of an arena; {len(arenas)} maps are arenas")
    return arenas[0]


def _data_maps(elf: ElfFile, maps: Mapping[str, MapSpec]) -> dict[int, str]:
    """Section index -> name of the map whose value the section is."""
    names = {section.index: section.name for section in elf.sections if section.name in maps}
    arena = elf.section(_ARENA)
    if arena and arena.size:
        names[arena.index] = next(name for name, spec in maps.items() if spec.type == MapType.ARENA)
    return names


def _is_entry(code: Code, function: Function) -> bool:
    """Whether the function is a program; those in .text are what programs call."""
    if function.section.name == _TEXT:
        return False
    if function.is_local:
        raise code.elf.error(
            f"function '{function.name}' in section '{function.section.name}' is static; programs must not be"
        )
    return True


def _program(function: Function, linker: Linker) -> ProgramSpec:
    section = function.section.name
    row = find_section(section.removeprefix("?"))
    linked = linker.link(function)
    _, _, attach_to = section.partition("/")
    return ProgramSpec(
        name=function.name,
        section=section,
        type=row.type if row else 0,
        attach_type=row.attach if row else 0,
        attach_to=attach_to if row and row.name.endswith("+") and row.type != ProgType.STRUCT_OPS else "",
        needs_attach_btf=bool(row and row.needs_btf),
        flags=row.flags if row else 0,
        autoload=not section.startswith("?"),
        insns=tuple(linked.insns),
        maps=tuple(linked.maps),
        externs=tuple(linked.externs),
        core=tuple(linked.core),
        func_info=linked.func_info(),
        line_info=linked.line_info(),
        unsupported=linked.unsupported,
    )
