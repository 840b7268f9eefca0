"""Finds the functions of a linked object in memory, for those who want to see the machine code."""

from __future__ import annotations

import io
from typing import Any

from skep._runtime import read_memory


def functions(image: bytes, entry: str, address: int) -> list[tuple[int, bytes]]:
    """Address and code of each function in an object whose symbol `entry` was placed at `address`.

    All functions of an object are in one section, so their distances there are those in memory.
    """
    from elftools.elf.elffile import ELFFile

    table: Any = ELFFile(io.BytesIO(image)).get_section_by_name(".symtab")
    found = {
        symbol.name: (symbol["st_value"], symbol["st_size"])
        for symbol in table.iter_symbols()
        if symbol["st_info"]["type"] == "STT_FUNC" and symbol["st_shndx"] != "SHN_UNDEF"
    }
    start = found[entry][0]
    order = sorted(found, key=lambda name: (name != entry, found[name]))
    places = [(address + found[name][0] - start, found[name][1]) for name in order]
    return [(place, read_memory(place, size)) for place, size in places]
