"""Deduplication: of types that mean the same, one stays.

Each file of a program brings its own copy of every type that it uses, so a kernel's worth of files has each
struct a thousand times. Types can refer to each other in circles; hence three passes:

1. integers, enums, forward declarations, floats: equal when their records are;
2. structs and unions: equal when they look alike and whatever they lead to is, along all references, equal
   too (dedup_graph.py); a forward declaration equals the struct of that name on the other side;
3. everything else refers to what is settled now, and is equal when records are.

The base of split types is compared with but never changed; variables and sections stay as they are.

Rule: libbpf's btf__dedup(). What one struct is compared with is found by its shape, in a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..errors import BtfError
from .btf import Btf
from .dedup_graph import UNKNOWN, Equivalence
from .dedup_shape import Signatures
from .kinds import Kind
from .records import Records
from .wire import info_vlen

_STRUCT, _UNION, _ENUM, _FWD, _ENUM64 = 4, 5, 6, 7, 19
_COMPOSITES: Final = frozenset((_STRUCT, _UNION))
_ENUMS: Final = frozenset((_ENUM, _ENUM64))
_DEPTH: Final = 5
_PLAIN: Final = frozenset(map(int, (Kind.INT, Kind.FLOAT, Kind.FWD)))
_NEVER: Final = frozenset(map(int, (Kind.VAR, Kind.DATASEC)))


@dataclass(frozen=True, slots=True)
class Deduplicated:
    """`new_ids[id]` is what has become of each type of the input."""

    btf: Btf
    new_ids: list[int]


def dedup(btf: Btf) -> Deduplicated:
    """A section without types that mean the same. BtfError where types form loops without a struct."""
    records = Records(btf.byteorder, btf.base)
    records.append(btf)
    return dedup_records(records)


def dedup_records(records: Records) -> Deduplicated:
    """As `dedup`, of records that are used up by it."""
    passes = _Dedup(records)
    passes.plain_types()
    passes.composites()
    passes.forward_declarations()
    passes.references()
    return passes.result()


class _Dedup:
    def __init__(self, records: Records) -> None:
        self._records = records
        count, start = len(records), records.start_id
        #: What each type is the same as: itself when it stays, UNKNOWN before that is decided.
        self._map = [*range(start), *([UNKNOWN] * (count - start))]
        self._kinds = [records.kind(type_id) for type_id in range(count)]
        self._equivalence = Equivalence(records, self._kinds, self._map)
        self._same: dict[bytes, int] = {}  # types that stay, by their records
        self._signatures = Signatures(records, self._kinds)
        self._shapes: dict[int, list[int]] = {}  # structs that stay, by what they look like
        self._enums: dict[int, list[int]] = {}  # named enums that stay, by name
        for type_id in range(1, start):
            self._note(type_id)

    def _note(self, type_id: int) -> None:
        """The type stays: others may be the same."""
        kind = self._kinds[type_id]
        self._map[type_id] = type_id
        if kind in _COMPOSITES:
            self._shapes.setdefault(self._shape(type_id), []).append(type_id)
        else:
            self._same.setdefault(self._records.record(type_id).tobytes(), type_id)
            if kind in _ENUMS:
                self._enums.setdefault(self._records.words[self._records.at[type_id]], []).append(type_id)

    def _own(self) -> Iterator[tuple[int, int]]:
        return ((type_id, self._kinds[type_id]) for type_id in range(self._records.start_id, len(self._map)))

    # ── first pass ──

    def plain_types(self) -> None:
        """What refers to nothing."""
        for type_id, kind in self._own():
            if kind in _PLAIN:
                self._join(type_id)
            elif kind in _ENUMS:
                self._enum(type_id)
            elif kind in _NEVER:
                self._map[type_id] = type_id

    def _join(self, type_id: int) -> None:
        """Same as the type with an equal record, if there is one."""
        same = self._same.get(self._records.record(type_id).tobytes())
        if same is None:
            self._note(type_id)
        else:
            self._map[type_id] = same

    def _enum(self, type_id: int) -> None:
        """Enums may be declared without enumerators; the definition takes the place of that."""
        record = self._records.record(type_id)
        named = self._enums.get(record[0], []) if record[0] else []
        same = self._same.get(record.tobytes())
        if same is None and not info_vlen(record[1]):
            same = next((other for other in reversed(named) if self._map[other] == other), None)
        if same is not None:
            self._map[type_id] = same
            return
        for other in named:
            if not self._vlen(other) and self._map[other] == other:
                self._map[other] = type_id
        self._note(type_id)

    def _vlen(self, type_id: int) -> int:
        return info_vlen(self._records.words[self._records.at[type_id] + 1])

    # ── second pass ──

    def _shape(self, type_id: int) -> int:
        return self._signatures.of(type_id, _DEPTH, with_name=True)

    def composites(self) -> None:
        """Structs and unions."""
        for type_id, kind in self._own():
            if kind in _COMPOSITES and self._map[type_id] == UNKNOWN:
                self._composite(type_id)

    def _composite(self, type_id: int) -> None:
        shape = self._shape(type_id)
        candidates = self._shapes.setdefault(shape, [])
        for candidate in reversed(candidates):
            if self._equivalence.holds(type_id, candidate):
                self._map[type_id] = candidate
                return
        self._map[type_id] = type_id
        candidates.append(type_id)

    def forward_declarations(self) -> None:
        """A struct that is only declared is the one that is defined under that name, if there is only one."""
        words, at = self._records.words, self._records.at
        defined: dict[int, int] = {}
        for type_id, kind in enumerate(self._kinds):
            if kind in _COMPOSITES and self._map[type_id] == type_id:
                name = words[at[type_id]]
                defined[name] = 0 if name in defined else type_id
        for type_id, kind in self._own():
            if kind == _FWD and self._map[type_id] == type_id:
                found = defined.get(words[at[type_id]], 0)
                wanted = _UNION if words[at[type_id] + 1] >> 31 else _STRUCT
                if found and self._kinds[found] == wanted:
                    self._map[type_id] = found

    # ── third pass ──

    def references(self) -> None:
        """Pointers, arrays, prototypes and the like, each after what it refers to."""
        for type_id, _ in self._own():
            if self._map[type_id] == UNKNOWN:
                self._reference(type_id)

    def _reference(self, first: int) -> None:
        waiting, under_way = [first], {first}
        while waiting:
            type_id = waiting[-1]
            missing = [
                to for to in self._targets(type_id) if self._map[to] == UNKNOWN
            ]  # structs are settled, so this ends
            if missing:
                if not under_way.isdisjoint(missing):
                    raise BtfError(f"type id {type_id}: a loop of types without a struct in it")
                waiting.append(missing[0])
                under_way.add(missing[0])
                continue
            words = self._records.words
            for place in self._records.places_of_ids(type_id):
                words[place] = self._equivalence.resolve(words[place])
            self._join(type_id)
            under_way.discard(waiting.pop())

    def _targets(self, type_id: int) -> Iterator[int]:
        words = self._records.words
        return (words[place] for place in self._records.places_of_ids(type_id))

    # ── what is left ──

    def result(self) -> Deduplicated:
        records, count = self._records, len(self._map)
        kept = [id_ for id_ in range(records.start_id, count) if self._map[id_] == id_]
        ids = [*range(records.start_id), *([0] * (count - records.start_id))]
        for new_id, type_id in enumerate(kept, records.start_id):
            ids[type_id] = new_id
        new_ids = [ids[self._equivalence.resolve(type_id)] for type_id in range(count)]
        data = records.encode(kept, new_ids)
        return Deduplicated(Btf.parse(data, records.base), new_ids)
