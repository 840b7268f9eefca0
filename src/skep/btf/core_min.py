"""The types of a kernel that some objects need, and no others: a few hundred bytes in place of megabytes.

Each CO-RE relocation is resolved against the whole; what the answer came from is kept. A struct keeps its
size and only those members that were asked for; behind a pointer that nobody followed there is void.

Rule: `bpftool gen min_core_btf`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ..errors import BtfError
from . import types as t
from .btf import Btf
from .build import BtfBuilder
from .core_relo import CoreResolver
from .core_spec import CoreKind, CoreSpec
from .ext import BtfExt
from .renumber import renumbered

_TO_NEXT: Final = (t.Typedef, t.Const, t.Volatile, t.Restrict, t.TypeTag)


class MinimalTypes:
    """Collects what relocations need of `target`; `build` gives it as a section of its own."""

    def __init__(self, target: Btf) -> None:
        self._target = target
        self._types: set[int] = set()
        self._members: dict[int, set[int]] = {}

    def add_object(self, local: Btf, ext: BtfExt) -> None:
        """All relocations of an object. BtfError for those that cannot be understood."""
        resolver = CoreResolver(local, self._target)
        for section, relos in ext.core_relos.items():
            for relo in relos:
                try:
                    spec = resolver.resolve(relo).target_spec
                except BtfError as error:
                    raise BtfError(f"section '{section}', offset {relo.offset:#x}: {error}") from None
                if spec is not None and spec.kind != CoreKind.TYPE_ID_LOCAL:
                    self.add(spec)

    def add(self, spec: CoreSpec) -> None:
        """What one relocation was resolved to."""
        if spec.kind.is_field:
            self._add_path(spec)
        elif spec.kind == CoreKind.TYPE_MATCHES:
            self._add_matched(spec.root_id, behind_pointer=False)
        else:
            self._add_type(spec.root_id, through_pointers=spec.kind.is_type)

    def _add_path(self, spec: CoreSpec) -> None:
        target = self._target
        self._add_type(spec.root_id, through_pointers=False)
        type_id = target.skip(spec.root_id)
        for step in spec.steps[1:]:
            type_ = target.get(type_id)
            if isinstance(type_, t.Composite):
                self._members.setdefault(type_id, set()).add(step)
                type_id = type_.members[step].type
            elif isinstance(type_, t.Array):
                type_id = type_.type
            self._add_type(type_id, through_pointers=False)
            type_id = target.skip(type_id)

    def _add_type(self, type_id: int, through_pointers: bool) -> None:
        """The type and what it is made of, structs without members."""
        waiting = [type_id]
        while waiting:
            type_id = waiting.pop()
            if type_id == 0 or (type_id in self._types and not through_pointers):
                continue
            self._types.add(type_id)
            match self._target.get(type_id):
                case t.Ptr(type=to):
                    waiting += [to] if through_pointers and to not in self._types else []
                case t.Array(type=to, index_type=index):
                    waiting += [to, index]
                case t.FuncProto(ret=ret, params=params):
                    waiting += [to for to in (ret, *(p.type for p in params)) if to not in self._types]
                case type_ if isinstance(type_, _TO_NEXT):
                    waiting.append(type_.type)

    def _add_matched(self, type_id: int, behind_pointer: bool) -> None:
        """All that a comparison of whole types looks at."""
        waiting, seen = [(type_id, behind_pointer)], set[tuple[int, bool]]()
        while waiting:
            type_id, behind_pointer = row = waiting.pop()
            if type_id == 0 or row in seen:
                continue
            seen.add(row)
            self._types.add(type_id)
            match self._target.get(type_id):
                case t.Struct(members=members) | t.Union(members=members) if not behind_pointer:
                    self._members.setdefault(type_id, set()).update(range(len(members)))
                    waiting += [(member.type, False) for member in members]
                case t.Ptr(type=to):
                    waiting.append((to, True))
                case t.Array(type=to, index_type=index):
                    waiting += [(to, behind_pointer), (index, False)]
                case t.FuncProto(ret=ret, params=params):
                    waiting += [(to, False) for to in (ret, *(param.type for param in params))]
                case type_ if isinstance(type_, _TO_NEXT):
                    waiting.append((type_.type, behind_pointer))

    def build(self) -> Btf:
        """The collected types, in the order of the kernel's."""
        kept = sorted(self._types)
        new_ids = {0: 0} | {type_id: new_id for new_id, type_id in enumerate(kept, 1)}
        builder = BtfBuilder(byteorder=self._target.byteorder)
        for type_id in kept:
            builder.add(renumbered(self._reduced(type_id), new_ids))
        return builder.build()

    def _reduced(self, type_id: int) -> t.Type:
        type_ = self._target.get(type_id)
        if not isinstance(type_, t.Composite):
            return type_
        wanted = sorted(self._members.get(type_id, ()))
        return replace(type_, members=tuple(type_.members[index] for index in wanted))


def min_core_btf(target: Btf, objects: Iterable[tuple[Btf, BtfExt]]) -> Btf:
    """What all relocations of these objects need of the target."""
    minimal = MinimalTypes(target)
    for local, ext in objects:
        minimal.add_object(local, ext)
    return minimal.build()
