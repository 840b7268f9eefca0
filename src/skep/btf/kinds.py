"""The kinds of BTF types and how long each record is.

A type record is three 32-bit words (name offset, info, size or type) and what its kind appends: a fixed
number of words, then some words for each of its `vlen` items. Everything in the type section is a 32-bit
word, so a section of the other byte order is read by swapping all of it at once.

Rule: Documentation/bpf/btf.rst and include/uapi/linux/btf.h.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

BTF_MAGIC: Final = 0xEB9F
BTF_VERSION: Final = 1
BTF_MAX_VLEN: Final = 0xFFFF

BTF_INT_SIGNED: Final = 1
BTF_INT_CHAR: Final = 2
BTF_INT_BOOL: Final = 4

BTF_FUNC_STATIC: Final = 0
BTF_FUNC_GLOBAL: Final = 1
BTF_FUNC_EXTERN: Final = 2

BTF_VAR_STATIC: Final = 0
BTF_VAR_GLOBAL_ALLOCATED: Final = 1
BTF_VAR_GLOBAL_EXTERN: Final = 2


class Kind(IntEnum):
    """BTF_KIND_*, and VOID for type id 0, which has no record."""

    VOID = 0
    INT = 1
    PTR = 2
    ARRAY = 3
    STRUCT = 4
    UNION = 5
    ENUM = 6
    FWD = 7
    TYPEDEF = 8
    VOLATILE = 9
    CONST = 10
    RESTRICT = 11
    FUNC = 12
    FUNC_PROTO = 13
    VAR = 14
    DATASEC = 15
    FLOAT = 16
    DECL_TAG = 17
    TYPE_TAG = 18
    ENUM64 = 19


@dataclass(frozen=True, slots=True)
class KindRow:
    """How many words follow the three of every record: `fixed`, and `per_item` for each of vlen items."""

    kind: Kind
    fixed: int = 0
    per_item: int = 0


KINDS: Final = (
    KindRow(Kind.INT, fixed=1),
    KindRow(Kind.PTR),
    KindRow(Kind.ARRAY, fixed=3),
    KindRow(Kind.STRUCT, per_item=3),
    KindRow(Kind.UNION, per_item=3),
    KindRow(Kind.ENUM, per_item=2),
    KindRow(Kind.FWD),
    KindRow(Kind.TYPEDEF),
    KindRow(Kind.VOLATILE),
    KindRow(Kind.CONST),
    KindRow(Kind.RESTRICT),
    KindRow(Kind.FUNC),
    KindRow(Kind.FUNC_PROTO, per_item=2),
    KindRow(Kind.VAR, fixed=1),
    KindRow(Kind.DATASEC, per_item=3),
    KindRow(Kind.FLOAT),
    KindRow(Kind.DECL_TAG, fixed=1),
    KindRow(Kind.TYPE_TAG),
    KindRow(Kind.ENUM64, per_item=3),
)
