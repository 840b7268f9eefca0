"""CO-RE: when a type or member of one kernel is the same thing as that of the program, and where it is there.

Three relations, from loose to strict, all blind to typedefs and modifiers and to the flavour of names:

* members are *compatible* when reading one as the other can make sense: any two integers, any two pointers,
  any two structs, enums of the same name;
* types are *compatible* when their kinds agree along pointers, arrays and function signatures;
* types *match* when all that the program's type has is in the other one too, by name and in kind and size.

Rule: libbpf's CO-RE (bpf_core_type_exists and bpf_core_type_matches in bpf_core_read.h).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ..errors import BtfError
from . import types as t
from .btf import Btf
from .core_spec import MAX_STEPS, Accessor, CoreKind, CoreSpec, essential_name, is_flexible

_MAX_DEPTH: Final = 32


def find_candidates(local: Btf, type_id: int, target: Btf) -> tuple[int, ...]:
    """The types of the target that may be this one: the same name without flavour, the same kind."""
    type_ = local.get(type_id)
    name = essential_name(type_.name)
    found = sorted({*target.ids_of_flavours(name)})
    return tuple(
        candidate
        for candidate in found
        if same_kind(type_, other := target.get(candidate)) and essential_name(other.name) == name
    )


def same_kind(local: t.Type, target: t.Type) -> bool:
    """Enumerations are of one kind, whatever their width."""
    return local.kind == target.kind or (isinstance(local, t.AnyEnum) and isinstance(target, t.AnyEnum))


def match_spec(local: CoreSpec, target: Btf, root_id: int) -> CoreSpec | None:
    """The place in the candidate type that means what `local` means; None where it has no such place."""
    if local.kind == CoreKind.TYPE_MATCHES:
        fits = types_match(local.btf, local.root_id, target, root_id)
        return CoreSpec(target, local.kind, root_id) if fits else None
    if local.kind.is_type:
        fits = types_are_compatible(local.btf, local.root_id, target, root_id)
        return CoreSpec(target, local.kind, root_id) if fits else None
    if local.kind.is_enumval:
        return _match_enumerator(local, target, root_id)
    return _match_field(local, target, root_id)


def _match_enumerator(local: CoreSpec, target: Btf, root_id: int) -> CoreSpec | None:
    type_id = target.skip(root_id)
    enum = target.get(type_id)
    if not isinstance(enum, t.AnyEnum):
        return None
    wanted = essential_name(local.accessors[0].name)
    for index, item in enumerate(enum.values):
        if essential_name(item.name) == wanted:
            accessor = Accessor(type_id, index, item.name)
            return CoreSpec(target, local.kind, root_id, (index,), (accessor,))
    return None


class Place(NamedTuple):
    """How far a path has been followed: the type reached, the steps to it, its bit offset."""

    type_id: int
    steps: tuple[int, ...]
    accessors: tuple[Accessor, ...]
    bit_offset: int


def follow(local: CoreSpec, target: Btf, root_id: int) -> tuple[Place, Accessor | None]:
    """The path of `local` in a candidate type: where it ends, or where it cannot go on and what is missing
    there.
    """
    place = Place(root_id, (), (), 0)
    for accessor in local.accessors:
        step = _match_member if accessor.name else _match_element
        found = step(local.btf, accessor, target, place)
        if found is None:
            return place, accessor
        place = found
        if len(place.steps) > MAX_STEPS:
            raise BtfError(f"type id {root_id}: more than {MAX_STEPS} steps to '{accessor.name}'")
    return place, None


def _match_field(local: CoreSpec, target: Btf, root_id: int) -> CoreSpec | None:
    place, missing = follow(local, target, root_id)
    if missing is not None:
        return None
    return CoreSpec(target, local.kind, root_id, place.steps, place.accessors, place.bit_offset)


def _match_element(local: Btf, accessor: Accessor, target: Btf, place: Place) -> Place | None:
    """An array element; the first turning point is the type itself, taken as an element."""
    type_id = target.skip(place.type_id)
    if place.steps:
        array = target.get(type_id)
        if not isinstance(array, t.Array):
            return None
        if accessor.index >= array.nelems and not is_flexible(target, place.accessors[-1], array):
            return None
        type_id = target.skip(array.type)
    return Place(
        type_id,
        (*place.steps, accessor.index),
        (*place.accessors, Accessor(type_id, accessor.index)),
        place.bit_offset + accessor.index * target.size_of(type_id) * 8,
    )


def _match_member(local: Btf, accessor: Accessor, target: Btf, place: Place) -> Place | None:
    """The member of that name, also inside of anonymous members, if it is compatible."""
    home = local.get(accessor.type_id)
    assert isinstance(home, t.Composite)
    wanted = home.members[accessor.index]
    for found in members_named(wanted.name, target, place):
        if members_are_compatible(local, wanted.type, target, found.type_id):
            return found
    return None


def members_named(name: str, target: Btf, place: Place) -> Iterator[Place]:
    type_id = target.skip(place.type_id)
    home = target.get(type_id)
    if not isinstance(home, t.Composite):
        return
    for index, member in enumerate(home.members):
        if member.name not in ("", name):
            continue
        inside = Place(
            member.type, (*place.steps, index), place.accessors, place.bit_offset + member.bit_offset
        )
        if member.name:
            yield inside._replace(accessors=(*place.accessors, Accessor(type_id, index, name)))
            return
        if len(inside.steps) > MAX_STEPS:
            raise BtfError(f"type id {type_id}: anonymous members are nested too deeply")
        yield from members_named(name, target, inside)


def members_are_compatible(local: Btf, local_id: int, target: Btf, target_id: int) -> bool:
    """Whether one member can stand for the other."""
    for _ in range(_MAX_DEPTH):
        ours, theirs = local.resolve(local_id), target.resolve(target_id)
        if isinstance(ours, t.Composite) and isinstance(theirs, t.Composite):
            return True
        if not same_kind(ours, theirs):
            return False
        match ours, theirs:
            case (t.Ptr(), _) | (t.Float(), _):
                return True
            case (t.Int(offset=mine), t.Int(offset=other)):
                return not mine and not other
            case (t.Fwd() | t.Enum() | t.Enum64(), _):
                names = essential_name(ours.name), essential_name(theirs.name)
                return not all(names) or names[0] == names[1]
            case (t.Array(type=local_id), t.Array(type=target_id)):
                continue
        return False
    raise BtfError(f"type id {local_id}: arrays are nested too deeply")


def types_are_compatible(
    local: Btf, local_id: int, target: Btf, target_id: int, depth: int = _MAX_DEPTH
) -> bool:
    """Whether the kinds agree along pointers, arrays and function signatures; names are the caller's."""
    if not same_kind(local.get(local_id), target.get(target_id)):
        return False
    for _ in range(_MAX_DEPTH):
        ours, theirs = local.resolve(local_id), target.resolve(target_id)
        if not same_kind(ours, theirs):
            return False
        match ours, theirs:
            case (t.Int(offset=mine), t.Int(offset=other)):
                return not mine and not other
            case (t.Ptr(type=local_id), t.Ptr(type=target_id)):
                continue
            case (t.Array(type=local_id), t.Array(type=target_id)):
                continue
            case (t.FuncProto(), t.FuncProto()):
                if not _params_are_compatible(local, ours, target, theirs, depth):
                    return False
                local_id, target_id = local.skip(ours.ret), target.skip(theirs.ret)
            case (t.Void() | t.Struct() | t.Union() | t.Enum() | t.Enum64() | t.Fwd(), _):
                return True
            case _:
                return False
    raise BtfError(f"type id {local_id}: pointers are nested too deeply")


