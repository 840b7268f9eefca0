"""Global data: the sections that become array maps, and what the compiler left open about them in the BTF.

Each .data*, .rodata* and .bss* section is the single value of an array map; a variable is an offset into
it. The compiler does not know where variables end up: sizes of sections and offsets of variables in the
BTF's DATASEC records are filled in here, out of the symbol table, before the kernel or anyone else reads
them.

Rule: Documentation/bpf/btf.rst, BTF_KIND_DATASEC; libbpf's internal maps.
"""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from typing import Final

from ..btf import Btf, BtfBuilder, Kind
from ..btf import types as t
from ..btf.kinds import (
    BTF_FUNC_EXTERN,
    BTF_FUNC_GLOBAL,
    BTF_FUNC_STATIC,
    BTF_INT_SIGNED,
    BTF_VAR_GLOBAL_ALLOCATED,
    BTF_VAR_STATIC,
)
from ..elf import ElfFile, Section
from ..elf.reader import SHF_ALLOC, SHT_NOBITS, STV_HIDDEN, STV_INTERNAL
from ..errors import BtfError
from ..uapi import BPF_F_MMAPABLE, BPF_F_RDONLY_PROG, MapType
from .specs import MapSpec

#: A relocation in .BTF whose 32-bit place holds an offset into the symbol's section.
R_BPF_64_ABS32: Final = 3
R_BPF_64_NODYLD32: Final = 4

_KINDS = (".data", ".rodata", ".bss")
_MAX_NAME = 15
#: Stands for a kernel function among the variables of .ksyms, and for the names of its parameters.
_STAND_IN: Final = "dummy_ksym"


def is_data_section(section: Section) -> bool:
    """Whether the section becomes a map."""
    stem = "." + section.name.split(".")[1] if section.name.startswith(".") else ""
    return stem in _KINDS and bool(section.flags & SHF_ALLOC) and section.size > 0


def kernel_name(object_name: str, section: str) -> str:
    """`<obj8>.<section>` in the kernel's 15 characters; a section with a name of its own (.data.x) keeps
    it.
    """
    if section.count(".") > 1:
        name = section[:_MAX_NAME]
    else:
        room = max(_MAX_NAME - len(section), 0)
        name = object_name[: min(8, room)] + section[:_MAX_NAME]
    return re.sub(r"[^A-Za-z0-9_.]", "_", name)


def data_map(section: Section, object_name: str, btf: Btf | None) -> MapSpec:
    """The map of one data section."""
    type_id = btf.find(section.name, Kind.DATASEC) if btf else None
    # Sections of literals, which nobody can know by name, stay unmapped.
    mmapable = any(var.linkage != BTF_VAR_STATIC for var in _variables(btf, type_id))
    read_only = section.name.startswith(".rodata")
    return MapSpec(
        name=kernel_name(object_name, section.name),
        type=MapType.ARRAY,
        key_size=4,
        value_size=section.size,
        max_entries=1,
        flags=(BPF_F_RDONLY_PROG if read_only else 0) | (BPF_F_MMAPABLE if mmapable else 0),
        value_type_id=type_id or 0,
        section=section.name,
        contents=None if section.type == SHT_NOBITS else section.data,
        frozen=read_only,
    )


def _variables(btf: Btf | None, datasec_id: int | None) -> list[t.Var]:
    if btf is None or datasec_id is None:
        return []
    datasec = btf.get(datasec_id)
    assert isinstance(datasec, t.DataSec)
    return [var for item in datasec.vars if isinstance(var := btf.get(item.type), t.Var)]


def relocated_btf(elf: ElfFile, section: Section) -> bytes:
    """The .BTF section with the offsets of variables that its relocations give."""
    data = bytearray(section.data)
    order = "<I" if elf.byteorder == "little" else ">I"
    for relocation in elf.relocations(section):
        if relocation.type not in (R_BPF_64_ABS32, R_BPF_64_NODYLD32) or relocation.offset + 4 > len(data):
            raise elf.error(
                f"section '.BTF': unknown relocation type {relocation.type} at offset {relocation.offset:#x}"
            )
        if relocation.symbol.is_defined:
            addend = struct.unpack_from(order, data, relocation.offset)[0]
            value = (relocation.symbol.value + addend) & 0xFFFFFFFF
            struct.pack_into(order, data, relocation.offset, value)
    return bytes(data)


def completed_btf(elf: ElfFile, section: Section) -> Btf:
    """The object's types with sizes and offsets of DATASEC records as the sections have them."""
    builder = BtfBuilder.edit(Btf.parse(relocated_btf(elf, section)))
    for index, type_ in enumerate(builder.types):
        if isinstance(type_, t.DataSec):
            home = elf.section(type_.name)
            variables = tuple(sorted(type_.vars, key=lambda item: item.offset))
            size = home.size if home else type_.size
            builder.types[index] = replace(type_, size=size, vars=variables)
    _define_externs(builder)
    _hide(elf, builder)
    return builder.build()


