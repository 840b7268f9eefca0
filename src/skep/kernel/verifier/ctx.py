"""Context accesses: the rows of the program type say which field may be touched how, and what a read becomes.

The fields of sockets and flow keys are read through the same kind of rows.
"""

from __future__ import annotations

from errno import EACCES
from typing import Final

from skep.kernel.progtypes.probed.sockets import SOCK_COMMON, SOCKET, TCP_SOCK
from skep.kernel.progtypes.progtype import CtxField
from skep.kernel.verifier.access import BPF_WRITE
from skep.kernel.verifier.env import Env, Reject, cur_regs, verbose
from skep.kernel.verifier.log_state import fmt_tnum
from skep.kernel.verifier.region import NEGATIVE
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import (
    PTR_TO_SOCK_COMMON,
    PTR_TO_SOCKET,
    PTR_TO_TCP_SOCK,
    PTR_TO_XDP_SOCK,
    SCALAR_VALUE,
    reg_type_str,
)

#: struct bpf_flow_keys.
FLOW_KEYS_SIZE: Final = 56

_XDP_SOCK: Final = (CtxField(name="queue_id", offset=0, size=4, reads=(4,)),)


def _by_offset(fields: tuple[CtxField, ...]) -> dict[int, CtxField]:
    return {off: field for field in fields for off in range(field.offset, field.offset + field.size)}


#: Fields behind each kind of socket pointer, by offset.
SOCK_FIELDS: Final = {
    PTR_TO_SOCK_COMMON: _by_offset(SOCK_COMMON),
    PTR_TO_SOCKET: _by_offset(SOCKET),
    PTR_TO_TCP_SOCK: _by_offset(TCP_SOCK),
    PTR_TO_XDP_SOCK: _by_offset(_XDP_SOCK),
}


def check_ptr_off_reg(env: Env, reg: RegState, regno: int, fixed_off_ok: bool = False) -> None:
    """The pointer is as it was given: nothing was added to it (but a fixed offset where that is fine)."""
    if reg.off < 0:
        text = f"negative offset {reg_type_str(reg.type)} ptr R{regno} off={reg.off} disallowed\n"
    elif reg.off and not fixed_off_ok:
        text = f"dereference of modified {reg_type_str(reg.type)} ptr R{regno} off={reg.off} disallowed\n"
    elif reg.bounds.var_off.mask or reg.bounds.var_off.value:
        var_off = fmt_tnum(reg.bounds.var_off)
        text = f"variable {reg_type_str(reg.type)} access var_off={var_off} disallowed\n"
    else:
        return
    verbose(env, text)
    raise Reject(EACCES)


def check_ctx_access(
    env: Env, insn_idx: int, off: int, size: int, access_type: int, is_ldsx: bool
) -> CtxField:
    """The field that is accessed, if this is allowed. Pointers cannot be loaded with sign extension."""
    assert env.variant is not None
    field = env.variant.field_at(off)
    write = access_type == BPF_WRITE
    if (
        field is None
        or not field.allows(off, size, write)
        or (is_ldsx and not write and field.type != SCALAR_VALUE)
    ):
        verbose(env, f"invalid bpf_context access off={off} size={size}\n")
        raise Reject(EACCES)
    env.insn_aux[insn_idx].ctx_field_size = min(field.size, 8)
    env.max_ctx_offset = max(env.max_ctx_offset, off + size)
    return field


def check_flow_keys_access(env: Env, off: int, size: int) -> None:
    if off < 0 or size < 0 or off + size > FLOW_KEYS_SIZE:
        verbose(env, f"invalid access to flow keys off={off} size={size}\n")
        raise Reject(EACCES)


def check_sock_access(env: Env, insn_idx: int, regno: int, off: int, size: int) -> None:
    """A read of a field through a socket pointer."""
    reg = cur_regs(env)[regno]
    if reg.bounds.smin_value < 0:
        verbose(env, NEGATIVE.format(regno))
        raise Reject(EACCES)
    field = SOCK_FIELDS[reg.type].get(off) if reg.type in SOCK_FIELDS else None
    if field is None or not field.allows(off, size, False):
        verbose(env, f"R{regno} invalid {reg_type_str(reg.type)} access off={off} size={size}\n")
        raise Reject(EACCES)
    env.insn_aux[insn_idx].ctx_field_size = min(field.size, 8)


# ------------------------------------------------------------------ buffers


def _check_plain_offset(env: Env, what: str, reg: RegState, regno: int, off: int, size: int) -> None:
    if off < 0:
        verbose(env, f"R{regno} invalid {what} buffer access: off={off}, size={size}\n")
        raise Reject(EACCES)
    var_off = reg.bounds.var_off
    if var_off.mask or var_off.value:
        verbose(env, f"R{regno} invalid variable buffer offset: off={off}, var_off={fmt_tnum(var_off)}\n")
        raise Reject(EACCES)


def check_tp_buffer_access(env: Env, reg: RegState, regno: int, off: int, size: int) -> None:
    """The writable buffer of a raw tracepoint; its size is checked when the program is attached."""
    _check_plain_offset(env, "tracepoint", reg, regno, off, size)
    env.max_tp_access = max(env.max_tp_access, off + size)


def check_buffer_access(env: Env, reg: RegState, regno: int, off: int, size: int, rdonly: bool) -> None:
    """Keys and values that iterators hand out; their sizes are checked when the iterator is attached."""
    _check_plain_offset(env, "rdonly" if rdonly else "rdwr", reg, regno, off, size)
    if rdonly:
        env.max_rdonly_access = max(env.max_rdonly_access, off + size)
    else:
        env.max_rdwr_access = max(env.max_rdwr_access, off + size)
