"""Memory as the checked interpreter sees it: named regions of real addresses, and nothing between them.

A pointer may only be followed into a region, and an access has to lie in one region whole. Regions that
come and go (stack frames, a packet whose bounds move) are asked for at each access; slow, and never stale.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from skep.kernel.interp.errors import BadAccess


@dataclass(frozen=True, slots=True)
class Region:
    """`size` bytes at `start`. `written`, where it is kept, tells per byte whether anything was written."""

    name: str
    start: int
    size: int
    writable: bool = True
    written: bytearray | None = field(default=None, compare=False)

    def holds(self, address: int, size: int) -> bool:
        return self.start <= address and address + size <= self.start + self.size

    def distance(self, address: int) -> int:
        """Bytes from the region to an address; 0 inside."""
        return max(self.start - address, address - (self.start + self.size), 0)

    def place(self, address: int) -> str:
        """An address in words: how it lies to this region."""
        return f"{self.name}{address - self.start:+d} ({self.size} bytes)"


#: Gives the regions that are there right now.
Regions = Callable[[], Iterable[Region]]


class AddressSpace:
    """Checked loads and stores over what several sources call accessible."""

    def __init__(self, sources: Iterable[Regions]) -> None:
        self._sources = tuple(sources)

    def find(self, insn: int, address: int, size: int, *, write: bool) -> Region:
        """The region that an access lies in; BadAccess names the nearest if there is none."""
        nearest: Region | None = None
        for source in self._sources:
            for region in source():
                if region.holds(address, size):
                    if write and not region.writable:
                        raise _bad(insn, "write to read-only memory", address, size, region)
                    return region
                if nearest is None or region.distance(address) < nearest.distance(address):
                    nearest = region
        raise _bad(insn, f"{'write' if write else 'read'} outside of all memory", address, size, nearest)

    def read(self, insn: int, address: int, size: int) -> int:
        region = self.find(insn, address, size, write=False)
        if region.written is not None:
            start = address - region.start
            if not all(region.written[start : start + size]):
                raise _bad(insn, "read of memory that was never written", address, size, region)
        return int.from_bytes(ctypes.string_at(address, size), sys.byteorder)

    def write(self, insn: int, address: int, size: int, value: int) -> None:
        region = self.find(insn, address, size, write=True)
        if region.written is not None:
            start = address - region.start
            region.written[start : start + size] = b"\1" * size
        ctypes.memmove(address, (value & ((1 << size * 8) - 1)).to_bytes(size, sys.byteorder), size)

    def mark_written(self, address: int) -> None:
        """Trusts that native code that was given an address has filled the memory from there on."""
        for source in self._sources:
            for region in source():
                if region.written is not None and region.holds(address, 1):
                    start = address - region.start
                    region.written[start:] = b"\1" * (region.size - start)


def _bad(insn: int, what: str, address: int, size: int, nearest: Region | None) -> BadAccess:
    where = nearest.place(address) if nearest else "there is no memory at all"
    return BadAccess(insn, f"{what}: {size} bytes at {address:#x}, {where}", address, size)
