"""Writing BTF: add types, get ids, make the section.

Started from an existing section it keeps that section's strings where they are, so that offsets kept
elsewhere (.BTF.ext) stay true.
"""

from __future__ import annotations

import struct
import sys
from array import array

from ..errors import BtfError
from . import types as t
from .btf import HEADER_SIZE, Btf, ByteOrder
from .build_types import TypeMakers
from .kinds import BTF_MAGIC, BTF_MAX_VLEN, BTF_VERSION
from .wire import encode_type


class StringTable:
    """The string section: each string once, the empty one at offset 0."""

    def __init__(self, data: bytes = b"\0", start: int = 0) -> None:
        self.data = bytearray(data)
        self.start = start
        self._base: StringTable | None = None
        self._offsets: dict[bytes, int] = {}
        offset = start
        for string in data[:-1].split(b"\0") if data else ():
            self._offsets.setdefault(string, offset)
            offset += len(string) + 1

    @classmethod
    def after(cls, base: Btf | None) -> StringTable:
        """An empty one, which continues that of a base and uses its strings."""
        if base is None:
            return cls()
        self = cls(b"", base.end_string)
        self._base = cls.of(base)
        return self

    @classmethod
    def of(cls, btf: Btf) -> StringTable:
        """All strings of a section and its base."""
        self = cls(btf.strings, btf.start_string)
        self._base = cls.of(btf.base) if btf.base else None
        return self

    def find(self, raw: bytes) -> int | None:
        """The offset of a string, None where it is not there."""
        offset = self._base.find(raw) if self._base else None
        return self._offsets.get(raw) if offset is None else offset

    def add(self, string: str) -> int:
        raw = string.encode("utf-8", "surrogateescape")
        if not raw:
            return 0
        if b"\0" in raw:
            raise BtfError(f"the name {string!r} has a NUL byte in it")
        offset = self.find(raw)
        if offset is None:
            offset = self._offsets[raw] = self.start + len(self.data)
            self.data += raw + b"\0"
        return offset


def encode_section(words: array[int], strings: StringTable, byteorder: ByteOrder) -> bytes:
    """A .BTF section of type records, which are in this machine's byte order."""
    if byteorder != sys.byteorder:
        words = words[:]
        words.byteswap()
    types = words.tobytes()
    order = "<" if byteorder == "little" else ">"
    header = struct.pack(
        f"{order}HBBIIIII",
        *(BTF_MAGIC, BTF_VERSION, 0, HEADER_SIZE),
        *(0, len(types), len(types), len(strings.data)),
    )
    return header + types + bytes(strings.data)


class BtfBuilder(TypeMakers):
    """Types in the making. `add` gives the id; ids may be used before their types are added."""

    def __init__(self, base: Btf | None = None, byteorder: ByteOrder = sys.byteorder) -> None:
        self.base = base
        self.byteorder: ByteOrder = byteorder
        self.types: list[t.Type] = []
        self.start_id = len(base.types) if base else 1
        self.strings = StringTable.after(base)

    @classmethod
    def edit(cls, btf: Btf) -> BtfBuilder:
        """Everything of an existing section, to be changed."""
        self = cls(btf.base, btf.byteorder)
        self.types = [btf.get(type_id) for type_id in range(btf.start_id, len(btf.types))]
        self.strings = StringTable.of(btf)
        return self

    @property
    def next_id(self) -> int:
        return self.start_id + len(self.types)

    def add(self, type_: t.Type) -> int:
        self.types.append(type_)
        return self.next_id - 1

    @property
    def type_count(self) -> int:
        return self.next_id

    def get(self, type_id: int) -> t.Type:
        """The type of an id, also one of the base; 0 is void."""
        if type_id >= self.next_id or type_id < 0:
            raise BtfError(f"type id {type_id} has not been added, the last one is {self.next_id - 1}")
        if type_id >= self.start_id:
            return self.types[type_id - self.start_id]
        return self.base.get(type_id) if self.base else t.VOID

    def __getitem__(self, type_id: int) -> t.Type:
        return self.get(type_id)

    def __setitem__(self, type_id: int, type_: t.Type) -> None:
        if not self.start_id <= type_id < self.next_id:
            raise BtfError(f"type id {type_id} is none of {self.start_id} to {self.next_id - 1}")
        self.types[type_id - self.start_id] = type_

    def find(self, type_: t.Type) -> int:
        """The id of an equal type, which is added where there is none."""
        try:
            return self.types.index(type_) + self.start_id
        except ValueError:
            return self.add(type_)

    def encode(self) -> bytes:
        words = array("I")
        for index, type_ in enumerate(self.types):
            try:
                record = encode_type(type_, self.strings.add)
                if record[1] & 0xFF0000:
                    raise BtfError(f"more than {BTF_MAX_VLEN} items")
                words.extend(record)
            except (OverflowError, BtfError) as error:
                raise BtfError(f"type id {self.start_id + index}, {type_.kind.name}: {error}") from None
        return encode_section(words, self.strings, self.byteorder)

    def build(self) -> Btf:
        return Btf.parse(self.encode(), self.base)
