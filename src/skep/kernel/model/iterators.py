"""What iterators that were begun have still to give; a program's stack has the number of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count


class Iterators:
    """Addresses, list by list. Numbers start at 1: an iterator of zeroes is one that could not begin."""

    def __init__(self) -> None:
        self._lists: dict[int, Iterator[int]] = {}
        self._numbers = count(1)

    def add(self, addresses: Iterable[int]) -> int:
        number = next(self._numbers)
        self._lists[number] = iter(list(addresses))
        return number

    def next(self, number: int) -> int:
        """0 after the last."""
        return next(self._lists.get(number, iter(())), 0)

    def drop(self, number: int) -> None:
        self._lists.pop(number, None)
