"""Arithmetic on scalars: from the bounds of the operands to the bounds of the result.

Each operation computes its 32-bit intervals, its 64-bit intervals and its known bits on their own; then
`reg_bounds_sync` lets them tighten each other. An operation that cannot bound its result says "anything" in
that part and leaves the rest to the others. What Linux 6.18 does not track (division, shifts by an unknown
count) makes the whole result unknown.

Everything here is a pure function of (instruction code, imm, dst, src), and so cached.
"""

from __future__ import annotations

from typing import Final

from skep.isa.opcodes import (
    BPF_ADD,
    BPF_ALU64,
    BPF_AND,
    BPF_ARSH,
    BPF_END,
    BPF_LSH,
    BPF_MUL,
    BPF_NEG,
    BPF_OR,
    BPF_RSH,
    BPF_SUB,
    BPF_XOR,
)
from skep.isa.semantics import alu
from skep.kernel.verifier.bounds import (
    KNOWN_ZERO,
    S32_MAX,
    S32_MIN,
    S64_MAX,
    S64_MIN,
    UNBOUNDED,
    Bounds,
    Draft,
    known,
    mark_reg32_known,
    mark_reg32_unbounded,
    mark_reg64_unbounded,
    mark_reg_known,
    mark_reg_unbounded,
    s32,
    s64,
)
from skep.kernel.verifier.bounds_sync import reg_bounds_sync, update_reg32_bounds
from skep.kernel.verifier.coerce import (
    coerce_reg_to_size,
    coerce_reg_to_size_sx,
    coerce_subreg_to_size_sx,
    zext_32_to_64,
)
from skep.kernel.verifier.memo import Memo, pair
from skep.kernel.verifier.tnum import (
    U32_MAX,
    U64_MAX,
    tnum_add,
    tnum_and,
    tnum_arshift,
    tnum_bswap,
    tnum_lshift,
    tnum_mul,
    tnum_neg,
    tnum_or,
    tnum_rshift,
    tnum_sub,
    tnum_subreg,
    tnum_subreg_is_const,
    tnum_xor,
)

_MEMO_LIMIT: Final = 1 << 13  # results of half a kilobyte each at most


def _set_u32(d: Draft, low: int, high: int) -> None:
    d.u32_min_value = low
    d.u32_max_value = high


def _set_s32(d: Draft, low: int, high: int) -> None:
    d.s32_min_value = low
    d.s32_max_value = high


def _set_u64(d: Draft, low: int, high: int) -> None:
    d.umin_value = low
    d.umax_value = high


def _set_s64(d: Draft, low: int, high: int) -> None:
    d.smin_value = low
    d.smax_value = high


def _fit_signed(low: int, high: int, bits: int) -> tuple[int, int]:
    """The interval if it fits in `bits` signed bits, else everything."""
    limit = 1 << (bits - 1)
    if low < -limit or high >= limit:
        return -limit, limit - 1
    return low, high


def _fit_unsigned(low: int, high: int, bits: int) -> tuple[int, int]:
    """The interval modulo 2**bits if both ends wrap the same number of times (none or once), else
    everything.
    """
    if low >> bits == high >> bits:
        mask = (1 << bits) - 1
        return low & mask, high & mask
    return 0, (1 << bits) - 1


def _scalar_add(d: Draft, src: Bounds) -> None:
    low, high = _fit_signed(d.s32_min_value + src.s32_min_value, d.s32_max_value + src.s32_max_value, 32)
    _set_s32(d, low, high)
    low, high = _fit_unsigned(d.u32_min_value + src.u32_min_value, d.u32_max_value + src.u32_max_value, 32)
    _set_u32(d, low, high)
    low, high = _fit_signed(d.smin_value + src.smin_value, d.smax_value + src.smax_value, 64)
    _set_s64(d, low, high)
    low, high = _fit_unsigned(d.umin_value + src.umin_value, d.umax_value + src.umax_value, 64)
    _set_u64(d, low, high)
    d.var_off = tnum_add(d.var_off, src.var_off)


