"""A type that refers to others under other ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from . import types as t


def renumbered(type_: t.Type, new_ids: Mapping[int, int]) -> t.Type:
    """The type with other ids in it; what has none becomes void."""

    def new(type_id: int) -> int:
        return new_ids.get(type_id, 0)

    match type_:
        case t.Struct() | t.Union():
            return replace(type_, members=tuple(replace(m, type=new(m.type)) for m in type_.members))
        case t.Array():
            return replace(type_, type=new(type_.type), index_type=new(type_.index_type))
        case t.FuncProto():
            params = tuple(replace(param, type=new(param.type)) for param in type_.params)
            return t.FuncProto(new(type_.ret), params)
        case t.DataSec():
            return replace(type_, vars=tuple(replace(item, type=new(item.type)) for item in type_.vars))
        case t.Ptr(type=to):
            return t.Ptr(new(to))
        case t.Const(type=to) | t.Volatile(type=to) | t.Restrict(type=to) | t.Typedef(type=to):
            return replace(type_, type=new(to))
        case t.TypeTag(type=to) | t.Func(type=to) | t.Var(type=to) | t.DeclTag(type=to):
            return replace(type_, type=new(to))
    return type_
