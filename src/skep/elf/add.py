"""Put a section into an ELF file: at its end, with new section headers after it. Nothing else moves."""

from __future__ import annotations

import struct

from ..errors import ElfError
from .reader import SHT_PROGBITS, ElfFile

_HEADER = "16sHHIQQQIHHHHHH"
_SECTION = "IIQQQQIIQQ"
_SECTION_SIZE = struct.calcsize("<" + _SECTION)
_ALIGNMENT = 8


def with_section(data: bytes, name: str, section: str, contents: bytes) -> bytes:
    """The file with that section, in place of one of the same name if there is one. `name` is the file's,
    for errors.
    """
    order = ">" if data[5:6] == b"\2" else "<"
    elf = ElfFile(data, name)
    if not elf.sections:
        raise ElfError(f"{name}: has no section headers, so none can be added")
    header = list(struct.unpack_from(order + _HEADER, data))
    headers = [
        list(struct.unpack_from(order + _SECTION, data, header[6] + index * _SECTION_SIZE))
        for index in range(len(elf.sections))
    ]
    out = bytearray(data)
    place = next((item.index for item in elf.sections if item.name == section), None)
    if place is None:
        names = headers[header[13]]
        table = data[names[4] : names[4] + names[5]]
        names[4], names[5] = _append(out, table + section.encode() + b"\0"), len(table) + len(section) + 1
        place = len(headers)
        headers.append([len(table), SHT_PROGBITS, 0, 0, 0, 0, 0, 0, 1, 0])
    headers[place][1], headers[place][4] = SHT_PROGBITS, _append(out, contents)
    headers[place][5] = len(contents)
    if len(headers) >= 0xFF00 or header[13] >= 0xFF00:
        raise ElfError(f"{name}: {len(headers)} sections are too many to add one")
    header[6] = _append(out, b"".join(struct.pack(order + _SECTION, *row) for row in headers))
    header[12] = len(headers)
    out[: struct.calcsize(order + _HEADER)] = struct.pack(order + _HEADER, *header)
    return bytes(out)


def _append(out: bytearray, contents: bytes) -> int:
    """Put bytes at the end, aligned; their offset."""
    out += bytes(-len(out) % _ALIGNMENT)
    offset = len(out)
    out += contents
    return offset
