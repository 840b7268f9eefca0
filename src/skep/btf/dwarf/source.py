"""An ELF file's DWARF: its units, symbols and sections.

Sections of an object file still wait for their relocations. Those of debugging information are plain
addresses, so they are applied here, and what has no place in types (thread-local offsets) is left alone.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from elftools.common.exceptions import DWARFError, ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.relocation import RelocationSection
from elftools.elf.sections import SymbolTableSection

from ...errors import BtfError
from .reader import Units

_INFO: Final = (".debug_info", ".zdebug_info")

#: Width in bytes of each machine's relocations that put a plain address.
_ADDRESSES: Final[dict[str, dict[int, int]]] = {
    "EM_X86_64": {1: 8, 10: 4, 11: 4},
    "EM_386": {1: 4},
    "EM_AARCH64": {257: 8, 258: 4},
    "EM_ARM": {2: 4},
    "EM_BPF": {2: 8, 3: 4, 4: 4},
    "EM_RISCV": {1: 4, 2: 8},
    "EM_S390": {4: 4, 22: 8},
    "EM_PPC64": {1: 4, 38: 8},
    "EM_LOONGARCH": {1: 4, 2: 8},
    "EM_MIPS": {2: 4, 18: 8},
}

#: What pyelftools raises at files that break the rules, beside its own exceptions.
BROKEN: Final = (
    *(ELFError, DWARFError, struct.error, ValueError, KeyError, AttributeError, IndexError),
    *(TypeError, AssertionError, OverflowError, RecursionError, NotImplementedError, EOFError),
)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A named function or variable and where it is."""

    name: str
    is_function: bool
    section: str
    offset: int
    size: int


class DwarfFile:
    """BtfError where the file has no readable DWARF."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        try:
            elf = ELFFile(io.BytesIO(data))
            if elf.header.e_type == "ET_REL":
                elf = ELFFile(io.BytesIO(_relocated(data, elf)))
            if not any(map(elf.get_section_by_name, _INFO)):
                raise BtfError(f"{name}: no debugging information in it; compile with -g")
            self.symbols = tuple(_symbols(elf))
            self.is_little = bool(elf.little_endian)
            self.pointer_size = elf.elfclass // 8
            self.units = Units(elf.get_dwarf_info(relocate_dwarf_sections=False), self.is_little)
        except BROKEN as error:
            raise BtfError(f"{name}: {str(error) or type(error).__name__}") from None


def _symbols(elf: Any) -> Iterator[Symbol]:
    sections = [(section.name, section["sh_addr"]) for section in elf.iter_sections()]
    for table in elf.iter_sections():
        if not isinstance(table, SymbolTableSection) or table.name != ".symtab":
            continue
        for symbol in table.iter_symbols():
            kind, index = symbol["st_info"]["type"], symbol["st_shndx"]
            if kind in ("STT_FUNC", "STT_OBJECT") and isinstance(index, int) and index < len(sections):
                section, address = sections[index]
                offset = symbol["st_value"] - address
                yield Symbol(symbol.name, kind == "STT_FUNC", section, offset, symbol["st_size"])


def _relocated(data: bytes, elf: Any) -> bytes:
    """The file with the addresses in its debugging sections filled in."""
    widths = _ADDRESSES.get(elf.header.e_machine, {})
    order = "<" if elf.little_endian else ">"
    raw = bytearray(data)
    for table in elf.iter_sections():
        if not isinstance(table, RelocationSection):
            continue
        target = elf.get_section(table["sh_info"])
        if not target.name.startswith(".debug_") or target.compressed:
            continue
        symbols = elf.get_section(table["sh_link"])
        base, end = target["sh_offset"], target["sh_offset"] + target["sh_size"]
        values: dict[int, int] = {}
        for relocation in table.iter_relocations():
            width = widths.get(relocation["r_info_type"])
            at = base + relocation["r_offset"]
            if width is None or at + width > min(end, len(raw)):
                continue
            index = relocation["r_info_sym"]
            if index not in values:
                values[index] = symbols.get_symbol(index)["st_value"]
            layout = order + ("Q" if width == 8 else "I")
            addend = (
                relocation["r_addend"] if relocation.is_RELA() else struct.unpack_from(layout, raw, at)[0]
            )
            struct.pack_into(layout, raw, at, (values[index] + addend) & ((1 << 8 * width) - 1))
    return bytes(raw)
