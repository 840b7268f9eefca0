"""What is in R0 after a helper's call: the prototype's promise, and what the arguments say of it."""

from __future__ import annotations

from errno import EINVAL
from typing import Final

from skep.btf.types import Struct, Union
from skep.errors import BtfError
from skep.kernel.helpers import types as t
from skep.kernel.helpers.proto import BTF_FROM_CALL, HelperProto
from skep.kernel.verifier.bounds import UNBOUNDED, Draft
from skep.kernel.verifier.bounds_sync import reg_bounds_sync
from skep.kernel.verifier.btfptr import kernel_struct
from skep.kernel.verifier.env import (
    Env,
    Reject,
    cur_aux,
    new_id,
    verbose,
    verifier_bug,
)
from skep.kernel.verifier.helper_arg_kinds import can_elide_value_nullness
from skep.kernel.verifier.invariants import reg_bounds_sanity_check
from skep.kernel.verifier.kptr import kptr_returned
from skep.kernel.verifier.map_compat import func_ids, func_text
from skep.kernel.verifier.meta import CallArgMeta
from skep.kernel.verifier.regs import (
    NOT_INIT_REG,
    SCALAR_UNKNOWN,
    RegState,
    btf_target,
    map_target,
    mem_target,
    pointer,
    scalar,
)
from skep.kernel.verifier.regtypes import (
    MEM_ALLOC,
    MEM_RCU,
    MEM_RDONLY,
    PTR_MAYBE_NULL,
    PTR_TO_BTF_ID,
    PTR_TO_MAP_VALUE,
    PTR_TO_MEM,
    PTR_TO_SOCK_COMMON,
    PTR_TO_SOCKET,
    PTR_TO_TCP_SOCK,
    base_type,
    type_flag,
)
from skep.uapi import FuncId, MapType

MAX_ERRNO: Final = 4095
# Looking into an enum takes long, so what every call asks for is a number here.
_MAP_LOOKUP_ELEM: Final = int(FuncId.map_lookup_elem)
_GET_SMP_PROCESSOR_ID: Final = int(FuncId.get_smp_processor_id)
_SOCKMAP: Final = int(MapType.SOCKMAP)
_SOCKHASH: Final = int(MapType.SOCKHASH)

_ACQUIRES: Final = func_ids("sk_lookup_tcp sk_lookup_udp skc_lookup_tcp ringbuf_reserve kptr_xchg")
PTR_CASTS: Final = func_ids(
    "tcp_sock sk_fullsock skc_to_tcp_sock skc_to_tcp6_sock skc_to_udp6_sock skc_to_mptcp_sock "
    "skc_to_tcp_timewait_sock skc_to_tcp_request_sock"
)

_RETURNS_LENGTH: Final = func_ids(
    "get_stack get_task_stack probe_read_str probe_read_kernel_str probe_read_user_str"
)


def is_acquire_function(func_id: int, meta: CallArgMeta) -> bool:
    """Whether the helper gives out a reference."""
    if func_id == _MAP_LOOKUP_ELEM and meta.map_ptr is not None:
        return meta.map_ptr.map_type in (_SOCKMAP, _SOCKHASH)
    return func_id in _ACQUIRES


def _map_value_returned(env: Env, fn: HelperProto, meta: CallArgMeta) -> RegState:
    vmap = meta.map_ptr
    if vmap is None:
        verbose(env, "kernel subsystem misconfigured verifier\n")
        raise Reject(EINVAL)
    flags = type_flag(fn.ret)
    if (
        fn.id == _MAP_LOOKUP_ELEM
        and can_elide_value_nullness(vmap.map_type)
        and 0 <= meta.const_map_key < vmap.max_entries
    ):
        flags &= ~PTR_MAYBE_NULL
    id_ = 0
    if not flags & PTR_MAYBE_NULL and vmap.record is not None and vmap.record.has_lock:
        id_ = new_id(env)
    return pointer(PTR_TO_MAP_VALUE | flags, id=id_, target=map_target(vmap, meta.map_uid))


