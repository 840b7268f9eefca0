"""CO-RE: the value that a relocation gets in a target's types, or why it gets none.

Every candidate type that has the place gives a value; all of them must agree. Where none has it, questions
of existence are answered with 0 and everything else is *poison*: the instruction must not be reached.

Rule: libbpf's CO-RE.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..errors import BtfError
from . import types as t
from .btf import Btf
from .core_match import find_candidates, match_spec
from .core_spec import CoreKind, CoreSpec, parse_spec
from .ext import CoreRelo


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A number out of one place. `size` and `type_id` are there for what a load or store would access;
    `is_exact` is false where compilers may choose another number for the same place.
    """

    number: int
    size: int = 0
    type_id: int = 0
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class CoreResult:
    """What an instruction must have had (`local`) and what it gets (`target`; None is poison).

    `safe_to_resize`: a load or store may take the target's size, because the value stays the same.
    """

    local_spec: CoreSpec
    target_spec: CoreSpec | None
    local: FieldValue | None
    target: FieldValue | None
    safe_to_resize: bool = True

    @property
    def is_poison(self) -> bool:
        return self.target is None

    def __str__(self) -> str:
        """Which place went where, or why it did not: one line for people."""
        if self.target_spec is None:
            outcome = "no matching type" if self.target is None else f"no matching type, {self.target.number}"
        elif self.target is None:
            outcome = f"{self.target_spec} gives no value"
        else:
            outcome = f"{self.target_spec} = {self.target.number}"
        return f"{self.local_spec} -> {outcome}"


class CoreResolver:
    """Resolves an object's relocations against one kernel's types; the same question is answered once."""

    def __init__(self, local: Btf, target: Btf | None) -> None:
        self._local = local
        self._target = target
        self._candidates: dict[int, tuple[int, ...]] = {}
        self._results: dict[tuple[int, str, int], CoreResult] = {}

    def resolve(self, relo: CoreRelo) -> CoreResult:
        """BtfError for a malformed relocation and for candidates that disagree."""
        key = relo.type_id, relo.access, relo.kind
        result = self._results.get(key)
        if result is None:
            result = self._results[key] = self._resolve(relo)
        return result

    def _resolve(self, relo: CoreRelo) -> CoreResult:
        spec = parse_spec(self._local, relo)
        if spec.kind == CoreKind.TYPE_ID_LOCAL:
            value = FieldValue(spec.root_id, is_exact=False)
            return CoreResult(spec, spec, value, value)
        if not self._local.get(spec.root_id).name:
            raise BtfError(f"CO-RE relocation {spec}: a type without a name cannot be looked up")
        if self._target is None:
            raise BtfError(f"CO-RE relocation {spec}: there are no types of a kernel to look it up in")
        found: CoreResult | None = None
        fitting: list[int] = []
        for candidate in self.candidates_of(spec.root_id):
            place = match_spec(spec, self._target, candidate)
            if place is not None:
                result = result_of(spec, place)
                if found is not None:
                    _check_agreement(found, result)
                found = found or result
                fitting.append(candidate)
        if found is None:
            return result_of(spec, None)
        # A candidate that lacks one member is not the type that is meant.
        self._candidates[spec.root_id] = tuple(fitting)
        return found

    def candidates_of(self, type_id: int) -> tuple[int, ...]:
        """Types of the target that a type of the object may be; after a relocation those that fitted."""
        if type_id not in self._candidates:
            assert self._target is not None
            self._candidates[type_id] = find_candidates(self._local, type_id, self._target)
        return self._candidates[type_id]


def _check_agreement(first: CoreResult, other: CoreResult) -> None:
    decisions = [
        (
            result.target_spec and result.target_spec.bit_offset,
            result.target and result.target.number,
        )
        for result in (first, other)
    ]
    if decisions[0] != decisions[1]:
        raise BtfError(
            f"CO-RE relocation {first.local_spec}: two types of the target disagree: "
            f"{first.target_spec} and {other.target_spec}"
        )


