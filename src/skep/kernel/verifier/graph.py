"""Lists and red-black trees of objects that the program allocates, and who owns their elements.

An object is owned by the program (a reference) or by a list or tree. Adding it to one makes the program's
pointers to it non-owning: good for reads and for handing back as long as the lock is held that protects the
collection. Taking it out makes the program its owner again.
"""

from __future__ import annotations

from errno import EINVAL
from typing import Final

from skep.btf import Btf
from skep.kernel.btf_record import GRAPH_ROOTS, SpecialField
from skep.kernel.verifier.bounds import s64
from skep.kernel.verifier.btf_walk import btf_struct_ids_match
from skep.kernel.verifier.btfptr import reg_btf_record, type_name
from skep.kernel.verifier.env import Env, Reject, verbose, verifier_bug
from skep.kernel.verifier.kfunc_meta import LIST_KFUNCS, RBTREE_KFUNCS, KfuncMeta, kfunc_is
from skep.kernel.verifier.locks import find_lock_state
from skep.kernel.verifier.regs import RegState, btf_target, pointer
from skep.kernel.verifier.regtypes import (
    MEM_ALLOC,
    MEM_RCU,
    NON_OWN_REF,
    PTR_TO_BTF_ID,
    PTR_TO_MAP_VALUE,
)
from skep.kernel.verifier.state import REF_TYPE_LOCK_MASK, StackSlot

_ALLOC: Final = PTR_TO_BTF_ID | MEM_ALLOC

_ROOT_KFUNCS: Final = {"bpf_list_head": LIST_KFUNCS, "bpf_rb_root": RBTREE_KFUNCS}
_NODE_KFUNCS: Final = {
    "bpf_list_node": frozenset({"bpf_list_push_front_impl", "bpf_list_push_back_impl"}),
    "bpf_rb_node": frozenset(
        {"bpf_rbtree_remove", "bpf_rbtree_add_impl", "bpf_rbtree_left", "bpf_rbtree_right"}
    ),
}


def _refuse(env: Env, text: str) -> Reject:
    verbose(env, text)
    return Reject(EINVAL)


def _offset(reg: RegState) -> int:
    return reg.off + s64(reg.bounds.var_off.value)


# ------------------------------------------------------------------ ownership


def graph_node_reg(field: SpecialField, btf: Btf) -> RegState:
    """A pointer to the node in an element (mark_reg_graph_node)."""
    target = btf_target(btf, field.type_id)
    return pointer(_ALLOC, off=field.node_offset, target=target)


def non_owning(env: Env, reg: RegState) -> RegState:
    """The pointer once a collection owns the object (ref_set_non_owning)."""
    if not env.cur_state.active_locks:
        raise verifier_bug(env, "non-owning ref acquired without active lock")
    if reg.type & NON_OWN_REF:
        raise verifier_bug(env, "NON_OWN_REF already set")
    record = reg_btf_record(env, reg)
    type_ = reg.type | NON_OWN_REF
    if record is not None and record.find("bpf_refcount") is not None:
        type_ |= MEM_RCU
    return reg.with_type(type_)


def ref_convert_owning_non_owning(env: Env, ref_obj_id: int) -> None:
    """All pointers with this reference no longer own what they point to."""
    if not ref_obj_id:
        raise verifier_bug(env, "ref_obj_id is zero for owning -> non-owning conversion")
    for func in env.cur_state.frame:
        for regno, reg in enumerate(func.regs):
            if reg.ref_obj_id == ref_obj_id:
                func.regs[regno] = non_owning(env, reg.with_ref_obj_id(0))
        for spi, slot in enumerate(func.stack):
            if slot.is_spilled_reg and slot.spilled.ref_obj_id == ref_obj_id:
                func.stack[spi] = StackSlot(slot.types, non_owning(env, slot.spilled.with_ref_obj_id(0)))


def type_is_non_owning_ref(type_: int) -> bool:
    return type_ & (MEM_ALLOC | NON_OWN_REF) == MEM_ALLOC | NON_OWN_REF


