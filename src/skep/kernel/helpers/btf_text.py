"""A value of a kernel type as text, as bpf_snprintf_btf writes it.

It looks like a C initialiser: `(struct iphdr){ .ttl = (__u8)64, }`, one member a line, indented by a space
for each level. Members that are zero are left out, and so are structures and arrays of which nothing would be
shown.
"""

from __future__ import annotations

from enum import IntFlag

from skep.btf import Btf
from skep.btf import types as t
from skep.kernel.helpers.bprintf import hashed


class Flag(IntFlag):
    """BTF_F_* of linux/bpf.h."""

    COMPACT = 1
    NONAME = 2
    PTR_RAW = 4
    ZERO = 8


ALL_FLAGS = int(Flag.COMPACT | Flag.NONAME | Flag.PTR_RAW | Flag.ZERO)

_PREFIXES = {t.Struct: "struct", t.Union: "union", t.Enum: "enum", t.Enum64: "enum"}
_MAX_NAME = 79


def value_text(btf: Btf, type_id: int, raw: bytes, flags: int) -> bytes:
    """The text of one value; characters of arrays stand in quotes as the bytes that they are."""
    shower = _Shower(btf, Flag(flags))
    shower.show(type_id, raw)
    return bytes(shower.out)


class _Shower:
    """The text so far, and where in the value it stands.

    An aggregate is first gone through silently, to see whether any of it would be shown (`_asking` is the
    depth of the one that is). `_in_array` is one flag for all depths, and the end of an inner array takes it
    back: so whether an element of an array has its name and its opening brace depends on what is in it.
    People compare this text, so that is kept, as is that all pointers of an array show as the first one.
    """

    def __init__(self, btf: Btf, flags: Flag) -> None:
        self.btf = btf
        self.flags = flags
        self.out = bytearray()
        self._newline = b"" if flags & Flag.COMPACT else b"\n"
        self._depth = 0
        self._member = ""
        self._in_array = False
        self._asking = 0
        self._deepest = 0  # depth of a value that would be shown

    def show(self, type_id: int, raw: bytes) -> None:
        target = self.btf.resolve(type_id)
        if isinstance(target, t.Struct | t.Union | t.Array):
            self._aggregate(type_id, target, raw)
        elif (value := self._scalar(target, raw)) is not None:
            self._value(type_id, *value)

    def _write(self, *parts: bytes) -> None:
        if not self._asking:
            indent = b"" if self.flags & Flag.COMPACT else b" " * self._depth
            self.out += indent + b"".join(parts)

    def _end(self) -> bytes:
        return (b"," if self._depth else b"") + self._newline

    def _value(self, type_id: int, text: bytes, is_zero: bool) -> None:
        if is_zero and self._depth and not self.flags & Flag.ZERO:
            return
        self._write(self._head(type_id), text, self._end())
        self._deepest = max(self._deepest, self._depth)

    def _aggregate(self, type_id: int, target: t.Composite | t.Array, raw: bytes) -> None:
        member = self._member
        if self._depth and not self.flags & Flag.ZERO:
            if not self._asking:
                self._asking, self._deepest = self._depth + 1, 0
            self._go_through(type_id, target, raw)
            self._member = member
            if self._asking != self._depth + 1:
                return
            self._asking = 0
            if self._deepest <= self._depth:
                return
        self._go_through(type_id, target, raw)

    def _go_through(self, type_id: int, target: t.Composite | t.Array, raw: bytes) -> None:
        self._write(self._head(type_id), self._newline)
        self._depth += 1
        if isinstance(target, t.Array):
            self._elements(target, raw)
        else:
            self._members(target, raw)
        self._depth -= 1
        self._write(b"]" if isinstance(target, t.Array) else b"}", self._end())

    # ── names ──

    def _head(self, type_id: int) -> bytes:
        """`.member = (type)` and what opens an aggregate; elements of arrays have none of it."""
        if self._in_array:
            return b""
        name, opening = self._type_name(type_id)
        if self.flags & Flag.NONAME:
            return opening.encode()
        member = f".{self._member} = " if self._member else ""
        return f"{member}({name}){opening}"[:_MAX_NAME].encode()

    def _type_name(self, type_id: int) -> tuple[str, str]:
        """The first typedef's name or the type's own, with stars and brackets; and what opens the value."""
        name = stars = brackets = ""
        type_ = self.btf.get(type_id)
        while isinstance(type_, t.Typedef | t.Array | t.Ptr):
            if isinstance(type_, t.Typedef):
                name = name or type_.name
            brackets += "[]" * isinstance(type_, t.Array)
            stars += "*" * isinstance(type_, t.Ptr)
            type_ = self._unqualified(type_.type)
        prefix = "" if name else _PREFIXES.get(type(type_), "")
        name = name or getattr(type_, "name", "")
        words = " ".join(word for word in (prefix, name) if word)
        is_record = isinstance(type_, t.Struct | t.Union)
        opening = "" if stars else "[" if brackets else "{" if is_record else ""
        return words + (f" {stars}" if stars else "") + brackets, opening

    def _unqualified(self, type_id: int) -> t.Type:
        type_ = self.btf.get(type_id)
        while isinstance(type_, t.Const | t.Volatile | t.Restrict | t.TypeTag):
            type_ = self.btf.get(type_.type)
        return type_

    # ── values ──

    def _members(self, struct: t.Composite, raw: bytes) -> None:
        for member in struct.members:
            self._member = member.name
            if member.bit_size:
                self._value(member.type, *_bits(raw, member.bit_offset, member.bit_size))
            else:
                self.show(member.type, raw[member.bit_offset // 8 :])
            self._member = ""

    def _elements(self, array: t.Array, raw: bytes) -> None:
        element = self.btf.resolve(array.type)
        size = self.btf.size_of(array.type)
        step = 0 if isinstance(element, t.Ptr) else size
        is_text = isinstance(element, t.Int) and size == 1
        for index in range(array.nelems):
            self._in_array, self._member = True, ""
            item = raw[index * step : index * step + size]
            ends = is_text and item == b"\0"
            if is_text and not ends and _is_printable(item[0]):
                self._value(array.type, b"'" + item + b"'", False)
            elif not ends:
                self.show(array.type, item)
            self._in_array = False
            if ends:
                break

    def _scalar(self, target: t.Type, raw: bytes) -> tuple[bytes, bool] | None:
        """(text, whether it is zero); None for what has no value."""
        match target:
            case t.Int(size=size):
                if target.bits != 8 * size or size > 8:
                    return _bits(raw, target.offset, target.bits)
                value = int.from_bytes(raw[:size], "little", signed=target.is_signed)
                return str(value).encode(), not value
            case t.Enum(values=values) | t.Enum64(values=values):
                # The kernel reads an enum of any size as an int, and always shows one that has a name.
                size = 8 if isinstance(target, t.Enum64) else 4
                value = int.from_bytes(raw[:size], "little", signed=target.is_signed)
                name = next((item.name for item in values if item.value == value), "")
                return (name or str(value)).encode(), not name and not value
            case t.Ptr():
                value = int.from_bytes(raw[:8], "little")
                shown = value if self.flags & Flag.PTR_RAW else hashed(value)
                return b"0x%016x" % shown, not value
        return None


def _bits(raw: bytes, offset: int, size: int) -> tuple[bytes, bool]:
    end = -(-(offset + size) // 8)
    value = int.from_bytes(raw[:end], "little") >> offset & (1 << size) - 1
    return b"0x%x" % value, not value


def _is_printable(byte: int) -> bool:
    """In ISO 8859-1, which is the kernel's."""
    return 0x20 <= byte < 0x7F or byte >= 0xA0
