"""struct_ops: a struct of function pointers in the object becomes one of the kernel's own.

A variable in section .struct_ops is a map with one value: the kernel's struct of that name, its function
pointers taken by programs. The object's struct need not be the kernel's: members are matched by name, those
that the kernel lacks must be zero. Each program is verified for the member that it is put into, which is
why the variable, and not the section's name, says what a program is.

Rule: libbpf's struct_ops maps.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ..btf import Btf, Kind
from ..btf import types as t
from ..btf.core_spec import essential_name
from ..elf import ElfFile, Relocation, Section
from ..elf.reader import STT_FUNC
from ..errors import LoaderError
from ..uapi import BPF_F_LINK, MapType, ProgType
from .specs import MapSpec, ObjectSpec

#: Section name -> flags of its maps, and whether they are made without being asked for.
SECTIONS: Final[Mapping[str, tuple[int, bool]]] = {
    ".struct_ops": (0, True),
    ".struct_ops.link": (BPF_F_LINK, True),
    "?.struct_ops": (0, False),
    "?.struct_ops.link": (BPF_F_LINK, False),
}

_VALUE_PREFIX = "bpf_struct_ops_"


def read_struct_ops(elf: ElfFile, btf: Btf | None) -> dict[str, MapSpec]:
    """The maps of all struct_ops sections."""
    maps: dict[str, MapSpec] = {}
    for section in elf.sections:
        if section.name not in SECTIONS or not section.size:
            continue
        datasec_id = btf.find(section.name, Kind.DATASEC) if btf else None
        if btf is None or datasec_id is None:
            raise elf.error(f"section '{section.name}' needs type information in .BTF; compile with -g")
        datasec = btf.get(datasec_id)
        assert isinstance(datasec, t.DataSec)
        for item in datasec.vars:
            var = btf.get(item.type)
            assert isinstance(var, t.Var)
            if var.name in maps:
                raise elf.error(f"struct_ops variable '{var.name}' is defined twice")
            maps[var.name] = _map(elf, btf, section, item, var)
    return maps


def _map(elf: ElfFile, btf: Btf, section: Section, item: t.SecVar, var: t.Var) -> MapSpec:
    flags, autocreate = SECTIONS[section.name]
    type_id = btf.skip(var.type)
    ops = btf.get(type_id)
    if not isinstance(ops, t.Struct) or not ops.name or item.offset + ops.size > len(section.data):
        raise elf.error(f"struct_ops variable '{var.name}' is no struct with a name inside of its section")
    end = item.offset + ops.size
    return MapSpec(
        name=var.name[:15],
        type=MapType.STRUCT_OPS,
        key_size=4,
        value_size=ops.size,
        max_entries=1,
        flags=flags,
        value_type_id=type_id,
        contents=section.data[item.offset : end],
        slots={
            relocation.offset - item.offset: _function(elf, section, relocation)
            for relocation in elf.relocations(section)
            if item.offset <= relocation.offset < end
        },
        autocreate=autocreate,
    )


def _function(elf: ElfFile, section: Section, relocation: Relocation) -> str:
    """The name of the function whose address is to be there; static ones go by section and offset."""
    symbol = relocation.symbol
    if symbol.type == STT_FUNC:
        return symbol.name
    addend = int.from_bytes(section.data[relocation.offset : relocation.offset + 8], elf.byteorder)
    for other in elf.symbols:
        if other.type == STT_FUNC and (other.section, other.value) == (symbol.section, symbol.value + addend):
            return other.name
    raise elf.error(
        f"section '{section.name}' refers at offset {relocation.offset:#x} to '{symbol.name}', no program"
    )


def assign_programs(spec: ObjectSpec) -> None:
    """Tell each struct_ops program which member of which struct it is: `tcp_congestion_ops.ssthresh`."""
    wanted: dict[str, bool] = {}
    for name, map_spec in spec.maps.items():
        if map_spec.type != MapType.STRUCT_OPS:
            continue
        assert spec.btf is not None
        ops = spec.btf.get(map_spec.value_type_id)
        assert isinstance(ops, t.Struct)
        for offset, program_name in map_spec.slots.items():
            member = next((m.name for m in ops.members if m.bit_offset == offset * 8), "")
            program = spec.programs.get(program_name)
            if program is None or program.type != ProgType.STRUCT_OPS or not member:
                raise LoaderError(
                    f"{spec.name}: struct_ops variable '{name}': '{program_name}' at offset {offset} is not "
                    f"a program of section struct_ops for a member of struct {ops.name}"
                )
            target = f"{essential_name(ops.name)}.{member}"
            if program.attach_to not in ("", target):
                raise LoaderError(
                    f"{spec.name}: program '{program_name}' cannot be both {program.attach_to} and {target}"
                )
            program.attach_to = target
            wanted[program_name] = wanted.get(program_name, False) or map_spec.autocreate
    for program_name, autoload in wanted.items():
        spec.programs[program_name].autoload = autoload


def struct_ops_target(attach_to: str, types: Btf, where: str) -> tuple[int, int]:
    """BTF id of the kernel's struct and index of the member, for a program's load."""
    ops_name, _, member_name = attach_to.partition(".")
    if not member_name:
        raise LoaderError(f"{where}: no struct_ops variable refers to the program")
    type_id, ops = _kernel_struct(ops_name, types, where)
    for index, member in enumerate(ops.members):
        if member.name == member_name:
            return type_id, index
    raise LoaderError(f"{where}: the kernel's struct {ops_name} has no member '{member_name}'")


def _kernel_struct(name: str, types: Btf, where: str) -> tuple[int, t.Struct]:
    type_id = types.find(name, Kind.STRUCT)
    if type_id is None:
        raise LoaderError(f"{where}: the kernel's types have no struct {name}")
    ops = types.get(type_id)
    assert isinstance(ops, t.Struct)
    return type_id, ops


@dataclass(frozen=True, slots=True)
class KernelOps:
    """A struct_ops map as the kernel lays it out: the value, and where programs go in it."""

    value_type_id: int
    value: bytes
    slots: Mapping[int, str] = field(default_factory=dict)

    def filled(self, programs: Mapping[str, int]) -> bytes:
        """The value to register: descriptors in the place of the programs that are loaded."""
        value = bytearray(self.value)
        for offset, name in self.slots.items():
            if name in programs:
                struct.pack_into("=Q", value, offset, programs[name])
        return bytes(value)


def kernel_ops(spec: MapSpec, local: Btf, types: Btf, where: str) -> KernelOps:
    """Move an object's struct_ops value into the layout of this kernel."""
    ops = local.get(spec.value_type_id)
    assert isinstance(ops, t.Struct)
    name = essential_name(ops.name)
    type_id, theirs = _kernel_struct(name, types, where)
    value_id, outer = _kernel_struct(f"{_VALUE_PREFIX}{name}", types, where)
    start = next((m.bit_offset // 8 for m in outer.members if types.skip(m.type) == type_id), None)
    if start is None:
        raise LoaderError(f"{where}: struct {outer.name} does not hold struct {name}")
    value = bytearray(types.size_of(value_id))
    slots: dict[int, str] = {}
    targets = {member.name: member for member in theirs.members}
    for member in ops.members:
        place = _Place(spec, local, member)
        target = targets.get(member.name)
        if target is None:
            if any(place.contents) or place.program:
                raise LoaderError(f"{where}: the kernel's struct {name} has no member '{member.name}'")
        elif place.program:
            slots[start + target.bit_offset // 8] = place.program
        else:
            _check_same(place, target, types, where)
            at = start + target.bit_offset // 8
            value[at : at + len(place.contents)] = place.contents
    return KernelOps(value_id, bytes(value), slots)


class _Place:
    """One member of the object's value."""

    def __init__(self, spec: MapSpec, local: Btf, member: t.Member) -> None:
        assert spec.contents is not None
        start = member.bit_offset // 8
        self.member = member
        self.type = local.resolve(member.type)
        self.contents = spec.contents[start : start + local.size_of(member.type)]
        self.program = spec.slots.get(start, "")


def _check_same(place: _Place, target: t.Member, types: Btf, where: str) -> None:
    """What is copied must mean the same; a pointer to data is nothing that can be handed over."""
    kernel_type = types.resolve(target.type)
    if isinstance(place.type, t.Ptr) and not any(place.contents):
        return
    if (
        place.member.bit_size
        or target.bit_size
        or place.type.kind != kernel_type.kind
        or len(place.contents) != types.size_of(target.type)
    ):
        raise LoaderError(f"{where}: member '{target.name}' has another type in the kernel")
