"""What a tracing program attaches to: a function or tracepoint of the kernel, which types its context.

`check_attach_btf_id` runs before anything is verified; `btf_ctx_access` then answers what an argument at
some offset of the context is. Linux finds the functions of tracepoints and their addresses in its symbol
table; here every function of the kernel's BTF exists.
"""

from __future__ import annotations

from errno import EINVAL
from typing import Final

from skep.btf import Btf, Kind
from skep.btf import types as t
from skep.kernel.progtypes.iterators import ITERATORS
from skep.kernel.verifier.attach_func import (
    bpf_lsm_verify_prog,
    btf_distill_func_proto,
    check_denied,
    check_function,
)
from skep.kernel.verifier.attach_prog import btf_check_type_match, check_target_prog, inherit
from skep.kernel.verifier.attach_target import AttachTarget
from skep.kernel.verifier.env import Env, Reject, refuse
from skep.kernel.verifier.struct_ops import check_struct_ops_btf_id
from skep.kernel.verifier.target_prog import TargetFunction, TargetProg
from skep.uapi import AttachType, ProgType

_RAW_TP_PREFIX: Final = "btf_trace_"
_ITER_PREFIX: Final = "bpf_iter_"

_CAN_SLEEP: Final = frozenset(
    {
        AttachType.TRACE_FENTRY,
        AttachType.TRACE_FEXIT,
        AttachType.MODIFY_RETURN,
        AttachType.TRACE_ITER,
    }
)
_FUNCTIONS: Final = frozenset(
    {
        AttachType.MODIFY_RETURN,
        AttachType.LSM_MAC,
        AttachType.LSM_CGROUP,
        AttachType.TRACE_FENTRY,
        AttachType.TRACE_FEXIT,
    }
)


def _can_be_sleepable(env: Env) -> bool:
    if env.prog_type == ProgType.TRACING:
        return env.expected_attach_type in _CAN_SLEEP
    if env.prog_type == ProgType.LSM:
        return env.expected_attach_type != AttachType.LSM_CGROUP
    return env.prog_type in (ProgType.KPROBE, ProgType.STRUCT_OPS)


def _proto_of(btf: Btf, func: t.Type) -> t.FuncProto:
    proto = btf.get(func.type) if isinstance(func, t.Func) else None
    if not isinstance(proto, t.FuncProto):
        raise Reject(EINVAL)
    return proto


def _raw_tracepoint(env: Env, btf: Btf, btf_id: int, type_: t.Type) -> AttachTarget:
    if not isinstance(type_, t.Typedef):
        raise refuse(env, f"attach_btf_id {btf_id} is not a typedef\n")
    if not type_.name.startswith(_RAW_TP_PREFIX):
        raise refuse(env, f"attach_btf_id {btf_id} points to wrong type name {type_.name}\n")
    name = type_.name.removeprefix(_RAW_TP_PREFIX)
    # The function that the tracepoint calls has names for the arguments, the typedef has types alone.
    stub = btf.find(f"__bpf_trace_{name}", Kind.FUNC)
    if stub is not None:
        return AttachTarget(btf, btf_id, name, _proto_of(btf, btf.get(stub)), first_arg=1)
    ptr = btf.get(type_.type)
    proto = btf.get(ptr.type) if isinstance(ptr, t.Ptr) else None
    if not isinstance(proto, t.FuncProto):
        raise Reject(EINVAL)
    return AttachTarget(btf, btf_id, name, proto, first_arg=1)


def _function(
    env: Env, btf: Btf, btf_id: int, type_: t.Type, function: TargetFunction | None
) -> AttachTarget:
    """A function of the kernel, or of a program."""
    is_iter = env.expected_attach_type == AttachType.TRACE_ITER
    if not isinstance(type_, t.Func):
        raise refuse(env, f"attach_btf_id {btf_id} is not a function\n")
    if env.prog_type == ProgType.EXT:
        btf_check_type_match(env, btf, type_)
    proto = _proto_of(btf, type_)
    prog: TargetProg | None = env.request.attach_prog
    if function is not None and function.unreliable:
        return AttachTarget(btf, btf_id, type_.name, None, prog=prog)
    btf_distill_func_proto(env, btf, proto, type_.name)
    fields = ITERATORS.get(type_.name.removeprefix(_ITER_PREFIX), ()) if is_iter else ()
    return AttachTarget(btf, btf_id, type_.name, proto, fields=fields, prog=prog)


def _type_of(env: Env, btf: Btf | None, btf_id: int) -> tuple[Btf, t.Type]:
    """What the program names as its target."""
    if not btf_id:
        raise refuse(env, "Tracing programs must provide btf_id\n")
    if btf is None:
        text = "FENTRY/FEXIT program can only be attached to another program annotated with BTF\n"
        raise refuse(env, text)
    if btf_id >= len(btf.types):
        raise refuse(env, f"attach_btf_id {btf_id} is invalid\n")
    type_ = btf.get(btf_id)
    if not type_.name:
        raise refuse(env, f"attach_btf_id {btf_id} doesn't have a name\n")
    return btf, type_


def _check_attach_target(env: Env) -> AttachTarget:
    """Linux: bpf_check_attach_target."""
    request, attach_type = env.request, env.expected_attach_type
    prog: TargetProg | None = request.attach_prog
    btf_id = request.attach_btf_id
    types = (prog.btf.btf if prog.btf is not None else None) if prog is not None else request.attach_btf
    btf, type_ = _type_of(env, types, btf_id)
    function: TargetFunction | None = None
    if prog is not None:
        function = check_target_prog(env, prog, btf_id, type_.name)
    elif env.prog_type == ProgType.EXT:
        raise refuse(env, "Cannot replace kernel functions\n")
    if env.prog_type == ProgType.TRACING and attach_type == AttachType.TRACE_RAW_TP:
        if prog is not None:
            raise refuse(env, "Only FENTRY/FEXIT progs are attachable to another BPF prog\n")
        return _raw_tracepoint(env, btf, btf_id, type_)
    if attach_type == AttachType.TRACE_ITER and env.prog_type == ProgType.TRACING:
        return _function(env, btf, btf_id, type_, None)
    if attach_type not in _FUNCTIONS and env.prog_type != ProgType.EXT:
        raise Reject(EINVAL)
    target = _function(env, btf, btf_id, type_, function)
    check_function(env, target.name, prog is not None)
    return target


def check_attach_btf_id(env: Env) -> None:
    if env.prog_type == ProgType.SYSCALL:
        if not env.sleepable:
            raise refuse(env, "Syscall programs can only be sleepable\n")
        return
    if env.sleepable and not _can_be_sleepable(env):
        text = "Only fentry/fexit/fmod_ret, lsm, iter, uprobe, and struct_ops programs can be sleepable\n"
        raise refuse(env, text)
    if env.prog_type == ProgType.STRUCT_OPS:
        env.attach_target = check_struct_ops_btf_id(env)
        return
    if env.prog_type not in (ProgType.TRACING, ProgType.LSM, ProgType.EXT):
        return
    target = _check_attach_target(env)
    if env.prog_type == ProgType.EXT:
        # From here on it is part of what it extends, which has a context of its own.
        assert target.prog is not None
        inherit(env, target.prog)
        return
    env.attach_target = target
    if env.expected_attach_type == AttachType.TRACE_ITER:
        name = target.name.removeprefix(_ITER_PREFIX)
        if not target.name.startswith(_ITER_PREFIX) or name not in ITERATORS:
            raise Reject(EINVAL)
    elif env.prog_type == ProgType.LSM:
        bpf_lsm_verify_prog(env, target)
    else:
        check_denied(env, target)
