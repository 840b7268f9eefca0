"""ELF objects: sections, symbols, relocations, by name and by index.

Own code and not pyelftools: an object of a BPF program is read in a millisecond, without an import that
costs fifty times that. Headers are checked on opening; contents are slices of the file, symbols are
decoded when asked for. Every refusal names the section, symbol or offset. What BPF alone demands (machine,
relocation types) is asked for with `require_bpf`.

Rule: System V ABI, chapter 4 (gABI); Documentation/bpf/llvm_reloc.rst.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from os import PathLike, fspath
from typing import Final, Literal

from ..errors import ElfError

EM_BPF: Final = 247
ET_REL: Final = 1

SHT_NULL: Final = 0
SHT_PROGBITS: Final = 1
SHT_SYMTAB: Final = 2
SHT_STRTAB: Final = 3
SHT_RELA: Final = 4
SHT_NOBITS: Final = 8
SHT_REL: Final = 9

SHF_WRITE: Final = 1
SHF_ALLOC: Final = 2
SHF_EXECINSTR: Final = 4

SHN_UNDEF: Final = 0
SHN_LORESERVE: Final = 0xFF00
SHN_ABS: Final = 0xFFF1
SHN_COMMON: Final = 0xFFF2
SHN_XINDEX: Final = 0xFFFF

STB_LOCAL: Final = 0
STB_GLOBAL: Final = 1
STB_WEAK: Final = 2

STT_NOTYPE: Final = 0
STT_OBJECT: Final = 1
STT_FUNC: Final = 2
STT_SECTION: Final = 3
STT_FILE: Final = 4

STV_DEFAULT: Final = 0
STV_INTERNAL: Final = 1
STV_HIDDEN: Final = 2

_MAGIC = b"\x7fELF"
_HEADER = "HHIQQQIHHHHHH"
_SECTION = "IIQQQQIIQQ"
_SYMBOL = "IBBHQQ"
_HEADER_SIZE = 64
_SECTION_SIZE = 64
_SYMBOL_SIZE = 24


@dataclass(frozen=True, slots=True)
class Section:
    """`data` is empty for SHT_NOBITS, whose `size` takes no room in the file."""

    index: int
    name: str
    type: int
    flags: int
    offset: int
    size: int
    link: int
    info: int
    entsize: int
    align: int
    data: bytes
    address: int = 0

    @property
    def is_code(self) -> bool:
        return self.type == SHT_PROGBITS and bool(self.flags & SHF_EXECINSTR)


@dataclass(frozen=True, slots=True)
class Symbol:
    """`section` is a section's index or one of SHN_*; a section symbol has that section's name."""

    index: int
    name: str
    value: int
    size: int
    bind: int
    type: int
    visibility: int
    section: int

    @property
    def is_defined(self) -> bool:
        return self.section != SHN_UNDEF

    @property
    def is_global(self) -> bool:
        return self.bind in (STB_GLOBAL, STB_WEAK)


@dataclass(frozen=True, slots=True)
class Relocation:
    """At byte `offset` of the section, apply `type` with `symbol`. REL sections keep the addend in place:
    None here.
    """

    offset: int
    type: int
    symbol: Symbol
    addend: int | None = None


class ElfFile:
    """A 64-bit ELF file of either byte order. `name` is what errors call it."""

    def __init__(self, data: bytes, name: str) -> None:
        self.data = data
        self.name = name
        self._check_ident()
        self.byteorder: Literal["little", "big"] = "little" if data[5] == 1 else "big"
        self._order = "<" if self.byteorder == "little" else ">"
        header = struct.unpack_from(self._order + _HEADER, data, 16)
        self.type: int = header[0]
        self.machine: int = header[1]
        self._shoff, self._shentsize, self._shnum, self._shstrndx = header[5], *header[10:13]
        self.sections: tuple[Section, ...] = tuple(self._read_sections())

    def error(self, text: str) -> ElfError:
        return ElfError(f"{self.name}: {text}")

    def _check_ident(self) -> None:
        data = self.data
        if data[:4] != _MAGIC:
            raise self.error("not an ELF file (no \\x7fELF at its start)" if data else "the file is empty")
        if len(data) < _HEADER_SIZE:
            raise self.error(f"truncated in the ELF header, after {len(data)} of {_HEADER_SIZE} bytes")
        if data[4] != 2:
            raise self.error("a 32-bit ELF file; BPF objects are 64-bit")
        if data[5] not in (1, 2):
            raise self.error(f"unknown byte order {data[5]} in the ELF header")

    def _read_sections(self) -> Iterator[Section]:
        if self._shoff == 0:
            return
        if self._shentsize != _SECTION_SIZE:
            raise self.error(f"section headers of {self._shentsize} bytes; they have {_SECTION_SIZE}")
        first = self._section_header(0)
        count = self._shnum or first[5]
        end = self._shoff + count * _SECTION_SIZE
        if end > len(self.data):
            raise self.error(
                f"truncated: {count} section headers at offset {self._shoff:#x} end at {end:#x}, "
                f"the file has {len(self.data):#x} bytes"
            )
        headers = [self._section_header(index) for index in range(count)]
        strndx = first[6] if self._shstrndx == SHN_XINDEX else self._shstrndx
        if strndx >= count:
            raise self.error(f"the section name table is section {strndx}, there are {count}")
        names = self._contents(headers[strndx], "the section name table")
        for index, header in enumerate(headers):
            name = self._string(names, header[0], f"section {index}")
            _, kind, flags, address, offset, size, link, info, align, entsize = header
            data = self._contents(header, f"section {index} '{name}'")
            yield Section(
                *(index, name, kind, flags, offset, size, link, info, entsize, max(align, 1), data, address)
            )

    def _section_header(self, index: int) -> tuple[int, ...]:
        offset = self._shoff + index * _SECTION_SIZE
        if offset + _SECTION_SIZE > len(self.data):
            raise self.error(
                f"truncated: the header of section {index} would be at offset {offset:#x}, "
                f"the file has {len(self.data):#x} bytes"
            )
        return struct.unpack_from(self._order + _SECTION, self.data, offset)

    def _contents(self, header: tuple[int, ...], what: str) -> bytes:
        kind, offset, size = header[1], header[4], header[5]
        if kind in (SHT_NULL, SHT_NOBITS):
            return b""
        if offset + size > len(self.data):
            raise self.error(
                f"truncated: {what} is {size:#x} bytes at offset {offset:#x}, the file {len(self.data):#x}"
            )
        return self.data[offset : offset + size]

    def _string(self, table: bytes, offset: int, what: str) -> str:
        end = table.find(b"\0", offset)
        if offset > len(table) or end < 0:
            raise self.error(f"the name of {what} is at offset {offset:#x}, outside of its string table")
        return table[offset:end].decode("utf-8", "backslashreplace")

    def section(self, name: str) -> Section | None:
        """The first section of that name."""
        return next((section for section in self.sections if section.name == name), None)

    def section_at(self, index: int, what: str) -> Section:
        """A section by its index; `what` says in the error who asked for it."""
        if index >= len(self.sections):
            raise self.error(f"{what} is in section {index}, there are {len(self.sections)}")
        return self.sections[index]

    @cached_property
    def symbols(self) -> tuple[Symbol, ...]:
        """The symbol table, its empty first entry included, so that indexes agree."""
        for section in self.sections:
            if section.type == SHT_SYMTAB:
                return tuple(self._read_symbols(section))
        return ()

    def _read_symbols(self, table: Section) -> Iterator[Symbol]:
        if len(table.data) % _SYMBOL_SIZE:
            raise self.error(
                f"section '{table.name}': {len(table.data)} bytes are no whole number of symbols"
            )
        names = self.section_at(table.link, f"the string table of '{table.name}'").data
        for index, entry in enumerate(struct.iter_unpack(self._order + _SYMBOL, table.data)):
            offset, info, other, section, value, size = entry
            name = self._string(names, offset, f"symbol {index}") if names else ""
            if section == SHN_XINDEX or len(self.sections) <= section < SHN_LORESERVE:
                raise self.error(
                    f"symbol {index} '{name}' is in section {section}, there are {len(self.sections)}"
                )
            if info & 15 == STT_SECTION and section < len(self.sections):
                name = self.sections[section].name
            yield Symbol(index, name, value, size, info >> 4, info & 15, other & 3, section)

    def relocations(self, section: Section) -> tuple[Relocation, ...]:
        """All relocations that apply to the section, by offset."""
        found: list[Relocation] = []
        for table in self.sections:
            if table.type in (SHT_REL, SHT_RELA) and table.info == section.index:
                found += self._read_relocations(table, section)
        return tuple(sorted(found, key=lambda relocation: relocation.offset))

    def _read_relocations(self, table: Section, target: Section) -> Iterator[Relocation]:
        layout = self._order + ("QQ" if table.type == SHT_REL else "QQq")
        if len(table.data) % struct.calcsize(layout):
            raise self.error(
                f"section '{table.name}': {len(table.data)} bytes are no whole number of entries"
            )
        for entry in struct.iter_unpack(layout, table.data):
            offset, info, *addend = entry
            where = f"section '{table.name}': the relocation of '{target.name}' at offset {offset:#x}"
            if offset >= target.size:
                raise self.error(f"{where} is beyond the section's {target.size:#x} bytes")
            if info >> 32 >= len(self.symbols):
                raise self.error(f"{where} wants symbol {info >> 32}, there are {len(self.symbols)}")
            symbol = self.symbols[info >> 32]
            yield Relocation(offset, info & 0xFFFFFFFF, symbol, addend[0] if addend else None)

    def require_bpf(self) -> None:
        """Refuse what is no relocatable object of the BPF machine."""
        if self.type != ET_REL:
            raise self.error(f"ELF type {self.type} is no relocatable object; compile with -c")
        if self.machine != EM_BPF:
            raise self.error(
                f"made for ELF machine {self.machine}, not for BPF ({EM_BPF}); compile with --target=bpf"
            )


def read(source: str | PathLike[str] | bytes, name: str = "<bytes>") -> ElfFile:
    """Read a file by its path, or bytes that errors call `name`."""
    if isinstance(source, bytes):
        return ElfFile(source, name)
    with open(source, "rb") as file:
        return ElfFile(file.read(), fspath(source))
