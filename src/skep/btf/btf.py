"""A .BTF section, read lazily: opening one costs a scan for record starts, and only at the first question.

A vmlinux has 150,000 types and people want ten of them. So the section stays bytes, seen as 32-bit words;
one pass finds where each record starts, a name is found by searching the string section for its bytes, and
a type is decoded when asked for. Split BTF (of a module) continues the ids and string offsets of its base.
"""

from __future__ import annotations

import re
import struct
import sys
from array import array
from collections.abc import Iterator, Sequence
from functools import cached_property
from os import PathLike
from typing import Literal, overload

from ..errors import BtfError
from . import types as t
from .graph import TypeGraph
from .kinds import BTF_MAGIC, BTF_VERSION, KINDS, Kind
from .wire import decode_type, info_kind, other_type_ids

ByteOrder = Literal["little", "big"]
HEADER_SIZE = 24

# An unknown kind jumps beyond any section, which ends the scan; what is left then tells why.
_FAR = 1 << 40
_FIXED = [_FAR] * 32
_PER_ITEM = [0] * 32
for _row in KINDS:
    _FIXED[_row.kind] = 3 + _row.fixed
    _PER_ITEM[_row.kind] = _row.per_item


#: How many answers of `Btf.find` are kept.
_FOUND_LIMIT = 4096


class _Lengths(dict[int, int]):
    """Words of a record by its info word: a vmlinux has few different ones, and looking up is fastest."""

    def __missing__(self, info: int) -> int:
        kind = info_kind(info)
        length = self[info] = _FIXED[kind] + (info & 0xFFFF) * _PER_ITEM[kind]
        return length


