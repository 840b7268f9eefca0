"""Calls of helpers: may this program call it, do the arguments fit, what is in R0 afterwards.

The prototype's row says almost everything; the few helpers that need more are in `helper_special.py`.
"""

from __future__ import annotations

from errno import EACCES, EINVAL
from typing import Final

from skep.isa.insn import Insn
from skep.kernel.helpers import types as t
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.verifier.backtrack import mark_chain_precision
from skep.kernel.verifier.btfptr import in_rcu_cs
from skep.kernel.verifier.dynptr import unmark_stack_slots_dynptr
from skep.kernel.verifier.env import (
    DST_OP_NO_MARK,
    Env,
    Reject,
    check_reg_arg,
    cur_regs,
    mark_reg_scratched,
    new_id,
    verbose,
)
from skep.kernel.verifier.explore import push_stack
from skep.kernel.verifier.helper_allowed import allowed_proto, check_get_func_ip, check_may_call
from skep.kernel.verifier.helper_args import check_func_arg
from skep.kernel.verifier.helper_ret import PTR_CASTS, do_refine_retval_range, is_acquire_function, returned
from skep.kernel.verifier.helper_special import CHECKS
from skep.kernel.verifier.liveness import bpf_update_live_stack
from skep.kernel.verifier.map_compat import check_map_func_compatibility, func_ids, func_text
from skep.kernel.verifier.meta import CallArgMeta
from skep.kernel.verifier.packet import clear_all_pkt_pointers, helper_changes_pkt_data
from skep.kernel.verifier.program_info import InsnAux
from skep.kernel.verifier.refs import (
    acquire_reference,
    release_into_kptr,
    release_reference,
)
from skep.kernel.verifier.regs import (
    NOT_INIT_REG,
    SCALAR_UNKNOWN,
)
from skep.kernel.verifier.regtypes import (
    PTR_MAYBE_NULL,
    base_type,
)
from skep.kernel.verifier.stack import fill_stack_range
from skep.kernel.verifier.subprog import prepare_func_exit
from skep.uapi import BPF_F_RDONLY_PROG, FuncId, MapType

# Looking into an enum takes long, so what every call asks for is a number here.
_TAIL_CALL: Final = int(FuncId.tail_call)
_DYNPTR_DATA: Final = int(FuncId.dynptr_data)
_GET_FUNC_IP: Final = int(FuncId.get_func_ip)

BPF_MAP_KEY_POISON: Final = 1 << 63
BPF_MAP_KEY_SEEN: Final = 1 << 62

#: Helpers whose map is remembered, so that fixups can call the map's own operation.
_RECORDS_MAP: Final = func_ids(
    "tail_call map_lookup_elem map_update_elem map_delete_elem map_push_elem map_pop_elem map_peek_elem "
    "for_each_map_elem redirect_map map_lookup_percpu_elem"
)

_WRITES_MAP: Final = func_ids("map_delete_elem map_update_elem map_push_elem map_pop_elem")


# ------------------------------------------------------------------ maps of calls


def record_func_map(env: Env, meta: CallArgMeta, func_id: int, aux: InsnAux) -> None:
    """Remember which map is used here, or that there are several."""
    vmap = meta.map_ptr
    if func_id not in _RECORDS_MAP:
        return
    if vmap is None:
        verbose(env, "kernel subsystem misconfigured verifier\n")
        raise Reject(EINVAL)
    if vmap.map_flags & BPF_F_RDONLY_PROG and func_id in _WRITES_MAP:
        verbose(env, "write into map forbidden\n")
        raise Reject(EACCES)
    if aux.map_ptr is None:
        aux.map_ptr = vmap
    elif aux.map_ptr is not vmap:
        aux.map_ptr_poison = True
    aux.map_ptr_unpriv |= not vmap.bypass_spec_v1