def _scalar_sub_ranges(d: Draft, src: Bounds) -> None:
    low, high = _fit_signed(d.s32_min_value - src.s32_max_value, d.s32_max_value - src.s32_min_value, 32)
    _set_s32(d, low, high)
    low, high = _fit_unsigned(d.u32_min_value - src.u32_max_value, d.u32_max_value - src.u32_min_value, 32)
    _set_u32(d, low, high)
    low, high = _fit_signed(d.smin_value - src.smax_value, d.smax_value - src.smin_value, 64)
    _set_s64(d, low, high)
    low, high = _fit_unsigned(d.umin_value - src.umax_value, d.umax_value - src.umin_value, 64)
    _set_u64(d, low, high)


def _scalar_sub(d: Draft, src: Bounds) -> None:
    _scalar_sub_ranges(d, src)
    d.var_off = tnum_sub(d.var_off, src.var_off)


def _scalar_neg(d: Draft, src: Bounds) -> None:
    """Zero minus the old value; `src` is that old value."""
    mark_reg_known(d, 0)
    _scalar_sub_ranges(d, src)
    d.var_off = tnum_neg(src.var_off)


def _signed_products(a_min: int, a_max: int, b_min: int, b_max: int, bits: int) -> tuple[int, int]:
    products = (a_min * b_min, a_min * b_max, a_max * b_min, a_max * b_max)
    return _fit_signed(min(products), max(products), bits)


def _scalar_mul(d: Draft, src: Bounds) -> None:
    d.var_off = tnum_mul(d.var_off, src.var_off)
    high = d.u32_max_value * src.u32_max_value
    if high > U32_MAX:
        _set_u32(d, 0, U32_MAX)
    else:
        _set_u32(d, d.u32_min_value * src.u32_min_value, high)
    low, high = _signed_products(d.s32_min_value, d.s32_max_value, src.s32_min_value, src.s32_max_value, 32)
    _set_s32(d, low, high)
    high = d.umax_value * src.umax_value
    if high > U64_MAX:
        _set_u64(d, 0, U64_MAX)
    else:
        _set_u64(d, d.umin_value * src.umin_value, high)
    low, high = _signed_products(d.smin_value, d.smax_value, src.smin_value, src.smax_value, 64)
    _set_s64(d, low, high)


def _bitwise32_ranges(d: Draft, src: Bounds, op: int) -> None:
    value = d.var_off.value & U32_MAX
    if tnum_subreg_is_const(d.var_off) and tnum_subreg_is_const(src.var_off):
        mark_reg32_known(d, value)
        return
    low, high = value, value | (d.var_off.mask & U32_MAX)
    if op == BPF_AND:
        high = min(d.u32_max_value, src.u32_max_value)
    elif op == BPF_OR:
        low = max(d.u32_min_value, src.u32_min_value)
    _set_u32(d, low, high)
    # No signed order survives; the unsigned interval is a signed one where it does not cross the middle.
    if s32(low) <= s32(high):
        _set_s32(d, s32(low), s32(high))
    else:
        _set_s32(d, S32_MIN, S32_MAX)


def _bitwise64_ranges(d: Draft, src: Bounds, op: int) -> None:
    value = d.var_off.value
    if d.var_off.mask == 0 and src.var_off.mask == 0:
        mark_reg_known(d, value)
        return
    low, high = value, value | d.var_off.mask
    if op == BPF_AND:
        high = min(d.umax_value, src.umax_value)
    elif op == BPF_OR:
        low = max(d.umin_value, src.umin_value)
    _set_u64(d, low, high)
    if s64(low) <= s64(high):
        _set_s64(d, s64(low), s64(high))
    else:
        _set_s64(d, S64_MIN, S64_MAX)


