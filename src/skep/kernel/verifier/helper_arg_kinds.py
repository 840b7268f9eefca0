"""What each kind of helper argument asks beyond types: memory of a size, a map's key, a constant string."""

from __future__ import annotations

from collections.abc import Callable
from errno import EACCES, EINVAL
from typing import Final

from skep.kernel.helpers import types as t
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.verifier.access import ACCESS_HELPER, BPF_READ, BPF_WRITE
from skep.kernel.verifier.alignment import check_ptr_alignment
from skep.kernel.verifier.backtrack import Backtrack, mark_chain_precision, mark_chain_precision_batch
from skep.kernel.verifier.bounds import s64
from skep.kernel.verifier.dynptr import process_dynptr_func
from skep.kernel.verifier.env import (
    Env,
    Reject,
    func_of,
    verbose,
    verifier_bug,
)
from skep.kernel.verifier.graph import in_rbtree_lock_required_cb
from skep.kernel.verifier.helper_mem import check_helper_mem_access, check_mem_size_reg
from skep.kernel.verifier.kptr import process_kptr_func
from skep.kernel.verifier.locks import PROCESS_SPIN_LOCK, process_spin_lock
from skep.kernel.verifier.map_fields import check_map_field_pointer
from skep.kernel.verifier.meta import CallArgMeta
from skep.kernel.verifier.region import check_map_access, direct_value, has_direct_value, map_is_rdonly
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import (
    MEM_UNINIT,
    MEM_WRITE,
    PTR_MAYBE_NULL,
    PTR_TO_MAP_VALUE,
    PTR_TO_STACK,
)
from skep.kernel.verifier.state import BPF_REG_SIZE, STACK_SPILL, STACK_ZERO
from skep.uapi import FuncId, MapType

# Looking into an enum takes long, so what every call asks for is a number here.
_ARRAY: Final = int(MapType.ARRAY)
_PERCPU_ARRAY: Final = int(MapType.PERCPU_ARRAY)


def _const_map_ptr(
    env: Env, regno: int, reg: RegState, arg_type: int, fn: HelperProto, meta: CallArgMeta
) -> None:
    target = reg.target
    if meta.map_ptr is not None and (meta.map_ptr is not target.map_ptr or meta.map_uid != target.map_uid):
        # A timer must be started with the map that it lives in.
        verbose(
            env,
            f"timer pointer in R1 map_uid={meta.map_uid} "
            f"doesn't match map pointer in R2 map_uid={target.map_uid}\n",
        )
        raise Reject(EINVAL)
    meta.map_ptr = target.map_ptr
    meta.map_uid = target.map_uid


def can_elide_value_nullness(map_type: int) -> bool:
    """Whether a lookup with an index below max_entries always finds something."""
    return map_type in (_ARRAY, _PERCPU_ARRAY)


def _constant_map_key(env: Env, key: RegState, key_size: int) -> int:
    """The key, if the stack is known to hold a constant there; -1 if not (Linux: get_constant_map_key)."""
    var_off = key.bounds.var_off
    if not env.bpf_capable or key.type != PTR_TO_STACK or var_off.mask:
        return -1
    state = func_of(env, key)
    spi, first = divmod(-(key.off + s64(var_off.value)) - 1, BPF_REG_SIZE)
    slot = state.stack[spi]

    def run_of(type_: int) -> int:
        length = 0
        while length <= first and slot.types[first - length] == type_:
            length += 1
        return length

    if run_of(STACK_ZERO) >= key_size:
        return 0
    if not slot.is_spilled_scalar_reg or run_of(STACK_SPILL) != key_size:
        return -1
    if slot.spilled.bounds.var_off.mask:
        return -1
    bt = Backtrack(env.cur_state.curframe)
    bt.stack_masks[key.frameno] |= 1 << spi
    mark_chain_precision_batch(env, env.cur_state, bt)
    return s64(slot.spilled.bounds.var_off.value)


def _map_key(env: Env, regno: int, reg: RegState, arg_type: int, fn: HelperProto, meta: CallArgMeta) -> None:
    if meta.map_ptr is None:
        verbose(env, "invalid map_ptr to access map->key\n")
        raise Reject(EACCES)
    key_size = meta.map_ptr.key_size
    check_helper_mem_access(env, regno, key_size, BPF_READ, False, None)
    if can_elide_value_nullness(meta.map_ptr.map_type):
        meta.const_map_key = _constant_map_key(env, reg, key_size)


def _map_value(
    env: Env, regno: int, reg: RegState, arg_type: int, fn: HelperProto, meta: CallArgMeta
) -> None:
    if arg_type & PTR_MAYBE_NULL and reg.is_null:
        return
    if meta.map_ptr is None:
        verbose(env, "invalid map_ptr to access map->value\n")
        raise Reject(EACCES)
    meta.raw_mode = bool(arg_type & MEM_UNINIT)
    access = BPF_WRITE if arg_type & MEM_WRITE else BPF_READ
    check_helper_mem_access(env, regno, meta.map_ptr.value_size, access, False, meta)


def _percpu_btf_id(
    env: Env, regno: int, reg: RegState, arg_type: int, fn: HelperProto, meta: CallArgMeta
) -> None:
    if not reg.btf_id:
        verbose(env, f"Helper has invalid btf_id in R{regno}\n")
        raise Reject(EACCES)
    meta.ret_btf = reg.btf
    meta.ret_btf_id = reg.btf_id


