"""Writing relocatable objects: sections, symbols and relocations in, the bytes of an ELF file out.

Symbols and relocations refer to sections and symbols as objects; indexes are given out here. Local symbols
come before global ones, as the gABI demands.

Rule: System V ABI, chapter 4 (gABI).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Literal

from .reader import (
    EM_BPF,
    ET_REL,
    SHF_ALLOC,
    SHN_ABS,
    SHN_UNDEF,
    SHT_NOBITS,
    SHT_PROGBITS,
    SHT_REL,
    SHT_STRTAB,
    SHT_SYMTAB,
    STB_LOCAL,
    STT_NOTYPE,
    STV_DEFAULT,
)

_HEADER_SIZE = 64
_SHF_INFO_LINK = 0x40


@dataclass(slots=True, eq=False)
class NewSection:
    """A section to be written; of one without bits (SHT_NOBITS) `size` alone counts."""

    name: str
    type: int = SHT_PROGBITS
    flags: int = SHF_ALLOC
    align: int = 1
    entsize: int = 0
    data: bytearray = field(default_factory=bytearray)
    size: int = 0
    relocations: list[NewRelocation] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class NewSymbol:
    """A symbol to be written; `section` is None for one that is undefined, or absolute."""

    name: str
    section: NewSection | None = None
    value: int = 0
    size: int = 0
    bind: int = STB_LOCAL
    type: int = STT_NOTYPE
    visibility: int = STV_DEFAULT
    is_absolute: bool = False


@dataclass(frozen=True, slots=True)
class NewRelocation:
    """At byte `offset` of the section that holds it, apply `type` with `symbol`."""

    offset: int
    type: int
    symbol: NewSymbol


@dataclass(slots=True)
class _Header:
    """What a section header says, but for the places in the file."""

    name: str
    type: int
    flags: int
    align: int
    entsize: int
    data: bytes
    size: int
    link: int = 0
    info: int = 0


class _Strings:
    """A string table: each string once."""

    def __init__(self) -> None:
        self.data = bytearray(b"\0")
        self._offsets = {"": 0}

    def add(self, text: str) -> int:
        offset = self._offsets.get(text)
        if offset is None:
            offset = self._offsets[text] = len(self.data)
            self.data += text.encode("utf-8", "surrogateescape") + b"\0"
        return offset


def write_object(
    sections: list[NewSection], symbols: list[NewSymbol], byteorder: Literal["little", "big"]
) -> bytes:
    """The relocatable BPF object with these sections in this order."""
    order = "<" if byteorder == "little" else ">"
    strings = _Strings()
    symbols = sorted(symbols, key=lambda symbol: symbol.bind != STB_LOCAL)
    # Null section, string table, symbol table; then the sections given.
    at = {id(section): index for index, section in enumerate(sections, 3)}
    index_of = {id(symbol): index for index, symbol in enumerate(symbols, 1)}
    headers = [
        _Header("", 0, 0, 0, 0, b"", 0),
        _Header(".strtab", SHT_STRTAB, 0, 1, 0, b"", 0),
        _symbol_table(symbols, at, strings, order),
    ]
    headers += [_of(section) for section in sections]
    for section in sections:
        if section.relocations:
            headers.append(_relocation_table(section, at[id(section)], index_of, order))
    for header in headers:
        strings.add(header.name)
    headers[1].data, headers[1].size = bytes(strings.data), len(strings.data)
    return _file(headers, strings, order)


def _of(section: NewSection) -> _Header:
    has_bits = section.type != SHT_NOBITS
    data = bytes(section.data) if has_bits else b""
    size = len(data) if has_bits else section.size
    return _Header(section.name, section.type, section.flags, section.align, section.entsize, data, size)


def _symbol_table(symbols: list[NewSymbol], at: dict[int, int], strings: _Strings, order: str) -> _Header:
    layout = struct.Struct(f"{order}IBBHQQ")
    data = bytearray(layout.size)
    for symbol in symbols:
        home = SHN_ABS if symbol.is_absolute else SHN_UNDEF
        if symbol.section is not None:
            home = at[id(symbol.section)]
        info = symbol.bind << 4 | symbol.type
        data += layout.pack(
            strings.add(symbol.name), info, symbol.visibility, home, symbol.value, symbol.size
        )
    first_global = 1 + sum(symbol.bind == STB_LOCAL for symbol in symbols)
    return _Header(
        ".symtab", SHT_SYMTAB, 0, 8, layout.size, bytes(data), len(data), link=1, info=first_global
    )


def _relocation_table(section: NewSection, home: int, index_of: dict[int, int], order: str) -> _Header:
    layout = struct.Struct(f"{order}QQ")
    rows = sorted(section.relocations, key=lambda row: row.offset)
    data = b"".join(layout.pack(row.offset, index_of[id(row.symbol)] << 32 | row.type) for row in rows)
    name = f".rel{section.name}"
    return _Header(name, SHT_REL, _SHF_INFO_LINK, 8, layout.size, data, len(data), link=2, info=home)


def _file(headers: list[_Header], strings: _Strings, order: str) -> bytes:
    """File header, contents, section headers."""
    body = bytearray(_HEADER_SIZE)
    table = bytearray()
    for header in headers:
        body += bytes(-len(body) % max(header.align, 1))
        offset = len(body) if header.type else 0
        body += header.data
        table += struct.pack(
            f"{order}IIQQQQIIQQ",
            *(strings.add(header.name), header.type, header.flags, 0, offset, header.size),
            *(header.link, header.info, header.align, header.entsize),
        )
    body += bytes(-len(body) % 8)
    ident = b"\x7fELF" + bytes([2, 1 if order == "<" else 2, 1]) + bytes(9)
    body[:_HEADER_SIZE] = ident + struct.pack(
        f"{order}HHIQQQIHHHHHH",
        *(ET_REL, EM_BPF, 1, 0, 0, len(body), 0),
        *(_HEADER_SIZE, 0, 0, 64, len(headers), 1),
    )
    return bytes(body + table)
