"""What a type looks like from a small distance: a number that is the same for types that are the same.

A kernel has thousands of structs with the members `lock` and `list` at the same places, and comparing each
with each takes the square of that. So members count with what they are, a few references deep: as far as the
same type cannot look different in another file. There a named struct may be only declared, and an enum may
lack its enumerators, so of those the name alone counts.
"""

from __future__ import annotations

from typing import Final

from .kinds import Kind
from .records import Records

_PTR, _ARRAY, _STRUCT, _UNION, _ENUM, _FWD = 2, 3, 4, 5, 6, 7
_FUNC_PROTO, _ENUM64, _INT, _FLOAT = int(Kind.FUNC_PROTO), int(Kind.ENUM64), int(Kind.INT), int(Kind.FLOAT)
_ENUMS: Final = frozenset((_ENUM, _ENUM64))
_WHOLE: Final = frozenset((_INT, _FLOAT))


class Signatures:
    """Computed once for each type and depth."""

    def __init__(self, records: Records, kinds: list[int]) -> None:
        self._records = records
        self._kinds = kinds
        self._known: dict[tuple[int, int], int] = {}

    def of(self, type_id: int, depth: int, with_name: bool = False) -> int:
        """`depth` references are followed; `with_name` looks into a struct that has a name."""
        if not depth:
            return 0
        key = type_id, -depth if with_name else depth
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = hash(self._look(type_id, depth, with_name))
        return known

    def _look(self, type_id: int, depth: int, inside: bool) -> tuple[object, ...]:
        kind, record = self._kinds[type_id], self._records.record(type_id)
        if kind == _FWD:
            return (_UNION if record[1] >> 31 else _STRUCT, record[0])
        if kind in (_STRUCT, _UNION):
            if record[0] and not inside:
                return (kind, record[0])
            members = [self.of(to, depth - 1) for to in record[4::3]]
            return (*record[:3], *record[3::3], *record[5::3], *members)
        if kind in _ENUMS:
            return (_ENUM, record[0]) if record[0] else tuple(record)
        if kind in _WHOLE:
            return tuple(record)
        if kind == _ARRAY:
            return (kind, self.of(record[3], depth - 1), record[5])
        if kind == _FUNC_PROTO:
            params = [self.of(to, depth - 1) for to in record[4::2]]
            return (kind, *record[3::2], self.of(record[2], depth - 1), *params)
        return (kind, record[0], self.of(record[2], depth - 1)) if len(record) > 2 else (kind,)
