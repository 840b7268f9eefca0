"""Whether two objects mean the same by a name: what one declares and the other defines."""

from __future__ import annotations

from ..btf import Btf
from ..btf import types as t

_MAX_DEPTH = 32


def disagreement(a: Btf, a_id: int, b: Btf, b_id: int) -> str:
    """Why a FUNC or VAR of one object is not that of another; empty if it may be."""
    left, right = a.get(a_id), b.get(b_id)
    if type(left) is not type(right):
        return f"a {left.kind.name} there, a {right.kind.name} here"
    if isinstance(left, t.Func) and isinstance(right, t.Func):
        return "" if _agree(a, left.type, b, right.type, 0) else "another signature"
    if isinstance(left, t.Var) and isinstance(right, t.Var):
        return "" if _agree(a, left.type, b, right.type, 0) else "another type"
    return ""


def _agree(a: Btf, a_id: int, b: Btf, b_id: int, depth: int) -> bool:
    """Alike in structure, blind to typedefs and modifiers; behind a pointer to a struct its name decides."""
    left, right = a.resolve(a_id), b.resolve(b_id)
    if depth > _MAX_DEPTH:
        return True
    match left, right:
        case t.Void(), t.Void():
            return True
        case t.Int(), t.Int():
            return (left.size, left.encoding, left.bits) == (right.size, right.encoding, right.bits)
        case t.Float(), t.Float():
            return left.size == right.size
        case (t.Enum() | t.Enum64(), t.Enum() | t.Enum64()):
            return left.name == right.name and left.size == right.size
        case t.Ptr(), t.Ptr():
            return _agree_behind(a, left.type, b, right.type, depth + 1)
        case t.Array(), t.Array():
            lengths = {left.nelems, right.nelems}
            return (len(lengths) == 1 or 0 in lengths) and _agree(a, left.type, b, right.type, depth + 1)
        case t.Struct() | t.Union(), t.Struct() | t.Union():
            return left.kind == right.kind and _composites_agree(a, left, b, right, depth + 1)
        case t.FuncProto(), t.FuncProto():
            return _signatures_agree(a, left, b, right, depth + 1)
    return left.name == right.name and isinstance(left, t.Fwd) and isinstance(right, t.Fwd)


def _agree_behind(a: Btf, a_id: int, b: Btf, b_id: int, depth: int) -> bool:
    left, right = a.resolve(a_id), b.resolve(b_id)
    named = (t.Struct, t.Union, t.Fwd)
    if isinstance(left, named) and isinstance(right, named) and left.name:
        return left.name == right.name
    return _agree(a, a_id, b, b_id, depth)


def _composites_agree(a: Btf, left: t.Composite, b: Btf, right: t.Composite, depth: int) -> bool:
    if (left.name, left.size, len(left.members)) != (right.name, right.size, len(right.members)):
        return False
    return all(
        (m.name, m.bit_offset, m.bit_size) == (n.name, n.bit_offset, n.bit_size)
        and _agree(a, m.type, b, n.type, depth)
        for m, n in zip(left.members, right.members, strict=True)
    )


def _signatures_agree(a: Btf, left: t.FuncProto, b: Btf, right: t.FuncProto, depth: int) -> bool:
    return (
        len(left.params) == len(right.params)
        and _agree(a, left.ret, b, right.ret, depth)
        and all(_agree(a, m.type, b, n.type, depth) for m, n in zip(left.params, right.params, strict=True))
    )
