"""What a skeleton offers of an object: its maps, programs and variables, by names that code can use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

from ..btf import Btf
from ..btf import types as t
from ..btf.kinds import BTF_VAR_STATIC
from ..cc import compile
from ..errors import InputError
from ..loader import MapSpec, ObjectSpec, from_elf
from ..uapi import BPF_F_MMAPABLE, MapType

ARENA_SECTION = ".addr_space.1"


@dataclass(frozen=True, slots=True)
class Variable:
    """A global variable: `type_id` in the object's types, bytes from the start of its section."""

    name: str
    type_id: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class MapFacts:
    """A map: `ident` is its name in code, `name` the kernel's, `section` that of its variables or ""."""

    ident: str
    name: str
    spec: MapSpec
    section: str = ""
    variables: tuple[Variable, ...] = ()

    @property
    def is_struct_ops(self) -> bool:
        return self.spec.type == MapType.STRUCT_OPS

    @property
    def is_mapped(self) -> bool:
        """Whether its variables can be reached in memory."""
        return bool(self.section and self.spec.flags & BPF_F_MMAPABLE)


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """An object as a skeleton sees it; `elf` is the file itself."""

    name: str
    elf: bytes
    spec: ObjectSpec
    maps: tuple[MapFacts, ...]
    programs: tuple[str, ...]

    @property
    def btf(self) -> Btf:
        """The object's types; a skeleton needs them."""
        btf = self.spec.btf
        if btf is None:
            raise InputError(f"{self.spec.name}: no type information; compile with -g")
        return btf

    @property
    def sections(self) -> tuple[MapFacts, ...]:
        """The maps that are made of variables."""
        return tuple(row for row in self.maps if row.section)


def identifier(text: str) -> str:
    """The text with everything replaced that no name in C can have."""
    return re.sub(r"[^A-Za-z0-9_]", "_", text)


def default_name(path: str) -> str:
    """The object's name in code: the file's, without .o (bpftool's rule), or as if it had been compiled."""
    return identifier(PurePath(path).name.removesuffix(".o").removesuffix(".c"))


def read_facts(path: str, name: str = "") -> ObjectFacts:
    """The facts of an object file, or of C source; `name` replaces the one that its file name gives."""
    if name and identifier(name) != name:
        raise InputError(f"'{name}' is no name for code: letters, digits and _ only")
    if path.endswith(".c"):
        elf = compile(path)
    else:
        with open(path, "rb") as file:
            elf = file.read()
    chosen = name or default_name(path)
    spec = from_elf(elf, name=f"{chosen}.o")
    maps = sorted(spec.maps.items(), key=lambda item: item[1].type == MapType.STRUCT_OPS)
    return ObjectFacts(
        name=chosen,
        elf=elf,
        spec=spec,
        maps=tuple(_map_facts(spec, key, row) for key, row in maps),
        programs=tuple(spec.programs),
    )


def _map_facts(spec: ObjectSpec, key: str, row: MapSpec) -> MapFacts:
    if row.type == MapType.ARENA and row.contents is not None:
        return MapFacts(identifier(key), key, row, ARENA_SECTION, _variables(spec, ARENA_SECTION))
    if not row.section:
        return MapFacts(identifier(key), key, row)
    # A section with a name of its own (.data.hot) goes by it in full.
    name = row.section if row.section.count(".") > 1 else row.name
    return MapFacts(
        identifier(row.section.removeprefix(".")), name, row, row.section, _variables(spec, row.section)
    )


def _variables(spec: ObjectSpec, section: str) -> tuple[Variable, ...]:
    """Those that other files can name, in the order of their places."""
    if spec.btf is None:
        return ()
    for type_ in spec.btf.types:
        if isinstance(type_, t.DataSec) and type_.name == section:
            pairs = [(spec.btf.get(item.type), item) for item in type_.vars]
            return tuple(
                Variable(var.name, var.type, item.offset, item.size)
                for var, item in pairs
                if isinstance(var, t.Var) and var.linkage != BTF_VAR_STATIC
            )
    return ()