def _scalar_bitwise(d: Draft, src: Bounds, op: int) -> None:
    """AND, OR, XOR: bits tell one end of the unsigned interval, the operands' limits the other where they
    can.
    """
    if op == BPF_AND:
        d.var_off = tnum_and(d.var_off, src.var_off)
    elif op == BPF_OR:
        d.var_off = tnum_or(d.var_off, src.var_off)
    else:
        d.var_off = tnum_xor(d.var_off, src.var_off)
    _bitwise32_ranges(d, src, op)
    _bitwise64_ranges(d, src, op)


def _shift_u32_left(d: Draft, count: int) -> None:
    """Lower half of a left shift: signs are lost, and the unsigned order too once a top bit may be shifted
    out.
    """
    _set_s32(d, S32_MIN, S32_MAX)
    if count > 31 or d.u32_max_value > 1 << (31 - count):
        _set_u32(d, 0, U32_MAX)
    else:
        _set_u32(d, d.u32_min_value << count, d.u32_max_value << count)


def _scalar32_lsh(d: Draft, count: int) -> None:
    _shift_u32_left(d, count)
    d.var_off = tnum_subreg(tnum_lshift(tnum_subreg(d.var_off), count))
    mark_reg64_unbounded(d)
    update_reg32_bounds(d)


def _scalar64_lsh(d: Draft, count: int) -> None:
    # Compilers sign-extend by "<<= 32; s>>= 32": the signed limits of the lower half are then worth keeping.
    if count == 32:
        _set_s64(d, d.s32_min_value << 32, d.s32_max_value << 32)
    else:
        _set_s64(d, S64_MIN, S64_MAX)
    if d.umax_value > 1 << (63 - count):
        _set_u64(d, 0, U64_MAX)
    else:
        _set_u64(d, d.umin_value << count, d.umax_value << count)
    _shift_u32_left(d, count)
    d.var_off = tnum_lshift(d.var_off, count)


def _scalar32_rsh(d: Draft, count: int) -> None:
    _set_s32(d, S32_MIN, S32_MAX)
    _set_u32(d, d.u32_min_value >> count, d.u32_max_value >> count)
    d.var_off = tnum_rshift(tnum_subreg(d.var_off), count)
    mark_reg64_unbounded(d)
    update_reg32_bounds(d)


def _scalar64_rsh(d: Draft, count: int) -> None:
    _set_s64(d, S64_MIN, S64_MAX)
    _set_u64(d, d.umin_value >> count, d.umax_value >> count)
    d.var_off = tnum_rshift(d.var_off, count)
    # Bits of the upper half come down: what was known of the lower one is void.
    mark_reg32_unbounded(d)


def _scalar32_arsh(d: Draft, count: int) -> None:
    _set_s32(d, d.s32_min_value >> count, d.s32_max_value >> count)
    _set_u32(d, 0, U32_MAX)
    d.var_off = tnum_arshift(d.var_off, count, 32)
    mark_reg64_unbounded(d)
    update_reg32_bounds(d)


def _scalar64_arsh(d: Draft, count: int) -> None:
    _set_s64(d, d.smin_value >> count, d.smax_value >> count)
    _set_u64(d, 0, U64_MAX)
    d.var_off = tnum_arshift(d.var_off, count, 64)
    mark_reg32_unbounded(d)


def _scalar_shift(d: Draft, count: int, op: int, alu32: bool) -> None:
    if op == BPF_LSH:
        _scalar32_lsh(d, count) if alu32 else _scalar64_lsh(d, count)
    elif op == BPF_RSH:
        _scalar32_rsh(d, count) if alu32 else _scalar64_rsh(d, count)
    else:
        _scalar32_arsh(d, count) if alu32 else _scalar64_arsh(d, count)


def byte_swap_changes(code: int, width: int) -> bool:
    """Whether BPF_END does anything on a little-endian machine: only `le64` (and no other) is a no-op."""
    return code & 0x07 == BPF_ALU64 or code & 0x08 != 0 or width != 64