def result_of(local: CoreSpec, target: CoreSpec | None) -> CoreResult:
    """The numbers of a place in the object's types and in the target's, or of its absence there."""
    mine, other = _value(local), _value(target) if target else _missing(local.kind)
    if mine is None or other is None:
        return CoreResult(local, target, mine, None)
    result = CoreResult(local, target, mine, other)
    if target and mine.size != other.size:
        return replace(result, safe_to_resize=_keeps_value(local.btf, mine, target.btf, other))
    return result


def _keeps_value(local: Btf, mine: FieldValue, target: Btf, other: FieldValue) -> bool:
    """Reading fewer or more bytes is the same number for pointers and unsigned integers."""
    match local.get(mine.type_id), target.get(other.type_id):
        case t.Ptr(), t.Ptr():
            return True
        case t.Int(is_signed=False), t.Int(is_signed=False):
            return True
    return False


def _missing(kind: CoreKind) -> FieldValue | None:
    """Without a place: 0 for questions of existence and for whole types, else nothing."""
    if kind.is_type or kind in (CoreKind.FIELD_EXISTS, CoreKind.ENUMVAL_EXISTS):
        return FieldValue(0)
    return None


def _value(spec: CoreSpec) -> FieldValue | None:
    match spec.kind:
        case CoreKind.FIELD_EXISTS | CoreKind.ENUMVAL_EXISTS | CoreKind.TYPE_EXISTS | CoreKind.TYPE_MATCHES:
            return FieldValue(1)
        case CoreKind.TYPE_ID_TARGET:
            return FieldValue(spec.root_id, is_exact=False)
        case CoreKind.TYPE_SIZE:
            return FieldValue(spec.btf.size_of(spec.root_id))
        case CoreKind.ENUMVAL_VALUE:
            enum = spec.btf.get(spec.accessors[0].type_id)
            assert isinstance(enum, t.Enum | t.Enum64)
            return FieldValue(enum.values[spec.accessors[0].index].value)
    return _field_value(spec) if spec.accessors[-1].name else _element_value(spec)


def _element_value(spec: CoreSpec) -> FieldValue:
    type_id = spec.accessors[-1].type_id
    size = spec.btf.size_of(type_id)
    if spec.kind == CoreKind.FIELD_BYTE_OFFSET:
        return FieldValue(spec.bit_offset // 8, size, type_id)
    if spec.kind == CoreKind.FIELD_BYTE_SIZE:
        return FieldValue(size)
    raise BtfError(f"CO-RE relocation {spec}: an array element has no such fact")


def _field_value(spec: CoreSpec) -> FieldValue:
    btf, last = spec.btf, spec.accessors[-1]
    home = btf.get(last.type_id)
    assert isinstance(home, t.Struct | t.Union)
    member = home.members[last.index]
    type_id = btf.skip(member.type)
    type_ = btf.get(type_id)
    size, start = _storage(spec, btf.size_of(type_id), member.bit_size)
    bits = member.bit_size or size * 8
    is_exact = not member.bit_size
    match spec.kind:
        case CoreKind.FIELD_BYTE_OFFSET:
            return FieldValue(start, size, type_id) if is_exact else FieldValue(start, is_exact=False)
        case CoreKind.FIELD_BYTE_SIZE:
            return FieldValue(size, is_exact=is_exact)
        case CoreKind.FIELD_SIGNED:
            signed = isinstance(type_, t.Int | t.Enum | t.Enum64) and type_.is_signed
            return FieldValue(int(signed))
        case CoreKind.FIELD_LSHIFT_U64:
            inside = spec.bit_offset - start * 8
            little = btf.byteorder == "little"
            shift = 64 - (inside + bits) if little else (8 - size) * 8 + inside
            return FieldValue(shift, is_exact=is_exact)
    assert spec.kind == CoreKind.FIELD_RSHIFT_U64
    return FieldValue(64 - bits)


def _storage(spec: CoreSpec, size: int, bit_size: int) -> tuple[int, int]:
    """Size and byte offset of what is to be loaded; a bitfield takes the smallest unit that holds it."""
    start = spec.bit_offset // 8
    if not bit_size:
        return size, start
    while True:
        start = spec.bit_offset // 8 // size * size
        if spec.bit_offset + bit_size <= (start + size) * 8:
            return size, start
        if size >= 8:
            raise BtfError(f"CO-RE relocation {spec}: no 64-bit load holds the bitfield")
        size *= 2
