"""Map definitions: the variables of section .maps, and those of the legacy section `maps`.

A BTF-defined map is a struct whose members say everything by their types: `__uint(max_entries, 8)` is a
pointer to an array of 8, `__type(key, u32)` a pointer to the key's type, `__array(values, ...)` an array
of pointers to what the map holds. The variable's contents are only looked at for initial values of slots.

Rule: libbpf's BTF-defined maps, as bpf_helpers.h writes them.
"""

from __future__ import annotations

import struct

from ..btf import Btf, Kind
from ..btf import types as t
from ..btf.kinds import BTF_VAR_GLOBAL_EXTERN
from ..elf import ElfFile, Section
from ..elf.reader import STB_LOCAL, STT_OBJECT, STT_SECTION
from ..errors import LoaderError
from ..uapi import MapType
from .specs import MapSpec

_NUMBERS = {
    "type": "type",
    "max_entries": "max_entries",
    "map_flags": "flags",
    "numa_node": "numa_node",
    "key_size": "key_size",
    "value_size": "value_size",
    "map_extra": "extra",
}
_PIN_NONE, _PIN_BY_NAME = 0, 1
_MAPS_OF_MAPS = (MapType.ARRAY_OF_MAPS, MapType.HASH_OF_MAPS)
_LEGACY_FIELDS = ("type", "key_size", "value_size", "max_entries", "flags")


