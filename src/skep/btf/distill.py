"""Split types over a base that changes: a module's types outlive the kernel that it was built with.

`distill` keeps of the base only what tells its types apart: numbers as they are, structs, unions and enums by
name and size, behind a pointer by name alone. Everything else that the split types reach moves into them.
`relocate` finds each of those types in another base, and numbers the split types anew. The distilled base
lies in section .BTF.base of a module.

Rule: libbpf's btf__distill_base() and btf__relocate().
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ..errors import BtfError
from . import types as t
from .btf import Btf
from .build import BtfBuilder
from .renumber import renumbered
from .values import describe
from .wire import other_type_ids

_NUMBERS: Final = (t.Int, t.Float)
_TRANSPARENT: Final = (t.Typedef, t.Const, t.Volatile, t.Restrict, t.TypeTag, t.Array, t.Var)


def distill(split: Btf) -> Btf:
    """The same split types over the smallest base, which is the `base` of the result."""
    if split.base is None:
        raise BtfError("only split types have a base to distill")
    kept, moved = _Reached(split).ids()
    base_builder = BtfBuilder(byteorder=split.byteorder)
    new_ids = {0: 0}
    for type_id in sorted(kept):
        new_ids[type_id] = base_builder.add(_distilled(split.get(type_id), needs_size=kept[type_id]))
    base = base_builder.build()
    builder = BtfBuilder(base, split.byteorder)
    own = [*range(split.start_id, len(split.types)), *sorted(moved)]
    new_ids |= {type_id: new_id for new_id, type_id in enumerate(own, builder.start_id)}
    for type_id in own:
        builder.add(renumbered(split.get(type_id), new_ids))
    return builder.build()


def _distilled(type_: t.Type, needs_size: bool) -> t.Type:
    if isinstance(type_, t.Composite):
        if needs_size:
            return replace(type_, members=(), has_bit_sizes=False)
        return t.Fwd(type_.name, isinstance(type_, t.Union))
    return replace(type_, values=()) if isinstance(type_, t.AnyEnum) else type_


class _Reached:
    """What split types lead to in their base."""

    def __init__(self, split: Btf) -> None:
        self._split = split
        self._kept: dict[int, bool] = {}  # by id: whether the size matters
        self._moved: set[int] = set()
        self._seen: set[tuple[int, bool]] = set()

    def ids(self) -> tuple[dict[int, bool], set[int]]:
        """Types that stay in the base, and those that do not."""
        split = self._split
        waiting = [
            reached
            for type_id in range(split.start_id, len(split.types))
            for reached in _references(split.get(type_id), by_value=True)
        ]
        while waiting:
            type_id, by_value = row = waiting.pop()
            if type_id == 0 or type_id >= split.start_id or row in self._seen:
                continue
            self._seen.add(row)
            type_ = split.get(type_id)
            if isinstance(type_, _NUMBERS) or (type_.name and isinstance(type_, t.AnyEnum | t.Fwd)):
                self._kept[type_id] = True
            elif type_.name and isinstance(type_, t.Composite):
                self._kept[type_id] = self._kept.get(type_id, False) or by_value
            else:
                self._moved.add(type_id)
                waiting += _references(type_, by_value)
        return self._kept, self._moved


def _references(type_: t.Type, by_value: bool) -> list[tuple[int, bool]]:
    """Ids in a type, and whether a value of it holds a value of them."""
    if isinstance(type_, t.Composite):
        by_value = True
    elif not isinstance(type_, _TRANSPARENT):
        by_value = False
    return [(type_id, by_value) for type_id in other_type_ids(type_)]


def relocate(split: Btf, base: Btf) -> Btf:
    """Split types over a distilled base, put onto another base. BtfError names the type that is not there,
    or has another size there, or is there more than once.
    """
    if split.base is None:
        raise BtfError("only split types can be put onto another base")
    distilled = split.base
    new_ids = {0: 0} | {
        type_id: _find(distilled, type_id, base) for type_id in range(1, len(distilled.types))
    }
    builder = BtfBuilder(base, split.byteorder)
    own = range(split.start_id, len(split.types))
    new_ids |= {type_id: new_id for new_id, type_id in enumerate(own, builder.start_id)}
    for type_id in own:
        builder.add(renumbered(split.get(type_id), new_ids))
    return builder.build()


def _find(distilled: Btf, type_id: int, base: Btf) -> int:
    type_ = distilled.get(type_id)
    where = f"distilled base: type id {type_id}, {describe(distilled, type_id)}"
    named = [(other, base.get(other)) for other in base.ids(type_.name)] if type_.name else []
    alike = [(other, found) for other, found in named if _is_alike(type_, found)]
    fitting = [other for other, found in alike if _size(type_) in (None, _size(found))]
    if not fitting:
        sizes = ", ".join(f"{_size(found)} bytes" for _, found in alike)
        if sizes:
            raise BtfError(f"{where} of {_size(type_)} bytes: in the new base it has {sizes}")
        raise BtfError(f"{where}: the new base has no such type")
    defined = [other for other in fitting if not isinstance(base.get(other), t.Fwd)]
    chosen = defined or fitting[:1]
    if len(chosen) > 1 and not isinstance(type_, _NUMBERS):
        raise BtfError(f"{where}: the new base has {len(chosen)} of that name: {', '.join(map(str, chosen))}")
    return chosen[0]


def _is_alike(type_: t.Type, found: t.Type) -> bool:
    match type_:
        case t.Fwd(is_union=is_union):
            return (isinstance(found, t.Fwd) and found.is_union == is_union) or isinstance(
                found, t.Union if is_union else t.Struct
            )
        case t.Enum() | t.Enum64():
            return isinstance(found, t.AnyEnum)
        case t.Int() | t.Float():
            return isinstance(found, type(type_)) and replace(found, size=type_.size) == type_
    return type_.kind == found.kind


def _size(type_: t.Type) -> int | None:
    """None where only the name counts."""
    return getattr(type_, "size", None)