def _hide(elf: ElfFile, builder: BtfBuilder) -> None:
    """What is __hidden counts as static: such functions are verified with each caller, such variables may
    share a section that nobody maps.
    """
    hidden = {s.name for s in elf.symbols if s.is_global and s.visibility in (STV_HIDDEN, STV_INTERNAL)}
    for index, type_ in enumerate(builder.types if hidden else ()):
        if type_.name not in hidden:
            continue
        if isinstance(type_, t.Func):
            builder.types[index] = replace(type_, linkage=BTF_FUNC_STATIC)
        elif isinstance(type_, t.Var):
            builder.types[index] = replace(type_, linkage=BTF_VAR_STATIC)


def _define_externs(builder: BtfBuilder) -> None:
    """What the object only declares becomes defined: the kernel accepts no declarations in a program's
    BTF, nor functions with arguments that have no names.

    Kernel functions and symbols become plain int variables of section .ksyms, since a section holds
    variables only; values of .kconfig keep their types.
    """
    integer = stand_in = 0
    for index, type_ in enumerate(list(builder.types)):
        if isinstance(type_, t.Func):
            linkage = BTF_FUNC_GLOBAL if type_.linkage == BTF_FUNC_EXTERN else type_.linkage
            builder.types[index] = replace(type_, linkage=linkage)
            _name_params(builder, type_.type)
    for index, type_ in enumerate(list(builder.types)):
        if not isinstance(type_, t.DataSec) or type_.name not in (".ksyms", ".kconfig"):
            continue
        if type_.name == ".ksyms":
            integer = integer or _any_int(builder)
            if any(isinstance(builder[item.type], t.Func) for item in type_.vars):
                stand_in = stand_in or builder.add(t.Var(_STAND_IN, integer, BTF_VAR_GLOBAL_ALLOCATED))
            type_ = _as_integers(builder, type_, integer, stand_in)
        else:
            type_ = _laid_out(builder, type_)
        for item in type_.vars:
            variable = builder[item.type]
            if not isinstance(variable, t.Var):
                raise BtfError(f"type id {item.type}: a {variable.kind.name} in {type_.name}, not a VAR")
            builder[item.type] = replace(variable, linkage=BTF_VAR_GLOBAL_ALLOCATED)
        builder.types[index] = type_


def _any_int(builder: BtfBuilder) -> int:
    """The first integer of 32 bits, as libbpf takes it, whatever it is called."""
    for type_id, type_ in enumerate(builder.types, builder.start_id):
        if isinstance(type_, t.Int) and type_.bits == 32:
            return type_id
    return builder.add(t.Int("int", 4, encoding=BTF_INT_SIGNED, bits=32))


def _name_params(builder: BtfBuilder, proto_id: int) -> None:
    proto = builder[proto_id]
    if isinstance(proto, t.FuncProto):
        params = tuple(replace(p, name=p.name or _STAND_IN) if p.type else p for p in proto.params)
        builder[proto_id] = replace(proto, params=params)


def _as_integers(builder: BtfBuilder, section: t.DataSec, integer: int, stand_in: int) -> t.DataSec:
    """Each symbol as an int: a variable of its own name, and the stand-in for a function."""
    variables: list[t.SecVar] = []
    for item in section.vars:
        symbol = builder[item.type]
        if isinstance(symbol, t.Var):
            builder[item.type] = replace(symbol, type=integer)
        variable = item.type if isinstance(symbol, t.Var) else stand_in
        variables.append(t.SecVar(variable, 4 * len(variables), 4))
    return replace(section, size=4 * len(variables), vars=tuple(variables))


def _laid_out(builder: BtfBuilder, section: t.DataSec) -> t.DataSec:
    """The widest alignment first, then the smallest variable, so that little is lost between them."""

    def place(item: t.SecVar) -> tuple[int, int, str]:
        return -_alignment(builder, item.type), item.size, builder[item.type].name

    offset, variables = 0, []
    for item in sorted(section.vars, key=place):
        alignment = _alignment(builder, item.type)
        offset = -(-offset // alignment) * alignment
        variables.append(replace(item, offset=offset))
        offset += item.size
    return replace(section, size=offset, vars=tuple(variables))


def _alignment(builder: BtfBuilder, type_id: int) -> int:
    """Of what a variable declared by the object can be: a number, or an array of them."""
    for _ in range(32):
        match builder[type_id]:
            case t.Int(size=size) | t.Enum(size=size) | t.Enum64(size=size):
                return size or 1
            case t.Array(type=type_id) | t.Var(type=type_id) | t.Typedef(type=type_id):
                continue
            case t.Const(type=type_id) | t.Volatile(type=type_id):
                continue
        break
    return 8
