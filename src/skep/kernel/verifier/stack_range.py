"""Ranges of the stack: their bounds, and what helpers and uncertain reads find there."""

from __future__ import annotations

from errno import EACCES, EFAULT, EINVAL

from skep.kernel.verifier.access import (
    BPF_MAX_VAR_OFF,
    BPF_READ,
    BPF_WRITE,
)
from skep.kernel.verifier.bounds import s64
from skep.kernel.verifier.env import Env, Reject, cur_regs, func_of, verbose
from skep.kernel.verifier.liveness import bpf_mark_stack_read
from skep.kernel.verifier.log_state import fmt_tnum
from skep.kernel.verifier.meta import CallArgMeta
from skep.kernel.verifier.regs import (
    SCALAR_UNKNOWN,
)
from skep.kernel.verifier.regtypes import (
    SCALAR_VALUE,
)
from skep.kernel.verifier.stack_slots import grow_stack_state, with_bytes
from skep.kernel.verifier.state import (
    BPF_REG_SIZE,
    MAX_BPF_STACK,
    MISC_TYPES,
    STACK_DYNPTR,
    STACK_INVALID,
    STACK_MISC,
    STACK_ZERO,
    FuncState,
    StackSlot,
)


def check_stack_access_within_bounds(
    env: Env, regno: int, off: int, access_size: int, access_type: int
) -> None:
    """Whether all of the access lies in the stack; grows the known part of it as far as needed."""
    reg = cur_regs(env)[regno]
    state = func_of(env, reg)
    var_off = reg.bounds.var_off
    extra = " read from" if access_type == BPF_READ else " write to"
    if var_off.mask == 0:
        min_off = s64(var_off.value) + off
        max_off = min_off + access_size
    else:
        if reg.smax_value >= BPF_MAX_VAR_OFF or reg.smin_value <= -BPF_MAX_VAR_OFF:
            verbose(env, f"invalid unbounded variable-offset{extra} stack R{regno}\n")
            raise Reject(EACCES)
        min_off = reg.smin_value + off
        max_off = reg.smax_value + off + access_size
    lowest = -MAX_BPF_STACK if access_type == BPF_WRITE or env.allow_uninit_stack else -state.allocated_stack
    errno = 0
    if min_off < lowest or min_off > -1:
        errno = EACCES
    elif max_off > 0:
        errno = EINVAL
    elif access_size < 0:
        errno = EFAULT
    if not errno:
        grow_stack_state(env, state, -min_off)
        return
    if var_off.mask == 0:
        verbose(env, f"invalid{extra} stack R{regno} off={off} size={access_size}\n")
    else:
        verbose(
            env,
            f"invalid variable-offset{extra} stack R{regno} var_off={fmt_tnum(var_off)} "
            f"off={off} size={access_size}\n",
        )
    raise Reject(errno)


def check_stack_range_initialized(
    env: Env,
    regno: int,
    off: int,
    access_size: int,
    zero_size_allowed: bool,
    access_type: int,
    meta: CallArgMeta | None,
) -> None:
    """Whether a range of the stack may be read, by a variable offset or by a helper.

    A helper that fills memory (`meta.raw_mode`) needs no initialised bytes: the range is noted in `meta`, to
    be marked as written after the arguments are checked. A helper that may also write what it reads makes the
    range data from then on.
    """
    reg = cur_regs(env)[regno]
    state = func_of(env, reg)
    if access_size == 0 and not zero_size_allowed:
        verbose(env, "invalid zero-sized read\n")
        raise Reject(EACCES)
    check_stack_access_within_bounds(env, regno, off, access_size, access_type)
    var_off = reg.bounds.var_off
    if var_off.mask == 0:
        min_off = max_off = s64(var_off.value) + off
    else:
        if not env.bypass_spec_v1:
            what = f"R{regno} variable offset stack access prohibited for !root"
            verbose(env, f"{what}, var_off={fmt_tnum(var_off)}\n")
            raise Reject(EACCES)
        # Nobody can say which bytes a helper fills at an unknown place.
        if meta is not None and meta.raw_mode:
            meta = None
        min_off = reg.smin_value + off
        max_off = reg.smax_value + off
    if meta is not None and meta.raw_mode:
        _refuse_dynptr_overwrite(env, state, min_off, max_off + access_size)
        meta.access_size = access_size
        meta.regno = regno
        return
    _check_range_bytes(env, regno, state, min_off, max_off, access_size, access_type == BPF_WRITE)


def _refuse_dynptr_overwrite(env: Env, state: FuncState, start: int, end: int) -> None:
    off = start
    while off < end:
        spi, first = divmod(-off - 1, BPF_REG_SIZE)
        # All bytes of a slot are a dynptr's, or none.
        if spi < len(state.stack) and state.stack[spi].types[first] == STACK_DYNPTR:
            verbose(env, f"potential write to dynptr at off={off} disallowed\n")
            raise Reject(EACCES)
        off += first + 1


def _check_range_bytes(
    env: Env,
    regno: int,
    state: FuncState,
    min_off: int,
    max_off: int,
    access_size: int,
    clobber: bool,
) -> None:
    """Every byte of the range is initialised; a helper's range becomes data if it may write."""
    off, end = min_off, max_off + access_size
    while off < end:
        spi, first = divmod(-off - 1, BPF_REG_SIZE)
        following = min(end, off + first + 1)
        if state.stack[spi].types == MISC_TYPES:
            bpf_mark_stack_read(env, state.frameno, env.insn_idx, 1 << spi)
        else:
            _check_slot_bytes(env, regno, state, spi, off, following, clobber, min_off, access_size)
        off = following


def _check_slot_bytes(
    env: Env,
    regno: int,
    state: FuncState,
    spi: int,
    start: int,
    end: int,
    clobber: bool,
    min_off: int,
    access_size: int,
) -> None:
    for i in range(start, end):
        index = (-i - 1) % BPF_REG_SIZE
        slot = state.stack[spi]
        type_ = slot.types[index]
        if type_ == STACK_MISC:
            pass
        elif type_ == STACK_ZERO or (type_ == STACK_INVALID and env.allow_uninit_stack):
            if clobber:
                state.stack[spi] = with_bytes(slot, index, 1, STACK_MISC)
        elif slot.is_spilled_reg and (slot.spilled.type == SCALAR_VALUE or env.allow_ptr_leaks):
            if clobber:
                types = bytes(STACK_MISC if t != STACK_INVALID else t for t in slot.types)
                state.stack[spi] = StackSlot(types, SCALAR_UNKNOWN)
        else:
            _report_uninitialised(env, regno, min_off, i, access_size)
        bpf_mark_stack_read(env, state.frameno, env.insn_idx, 1 << spi)


def _report_uninitialised(env: Env, regno: int, min_off: int, at: int, access_size: int) -> None:
    var_off = cur_regs(env)[regno].bounds.var_off
    if var_off.mask == 0:
        where = f"off {min_off}+{at - min_off}"
    else:
        where = f"var_off {fmt_tnum(var_off)}+{at - min_off}"
    verbose(env, f"invalid read from stack R{regno} {where} size {access_size}\n")
    raise Reject(EACCES)
