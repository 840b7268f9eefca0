"""The arguments of a kernel function: does each register hold what the prototype and the flags want?"""

from __future__ import annotations

from collections.abc import Callable
from errno import EACCES, EINVAL
from typing import Final

from skep.btf import types as t
from skep.errors import BtfError
from skep.kernel.helpers.types import ARG_PTR_TO_DYNPTR
from skep.kernel.verifier.access import BPF_READ, BPF_WRITE
from skep.kernel.verifier.backtrack import mark_chain_precision
from skep.kernel.verifier.btf_ctx import btf_type_str, kern_ctx_btf_id
from skep.kernel.verifier.btf_walk import (
    btf_struct_ids_match,
    btf_type_ids_nocast_alias,
    is_scalar,
)
from skep.kernel.verifier.btfptr import (
    BPF_REG_TRUSTED_MODIFIERS,
    REG2BTF,
    has_unsafe_modifiers,
    is_rcu_reg,
    is_trusted_reg,
    kernel_struct,
    reg_btf_record,
)
from skep.kernel.verifier.dynptr import dynptr_of, dynptr_type_flag, process_dynptr_func
from skep.kernel.verifier.env import Env, Reject, cur_aux, cur_regs, in_sleepable, verbose, verifier_bug
from skep.kernel.verifier.graph import (
    in_rbtree_lock_required_cb,
    process_kf_arg_ptr_to_graph_node,
    process_kf_arg_ptr_to_graph_root,
    type_is_non_owning_ref,
)
from skep.kernel.verifier.helper_args import check_func_arg_reg_off, check_reg_const_str
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
    TO_NULL,
    TO_RB_NODE,
    TO_RB_ROOT,
    TO_REFCOUNTED_KPTR,
    TO_RES_SPIN_LOCK,
    TO_TASK_WORK,
    TO_WORKQUEUE,
    get_kfunc_ptr_arg_type,
    has_suffix,
    is_mem_size,
    param_type,
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
    OBJ_RELEASE,
    PTR_MAYBE_NULL,
    PTR_TO_BTF_ID,
    PTR_TO_CTX,
    PTR_TO_FUNC,
    PTR_TO_MAP_VALUE,
    PTR_TO_STACK,
    SCALAR_VALUE,
    base_type,
    reg_type_str,
    type_flag,
    type_is_ptr_alloc_obj,
)
from skep.uapi import AttachType, ProgType

MAX_BPF_FUNC_REG_ARGS: Final = 5
U32_MAX: Final = 0xFFFFFFFF

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


def _refuse(env: Env, text: str, errno: int = EINVAL) -> Reject:
    verbose(env, text)
    return Reject(errno)


# ------------------------------------------------------------------ numbers


def _constant(env: Env, meta: KfuncMeta, regno: int, reg: RegState) -> None:
    if meta.arg_constant is not None:
        raise verifier_bug(env, "only one constant argument permitted")
    if reg.bounds.var_off.mask:
        raise _refuse(env, f"R{regno} must be a known constant\n")
    meta.arg_constant = reg.bounds.var_off.value


def _buffer_size(env: Env, meta: KfuncMeta, regno: int, reg: RegState) -> None:
    """The size of what the function returns."""
    if meta.r0_size:
        raise _refuse(env, "2 or more rdonly/rdwr_buf_size parameters for kfunc")
    if reg.bounds.var_off.mask:
        raise _refuse(env, f"R{regno} is not a const\n")
    meta.r0_size = reg.bounds.var_off.value
    if meta.r0_size > U32_MAX:
        raise _refuse(env, f"R{regno} rdonly/rdwr_buf_size exceeds u32 max\n")
    mark_chain_precision(env, regno)


