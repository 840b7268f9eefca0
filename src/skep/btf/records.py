"""Type records as words that can be changed: joined, left out, put into another order, written again.

The base's records come first, as in `FlatTypes`, so that they can be compared with; only the others are
written. Names are interned: two names are equal when their offsets are.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

from ..errors import BtfError
from .btf import Btf, ByteOrder
from .build import StringTable, encode_section
from .flat import FlatTypes, Strings, name_step, places_of_ids
from .wire import info_kind


class Records:
    """`words[at[type_id]:]` is a type's record, of the base's types too."""

    def __init__(self, byteorder: ByteOrder, base: Btf | None = None) -> None:
        self.byteorder = byteorder
        self.base = base
        self.strings = StringTable.after(base)
        self.words = array("I", (0, 0, 0))
        self.at = [0]
        if base:
            self._copy(FlatTypes(base), 1)
        self.start_id = len(self.at)

    def __len__(self) -> int:
        return len(self.at)

    def kind(self, type_id: int) -> int:
        return info_kind(self.words[self.at[type_id] + 1])

    def append(self, btf: Btf) -> int:
        """All types of another section that has the same base or none; gives how much their ids have
        grown.
        """
        if btf.base is not None and btf.base is not self.base:
            raise BtfError("split types can only be joined with others over the same base")
        first = len(self.at)
        shift = first - btf.start_id
        self._copy(FlatTypes(btf), btf.start_id)
        if shift:
            words = self.words
            for type_id in range(first, len(self.at)):
                for place in self.places_of_ids(type_id):
                    if words[place] >= btf.start_id:
                        words[place] += shift
        return shift

    def _copy(self, types: FlatTypes, from_id: int) -> None:
        types.check_ids()
        if from_id == len(types):
            return
        start = types.at[from_id]
        shift = len(self.words) - start
        self.words.extend(types.words[start:])
        self.at += [at + shift for at in types.at[from_id:]]
        words, names = self.words, _Interned(types.strings, self.strings)
        for at in self.at[len(self.at) - (len(types) - from_id) :]:
            words[at] = names[words[at]]
            info = words[at + 1]
            step = name_step(info >> 24 & 0x1F)
            if step:
                for place in range(at + 3, at + 3 + step * (info & 0xFFFF), step):
                    words[place] = names[words[place]]

    def places_of_ids(self, type_id: int) -> range | tuple[int, ...]:
        return places_of_ids(self.words, self.at[type_id])

    def record(self, type_id: int) -> array[int]:
        """All words of a type."""
        start = self.at[type_id]
        end = self.at[type_id + 1] if type_id + 1 < len(self.at) else len(self.words)
        return self.words[start:end]

    def encode(self, order: Iterable[int], new_ids: Sequence[int]) -> bytes:
        """The records of these ids in that order, types and strings; `new_ids[id]` is what each reference to
        `id` becomes.
        """
        out = array("I")
        for type_id in order:
            record = self.record(type_id)
            for place in places_of_ids(record, 0):
                record[place] = new_ids[record[place]]
            out.extend(record)
        return encode_section(out, self.strings, self.byteorder)


class _Interned(dict[int, int]):
    """Offsets of names in one section to those in another, where they are put when first asked for."""

    def __init__(self, strings: Strings, table: StringTable) -> None:
        super().__init__()
        self._strings = strings
        self._table = table

    def __missing__(self, offset: int) -> int:
        new = self[offset] = self._table.add(self._strings[offset])
        return new
