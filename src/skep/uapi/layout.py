"""A small language for the uapi's C structures: a class is a structure, an annotation is a member's C type.

::

    class BtfLoad(Struct, size=40):
        btf: U64 = 0
        btf_log_buf: U64 = 0
        btf_size: U32 = 0

Members are placed as the C compiler places them: naturally aligned, in order. `size` is the whole size of the
structure, with the padding at its end. The layout is compiled once, when the class is made, into one
`struct.Struct`: reading or writing a structure is then one call, whatever its number of members.

ctypes.Structure was the alternative: it hides the members' types from the type checker, and takes a misspelt
member for a new attribute.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeAlias, dataclass_transform

U8: TypeAlias = int
U16: TypeAlias = int
U32: TypeAlias = int
U64: TypeAlias = int
S32: TypeAlias = int
S64: TypeAlias = int
Bytes6: TypeAlias = bytes
Bytes8: TypeAlias = bytes
Bytes16: TypeAlias = bytes
Bytes20: TypeAlias = bytes
U32x4: TypeAlias = tuple[int, ...]
U32x5: TypeAlias = tuple[int, ...]

_SCALARS = {"U8": "B", "U16": "H", "U32": "I", "U64": "Q", "S32": "i", "S64": "q"}
_ARRAY = re.compile(r"(Bytes|U8|U16|U32|U64)x?(\d+)$")


@dataclass(frozen=True, slots=True)
class Field:
    """Where a member lies; `code` is its format for the struct module."""

    name: str
    offset: int
    size: int
    code: str
    count: int  # of array elements; 0 for a single value

    @property
    def end(self) -> int:
        return self.offset + self.size


def _place(name: str, ctype: str, offset: int) -> Field:
    """The member `name` of C type `ctype`, put at the first aligned place from `offset` on."""
    if code := _SCALARS.get(ctype):
        size = struct.calcsize("=" + code)
        return Field(name, offset + -offset % size, size, code, 0)
    match = _ARRAY.match(ctype)
    if match is None:
        raise TypeError(f"{name}: {ctype} is no C type that layout.py knows")
    count = int(match[2])
    if match[1] == "Bytes":
        return Field(name, offset, count, f"{count}s", 0)
    code = _SCALARS[match[1]]
    width = struct.calcsize("=" + code)
    return Field(name, offset + -offset % width, width * count, f"{count}{code}", count)


def _compile(fields: list[Field], size: int) -> struct.Struct:
    parts, position = ["="], 0
    for field in fields:
        parts.append("x" * (field.offset - position) + field.code)
        position = field.end
    parts.append("x" * (size - position))
    return struct.Struct("".join(parts))


@dataclass_transform(kw_only_default=True)
class Struct:
    """Base of all structures; see the module's docstring."""

    SIZE: ClassVar[int]
    FIELDS: ClassVar[dict[str, Field]]
    _codec: ClassVar[struct.Struct]
    _defaults: ClassVar[dict[str, Any]]
    _has_arrays: ClassVar[bool]

    def __init_subclass__(cls, *, size: int) -> None:
        fields: list[Field] = []
        offset = 0
        for name, ctype in cls.__annotations__.items():
            field = _place(name, ctype, offset)
            fields.append(field)
            offset = field.end
        cls.SIZE = size
        cls.FIELDS = {field.name: field for field in fields}
        cls._codec = _compile(fields, size)
        cls._defaults = {field.name: cls.__dict__[field.name] for field in fields}
        cls._has_arrays = any(field.count for field in fields)
        if cls._codec.size != size:
            raise TypeError(f"{cls.__name__}: members take {cls._codec.size} bytes, not {size}")

    def __init__(self, **values: Any) -> None:
        unknown = values.keys() - self._defaults.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no member {', '.join(sorted(unknown))}")
        self.__dict__.update(self._defaults)
        self.__dict__.update(values)

    @classmethod
    def parse(cls, data: bytes | bytearray | memoryview) -> Self:
        """Read a structure; bytes that are missing at the end are zero, bytes beyond it are not looked at."""
        if len(data) < cls.SIZE:
            data = bytes(data) + bytes(cls.SIZE - len(data))
        self = cls.__new__(cls)
        values = cls._codec.unpack_from(data)
        if cls._has_arrays:
            values = _fold(cls.FIELDS, values)
        self.__dict__.update(zip(cls.FIELDS, values, strict=True))
        return self

    def pack(self) -> bytes:
        """The structure's bytes."""
        values = [self.__dict__[name] for name in self.FIELDS]
        if self._has_arrays:
            values = _unfold(self.FIELDS, values)
        return self._codec.pack(*values)

    def pack_into(self, data: bytearray) -> None:
        """Write the structure over `data`, as far as that reaches; it never grows."""
        length = min(len(data), self.SIZE)
        data[:length] = self.pack()[:length]

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Only what differs from the default, as strace would leave the rest out."""
        shown = (f"{k}={v!r}" for k, v in self.__dict__.items() if v != self._defaults[k])
        return f"{type(self).__name__}({', '.join(shown)})"


def _fold(fields: dict[str, Field], flat: tuple[Any, ...]) -> tuple[Any, ...]:
    """Flat values as the struct module gives them, with array members gathered into tuples."""
    values: list[Any] = []
    position = 0
    for field in fields.values():
        if field.count:
            values.append(flat[position : position + field.count])
            position += field.count
        else:
            values.append(flat[position])
            position += 1
    return tuple(values)


def _unfold(fields: dict[str, Field], values: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for field, value in zip(fields.values(), values, strict=True):
        if field.count:
            flat.extend(value)
        else:
            flat.append(value)
    return flat
