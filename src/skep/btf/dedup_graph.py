"""Whether two structs are the same: walk both graphs of types side by side.

Each type met in the first graph is, for the time being, the same as its counterpart in the other. The walk
fails when one type would have to be two different ones, or when two counterparts look different. When it
ends without that, all pairs that it met are the same.

Rule: libbpf's btf__dedup(), its "hypothetical" mapping.
"""

from __future__ import annotations

from typing import Final

from .kinds import Kind
from .records import Records

#: Of a type: not yet decided what it is the same as.
UNKNOWN: Final = -1

_PTR, _ARRAY, _STRUCT, _UNION, _ENUM, _FWD = 2, 3, 4, 5, 6, 7
_FUNC_PROTO, _ENUM64 = int(Kind.FUNC_PROTO), int(Kind.ENUM64)
_COMPOSITES: Final = frozenset((_STRUCT, _UNION))
_ENUMS: Final = frozenset((_ENUM, _ENUM64))
_ALONE: Final = frozenset(map(int, (Kind.INT, Kind.FLOAT, Kind.FWD)))
_REFERENCES: Final = frozenset(
    map(int, (Kind.PTR, Kind.TYPEDEF, Kind.VOLATILE, Kind.CONST, Kind.RESTRICT, Kind.FUNC, Kind.TYPE_TAG))
)


class Equivalence:
    """Compares structs of `records`. `mapping` says what is already known to be the same; it grows."""

    def __init__(self, records: Records, kinds: list[int], mapping: list[int]) -> None:
        self._records = records
        self._kinds = kinds
        self._map = mapping
        self._pairs: dict[int, int] = {}  # counterpart of each type that stays
        self._base_must_change = False

    def resolve(self, type_id: int) -> int:
        """What the type is the same as, as far as that is known."""
        mapping = self._map
        while (to := mapping[type_id]) != type_id and to != UNKNOWN:
            type_id = to
        return type_id

    def holds(self, candidate: int, kept: int) -> bool:
        """Whether a struct is the same as one that stays; if so, all that they lead to is noted."""
        self._pairs = {}
        self._base_must_change = False
        if not self._walk(candidate, kept):
            return False
        self._keep_pairs()
        return not self._base_must_change

    def _walk(self, candidate: int, kept: int) -> bool:
        waiting = [(candidate, kept)]
        while waiting:
            candidate, kept = waiting.pop()
            if self.resolve(candidate) == self.resolve(kept):
                continue
            kept = self._defined(kept)
            known = self._pairs.get(kept)
            if known is None:
                self._pairs[kept] = candidate
                if not self._look_alike(candidate, kept, waiting):
                    return False
            elif known != candidate and not self._identical(known, candidate):
                return False
        return True

    def _defined(self, type_id: int) -> int:
        """The struct that a forward declaration was found to be."""
        if self._kinds[type_id] == _FWD:
            to = self.resolve(type_id)
            if self._kinds[to] != _FWD:
                return to
        return type_id

    def _look_alike(self, candidate: int, kept: int, waiting: list[tuple[int, int]]) -> bool:
        """Compare two records; what they refer to is put onto the list, to come off in its order."""
        words, kinds = self._records.words, self._kinds
        one, other = self._records.at[candidate], self._records.at[kept]
        if words[one] != words[other]:
            return False
        kind = kinds[candidate]
        if kind != kinds[kept]:
            return self._declared_and_defined(candidate, kept)
        if kind in _ALONE:
            return self._records.record(candidate) == self._records.record(kept)
        if kind in _ENUMS:
            return self._compatible_enums(candidate, kept)
        if kind in _COMPOSITES:
            if not self._same_shape(candidate, kept):
                return False
            ours, theirs = self._places(candidate), self._places(kept)
        elif kind in _REFERENCES:
            if words[one + 1] != words[other + 1]:
                return False
            ours, theirs = [one + 2], [other + 2]
        elif kind == _ARRAY:
            if words[one + 5] != words[other + 5]:
                return False
            ours, theirs = [one + 4, one + 3], [other + 4, other + 3]
        elif kind == _FUNC_PROTO:
            if words[one + 1] != words[other + 1] or self._names(candidate) != self._names(kept):
                return False
            ours, theirs = self._places(candidate), self._places(kept)
        else:
            return False
        for mine, theirs_at in zip(reversed(ours), reversed(theirs), strict=True):
            waiting.append((words[mine], words[theirs_at]))
        return True

    def _places(self, type_id: int) -> list[int]:
        return [*self._records.places_of_ids(type_id)]

    def _names(self, type_id: int) -> list[int]:
        """Names of a prototype's arguments."""
        return self._records.record(type_id)[3::2].tolist()

    def _same_shape(self, one: int, other: int) -> bool:
        first, second = self._records.record(one), self._records.record(other)
        return first[:3] == second[:3] and first[3::3] == second[3::3] and first[5::3] == second[5::3]

    def _declared_and_defined(self, candidate: int, kept: int) -> bool:
        """A forward declaration on one side, a struct or union of that name on the other."""
        kinds = self._kinds
        declared, defined = (candidate, kept) if kinds[candidate] == _FWD else (kept, candidate)
        if kinds[declared] != _FWD:
            return False
        is_union = self._records.words[self._records.at[declared] + 1] >> 31
        if kinds[defined] != (_UNION if is_union else _STRUCT):
            return False
        if declared == kept and kept < self._records.start_id:
            self._base_must_change = True
        return True

    def _compatible_enums(self, candidate: int, kept: int) -> bool:
        words, at = self._records.words, self._records.at
        for type_id in (candidate, kept):
            if not words[at[type_id] + 1] & 0xFFFF:
                return True  # only declared
        return self._records.record(candidate) == self._records.record(kept)

    def _identical(self, one: int, other: int) -> bool:
        """Compilers sometimes write one and the same array or struct twice into a file."""
        kind = self._kinds[one]
        if kind != self._kinds[other] or kind not in (_ARRAY, _STRUCT, _UNION):
            return False
        return self._records.record(one) == self._records.record(other)

    def _keep_pairs(self) -> None:
        kinds, mapping = self._kinds, self._map
        for kept, candidate in self._pairs.items():
            target, other = self.resolve(kept), self.resolve(candidate)
            declared, also = kinds[target] == _FWD, kinds[other] == _FWD
            if also and not declared:
                mapping[other] = target
            elif declared and not also:
                mapping[target] = other
            if self._base_must_change:
                continue
            if kinds[target] in _COMPOSITES and not also and mapping[other] != UNKNOWN == mapping[target]:
                mapping[target] = other
