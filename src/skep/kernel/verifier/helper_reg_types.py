"""Which registers each kind of helper argument accepts: types, structures pointed to, offsets."""

from __future__ import annotations

from errno import EACCES, EINVAL
from typing import Final

from skep.kernel.helpers import types as t
from skep.kernel.verifier.btf_walk import btf_struct_ids_match
from skep.kernel.verifier.btfptr import kernel_struct, type_name
from skep.kernel.verifier.ctx import check_ptr_off_reg
from skep.kernel.verifier.env import (
    Env,
    Reject,
    cur_regs,
    verbose,
    verifier_bug,
)
from skep.kernel.verifier.kptr import map_kptr_match_type
from skep.kernel.verifier.map_compat import func_id_name
from skep.kernel.verifier.meta import CallArgMeta
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import (
    DYNPTR_TYPE_FLAG_MASK,
    MEM_ALLOC,
    MEM_PERCPU,
    MEM_RCU,
    MEM_RDONLY,
    MEM_RINGBUF,
    NON_OWN_REF,
    OBJ_RELEASE,
    PTR_MAYBE_NULL,
    PTR_TO_BTF_ID,
    PTR_TO_STACK,
    PTR_TRUSTED,
    SCALAR_VALUE,
    base_type,
    reg_type_str,
)
from skep.uapi import FuncId

_KPTR_XCHG: Final = int(FuncId.kptr_xchg)  # looking into an enum takes long

_MEM: Final = (
    t.PTR_TO_STACK,
    t.PTR_TO_PACKET,
    t.PTR_TO_PACKET_META,
    t.PTR_TO_MAP_KEY,
    t.PTR_TO_MAP_VALUE,
    t.PTR_TO_MEM,
    t.PTR_TO_MEM | MEM_RINGBUF,
    t.PTR_TO_BUF,
    t.PTR_TO_BTF_ID | PTR_TRUSTED,
)
_SOCKS: Final = (t.PTR_TO_SOCK_COMMON, t.PTR_TO_SOCKET, t.PTR_TO_TCP_SOCK, t.PTR_TO_XDP_SOCK)
_SCALAR: Final = (SCALAR_VALUE,)
_OWNED: Final = (t.PTR_TO_MAP_VALUE, t.PTR_TO_BTF_ID | MEM_ALLOC)

#: Which registers each kind of argument accepts, in the order in which refusals list them.
COMPATIBLE_REG_TYPES: Final[dict[int, tuple[int, ...]]] = {
    t.ARG_PTR_TO_MAP_KEY: _MEM,
    t.ARG_PTR_TO_MAP_VALUE: _MEM,
    t.ARG_CONST_SIZE: _SCALAR,
    t.ARG_CONST_SIZE_OR_ZERO: _SCALAR,
    t.ARG_CONST_ALLOC_SIZE_OR_ZERO: _SCALAR,
    t.ARG_CONST_MAP_PTR: (t.CONST_PTR_TO_MAP,),
    t.ARG_PTR_TO_CTX: (t.PTR_TO_CTX,),
    t.ARG_PTR_TO_SOCK_COMMON: _SOCKS,
    t.ARG_PTR_TO_BTF_ID_SOCK_COMMON: (*_SOCKS, t.PTR_TO_BTF_ID, t.PTR_TO_BTF_ID | PTR_TRUSTED),
    t.ARG_PTR_TO_SOCKET: (t.PTR_TO_SOCKET,),
    t.ARG_PTR_TO_BTF_ID: (t.PTR_TO_BTF_ID, t.PTR_TO_BTF_ID | PTR_TRUSTED, t.PTR_TO_BTF_ID | MEM_RCU),
    t.ARG_PTR_TO_SPIN_LOCK: _OWNED,
    t.ARG_PTR_TO_MEM: _MEM,
    t.ARG_PTR_TO_RINGBUF_MEM: (t.PTR_TO_MEM | MEM_RINGBUF,),
    t.ARG_PTR_TO_PERCPU_BTF_ID: (
        t.PTR_TO_BTF_ID | MEM_PERCPU,
        t.PTR_TO_BTF_ID | MEM_PERCPU | MEM_RCU,
        t.PTR_TO_BTF_ID | MEM_PERCPU | PTR_TRUSTED,
    ),
    t.ARG_PTR_TO_FUNC: (t.PTR_TO_FUNC,),
    t.ARG_PTR_TO_STACK: (t.PTR_TO_STACK,),
    t.ARG_PTR_TO_CONST_STR: (t.PTR_TO_MAP_VALUE,),
    t.ARG_PTR_TO_TIMER: (t.PTR_TO_MAP_VALUE,),
    t.ARG_KPTR_XCHG_DEST: _OWNED,
    t.ARG_PTR_TO_DYNPTR: (t.PTR_TO_STACK, t.CONST_PTR_TO_DYNPTR),
}

#: Registers that may carry any offset into an argument.
_ANY_OFFSET_OK: Final = frozenset(
    {
        t.PTR_TO_STACK,
        t.PTR_TO_PACKET,
        t.PTR_TO_PACKET_META,
        t.PTR_TO_MAP_KEY,
        t.PTR_TO_MAP_VALUE,
        t.PTR_TO_MEM,
        t.PTR_TO_MEM | MEM_RDONLY,
        t.PTR_TO_MEM | MEM_RINGBUF,
        t.PTR_TO_BUF,
        t.PTR_TO_BUF | MEM_RDONLY,
        t.PTR_TO_ARENA,
        SCALAR_VALUE,
    }
)