class Btf(TypeGraph):
    """Types by id and by name. Build one with `parse`, `from_file`, `vmlinux` or `BtfBuilder`."""

    def __init__(
        self, data: bytes, byteorder: ByteOrder, types: memoryview, strings: bytes, base: Btf | None
    ) -> None:
        self.data = data
        self.byteorder = byteorder
        self.strings = strings
        self.base = base
        self.start_id: int = len(base.types) if base else 1
        self.start_string: int = base.end_string if base else 0
        self.types: TypeTable = TypeTable(self)
        self._section = types
        self._decoded: dict[int, t.Type] = {}
        self._found: dict[tuple[str, Kind | None], int | None] = {}

    @classmethod
    def parse(cls, data: bytes | bytearray | memoryview, base: Btf | None = None) -> Btf:
        """Read a .BTF section. The header and string section are checked here, records when they are
        reached.
        """
        data = bytes(data)
        byteorder = _byteorder(data)
        order = "<" if byteorder == "little" else ">"
        _, version, flags, hdr_len, type_off, type_len, str_off, str_len = struct.unpack_from(
            f"{order}HBBIIIII", data
        )
        if version != BTF_VERSION:
            raise BtfError(f"BTF header: version {version} is not supported, only {BTF_VERSION}")
        if flags:
            raise BtfError(f"BTF header: unknown flags {flags:#x}")
        if hdr_len < HEADER_SIZE or hdr_len > len(data):
            raise BtfError(f"BTF header: hdr_len {hdr_len} is not between {HEADER_SIZE} and {len(data)}")
        types = _section(data, "type", hdr_len + type_off, type_len)
        if type_off % 4 or type_len % 4:
            raise BtfError(f"BTF type section: offset {type_off} or length {type_len} is not a multiple of 4")
        strings = bytes(_section(data, "string", hdr_len + str_off, str_len))
        if (strings and strings[-1]) or (not base and (not strings or strings[0])):
            raise BtfError("BTF string section: does not start and end with a NUL byte")
        return cls(data, byteorder, types, strings, base)

    @classmethod
    def from_file(cls, path: str | PathLike[str], base: Btf | None = None) -> Btf:
        """Read a file that is nothing but a .BTF section, as those in /sys/kernel/btf."""
        with open(path, "rb") as file:
            data = file.read()
        try:
            return cls.parse(data, base)
        except BtfError as error:
            raise BtfError(f"{path}: {error}") from None

    @classmethod
    def vmlinux(cls) -> Btf:
        """The running Linux kernel's own types."""
        return cls.from_file("/sys/kernel/btf/vmlinux")

    def __repr__(self) -> str:
        return f"<Btf {len(self.data)} bytes, {self.byteorder} endian, ids from {self.start_id}>"

    def home(self, type_id: int) -> Btf:
        """Whose type that is: of this section, or of one that it continues."""
        return self if self.base is None or type_id >= self.start_id else self.base.home(type_id)

    @property
    def type_count(self) -> int:
        return self.start_id + len(self.starts)

    @property
    def end_string(self) -> int:
        return self.start_string + len(self.strings)

    @cached_property
    def words(self) -> Sequence[int]:
        """The type section as words in this machine's byte order."""
        words = array("I", bytes(self._section))
        if self.byteorder != sys.byteorder:
            words.byteswap()
        return words

    @cached_property
    def starts(self) -> list[int]:
        """The word at which the record of each id from `start_id` on starts."""
        words, lengths = self.words, _Lengths()
        starts: list[int] = []
        add = starts.append
        at, end = 0, len(words)
        try:
            while at < end:
                add(at)
                at += lengths[words[at + 1]]
        except IndexError:
            at = end + 1
        if at != end:
            raise self._broken_record(starts)
        return starts

    def _broken_record(self, starts: list[int]) -> BtfError:
        at = starts[-1]
        where = f"type id {self.start_id + len(starts) - 1} at offset {at * 4:#x} of the type section"
        if at + 1 < len(self.words):
            kind = info_kind(self.words[at + 1])
            if _FIXED[kind] == _FAR:
                return BtfError(f"{where}: unknown kind {kind}")
        return BtfError(f"{where}: the record goes beyond the end of the section")

    def string(self, offset: int) -> str:
        """The string at an offset, in the base where it belongs there."""
        if offset < self.start_string and self.base:
            return self.base.string(offset)
        start = offset - self.start_string
        end = self.strings.find(b"\0", start)
        if start < 0 or end < 0:
            raise BtfError(
                f"string offset {offset:#x} is beyond the string section of {len(self.strings)} bytes"
            )
        return self.strings[start:end].decode("utf-8", "surrogateescape")

    def get(self, type_id: int) -> t.Type:
        """The type of an id; 0 is void."""
        type_ = self._decoded.get(type_id)
        if type_ is None:
            type_ = self._decoded[type_id] = self._decode(type_id)
        return type_

    def _decode(self, type_id: int) -> t.Type:
        if type_id == 0:
            return t.VOID
        if type_id < self.start_id and self.base:
            return self.base.get(type_id)
        if type_id < 0 or type_id >= len(self.types):
            raise BtfError(f"type id {type_id} does not exist, the last one is {len(self.types) - 1}")
        start = self.starts[type_id - self.start_id]
        try:
            return decode_type(self.words, start, self.string)
        except BtfError as error:
            raise BtfError(
                f"type id {type_id} at offset {start * 4:#x} of the type section: {error}"
            ) from None

    def ids(self, name: str, kind: Kind | None = None) -> Iterator[int]:
        """All ids of that name (and kind), the base's first."""
        return self._ids(name, (b"\0",), kind)

    def ids_of_flavours(self, name: str) -> Iterator[int]:
        """All ids of that name and of names that go on with `___`, the base's first."""
        return self._ids(name, (b"\0", b"___"), None)

    def _ids(self, name: str, ends: tuple[bytes, ...], kind: Kind | None) -> Iterator[int]:
        text = name.encode("utf-8", "surrogateescape")
        if self.base:
            yield from self.base._ids(name, ends, kind)
            for offset in self.base._offsets_of(text, ends):
                yield from self._ids_at(offset, kind)
        for offset in self._offsets_of(text, ends):
            yield from self._ids_at(offset, kind)

    def _offsets_of(self, text: bytes, ends: tuple[bytes, ...]) -> list[int]:
        """Where strings begin with that text and go on with one of `ends`. Each string is there once, unless
        a linker has made it the tail of another: then it may not be there itself.
        """
        strings, length = self.strings, len(text)
        places = [0] if strings.startswith(text) else []
        at = 0
        while (at := strings.find(b"\0" + text, at) + 1) > 0:
            places.append(at)
        found = [self.start_string + at for at in places if strings.startswith(ends, at + length)]
        if not found and self._shares_tails:
            tails = re.finditer(re.escape(text) + b"(?=%s)" % b"|".join(ends), strings)
            found = [self.start_string + tail.start() for tail in tails]
        return found

    def _ids_at(self, offset: int, kind: Kind | None) -> Iterator[int]:
        """Ids of this section's types whose name is the string at `offset`."""
        pattern, at = struct.pack("=I", offset), -1
        while (at := self._names.find(pattern, at + 1)) >= 0:
            index, odd = divmod(at, 4)
            if not odd and (kind is None or info_kind(self.words[self.starts[index] + 1]) == kind):
                yield index + self.start_id

    def find(self, name: str, kind: Kind | None = None) -> int | None:
        """The first id of that name (and kind), or None. The search takes a millisecond in a kernel's types,
        and verifiers ask the same again and again."""
        key = name, kind
        if key not in self._found:
            if len(self._found) >= _FOUND_LIMIT:
                self._found.clear()
            self._found[key] = next(self.ids(name, kind), None)
        return self._found[key]

    def id_of(self, name: str, kind: Kind | None = None) -> int:
        """The first id of that name (and kind); BtfError where there is none."""
        type_id = self.find(name, kind)
        if type_id is None:
            raise BtfError(f"no {kind.name if kind else 'type'} named {name!r}")
        return type_id

    def tags_of(self, type_id: int) -> Sequence[int]:
        """The declaration tags on a type, in order, the base's first."""
        own = self._tags.get(type_id, ())
        return (*self.base.tags_of(type_id), *own) if self.base else own

    @cached_property
    def _tags(self) -> dict[int, list[int]]:
        """This section's declaration tags by the type that they are on."""
        words = self.words
        found: dict[int, list[int]] = {}
        for type_id, start in enumerate(self.starts, self.start_id):
            if info_kind(words[start + 1]) == Kind.DECL_TAG:
                found.setdefault(words[start + 2], []).append(type_id)
        return found

    @cached_property
    def _names(self) -> bytes:
        """Each type's name offset, as bytes: those are searched a hundred times faster than an array."""
        return array("I", map(self.words.__getitem__, self.starts)).tobytes()

    @cached_property
    def _shares_tails(self) -> bool:
        """Whether the name of some type starts in the middle of a string."""
        first, strings = self.start_string, self.strings
        offsets = {offset - first for offset in memoryview(self._names).cast("I") if offset > first}
        return any(strings[offset - 1 : offset] != b"\0" for offset in offsets)


