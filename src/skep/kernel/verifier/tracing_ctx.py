"""The context of programs that attach to a kernel function, tracepoint or iterator: its arguments, an u64
each, typed by its prototype.
"""

from __future__ import annotations

from typing import Final

from skep.btf import Btf, Kind
from skep.btf import types as t
from skep.kernel.progtypes.tracepoints import MAYBE_ERROR, MAYBE_NULL, null_flags
from skep.kernel.verifier.attach_target import AttachTarget
from skep.kernel.verifier.btf_ctx import btf_type_str
from skep.kernel.verifier.btf_walk import TYPE_TAG_FLAGS
from skep.kernel.verifier.btfptr import ctx_btf_target
from skep.kernel.verifier.env import Env, verbose
from skep.kernel.verifier.regs import NO_TARGET, RegState, btf_target, pointer
from skep.kernel.verifier.regtypes import (
    MEM_PERCPU,
    MEM_USER,
    PTR_MAYBE_NULL,
    PTR_TO_BTF_ID,
    PTR_TO_BUF,
    PTR_TRUSTED,
    base_type,
)
from skep.uapi import AttachType, ProgType

_MAX_ARGS: Final = 12

#: What `btf_ctx_access` gives for an access that is not permitted; None is any number.
REFUSED: Final = pointer(PTR_TO_BTF_ID)


def _arg_index(btf: Btf, proto: t.FuncProto, off: int) -> int:
    """Which argument an offset is in; the number of arguments for the return value."""
    end = 0
    for index, param in enumerate(proto.params):
        end += (btf.size_of(param.type) + 7) // 8 * 8
        if off < end:
            return index
    if proto.ret and off < end + (btf.size_of(proto.ret) + 7) // 8 * 8:
        return len(proto.params)
    return len(proto.params) + 1


def _refuse(env: Env, text: str) -> RegState:
    verbose(env, text)
    return REFUSED


def btf_ctx_access(env: Env, off: int, size: int) -> RegState | None:
    """What a read of `size` bytes at `off` of the context gives."""
    target: AttachTarget = env.attach_target
    btf = target.btf
    if not 0 <= off < 8 * _MAX_ARGS or off % size:
        return REFUSED
    if off % 8:
        return _refuse(env, f"func '{target.name}' offset {off} is not multiple of 8\n")
    arg = _arg_index(btf, target.proto, off)
    params = target.params
    if arg >= len(params):
        return _refuse(env, f"func '{target.name}' doesn't have {arg + 1}-th argument\n")
    type_ = btf.resolve(params[arg].type)
    if isinstance(type_, (t.Int, t.Enum, t.Enum64, t.Struct, t.Union)):
        return None
    if not isinstance(type_, t.Ptr):
        text = f"func '{target.name}' arg{arg} '{type_.name}' has type {btf_type_str(type_)}. "
        return _refuse(env, text + "Only pointer access is allowed\n")
    if size != 8:
        return _refuse(env, f"func '{target.name}' size {size} must be 8\n")
    field = next((field for field in target.fields if field.offset == off), None)
    if field is not None and base_type(field.type) == PTR_TO_BUF:
        return pointer(field.type)
    if type_.type == 0 or isinstance(btf.resolve(type_.type), (t.Int, t.Void)):
        return None
    if field is not None:
        return pointer(field.type, target=ctx_btf_target(env, field) if field.btf else NO_TARGET)
    return _pointer(env, target, arg, type_)


def _pointer(env: Env, target: AttachTarget, arg: int, ptr: t.Ptr) -> RegState | None:
    """A pointer to a structure: trusted, since the kernel holds it while the program runs."""
    btf = target.btf
    flags = PTR_TRUSTED
    if target.params[arg].name.endswith("__nullable"):
        flags |= PTR_MAYBE_NULL
    known = 0
    if env.prog_type == ProgType.TRACING and env.expected_attach_type == AttachType.TRACE_RAW_TP:
        known = null_flags(target.name, arg)
        if known & MAYBE_NULL:
            flags |= PTR_MAYBE_NULL
    tag = btf.get(ptr.type)
    if isinstance(tag, t.TypeTag):
        flags |= TYPE_TAG_FLAGS.get(tag.name, 0) & (MEM_USER | MEM_PERCPU)
    btf_id = btf.skip(ptr.type)
    type_ = btf.get(btf_id)
    if not isinstance(type_, (t.Struct, t.Union)):
        text = f"func '{target.name}' arg{arg} type {btf_type_str(type_)} is not a struct\n"
        return _refuse(env, text)
    text = f"func '{target.name}' arg{arg} has btf_id {btf_id} type {btf_type_str(type_)} '{type_.name}'\n"
    verbose(env, text)
    if known & MAYBE_ERROR:
        verbose(env, f"marking pointer arg{arg} as scalar as it may encode error")
        return None
    cast = target.table.casts.get(type_.name) if target.table is not None else None
    if cast is not None:
        btf_id = btf.id_of(cast, Kind.STRUCT)
    return pointer(PTR_TO_BTF_ID | flags, target=btf_target(btf, btf_id))