class MapReader:
    """Reads the maps of one object. `at` tells which map starts where: (section index, offset) -> name."""

    def __init__(self, elf: ElfFile, btf: Btf | None) -> None:
        self._elf = elf
        self._btf = btf
        self.maps: dict[str, MapSpec] = {}
        self.at: dict[tuple[int, int], str] = {}

    def read(self) -> None:
        for section in self._elf.sections:
            if section.name == ".maps":
                self._read_btf_maps(section)
            elif section.name == "maps":
                self._read_legacy_maps(section)

    def _error(self, name: str, text: str) -> LoaderError:
        return LoaderError(f"{self._elf.name}: map '{name}': {text}")

    def _read_btf_maps(self, section: Section) -> None:
        datasec_id = self._btf.find(".maps", Kind.DATASEC) if self._btf else None
        if self._btf is None or datasec_id is None:
            raise LoaderError(
                f"{self._elf.name}: section .maps needs type information in .BTF; compile with -g"
            )
        datasec = self._btf.get(datasec_id)
        assert isinstance(datasec, t.DataSec)
        for item in datasec.vars:
            var = self._btf.get(item.type)
            if not isinstance(var, t.Var):
                raise LoaderError(
                    f"{self._elf.name}: .maps holds type id {item.type}, a {var.kind.name}, no map"
                )
            if var.linkage == BTF_VAR_GLOBAL_EXTERN:
                raise self._error(var.name, "is only declared here (extern); link the objects to one first")
            self._add(var.name, section, item.offset, self._definition(var.name, var.type))
            self._read_slots(var, section, item.offset)

    def _add(self, name: str, section: Section, offset: int, spec: MapSpec) -> None:
        if name in self.maps:
            raise self._error(name, "is defined twice")
        self.maps[name] = spec
        self.at[section.index, offset] = name

    def _definition(self, name: str, type_id: int, inner: bool = False) -> MapSpec:
        assert self._btf is not None
        definition = self._btf.resolve(type_id)
        if not isinstance(definition, t.Struct):
            raise self._error(
                name, f"its type is a {definition.kind.name}, not a struct of __uint and __type"
            )
        spec = MapSpec(name=name[:15], type=0)
        for member in definition.members:
            self._member(name, spec, member, inner)
        if not spec.type:
            raise self._error(name, "no type is given: __uint(type, BPF_MAP_TYPE_...)")
        return spec

    def _member(self, name: str, spec: MapSpec, member: t.Member, inner: bool) -> None:
        field = member.name
        if field in _NUMBERS:
            self._set(name, spec, _NUMBERS[field], self._number(name, member))
        elif field in ("key", "value"):
            self._key_or_value(name, spec, member)
        elif field == "values":
            self._values(name, spec, member, inner)
        elif field == "pinning":
            pinning = self._number(name, member)
            if inner or pinning not in (_PIN_NONE, _PIN_BY_NAME):
                raise self._error(
                    name, f"pinning {pinning} is not known" if not inner else "an inner map is not pinned"
                )
            spec.pin_by_name = pinning == _PIN_BY_NAME
        else:
            raise self._error(name, f"unknown field '{field}'")

    def _number(self, name: str, member: t.Member) -> int:
        """The number in the member's type: int (*)[N] by __uint, an enum of one value by __ulong."""
        assert self._btf is not None
        match self._btf.resolve(member.type):
            case t.Ptr(type=to):
                array = self._btf.resolve(to)
                if isinstance(array, t.Array):
                    return array.nelems
            case t.Enum(values=(value,)) | t.Enum64(values=(value,)):
                return value.value
        raise self._error(name, f"field '{member.name}' is no number; write __uint({member.name}, ...)")

    def _pointee(self, name: str, member: t.Member) -> int:
        assert self._btf is not None
        pointer = self._btf.resolve(member.type)
        if not isinstance(pointer, t.Ptr):
            raise self._error(name, f"field '{member.name}' is no pointer; write __type({member.name}, ...)")
        return pointer.type

    def _key_or_value(self, name: str, spec: MapSpec, member: t.Member) -> None:
        assert self._btf is not None
        type_id = self._pointee(name, member)
        self._set(name, spec, f"{member.name}_size", self._btf.size_of(type_id))
        setattr(spec, f"{member.name}_type_id", type_id)

    def _set(self, name: str, spec: MapSpec, field: str, value: int) -> None:
        given = getattr(spec, field)
        if given and given != value:
            raise self._error(name, f"{field} is given twice, as {given} and as {value}")
        setattr(spec, field, value)

    def _values(self, name: str, spec: MapSpec, member: t.Member, inner: bool) -> None:
        """`__array(values, struct {...})`: the inner map's definition, or programs for a prog_array."""
        assert self._btf is not None
        if inner:
            raise self._error(name, "maps of maps of maps do not exist")
        array = self._btf.resolve(member.type)
        pointer = self._btf.resolve(array.type) if isinstance(array, t.Array) else None
        if not isinstance(pointer, t.Ptr):
            raise self._error(name, "field 'values' is no array of pointers; write __array(values, ...)")
        spec.value_size = 4
        if spec.type in _MAPS_OF_MAPS:
            spec.inner = self._definition(f"{name}.inner", pointer.type, inner=True)
        elif spec.type != MapType.PROG_ARRAY:
            raise self._error(name, f"map type {spec.type} has no 'values'; maps of maps and prog_array have")

    def _read_slots(self, var: t.Var, section: Section, offset: int) -> None:
        """Initial values: relocations within the variable, from the member `values` on."""
        assert self._btf is not None
        definition = self._btf.resolve(var.type)
        assert isinstance(definition, t.Struct)
        start = next((m.bit_offset // 8 for m in definition.members if m.name == "values"), None)
        if start is None:
            return
        size = max(self._btf.size_of(var.type), self._variable_size(section, offset))
        self.maps[var.name].slots = {
            (relocation.offset - offset - start) // 8: relocation.symbol.name
            for relocation in self._elf.relocations(section)
            if offset + start <= relocation.offset < offset + size
        }

    def _variable_size(self, section: Section, offset: int) -> int:
        return max(
            (s.size for s in self._elf.symbols if (s.section, s.value) == (section.index, offset)), default=0
        )

    def _read_legacy_maps(self, section: Section) -> None:
        """struct bpf_map_def variables: five 32-bit numbers, and nothing but zeroes behind them."""
        symbols = [s for s in self._elf.symbols if s.section == section.index and s.type != STT_SECTION]
        starts = sorted({symbol.value for symbol in symbols if symbol.name})
        order = "<" if self._elf.byteorder == "little" else ">"
        for symbol in sorted(symbols, key=lambda symbol: symbol.value):
            if not symbol.name or (symbol.bind == STB_LOCAL and symbol.type != STT_OBJECT):
                continue
            end = next((start for start in starts if start > symbol.value), section.size)
            raw = section.data[symbol.value : end]
            if len(raw) < 20 or any(raw[20:]):
                raise self._error(
                    symbol.name, f"its {len(raw)} bytes in section 'maps' are no struct bpf_map_def"
                )
            values = struct.unpack_from(f"{order}5I", raw)
            spec = MapSpec(name=symbol.name[:15], **dict(zip(_LEGACY_FIELDS, values, strict=True)))
            self._add(symbol.name, section, symbol.value, spec)
