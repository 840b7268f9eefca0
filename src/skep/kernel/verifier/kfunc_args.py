"""The arguments of a kernel function: does each register hold what the prototype and the flags want?"""

from __future__ import annotations

from errno import EACCES
from typing import Final

from skep.btf import types as t
from skep.kernel.verifier.backtrack import mark_chain_precision
from skep.kernel.verifier.btf_ctx import btf_type_str
from skep.kernel.verifier.btf_walk import (
    is_scalar,
)
from skep.kernel.verifier.btfptr import (
    is_rcu_reg,
    is_trusted_reg,
)
from skep.kernel.verifier.env import Env, cur_aux, cur_regs, refuse, verifier_bug
from skep.kernel.verifier.helper_reg_types import check_func_arg_reg_off
from skep.kernel.verifier.kfunc_meta import KfuncMeta
from skep.kernel.verifier.kfunc_pointers import KINDS, Arg, constant_arg
from skep.kernel.verifier.kfunc_types import (
    TO_ALLOC_BTF_ID,
    TO_BTF_ID,
    TO_MAP,
    TO_MEM_SIZE,
    TO_NULL,
    get_kfunc_ptr_arg_type,
    has_suffix,
    param_type,
)
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import (
    OBJ_RELEASE,
    PTR_MAYBE_NULL,
    SCALAR_VALUE,
)

MAX_BPF_FUNC_REG_ARGS: Final = 5
U32_MAX: Final = 0xFFFFFFFF


def _buffer_size(env: Env, meta: KfuncMeta, regno: int, reg: RegState) -> None:
    """The size of what the function returns."""
    if meta.r0_size:
        raise refuse(env, "2 or more rdonly/rdwr_buf_size parameters for kfunc")
    if reg.bounds.var_off.mask:
        raise refuse(env, f"R{regno} is not a const\n")
    meta.r0_size = reg.bounds.var_off.value
    if meta.r0_size > U32_MAX:
        raise refuse(env, f"R{regno} rdonly/rdwr_buf_size exceeds u32 max\n")
    mark_chain_precision(env, regno)


def _scalar(env: Env, meta: KfuncMeta, index: int, reg: RegState) -> None:
    regno = index + 1
    if reg.type != SCALAR_VALUE:
        raise refuse(env, f"R{regno} is not a scalar\n")
    name = meta.proto.params[index].name
    if has_suffix(meta, index, "__k"):
        constant_arg(env, meta, regno, reg)
        mark_chain_precision(env, regno)
    elif name in ("rdonly_buf_size", "rdwr_buf_size"):
        meta.r0_rdonly = name == "rdonly_buf_size"
        _buffer_size(env, meta, regno, reg)


# ------------------------------------------------------------------ one after another


def _note_map(env: Env, arg: Arg) -> None:
    meta, vmap, uid = arg.meta, arg.reg.map_ptr, arg.reg.map_uid
    target = arg.reg.target
    # Linux keeps what a pointer points to in one word, so any that has something there passes here.
    if vmap is None and target.btf is None and not target.mem_size and not target.range:
        raise refuse(env, f"pointer in R{arg.regno} isn't map pointer\n")
    record = vmap.record if vmap is not None else None
    if meta.map_ptr is not None and record is not None and (meta.map_ptr, meta.map_uid) != (vmap, uid):
        where = f"map_uid={meta.map_uid} doesn't match map pointer in R{arg.regno} map_uid={uid}\n"
        if record.find("bpf_task_work") is not None:
            raise refuse(env, f"bpf_task_work pointer in R2 {where}")
        if record.find("bpf_wq") is not None:
            raise refuse(env, f"workqueue pointer in R1 {where}")
    meta.map_ptr, meta.map_uid = vmap, uid


def _check_trust(env: Env, arg: Arg) -> None:
    meta = arg.meta
    if not (meta.trusted_args or meta.rcu) or is_trusted_reg(arg.reg):
        return
    if not meta.rcu:
        raise refuse(env, f"R{arg.regno} must be referenced or trusted\n")
    if not is_rcu_reg(arg.reg):
        raise refuse(env, f"R{arg.regno} must be a rcu pointer\n")


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
        raise refuse(env, f"Unrecognized arg#{index} type {btf_type_str(ptr)}\n")
    maybe_null = reg.is_null or reg.type & PTR_MAYBE_NULL
    if maybe_null and (meta.trusted_args or meta.rcu) and not has_suffix(meta, index, "__nullable"):
        raise refuse(env, f"Possibly NULL pointer passed to trusted arg{index}\n", EACCES)
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
    KINDS[arg.kind](env, arg)
    return arg.kind


def check_kfunc_args(env: Env, meta: KfuncMeta) -> None:
    params = meta.proto.params
    if len(params) > MAX_BPF_FUNC_REG_ARGS:
        text = f"Function {meta.name} has {len(params)} > {MAX_BPF_FUNC_REG_ARGS} args\n"
        raise refuse(env, text)
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
        raise refuse(env, text)