def _func(env: Env, regno: int, reg: RegState, arg_type: int, fn: HelperProto, meta: CallArgMeta) -> None:
    meta.subprogno = reg.target.subprogno


def _mem(env: Env, regno: int, reg: RegState, arg_type: int, fn: HelperProto, meta: CallArgMeta) -> None:
    """Memory whose size is the next argument is checked with it."""
    meta.raw_mode = bool(arg_type & MEM_UNINIT)
    if not arg_type & t.MEM_FIXED_SIZE:
        return
    size = fn.arg_sizes[regno - 1]
    check_helper_mem_access(env, regno, size, BPF_WRITE if arg_type & MEM_WRITE else BPF_READ, False, meta)
    if arg_type & t.MEM_ALIGNED:
        check_ptr_alignment(env, reg, 0, size, True)


def _const_size(
    env: Env, regno: int, reg: RegState, arg_type: int, fn: HelperProto, meta: CallArgMeta
) -> None:
    access = BPF_WRITE if fn.args[regno - 2] & MEM_WRITE else BPF_READ
    check_mem_size_reg(env, reg, regno, access, arg_type == t.ARG_CONST_SIZE_OR_ZERO, meta)


def _const_alloc_size(
    env: Env, regno: int, reg: RegState, arg_type: int, fn: HelperProto, meta: CallArgMeta
) -> None:
    if reg.bounds.var_off.mask:
        verbose(env, f"R{regno} is not a known constant'\n")
        raise Reject(EACCES)
    # The kernel keeps the size in 32 bits.
    meta.mem_size = reg.bounds.var_off.value & 0xFFFFFFFF
    mark_chain_precision(env, regno)


def check_reg_const_str(env: Env, reg: RegState, regno: int) -> bytes:
    """The register points to a string that never changes; gives its bytes, from there to the value's end."""
    vmap = reg.target.map_ptr
    if reg.type != PTR_TO_MAP_VALUE or vmap is None:
        raise Reject(EINVAL)
    if not map_is_rdonly(vmap):
        text = f"R{regno} does not point to a readonly map'\n"
    elif reg.bounds.var_off.mask:
        text = f"R{regno} is not a constant address'\n"
    elif not has_direct_value(vmap):
        text = "no direct value access support for this map type\n"
    else:
        check_map_access(env, regno, reg.off, vmap.value_size - reg.off, False, ACCESS_HELPER)
        try:
            value = direct_value(vmap)[reg.off + s64(reg.bounds.var_off.value) :]
        except Reject:
            verbose(env, "direct value access on string failed\n")
            raise
        if b"\0" in value:
            return value
        verbose(env, "string is not zero-terminated\n")
        raise Reject(EINVAL)
    verbose(env, text)
    raise Reject(EACCES)


def _const_str(
    env: Env, regno: int, reg: RegState, arg_type: int, fn: HelperProto, meta: CallArgMeta
) -> None:
    check_reg_const_str(env, reg, regno)


def _dynptr(env: Env, regno: int, reg: RegState, arg_type: int, fn: HelperProto, meta: CallArgMeta) -> None:
    process_dynptr_func(env, regno, env.insn_idx, arg_type, 0)


def _spin_lock(
    env: Env, regno: int, reg: RegState, arg_type: int, fn: HelperProto, meta: CallArgMeta
) -> None:
    if in_rbtree_lock_required_cb(env):
        verbose(env, "can't spin_{lock,unlock} in rbtree cb\n")
        raise Reject(EACCES)
    process_spin_lock(env, regno, PROCESS_SPIN_LOCK if meta.func_id == FuncId.spin_lock else 0)


def _kptr_xchg_dest(
    env: Env, regno: int, reg: RegState, arg_type: int, fn: HelperProto, meta: CallArgMeta
) -> None:
    process_kptr_func(env, regno, meta)


def _timer(env: Env, regno: int, reg: RegState, arg_type: int, fn: HelperProto, meta: CallArgMeta) -> None:
    check_map_field_pointer(env, regno, "bpf_timer")
    if meta.map_ptr is not None:
        raise verifier_bug(env, "Two map pointers in a timer helper")
    meta.map_uid = reg.map_uid
    meta.map_ptr = reg.map_ptr


KINDS: Final[dict[int, Callable[[Env, int, RegState, int, HelperProto, CallArgMeta], None]]] = {
    t.ARG_CONST_MAP_PTR: _const_map_ptr,
    t.ARG_PTR_TO_MAP_KEY: _map_key,
    t.ARG_PTR_TO_MAP_VALUE: _map_value,
    t.ARG_PTR_TO_PERCPU_BTF_ID: _percpu_btf_id,
    t.ARG_PTR_TO_FUNC: _func,
    t.ARG_PTR_TO_MEM: _mem,
    t.ARG_CONST_SIZE: _const_size,
    t.ARG_CONST_SIZE_OR_ZERO: _const_size,
    t.ARG_CONST_ALLOC_SIZE_OR_ZERO: _const_alloc_size,
    t.ARG_PTR_TO_CONST_STR: _const_str,
    t.ARG_PTR_TO_SPIN_LOCK: _spin_lock,
    t.ARG_PTR_TO_TIMER: _timer,
    t.ARG_KPTR_XCHG_DEST: _kptr_xchg_dest,
    t.ARG_PTR_TO_DYNPTR: _dynptr,
}
