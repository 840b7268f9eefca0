"""What kind of argument a kernel function takes, from its type and the suffix of its name.

The name of a parameter can say more than its type: `mem` with `mem__sz` after it is memory of that size,
`p__nullable` may be null, `id__k` must be a constant. Rules: the kernel's Documentation/bpf/kfuncs.rst.
"""

from __future__ import annotations

from errno import EINVAL
from typing import Final

from skep.btf import types as t
from skep.kernel.verifier.btf_ctx import btf_is_prog_ctx_type, btf_type_str
from skep.kernel.verifier.btf_walk import is_scalar, is_scalar_struct, is_struct
from skep.kernel.verifier.btfptr import REG2BTF
from skep.kernel.verifier.env import Env, Reject, cur_regs, verbose
from skep.kernel.verifier.kfunc_meta import KfuncMeta
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import PTR_TO_BTF_ID, SCALAR_VALUE, base_type

# Kinds of pointer arguments (Linux: enum kfunc_ptr_arg_type).
TO_CTX: Final = "ctx"
TO_ALLOC_BTF_ID: Final = "alloc"
TO_REFCOUNTED_KPTR: Final = "refcounted_kptr"
TO_DYNPTR: Final = "dynptr"
TO_ITER: Final = "iter"
TO_LIST_HEAD: Final = "bpf_list_head"
TO_LIST_NODE: Final = "bpf_list_node"
TO_BTF_ID: Final = "btf_id"
TO_MEM: Final = "mem"
TO_MEM_SIZE: Final = "mem_size"
TO_CALLBACK: Final = "callback"
TO_RB_ROOT: Final = "bpf_rb_root"
TO_RB_NODE: Final = "bpf_rb_node"
TO_NULL: Final = "null"
TO_CONST_STR: Final = "const_str"
TO_MAP: Final = "map"
TO_WORKQUEUE: Final = "bpf_wq"
TO_TASK_WORK: Final = "bpf_task_work"
TO_IRQ_FLAG: Final = "irq_flag"
TO_RES_SPIN_LOCK: Final = "bpf_res_spin_lock"

#: Kinds by suffix, then by the structure pointed to, in the order in which Linux asks.
_BY_SUFFIX: Final = (
    ("__alloc", TO_ALLOC_BTF_ID),
    ("__refcounted_kptr", TO_REFCOUNTED_KPTR),
)
_BY_STRUCT: Final = {
    "bpf_list_head": TO_LIST_HEAD,
    "bpf_list_node": TO_LIST_NODE,
    "bpf_rb_root": TO_RB_ROOT,
    "bpf_rb_node": TO_RB_NODE,
    "bpf_wq": TO_WORKQUEUE,
    "bpf_task_work": TO_TASK_WORK,
    "bpf_res_spin_lock": TO_RES_SPIN_LOCK,
}


def param_type(meta: KfuncMeta, index: int) -> t.Type:
    """The type of a parameter, without modifiers."""
    return meta.param_types[index]


def has_suffix(meta: KfuncMeta, index: int, suffix: str) -> bool:
    """Linux: btf_param_match_suffix."""
    name = meta.proto.params[index].name
    return len(name) > len(suffix) and name.endswith(suffix)


def is_mem_size(meta: KfuncMeta, index: int, reg: RegState, suffix: str) -> bool:
    """The parameter is the size of the memory before it."""
    return reg.type == SCALAR_VALUE and is_scalar(param_type(meta, index)) and has_suffix(meta, index, suffix)


def is_func_ptr(meta: KfuncMeta, index: int) -> bool:
    ptr = param_type(meta, index)
    return isinstance(ptr, t.Ptr) and isinstance(meta.btf.resolve(ptr.type), t.FuncProto)


def _by_name(meta: KfuncMeta, index: int, target: t.Type) -> str:
    """The kind that the name of the parameter or of its structure tells; "" if neither does."""
    for suffix, kind in _BY_SUFFIX:
        if has_suffix(meta, index, suffix):
            return kind
    if isinstance(target, t.Struct) and target.name == "bpf_dynptr":
        return TO_DYNPTR
    if index == 0 if meta.is_iter else has_suffix(meta, index, "__iter"):
        return TO_ITER
    by_struct = _BY_STRUCT.get(target.name, "") if isinstance(target, t.Struct) else ""
    if by_struct in (TO_LIST_HEAD, TO_LIST_NODE, TO_RB_ROOT, TO_RB_NODE):
        return by_struct
    if has_suffix(meta, index, "__str"):
        return TO_CONST_STR
    if has_suffix(meta, index, "__map"):
        return TO_MAP
    if has_suffix(meta, index, "__irq_flag"):
        return TO_IRQ_FLAG
    return by_struct


def get_kfunc_ptr_arg_type(env: Env, meta: KfuncMeta, index: int, target: t.Type) -> str:
    """The kind of a pointer argument; `target` is what its type points to."""
    regs = cur_regs(env)
    reg = regs[index + 1]
    nargs = len(meta.proto.params)
    sized = index + 1 < nargs and (
        is_mem_size(meta, index + 1, regs[index + 2], "__sz")
        or is_mem_size(meta, index + 1, regs[index + 2], "__szk")
    )
    ptr = param_type(meta, index)
    assert isinstance(ptr, t.Ptr)
    if meta.name == "bpf_cast_to_kern_ctx" or btf_is_prog_ctx_type(env, meta.btf, ptr, index):
        return TO_CTX
    if reg.is_null and has_suffix(meta, index, "__nullable") and not sized:
        return TO_NULL
    kind = _by_name(meta, index, target)
    if kind:
        return kind
    if base_type(reg.type) == PTR_TO_BTF_ID or base_type(reg.type) in REG2BTF:
        if not is_struct(target):
            text = f"args#{index} pointer type {btf_type_str(target)} {target.name} is not supported\n"
            verbose(env, f"kernel function {meta.name} {text}")
            raise Reject(EINVAL)
        return TO_BTF_ID
    if is_func_ptr(meta, index):
        return TO_CALLBACK
    if (
        not is_scalar(target)
        and not is_scalar_struct(env, meta.btf, target)
        and not (sized and isinstance(target, t.Void))
    ):
        what = "void, " if sized else ""
        text = f"pointer type {btf_type_str(target)} {target.name} must point to {what}scalar, or struct"
        verbose(env, f"arg#{index} {text} with scalar\n")
        raise Reject(EINVAL)
    return TO_MEM_SIZE if sized else TO_MEM
