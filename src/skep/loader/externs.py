"""Externs: what an object declares and the kernel that it is loaded into defines.

Variables of section .kconfig are configuration values, which the loader puts into a map; what is in .ksyms
are the kernel's own functions and variables, by type where the declaration has one. Which section an
undefined symbol is in stands in the BTF alone, as it is in none of the ELF file's.

Rule: libbpf's __kconfig and __ksym.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from ..btf import Btf, Kind
from ..btf import types as t
from ..elf import ElfFile, Symbol
from ..elf.reader import STB_WEAK, STT_FUNC, STT_NOTYPE, STT_OBJECT
from ..uapi import BPF_F_MMAPABLE, BPF_F_RDONLY_PROG, MapType
from .datasec import kernel_name
from .specs import ExternSpec, MapSpec

KCONFIG: Final = ".kconfig"
SECTIONS: Final[tuple[Literal[".kconfig", ".ksyms"], ...]] = (".kconfig", ".ksyms")


def read_externs(elf: ElfFile, declared: Btf | None, completed: Btf | None) -> dict[str, ExternSpec]:
    """The object's undefined symbols that its types declare; `declared` is the BTF as it is in the file, and
    `completed` the one with offsets and without declarations.
    """
    if declared is None or completed is None:
        return {}
    undefined = {symbol.name: symbol for symbol in elf.symbols if _is_undefined(symbol)}
    kconfig = _datasec(completed, KCONFIG)
    offsets = {item.type: item.offset for item in kconfig.vars} if kconfig else {}
    externs = [
        ExternSpec(
            name=symbol.name,
            section=section,
            type_id=declared.skip(symbol.type),
            is_weak=undefined[symbol.name].bind == STB_WEAK,
            offset=offsets[type_id] if section == KCONFIG else 0,
        )
        for section in SECTIONS
        for type_id, symbol in _declarations(declared, section)
        if symbol.name in undefined
    ]
    # In libbpf's order, as a missing function's number is its place in it.
    externs.sort(key=lambda extern: (extern.section, extern.offset, extern.name))
    return {extern.name: extern for extern in externs}


def _is_undefined(symbol: Symbol) -> bool:
    kinds = (STT_NOTYPE, STT_OBJECT, STT_FUNC)
    return bool(symbol.name) and not symbol.is_defined and symbol.is_global and symbol.type in kinds


def _datasec(btf: Btf, section: str) -> t.DataSec | None:
    type_id = btf.find(section, Kind.DATASEC)
    if type_id is None:
        return None
    datasec = btf.get(type_id)
    assert isinstance(datasec, t.DataSec)
    return datasec


def _declarations(btf: Btf, section: str) -> Iterator[tuple[int, t.Var | t.Func]]:
    """Each variable or function of a section, with its id."""
    datasec = _datasec(btf, section)
    for item in datasec.vars if datasec else ():
        declared = btf.get(item.type)
        if isinstance(declared, t.Var | t.Func):
            yield item.type, declared


def kconfig_map(object_name: str, completed: Btf | None) -> MapSpec | None:
    """The map of the configuration values, still without contents: those are the kernel's."""
    type_id = completed.find(KCONFIG, Kind.DATASEC) if completed else None
    if completed is None or type_id is None:
        return None
    datasec = completed.get(type_id)
    assert isinstance(datasec, t.DataSec)
    return MapSpec(
        name=kernel_name(object_name, KCONFIG),
        type=MapType.ARRAY,
        key_size=4,
        value_size=datasec.size,
        max_entries=1,
        flags=BPF_F_RDONLY_PROG | BPF_F_MMAPABLE,
        value_type_id=type_id,
        section=KCONFIG,
        frozen=True,
    )
