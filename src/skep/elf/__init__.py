"""ELF object files: sections, symbols and relocations."""

from .reader import ElfFile, Relocation, Section, Symbol, read

__all__ = ["ElfFile", "Relocation", "Section", "Symbol", "read"]
