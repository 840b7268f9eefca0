"""One kind of rejection: how its message reads, what it means, and the way out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent
from typing import Final, Literal

from skep.explain.words import quantity

Groups = dict[str, str]

#: What of the path is worth showing: how a register came to be, the same with comparisons of the packet's
#: end, the branches since an instruction, where the time goes, or nothing.
Show = Literal["register", "packet", "since", "heat", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A row. `pattern` is searched in the message, its lines joined by newlines; named groups can be used
    in all texts as `{name}`. `reg` is the number of the register to blame, `insn` the instruction.
    """

    name: str  # stable: programs may rely on it
    pattern: str
    title: str
    means: str
    way_out: str
    code: str = ""
    show: Show = "register"
    registers: tuple[str, ...] = ()  # blamed where the message names none; "address": that of the access
    with_size: bool = False  # of a call's argument: the size is the next one
    calls: str = ""  # with show="since": names of the functions that matter
    with_slots: bool = False  # `off` and `size` are of the stack
    derive: Callable[[Groups], Groups] | None = None

    def match(self, message: str) -> Groups | None:
        """The groups of the pattern, if the message is of this kind."""
        found = re.search(self.pattern, message, re.MULTILINE)
        if found is None:
            return None
        groups = {name: value or "" for name, value in found.groupdict().items()}
        if groups.get("size"):
            groups["bytes"] = quantity(groups["size"], "byte")
        return {**groups, **self.derive(groups)} if self.derive else groups


_FIELD: Final = re.compile(r"\{(\w+)\}")


def _fill(text: str, groups: Groups) -> str:
    """The text with the groups in it; other braces of C code stay."""
    return _FIELD.sub(lambda found: groups.get(found[1], found[0]), text)


def prose(text: str, groups: Groups) -> str:
    """A row's sentences as one line."""
    return _fill(" ".join(text.split()), groups)


def code(text: str, groups: Groups) -> str:
    """A row's lines of C, without the indentation that they have there."""
    return _fill(dedent(text).strip("\n"), groups)
