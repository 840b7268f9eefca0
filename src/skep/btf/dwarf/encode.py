"""DWARF to BTF: every type of every unit, the functions and the variables, deduplicated.

A unit is walked twice: once to give each type its id, in the order of the file, and once to build the types,
which may refer to each other. What a program is made of then has each type once for each of its files, and
deduplication leaves one of them.

Rule: pahole -J of dwarves 1.24. Of functions those with a symbol and names for all arguments are taken; of
variables those in the per-CPU section, or with `all_variables` every one that has a place in a section.
"""

from __future__ import annotations

from os import PathLike, fspath
from typing import Final

from ...errors import BtfError
from .. import types as t
from ..btf import Btf
from ..build import BtfBuilder
from ..dedup import dedup
from ..kinds import BTF_FUNC_STATIC, BTF_VAR_GLOBAL_ALLOCATED, BTF_VAR_STATIC
from . import entry as e
from .reader import Entry, Unit
from .source import BROKEN, DwarfFile
from .types import INDEX, MAKERS, Types, members_of

_OBJECTS: Final = frozenset(("DW_TAG_subprogram", "DW_TAG_variable"))
PERCPU: Final = ".data..percpu"
_COMPOSITES: Final = frozenset(("DW_TAG_structure_type", "DW_TAG_class_type", "DW_TAG_union_type"))


def encode(
    path: str | PathLike[str],
    *,
    base: Btf | None = None,
    floats: bool = False,
    all_variables: bool = False,
) -> Btf:
    """The types of an ELF file. `floats` writes FLOAT where pahole by itself writes INT; with `base` only
    what is not in there. BtfError names the file and the entry.
    """
    with open(path, "rb") as file:
        source = DwarfFile(file.read(), fspath(path))
    encoder = _Encoder(
        source, BtfBuilder(base, "little" if source.is_little else "big"), floats, all_variables
    )
    try:
        encoder.run()
        return dedup(encoder.builder.build()).btf
    except BROKEN as error:
        raise BtfError(f"{source.name}: broken DWARF: {str(error) or type(error).__name__}") from None
    except BtfError as error:
        raise BtfError(f"{source.name}: {error}") from None


class _Encoder:
    def __init__(self, source: DwarfFile, builder: BtfBuilder, floats: bool, all_variables: bool) -> None:
        self.builder = builder
        self._source = source
        self._types = Types(builder.next_id, source.is_little, source.pointer_size, floats)
        self._functions = {symbol.name for symbol in source.symbols if symbol.is_function}
        self._variables = {
            symbol.name: symbol
            for symbol in source.symbols
            if not symbol.is_function and (all_variables or symbol.section == PERCPU)
        }
        self._placed: dict[str, list[t.SecVar]] = {}
        self._tags: list[t.DeclTag] = []

    def run(self) -> None:
        """All units, then what refers to their types."""
        units = self._source.units.all
        for unit in units:
            self._types.number(unit)
        needs_index = self._types.add_index_type()
        for unit in units:
            self._unit_types(unit)
        assert self.builder.next_id == self._types.next_id
        if needs_index:
            self.builder.add(INDEX)
        for unit in units:
            self._unit_objects(unit)
        for tag in self._tags:
            self.builder.add(tag)
        for name, variables in self._placed.items():
            ordered = sorted(variables, key=lambda item: item.offset)
            self.builder.add(t.DataSec(name, ordered[-1].offset + ordered[-1].size, tuple(ordered)))

    def _unit_types(self, unit: Unit) -> None:
        for entry in unit.entries(MAKERS):
            type_id = self.builder.next_id
            for type_ in self._types.make(entry):
                self.builder.add(type_)
            self._note_tags(entry, type_id)
            if entry.tag in _COMPOSITES:
                for index, member in enumerate(members_of(entry)):
                    self._note_tags(member, type_id, index)

    def _note_tags(self, entry: Entry, type_id: int, component: int = -1) -> None:
        self._tags += [t.DeclTag(tag, type_id, component) for tag in e.tags_of(entry, "btf_decl_tag")]

    def _unit_objects(self, unit: Unit) -> None:
        for entry in unit.entries(_OBJECTS):
            if entry.tag == "DW_TAG_subprogram":
                self._function(entry)
            else:
                self._variable(entry)

    def _function(self, entry: Entry) -> None:
        """The first entry of each function that is there."""
        name = e.text(e.original(entry, "DW_AT_name"))
        if e.flag(entry, "DW_AT_declaration") or name not in self._functions:
            return
        proto = self._types.prototype(entry)
        if not all(param.name or not param.type for param in proto.params):
            return
        self._functions.discard(name)
        type_id = self.builder.add(t.Func(name, self.builder.add(proto), BTF_FUNC_STATIC))
        self._note_tags(entry, type_id)
        params = [child for child in entry.iter_children() if child.tag == "DW_TAG_formal_parameter"]
        for index, child in enumerate(params):
            self._note_tags(child, type_id, index)

    def _variable(self, entry: Entry) -> None:
        """A variable that has a symbol in a section that is wanted."""
        whole = e.original(entry, "DW_AT_name")
        symbol = self._variables.get(e.text(whole))
        if symbol is None or "DW_AT_location" not in entry.attributes:
            return
        del self._variables[symbol.name]
        is_global = e.flag(whole, "DW_AT_external")
        linkage = BTF_VAR_GLOBAL_ALLOCATED if is_global else BTF_VAR_STATIC
        type_id = self._types.id_of(e.original(entry, "DW_AT_type"))
        var_id = self.builder.add(t.Var(symbol.name, type_id, linkage))
        self._note_tags(whole, var_id)
        place = t.SecVar(var_id, symbol.offset, symbol.size)
        self._placed.setdefault(symbol.section, []).append(place)
