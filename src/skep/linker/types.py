"""Types of the linked object: those of all inputs, one FUNC or VAR for each global symbol.

An input's types get new ids as they are added. What is global and was seen before keeps the old id.
Sections of variables (DATASEC) are written at the end, out of the variables that are in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from ..btf import Btf, BtfBuilder
from ..btf import types as t
from ..btf.kinds import BTF_FUNC_EXTERN, BTF_FUNC_STATIC, BTF_VAR_GLOBAL_EXTERN, BTF_VAR_STATIC
from .agree import disagreement
from .inputs import SHARED, Input

#: Sections that stand in the types alone: what is in them, the kernel defines.
_EXTERNAL: Final = frozenset((".ksyms", ".kconfig"))


@dataclass(frozen=True, slots=True)
class GlobalType:
    """The FUNC or VAR of a global symbol: its id in the input."""

    source: Input
    type_id: int

    @property
    def type(self) -> t.Type:
        assert self.source.btf is not None
        return self.source.btf.get(self.type_id)


@dataclass(slots=True)
class _Merged:
    """How one input's types go into the linked object's: its ids, where known, to new ones."""

    ids: dict[int, int] = field(default_factory=dict)
    #: Ids that replace what is there under the new id.
    takes_over: set[int] = field(default_factory=set)


class Types:
    """The linked object's types in the making."""

    def __init__(self, byteorder: Literal["little", "big"]) -> None:
        self.builder = BtfBuilder(byteorder=byteorder)
        self._merged: dict[int, _Merged] = {}
        self._globals: dict[str, int] = {}
        self._sections: dict[str, dict[int, t.SecVar]] = {}

    # ── before an input's types are added ──

    def start(self, source: Input) -> None:
        """An input whose symbols come next."""
        self._merged[id(source)] = _Merged()

    def global_type(self, source: Input, name: str) -> GlobalType | None:
        """The function or variable of that name that is not static."""
        if source.btf is None:
            return None
        for type_id in source.btf.ids(name):
            type_ = source.btf.get(type_id)
            if isinstance(type_, t.Func) and type_.linkage != BTF_FUNC_STATIC:
                return GlobalType(source, type_id)
            if isinstance(type_, t.Var) and type_.linkage != BTF_VAR_STATIC:
                return GlobalType(source, type_id)
        return None

    def same(self, new: GlobalType, old: GlobalType, *, takes_over: bool) -> None:
        """The new symbol is the old one; where it takes over, its type replaces the old one's."""
        merged = self._merged[id(new.source)]
        merged.ids[new.type_id] = self._globals[new.type.name]
        if takes_over:
            merged.takes_over.add(new.type_id)

    def disagree(self, old: GlobalType, new: GlobalType) -> str:
        """Why the two cannot be the same thing; empty if they can."""
        assert old.source.btf is not None
        assert new.source.btf is not None
        return disagreement(old.source.btf, old.type_id, new.source.btf, new.type_id)

    # ── adding ──

    def add(self, source: Input, base_of: Callable[[str], int]) -> dict[int, int]:
        """Add an input's types; `base_of` says where its sections start. The new ids of all its types."""
        if source.btf is None:
            return {}
        merged = self._merged[id(source)]
        ids = self._new_ids(source.btf, merged)
        for type_id in range(1, len(source.btf.types)):
            type_ = source.btf.get(type_id)
            if isinstance(type_, t.DataSec):
                continue
            try:
                if type_id not in merged.ids:
                    self.builder.add(renumbered(type_, ids))
                elif type_id in merged.takes_over:
                    self.builder[ids[type_id]] = renumbered(type_, ids)
            except KeyError as error:
                raise source.error(f"type id {type_id}: refers to the section of type id {error}") from None
            self._note_global(type_, ids[type_id])
        for type_ in source.btf.types:
            if isinstance(type_, t.DataSec):
                self._add_section(source.btf, type_, ids, base_of(type_.name))
        return ids

    def _new_ids(self, btf: Btf, merged: _Merged) -> dict[int, int]:
        ids, following = {0: 0}, self.builder.next_id
        for type_id in range(1, len(btf.types)):
            if type_id in merged.ids:
                ids[type_id] = merged.ids[type_id]
            elif not isinstance(btf.get(type_id), t.DataSec):
                ids[type_id] = following
                following += 1
        return ids

    def _note_global(self, type_: t.Type, new_id: int) -> None:
        is_func = isinstance(type_, t.Func) and type_.linkage != BTF_FUNC_STATIC
        is_var = isinstance(type_, t.Var) and type_.linkage != BTF_VAR_STATIC
        if is_func or is_var:
            self._globals.setdefault(type_.name, new_id)

    def _add_section(self, btf: Btf, section: t.DataSec, ids: dict[int, int], base: int) -> None:
        rows = self._sections.setdefault(section.name, {})
        if rows and section.name in SHARED:
            return
        for item in section.vars:
            if section.name in _EXTERNAL:
                rows.setdefault(ids[item.type], replace(item, type=ids[item.type]))
            elif not is_declaration(btf.get(item.type)):
                rows[ids[item.type]] = replace(item, type=ids[item.type], offset=item.offset + base)

    # ── the end ──

    def finish(self, size_of: Callable[[str], int | None]) -> None:
        """Write the sections of variables; `size_of` gives a section's size, None where the file has none."""
        for name, rows in self._sections.items():
            if name in _EXTERNAL:  # what another object defines is external no more
                rows = {at: row for at, row in rows.items() if is_declaration(self.builder[at])}
            if rows:
                items = tuple(sorted(rows.values(), key=lambda row: row.offset))
                size = size_of(name)
                total = sum(row.size for row in items) if size is None else size
                self.builder.add(t.DataSec(name, total if name not in _EXTERNAL else 0, items))


def is_declaration(type_: t.Type) -> bool:
    """A function or variable that is defined elsewhere."""
    if isinstance(type_, t.Func):
        return type_.linkage == BTF_FUNC_EXTERN
    return isinstance(type_, t.Var) and type_.linkage == BTF_VAR_GLOBAL_EXTERN


def renumbered(type_: t.Type, ids: dict[int, int]) -> t.Type:
    """The type with other ids in it."""
    match type_:
        case t.Array():
            return replace(type_, type=ids[type_.type], index_type=ids[type_.index_type])
        case t.Struct() | t.Union():
            return replace(type_, members=tuple(replace(m, type=ids[m.type]) for m in type_.members))
        case t.FuncProto():
            params = tuple(replace(p, type=ids[p.type]) for p in type_.params)
            return replace(type_, ret=ids[type_.ret], params=params)
        case t.Ptr() | t.Const() | t.Volatile() | t.Restrict() | t.Typedef():
            return replace(type_, type=ids[type_.type])
        case t.TypeTag() | t.DeclTag() | t.Func() | t.Var():
            return replace(type_, type=ids[type_.type])
    return type_
