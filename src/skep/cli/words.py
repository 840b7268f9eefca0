"""bpftool's grammar: words one after the other, keywords that may be shortened, `KEYWORD VALUE` options."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from skep.errors import InputError

T = TypeVar("T")


def add_words(
    parser: argparse.ArgumentParser, add_options: Callable[[argparse.ArgumentParser], None]
) -> None:
    """Options, and words that may stand before, between and after them."""
    add_options(parser)
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="WORD", help="see the usage")
    parser.set_defaults(add_options=add_options)


def take_words(args: argparse.Namespace, usage: str) -> Words:
    """The words, after the options between them have gone to `args`."""
    parser = argparse.ArgumentParser(usage=usage.removeprefix("Usage: "), add_help=False)
    parser.add_argument("-j", "--json", action="store_true")
    args.add_options(parser)
    parser.add_argument("words", nargs="*")
    words = args.words
    del args.words
    parser.parse_intermixed_args(words, args)
    return Words(args.words, usage)


class Words:
    """What is left of a command's words. `usage` follows a message about a word too few or too many."""

    def __init__(self, words: Sequence[str], usage: str) -> None:
        self._words = list(words)
        self._usage = usage

    def __bool__(self) -> bool:
        return bool(self._words)

    def take(self, what: str) -> str:
        """The next word; `what` says in the error what is missing."""
        if not self._words:
            raise InputError(f"{what} is missing\n{self._usage}")
        return self._words.pop(0)

    def number(self, what: str) -> int:
        """The next word, a number in C's notation."""
        word = self.take(what)
        try:
            return int(word, 0)
        except ValueError:
            raise InputError(f"{what} is '{word}', no number") from None

    def choose(self, what: str, table: Mapping[str, T]) -> T:
        """The row of a keyword or of its beginning, the first one that fits."""
        word = self.take(what)
        for name, row in table.items():
            if word and name.startswith(word):
                return row
        raise InputError(f"{what} is '{word}', possible are {', '.join(table)}\n{self._usage}")

    def next_is(self, table: Mapping[str, object]) -> bool:
        """Whether the next word is one of the keywords."""
        return bool(self._words) and any(name.startswith(self._words[0]) for name in table)

    def end(self) -> None:
        """Refuse what is left."""
        if self._words:
            raise InputError(f"what is '{self._words[0]}'?\n{self._usage}")
