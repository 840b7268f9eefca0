"""Sections of the linked object, and where in them each input's went."""

from __future__ import annotations

from ..elf import Section
from ..elf.reader import SHT_NOBITS, STT_SECTION
from ..elf.writer import NewSection, NewSymbol
from .inputs import SHARED, Input


class Sections:
    """Those written so far, in the order of their first appearance."""

    def __init__(self) -> None:
        self.by_name: dict[str, NewSection] = {}
        #: The symbols that stand for sections, made when something refers to them.
        self.symbols: dict[str, NewSymbol] = {}

    def add(self, source: Input, section: Section) -> int:
        """Append an input's section; the offset at which it starts."""
        out = self.by_name.get(section.name)
        if out is None:
            out = NewSection(section.name, section.type, section.flags, 1, section.entsize)
            self.by_name[section.name] = out
        elif section.name in SHARED:
            self._check_same(source, section, out)
            return 0
        elif (out.type, out.flags) != (section.type, section.flags):
            raise source.error(
                f"section '{section.name}' has type {section.type} and flags {section.flags:#x}; in another "
                f"object it has type {out.type} and flags {out.flags:#x}"
            )
        return _append(out, section)

    def _check_same(self, source: Input, section: Section, out: NewSection) -> None:
        if section.data != out.data:
            ours, theirs = (_text(data) for data in (section.data, out.data))
            raise source.error(f"section '{section.name}' is '{ours}'; in another object it is '{theirs}'")

    def symbol(self, name: str) -> NewSymbol:
        """The symbol of the section itself."""
        if name not in self.symbols:
            self.symbols[name] = NewSymbol("", self.by_name[name], type=STT_SECTION)
        return self.symbols[name]


def _append(out: NewSection, section: Section) -> int:
    out.align = max(out.align, section.align)
    start = -(-out.size // section.align) * section.align
    out.size = start + section.size
    if section.type != SHT_NOBITS:
        out.data += bytes(start - len(out.data)) + section.data
    return start


def _text(data: bytes | bytearray) -> str:
    return bytes(data).rstrip(b"\0").decode("utf-8", "replace")