def _mem_or_btf_id_returned(env: Env, fn: HelperProto, meta: CallArgMeta) -> RegState:
    """The variable of one CPU."""
    btf = meta.ret_btf
    assert btf is not None
    type_id = btf.skip(meta.ret_btf_id)
    flags = type_flag(fn.ret)
    if isinstance(btf.get(type_id), (Struct, Union)):
        if cur_aux(env).call_with_percpu_alloc_ptr:
            return pointer(PTR_TO_BTF_ID | MEM_ALLOC | MEM_RCU, target=btf_target(btf, meta.ret_btf_id))
        return pointer(PTR_TO_BTF_ID | flags & ~MEM_RDONLY, target=btf_target(btf, meta.ret_btf_id))
    try:
        size = btf.size_of(type_id)
    except BtfError:
        name = btf.get(type_id).name
        verbose(env, f"unable to resolve the size of type '{name}': -22\n")
        raise Reject(EINVAL) from None
    return pointer(PTR_TO_MEM | flags, target=mem_target(size))


def _btf_id_returned(env: Env, fn: HelperProto, meta: CallArgMeta) -> RegState:
    if fn.ret_btf == BTF_FROM_CALL:
        return kptr_returned(env, meta, type_flag(fn.ret))
    target = kernel_struct(env, fn.ret_btf, f"helper {fn.bpf_name}")
    return pointer(PTR_TO_BTF_ID | type_flag(fn.ret), target=target)


def returned(env: Env, fn: HelperProto, meta: CallArgMeta) -> RegState:
    """What the prototype promises in R0."""
    base = base_type(fn.ret)
    flags = type_flag(fn.ret)
    if base == t.RET_INTEGER:
        return SCALAR_UNKNOWN
    if base == t.RET_VOID:
        return NOT_INIT_REG
    if base == t.RET_PTR_TO_MAP_VALUE:
        return _map_value_returned(env, fn, meta)
    if base == t.RET_PTR_TO_SOCKET:
        return pointer(PTR_TO_SOCKET | flags)
    if base == t.RET_PTR_TO_SOCK_COMMON:
        return pointer(PTR_TO_SOCK_COMMON | flags)
    if base == t.RET_PTR_TO_TCP_SOCK:
        return pointer(PTR_TO_TCP_SOCK | flags)
    if base == t.RET_PTR_TO_MEM:
        return pointer(PTR_TO_MEM | flags, target=mem_target(meta.mem_size, meta.dynptr_id))
    if base == t.RET_PTR_TO_MEM_OR_BTF_ID:
        return _mem_or_btf_id_returned(env, fn, meta)
    if base == t.RET_PTR_TO_BTF_ID:
        return _btf_id_returned(env, fn, meta)
    raise verifier_bug(env, f"unknown return type {base} of func {func_text(fn.id)}")


def do_refine_retval_range(env: Env, reg: RegState, fn: HelperProto, meta: CallArgMeta) -> RegState:
    """Some helpers return less than any number."""
    if base_type(fn.ret) != t.RET_INTEGER:
        return reg
    draft = Draft(UNBOUNDED)
    if fn.id in _RETURNS_LENGTH:
        draft.smax_value = draft.s32_max_value = _s32(meta.msize_max_value)
        draft.smin_value = draft.s32_min_value = -MAX_ERRNO
    elif fn.id == _GET_SMP_PROCESSOR_ID:
        last = env.request.ncpus - 1
        draft.umax_value = draft.u32_max_value = draft.smax_value = draft.s32_max_value = last
        draft.umin_value = draft.u32_min_value = draft.smin_value = draft.s32_min_value = 0
    else:
        return reg
    reg_bounds_sync(draft)
    return scalar(reg_bounds_sanity_check(env, draft.freeze(), "retval"))


def _s32(value: int) -> int:
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value >> 31 else value
