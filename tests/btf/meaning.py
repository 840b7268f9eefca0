"""Whether two sections mean the same, whatever the order and number of their types."""

from __future__ import annotations

from collections import Counter

from skep.btf import Btf
from skep.btf import types as t
from skep.btf.wire import other_type_ids

_ROUNDS = 8


def _own(type_: t.Type) -> str:
    """All of a type but the ids in it."""
    match type_:
        case t.Struct() | t.Union():
            members = [(m.name, m.bit_offset, m.bit_size) for m in type_.members]
            return f"{type_.kind} {type_.name} {type_.size} {members}"
        case t.Array(nelems=nelems):
            return f"array {nelems}"
        case t.FuncProto(params=params):
            return f"proto {[param.name for param in params]}"
        case t.DataSec(name=name, size=size, vars=variables):
            return f"section {name} {size} {[(item.offset, item.size) for item in variables]}"
        case t.Func() | t.Var():
            return f"{type_.kind} {type_.name} {type_.linkage}"
        case t.DeclTag():
            return f"{type_.kind} {type_.name} {type_.component}"
        case t.Ptr() | t.Const() | t.Volatile() | t.Restrict() | t.Typedef() | t.TypeTag():
            return f"{type_.kind} {type_.name}"
    return repr(type_)


def meanings(btf: Btf) -> Counter[str]:
    """Each type's look, refined by that of the types it refers to, a few rounds deep; with its name, so that
    a difference can be read.
    """
    types = list(btf.types)
    looks = [hash(_own(type_)) for type_ in types]
    for _ in range(_ROUNDS):
        looks = [hash((_own(type_), *(looks[other] for other in other_type_ids(type_)))) for type_ in types]
    return Counter(f"{_own(type_)} {look}" for type_, look in zip(types, looks, strict=True))
