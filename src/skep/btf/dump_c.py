"""Types as C that compiles, in the text that bpftool prints.

Two passes for each type that is asked for. The first puts what must be complete before it into a queue: a
struct held by value before its holder, behind a pointer only what has no name. The second writes the queue,
and before each definition the forward declarations that it needs. Each definition is written once; of types
with the same name the second one is `name___2`.

Rule: libbpf's btf_dump, the output of `bpftool btf dump ... format c`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..errors import BtfError
from .btf import Btf
from .c_decl import Declarations
from .flat import FlatTypes, places_of_ids
from .kinds import Kind

_PTR, _ARRAY, _STRUCT, _UNION, _ENUM, _FWD, _TYPEDEF = 2, 3, 4, 5, 6, 7, 8
_FUNC_PROTO, _ENUM64 = int(Kind.FUNC_PROTO), int(Kind.ENUM64)
_COMPOSITES = frozenset((_STRUCT, _UNION))
_MODIFIERS = frozenset((Kind.VOLATILE, Kind.CONST, Kind.RESTRICT, Kind.TYPE_TAG))
_ENUMS = frozenset((_ENUM, _ENUM64))
_ALONE = frozenset((_ENUM, _ENUM64, _FWD))

_SILENT = frozenset(map(int, (Kind.INT, Kind.FLOAT, Kind.FUNC, Kind.VAR, Kind.DATASEC, Kind.DECL_TAG)))

_NEW, _UNDER_WAY, _DONE = 0, 1, 2

#: How many types one definition may lead to, beside eight times all there are.
_STEPS = 100_000

HEAD = """\
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
#endif

"""

TAIL = """\
#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute pop
#endif

