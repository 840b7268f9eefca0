"""The kernel's symbols: names and addresses, from a list like /proc/kallsyms."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from os import PathLike


class Symbols:
    """All symbols of the kernel itself; those of modules are left out."""

    def __init__(self, addresses: dict[str, int]) -> None:
        self.addresses = addresses

    @classmethod
    def read(cls, path: str | PathLike[str]) -> Symbols:
        with open(path, "rb") as file:
            rows = (line.split() for line in file)
            found = {row[2].decode("utf-8", "replace"): int(row[0], 16) for row in rows if len(row) == 3}
        return cls(found)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(self.addresses)

    @cached_property
    def _sorted(self) -> list[tuple[int, str]]:
        return sorted((address, name) for name, address in self.addresses.items() if address)

    def at(self, address: int) -> tuple[str, int, int] | None:
        """(name, offset, size) of the symbol that an address is in; None before the first, after the last."""
        place = bisect_right(self._sorted, (address, "\U0010ffff")) - 1
        if place < 0 or place + 1 >= len(self._sorted):
            return None
        start, _ = self._sorted[place]
        first = bisect_right(self._sorted, (start - 1, "\U0010ffff"))
        end = next((to for to, _ in self._sorted[place + 1 :]), start)
        return self._sorted[first][1], address - start, end - start