class TypeTable(Sequence[t.Type]):
    """`btf.types`: every type by its id, void included, the base's too; decoded when asked for."""

    def __init__(self, btf: Btf) -> None:
        self._btf = btf

    def __len__(self) -> int:
        return self._btf.start_id + len(self._btf.starts)

    @overload
    def __getitem__(self, index: int) -> t.Type: ...
    @overload
    def __getitem__(self, index: slice) -> list[t.Type]: ...
    def __getitem__(self, index: int | slice) -> t.Type | list[t.Type]:
        if isinstance(index, slice):
            return [self._btf.get(type_id) for type_id in range(*index.indices(len(self)))]
        return self._btf.get(index)

    def __iter__(self) -> Iterator[t.Type]:
        return map(self._btf.get, range(len(self)))


def check_references(btf: Btf) -> None:
    """Decode everything once: each record, name and type id must exist."""
    last = len(btf.types) - 1
    for type_id in range(btf.start_id, last + 1):
        for other in other_type_ids(btf.get(type_id)):
            if other > last:
                raise BtfError(f"type id {type_id}: refers to type id {other}, the last one is {last}")


def _byteorder(data: bytes) -> ByteOrder:
    if len(data) < HEADER_SIZE:
        raise BtfError(f"BTF header: {len(data)} bytes, it takes {HEADER_SIZE}")
    if int.from_bytes(data[:2], "little") == BTF_MAGIC:
        return "little"
    if int.from_bytes(data[:2], "big") == BTF_MAGIC:
        return "big"
    raise BtfError(f"BTF header: no magic number {BTF_MAGIC:#x} but {data[:2].hex()}")


def _section(data: bytes, name: str, start: int, length: int) -> memoryview:
    if start + length > len(data):
        raise BtfError(f"BTF {name} section: {length} bytes at {start}, the data has {len(data)}")
    return memoryview(data)[start : start + length]
