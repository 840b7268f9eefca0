"""What kernel functions return whose prototype says `void *` or a bare node: the verifier knows better."""

from __future__ import annotations

from collections.abc import Callable
from errno import EINVAL
from typing import Final

from skep.btf import types as t
from skep.kernel.btf_record import struct_meta
from skep.kernel.verifier.access import BPF_WRITE
from skep.kernel.verifier.btf_walk import is_scalar_struct
from skep.kernel.verifier.dynptr import dynptr_type_flag
from skep.kernel.verifier.env import Env, Reject, verbose, verifier_bug
from skep.kernel.verifier.graph import graph_node_reg
from skep.kernel.verifier.kfunc_meta import KfuncMeta
from skep.kernel.verifier.packet import may_access_direct_pkt_data
from skep.kernel.verifier.program_info import InsnAux
from skep.kernel.verifier.regs import RegState, btf_target, mem_target, pointer
from skep.kernel.verifier.regtypes import (
    MEM_ALLOC,
    MEM_PERCPU,
    MEM_RDONLY,
    PTR_TO_BTF_ID,
    PTR_TO_MEM,
    PTR_TRUSTED,
    PTR_UNTRUSTED,
)

_PERCPU_MAX_SIZE: Final = 512
_U32_MAX: Final = 0xFFFFFFFF


def _refuse(env: Env, text: str) -> Reject:
    verbose(env, text)
    return Reject(EINVAL)


def _obj_new(env: Env, meta: KfuncMeta, aux: InsnAux) -> RegState:
    """An object of a structure of the program's own BTF."""
    percpu = meta.name == "bpf_percpu_obj_new_impl"
    type_id = meta.arg_constant or 0
    if type_id > _U32_MAX:
        raise _refuse(env, "local type ID argument must be in range [0, U32_MAX]\n")
    btf = env.request.btf
    if btf is None:
        raise _refuse(env, "bpf_obj_new/bpf_percpu_obj_new requires prog BTF\n")
    type_ = btf.get(type_id) if type_id < len(btf.types) else None
    if not isinstance(type_, t.Struct):
        text = "bpf_obj_new/bpf_percpu_obj_new type ID argument must be of a struct\n"
        raise _refuse(env, text)
    record = struct_meta(btf, type_id)
    if percpu:
        if type_.size > _PERCPU_MAX_SIZE:
            text = f"bpf_percpu_obj_new type size ({type_.size}) is greater than {_PERCPU_MAX_SIZE}\n"
            raise _refuse(env, text)
        if not is_scalar_struct(env, btf, type_):
            raise _refuse(env, "bpf_percpu_obj_new type ID argument must be of a struct of scalars\n")
        if record is not None:
            text = "bpf_percpu_obj_new type ID argument must not contain special fields\n"
            raise _refuse(env, text)
    aux.obj_new_size, aux.kptr_struct_meta, aux.btf_id = type_.size, record, type_id
    flags = MEM_ALLOC | (MEM_PERCPU if percpu else 0)
    return pointer(PTR_TO_BTF_ID | flags, target=btf_target(btf, type_id))


def _refcount_acquire(env: Env, meta: KfuncMeta, aux: InsnAux) -> RegState:
    btf = meta.arg_btf
    assert btf is not None
    aux.kptr_struct_meta = struct_meta(btf, meta.arg_btf_id)
    return pointer(PTR_TO_BTF_ID | MEM_ALLOC, target=btf_target(btf, meta.arg_btf_id))


def _graph_node(env: Env, meta: KfuncMeta, aux: InsnAux) -> RegState:
    if meta.graph_root is None or meta.graph_btf is None:
        raise verifier_bug(env, f"{meta.name} without a list or tree")
    return graph_node_reg(meta.graph_root, meta.graph_btf)


def _cast_to_kern_ctx(env: Env, meta: KfuncMeta, aux: InsnAux) -> RegState:
    return pointer(PTR_TO_BTF_ID | PTR_TRUSTED, target=btf_target(meta.btf, meta.ret_btf_id))


def _rdonly_cast(env: Env, meta: KfuncMeta, aux: InsnAux) -> RegState:
    type_id = meta.arg_constant or 0
    type_ = meta.btf.get(type_id) if type_id < len(meta.btf.types) else None
    if isinstance(type_, (t.Struct, t.Union)):
        return pointer(PTR_TO_BTF_ID | PTR_UNTRUSTED, target=btf_target(meta.btf, type_id))
    if isinstance(type_, t.Void):
        return pointer(PTR_TO_MEM | MEM_RDONLY | PTR_UNTRUSTED)
    raise _refuse(env, "kfunc bpf_rdonly_cast type ID argument must be of a struct or void\n")


def _dynptr_slice(env: Env, meta: KfuncMeta, aux: InsnAux) -> RegState:
    if meta.arg_constant is None:
        raise verifier_bug(env, "bpf_dynptr_slice(_rdwr) no constant size")
    flags = dynptr_type_flag(meta.dynptr_type)
    if meta.name == "bpf_dynptr_slice":
        flags |= MEM_RDONLY
    elif not may_access_direct_pkt_data(env, None, BPF_WRITE):
        raise _refuse(env, "the prog does not allow writes to packet data\n")
    if not meta.dynptr_id:
        raise verifier_bug(env, "no dynptr id")
    return pointer(PTR_TO_MEM | flags, target=mem_target(meta.arg_constant, meta.dynptr_id))


SPECIAL_RETURNS: Final[dict[str, Callable[[Env, KfuncMeta, InsnAux], RegState]]] = {
    "bpf_obj_new_impl": _obj_new,
    "bpf_percpu_obj_new_impl": _obj_new,
    "bpf_refcount_acquire_impl": _refcount_acquire,
    "bpf_list_pop_front": _graph_node,
    "bpf_list_pop_back": _graph_node,
    "bpf_list_front": _graph_node,
    "bpf_list_back": _graph_node,
    "bpf_rbtree_remove": _graph_node,
    "bpf_rbtree_first": _graph_node,
    "bpf_rbtree_root": _graph_node,
    "bpf_rbtree_left": _graph_node,
    "bpf_rbtree_right": _graph_node,
    "bpf_cast_to_kern_ctx": _cast_to_kern_ctx,
    "bpf_rdonly_cast": _rdonly_cast,
    "bpf_dynptr_slice": _dynptr_slice,
    "bpf_dynptr_slice_rdwr": _dynptr_slice,
}


def special_return(env: Env, meta: KfuncMeta, aux: InsnAux) -> RegState:
    return SPECIAL_RETURNS[meta.name](env, meta, aux)
