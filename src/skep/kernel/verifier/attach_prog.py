"""Attaching to another program: tracing its functions, or replacing one of them (freplace)."""

from __future__ import annotations

from errno import EINVAL
from typing import Final

from skep.btf import Btf
from skep.btf import types as t
from skep.kernel.progtypes.registry import variant_of
from skep.kernel.verifier.btf_ctx import btf_type_str
from skep.kernel.verifier.env import Env, Reject, refuse
from skep.kernel.verifier.target_prog import TargetFunction, TargetProg
from skep.uapi import AttachType, ProgType

_GLOBAL: Final = 1
_ENTRY_AND_EXIT: Final = (AttachType.TRACE_FENTRY, AttachType.TRACE_FEXIT)


def check_target_prog(env: Env, target: TargetProg, btf_id: int, name: str) -> TargetFunction:
    """The function of the program that is meant, if one may attach to it."""
    extends = env.prog_type == ProgType.EXT
    function = next((f for f in target.functions if f.type_id == btf_id), None)
    if function is None:
        raise refuse(env, f"Subprog {name} doesn't exist\n")
    if function.is_exception_cb:
        what = "Extension" if extends else "FENTRY/FEXIT"
        raise refuse(env, f"{what} programs cannot attach to exception callback\n")
    if extends:
        _check_replaceable(env, function)
    if env.prog_type == ProgType.TRACING:
        if target.dst is not None and target.type == ProgType.TRACING and target.dst.type == ProgType.TRACING:
            raise refuse(env, "Cannot nest tracing program attach more than once\n")
    elif target.type == env.prog_type:
        raise refuse(env, "Cannot recursively attach\n")
    if extends and target.type == ProgType.TRACING and target.expected_attach_type in _ENTRY_AND_EXIT:
        raise refuse(env, "Cannot extend fentry/fexit\n")
    return function


def _check_replaceable(env: Env, function: TargetFunction) -> None:
    if function.unreliable:
        raise refuse(env, "Cannot replace static functions\n")
    if env.changes_pkt_data and not function.changes_pkt_data:
        raise refuse(env, "Extension program changes packet data, while original does not\n")
    if env.might_sleep and not function.might_sleep:
        raise refuse(env, "Extension program may sleep, while original does not\n")


def inherit(env: Env, target: TargetProg) -> None:
    """A replacement is verified as part of the program that it extends."""
    origin = target
    while origin.type == ProgType.EXT and origin.dst is not None:
        origin = origin.dst
    env.prog_type = int(origin.type)
    env.expected_attach_type = int(origin.expected_attach_type)
    env.variant = variant_of(env.prog_type, env.expected_attach_type)
    env.helper_protos.clear()


# ------------------------------------------------------------------ the same prototype


def btf_check_type_match(env: Env, btf: Btf, theirs: t.Func) -> None:
    """The replacement takes and returns what the replaced function does."""
    own, info = env.request.btf, env.func_info
    if own is None or not info:
        raise refuse(env, "Program extension requires BTF\n")
    ours = own.get(info[0].type_id)
    if not isinstance(ours, t.Func):
        raise Reject(EINVAL)
    for func in (ours, theirs):
        if func.linkage != _GLOBAL:
            raise refuse(env, f"{func.name}() is not a global function\n")
    mine, other = own.get(ours.type), btf.get(theirs.type)
    if not isinstance(mine, t.FuncProto) or not isinstance(other, t.FuncProto):
        raise Reject(EINVAL)
    a, b = ours.name, theirs.name
    if len(mine.params) != len(other.params):
        raise refuse(env, f"{a}() has {len(mine.params)} args while {b}() has {len(other.params)}\n")
    returned, expected = own.resolve(mine.ret), btf.resolve(other.ret)
    if not _same_info(returned, expected):
        text = f"Return type {btf_type_str(returned)} of {a}() doesn't match type "
        raise refuse(env, f"{text}{btf_type_str(expected)} of {b}()\n")
    for index, (left, right) in enumerate(zip(mine.params, other.params, strict=True)):
        _check_argument(env, index, (own, left.type, a), (btf, right.type, b))


def _same_info(left: t.Type, right: t.Type) -> bool:
    """Kind, number of members, and the flag of the kind."""
    return (
        left.kind == right.kind
        and len(getattr(left, "members", ())) == len(getattr(right, "members", ()))
        and len(getattr(left, "values", ())) == len(getattr(right, "values", ()))
    )


def _check_argument(env: Env, index: int, mine: tuple[Btf, int, str], other: tuple[Btf, int, str]) -> None:
    (own, left_id, a), (btf, right_id, b) = mine, other
    left, right = own.resolve(left_id), btf.resolve(right_id)
    if not _same_info(left, right):
        text = f"arg{index} in {a}() is {btf_type_str(left)} while {b}() has {btf_type_str(right)}\n"
        raise refuse(env, text)
    sizes = getattr(left, "size", None), getattr(right, "size", None)
    if sizes[0] is not None and sizes[0] != sizes[1]:
        raise refuse(env, f"arg{index} in {a}() has size {sizes[0]} while {b}() has {sizes[1]}\n")
    if isinstance(left, (t.Int, t.Enum, t.Enum64)):
        return
    if not isinstance(left, t.Ptr) or not isinstance(right, t.Ptr):
        raise refuse(env, f"arg{index} in {a}() has unrecognized type\n")
    pointee, theirs = own.resolve(left.type), btf.resolve(right.type)
    for type_, name in ((pointee, a), (theirs, b)):
        if not isinstance(type_, (t.Struct, t.Union)):
            raise refuse(env, f"arg{index} in {name}() is not a pointer to context\n")
    if pointee.name != theirs.name:
        text = f"arg{index} {a}(struct {pointee.name} *) doesn't match {b}(struct {theirs.name} *)\n"
        raise refuse(env, text)
