"""Arithmetic instructions: what they may operate on, and what becomes of the destination.

`check_alu_op` checks the encoding and the operands; moves are dealt with here, arithmetic on scalars goes to
`scalar.py`, with a pointer among the operands to `ptr_alu.py`.
"""

from __future__ import annotations

from errno import EACCES, EINVAL
from typing import Final

from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_ADD,
    BPF_ADDR_SPACE_CAST,
    BPF_ALU64,
    BPF_AND,
    BPF_ARSH,
    BPF_DIV,
    BPF_END,
    BPF_LSH,
    BPF_MOD,
    BPF_MOV,
    BPF_NEG,
    BPF_OR,
    BPF_RSH,
    BPF_SUB,
)
from skep.isa.operators import ALU
from skep.kernel.verifier.backtrack import mark_chain_precision
from skep.kernel.verifier.bounds import (
    KNOWN_ZERO,
    S32_MAX,
    S32_MIN,
    UNBOUNDED,
    Bounds,
    Draft,
    known,
    mark_reg32_known,
    s32,
    s64,
)
from skep.kernel.verifier.env import (
    DST_OP,
    DST_OP_NO_MARK,
    SRC_OP,
    Env,
    Reject,
    check_reg_arg,
    cur_aux,
    cur_func,
    cur_regs,
    new_id,
    verbose,
)
from skep.kernel.verifier.explore import push_stack
from skep.kernel.verifier.invariants import reg_bounds_sanity_check
from skep.kernel.verifier.linked import clear_scalar_id
from skep.kernel.verifier.ptr_alu import adjust_ptr_min_max_vals
from skep.kernel.verifier.regs import (
    BPF_ADD_CONST,
    BPF_ADD_CONST32,
    BPF_ADD_CONST64,
    SCALAR_UNKNOWN,
    RegState,
    pointer,
    scalar,
)
from skep.kernel.verifier.regtypes import PTR_TO_ARENA, SCALAR_VALUE
from skep.kernel.verifier.sanitize import sanitize_needed, sanitize_val_alu
from skep.kernel.verifier.scalar import (
    byte_swap_changes,
    is_safe_to_compute_dst_reg_range,
    scalar_alu,
    scalar_mov,
)
from skep.kernel.verifier.state import BPF_REG_FP
from skep.kernel.verifier.tnum import U32_MAX
from skep.uapi import MapType

_ARENA: Final = int(MapType.ARENA)

# `off` of a sign-extending move, by class; 0 is the plain move.
_MOVSX32: Final = (0, 8, 16)
_MOVSX64: Final = (0, 8, 16, 32)


def is_pointer_value(env: Env, regno: int) -> bool:
    """Whether the register holds a pointer that this program may not look into."""
    return not env.allow_ptr_leaks and cur_regs(env)[regno].type != SCALAR_VALUE


def _refuse(env: Env, text: str, errno: int = EINVAL) -> Reject:
    verbose(env, text)
    return Reject(errno)


# ------------------------------------------------------------------ negation and byte swaps


def _check_unary(env: Env, insn: Insn, op: int) -> None:
    src_bit = insn.code & 0x08
    if op == BPF_NEG:
        if src_bit or insn.src or insn.off or insn.imm:
            raise _refuse(env, "BPF_NEG uses reserved fields\n")
    elif insn.src or insn.off or insn.imm not in (16, 32, 64) or (insn.code & 0x07 == BPF_ALU64 and src_bit):
        raise _refuse(env, "BPF_END uses reserved fields\n")
    check_reg_arg(env, insn.dst, SRC_OP)
    if is_pointer_value(env, insn.dst):
        raise _refuse(env, f"R{insn.dst} pointer arithmetic prohibited\n", EACCES)
    regs = cur_regs(env)
    reg = regs[insn.dst]
    if reg.type != SCALAR_VALUE:
        check_reg_arg(env, insn.dst, DST_OP)
        return
    check_reg_arg(env, insn.dst, DST_OP_NO_MARK)
    bounds = scalar_alu(insn.code, reg.bounds, KNOWN_ZERO, insn.imm)
    if op == BPF_END and not byte_swap_changes(insn.code, insn.imm):
        regs[insn.dst] = reg.with_bounds(bounds)
    else:
        regs[insn.dst] = scalar(bounds)


# ------------------------------------------------------------------ moves


def _check_mov_fields(env: Env, insn: Insn) -> None:
    if not insn.code & 0x08:
        if insn.src or insn.off:
            raise _refuse(env, "BPF_MOV uses reserved fields\n")
    elif insn.code & 0x07 != BPF_ALU64:
        if insn.off not in _MOVSX32 or insn.imm:
            raise _refuse(env, "BPF_MOV uses reserved fields\n")
    elif insn.off == BPF_ADDR_SPACE_CAST:
        if insn.imm not in (1, 1 << 16):
            raise _refuse(env, "addr_space_cast insn can only convert between address space 1 and 0\n")
        if all(vmap.map_type != _ARENA for vmap in env.used_maps):
            raise _refuse(
                env, "addr_space_cast insn can only be used in a program that has an associated arena\n"
            )
    elif insn.off not in _MOVSX64 or insn.imm:
        raise _refuse(env, "BPF_MOV uses reserved fields\n")