#endif /* __VMLINUX_H__ */
"""

#: Types that gcc knows on arm64 and that are nowhere defined.
_MISSING = {
    "__Poly8_t": "unsigned char",
    "__Poly16_t": "unsigned short",
    "__Poly64_t": "unsigned long long",
    "__Poly128_t": "unsigned __int128",
}


class CDumper:
    """Writes definitions of one Btf's types. `emit` takes finished text, one definition or forward
    declaration a call. `sized_enums` gives enums of one and two bytes their size, which bpftool's text does
    not. BtfError for types that C cannot have.
    """

    def __init__(
        self,
        btf: Btf,
        emit: Callable[[str], object],
        pointer_size: int = 8,
        sized_enums: bool = False,
    ) -> None:
        self._types = FlatTypes(btf)
        self._emit = emit
        self._declare = Declarations(self._types, pointer_size, sized_enums)
        count = len(self._types)
        self._ordered = bytearray(count)
        self._emitted = bytearray(count)
        self._forward = bytearray(count)  # a forward declaration is there
        self._settled = bytearray(count)  # pointers and the like behind which nothing is left to declare
        self._ordered[0] = self._emitted[0] = _DONE
        self._queue: list[int] = []
        self._budget = 0
        self._embedded = self._find_embedded()

    def _find_embedded(self) -> set[int]:
        """Enums without a name that another type refers to: they are written out there."""
        types, found = self._types, set()
        words = types.words
        unnamed = {
            type_id
            for type_id, kind in enumerate(types.kinds)
            if kind in _ALONE and not words[types.at[type_id]]
        }
        for type_id, at in enumerate(types.at):
            places = places_of_ids(words, at)
            for place in places[1:] if types.kinds[type_id] == _FUNC_PROTO else places:
                if words[place] in unnamed:
                    found.add(words[place])
        return found

    def dump(self, type_id: int) -> None:
        """Emit the type's definition and all that it needs, if they have not been emitted yet."""
        if type_id >= len(self._types):
            raise BtfError(f"type id {type_id} does not exist, the last one is {len(self._types) - 1}")
        self._queue = []
        self._budget = _STEPS + 8 * len(self._types)
        try:
            self._order(type_id, False)
            for queued in self._queue:
                self._define(queued, 0)
        except RecursionError:
            raise BtfError(f"type id {type_id}: types are nested too deeply") from None

    def all_roots(self) -> Iterator[int]:
        """Every type that may give a definition."""
        for type_id, kind in enumerate(self._types.kinds):
            if kind in _SILENT:
                self._ordered[type_id] = _DONE
            elif self._ordered[type_id] != _DONE:
                yield type_id

    def _spend(self, type_id: int) -> None:
        """Types without a name are walked again wherever they are used; chains of them could double."""
        self._budget -= 1
        if self._budget < 0:
            raise BtfError(f"type id {type_id}: types without a name hold each other too often")

    # ── first pass: what comes before what ──

    def _order(self, type_id: int, behind_pointer: bool) -> bool:
        """Queue what the type needs. True if the type is then complete, not just declared."""
        types, ordered = self._types, self._ordered
        while True:
            if ordered[type_id] == _DONE:
                return True
            kind, at = types.kinds[type_id], types.at[type_id]
            if ordered[type_id] == _UNDER_WAY:
                if kind in _COMPOSITES and behind_pointer and types.words[at]:
                    return False
                raise BtfError(f"type id {type_id}: holds itself by value")
            if kind == _ARRAY:
                type_id, behind_pointer = types.words[at + 3], False
            elif kind in _MODIFIERS:
                type_id = types.words[at + 2]
            else:
                break
        if kind == _PTR:
            complete = self._order(types.words[at + 2], True)
            ordered[type_id] = _DONE
            return complete
        if kind in _COMPOSITES:
            return self._order_composite(type_id, behind_pointer)
        if kind == _TYPEDEF:
            return self._order_typedef(type_id, behind_pointer)
        if kind == _FUNC_PROTO:
            self._spend(type_id)
            parts = [
                self._order(types.words[place], behind_pointer) for place in places_of_ids(types.words, at)
            ]
            return any(parts)
        if kind in _ALONE:
            if types.words[at] or type_id not in self._embedded:
                self._queue.append(type_id)
            ordered[type_id] = _DONE
            return True
        ordered[type_id] = _DONE
        return False

    def _order_composite(self, type_id: int, behind_pointer: bool) -> bool:
        types = self._types
        is_named = types.words[types.at[type_id]] != 0
        if behind_pointer and is_named:
            return False
        self._ordered[type_id] = _UNDER_WAY
        for place in places_of_ids(types.words, types.at[type_id]):
            self._order(types.words[place], False)
        if is_named:
            self._queue.append(type_id)
        self._ordered[type_id] = _DONE
        return True

    def _order_typedef(self, type_id: int, behind_pointer: bool) -> bool:
        complete = self._order(self._types.words[self._types.at[type_id] + 2], behind_pointer)
        if behind_pointer and not complete:
            return False
        self._queue.append(type_id)
        self._ordered[type_id] = _DONE
        return True

    # ── second pass: text ──

    def _define(self, type_id: int, holder: int) -> bool:
        """Emit a queued type (`holder` 0), or what a reference from inside of `holder` needs. True if no
        later reference can need more.
        """
        types, first = self._types, type_id
        while True:
            if self._emitted[type_id] == _DONE or self._settled[type_id]:
                return True
            kind, at = types.kinds[type_id], types.at[type_id]
            if kind == _PTR or kind in _MODIFIERS:
                type_id = types.words[at + 2]
            elif kind == _ARRAY:
                type_id = types.words[at + 3]
            else:
                break
        if self._emitted[type_id] == _UNDER_WAY:
            self._declare_again(type_id, holder)
            return False
        settled = self._define_base(type_id, holder, kind)
        if settled and first != type_id:
            self._settled[first] = 1
        return settled

    def _define_base(self, type_id: int, holder: int, kind: int) -> bool:
        if kind in _COMPOSITES:
            return self._define_composite(type_id, holder)
        if kind == _TYPEDEF:
            self._define_typedef(type_id)
        elif kind == _FUNC_PROTO:
            self._spend(type_id)
            places = self._types.places_of_ids(type_id)
            settled = [self._define(self._types.words[place], holder) for place in places]
            self._settled[type_id] = all(settled)
            return all(settled)
        elif kind in _ENUMS:
            if not holder:
                self._emit(f"{self._declare.enum(type_id, 0)};\n\n")
        elif kind == _FWD:
            self._emit(f"{self._declare.forward(type_id)};\n\n")
        elif kind == Kind.INT:
            name = self._types.name(type_id)
            if name in _MISSING:
                self._emit(f"typedef {_MISSING[name]} {name};\n\n")
        else:
            return True
        self._emitted[type_id] = _DONE
        return True

    def _declare_again(self, type_id: int, holder: int) -> None:
        """The type is being defined right now and something in it refers to it."""
        kind, types = self._types.kinds[type_id], self._types
        if self._forward[type_id]:
            return
        if kind in _COMPOSITES:
            if type_id == holder:
                return
            if not types.words[types.at[type_id]]:
                raise BtfError(f"type id {type_id}: without a name, but it refers to itself")
            self._emit(f"{self._declare.forward(type_id)};\n\n")
            self._forward[type_id] = 1
        elif kind == _TYPEDEF:
            self._emit_typedef(type_id)
            self._forward[type_id] = 1

    def _define_typedef(self, type_id: int) -> None:
        self._emitted[type_id] = _UNDER_WAY
        self._define(self._types.words[self._types.at[type_id] + 2], type_id)
        if not self._forward[type_id]:
            self._emit_typedef(type_id)

    def _emit_typedef(self, type_id: int) -> None:
        if self._types.name(type_id) != "__builtin_va_list":
            self._emit(f"{self._declare.typedef(type_id)};\n\n")

    def _define_composite(self, type_id: int, holder: int) -> bool:
        types, emitted = self._types, self._emitted
        is_named = types.words[types.at[type_id]] != 0
        emitted[type_id] = _UNDER_WAY
        if not holder or not is_named:
            self._spend(type_id)
            inside = type_id if is_named else holder
            words, settled = types.words, self._settled
            for place in places_of_ids(types.words, types.at[type_id]):
                member = words[place]
                if emitted[member] != _DONE and not settled[member]:
                    self._define(member, inside)
        elif not self._forward[type_id] and type_id != holder:
            self._emit(f"{self._declare.forward(type_id)};\n\n")
            self._forward[type_id] = 1
        emitted[type_id] = _NEW
        if not holder:
            self._emit(f"{self._declare.composite(type_id, 0)};\n\n")
            emitted[type_id] = _DONE
        return bool(not holder or (is_named and self._forward[type_id]))


def dump_c(
    btf: Btf, emit: Callable[[str], object], roots: Iterable[int] | None = None, pointer_size: int = 8
) -> None:
    """A whole header as bpftool prints it: of all types, or of the roots and what they need."""
    dumper = CDumper(btf, emit, pointer_size)
    emit(HEAD)
    for type_id in dumper.all_roots() if roots is None else roots:
        dumper.dump(type_id)
    emit(TAIL)
