"""All records of a Btf and of its base side by side, for what has to look at every type.

`Btf` decodes one type into a value when asked. Printing, deduplicating or merging a whole vmlinux asks for
every part of every type, where making values would cost more than the work itself; so those read the words.
Index 0 is void.
"""

from __future__ import annotations

from array import array

from ..errors import BtfError
from .btf import Btf
from .kinds import Kind
from .wire import Words


class Strings(dict[int, str]):
    """Strings by offset, read when first asked for."""

    def __init__(self, btf: Btf) -> None:
        super().__init__()
        self._string = btf.string

    def __missing__(self, offset: int) -> str:
        text = self[offset] = self._string(offset)
        return text


class FlatTypes:
    """`words[at[type_id]:]` is a type's record; `kinds[type_id]` its kind as a plain number."""

    def __init__(self, btf: Btf) -> None:
        self.btf = btf
        self.words: Words = array("I", (0, 0, 0))
        self.at = [0]
        for part in _parts(btf):
            shift = len(self.words)
            self.words = self.words + part.words  # type: ignore[operator]
            self.at += [start + shift for start in part.starts]
        words = self.words
        self.kinds = [words[at + 1] >> 24 & 0x1F for at in self.at]
        self.strings = Strings(btf)

    def __len__(self) -> int:
        return len(self.at)

    def name(self, type_id: int) -> str:
        return self.strings[self.words[self.at[type_id]]]

    def vlen(self, type_id: int) -> int:
        return self.words[self.at[type_id] + 1] & 0xFFFF

    def check_ids(self) -> None:
        """BtfError where a type refers to one that is not there."""
        words, last = self.words, len(self.at) - 1
        for type_id, at in enumerate(self.at):
            for place in places_of_ids(words, at):
                if words[place] > last:
                    raise BtfError(
                        f"type id {type_id}: refers to type id {words[place]}, the last one is {last}"
                    )

    def places_of_ids(self, type_id: int) -> range | tuple[int, ...]:
        """Where in `words` a type's record names other types."""
        return places_of_ids(self.words, self.at[type_id])


def name_step(kind: int) -> int:
    """How many words apart the names of a record's items are; 0 where items have none."""
    return _NAME_STEPS.get(kind, 0)


_NAME_STEPS = {4: 3, 5: 3, 6: 2, 13: 2, 19: 3}
_ONE_ID = frozenset(map(int, (Kind.PTR, Kind.TYPEDEF, Kind.VOLATILE, Kind.CONST, Kind.RESTRICT))) | frozenset(
    map(int, (Kind.FUNC, Kind.VAR, Kind.DECL_TAG, Kind.TYPE_TAG))
)


def places_of_ids(words: Words, at: int) -> range | tuple[int, ...]:
    """The words of the record at `at` that are type ids."""
    info = words[at + 1]
    kind = info >> 24 & 0x1F
    if kind in _ONE_ID:
        return (at + 2,)
    if kind == 4 or kind == 5:  # struct, union
        return range(at + 4, at + 4 + 3 * (info & 0xFFFF), 3)
    if kind == 3:  # array
        return (at + 3, at + 4)
    if kind == 13:  # function prototype
        return (at + 2, *range(at + 4, at + 4 + 2 * (info & 0xFFFF), 2))
    if kind == 15:  # section
        return range(at + 3, at + 3 + 3 * (info & 0xFFFF), 3)
    return ()


def _parts(btf: Btf) -> list[Btf]:
    """The base's base first, the section itself last."""
    return [*(_parts(btf.base) if btf.base else ()), btf]
