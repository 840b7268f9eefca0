"""The context of programs that attach to a kernel function, tracepoint or iterator: its arguments, an u64
each, typed by its prototype.
"""

from __future__ import annotations

from errno import EACCES
from typing import Final

from skep.btf import Btf, Kind
from skep.btf import types as t
from skep.kernel.progtypes.attach_lists import LSM_UNTRUSTED
from skep.kernel.progtypes.progtype import CtxField
from skep.kernel.progtypes.tracepoints import MAYBE_ERROR, MAYBE_NULL, null_flags
from skep.kernel.verifier.attach_func import get_func_retval_range
from skep.kernel.verifier.attach_target import AttachTarget
from skep.kernel.verifier.bounds import UNBOUNDED, Draft
from skep.kernel.verifier.bounds_sync import reg_bounds_sync
from skep.kernel.verifier.btf_ctx import btf_type_str, is_ctx_struct, kern_ctx_btf_id
from skep.kernel.verifier.btf_walk import TYPE_TAG_FLAGS
from skep.kernel.verifier.btfptr import ctx_btf_target
from skep.kernel.verifier.env import Env, Reject, verbose
from skep.kernel.verifier.log_insn import verbose_linfo
from skep.kernel.verifier.refs import find_reference
from skep.kernel.verifier.regs import NO_TARGET, RegState, btf_target, pointer, scalar
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
#: What functions whose prototype is unknown are taken to have (MAX_BPF_FUNC_REG_ARGS).
_REG_ARGS: Final = 5

#: What `btf_ctx_access` gives for an access that is not permitted; None is any number.
REFUSED: Final = pointer(PTR_TO_BTF_ID)


def _arg_index(btf: Btf, proto: t.FuncProto | None, off: int) -> int:
    """Which argument an offset is in; the number of arguments for the return value."""
    if proto is None:
        return off // 8
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


def _no_argument(env: Env, target: AttachTarget, arg: int) -> RegState:
    return _refuse(env, f"func '{target.name}' doesn't have {arg + 1}-th argument\n")


def _unknown_arguments(env: Env, target: AttachTarget, arg: int) -> RegState | None:
    """The prototype is not to be believed: five numbers, and what came of them for who may see that."""
    if arg > _REG_ARGS:
        return _no_argument(env, target, arg)
    if arg < _REG_ARGS or env.expected_attach_type == AttachType.TRACE_FEXIT:
        return None
    if env.expected_attach_type == AttachType.MODIFY_RETURN:
        return REFUSED
    return _no_argument(env, target, arg)


def _s32_range(low: int, high: int) -> RegState:
    """Any number in a range of 32 bits (__mark_reg_s32_range())."""
    draft = Draft(UNBOUNDED)
    draft.s32_min_value = draft.smin_value = low
    draft.s32_max_value = draft.smax_value = high
    reg_bounds_sync(draft)
    return scalar(draft.freeze())


def _return_value(env: Env, target: AttachTarget, arg: int) -> RegState | None:
    """The last word of the context, for programs that run after the function."""
    assert target.proto is not None
    kind = env.expected_attach_type
    if env.prog_type == ProgType.LSM and kind == AttachType.LSM_MAC:
        found = get_func_retval_range(env)
        return _s32_range(found.minval, found.maxval) if found is not None else None
    if kind not in (AttachType.LSM_CGROUP, AttachType.TRACE_FEXIT, AttachType.MODIFY_RETURN):
        return _no_argument(env, target, arg)
    if kind == AttachType.MODIFY_RETURN:
        type_ = target.btf.resolve(target.proto.ret)
        if not isinstance(type_, t.Int) or type_.size not in (1, 2, 4, 8):
            return _refuse(env, f"ret type {btf_type_str(type_)} not allowed for fmod_ret\n")
    return None


def btf_ctx_access(env: Env, off: int, size: int) -> RegState | None:
    """What a read of `size` bytes at `off` of the context gives."""
    target: AttachTarget = env.attach_target
    if not 0 <= off < 8 * _MAX_ARGS or off % size:
        return REFUSED
    if off % 8:
        return _refuse(env, f"func '{target.name}' offset {off} is not multiple of 8\n")
    arg = _arg_index(target.btf, target.proto, off)
    if target.proto is None:
        return _unknown_arguments(env, target, arg)
    count = len(target.params)
    if arg > count:
        return _no_argument(env, target, arg)
    if arg == count:
        found = _return_value(env, target, arg)
        if found is not None or env.prog_type == ProgType.LSM:
            return found
    type_id = target.params[arg].type if arg < count else target.proto.ret
    return _value(env, target, arg, type_id, off, size)


def _value(env: Env, target: AttachTarget, arg: int, type_id: int, off: int, size: int) -> RegState | None:
    """An argument or the return value, by its type."""
    btf = target.btf
    type_ = btf.resolve(type_id)
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
        return _known_argument(env, target, field)
    return _pointer(env, target, arg, type_)


def _known_argument(env: Env, target: AttachTarget, field: CtxField) -> RegState:
    reg = pointer(field.type, target=ctx_btf_target(env, field) if field.btf else NO_TARGET)
    reference = target.references.get(field.offset)
    if reference is None:
        return reg
    if find_reference(env.cur_state, reference) is None:
        where = f"off={field.offset} size={field.size}"
        verbose(env, f"invalid bpf_context access {where}. Reference may already be released\n")
        verbose_linfo(env, env.insn_idx, "; ")
        raise Reject(EACCES)
    return reg.with_ref_obj_id(reference)


def _prog_args_trusted(env: Env, target: AttachTarget) -> bool:
    if env.prog_type == ProgType.TRACING:
        return env.expected_attach_type in (AttachType.TRACE_RAW_TP, AttachType.TRACE_ITER)
    if env.prog_type == ProgType.LSM:
        return target.name not in LSM_UNTRUSTED
    return env.prog_type == ProgType.STRUCT_OPS


def _translated(env: Env, target: AttachTarget, arg: int, ptr: t.Ptr, flags: int) -> RegState:
    """The context of the program that is traced is, to the one that traces it, a structure of the kernel."""
    prog = target.prog
    while prog is not None and prog.type == ProgType.EXT:
        prog = prog.dst
    type_ = target.btf.resolve(ptr.type)
    vmlinux = env.request.vmlinux
    if prog is None or vmlinux is None:
        return REFUSED
    if not is_ctx_struct(int(prog.type), type_):
        return REFUSED
    return pointer(PTR_TO_BTF_ID | flags, target=btf_target(vmlinux, kern_ctx_btf_id(env, int(prog.type))))


def _pointer(env: Env, target: AttachTarget, arg: int, ptr: t.Ptr) -> RegState | None:
    """A pointer to a structure; whether it is trusted depends on where the program runs."""
    btf = target.btf
    flags = PTR_TRUSTED if _prog_args_trusted(env, target) else 0
    if arg < len(target.params) and target.params[arg].name.endswith("__nullable"):
        flags |= PTR_MAYBE_NULL
    known = 0
    if env.prog_type == ProgType.TRACING and env.expected_attach_type == AttachType.TRACE_RAW_TP:
        known = null_flags(target.name, arg)
        if known & MAYBE_NULL:
            flags |= PTR_MAYBE_NULL
    if target.prog is not None:
        return _translated(env, target, arg, ptr, flags)
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
