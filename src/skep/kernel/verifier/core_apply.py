"""bpf_core_apply: a CO-RE relocation that the loader left to the kernel, as light skeletons do.

What the place is in the kernel's types is found as any loader finds it (skep.btf.core_match); here is what
Linux says while it looks, and what it refuses. Linux also prints its cache of candidates at level 2, which
depends on what other programs asked before; skep has no such cache.
"""

from __future__ import annotations

from errno import E2BIG, EINVAL, ERANGE
from typing import Final

from skep.btf import Btf
from skep.btf import types as t
from skep.btf.core_match import find_candidates, follow, match_spec, members_named
from skep.btf.core_relo import CoreResult, FieldValue, result_of
from skep.btf.core_spec import MAX_STEPS, CoreKind, CoreSpec, DeadEndError, parse_spec
from skep.btf.ext import CoreRelo
from skep.errors import BtfError
from skep.isa.operand import Form, form_at, number_at, poison, put_number, width_of, with_width
from skep.kernel.verifier.env import Env, Reject, verbose

_S16_MAX: Final = 0x7FFF
_U64: Final = (1 << 64) - 1
_U32: Final = (1 << 32) - 1
_FIELDS: Final = {Form.ALU: "imm", Form.MEMORY: "off", Form.CONSTANT: "imm64"}


def _invalid(env: Env, text: str, errno: int = EINVAL) -> Reject:
    verbose(env, text)
    return Reject(errno)


def _text(spec: CoreSpec) -> str:
    return spec.text(spec.btf.get(spec.root_id).kind.name)


