"""Section .BTF_ids: lists and sets of type ids that a program's source names and its build fills in.

The assembler leaves four zero bytes for each id, at a symbol that says which type is meant:
`__BTF_ID__struct__sk_buff__7` (the number makes it unique). A set begins with how many ids it has,
at `__BTF_ID__set__NAME`, and is sorted, so that one can search it; `set8` has flags beside each id.

Rule: Documentation/bpf/btf.rst, ".BTF_ids section", and the kernel's resolve_btfids.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ..btf import Btf, Kind
from ..errors import BtfError, ElfError
from .reader import ElfFile, Section, Symbol

SECTION: Final = ".BTF_ids"

KINDS: Final = {
    "struct": Kind.STRUCT,
    "union": Kind.UNION,
    "typedef": Kind.TYPEDEF,
    "func": Kind.FUNC,
}

_ENTRY = re.compile(r"__BTF_ID__(struct|union|typedef|func)__(.+)__(\d+)$")
_SET = re.compile(r"__BTF_ID__(set8?)__(.+)$")


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type by what C calls it: `TypeName("struct", "sk_buff")`."""

    kind: str
    name: str

    def find(self, btf: Btf) -> int:
        """Its id, 0 where there is none."""
        if self.kind not in KINDS:
            raise BtfError(f"'{self.kind} {self.name}': an id list has types of {', '.join(KINDS)} only")
        return btf.find(self.name, KINDS[self.kind]) or 0


@dataclass(slots=True)
class Resolved:
    """The file with its ids, and the names that the types do not have; their ids are 0."""

    data: bytes
    missing: list[TypeName] = field(default_factory=list)


def resolve(data: bytes, name: str, btf: Btf | None = None) -> Resolved:
    """Fill in the section of an ELF file, from its own .BTF or from other types. ElfError where it has no
    such section, or one that contradicts itself.
    """
    elf = ElfFile(data, name)
    section = elf.section(SECTION)
    if section is None:
        raise ElfError(f"{name}: has no section {SECTION}")
    own = elf.section(".BTF")
    if btf is None:
        if own is None:
            raise ElfError(f"{name}: has no section .BTF to find ids in; name other types")
        btf = Btf.parse(own.data)
    resolver = _Resolver(elf, section)
    resolved = Resolved(b"", resolver.fill(btf))
    raw = bytearray(data)
    raw[section.offset : section.offset + len(section.data)] = resolver.contents
    resolved.data = bytes(raw)
    return resolved


class _Resolver:
    """One section. Symbols of linked files have addresses, those of object files offsets."""

    def __init__(self, elf: ElfFile, section: Section) -> None:
        self.contents = bytearray(section.data)
        self._word = ">I" if elf.byteorder == "big" else "<I"
        self._elf = elf
        self._base = section.address
        self._symbols = [symbol for symbol in elf.symbols if symbol.section == section.index]

    def fill(self, btf: Btf) -> list[TypeName]:
        missing = []
        for symbol in self._symbols:
            if found := _ENTRY.match(symbol.name):
                wanted = TypeName(found[1], found[2])
                type_id = wanted.find(btf)
                self._put(symbol, 0, type_id)
                if not type_id:
                    missing.append(wanted)
        for symbol in self._symbols:
            if found := _SET.match(symbol.name):
                self._sort(symbol, width=2 if found[1] == "set8" else 1)
        return missing

    def _offset(self, symbol: Symbol, length: int) -> int:
        offset = symbol.value - self._base
        if not 0 <= offset <= len(self.contents) - length:
            raise ElfError(
                f"{self._elf.name}: section {SECTION}: symbol '{symbol.name}' with {length} bytes at "
                f"{offset:#x} is beyond its {len(self.contents):#x} bytes"
            )
        return offset

    def _put(self, symbol: Symbol, place: int, number: int) -> None:
        struct.pack_into(self._word, self.contents, self._offset(symbol, 4) + place, number)

    def _sort(self, symbol: Symbol, width: int) -> None:
        """Count the ids behind a set's symbol and put them in order, each with its flags."""
        step = 4 * width
        if symbol.size < step or symbol.size % step:
            raise ElfError(
                f"{self._elf.name}: section {SECTION}: set '{symbol.name}' of {symbol.size} bytes is no "
                "whole number of ids"
            )
        start = self._offset(symbol, symbol.size) + step
        end = start + symbol.size - step
        layout = self._word[0] + "I" * width
        rows = sorted(struct.iter_unpack(layout, self.contents[start:end]), key=lambda row: row[0])
        self.contents[start:end] = b"".join(struct.pack(layout, *row) for row in rows)
        self._put(symbol, 0, len(rows))


def read_ids(data: bytes, name: str) -> dict[str, list[tuple[int, int]]]:
    """(id, flags) of each set of a file, by its name."""
    elf = ElfFile(data, name)
    section = elf.section(SECTION)
    if section is None:
        raise ElfError(f"{name}: has no section {SECTION}")
    resolver = _Resolver(elf, section)
    sets = {}
    for symbol in elf.symbols:
        found = _SET.match(symbol.name) if symbol.section == section.index else None
        if found:
            width = 2 if found[1] == "set8" else 1
            start = resolver._offset(symbol, symbol.size) + 4 * width
            layout = resolver._word[0] + "I" * width
            contents = resolver.contents[start : start + symbol.size - 4 * width]
            sets[found[2]] = [
                (row[0], row[-1] if width == 2 else 0) for row in struct.iter_unpack(layout, contents)
            ]
    return sets


# ── building ──


@dataclass(frozen=True, slots=True)
class IdList:
    """Ids in this order; None leaves a place unused."""

    types: Sequence[TypeName | None]

    def words(self, btf: Btf) -> list[int]:
        return [_id_of(type_, btf) if type_ else 0 for type_ in self.types]


@dataclass(frozen=True, slots=True)
class IdSet:
    """Sorted ids behind their number."""

    types: Sequence[TypeName]

    def words(self, btf: Btf) -> list[int]:
        return [len(self.types), *sorted(_id_of(type_, btf) for type_ in self.types)]


@dataclass(frozen=True, slots=True)
class IdFlagSet:
    """Sorted ids with flags, behind their number and flags of the whole set."""

    types: Mapping[TypeName, int]
    flags: int = 0

    def words(self, btf: Btf) -> list[int]:
        rows = sorted((_id_of(type_, btf), flags) for type_, flags in self.types.items())
        return [len(rows), self.flags, *(word for row in rows for word in row)]


def build(parts: Mapping[str, IdList | IdSet | IdFlagSet], btf: Btf) -> tuple[bytes, dict[str, int]]:
    """The contents of a section, and the byte offset of each part. BtfError for types that are not there."""
    words: list[int] = []
    offsets = {}
    for name, part in parts.items():
        offsets[name] = 4 * len(words)
        words += part.words(btf)
    return struct.pack(f"{'<' if btf.byteorder == 'little' else '>'}{len(words)}I", *words), offsets


def _id_of(type_: TypeName, btf: Btf) -> int:
    type_id = type_.find(btf)
    if not type_id:
        raise BtfError(f"no {type_.kind} named '{type_.name}'")
    return type_id