def in_rbtree_lock_required_cb(env: Env) -> bool:
    """Within a comparison that bpf_rbtree_add called."""
    state = env.cur_state
    for frame in range(state.curframe, 0, -1):
        callee = state.frame[frame]
        if callee.in_callback_fn and kfunc_is(env, env.insns[callee.callsite], RBTREE_KFUNCS):
            return True
    return False


def _check_reg_allocation_locked(env: Env, reg: RegState) -> bool:
    """Whether the lock beside the collection is held."""
    if reg.type == PTR_TO_MAP_VALUE:
        owner: object = reg.map_ptr
    elif reg.type == _ALLOC:
        owner = reg.btf
    else:
        raise verifier_bug(env, "unknown reg type for lock check")
    state = env.cur_state
    if not state.active_locks:
        return False
    if find_lock_state(state, REF_TYPE_LOCK_MASK, reg.id, owner) is None:
        verbose(env, "held lock and object are not in the same allocation\n")
        return False
    return True


# ------------------------------------------------------------------ arguments


def process_kf_arg_ptr_to_graph_root(env: Env, reg: RegState, regno: int, meta: KfuncMeta, kind: str) -> None:
    """A bpf_list_head or bpf_rb_root whose lock is held."""
    if meta.name not in _ROOT_KFUNCS[kind]:
        raise verifier_bug(env, f"{kind} head arg for unknown kfunc")
    if reg.bounds.var_off.mask:
        text = f"R{regno} doesn't have constant offset. {kind} has to be at the constant offset\n"
        raise _refuse(env, text)
    record = reg_btf_record(env, reg)
    off = _offset(reg)
    field = record.at(off) if record is not None else None
    if record is None or field is None or field.kind != kind:
        raise _refuse(env, f"{kind} not found at offset={off & 0xFFFFFFFF}\n")
    if not _check_reg_allocation_locked(env, reg):
        lock = record.find("bpf_spin_lock")
        at = lock.offset if lock is not None else -EINVAL
        raise _refuse(env, f"bpf_spin_lock at off={at} must be held for {kind}\n")
    meta.graph_root = field
    meta.graph_btf = reg.map_ptr.btf if reg.map_ptr is not None else reg.btf


def process_kf_arg_ptr_to_graph_node(env: Env, reg: RegState, regno: int, meta: KfuncMeta, kind: str) -> None:
    """The node of an object that fits the collection at hand."""
    if meta.name not in _NODE_KFUNCS[kind]:
        raise verifier_bug(env, f"{kind} node arg for unknown kfunc")
    if reg.bounds.var_off.mask:
        text = f"R{regno} doesn't have constant offset. {kind} has to be at the constant offset\n"
        raise _refuse(env, text)
    off = _offset(reg)
    record = reg_btf_record(env, reg)
    found = record.at(off) if record is not None else None
    if found is None or found.kind != kind:
        raise _refuse(env, f"{kind} not found at offset={off & 0xFFFFFFFF}\n")
    root, btf = meta.graph_root, meta.graph_btf
    if root is None or btf is None or reg.btf is None:
        # Functions that take a node alone: it is in a collection already.
        meta.arg_btf, meta.arg_btf_id = reg.btf, reg.btf_id
        return
    wanted = type_name(btf, root.type_id)
    if not btf_struct_ids_match(env, reg.btf, reg.btf_id, 0, btf, root.type_id, True, False):
        head = next(head for head, node in GRAPH_ROOTS.items() if node == kind)
        text = (
            f"operation on {head} expects arg#1 {kind} at offset={root.node_offset} in struct {wanted}, "
            f"but arg is at offset={off} in struct {type_name(reg.btf, reg.btf_id)}\n"
        )
        raise _refuse(env, text)
    meta.arg_btf, meta.arg_btf_id = reg.btf, reg.btf_id
    if off != root.node_offset:
        text = f"arg#1 offset={off}, but expected {kind} at offset={root.node_offset} in struct {wanted}\n"
        raise _refuse(env, text)
