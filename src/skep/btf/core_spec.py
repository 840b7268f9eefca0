"""CO-RE: what a relocation speaks of, in the types that the program was compiled with.

Clang records for an instruction a type, a path of numbers into it ("0:1:2") and the fact that is wanted (one
of thirteen kinds). The path is by position, so it means nothing in another kernel's types; the names along
it do. A `CoreSpec` holds both: the path, and its turning points (named members, array elements), by which
the same place is looked up elsewhere (core_match.py).

Rule: linux/bpf.h, struct bpf_core_relo; libbpf's CO-RE.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from ..errors import BtfError
from . import types as t
from .btf import Btf
from .ext import CoreRelo
from .kinds import Kind

#: As many steps as a path may have.
MAX_STEPS: Final = 64

_FLAVOUR = re.compile(r"(.*[^_])___[^_]", re.DOTALL)


class CoreKind(IntEnum):
    """enum bpf_core_relo_kind."""

    FIELD_BYTE_OFFSET = 0
    FIELD_BYTE_SIZE = 1
    FIELD_EXISTS = 2
    FIELD_SIGNED = 3
    FIELD_LSHIFT_U64 = 4
    FIELD_RSHIFT_U64 = 5
    TYPE_ID_LOCAL = 6
    TYPE_ID_TARGET = 7
    TYPE_EXISTS = 8
    TYPE_SIZE = 9
    ENUMVAL_EXISTS = 10
    ENUMVAL_VALUE = 11
    TYPE_MATCHES = 12

    @property
    def is_field(self) -> bool:
        return self.name.startswith("FIELD_")

    @property
    def is_type(self) -> bool:
        return self.name.startswith("TYPE_")

    @property
    def is_enumval(self) -> bool:
        return self.name.startswith("ENUMVAL_")


#: The words of libbpf's messages.
KIND_WORDS: Final = {
    CoreKind.FIELD_BYTE_OFFSET: "byte_off",
    CoreKind.FIELD_BYTE_SIZE: "byte_sz",
    CoreKind.FIELD_EXISTS: "field_exists",
    CoreKind.FIELD_SIGNED: "signed",
    CoreKind.FIELD_LSHIFT_U64: "lshift_u64",
    CoreKind.FIELD_RSHIFT_U64: "rshift_u64",
    CoreKind.TYPE_ID_LOCAL: "local_type_id",
    CoreKind.TYPE_ID_TARGET: "target_type_id",
    CoreKind.TYPE_EXISTS: "type_exists",
    CoreKind.TYPE_SIZE: "type_size",
    CoreKind.ENUMVAL_EXISTS: "enumval_exists",
    CoreKind.ENUMVAL_VALUE: "enumval_value",
    CoreKind.TYPE_MATCHES: "type_matches",
}


def essential_name(name: str) -> str:
    """The name without its flavour: `task_struct` of `task_struct___old`."""
    flavour = _FLAVOUR.match(name)
    return flavour.group(1) if flavour else name


@dataclass(frozen=True, slots=True)
class Accessor:
    """A turning point of a path: member `index` of type `type_id` by its name, or without a name the
    array element `index`, which is of that type.
    """

    type_id: int
    index: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class CoreSpec:
    """A place in a type (or an enumerator of it, or the whole type): `steps` by position, `accessors` by
    meaning.
    """

    btf: Btf
    kind: CoreKind
    root_id: int
    steps: tuple[int, ...] = ()
    accessors: tuple[Accessor, ...] = ()
    bit_offset: int = 0

    def __str__(self) -> str:
        """`<byte_off> [16] struct task_struct.pid (0:95 @ offset 2304)`, as libbpf prints it."""
        return self.text(_kind_word(self.btf.get(self.root_id)))

    def text(self, type_word: str) -> str:
        """As `str()`, with another word for the kind of type: the kernel's words are capitals."""
        type_ = self.btf.get(self.root_id)
        text = f"<{KIND_WORDS[self.kind]}> [{self.root_id}] {type_word} {type_.name or '<anon>'}"
        if self.kind.is_enumval:
            enum = self.btf.resolve(self.root_id)
            assert isinstance(enum, t.Enum | t.Enum64)
            item = enum.values[self.steps[0]]
            return f"{text}::{item.name} = {item.value}"
        if self.kind.is_field:
            return text + self._path() + self._place()
        return text

    def _path(self) -> str:
        text = ""
        for position, accessor in enumerate(self.accessors):
            if accessor.name:
                text += f".{accessor.name}"
            elif position or accessor.index:
                text += f"[{accessor.index}]"
        return text

    def _place(self) -> str:
        byte, bit = divmod(self.bit_offset, 8)
        return f" ({':'.join(map(str, self.steps))} @ offset {byte}{f'.{bit}' if bit else ''})"