def assign_scalar_id_before_mov(env: Env, regs: list[RegState], regno: int) -> RegState:
    """Give the source of a move an id, so that the copy is known to be equal; known values need none."""
    reg = regs[regno]
    if reg.type != SCALAR_VALUE:
        return reg
    if reg.id & BPF_ADD_CONST:
        reg = clear_scalar_id(reg)
    elif reg.id or not reg.bounds.var_off.mask:
        return reg
    if reg.bounds.var_off.mask:
        reg = RegState(SCALAR_VALUE, reg.bounds, reg.off, new_id(env))
    regs[regno] = reg
    return reg


def _mov_copies_value(insn: Insn, bounds: Bounds) -> bool:
    """Whether source and destination hold the same 64 bits afterwards."""
    if insn.off:
        return bounds.umax_value < 1 << (insn.off - 1)
    return insn.code & 0x07 == BPF_ALU64 or bounds.umax_value <= U32_MAX


def _mov_scalar(env: Env, insn: Insn, regs: list[RegState]) -> None:
    src = regs[insn.src]
    bounds = scalar_mov(src.bounds, insn.off, insn.code & 0x07 != BPF_ALU64)
    if _mov_copies_value(insn, src.bounds):
        regs[insn.dst] = assign_scalar_id_before_mov(env, regs, insn.src).with_bounds(bounds)
    else:
        regs[insn.dst] = scalar(bounds)


def _mov_register(env: Env, insn: Insn) -> None:
    regs = cur_regs(env)
    src = regs[insn.src]
    alu64 = insn.code & 0x07 == BPF_ALU64
    if alu64 and insn.imm:
        regs[insn.dst] = pointer(PTR_TO_ARENA) if insn.imm == 1 else SCALAR_UNKNOWN
    elif src.type == SCALAR_VALUE:
        _mov_scalar(env, insn, regs)
    elif alu64 and insn.off == 0:
        regs[insn.dst] = src
    elif is_pointer_value(env, insn.src):
        what = "sign-extension part" if alu64 else "partial copy"
        raise _refuse(env, f"R{insn.src} {what} of pointer\n", EACCES)
    elif alu64:
        regs[insn.dst] = SCALAR_UNKNOWN
    else:
        regs[insn.dst] = scalar(scalar_mov(UNBOUNDED, 0, True))


def _check_mov(env: Env, insn: Insn) -> None:
    _check_mov_fields(env, insn)
    if insn.code & 0x08:
        check_reg_arg(env, insn.src, SRC_OP)
        check_reg_arg(env, insn.dst, DST_OP_NO_MARK)
        _mov_register(env, insn)
        return
    check_reg_arg(env, insn.dst, DST_OP_NO_MARK)
    imm = insn.imm if insn.code & 0x07 == BPF_ALU64 else insn.imm & U32_MAX
    cur_regs(env)[insn.dst] = scalar(known(imm))


# ------------------------------------------------------------------ two operands


def _maybe_fork_scalars(env: Env, regs: list[RegState], dst: int) -> None:
    """A mask of all ones or all zeros, as `s>>= 63` makes it, is two values: verify them as two paths.

    The other path does this instruction again, with zero.
    """
    bounds = regs[dst].bounds
    if bounds.smin_value == -1 and bounds.smax_value == 0:
        zero, ones = KNOWN_ZERO, known(-1)
    elif bounds.s32_min_value == -1 and bounds.s32_max_value == 0:
        zero, ones = _with_low_half(bounds, 0), _with_low_half(bounds, U32_MAX)
    else:
        return
    branch = push_stack(env, env.insn_idx, env.insn_idx, False)
    other = branch.frame[branch.curframe].regs
    other[dst] = other[dst].with_bounds(zero)
    regs[dst] = regs[dst].with_bounds(ones)


def _with_low_half(bounds: Bounds, value: int) -> Bounds:
    draft = Draft(bounds)
    mark_reg32_known(draft, value)
    return draft.freeze()


def _linked_delta(env: Env, insn: Insn, dst: RegState, src: Bounds) -> int | None:
    """The constant by which the result differs from the scalar with dst's id, if that is kept track of."""
    op, alu32 = insn.code & 0xF0, insn.code & 0x07 != BPF_ALU64
    if not env.bpf_capable or op not in (BPF_ADD, BPF_SUB) or dst.id == 0 or dst.id & BPF_ADD_CONST:
        return None
    if insn.code & 0x08 and insn.src == insn.dst:
        return None
    if src.var_off.mask & (U32_MAX if alu32 else -1):
        return None
    # A 32-bit addition clears the upper half; the link holds only if that was clear before.
    if alu32 and dst.bounds.umax_value > U32_MAX:
        return None
    value = s32(src.var_off.value) if alu32 else s64(src.var_off.value)
    delta = -value if op == BPF_SUB else value
    if not S32_MIN <= value <= S32_MAX or delta > S32_MAX:
        return None
    return delta


