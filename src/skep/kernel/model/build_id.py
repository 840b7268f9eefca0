"""Build ids: what a linker wrote into a note of a file, so that its addresses mean something elsewhere."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import Final

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.segments import NoteSegment

#: BPF_BUILD_ID_SIZE
SIZE: Final = 20


@lru_cache(maxsize=256)
def build_id_of(path: str) -> bytes | None:
    """build_id_parse(): SIZE bytes, filled up with zeroes; None for a file that has none, or is not there."""
    try:
        with open(path, "rb") as file:
            segments = [one for one in ELFFile(file).iter_segments() if isinstance(one, NoteSegment)]
            notes = chain.from_iterable(segment.iter_notes() for segment in segments)
            found = next((note for note in notes if note["n_type"] == "NT_GNU_BUILD_ID"), None)
            return bytes.fromhex(found["n_desc"])[:SIZE].ljust(SIZE, b"\0") if found else None
    except (OSError, ELFError, ValueError):
        return None