def _kind_word(type_: t.Type) -> str:
    return type_.kind.name.lower()


class DeadEndError(BtfError):
    """A path goes on where a type has nothing inside: at which step, and the type."""

    def __init__(self, step: int, position: int, type_id: int, kind: Kind) -> None:
        super().__init__(f"step {step} goes into type id {type_id}, a {kind.name}")
        self.position, self.type_id, self.kind = position, type_id, kind


def parse_spec(btf: Btf, relo: CoreRelo) -> CoreSpec:
    """The place that a relocation means in the object's own types; BtfError where there is none."""
    try:
        kind = CoreKind(relo.kind)
    except ValueError:
        raise BtfError(f"CO-RE relocation: unknown kind {relo.kind}") from None
    try:
        steps = _steps(relo.access)
        if kind.is_type:
            if steps != (0,):
                raise BtfError("a relocation of a whole type has the path 0")
            return CoreSpec(btf, kind, relo.type_id)
        if kind.is_enumval:
            return _enumerator(btf, kind, relo.type_id, steps)
        return _field(btf, kind, relo.type_id, steps)
    except BtfError as error:
        type_ = btf.get(relo.type_id)
        what = f"[{relo.type_id}] {_kind_word(type_)} {type_.name or '<anon>'}"
        raise BtfError(
            f"CO-RE relocation <{KIND_WORDS[kind]}> {what}, path '{relo.access}': {error}"
        ) from error


def _steps(access: str) -> tuple[int, ...]:
    parts = access.split(":")
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise BtfError("no numbers with colons between them")
    if len(parts) > MAX_STEPS:
        raise BtfError(f"{len(parts)} steps, at most {MAX_STEPS} are possible")
    return tuple(map(int, parts))


def _enumerator(btf: Btf, kind: CoreKind, root_id: int, steps: tuple[int, ...]) -> CoreSpec:
    type_id = btf.skip(root_id)
    enum = btf.get(type_id)
    if not isinstance(enum, t.Enum | t.Enum64) or len(steps) != 1 or steps[0] >= len(enum.values):
        raise BtfError("no such enumerator")
    accessor = Accessor(type_id, steps[0], enum.values[steps[0]].name)
    return CoreSpec(btf, kind, root_id, steps, (accessor,))


def _field(btf: Btf, kind: CoreKind, root_id: int, steps: tuple[int, ...]) -> CoreSpec:
    """Walk the path. The first step is the index of a pointer taken as an array: `&s[0]`."""
    type_id = btf.skip(root_id)
    accessors = [Accessor(type_id, steps[0])]
    bit_offset = steps[0] * btf.size_of(type_id) * 8
    for position, step in enumerate(steps[1:], 1):
        type_id = btf.skip(type_id)
        match btf.get(type_id):
            case t.Struct(members=members) | t.Union(members=members):
                if step >= len(members):
                    raise BtfError(f"member {step} of type id {type_id}, which has {len(members)}")
                member = members[step]
                if member.name:
                    accessors.append(Accessor(type_id, step, member.name))
                bit_offset += member.bit_offset
                type_id = member.type
            case t.Array() as array:
                if step >= array.nelems and not is_flexible(btf, accessors[-1], array):
                    raise BtfError(f"element {step} of type id {type_id}, which has {array.nelems}")
                type_id = btf.skip(array.type)
                accessors.append(Accessor(type_id, step))
                bit_offset += step * btf.size_of(type_id) * 8
            case other:
                raise DeadEndError(step, position, type_id, other.kind)
    return CoreSpec(btf, kind, root_id, steps, tuple(accessors), bit_offset)


def is_flexible(btf: Btf, accessor: Accessor, array: t.Array) -> bool:
    """Whether the array is one without a length at the end of a struct."""
    if not accessor.name or array.nelems:
        return False
    home = btf.get(accessor.type_id)
    assert isinstance(home, t.Struct | t.Union)
    return accessor.index == len(home.members) - 1