def _scalar(env: Env, meta: KfuncMeta, index: int, reg: RegState) -> None:
    regno = index + 1
    if reg.type != SCALAR_VALUE:
        raise _refuse(env, f"R{regno} is not a scalar\n")
    name = meta.proto.params[index].name
    if has_suffix(meta, index, "__k"):
        _constant(env, meta, regno, reg)
        mark_chain_precision(env, regno)
    elif name in ("rdonly_buf_size", "rdwr_buf_size"):
        meta.r0_rdonly = name == "rdonly_buf_size"
        _buffer_size(env, meta, regno, reg)


# ------------------------------------------------------------------ pointers


def _ctx(env: Env, arg: Arg) -> None:
    if arg.reg.type != PTR_TO_CTX:
        text = f"arg#{arg.index} expected pointer to ctx, but got {reg_type_str(arg.reg.type)}\n"
        raise _refuse(env, text)
    if arg.meta.name == "bpf_cast_to_kern_ctx":
        arg.meta.ret_btf_id = kern_ctx_btf_id(env)


def _alloc(env: Env, arg: Arg) -> None:
    wanted = _DROP.get(arg.reg.type)
    if wanted is None:
        raise _refuse(env, f"arg#{arg.index} expected pointer to allocated object\n")
    if wanted != arg.meta.name:
        raise _refuse(env, f"arg#{arg.index} expected for {wanted}()\n")
    if not arg.reg.ref_obj_id:
        raise _refuse(env, "allocated object must be referenced\n")
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
        raise _refuse(env, text)
    process_iter_arg(env, arg.regno, env.insn_idx, arg.meta)


def _graph_root(env: Env, arg: Arg) -> None:
    if arg.reg.type not in (PTR_TO_MAP_VALUE, _ALLOC):
        text = f"arg#{arg.index} expected pointer to map value or allocated object\n"
        raise _refuse(env, text)
    if arg.reg.type == _ALLOC and not arg.reg.ref_obj_id:
        raise _refuse(env, "allocated object must be referenced\n")
    process_kf_arg_ptr_to_graph_root(env, arg.reg, arg.regno, arg.meta, arg.kind)


def _owned_node(env: Env, arg: Arg) -> None:
    if arg.reg.type != _ALLOC:
        raise _refuse(env, f"arg#{arg.index} expected pointer to allocated object\n")
    if not arg.reg.ref_obj_id:
        raise _refuse(env, "allocated object must be referenced\n")
    process_kf_arg_ptr_to_graph_node(env, arg.reg, arg.regno, arg.meta, arg.kind)


def _rb_node(env: Env, arg: Arg) -> None:
    name = arg.meta.name
    if name == "bpf_rbtree_add_impl":
        _owned_node(env, arg)
        return
    if not type_is_non_owning_ref(arg.reg.type) and not arg.reg.ref_obj_id:
        raise _refuse(env, f"{name} can only take non-owning or refcounted bpf_rb_node pointer\n")
    if in_rbtree_lock_required_cb(env):
        raise _refuse(env, f"{name} not allowed in rbtree cb\n")
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
    raise _refuse(env, text)


def _btf_id(env: Env, arg: Arg) -> None:
    type_ = arg.reg.type
    base = base_type(type_)
    unsafe = has_unsafe_modifiers(type_) and not is_rcu_reg(arg.reg)
    if (base != PTR_TO_BTF_ID or unsafe) and base not in REG2BTF:
        expected = reg_type_str(base | (type_flag(type_) & BPF_REG_TRUSTED_MODIFIERS))
        text = f"arg#{arg.index} is {reg_type_str(type_)} expected {expected} or socket\n"
        raise _refuse(env, text)
    _process_kf_arg_ptr_to_btf_id(env, arg, arg.target_id)


def _map(env: Env, arg: Arg) -> None:
    target = kernel_struct(env, "bpf_map", arg.meta.name)
    type_ = arg.reg.type
    if base_type(type_) != PTR_TO_BTF_ID and base_type(type_) not in REG2BTF:
        expected = reg_type_str(base_type(type_) | (type_flag(type_) & BPF_REG_TRUSTED_MODIFIERS))
        text = f"arg#{arg.index} is {reg_type_str(type_)} expected {expected} or socket\n"
        raise _refuse(env, text)
    _process_kf_arg_ptr_to_btf_id(env, arg, target.btf_id)


