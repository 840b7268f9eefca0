"""Functions' arguments as their BTF describes them.

For a global function the types (and `__arg_...` tags) are a contract: its callers are checked against it and
its body is verified for anything that the contract allows. For a static function a mismatch only means that
its BTF is not believed.
"""

from __future__ import annotations

from errno import EFAULT, EINVAL, EOPNOTSUPP
from typing import Final

from skep.btf import Btf
from skep.btf import types as t
from skep.errors import BtfError
from skep.kernel.helpers.types import (
    ARG_ANYTHING,
    ARG_PTR_TO_ARENA,
    ARG_PTR_TO_BTF_ID,
    ARG_PTR_TO_CTX,
    ARG_PTR_TO_DYNPTR,
    ARG_PTR_TO_MEM,
)
from skep.kernel.verifier.btf_ctx import btf_is_prog_ctx_type, btf_type_str
from skep.kernel.verifier.env import Env, Reject, new_id, verbose
from skep.kernel.verifier.program_info import SubprogArg
from skep.kernel.verifier.regs import (
    SCALAR_UNKNOWN,
    RegState,
    Target,
    btf_target,
    mem_target,
    pointer,
)
from skep.kernel.verifier.regtypes import (
    CONST_PTR_TO_DYNPTR,
    MEM_RDONLY,
    PTR_MAYBE_NULL,
    PTR_TO_ARENA,
    PTR_TO_BTF_ID,
    PTR_TO_CTX,
    PTR_TO_MEM,
    PTR_TRUSTED,
    PTR_UNTRUSTED,
    SCALAR_VALUE,
    base_type,
)

_MAX_ARGS: Final = 5

# What the tags of an argument ask for.
_CTX: Final = 1
_NONNULL: Final = 2
_TRUSTED: Final = 4
_NULLABLE: Final = 8
_ARENA: Final = 16
_UNTRUSTED: Final = 32
_TAGS: Final = {
    "ctx": _CTX,
    "nonnull": _NONNULL,
    "trusted": _TRUSTED,
    "nullable": _NULLABLE,
    "arena": _ARENA,
    "untrusted": _UNTRUSTED,
}


def _invalid(env: Env, text: str, errno: int = EINVAL) -> Reject:
    verbose(env, text)
    return Reject(errno)


def _find_tags(env: Env, btf: Btf, fn_id: int, arg: int, is_global: bool) -> int:
    tags = 0
    for type_id in btf.tags_of(fn_id):
        tag = btf.types[type_id]
        if not isinstance(tag, t.DeclTag) or tag.component != arg or not tag.name.startswith("arg:"):
            continue
        if not is_global:
            raise _invalid(env, f"arg#{arg} type tag is not supported in static functions\n", EOPNOTSUPP)
        bit = _TAGS.get(tag.name[4:])
        if bit is None:
            raise _invalid(env, f"arg#{arg} has unsupported set of tags\n", EOPNOTSUPP)
        tags |= bit
    return tags


def _is_scalar_type(type_: t.Type) -> bool:
    return isinstance(type_, (t.Int, t.Enum, t.Enum64))


def _is_dynptr_ptr(btf: Btf, ptr: t.Ptr) -> bool:
    target = btf.types[btf.skip(ptr.type)]
    return isinstance(target, t.Struct) and target.name == "bpf_dynptr"


def _generic_pointer(env: Env, btf: Btf, ptr: t.Ptr, arg: int, tags: int) -> SubprogArg:
    """A pointer to plain memory, of the size of what it points to."""
    if tags & _NULLABLE:
        raise _invalid(env, f"arg#{arg} has invalid combination of tags\n")
    target = btf.skip(ptr.type)
    try:
        size = btf.size_of(target)
    except BtfError:
        size = -1
    type_ = btf.types[target]
    if size < 0 or isinstance(type_, (t.Void, t.Func, t.FuncProto, t.Fwd)):
        text = f"{btf_type_str(type_)} {type_.name}"
        raise _invalid(env, f"arg#{arg} reference type('{text}') size cannot be determined: -22\n")
    kind = ARG_PTR_TO_MEM | (0 if tags & _NONNULL else PTR_MAYBE_NULL)
    return SubprogArg(kind, mem_size=size)


