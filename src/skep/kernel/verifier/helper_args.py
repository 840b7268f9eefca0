"""The arguments of a helper: does each register hold what the prototype wants?

`check_func_arg` first compares types and offsets (`helper_reg_types.py`), then what the kind of the argument
asks (`helper_arg_kinds.py`).
"""

from __future__ import annotations

from errno import EACCES, EINVAL
from typing import Final

from skep.kernel.helpers import types as t
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.verifier.access import BPF_READ
from skep.kernel.verifier.dynptr import dynptr_of
from skep.kernel.verifier.env import (
    SRC_OP,
    Env,
    Reject,
    check_reg_arg,
    cur_regs,
    verbose,
    verifier_bug,
)
from skep.kernel.verifier.helper_arg_kinds import KINDS
from skep.kernel.verifier.helper_reg_types import check_func_arg_reg_off, check_reg_type
from skep.kernel.verifier.memory import is_pointer_value
from skep.kernel.verifier.meta import CallArgMeta
from skep.kernel.verifier.packet import may_access_direct_pkt_data
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import (
    OBJ_RELEASE,
    PTR_MAYBE_NULL,
    PTR_TO_STACK,
    base_type,
    type_is_pkt_pointer,
)
from skep.uapi import FuncId, MapType

# Looking into an enum takes long, so what every call asks for is a number here.
_SOCKMAP: Final = int(MapType.SOCKMAP)
_SOCKHASH: Final = int(MapType.SOCKHASH)
_BLOOM_FILTER: Final = int(MapType.BLOOM_FILTER)


def _resolve_map_arg_type(env: Env, meta: CallArgMeta, arg_type: int) -> int:
    """A map value may be something else in maps that do not hold bytes."""
    if meta.map_ptr is None:
        verbose(env, "invalid map_ptr to access map->type\n")
        raise Reject(EACCES)
    map_type = meta.map_ptr.map_type
    if map_type in (_SOCKMAP, _SOCKHASH):
        if arg_type == t.ARG_PTR_TO_MAP_VALUE:
            return t.ARG_PTR_TO_BTF_ID_SOCK_COMMON
        verbose(env, "invalid arg_type for sockmap/sockhash\n")
        raise Reject(EINVAL)
    if map_type == _BLOOM_FILTER and meta.func_id == FuncId.map_peek_elem:
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
    check = KINDS.get(base_type(arg_type))
    if check is not None:
        check(env, regno, reg, arg_type, fn, meta)