def adjust_scalar_min_max_vals(env: Env, insn: Insn, regs: list[RegState], src: Bounds) -> None:
    """`dst op= src` on two scalars."""
    code = insn.code
    op = code & 0xF0
    if not is_safe_to_compute_dst_reg_range(code, src):
        regs[insn.dst] = SCALAR_UNKNOWN
        return
    if not env.bypass_spec_v1 and sanitize_needed(op):
        sanitize_val_alu(env, insn)
    if op in (BPF_AND, BPF_OR) and src.var_off.mask == 0:
        _maybe_fork_scalars(env, regs, insn.dst)
    dst = regs[insn.dst]
    bounds = scalar_alu(code, dst.bounds, src)
    if dst.id == 0:
        regs[insn.dst] = scalar(bounds)
        return
    delta = _linked_delta(env, insn, dst, src)
    if delta is None:
        regs[insn.dst] = scalar(bounds)
    else:
        flag = BPF_ADD_CONST64 if insn.code & 0x07 == BPF_ALU64 else BPF_ADD_CONST32
        regs[insn.dst] = RegState(SCALAR_VALUE, bounds, delta, dst.id | flag)


def _adjust_with_pointer_source(env: Env, insn: Insn, dst: RegState, src: RegState) -> None:
    regs, op = cur_regs(env), insn.code & 0xF0
    if dst.type == SCALAR_VALUE:
        mark_chain_precision(env, insn.dst)
        adjust_ptr_min_max_vals(env, insn, src, dst, False)
    elif op == BPF_SUB and env.allow_ptr_leaks:
        regs[insn.dst] = SCALAR_UNKNOWN
    else:
        raise _refuse(env, f"R{insn.dst} pointer {ALU[op]} pointer prohibited\n", EACCES)


def adjust_reg_min_max_vals(env: Env, insn: Insn) -> None:
    """Any arithmetic with two operands; either may be a pointer."""
    regs = cur_regs(env)
    dst = regs[insn.dst]
    if dst.type == PTR_TO_ARENA or (insn.code & 0x08 and regs[insn.src].type == PTR_TO_ARENA):
        # Arena pointers are 32 bits wide, and arithmetic with them is harmless: whatever comes out is one.
        if insn.code & 0x07 == BPF_ALU64:
            cur_aux(env).needs_zext = True
        regs[insn.dst] = pointer(PTR_TO_ARENA)
        return
    if insn.code & 0x08 == 0:
        bounds = known(insn.imm)
        if dst.type != SCALAR_VALUE:
            adjust_ptr_min_max_vals(env, insn, dst, scalar(bounds), True)
        else:
            adjust_scalar_min_max_vals(env, insn, regs, bounds)
        return
    src = regs[insn.src]
    if src.type != SCALAR_VALUE:
        _adjust_with_pointer_source(env, insn, dst, src)
    elif dst.type != SCALAR_VALUE:
        mark_chain_precision(env, insn.src)
        adjust_ptr_min_max_vals(env, insn, dst, src, True)
    else:
        if cur_func(env).precise_regs >> insn.dst & 1:
            mark_chain_precision(env, insn.src)
        adjust_scalar_min_max_vals(env, insn, regs, src.bounds)


def _check_binary(env: Env, insn: Insn, op: int) -> None:
    from_register = insn.code & 0x08
    divides = op in (BPF_DIV, BPF_MOD)
    if (insn.imm if from_register else insn.src) or (insn.off and not (insn.off == 1 and divides)):
        raise _refuse(env, "BPF_ALU uses reserved fields\n")
    if from_register:
        check_reg_arg(env, insn.src, SRC_OP)
    check_reg_arg(env, insn.dst, SRC_OP)
    if not from_register:
        if divides and insn.imm == 0:
            raise _refuse(env, "div by zero\n")
        width = 64 if insn.code & 0x07 == BPF_ALU64 else 32
        if op in (BPF_LSH, BPF_RSH, BPF_ARSH) and not 0 <= insn.imm < width:
            raise _refuse(env, f"invalid shift {insn.imm}\n")
    if insn.dst == BPF_REG_FP:
        check_reg_arg(env, insn.dst, DST_OP_NO_MARK)
    adjust_reg_min_max_vals(env, insn)


def check_alu_op(env: Env, insn: Insn) -> None:
    """Check one instruction of class ALU or ALU64 and do it to the current state."""
    op = insn.code & 0xF0
    if op == BPF_MOV:
        _check_mov(env, insn)
    elif op < BPF_END and op != BPF_NEG:
        _check_binary(env, insn, op)
    elif op > BPF_END:
        raise _refuse(env, f"invalid BPF_ALU opcode {op:x}\n")
    else:
        _check_unary(env, insn, op)
    regs = cur_regs(env)
    reg = regs[insn.dst]
    if reg.bounds.violation is not None:
        regs[insn.dst] = reg.with_bounds(reg_bounds_sanity_check(env, reg.bounds, "alu"))