def _untrusted_pointer(env: Env, btf: Btf, ptr: t.Ptr, arg: int, tags: int) -> SubprogArg:
    if tags & ~_UNTRUSTED:
        raise _invalid(env, f"arg#{arg} untrusted cannot be combined with any other tags\n")
    target = btf.types[btf.skip(ptr.type)]
    if _is_scalar_type(target) or isinstance(target, t.Void):
        return SubprogArg(ARG_PTR_TO_MEM | PTR_UNTRUSTED | MEM_RDONLY)
    if not isinstance(target, t.Struct):
        raise _invalid(env, f"arg#{arg} must be a pointer to a primitive or struct type\n")
    return SubprogArg(ARG_PTR_TO_BTF_ID | PTR_UNTRUSTED, btf_id=_kernel_type(env, btf, ptr, arg))


def _kernel_type(env: Env, btf: Btf, ptr: t.Ptr, arg: int) -> int:
    """The kernel's structure of the name that the pointer's target has."""
    target = btf.types[btf.skip(ptr.type)]
    vmlinux = env.request.vmlinux
    name = target.name.partition("___")[0]
    found = vmlinux.find(name, t.Struct.kind) if vmlinux is not None and name else None
    if found is None:
        raise _invalid(env, f"arg#{arg} type tag targets unknown kernel type '{name}'\n")
    return found


def _pointer_arg(env: Env, btf: Btf, ptr: t.Ptr, arg: int, tags: int, is_global: bool) -> SubprogArg | None:
    if tags & _CTX or btf_is_prog_ctx_type(env, btf, ptr, arg):
        if tags & ~_CTX:
            raise _invalid(env, f"arg#{arg} has invalid combination of tags\n")
        return SubprogArg(ARG_PTR_TO_CTX)
    if _is_dynptr_ptr(btf, ptr):
        if tags:
            raise _invalid(env, f"arg#{arg} has invalid combination of tags\n")
        return SubprogArg(ARG_PTR_TO_DYNPTR | MEM_RDONLY)
    if tags & _TRUSTED:
        if tags & _NONNULL:
            raise _invalid(env, f"arg#{arg} has invalid combination of tags\n")
        kind = ARG_PTR_TO_BTF_ID | PTR_TRUSTED | (PTR_MAYBE_NULL if tags & _NULLABLE else 0)
        return SubprogArg(kind, btf_id=_kernel_type(env, btf, ptr, arg))
    if tags & _UNTRUSTED:
        return _untrusted_pointer(env, btf, ptr, arg, tags)
    if tags & _ARENA:
        if tags & ~_ARENA:
            raise _invalid(env, f"arg#{arg} arena cannot be combined with any other tags\n")
        return SubprogArg(ARG_PTR_TO_ARENA)
    return _generic_pointer(env, btf, ptr, arg, tags) if is_global else None


def _one_arg(
    env: Env, btf: Btf, fn_id: int, name: str, arg: int, type_id: int, is_global: bool
) -> SubprogArg:
    tags = _find_tags(env, btf, fn_id, arg, is_global)
    type_ = btf.types[btf.skip(type_id)]
    if isinstance(type_, t.Ptr):
        found = _pointer_arg(env, btf, type_, arg, tags, is_global)
        if found is not None:
            return found
    if tags:
        raise _invalid(env, f"arg#{arg} has pointer tag, but is not a pointer type\n")
    if _is_scalar_type(type_):
        return SubprogArg(ARG_ANYTHING)
    if is_global:
        verbose(env, f"Arg#{arg} type {btf_type_str(type_)} in {name}() is not supported yet.\n")
    raise Reject(EINVAL)


def btf_prepare_func_args(env: Env, subprog: int) -> None:
    """Fill in what the function's BTF says of its arguments; refuses what cannot be checked."""
    info = env.subprog_info[subprog]
    if info.args_cached:
        return
    btf = env.request.btf
    if not env.func_info or btf is None:
        raise _invalid(env, "verifier bug: no func_info\n", EFAULT)
    fn_id = env.func_info[subprog].type_id
    func = btf.types[fn_id]
    if info.unreliable:
        raise _invalid(env, f"verifier bug: unreliable BTF for function {func.name}()\n", EFAULT)
    assert isinstance(func, t.Func)
    proto = btf.types[func.type]
    assert isinstance(proto, t.FuncProto)
    is_global = info.is_global
    if len(proto.params) > _MAX_ARGS:
        if is_global:
            count = len(proto.params)
            verbose(env, f"Global function {func.name}() with {count} > {_MAX_ARGS} args. Buggy compiler.\n")
        raise Reject(EINVAL)
    if not _is_scalar_type(btf.types[btf.skip(proto.ret)]):
        if is_global:
            verbose(
                env,
                f"Global function {func.name}() doesn't return scalar. Only those are supported.\n",
            )
        raise Reject(EINVAL)
    info.args = [
        _one_arg(env, btf, fn_id, func.name, arg, param.type, is_global)
        for arg, param in enumerate(proto.params)
    ]
    info.args_cached = True