#: ... and those that may carry a fixed one.
_FIXED_OFFSET_OK: Final = frozenset(
    {
        t.PTR_TO_BTF_ID,
        t.PTR_TO_BTF_ID | MEM_ALLOC,
        t.PTR_TO_BTF_ID | PTR_TRUSTED,
        t.PTR_TO_BTF_ID | MEM_RCU,
        t.PTR_TO_BTF_ID | MEM_ALLOC | NON_OWN_REF,
        t.PTR_TO_BTF_ID | MEM_ALLOC | NON_OWN_REF | MEM_RCU,
    }
)


def check_reg_type(env: Env, regno: int, arg_type: int, meta: CallArgMeta, wanted: str = "") -> None:
    """The register is of a kind that the argument accepts.

    An argument that promises not to write (MEM_RDONLY) or to look for null accepts registers with these flags
    as well as those without. `wanted` is the kernel structure that a BTF pointer must point to.
    """
    reg = cur_regs(env)[regno]
    compatible = COMPATIBLE_REG_TYPES.get(base_type(arg_type))
    if compatible is None:
        raise verifier_bug(env, f"unsupported arg type {arg_type}")
    type_ = reg.type
    if arg_type & MEM_RDONLY:
        type_ &= ~MEM_RDONLY
    if arg_type & PTR_MAYBE_NULL:
        type_ &= ~PTR_MAYBE_NULL
    if base_type(arg_type) == t.ARG_PTR_TO_MEM:
        type_ &= ~DYNPTR_TYPE_FLAG_MASK
    if meta.func_id == _KPTR_XCHG and type_ & MEM_ALLOC and regno == 2:
        type_ &= ~(MEM_ALLOC | MEM_PERCPU)
    if type_ not in compatible:
        if env.log.level:
            expected = ", ".join(reg_type_str(c) for c in compatible)
            verbose(env, f"R{regno} type={reg_type_str(reg.type)} expected={expected}\n")
        raise Reject(EACCES)
    if base_type(reg.type) == PTR_TO_BTF_ID:
        _check_btf_arg(env, regno, reg, arg_type, compatible, meta, wanted)


def _check_btf_arg(
    env: Env,
    regno: int,
    reg: RegState,
    arg_type: int,
    compatible: tuple[int, ...],
    meta: CallArgMeta,
    wanted: str,
) -> None:
    if compatible == _MEM:
        if not arg_type & MEM_RDONLY:
            name = func_id_name(meta.func_id)
            text = f"{name}() may write into memory pointed by R{regno} type={reg_type_str(reg.type)}\n"
            verbose(env, text)
            raise Reject(EACCES)
        return
    if reg.type & (MEM_ALLOC | MEM_PERCPU):
        _check_allocated_arg(env, regno, reg, meta)
        return
    if reg.type & PTR_MAYBE_NULL and (not arg_type & PTR_MAYBE_NULL or arg_type & OBJ_RELEASE):
        verbose(env, f"Possibly NULL pointer passed to helper arg{regno}\n")
        raise Reject(EACCES)
    if meta.func_id == _KPTR_XCHG:
        if not map_kptr_match_type(env, meta.kptr_field, reg, regno):
            raise Reject(EACCES)
        return
    _check_structure(env, regno, reg, arg_type, meta, wanted or "sock_common")


def _check_allocated_arg(env: Env, regno: int, reg: RegState, meta: CallArgMeta) -> None:
    if not reg.type & MEM_ALLOC:
        return  # a per-CPU kernel variable
    if meta.func_id not in (FuncId.spin_lock, FuncId.spin_unlock, FuncId.kptr_xchg):
        raise verifier_bug(env, "unimplemented handling of MEM_ALLOC")
    into_map = meta.func_id == _KPTR_XCHG and regno == 2
    if into_map and not map_kptr_match_type(env, meta.kptr_field, reg, regno):
        raise Reject(EACCES)


def _check_structure(
    env: Env, regno: int, reg: RegState, arg_type: int, meta: CallArgMeta, wanted: str
) -> None:
    """The kernel structure is the one that the helper wants, or starts with it."""
    target = kernel_struct(env, wanted, func_id_name(meta.func_id))
    assert reg.btf is not None
    assert target.btf is not None
    strict = bool(arg_type & OBJ_RELEASE) and meta.func_id != FuncId.sk_release
    alloc = reg.type & MEM_ALLOC != 0
    if not btf_struct_ids_match(
        env, reg.btf, reg.btf_id, reg.off, target.btf, target.btf_id, strict, not alloc
    ):
        verbose(env, f"R{regno} is of type {type_name(reg.btf, reg.btf_id)} but {wanted} is expected\n")
        raise Reject(EACCES)


def check_func_arg_reg_off(env: Env, reg: RegState, regno: int, arg_type: int) -> None:
    """The pointer's offset is one that the argument can have."""
    if arg_type & OBJ_RELEASE:
        if base_type(arg_type) == t.ARG_PTR_TO_DYNPTR and reg.type == PTR_TO_STACK:
            return
        if reg.off:
            verbose(
                env,
                f"R{regno} must have zero offset when passed to release func or trusted arg to kfunc\n",
            )
            raise Reject(EINVAL)
        check_ptr_off_reg(env, reg, regno)
    elif reg.type not in _ANY_OFFSET_OK:
        check_ptr_off_reg(env, reg, regno, reg.type in _FIXED_OFFSET_OK)
