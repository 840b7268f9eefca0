"""CO-RE explained: which types of a target a relocation was compared with, where it went, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from ..errors import BtfError
from . import types as t
from .btf import Btf
from .core_match import (
    Place,
    find_candidates,
    follow,
    match_spec,
    members_named,
    same_kind,
    types_match,
)
from .core_relo import CoreResolver, CoreResult
from .core_spec import KIND_WORDS, Accessor, CoreKind, CoreSpec, essential_name, parse_spec
from .ext import CoreRelo
from .values import describe


@dataclass(frozen=True, slots=True)
class Candidate:
    """A type of the target that has the name. `place` is what it has for the relocation; where that is empty,
    `reason` says why.
    """

    type_id: int
    place: str
    reason: str


@dataclass(slots=True)
class Explanation:
    """`outcome` is one of "resolved", "absent" (a question of existence, answered with 0), "poisoned" (the
    instruction must not be reached) and "refused" (the object cannot be loaded).
    """

    kind: str
    local: str
    outcome: str
    value: int | None = None
    target: str = ""
    reason: str = ""
    candidates: list[Candidate] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        row = {
            name: getattr(self, name) for name in ("kind", "local", "outcome", "value", "target", "reason")
        }
        rows = [{"id": c.type_id, "place": c.place, "reason": c.reason} for c in self.candidates]
        return {**row, "candidates": rows}


def explain(local: Btf, target: Btf, relo: CoreRelo) -> Explanation:
    """One relocation against one target."""
    try:
        spec = parse_spec(local, relo)
    except BtfError as error:
        return Explanation("", relo.access, "refused", reason=str(error))
    explanation = Explanation(KIND_WORDS[spec.kind], str(spec), "refused")
    if spec.kind != CoreKind.TYPE_ID_LOCAL:
        explanation.candidates = list(_candidates(spec, target))
    try:
        result = CoreResolver(local, target).resolve(relo)
    except BtfError as error:
        explanation.reason = str(error)
        return explanation
    _conclude(explanation, spec, target, result)
    return explanation


def _conclude(explanation: Explanation, spec: CoreSpec, target: Btf, result: CoreResult) -> None:
    explanation.target = str(result.target_spec or "")
    explanation.value = result.target.number if result.target else None
    if result.target_spec is not None:
        explanation.outcome = "resolved" if result.target else "poisoned"
        return
    explanation.outcome = "absent" if result.target else "poisoned"
    if not explanation.candidates:
        explanation.reason = _no_candidates(spec, target)


def _candidates(spec: CoreSpec, target: Btf) -> Iterator[Candidate]:
    for candidate in find_candidates(spec.btf, spec.root_id, target):
        try:
            place = match_spec(spec, target, candidate)
            yield Candidate(candidate, str(place or ""), "" if place else why_not(spec, target, candidate))
        except BtfError as error:
            yield Candidate(candidate, "", str(error))


def _no_candidates(spec: CoreSpec, target: Btf) -> str:
    type_ = spec.btf.get(spec.root_id)
    name = essential_name(type_.name)
    others = [target.get(other) for other in target.ids(name)]
    text = f"the target has no {_word(type_)} '{name}'"
    kinds = sorted({_word(other) for other in others if not same_kind(type_, other)})
    return f"{text}, but a {' and a '.join(kinds)} of that name" if kinds else text


def _word(type_: t.Type) -> str:
    return type_.kind.name.lower()


def why_not(spec: CoreSpec, target: Btf, candidate: int) -> str:
    """Why a type of the right name and kind does not have what the relocation asks for."""
    if spec.kind.is_field:
        place, missing = follow(spec, target, candidate)
        assert missing is not None
        return (
            _no_member(spec, target, place, missing) if missing.name else _no_element(target, place, missing)
        )
    if spec.kind.is_enumval:
        enum = target.resolve(candidate)
        names = [item.name for item in enum.values] if isinstance(enum, t.AnyEnum) else []
        wanted = essential_name(spec.accessors[0].name)
        return f"it has no enumerator '{wanted}'{_similar(wanted, names)}"
    if spec.kind == CoreKind.TYPE_MATCHES:
        return _no_match(spec, target, candidate)
    ours, theirs = spec.btf.resolve(spec.root_id), target.resolve(candidate)
    return f"it is {_word(theirs)} {theirs.name} behind its name, not {_word(ours)} {ours.name}".replace(
        "  ", " "
    )


def _similar(name: str, names: list[str]) -> str:
    close = get_close_matches(name, names, 3)
    return f"; there is {', '.join(close)}" if close else ""


def _no_member(spec: CoreSpec, target: Btf, place: Place, missing: Accessor) -> str:
    home = target.get(target.skip(place.type_id))
    if not isinstance(home, t.Composite):
        return f"{describe(target, place.type_id)} has no members"
    ours = spec.btf.get(missing.type_id)
    assert isinstance(ours, t.Composite)
    found = next(members_named(missing.name, target, place), None)
    if found:
        wanted = describe(spec.btf, ours.members[missing.index].type)
        there = describe(target, found.type_id)
        return f"member '{missing.name}' is {there}, which {wanted} cannot be read from"
    similar = _similar(missing.name, _member_names(target, place.type_id))
    return f"{describe(target, place.type_id)} has no member '{missing.name}'{similar}"


def _member_names(btf: Btf, type_id: int, depth: int = 8) -> list[str]:
    """Of a struct and of its members without a name."""
    type_, names = btf.resolve(type_id), []
    for member in type_.members if isinstance(type_, t.Composite) else ():
        if member.name:
            names.append(member.name)
        elif depth:
            names += _member_names(btf, member.type, depth - 1)
    return names


def _no_element(target: Btf, place: Place, missing: Accessor) -> str:
    array = target.get(target.skip(place.type_id))
    if not isinstance(array, t.Array):
        return f"{describe(target, place.type_id)} is no array"
    return f"element {missing.index} is beyond the {array.nelems} of {describe(target, place.type_id)}"


def _no_match(spec: CoreSpec, target: Btf, candidate: int) -> str:
    """The first member that the candidate has not, or has otherwise."""
    ours, theirs = spec.btf.resolve(spec.root_id), target.resolve(candidate)
    if isinstance(ours, t.Composite) and isinstance(theirs, t.Composite):
        for member in ours.members:
            same = [
                other for other in theirs.members if essential_name(other.name) == essential_name(member.name)
            ]
            if not same:
                return f"it has no member '{member.name}'"
            if not any(types_match(spec.btf, member.type, target, other.type) for other in same):
                mine, other = describe(spec.btf, member.type), describe(target, same[0].type)
                return f"member '{member.name}' is {other} there and {mine} here"
    return "it has not all that the program's type has"