# ------------------------------------------------------------------ callers


def _check_arg(env: Env, arg: SubprogArg, regno: int, reg: RegState) -> None:
    from skep.kernel.verifier.dynptr import process_dynptr_func
    from skep.kernel.verifier.helper_mem import check_mem_reg
    from skep.kernel.verifier.helper_reg_types import check_func_arg_reg_off, check_reg_type
    from skep.kernel.verifier.meta import CallArgMeta

    kind = arg.arg_type
    base = base_type(kind)
    if kind == ARG_ANYTHING:
        if reg.type != SCALAR_VALUE:
            raise _invalid(env, f"R{regno} is not a scalar\n")
    elif kind & PTR_UNTRUSTED:
        return
    elif kind == ARG_PTR_TO_CTX:
        check_func_arg_reg_off(env, reg, regno, 0)
        if reg.type != PTR_TO_CTX:
            raise _invalid(env, f"arg#{regno - 1} expects pointer to ctx\n")
    elif base == ARG_PTR_TO_MEM:
        check_func_arg_reg_off(env, reg, regno, 0)
        try:
            check_mem_reg(env, regno, arg.mem_size)
        except Reject:
            raise Reject(EINVAL) from None
        if not kind & PTR_MAYBE_NULL and reg.type & PTR_MAYBE_NULL:
            raise _invalid(env, f"arg#{regno - 1} is expected to be non-NULL\n")
    elif base == ARG_PTR_TO_ARENA:
        if reg.type not in (PTR_TO_ARENA, SCALAR_VALUE):
            raise _invalid(env, f"R{regno} is not a pointer to arena or scalar.\n")
    elif base == ARG_PTR_TO_DYNPTR:
        check_func_arg_reg_off(env, reg, regno, ARG_PTR_TO_DYNPTR)
        process_dynptr_func(env, regno, env.insn_idx, kind, 0)
    elif base == ARG_PTR_TO_BTF_ID and not (reg.is_null and kind & PTR_MAYBE_NULL):
        vmlinux = env.request.vmlinux
        wanted = vmlinux.get(arg.btf_id).name if vmlinux is not None else ""
        check_reg_type(env, regno, kind, CallArgMeta(), wanted)
        check_func_arg_reg_off(env, reg, regno, kind)


def btf_check_subprog_call(env: Env, subprog: int, regs: list[RegState]) -> int:
    """Whether the registers fit the function's prototype: 0, or the errno why not; EFAULT ends the
    verification.
    """
    info = env.subprog_info[subprog]
    if not env.func_info or info.unreliable:
        return EINVAL
    try:
        btf_prepare_func_args(env, subprog)
        for index, arg in enumerate(info.args):
            _check_arg(env, arg, index + 1, regs[index + 1])
    except Reject as refusal:
        info.unreliable = True
        return refusal.errno
    return 0


# ------------------------------------------------------------------ bodies


def entry_reg(env: Env, arg: SubprogArg) -> RegState:
    """What a global function that is verified on its own finds in the register of this argument."""
    kind = arg.arg_type
    base = base_type(kind)
    if kind == ARG_PTR_TO_CTX:
        return pointer(PTR_TO_CTX)
    if kind == ARG_PTR_TO_DYNPTR | MEM_RDONLY:
        return pointer(CONST_PTR_TO_DYNPTR, id=new_id(env), target=Target(dynptr_type=1, first_slot=True))
    if base == ARG_PTR_TO_MEM:
        flags = kind & (PTR_MAYBE_NULL | PTR_UNTRUSTED | MEM_RDONLY)
        id_ = new_id(env) if kind & PTR_MAYBE_NULL else 0
        return pointer(PTR_TO_MEM | flags, id=id_, target=mem_target(arg.mem_size))
    if base == ARG_PTR_TO_BTF_ID:
        flags = kind & (PTR_MAYBE_NULL | PTR_TRUSTED | PTR_UNTRUSTED)
        vmlinux = env.request.vmlinux
        assert vmlinux is not None
        return pointer(PTR_TO_BTF_ID | flags, id=new_id(env), target=btf_target(vmlinux, arg.btf_id))
    return SCALAR_UNKNOWN