def _scalar_byte_swap(d: Draft, code: int, width: int) -> None:
    """The intervals do not survive a swap; `le16` and `le32` only cut off the upper bytes."""
    if code & 0x07 == BPF_ALU64 or code & 0x08:
        d.var_off = tnum_bswap(d.var_off, width)
        mark_reg_unbounded(d)
    if width != 64:
        coerce_reg_to_size(d, width // 8)


def _is_computable(op: int) -> bool:
    return op in (BPF_ADD, BPF_SUB, BPF_NEG, BPF_AND, BPF_XOR, BPF_OR, BPF_MUL, BPF_END)


def is_safe_to_compute_dst_reg_range(code: int, src: Bounds) -> bool:
    """Whether Linux bounds the result at all: a shift needs a known count smaller than the width."""
    op = code & 0xF0
    if _is_computable(op):
        return True
    if op not in (BPF_LSH, BPF_RSH, BPF_ARSH):
        return False
    if code & 0x07 == BPF_ALU64:
        return src.var_off.mask == 0 and src.smin_value == src.smax_value and src.umax_value < 64
    return (
        tnum_subreg_is_const(src.var_off)
        and src.u32_min_value == src.u32_max_value
        and src.s32_min_value == src.s32_max_value
        and src.umax_value < 32
    )


def _compute(code: int, width: int, dst: Bounds, src: Bounds) -> Bounds:
    op, alu32 = code & 0xF0, code & 0x07 != BPF_ALU64
    d = Draft(dst)
    if op == BPF_ADD:
        _scalar_add(d, src)
    elif op == BPF_SUB:
        _scalar_sub(d, src)
    elif op == BPF_NEG:
        _scalar_neg(d, dst)
    elif op == BPF_MUL:
        _scalar_mul(d, src)
    elif op == BPF_END:
        _scalar_byte_swap(d, code, width)
    elif op in (BPF_LSH, BPF_RSH, BPF_ARSH):
        _scalar_shift(d, src.u32_min_value if alu32 else src.umin_value, op, alu32)
    else:
        _scalar_bitwise(d, src, op)
    if alu32 and op != BPF_END:
        zext_32_to_64(d)
    reg_bounds_sync(d)
    return d.freeze()


#: Of two-operand operations by opcode; byte swaps have their width for the second operand.
_RESULTS: Final = [Memo(_MEMO_LIMIT) for _ in range(256)]
_MOVES: Final = Memo(_MEMO_LIMIT)


def scalar_alu(code: int, dst: Bounds, src: Bounds = KNOWN_ZERO, width: int = 0) -> Bounds:
    """The bounds after `dst op= src`; `width` is the immediate of a byte swap.

    The caller has dealt with moves. The result may contradict itself (`violation`); the caller reports that.
    """
    op = code & 0xF0
    if not _is_computable(op) and not is_safe_to_compute_dst_reg_range(code, src):
        return UNBOUNDED
    if dst.exact and src.exact and op != BPF_END:
        bits = 64 if code & 0x07 == BPF_ALU64 else 32
        return known(alu(op, dst.umin_value, src.umin_value, bits))
    memo = _RESULTS[code]
    key = pair(dst, src) if op != BPF_END else dst.serial << 8 | width
    found = memo.get(key)
    return found if found is not None else memo.put(key, _compute(code, width, dst, src))


def _compute_move(bounds: Bounds, width: int, alu32: bool) -> Bounds:
    draft = Draft(bounds)
    if not alu32:
        coerce_reg_to_size_sx(draft, width >> 3)
        return draft.freeze()
    if width:
        coerce_subreg_to_size_sx(draft, width >> 3)
    zext_32_to_64(draft)
    reg_bounds_sync(draft)
    return draft.freeze()


def scalar_mov(bounds: Bounds, width: int, alu32: bool) -> Bounds:
    """The bounds after a move of 32 bits, or of `width` bits (0: all) sign-extended to 32 or 64."""
    if not width and not alu32:
        return bounds
    key = bounds.serial << 8 | width << 1 | int(alu32)
    found = _MOVES.get(key)
    return found if found is not None else _MOVES.put(key, _compute_move(bounds, width, alu32))
