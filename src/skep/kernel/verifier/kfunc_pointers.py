"""The pointer arguments of a kernel function, one check per kind of argument, looked up in `KINDS`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from skep.btf import types as t
from skep.errors import BtfError
from skep.kernel.helpers.types import ARG_PTR_TO_DYNPTR
from skep.kernel.verifier.access import BPF_READ, BPF_WRITE
from skep.kernel.verifier.btf_ctx import btf_type_str, kern_ctx_btf_id
from skep.kernel.verifier.btf_walk import (
    btf_struct_ids_match,
    btf_type_ids_nocast_alias,
)
from skep.kernel.verifier.btfptr import (
    BPF_REG_TRUSTED_MODIFIERS,
    REG2BTF,
    has_unsafe_modifiers,
    is_rcu_reg,
    kernel_struct,
    reg_btf_record,
)
from skep.kernel.verifier.dynptr import dynptr_of, dynptr_type_flag, process_dynptr_func
from skep.kernel.verifier.env import Env, Reject, cur_regs, in_sleepable, refuse, verbose, verifier_bug
from skep.kernel.verifier.graph import (
    in_rbtree_lock_required_cb,
    process_kf_arg_ptr_to_graph_node,
    process_kf_arg_ptr_to_graph_root,
    type_is_non_owning_ref,
)
from skep.kernel.verifier.helper_arg_kinds import check_reg_const_str
from skep.kernel.verifier.helper_mem import check_mem_reg, check_mem_size_reg
from skep.kernel.verifier.irq import process_irq_flag
from skep.kernel.verifier.iters import process_iter_arg
from skep.kernel.verifier.kfunc_meta import RES_LOCK_KFUNCS, KfuncMeta
from skep.kernel.verifier.kfunc_types import (
    TO_ALLOC_BTF_ID,
    TO_BTF_ID,
    TO_CALLBACK,
    TO_CONST_STR,
    TO_CTX,
    TO_DYNPTR,
    TO_IRQ_FLAG,
    TO_ITER,
    TO_LIST_HEAD,
    TO_LIST_NODE,
    TO_MAP,
    TO_MEM,
    TO_MEM_SIZE,
    TO_RB_NODE,
    TO_RB_ROOT,
    TO_REFCOUNTED_KPTR,
    TO_RES_SPIN_LOCK,
    TO_TASK_WORK,
    TO_WORKQUEUE,
    has_suffix,
    is_mem_size,
)
from skep.kernel.verifier.locks import (
    PROCESS_LOCK_IRQ,
    PROCESS_RES_LOCK,
    PROCESS_SPIN_LOCK,
    process_spin_lock,
)
from skep.kernel.verifier.map_fields import check_map_field_pointer
from skep.kernel.verifier.meta import CallArgMeta
from skep.kernel.verifier.regs import BPF_DYNPTR_TYPE_INVALID, BPF_DYNPTR_TYPE_RINGBUF, RegState
from skep.kernel.verifier.regtypes import (
    CONST_PTR_TO_DYNPTR,
    DYNPTR_TYPE_SKB,
    DYNPTR_TYPE_SKB_META,
    DYNPTR_TYPE_XDP,
    MEM_ALLOC,
    MEM_PERCPU,
    MEM_RDONLY,
    MEM_UNINIT,
    PTR_MAYBE_NULL,
    PTR_TO_BTF_ID,
    PTR_TO_CTX,
    PTR_TO_FUNC,
    PTR_TO_MAP_VALUE,
    PTR_TO_STACK,
    base_type,
    reg_type_str,
    type_flag,
    type_is_ptr_alloc_obj,
)
from skep.uapi import AttachType, ProgType

_ALLOC: Final = PTR_TO_BTF_ID | MEM_ALLOC
#: What programs see of a kernel structure, and what it is.
_PROJECTIONS: Final = {"__sk_buff": "sk_buff", "xdp_md": "xdp_buff"}
_DROP: Final = {_ALLOC: "bpf_obj_drop_impl", _ALLOC | MEM_PERCPU: "bpf_percpu_obj_drop_impl"}
_FROM_PACKET: Final = {
    "bpf_dynptr_from_skb": DYNPTR_TYPE_SKB,
    "bpf_dynptr_from_skb_meta": DYNPTR_TYPE_SKB_META,
    "bpf_dynptr_from_xdp": DYNPTR_TYPE_XDP,
}


class Arg:
    """One pointer argument: where it is, what its type points to, and what kind that makes it."""

    __slots__ = ("index", "kind", "meta", "reg", "regno", "target", "target_id")

    def __init__(self, meta: KfuncMeta, index: int, reg: RegState, target_id: int) -> None:
        self.meta: Final = meta
        self.index: Final = index
        self.regno: Final = index + 1
        self.reg: Final = reg
        self.target_id: Final = target_id
        self.target: Final[t.Type] = meta.btf.get(target_id)
        self.kind: str = ""


# ------------------------------------------------------------------ numbers


def constant_arg(env: Env, meta: KfuncMeta, regno: int, reg: RegState) -> None:
    if meta.arg_constant is not None:
        raise verifier_bug(env, "only one constant argument permitted")
    if reg.bounds.var_off.mask:
        raise refuse(env, f"R{regno} must be a known constant\n")
    meta.arg_constant = reg.bounds.var_off.value


# ------------------------------------------------------------------ pointers


def _ctx(env: Env, arg: Arg) -> None:
    if arg.reg.type != PTR_TO_CTX:
        text = f"arg#{arg.index} expected pointer to ctx, but got {reg_type_str(arg.reg.type)}\n"
        raise refuse(env, text)
    if arg.meta.name == "bpf_cast_to_kern_ctx":
        arg.meta.ret_btf_id = kern_ctx_btf_id(env)


def _alloc(env: Env, arg: Arg) -> None:
    wanted = _DROP.get(arg.reg.type)
    if wanted is None:
        raise refuse(env, f"arg#{arg.index} expected pointer to allocated object\n")
    if wanted != arg.meta.name:
        raise refuse(env, f"arg#{arg.index} expected for {wanted}()\n")
    if not arg.reg.ref_obj_id:
        raise refuse(env, "allocated object must be referenced\n")
    arg.meta.arg_btf, arg.meta.arg_btf_id = arg.reg.btf, arg.reg.btf_id


def _dynptr(env: Env, arg: Arg) -> None:
    meta, type_, clone_ref = arg.meta, ARG_PTR_TO_DYNPTR, 0
    if arg.reg.type == CONST_PTR_TO_DYNPTR:
        type_ |= MEM_RDONLY
    if has_suffix(meta, arg.index, "__uninit"):
        type_ |= MEM_UNINIT
    if meta.name in _FROM_PACKET:
        type_ |= _FROM_PACKET[meta.name]
    elif meta.name == "bpf_dynptr_clone" and type_ & MEM_UNINIT:
        if meta.dynptr_type == BPF_DYNPTR_TYPE_INVALID:
            raise verifier_bug(env, "no dynptr type for parent of clone")
        type_ |= dynptr_type_flag(meta.dynptr_type)
        clone_ref = meta.dynptr_ref_obj_id
        if meta.dynptr_type == BPF_DYNPTR_TYPE_RINGBUF and not clone_ref:
            raise verifier_bug(env, "missing ref obj id for parent of clone")
    process_dynptr_func(env, arg.regno, env.insn_idx, type_, clone_ref)
    if type_ & MEM_UNINIT:
        return
    dynptr = dynptr_of(env, arg.reg)
    if dynptr is None:
        raise verifier_bug(env, "failed to obtain dynptr id")
    meta.dynptr_id, meta.dynptr_ref_obj_id = dynptr.id, dynptr.ref_obj_id
    meta.dynptr_type = dynptr.target.dynptr_type


def _css_task_iter_allowed(env: Env) -> bool:
    if env.prog_type == ProgType.LSM:
        return True
    if env.prog_type == ProgType.TRACING and env.expected_attach_type == AttachType.TRACE_ITER:
        return True
    return in_sleepable(env)


def _iter(env: Env, arg: Arg) -> None:
    if arg.meta.name == "bpf_iter_css_task_new" and not _css_task_iter_allowed(env):
        text = "css_task_iter is only allowed in bpf_lsm, bpf_iter and sleepable progs\n"
        raise refuse(env, text)
    process_iter_arg(env, arg.regno, env.insn_idx, arg.meta)


def _graph_root(env: Env, arg: Arg) -> None:
    if arg.reg.type not in (PTR_TO_MAP_VALUE, _ALLOC):
        text = f"arg#{arg.index} expected pointer to map value or allocated object\n"
        raise refuse(env, text)
    if arg.reg.type == _ALLOC and not arg.reg.ref_obj_id:
        raise refuse(env, "allocated object must be referenced\n")
    process_kf_arg_ptr_to_graph_root(env, arg.reg, arg.regno, arg.meta, arg.kind)


def _owned_node(env: Env, arg: Arg) -> None:
    if arg.reg.type != _ALLOC:
        raise refuse(env, f"arg#{arg.index} expected pointer to allocated object\n")
    if not arg.reg.ref_obj_id:
        raise refuse(env, "allocated object must be referenced\n")
    process_kf_arg_ptr_to_graph_node(env, arg.reg, arg.regno, arg.meta, arg.kind)


def _rb_node(env: Env, arg: Arg) -> None:
    name = arg.meta.name
    if name == "bpf_rbtree_add_impl":
        _owned_node(env, arg)
        return
    if not type_is_non_owning_ref(arg.reg.type) and not arg.reg.ref_obj_id:
        raise refuse(env, f"{name} can only take non-owning or refcounted bpf_rb_node pointer\n")
    if in_rbtree_lock_required_cb(env):
        raise refuse(env, f"{name} not allowed in rbtree cb\n")
    process_kf_arg_ptr_to_graph_node(env, arg.reg, arg.regno, arg.meta, arg.kind)


def _process_kf_arg_ptr_to_btf_id(env: Env, arg: Arg, target_id: int) -> None:
    """The register points to the structure that is wanted, or to one that starts with it."""
    meta, reg = arg.meta, arg.reg
    if base_type(reg.type) == PTR_TO_BTF_ID:
        source = reg.target
    else:
        source = kernel_struct(env, REG2BTF[base_type(reg.type)], meta.name)
    btf = source.btf
    assert btf is not None
    strict = (meta.releases and reg.ref_obj_id != 0) or btf_type_ids_nocast_alias(
        btf, source.btf_id, meta.btf, target_id
    )
    reg_id = btf.skip(source.btf_id)
    alloc = reg.type & MEM_ALLOC != 0
    if btf_struct_ids_match(env, btf, reg_id, reg.off, meta.btf, target_id, strict, not alloc):
        return
    wanted, has = meta.btf.get(target_id), btf.get(reg_id)
    if _PROJECTIONS.get(wanted.name) == has.name:
        return
    text = (
        f"kernel function {meta.name} args#{arg.index} expected pointer to {btf_type_str(wanted)} "
        f"{wanted.name} but R{arg.regno} has a pointer to {btf_type_str(has)} {has.name}\n"
    )
    raise refuse(env, text)


def _btf_id(env: Env, arg: Arg) -> None:
    type_ = arg.reg.type
    base = base_type(type_)
    unsafe = has_unsafe_modifiers(type_) and not is_rcu_reg(arg.reg)
    if (base != PTR_TO_BTF_ID or unsafe) and base not in REG2BTF:
        expected = reg_type_str(base | (type_flag(type_) & BPF_REG_TRUSTED_MODIFIERS))
        text = f"arg#{arg.index} is {reg_type_str(type_)} expected {expected} or socket\n"
        raise refuse(env, text)
    _process_kf_arg_ptr_to_btf_id(env, arg, arg.target_id)


def _map(env: Env, arg: Arg) -> None:
    target = kernel_struct(env, "bpf_map", arg.meta.name)
    type_ = arg.reg.type
    if base_type(type_) != PTR_TO_BTF_ID and base_type(type_) not in REG2BTF:
        expected = reg_type_str(base_type(type_) | (type_flag(type_) & BPF_REG_TRUSTED_MODIFIERS))
        text = f"arg#{arg.index} is {reg_type_str(type_)} expected {expected} or socket\n"
        raise refuse(env, text)
    _process_kf_arg_ptr_to_btf_id(env, arg, target.btf_id)


def _mem(env: Env, arg: Arg) -> None:
    try:
        size = arg.meta.btf.size_of(arg.target_id)
    except BtfError:
        what = f"{btf_type_str(arg.target)} {arg.target.name}"
        text = f"arg#{arg.index} reference type('{what}') size cannot be determined: -22\n"
        raise refuse(env, text) from None
    check_mem_reg(env, arg.regno, size)


def _check_kfunc_mem_size_reg(env: Env, regno: int) -> None:
    """The memory is good if it is not null; the function looks whether it is."""
    regs = cur_regs(env)
    mem = regs[regno - 1]
    if mem.type & PTR_MAYBE_NULL:
        regs[regno - 1] = mem.with_type(mem.type & ~PTR_MAYBE_NULL)
    try:
        for access in (BPF_READ, BPF_WRITE):
            check_mem_size_reg(env, regs[regno], regno, access, True, CallArgMeta())
    finally:
        regs[regno - 1] = mem


def _mem_size(env: Env, arg: Arg) -> None:
    """Memory and its size, which is the next argument."""
    meta, size_index = arg.meta, arg.index + 1
    regno = arg.regno + 1
    may_be_null = has_suffix(meta, arg.index, "__opt") or has_suffix(meta, arg.index, "__nullable")
    if not arg.reg.is_null or not may_be_null:
        try:
            _check_kfunc_mem_size_reg(env, regno)
        except Reject:
            text = f"arg#{arg.index} arg#{size_index} memory, len pair leads to invalid memory access\n"
            verbose(env, text)
            raise
    size_reg = cur_regs(env)[regno]
    if is_mem_size(meta, size_index, size_reg, "__szk"):
        constant_arg(env, meta, regno, size_reg)


def _callback(env: Env, arg: Arg) -> None:
    if arg.reg.type != PTR_TO_FUNC:
        raise refuse(env, f"arg{arg.index} expected pointer to func\n")
    arg.meta.subprogno = arg.reg.target.subprogno


def _refcounted(env: Env, arg: Arg) -> None:
    reg, meta = arg.reg, arg.meta
    if not type_is_ptr_alloc_obj(reg.type):
        raise refuse(env, f"arg#{arg.index} is neither owning or non-owning ref\n")
    if not type_is_non_owning_ref(reg.type) and reg.ref_obj_id:
        meta.arg_owning_ref = True
    record = reg_btf_record(env, reg)
    if record is None:
        raise verifier_bug(env, "Couldn't find btf_record")
    if record.find("bpf_refcount") is None:
        raise refuse(env, f"arg#{arg.index} doesn't point to a type with bpf_refcount field\n")
    meta.arg_btf, meta.arg_btf_id = reg.btf, reg.btf_id


def _const_str(env: Env, arg: Arg) -> None:
    if arg.reg.type != PTR_TO_MAP_VALUE:
        raise refuse(env, f"arg#{arg.index} doesn't point to a const string\n")
    check_reg_const_str(env, arg.reg, arg.regno)


def _map_field(env: Env, arg: Arg) -> None:
    """A work queue or task work in a map's value."""
    if arg.reg.type != PTR_TO_MAP_VALUE:
        raise refuse(env, f"arg#{arg.index} doesn't point to a map value\n")
    check_map_field_pointer(env, arg.regno, arg.kind)
    if arg.meta.map_ptr is not None:
        raise verifier_bug(env, f"Two map pointers in a {arg.kind} function")
    arg.meta.map_ptr, arg.meta.map_uid = arg.reg.map_ptr, arg.reg.map_uid