def bpf_core_apply(env: Env, btf: Btf, relo: CoreRelo, index: int) -> None:
    """Find the number and put it into its instruction in `env.insns`."""
    says = f"prog '': relo #{index}: "
    try:
        type_ = btf.get(relo.type_id)
    except BtfError:
        raise _invalid(env, f"relo #{index}: bad type id {relo.type_id}\n") from None
    candidates: tuple[int, ...] = ()
    if relo.kind != CoreKind.TYPE_ID_LOCAL:
        candidates = bpf_core_find_cands(env, btf, relo.type_id, type_)
    spec = _parse(env, btf, type_, relo, says)
    verbose(env, f"{says}{_text(spec)}\n")
    if spec.kind == CoreKind.TYPE_ID_LOCAL:
        own_id = FieldValue(spec.root_id, is_exact=False)
        result = CoreResult(spec, spec, own_id, own_id)
    else:
        result = _choose(env, spec, candidates, says, relo.offset // 8)
    bpf_core_patch_insn(env, relo.offset // 8, result, says)


def bpf_core_find_cands(env: Env, btf: Btf, type_id: int, type_: t.Type) -> tuple[int, ...]:
    """The kernel's types of this name and this very kind."""
    kernel = env.request.vmlinux
    if not type_.name or kernel is None:
        raise _invalid(env, f"target candidate search failed for {type_id}\n")
    found = find_candidates(btf, type_id, kernel)
    found = tuple(candidate for candidate in found if kernel.get(candidate).kind == type_.kind)
    for candidate in found:
        other = kernel.get(candidate)
        text = f"CO-RE relocating {other.kind.name} {other.name}: found target candidate [{candidate}]\n"
        verbose(env, text)
    return found


def _parse(env: Env, btf: Btf, type_: t.Type, relo: CoreRelo, says: str) -> CoreSpec:
    try:
        return parse_spec(btf, relo)
    except BtfError as error:
        why = error.__cause__
        if isinstance(why, DeadEndError):
            text = f"captures type [{why.type_id}] of unexpected kind {why.kind.name}\n"
            verbose(env, f"prog '': relo for [{relo.type_id}]  (at idx {why.position}) {text}")
        failed = -E2BIG if relo.access.count(":") >= MAX_STEPS else -EINVAL
        what = f"[{relo.type_id}] {type_.kind.name} {type_.name or '<anon>'} + {relo.access}"
        raise _invalid(env, f"{says}parsing {what} failed: {failed}\n") from None


def _choose(env: Env, spec: CoreSpec, candidates: tuple[int, ...], says: str, slot: int) -> CoreResult:
    """The result that all candidates with the place agree on; `slot` for complaints."""
    kernel = env.request.vmlinux
    assert kernel is not None
    found: CoreResult | None = None
    for number, candidate in enumerate(candidates):
        place = _match(env, spec, candidate, f"{says}error matching candidate #{number} ")
        word = "non-matching" if place is None else "matching"
        shown = _text(_as_far(spec, kernel, candidate) if place is None else place)
        verbose(env, f"{says}{word} candidate #{number} {shown}\n")
        if place is None:
            continue
        result = _values(env, spec, place, slot)
        if found is None:
            found = result
        else:
            _check_agreement(env, found, result, says)
    if found is None:
        verbose(env, f"{says}no matching targets found\n")
        return _values(env, spec, None, slot)
    return found


def _match(env: Env, spec: CoreSpec, candidate: int, says: str) -> CoreSpec | None:
    kernel = env.request.vmlinux
    assert kernel is not None
    try:
        return match_spec(spec, kernel, candidate)
    except BtfError:  # nested more deeply than anyone follows
        raise _invalid(env, f"{says}{_text(CoreSpec(kernel, spec.kind, candidate))}: {-EINVAL}\n") from None


def _values(env: Env, spec: CoreSpec, place: CoreSpec | None, slot: int) -> CoreResult:
    """The numbers here and there."""
    try:
        return result_of(spec, place)
    except BtfError:
        fault = "satisfied for bitfield" if spec.accessors[-1].name else "applied to array access"
        text = f"prog '': relo {spec.kind} at insn #{slot} can't be {fault}\n"
        raise _invalid(env, text) from None


def _as_far(spec: CoreSpec, kernel: Btf, candidate: int) -> CoreSpec:
    """What Linux has of a place when it finds that there is none: the path up to there."""
    if spec.kind.is_enumval:
        enum = kernel.resolve(candidate)
        steps = (0,) if isinstance(enum, t.AnyEnum) and enum.values else ()
        return CoreSpec(kernel, spec.kind if steps else CoreKind.TYPE_EXISTS, candidate, steps)
    if spec.kind.is_type:
        return CoreSpec(kernel, spec.kind, candidate)
    place, missing = follow(spec, kernel, candidate)
    if missing is not None and missing.name:
        unfit = next(members_named(missing.name, kernel, place), None)
        if unfit is not None:
            place = unfit._replace(accessors=place.accessors)
    return CoreSpec(kernel, spec.kind, candidate, place.steps, place.accessors, place.bit_offset)


def _check_agreement(env: Env, first: CoreResult, other: CoreResult, says: str) -> None:
    assert first.target_spec is not None
    assert other.target_spec is not None
    offsets = first.target_spec.bit_offset, other.target_spec.bit_offset
    if offsets[0] != offsets[1]:
        text = f"field offset ambiguity: {other.target_spec.bit_offset} != {first.target_spec.bit_offset}\n"
        raise _invalid(env, says + text)
    decisions = [(row.is_poison, row.target.number & _U64 if row.target else 0) for row in (other, first)]
    if decisions[0] != decisions[1]:
        words = [f"{'failure' if bad else 'success'} {number}" for bad, number in decisions]
        raise _invalid(env, f"{says}relocation decision ambiguity: {words[0]} != {words[1]}\n")


# ------------------------------------------------------------------ the instruction


def _poison(env: Env, slot: int, says: str) -> None:
    for taken in poison(env.insns, slot):
        verbose(env, f"{says}substituting insn #{taken} w/ invalid insn\n")


def bpf_core_patch_insn(env: Env, slot: int, result: CoreResult, says: str) -> None:
    """Put a result into an instruction, or make it one that must not be reached."""
    insns = env.insns
    if result.local is None or result.target is None:
        _poison(env, slot, says)
        return
    form = form_at(insns, slot)
    if form is None:
        raise _no_room(env, slot, says)
    name, has, old = f"insn #{slot} ({form.value})", number_at(insns, slot, form), result.local.number
    new = result.target.number
    if result.local.is_exact and (has - old) & _U64:
        shown = has & (_U64 if form is Form.CONSTANT else _U32)
        text = f"unexpected {name} value: got {shown}, exp {old & _U64} -> {new & _U64}\n"
        raise _invalid(env, says + text)
    if form is Form.MEMORY:
        if new > _S16_MAX:
            raise _invalid(env, f"{says}{name} value too big: {new}\n", ERANGE)
        if not result.safe_to_resize:
            text = "accesses field incorrectly. Make sure you are accessing pointers, unsigned integers, "
            verbose(env, f"{says}{name} {text}or fields of matching type and size.\n")
            _poison(env, slot, says)
            return
    put_number(insns, slot, form, new)
    verbose(env, f"{says}patched {name} {_FIELDS[form]} {has} -> {number_at(insns, slot, form)}\n")
    if form is Form.MEMORY and result.local.size != result.target.size:
        _resize(env, slot, result.local.size, result.target.size, says, name)


def _resize(env: Env, slot: int, old: int, new: int, says: str, name: str) -> None:
    insn = env.insns[slot]
    if width_of(insn) != old:
        text = f"unexpected mem size: got {width_of(insn)}, exp {old}\n"
        raise _invalid(env, f"{says}{name} {text}")
    resized = with_width(insn, new)
    if resized is None:
        raise _invalid(env, f"{says}{name} invalid new mem size: {new}\n")
    env.insns[slot] = resized
    verbose(env, f"{says}patched {name} mem_sz {old} -> {new}\n")


def _no_room(env: Env, slot: int, says: str) -> Reject:
    insn = env.insns[slot]
    if insn.code & 0x07 in (4, 7):  # arithmetic with a register: refused without a word
        return Reject(EINVAL)
    if insn.code & 0x07 == 0:
        return _invalid(env, f"{says}insn #{slot} (LDIMM64) has unexpected form\n")
    fields = f"code:{insn.code:#x}, src:{insn.src:#x}, dst:{insn.dst:#x}, off:{insn.off & _U32:#x}"
    text = f"trying to relocate unrecognized insn #{slot}, {fields}, imm:{insn.imm & _U32:#x}\n"
    return _invalid(env, says + text)