def _mem(env: Env, arg: Arg) -> None:
    try:
        size = arg.meta.btf.size_of(arg.target_id)
    except BtfError:
        what = f"{btf_type_str(arg.target)} {arg.target.name}"
        text = f"arg#{arg.index} reference type('{what}') size cannot be determined: -22\n"
        raise _refuse(env, text) from None
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
        _constant(env, meta, regno, size_reg)


def _callback(env: Env, arg: Arg) -> None:
    if arg.reg.type != PTR_TO_FUNC:
        raise _refuse(env, f"arg{arg.index} expected pointer to func\n")
    arg.meta.subprogno = arg.reg.target.subprogno


def _refcounted(env: Env, arg: Arg) -> None:
    reg, meta = arg.reg, arg.meta
    if not type_is_ptr_alloc_obj(reg.type):
        raise _refuse(env, f"arg#{arg.index} is neither owning or non-owning ref\n")
    if not type_is_non_owning_ref(reg.type) and reg.ref_obj_id:
        meta.arg_owning_ref = True
    record = reg_btf_record(env, reg)
    if record is None:
        raise verifier_bug(env, "Couldn't find btf_record")
    if record.find("bpf_refcount") is None:
        raise _refuse(env, f"arg#{arg.index} doesn't point to a type with bpf_refcount field\n")
    meta.arg_btf, meta.arg_btf_id = reg.btf, reg.btf_id


def _const_str(env: Env, arg: Arg) -> None:
    if arg.reg.type != PTR_TO_MAP_VALUE:
        raise _refuse(env, f"arg#{arg.index} doesn't point to a const string\n")
    check_reg_const_str(env, arg.reg, arg.regno)


def _map_field(env: Env, arg: Arg) -> None:
    """A work queue or task work in a map's value."""
    if arg.reg.type != PTR_TO_MAP_VALUE:
        raise _refuse(env, f"arg#{arg.index} doesn't point to a map value\n")
    check_map_field_pointer(env, arg.regno, arg.kind)
    if arg.meta.map_ptr is not None:
        raise verifier_bug(env, f"Two map pointers in a {arg.kind} function")
    arg.meta.map_ptr, arg.meta.map_uid = arg.reg.map_ptr, arg.reg.map_uid


def _irq_flag(env: Env, arg: Arg) -> None:
    if arg.reg.type != PTR_TO_STACK:
        raise _refuse(env, f"arg#{arg.index} doesn't point to an irq flag on stack\n")
    process_irq_flag(env, arg.regno, arg.meta)


def _res_spin_lock(env: Env, arg: Arg) -> None:
    if arg.reg.type not in (PTR_TO_MAP_VALUE, _ALLOC):
        raise _refuse(env, f"arg#{arg.index} doesn't point to map value or allocated object\n")
    name = arg.meta.name
    if name not in RES_LOCK_KFUNCS:
        raise verifier_bug(env, "bpf_res_spin_lock argument of another function")
    flags = PROCESS_RES_LOCK
    if "unlock" not in name:
        flags |= PROCESS_SPIN_LOCK
    if "irq" in name:
        flags |= PROCESS_LOCK_IRQ
    process_spin_lock(env, arg.regno, flags)


