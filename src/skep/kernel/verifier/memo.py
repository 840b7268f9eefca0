"""Results of pure functions of bounds, remembered by the bounds' serials.

A serial names one `Bounds` for ever, so nothing here ever becomes wrong; a memory that is full starts over.
Keys are single numbers, which a dictionary finds faster than tuples, and short ones (below 2**62, where
compiled code needs no allocation for them) until millions of bounds were made.
"""

from __future__ import annotations

from typing import Final, final

from skep.kernel.verifier.bounds import Bounds

#: A function of two bounds has a key of two serials; no process lives to make 2**40 bounds.
_SERIAL_BITS: Final = 40


def pair(a: Bounds, b: Bounds) -> int:
    """The key of a function of two bounds."""
    return a.serial << _SERIAL_BITS | b.serial


@final
class Memo:
    """Bounds by key."""

    __slots__ = ("limit", "rows")

    def __init__(self, limit: int) -> None:
        self.limit: Final = limit
        self.rows: dict[int, Bounds] = {}

    def get(self, key: int) -> Bounds | None:
        return self.rows.get(key)

    def put(self, key: int, result: Bounds) -> Bounds:
        if len(self.rows) >= self.limit:
            self.rows = {}
        self.rows[key] = result
        return result
