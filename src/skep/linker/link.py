"""The steps of linking: each input is taken apart and added, then the whole is written."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import replace
from os import PathLike
from typing import TypeVar

from ..btf import BtfBuilder, BtfExt
from ..btf.dedup import dedup
from ..btf.ext import CoreRelo, FuncInfo, LineInfo, encode_ext
from ..elf import ElfFile, Relocation, Section, read
from ..elf.reader import SHF_EXECINSTR, STT_SECTION
from ..elf.writer import NewRelocation, NewSection, NewSymbol, write_object
from ..errors import InputError
from ..loader.functions import R_BPF_64_32, R_BPF_64_64
from .inputs import Input, read_input
from .sections import Sections
from .symbols import Symbols
from .types import Types

Row = TypeVar("Row", FuncInfo, CoreRelo)

_R_BPF_64_ABS64 = 2
_R_BPF_64_ABS32 = 3


def link_files(paths: Sequence[str | PathLike[str]]) -> bytes:
    """The bytes of the object that the files make together."""
    return link([read(path) for path in paths])


def link(objects: Sequence[ElfFile]) -> bytes:
    """One object out of several. LoaderError names the object and symbol or section that does not fit."""
    if not objects:
        raise InputError("no objects to link")
    orders = {elf.byteorder for elf in objects}
    if len(orders) > 1:
        raise InputError(f"{objects[0].name} and others have different byte orders")
    linker = _Linker(objects[0])
    for elf in objects:
        linker.add(read_input(elf))
    return linker.finish()


class _Linker:
    def __init__(self, first: ElfFile) -> None:
        self._byteorder = first.byteorder
        self._sections = Sections()
        self._types = Types(first.byteorder)
        self._symbols = Symbols(self._sections, self._types)
        self._records = _Records()

    def add(self, source: Input) -> None:
        self._types.start(source)
        kept = list(source.kept_sections())
        bases = {section.index: self._sections.add(source, section) for section in kept}
        symbols = {
            symbol.index: self._symbols.add(source, symbol, bases) for symbol in source.elf.symbols[1:]
        }
        for section in kept:
            for relocation in source.elf.relocations(section):
                self._relocate(source, section, relocation, symbols, bases)
        by_name = {section.name: bases[section.index] for section in kept}
        ids = self._types.add(source, lambda name: by_name.get(name, 0))
        if source.ext is not None:
            self._records.add(source, source.ext, ids, by_name)

    def _relocate(
        self,
        source: Input,
        section: Section,
        relocation: Relocation,
        symbols: dict[int, NewSymbol | None],
        bases: dict[int, int],
    ) -> None:
        """Move a relocation along; what refers to a section counts from its start, which has moved."""
        symbol = symbols.get(relocation.symbol.index)
        if symbol is None:
            raise source.error(
                f"section '{section.name}' refers at offset {relocation.offset:#x} to "
                f"'{relocation.symbol.name}', in a section that is not linked"
            )
        out = self._sections.by_name[section.name]
        at = bases[section.index] + relocation.offset
        out.relocations.append(NewRelocation(at, relocation.type, symbol))
        moved = bases.get(relocation.symbol.section, 0)
        if relocation.symbol.type == STT_SECTION and moved:
            _add(source, out, at, relocation, moved, self._byteorder)

    def finish(self) -> bytes:
        sections = list(self._sections.by_name.values())
        if self._types.builder.types:
            sizes = {section.name: section.size for section in sections}
            self._types.finish(sizes.get)
            sections += self._type_sections()
        symbols = [*self._sections.symbols.values(), *self._symbols.all]
        return write_object(sections, symbols, self._byteorder)

    def _type_sections(self) -> list[NewSection]:
        done = dedup(self._types.builder.build())
        builder = BtfBuilder.edit(done.btf)
        ext = self._records.encode(builder, done.new_ids)
        types = NewSection(".BTF", flags=0, align=4, data=bytearray(builder.encode()))
        if not ext:
            return [types]
        return [types, NewSection(".BTF.ext", flags=0, align=4, data=bytearray(ext))]


def _add(source: Input, out: NewSection, at: int, relocation: Relocation, moved: int, byteorder: str) -> None:
    """Add to the number that the relocation is about."""
    order = "<" if byteorder == "little" else ">"
    is_code = bool(out.flags & SHF_EXECINSTR)
    if is_code and relocation.type == R_BPF_64_32:
        layout, place, step = "i", at + 4, moved // 8  # a call, in instructions
    elif is_code and relocation.type == R_BPF_64_64:
        layout, place, step = "i", at + 4, moved  # ld_imm64, in bytes
    elif not is_code and relocation.type == _R_BPF_64_ABS64:
        layout, place, step = "Q", at, moved
    elif not is_code and relocation.type == _R_BPF_64_ABS32:
        layout, place, step = "I", at, moved
    else:
        raise source.error(f"section '{out.name}': relocation type {relocation.type} cannot be linked")
    (value,) = struct.unpack_from(order + layout, out.data, place)
    struct.pack_into(order + layout, out.data, place, value + step)


class _Records:
    """What .BTF.ext says of instructions, with offsets in the linked sections; names are kept as text."""

    def __init__(self) -> None:
        self._funcs: dict[str, list[FuncInfo]] = {}
        self._lines: dict[str, list[tuple[LineInfo, str, str]]] = {}
        self._core: dict[str, list[CoreRelo]] = {}

    def add(self, source: Input, ext: BtfExt, ids: dict[int, int], bases: dict[str, int]) -> None:
        assert source.btf is not None
        string = source.btf.string
        for name, base in bases.items():
            self._funcs.setdefault(name, []).extend(
                FuncInfo(row.offset + base, ids[row.type_id]) for row in ext.func_info.get(name, ())
            )
            self._lines.setdefault(name, []).extend(
                (replace(row, offset=row.offset + base), string(row.file_off), string(row.line_off))
                for row in ext.line_info.get(name, ())
            )
            self._core.setdefault(name, []).extend(
                replace(row, offset=row.offset + base, type_id=ids[row.type_id])
                for row in ext.core_relos.get(name, ())
            )

    def encode(self, builder: BtfBuilder, new_ids: Sequence[int]) -> bytes:
        """The section's bytes, empty if there are no records; `new_ids` are those after deduplication."""
        add = builder.strings.add
        ext = BtfExt(
            {name: _renumbered(rows, new_ids) for name, rows in self._funcs.items()},
            {
                name: tuple(replace(row, file_off=add(file), line_off=add(text)) for row, file, text in rows)
                for name, rows in self._lines.items()
            },
            {name: _renumbered(rows, new_ids) for name, rows in self._core.items()},
        )
        if not any(rows for part in (ext.func_info, ext.line_info, ext.core_relos) for rows in part.values()):
            return b""
        return encode_ext(ext, add, builder.byteorder)


def _renumbered(rows: Iterable[Row], ids: Sequence[int]) -> tuple[Row, ...]:
    return tuple(replace(row, type_id=ids[row.type_id]) for row in rows)
