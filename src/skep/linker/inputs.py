"""One input of the linker: the parts of an object that a linked one keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..btf import Btf, BtfExt, parse_ext
from ..elf import ElfFile, Section
from ..elf.reader import SHF_ALLOC, SHT_NOBITS, SHT_PROGBITS
from ..errors import LoaderError
from ..loader.datasec import relocated_btf

#: Sections of which all objects have the same contents, and the linked one has one copy.
SHARED: Final = frozenset(("license", "version"))


@dataclass(frozen=True, slots=True)
class Input:
    """An object; offsets of variables in its types are filled in."""

    elf: ElfFile
    btf: Btf | None
    ext: BtfExt | None

    @property
    def name(self) -> str:
        return self.elf.name

    def error(self, text: str) -> LoaderError:
        return LoaderError(f"{self.elf.name}: {text}")

    def kept_sections(self) -> Iterator[Section]:
        """Code and data; not debug information, tables of the ELF file, or types."""
        for section in self.elf.sections:
            is_kept = section.type in (SHT_PROGBITS, SHT_NOBITS) and section.flags & SHF_ALLOC
            if is_kept and section.size:
                yield section


def read_input(elf: ElfFile) -> Input:
    """Check that the file can be linked, and read its types."""
    elf.require_bpf()
    section = elf.section(".BTF")
    if section is None:
        return Input(elf, None, None)
    btf = Btf.parse(relocated_btf(elf, section))
    ext = elf.section(".BTF.ext")
    return Input(elf, btf, parse_ext(ext.data, btf) if ext else None)
