"""The BTF checks' log and refusals. Log lines are Linux's: tools and people know them."""

from __future__ import annotations

import errno


class BtfRefusal(Exception):
    """BTF that the kernel does not take: an errno, after the log has been written."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.errno = number


class BtfLog:
    """The text so far. What costs to format is only formatted when someone reads it."""

    def __init__(self, level: int) -> None:
        self.wanted = level != 0
        self._parts: list[str] = []

    def write(self, text: str) -> None:
        if self.wanted:
            self._parts.append(text)

    def refuse(self, text: str, number: int = errno.EINVAL) -> BtfRefusal:
        """The last words, to be raised."""
        self.write(text)
        return BtfRefusal(number)

    def text(self) -> bytes:
        return "".join(self._parts).encode("utf-8", "surrogateescape")
