""".BTF.ext: what belongs to instructions rather than to types.

For each ELF section with programs: which function (type id) starts where, which source line made which
instruction, and which CO-RE relocations wait. Offsets count bytes from the start of the ELF section here;
bpf(2) wants instruction indexes, which the loader makes of them when it has put a program together.

Rule: Documentation/bpf/btf.rst, "ELF File Format Interface".
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from ..errors import BtfError
from .btf import Btf, ByteOrder
from .kinds import BTF_MAGIC, BTF_VERSION

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class FuncInfo:
    """A function of type `type_id` (a FUNC) starts at byte `offset`."""

    offset: int
    type_id: int


@dataclass(frozen=True, slots=True)
class LineInfo:
    """The instruction at byte `offset` and those after it come from this source line; names by string
    offset.
    """

    offset: int
    file_off: int
    line_off: int
    line_col: int

    @property
    def line(self) -> int:
        return self.line_col >> 10

    @property
    def column(self) -> int:
        return self.line_col & 0x3FF


@dataclass(frozen=True, slots=True)
class CoreRelo:
    """The instruction at byte `offset` wants fact `kind` about `access` (`0:1:2`) into type `type_id`."""

    offset: int
    type_id: int
    access: str
    kind: int


@dataclass(frozen=True, slots=True)
class BtfExt:
    """The records of each ELF section by its name, in the order of the file."""

    func_info: Mapping[str, tuple[FuncInfo, ...]]
    line_info: Mapping[str, tuple[LineInfo, ...]]
    core_relos: Mapping[str, tuple[CoreRelo, ...]]


_HEADER_SIZES = (24, 32)


def parse_ext(data: bytes, btf: Btf) -> BtfExt:
    """Read a .BTF.ext section; section names and access strings are looked up in the .BTF section's
    strings.
    """
    order = "<" if btf.byteorder == "little" else ">"
    if len(data) < _HEADER_SIZES[0]:
        raise BtfError(f".BTF.ext header: {len(data)} bytes, it takes {_HEADER_SIZES[0]}")
    magic, version, _, hdr_len = struct.unpack_from(f"{order}HBBI", data)
    if magic != BTF_MAGIC or version != BTF_VERSION:
        raise BtfError(f".BTF.ext header: magic {magic:#x} version {version} is not that of .BTF")
    if hdr_len > len(data) or hdr_len < _HEADER_SIZES[0]:
        raise BtfError(f".BTF.ext header: hdr_len {hdr_len} does not fit into {len(data)} bytes")
    with_core = hdr_len >= _HEADER_SIZES[1]
    bounds = struct.unpack_from(f"{order}{6 if with_core else 4}I", data, 8)
    funcs, lines = bounds[0:2], bounds[2:4]
    core = bounds[4:6] if with_core else (0, 0)

    def part(
        name: str, width: int, where: tuple[int, ...], make: Callable[..., Record]
    ) -> dict[str, tuple[Record, ...]]:
        words = _words(data, name, hdr_len + where[0], where[1], btf)
        try:
            return {section: tuple(records) for section, records in _sections(words, width, btf, make)}
        except BtfError as error:
            raise BtfError(f".BTF.ext {name}: {error}") from None

    return BtfExt(
        part("func_info", 2, funcs, FuncInfo),
        part("line_info", 4, lines, LineInfo),
        part("core_relo", 4, core, lambda at, id_, access, kind: CoreRelo(at, id_, btf.string(access), kind)),
    )


def _words(data: bytes, name: str, start: int, length: int, btf: Btf) -> array[int]:
    if length % 4 or start % 4 or start + length > len(data):
        raise BtfError(f".BTF.ext {name}: {length} bytes at {start}, the section has {len(data)}")
    words = array("I", data[start : start + length])
    if btf.byteorder != sys.byteorder:
        words.byteswap()
    return words


def _sections(
    words: array[int], width: int, btf: Btf, make: Callable[..., Record]
) -> Iterator[tuple[str, list[Record]]]:
    """One (section name, records) for each ELF section; a record may be longer than what is known of it."""
    if not words:
        return
    size = words[0]
    if size % 4 or size < 4 * width:
        raise BtfError(f"a record size of {size} bytes, at least {4 * width} are needed")
    step, at = size // 4, 1
    while at < len(words):
        if at + 2 > len(words) or at + 2 + words[at + 1] * step > len(words):
            raise BtfError(f"the records at {4 * at:#x} go beyond the end")
        start, end = at + 2, at + 2 + words[at + 1] * step
        yield btf.string(words[at]), [make(*words[i : i + width]) for i in range(start, end, step)]
        at = end


def encode_ext(ext: BtfExt, add: Callable[[str], int], byteorder: ByteOrder = sys.byteorder) -> bytes:
    """A .BTF.ext section. `add` puts a string into the .BTF section's strings and gives its offset; offsets
    in line records are written as they are.
    """
    order = "<" if byteorder == "little" else ">"
    parts = [
        _encode_part(order, 2, ext.func_info, lambda row: (row.offset, row.type_id), add),
        _encode_part(
            order, 4, ext.line_info, lambda row: (row.offset, row.file_off, row.line_off, row.line_col), add
        ),
        _encode_part(
            order, 4, ext.core_relos, lambda row: (row.offset, row.type_id, add(row.access), row.kind), add
        ),
    ]
    bounds, end = [], 0
    for part in parts:
        bounds += [end, len(part)]
        end += len(part)
    header = struct.pack(f"{order}HBBI6I", BTF_MAGIC, BTF_VERSION, 0, _HEADER_SIZES[1], *bounds)
    return header + b"".join(parts)


def _encode_part(
    order: str,
    width: int,
    sections: Mapping[str, tuple[Record, ...]],
    words_of: Callable[[Record], tuple[int, ...]],
    add: Callable[[str], int],
) -> bytes:
    """Record size, then each ELF section's name, count and records; nothing where there are none."""
    words = [4 * width]
    for name, records in sections.items():
        if records:
            words += [add(name), len(records)]
            words += [word for record in records for word in words_of(record)]
    return struct.pack(f"{order}{len(words)}I", *words) if len(words) > 1 else b""
