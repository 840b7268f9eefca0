"""Symbols of the linked object: one per name, of all that the inputs define and declare.

===============  ==========================================================================
old and new       what becomes of them
===============  ==========================================================================
both strong       an error
strong, weak      the strong one; the other's code stays, without a name
both weak         the first
one declared      the definition, if their types agree; strong if either declaration is
both declared     one declaration, strong if either is
===============  ==========================================================================

The most restrictive visibility wins.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..elf import Symbol
from ..elf.reader import (
    SHN_ABS,
    SHN_UNDEF,
    STB_WEAK,
    STT_NOTYPE,
    STT_SECTION,
    STV_DEFAULT,
)
from ..elf.writer import NewSymbol
from .inputs import SHARED, Input
from .sections import Sections
from .types import GlobalType, Types


@dataclass(slots=True)
class Global:
    """A name that all inputs share; `type` is what BTF says of it, `source` the input that it comes from."""

    symbol: NewSymbol
    source: Input
    type: GlobalType | None

    @property
    def is_declared(self) -> bool:
        """Only declared so far."""
        return self.symbol.section is None and not self.symbol.is_absolute

    @property
    def is_weak(self) -> bool:
        return self.symbol.bind == STB_WEAK


@dataclass(slots=True)
class Symbols:
    """The symbol table in the making."""

    sections: Sections
    types: Types
    all: list[NewSymbol] = field(default_factory=list)
    globals: dict[str, Global] = field(default_factory=dict)

    def add(self, source: Input, symbol: Symbol, bases: dict[int, int]) -> NewSymbol | None:
        """The symbol in the linked object; None for one of a section that is left out."""
        if symbol.section not in (SHN_UNDEF, SHN_ABS) and symbol.section not in bases:
            return None
        if symbol.type == STT_SECTION:
            return self.sections.symbol(source.elf.sections[symbol.section].name)
        new = self._moved(source, symbol, bases)
        if not symbol.is_global:
            self.all.append(new)
            return new
        return self._resolve(source, new)

    def _moved(self, source: Input, symbol: Symbol, bases: dict[int, int]) -> NewSymbol:
        home = None
        if symbol.section in bases:
            home = self.sections.by_name[source.elf.sections[symbol.section].name]
        return NewSymbol(
            symbol.name,
            home,
            symbol.value + bases.get(symbol.section, 0),
            symbol.size,
            symbol.bind,
            symbol.type,
            symbol.visibility,
            is_absolute=symbol.section == SHN_ABS,
        )

    def _resolve(self, source: Input, new: NewSymbol) -> NewSymbol:
        type_ = self.types.global_type(source, new.name)
        old = self.globals.get(new.name)
        if old is None:
            self.globals[new.name] = Global(new, source, type_)
            self.all.append(new)
            return new
        self._merge(old, Global(new, source, type_))
        return old.symbol

    def _merge(self, old: Global, new: Global) -> None:
        _check_agree(self.types, old, new)
        symbol, other = old.symbol, new.symbol
        if other.visibility != STV_DEFAULT:
            # Internal (1) hides more than hidden (2), that more than protected (3).
            symbol.visibility = min(symbol.visibility or other.visibility, other.visibility)
        takes_over = (old.is_declared and not new.is_declared) or (
            old.is_weak and not new.is_weak and old.is_declared == new.is_declared
        )
        if new.type is not None and old.type is not None:
            self.types.same(new.type, old.type, takes_over=takes_over)
        if takes_over:
            symbol.section, symbol.value, symbol.size = other.section, other.value, other.size
            symbol.bind, symbol.is_absolute = other.bind, other.is_absolute
            symbol.type = other.type if other.type != STT_NOTYPE else symbol.type
            old.source, old.type = new.source, new.type
        old.type = old.type or new.type


def _check_agree(types: Types, old: Global, new: Global) -> None:
    name, where = new.symbol.name, f"in {old.source.name}"
    home = new.symbol.section
    if home is not None and home is old.symbol.section and home.name in SHARED:
        return
    if not (old.is_declared or new.is_declared or old.is_weak or new.is_weak):
        raise new.source.error(f"'{name}' is defined here and {where}; make one of them static or __weak")
    kinds = {old.symbol.type, new.symbol.type} - {STT_NOTYPE}
    if len(kinds) > 1:
        raise new.source.error(f"'{name}' is a function in one object and data in another ({where})")
    if old.type is not None and new.type is not None and (reason := types.disagree(old.type, new.type)):
        raise new.source.error(f"'{name}' is not what it is {where}: {reason}")
