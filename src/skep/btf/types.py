"""BTF types as values: one frozen class per kind, other types by their id.

Ids, not references: a type then stays comparable, hashable and encodable by itself, and reading one type
out of a vmlinux does not read the hundred thousand that it leads to. `Btf` follows the ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .kinds import BTF_INT_BOOL, BTF_INT_CHAR, BTF_INT_SIGNED, Kind


class Type:
    """Any BTF type. `name` is empty where the kind or the declaration has none."""

    __slots__ = ()
    kind: ClassVar[Kind]
    if TYPE_CHECKING:

        @property
        def name(self) -> str: ...


class _Unnamed(Type):
    __slots__ = ()

    @property
    def name(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Void(_Unnamed):
    """Type id 0."""

    kind: ClassVar[Kind] = Kind.VOID


@dataclass(frozen=True, slots=True)
class Int(Type):
    """`bits` at bit `offset` of `size` bytes; compilers write bits = 8 * size, offset = 0."""

    kind: ClassVar[Kind] = Kind.INT
    name: str
    size: int
    encoding: int = 0
    bits: int = 0
    offset: int = 0

    @property
    def is_signed(self) -> bool:
        return bool(self.encoding & BTF_INT_SIGNED)

    @property
    def is_char(self) -> bool:
        return bool(self.encoding & BTF_INT_CHAR)

    @property
    def is_bool(self) -> bool:
        return bool(self.encoding & BTF_INT_BOOL)


@dataclass(frozen=True, slots=True)
class Float(Type):
    kind: ClassVar[Kind] = Kind.FLOAT
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Ptr(_Unnamed):
    kind: ClassVar[Kind] = Kind.PTR
    type: int


@dataclass(frozen=True, slots=True)
class Volatile(_Unnamed):
    kind: ClassVar[Kind] = Kind.VOLATILE
    type: int


@dataclass(frozen=True, slots=True)
class Const(_Unnamed):
    kind: ClassVar[Kind] = Kind.CONST
    type: int


@dataclass(frozen=True, slots=True)
class Restrict(_Unnamed):
    kind: ClassVar[Kind] = Kind.RESTRICT
    type: int


@dataclass(frozen=True, slots=True)
class Typedef(Type):
    kind: ClassVar[Kind] = Kind.TYPEDEF
    name: str
    type: int


@dataclass(frozen=True, slots=True)
class TypeTag(Type):
    """A tag on a type; with `is_attribute` the name is a GNU attribute in full, not a btf_type_tag."""

    kind: ClassVar[Kind] = Kind.TYPE_TAG
    name: str
    type: int
    is_attribute: bool = False


@dataclass(frozen=True, slots=True)
class DeclTag(Type):
    """A tag on a declaration, or on its member or argument `component` (-1: the declaration itself)."""

    kind: ClassVar[Kind] = Kind.DECL_TAG
    name: str
    type: int
    component: int = -1
    is_attribute: bool = False


@dataclass(frozen=True, slots=True)
class Array(_Unnamed):
    kind: ClassVar[Kind] = Kind.ARRAY
    type: int
    index_type: int
    nelems: int


@dataclass(frozen=True, slots=True)
class Member:
    """`bit_offset` from the start of the struct; `bit_size` is 0 unless it is a bitfield."""

    name: str
    type: int
    bit_offset: int
    bit_size: int = 0


@dataclass(frozen=True, slots=True)
class Struct(Type):
    """`has_bit_sizes` is the record's kind_flag: member offsets then carry the sizes of bitfields."""

    kind: ClassVar[Kind] = Kind.STRUCT
    name: str
    size: int
    members: tuple[Member, ...] = ()
    has_bit_sizes: bool = False


@dataclass(frozen=True, slots=True)
class Union(Type):
    kind: ClassVar[Kind] = Kind.UNION
    name: str
    size: int
    members: tuple[Member, ...] = ()
    has_bit_sizes: bool = False


@dataclass(frozen=True, slots=True)
class Enumerator:
    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Enum(Type):
    kind: ClassVar[Kind] = Kind.ENUM
    name: str
    size: int
    values: tuple[Enumerator, ...] = ()
    is_signed: bool = False


@dataclass(frozen=True, slots=True)
class Enum64(Type):
    kind: ClassVar[Kind] = Kind.ENUM64
    name: str
    size: int
    values: tuple[Enumerator, ...] = ()
    is_signed: bool = False


@dataclass(frozen=True, slots=True)
class Fwd(Type):
    kind: ClassVar[Kind] = Kind.FWD
    name: str
    is_union: bool = False


@dataclass(frozen=True, slots=True)
class Func(Type):
    kind: ClassVar[Kind] = Kind.FUNC
    name: str
    type: int
    linkage: int


@dataclass(frozen=True, slots=True)
class Param:
    """An argument; the last one of a variadic function has no name and type 0."""

    name: str
    type: int


@dataclass(frozen=True, slots=True)
class FuncProto(_Unnamed):
    kind: ClassVar[Kind] = Kind.FUNC_PROTO
    ret: int
    params: tuple[Param, ...] = ()


@dataclass(frozen=True, slots=True)
class Var(Type):
    kind: ClassVar[Kind] = Kind.VAR
    name: str
    type: int
    linkage: int


@dataclass(frozen=True, slots=True)
class SecVar:
    """A variable's place in its section."""

    type: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class DataSec(Type):
    kind: ClassVar[Kind] = Kind.DATASEC
    name: str
    size: int
    vars: tuple[SecVar, ...] = ()


Composite = Struct | Union
AnyEnum = Enum | Enum64
Modifier = Volatile | Const | Restrict | TypeTag
VOID = Void()