def _irq_flag(env: Env, arg: Arg) -> None:
    if arg.reg.type != PTR_TO_STACK:
        raise refuse(env, f"arg#{arg.index} doesn't point to an irq flag on stack\n")
    process_irq_flag(env, arg.regno, arg.meta)


def _res_spin_lock(env: Env, arg: Arg) -> None:
    if arg.reg.type not in (PTR_TO_MAP_VALUE, _ALLOC):
        raise refuse(env, f"arg#{arg.index} doesn't point to map value or allocated object\n")
    name = arg.meta.name
    if name not in RES_LOCK_KFUNCS:
        raise verifier_bug(env, "bpf_res_spin_lock argument of another function")
    flags = PROCESS_RES_LOCK
    if "unlock" not in name:
        flags |= PROCESS_SPIN_LOCK
    if "irq" in name:
        flags |= PROCESS_LOCK_IRQ
    process_spin_lock(env, arg.regno, flags)


KINDS: Final[dict[str, Callable[[Env, Arg], None]]] = {
    TO_CTX: _ctx,
    TO_ALLOC_BTF_ID: _alloc,
    TO_REFCOUNTED_KPTR: _refcounted,
    TO_DYNPTR: _dynptr,
    TO_ITER: _iter,
    TO_LIST_HEAD: _graph_root,
    TO_LIST_NODE: _owned_node,
    TO_BTF_ID: _btf_id,
    TO_MEM: _mem,
    TO_MEM_SIZE: _mem_size,
    TO_CALLBACK: _callback,
    TO_RB_ROOT: _graph_root,
    TO_RB_NODE: _rb_node,
    TO_CONST_STR: _const_str,
    TO_MAP: _map,
    TO_WORKQUEUE: _map_field,
    TO_TASK_WORK: _map_field,
    TO_IRQ_FLAG: _irq_flag,
    TO_RES_SPIN_LOCK: _res_spin_lock,
}