def record_func_key(env: Env, meta: CallArgMeta, func_id: int, aux: InsnAux) -> None:
    """Remember the index of a tail call, if it is always the same."""
    if func_id != _TAIL_CALL:
        return
    vmap = meta.map_ptr
    if vmap is None or vmap.map_type != MapType.PROG_ARRAY:
        verbose(env, "expected prog array map for tail call")
        raise Reject(EINVAL)
    reg = cur_regs(env)[3]
    value = reg.bounds.var_off.value
    state = aux.map_key_state
    if not reg.is_const_scalar or value >= vmap.max_entries:
        aux.map_key_state = BPF_MAP_KEY_POISON | BPF_MAP_KEY_SEEN | state
        return
    mark_chain_precision(env, 3)
    if not state & BPF_MAP_KEY_SEEN:
        aux.map_key_state = value | BPF_MAP_KEY_SEEN
    elif not state & BPF_MAP_KEY_POISON and state & ~(BPF_MAP_KEY_SEEN | BPF_MAP_KEY_POISON) != value:
        aux.map_key_state = BPF_MAP_KEY_POISON | BPF_MAP_KEY_SEEN


# ------------------------------------------------------------------ the call


def _release(env: Env, fn: HelperProto, meta: CallArgMeta) -> None:
    """The helper takes the reference that one of its arguments carries."""
    if not meta.release_regno:
        return
    if base_type(fn.args[meta.release_regno - 1]) == t.ARG_PTR_TO_DYNPTR:
        unmark_stack_slots_dynptr(env, cur_regs(env)[meta.release_regno])
    elif fn.id == FuncId.kptr_xchg and meta.ref_obj_id:
        release_into_kptr(env, meta.ref_obj_id, in_rcu_cs(env))
    elif meta.ref_obj_id:
        try:
            release_reference(env, meta.ref_obj_id)
        except Reject:
            verbose(env, f"func {func_text(fn.id)} reference has not been acquired before\n")
            raise
    elif not cur_regs(env)[meta.release_regno].is_null:
        verbose(env, f"func {func_text(fn.id)} reference has not been acquired before\n")
        raise Reject(EINVAL)


def check_helper_call(env: Env, insn: Insn, insn_idx: int) -> None:
    """`call helper`: everything that Linux's function of this name checks, in its order."""
    func_id = insn.imm
    fn = allowed_proto(env, func_id)
    aux = env.insn_aux[insn_idx]
    check_may_call(env, fn, aux)
    meta = CallArgMeta(func_id, fn.pkt_access)
    for arg in range(len(fn.args)):
        check_func_arg(env, arg, meta, fn, insn_idx)
    record_func_map(env, meta, func_id, aux)
    record_func_key(env, meta, func_id, aux)
    if meta.access_size:
        fill_stack_range(env, meta.regno, meta.access_size, insn_idx)
    _release(env, fn, meta)
    special = CHECKS.get(func_id)
    if special is not None:
        special(env, insn_idx, meta)
    regs = cur_regs(env)
    for regno in range(6):
        regs[regno] = NOT_INIT_REG
        check_reg_arg(env, regno, DST_OP_NO_MARK)
    reg = returned(env, fn, meta)
    if reg.type & PTR_MAYBE_NULL:
        reg = reg.with_id(new_id(env))
    if func_id in PTR_CASTS or func_id == _DYNPTR_DATA:
        reg = reg.with_ref_obj_id(meta.ref_obj_id)
    elif is_acquire_function(func_id, meta):
        ref = acquire_reference(env, insn_idx)
        reg = reg.with_id(ref).with_ref_obj_id(ref)
    regs[0] = do_refine_retval_range(env, reg, fn, meta)
    check_map_func_compatibility(env, meta.map_ptr, func_id)
    if func_id == _GET_FUNC_IP:
        check_get_func_ip(env)
    if func_id == _TAIL_CALL:
        _leave_by_tail_call(env)
    elif helper_changes_pkt_data(func_id) or meta.changes_pkt_data:
        clear_all_pkt_pointers(env)


def _leave_by_tail_call(env: Env) -> None:
    """A tail call that succeeds ends the function that makes it: its caller goes on, with any return value.

    The path on which it fails is queued. In the main program success is the end of everything.
    """
    if not env.cur_state.curframe:
        return
    mark_reg_scratched(env, 0)
    push_stack(env, env.insn_idx + 1, env.insn_idx, False)
    clear_all_pkt_pointers(env)
    cur_regs(env)[0] = SCALAR_UNKNOWN
    bpf_update_live_stack(env)
    prepare_func_exit(env)
    # The caller of this check steps over the call.
    env.insn_idx -= 1
