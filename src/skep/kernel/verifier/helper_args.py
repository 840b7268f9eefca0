"""The arguments of a helper: does each register hold what the prototype wants?

`check_func_arg` first compares types (`check_reg_type`: which kinds of registers an argument kind accepts),
then offsets, then what the kind itself asks: memory of a size, a key of this map, a reference to give up.
"""

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
from skep.kernel.verifier.btf_walk import btf_struct_ids_match
from skep.kernel.verifier.btfptr import kernel_struct, type_name
from skep.kernel.verifier.ctx import check_ptr_off_reg
from skep.kernel.verifier.dynptr import dynptr_of, process_dynptr_func
from skep.kernel.verifier.env import (
    SRC_OP,
    Env,
    Reject,
    check_reg_arg,
    cur_regs,
    func_of,
    verbose,
    verifier_bug,
)
from skep.kernel.verifier.graph import in_rbtree_lock_required_cb
from skep.kernel.verifier.helper_mem import check_helper_mem_access, check_mem_size_reg
from skep.kernel.verifier.kptr import map_kptr_match_type, process_kptr_func
from skep.kernel.verifier.locks import PROCESS_SPIN_LOCK, process_spin_lock
from skep.kernel.verifier.map_compat import func_id_name
from skep.kernel.verifier.map_fields import check_map_field_pointer
from skep.kernel.verifier.memory import is_pointer_value
from skep.kernel.verifier.meta import CallArgMeta
from skep.kernel.verifier.packet import may_access_direct_pkt_data
from skep.kernel.verifier.region import check_map_access, direct_value, has_direct_value, map_is_rdonly
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import (
    DYNPTR_TYPE_FLAG_MASK,
    MEM_ALLOC,
    MEM_PERCPU,
    MEM_RCU,
    MEM_RDONLY,
    MEM_RINGBUF,
    MEM_UNINIT,
    MEM_WRITE,
    NON_OWN_REF,
    OBJ_RELEASE,
    PTR_MAYBE_NULL,
    PTR_TO_BTF_ID,
    PTR_TO_MAP_VALUE,
    PTR_TO_STACK,
    PTR_TRUSTED,
    SCALAR_VALUE,
    base_type,
    reg_type_str,
    type_is_pkt_pointer,
)
from skep.kernel.verifier.state import BPF_REG_SIZE, STACK_SPILL, STACK_ZERO
from skep.uapi import FuncId, MapType

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
    if meta.func_id == FuncId.kptr_xchg and type_ & MEM_ALLOC and regno == 2:
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
    if meta.func_id == FuncId.kptr_xchg:
        if not map_kptr_match_type(env, meta.kptr_field, reg, regno):
            raise Reject(EACCES)
        return
    _check_structure(env, regno, reg, arg_type, meta, wanted or "sock_common")


def _check_allocated_arg(env: Env, regno: int, reg: RegState, meta: CallArgMeta) -> None:
    if not reg.type & MEM_ALLOC:
        return  # a per-CPU kernel variable
    if meta.func_id not in (FuncId.spin_lock, FuncId.spin_unlock, FuncId.kptr_xchg):
        raise verifier_bug(env, "unimplemented handling of MEM_ALLOC")
    into_map = meta.func_id == FuncId.kptr_xchg and regno == 2
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


def _resolve_map_arg_type(env: Env, meta: CallArgMeta, arg_type: int) -> int:
    """A map value may be something else in maps that do not hold bytes."""
    if meta.map_ptr is None:
        verbose(env, "invalid map_ptr to access map->type\n")
        raise Reject(EACCES)
    map_type = meta.map_ptr.map_type
    if map_type in (MapType.SOCKMAP, MapType.SOCKHASH):
        if arg_type == t.ARG_PTR_TO_MAP_VALUE:
            return t.ARG_PTR_TO_BTF_ID_SOCK_COMMON
        verbose(env, "invalid arg_type for sockmap/sockhash\n")
        raise Reject(EINVAL)
    if map_type == MapType.BLOOM_FILTER and meta.func_id == FuncId.map_peek_elem:
        return t.ARG_PTR_TO_MAP_VALUE
    return arg_type


def _note_reference(env: Env, regno: int, reg: RegState, arg_type: int, meta: CallArgMeta) -> None:
    """Remember the reference that the argument carries, and whether the helper takes it."""
    if arg_type & OBJ_RELEASE:
        if base_type(arg_type) == t.ARG_PTR_TO_DYNPTR:
            _check_dynptr_release(env, regno, reg)
        elif not reg.ref_obj_id and not reg.is_null:
            verbose(env, f"R{regno} must be referenced when passed to release function\n")
            raise Reject(EINVAL)
        if meta.release_regno:
            raise verifier_bug(env, "more than one release argument")
        meta.release_regno = regno
    if reg.ref_obj_id and base_type(arg_type) != t.ARG_KPTR_XCHG_DEST:
        if meta.ref_obj_id:
            verbose(
                env,
                f"more than one arg with ref_obj_id R{regno} {reg.ref_obj_id} {meta.ref_obj_id}",
            )
            raise Reject(EACCES)
        meta.ref_obj_id = reg.ref_obj_id


def _check_dynptr_release(env: Env, regno: int, reg: RegState) -> None:
    """Only a dynptr on the stack that holds a reference can be given back."""
    if reg.type != PTR_TO_STACK:
        verbose(env, "cannot release unowned const bpf_dynptr\n")
        raise Reject(EINVAL)
    dynptr = dynptr_of(env, reg)
    if dynptr is None or not dynptr.ref_obj_id:
        verbose(env, f"arg {regno} is an unacquired reference\n")
        raise Reject(EINVAL)


def check_func_arg(env: Env, arg: int, meta: CallArgMeta, fn: HelperProto, insn_idx: int) -> None:
    """One argument register against the prototype."""
    arg_type = fn.args[arg]
    regno = 1 + arg
    check_reg_arg(env, regno, SRC_OP)
    reg = cur_regs(env)[regno]
    if arg_type == t.ARG_ANYTHING:
        if is_pointer_value(env, regno):
            verbose(env, f"R{regno} leaks addr into helper function\n")
            raise Reject(EACCES)
        return
    if type_is_pkt_pointer(reg.type) and not may_access_direct_pkt_data(env, meta, BPF_READ):
        verbose(env, "helper access to the packet is not allowed\n")
        raise Reject(EACCES)
    if base_type(arg_type) == t.ARG_PTR_TO_MAP_VALUE:
        arg_type = _resolve_map_arg_type(env, meta, arg_type)
    # Null is a scalar, so there is no type to compare.
    if not (reg.is_null and arg_type & PTR_MAYBE_NULL):
        check_reg_type(env, regno, arg_type, meta, fn.arg_btf[arg] if fn.arg_btf else "")
        check_func_arg_reg_off(env, reg, regno, arg_type)
    _note_reference(env, regno, reg, arg_type, meta)
    check = _KINDS.get(base_type(arg_type))
    if check is not None:
        check(env, regno, reg, arg_type, fn, meta)


# ------------------------------------------------------------------ kinds of arguments


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
    return map_type in (MapType.ARRAY, MapType.PERCPU_ARRAY)


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


_KINDS: Final[dict[int, Callable[[Env, int, RegState, int, HelperProto, CallArgMeta], None]]] = {
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