def _params_are_compatible(
    local: Btf, ours: t.FuncProto, target: Btf, theirs: t.FuncProto, depth: int
) -> bool:
    if not depth:
        raise BtfError("function types are nested too deeply")
    return len(ours.params) == len(theirs.params) and all(
        types_are_compatible(local, local.skip(mine.type), target, target.skip(other.type), depth - 1)
        for mine, other in zip(ours.params, theirs.params, strict=True)
    )


def types_match(
    local: Btf,
    local_id: int,
    target: Btf,
    target_id: int,
    behind_pointer: bool = False,
    depth: int = _MAX_DEPTH,
) -> bool:
    """Whether the target has all that the local type has. Behind a pointer a struct's name is enough."""
    if not depth:
        raise BtfError("types are nested too deeply")
    for _ in range(_MAX_DEPTH):
        ours, theirs = local.resolve(local_id), target.resolve(target_id)
        if not _names_match(ours.name, theirs.name):
            return False
        match ours, theirs:
            case (t.Ptr(type=local_id), t.Ptr(type=target_id)):
                behind_pointer = True
            case (t.Array(type=local_id, nelems=mine), t.Array(type=target_id, nelems=other)):
                if mine != other:
                    return False
            case (t.FuncProto(), t.FuncProto()):
                if len(ours.params) != len(theirs.params) or not all(
                    types_match(local, mine.type, target, other.type, behind_pointer, depth - 1)
                    for mine, other in zip(ours.params, theirs.params, strict=True)
                ):
                    return False
                local_id, target_id = ours.ret, theirs.ret
            case _:
                return _named_match(local, ours, target, theirs, behind_pointer, depth)
    raise BtfError(f"type id {local_id}: pointers are nested too deeply")


def _names_match(local: str, target: str) -> bool:
    return essential_name(local) == essential_name(target)


def _named_match(
    local: Btf, ours: t.Type, target: Btf, theirs: t.Type, behind_pointer: bool, depth: int
) -> bool:
    """Types at which the walk ends."""
    match ours, theirs:
        case (t.Void(), t.Void()):
            return True
        case (t.Int(), t.Int()):
            return (ours.size, ours.is_signed) == (theirs.size, theirs.is_signed)
        case (t.Enum() | t.Enum64(), t.Enum() | t.Enum64()):
            names = {essential_name(item.name) for item in theirs.values}
            return ours.size == theirs.size and all(
                essential_name(item.name) in names for item in ours.values
            )
        case (t.Fwd(), t.Fwd()):
            return ours.is_union == theirs.is_union
        case (t.Fwd(is_union=is_union), t.Struct() | t.Union()) | (
            t.Struct() | t.Union(),
            t.Fwd(is_union=is_union),
        ):
            composite = theirs if isinstance(ours, t.Fwd) else ours
            return behind_pointer and is_union == isinstance(composite, t.Union)
        case (t.Struct() | t.Union(), t.Struct() | t.Union()):
            return ours.kind == theirs.kind and (
                behind_pointer or _members_match(local, ours, target, theirs, depth)
            )
    return False


def _members_match(local: Btf, ours: t.Composite, target: Btf, theirs: t.Composite, depth: int) -> bool:
    return all(
        any(
            types_match(local, mine.type, target, other.type, depth=depth - 1)
            for other in theirs.members
            if _names_match(mine.name, other.name)
        )
        for mine in ours.members
    )
