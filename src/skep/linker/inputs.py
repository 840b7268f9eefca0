"""One input of the linker: the parts of an object that a linked one keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..btf import Btf, BtfExt, parse_ext
from ..btf.btf import check_references
from ..elf import ElfFile, Section
from ..elf.reader import SHF_ALLOC, SHT_NOBITS, SHT_PROGBITS
from ..errors import BtfError, LoaderError
from ..loader.datasec import relocated_btf

#: Sections of which all objects have the same contents, and the linked one has one copy.
SHARED: Final = frozenset(("license", "version"))

#: The largest page of any machine; an arena's variables are aligned to one.
_MAX_ALIGN: Final = 1 << 16


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
                if section.align & (section.align - 1) or section.align > _MAX_ALIGN:
                    raise self.error(f"section '{section.name}': an alignment of {section.align} bytes")
                yield section


def read_input(elf: ElfFile) -> Input:
    """Check that the file can be linked, and read its types."""
    elf.require_bpf()
    section = elf.section(".BTF")
    if section is None:
        return Input(elf, None, None)
    ext = elf.section(".BTF.ext")
    try:
        btf = Btf.parse(relocated_btf(elf, section))
        check_references(btf)
        return Input(elf, btf, parse_ext(ext.data, btf) if ext else None)
    except BtfError as error:
        raise BtfError(f"{elf.name}: section '.BTF': {error}") from None
