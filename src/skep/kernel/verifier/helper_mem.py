"""Memory that a call works on: a pointer and a size, checked as one access."""

from __future__ import annotations

from errno import EACCES

from skep.isa.opcodes import BPF_B
from skep.kernel.helpers.types import PTR_MAYBE_NULL
from skep.kernel.progtypes.registry import PROG_TYPES
from skep.kernel.verifier.access import ACCESS_HELPER, BPF_MAX_VAR_SIZ, BPF_READ, BPF_WRITE
from skep.kernel.verifier.backtrack import mark_chain_precision
from skep.kernel.verifier.btfptr import check_ptr_to_btf_access
from skep.kernel.verifier.ctx import check_buffer_access
from skep.kernel.verifier.env import Env, Reject, cur_regs, verbose
from skep.kernel.verifier.memory import check_mem_access
from skep.kernel.verifier.meta import CallArgMeta
from skep.kernel.verifier.packet import check_packet_access
from skep.kernel.verifier.region import check_map_access, check_map_access_type, check_mem_region_access
from skep.kernel.verifier.regs import RegState
from skep.kernel.verifier.regtypes import (
    MEM_RDONLY,
    PTR_TO_BTF_ID,
    PTR_TO_BUF,
    PTR_TO_CTX,
    PTR_TO_MAP_KEY,
    PTR_TO_MAP_VALUE,
    PTR_TO_MEM,
    PTR_TO_PACKET,
    PTR_TO_PACKET_META,
    PTR_TO_STACK,
    base_type,
    reg_type_str,
)
from skep.kernel.verifier.stack_range import check_stack_range_initialized


def _refuse_write(env: Env, regno: int, reg: RegState) -> None:
    verbose(env, f"R{regno} cannot write into {reg_type_str(reg.type)}\n")
    raise Reject(EACCES)


def check_helper_mem_access(
    env: Env,
    regno: int,
    access_size: int,
    access_type: int,
    zero_size_allowed: bool,
    meta: CallArgMeta | None,
) -> None:
    """`access_size` bytes at the register, read or written by the function that is called."""
    reg = cur_regs(env)[regno]
    base = base_type(reg.type)
    write = access_type == BPF_WRITE
    if base == PTR_TO_STACK:
        check_stack_range_initialized(env, regno, reg.off, access_size, zero_size_allowed, access_type, meta)
    elif base in (PTR_TO_PACKET, PTR_TO_PACKET_META):
        check_packet_access(env, regno, reg.off, access_size, zero_size_allowed)
    elif base == PTR_TO_MAP_VALUE:
        check_map_access_type(env, regno, reg.off, access_size, access_type)
        check_map_access(env, regno, reg.off, access_size, zero_size_allowed, ACCESS_HELPER)
    elif base == PTR_TO_MAP_KEY:
        if write:
            _refuse_write(env, regno, reg)
        assert reg.target.map_ptr is not None
        check_mem_region_access(env, regno, reg.off, access_size, reg.target.map_ptr.key_size, False)
    elif base == PTR_TO_MEM:
        if write and reg.type & MEM_RDONLY:
            _refuse_write(env, regno, reg)
        check_mem_region_access(env, regno, reg.off, access_size, reg.target.mem_size, zero_size_allowed)
    elif base == PTR_TO_BUF:
        rdonly = bool(reg.type & MEM_RDONLY)
        if write and rdonly:
            _refuse_write(env, regno, reg)
        check_buffer_access(env, reg, regno, reg.off, access_size, rdonly)
    elif base == PTR_TO_BTF_ID:
        check_ptr_to_btf_access(env, regno, reg.off, access_size, BPF_READ, -1)
    elif base == PTR_TO_CTX and PROG_TYPES[env.prog_type].plain_ctx:
        _check_plain_context(env, regno, access_size, access_type, zero_size_allowed)
    elif not (zero_size_allowed and access_size == 0 and reg.is_null):
        verbose(env, f"R{regno} type={reg_type_str(reg.type)} expected={reg_type_str(PTR_TO_STACK)}\n")
        raise Reject(EACCES)


def _check_plain_context(
    env: Env, regno: int, access_size: int, access_type: int, zero_size_allowed: bool
) -> None:
    """A context that is memory as it stands: its last byte must be one that may be touched."""
    if access_size == 0:
        if not zero_size_allowed:
            raise Reject(EACCES)
        return
    check_mem_access(env, env.insn_idx, regno, access_size - 1, BPF_B, access_type, -1, False, False)


def check_mem_size_reg(
    env: Env,
    reg: RegState,
    regno: int,
    access_type: int,
    zero_size_allowed: bool,
    meta: CallArgMeta,
) -> None:
    """`regno` holds the size of the memory that the register before it points to."""
    bounds = reg.bounds
    # Helpers that return how much they wrote return no more than this.
    meta.msize_max_value = bounds.umax_value
    # With a size that is not known, nobody can say which bytes get written: they must be there already.
    raw_meta = meta if bounds.var_off.mask == 0 else None
    if bounds.smin_value < 0:
        verbose(env, f"R{regno} min value is negative, either use unsigned or 'var &= const'\n")
        raise Reject(EACCES)
    if bounds.umin_value == 0 and not zero_size_allowed:
        verbose(
            env,
            f"R{regno} invalid zero-sized read: u64=[{bounds.umin_value},{bounds.umax_value}]\n",
        )
        raise Reject(EACCES)
    if bounds.umax_value >= BPF_MAX_VAR_SIZ:
        verbose(
            env,
            f"R{regno} unbounded memory access, use 'var &= const' or 'if (var < const)'\n",
        )
        raise Reject(EACCES)
    check_helper_mem_access(env, regno - 1, bounds.umax_value, access_type, zero_size_allowed, raw_meta)
    mark_chain_precision(env, regno)


def check_mem_reg(env: Env, regno: int, mem_size: int) -> None:
    """A pointer argument to a function of the program, to memory of a size that its type tells."""
    regs = cur_regs(env)
    reg = regs[regno]
    if reg.is_null:
        return
    # The function itself looks whether it is null; the memory must be good if it is not.
    if reg.type & PTR_MAYBE_NULL:
        regs[regno] = reg.with_type(reg.type & ~PTR_MAYBE_NULL)
    try:
        check_helper_mem_access(env, regno, mem_size, BPF_READ, True, None)
        check_helper_mem_access(env, regno, mem_size, BPF_WRITE, True, None)
    finally:
        regs[regno] = reg