_KINDS: Final[dict[str, Callable[[Env, Arg], None]]] = {
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


# ------------------------------------------------------------------ one after another


def _note_map(env: Env, arg: Arg) -> None:
    meta, vmap, uid = arg.meta, arg.reg.map_ptr, arg.reg.map_uid
    target = arg.reg.target
    # Linux keeps what a pointer points to in one word, so any that has something there passes here.
    if vmap is None and target.btf is None and not target.mem_size and not target.range:
        raise _refuse(env, f"pointer in R{arg.regno} isn't map pointer\n")
    record = vmap.record if vmap is not None else None
    if meta.map_ptr is not None and record is not None and (meta.map_ptr, meta.map_uid) != (vmap, uid):
        where = f"map_uid={meta.map_uid} doesn't match map pointer in R{arg.regno} map_uid={uid}\n"
        if record.find("bpf_task_work") is not None:
            raise _refuse(env, f"bpf_task_work pointer in R2 {where}")
        if record.find("bpf_wq") is not None:
            raise _refuse(env, f"workqueue pointer in R1 {where}")
    meta.map_ptr, meta.map_uid = vmap, uid


def _check_trust(env: Env, arg: Arg) -> None:
    meta = arg.meta
    if not (meta.trusted_args or meta.rcu) or is_trusted_reg(arg.reg):
        return
    if not meta.rcu:
        raise _refuse(env, f"R{arg.regno} must be referenced or trusted\n")
    if not is_rcu_reg(arg.reg):
        raise _refuse(env, f"R{arg.regno} must be a rcu pointer\n")


def _note_reference(env: Env, meta: KfuncMeta, regno: int, reg: RegState) -> None:
    if not reg.ref_obj_id:
        return
    if meta.releases and meta.ref_obj_id:
        raise verifier_bug(env, f"more than one arg with ref_obj_id R{regno}")
    meta.ref_obj_id = reg.ref_obj_id
    if meta.releases:
        meta.release_regno = regno


def _pointer(env: Env, meta: KfuncMeta, index: int, reg: RegState) -> str:
    """Check a pointer argument; gives its kind."""
    ptr = param_type(meta, index)
    if not isinstance(ptr, t.Ptr):
        raise _refuse(env, f"Unrecognized arg#{index} type {btf_type_str(ptr)}\n")
    maybe_null = reg.is_null or reg.type & PTR_MAYBE_NULL
    if maybe_null and (meta.trusted_args or meta.rcu) and not has_suffix(meta, index, "__nullable"):
        raise _refuse(env, f"Possibly NULL pointer passed to trusted arg{index}\n", EACCES)
    _note_reference(env, meta, index + 1, reg)
    arg = Arg(meta, index, reg, meta.btf.skip(ptr.type))
    arg.kind = get_kfunc_ptr_arg_type(env, meta, index, arg.target)
    if arg.kind == TO_NULL:
        return arg.kind
    if arg.kind == TO_MAP:
        _note_map(env, arg)
    if arg.kind in (TO_MAP, TO_ALLOC_BTF_ID, TO_BTF_ID):
        _check_trust(env, arg)
    check_func_arg_reg_off(env, reg, arg.regno, OBJ_RELEASE if meta.releases and reg.ref_obj_id else 0)
    _KINDS[arg.kind](env, arg)
    return arg.kind


def check_kfunc_args(env: Env, meta: KfuncMeta) -> None:
    params = meta.proto.params
    if len(params) > MAX_BPF_FUNC_REG_ARGS:
        text = f"Function {meta.name} has {len(params)} > {MAX_BPF_FUNC_REG_ARGS} args\n"
        raise _refuse(env, text)
    index = 0
    while index < len(params):
        reg = cur_regs(env)[index + 1]
        if has_suffix(meta, index, "__ign"):
            pass
        elif has_suffix(meta, index, "__prog"):
            cur_aux(env).arg_prog = index + 1
        elif is_scalar(param_type(meta, index)):
            _scalar(env, meta, index, reg)
        elif _pointer(env, meta, index, reg) == TO_MEM_SIZE:
            index += 1  # its size is checked with it
        index += 1
    if meta.releases and not meta.release_regno:
        text = f"release kernel function {meta.name} expects refcounted PTR_TO_BTF_ID\n"
        raise _refuse(env, text)
