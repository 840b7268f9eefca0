"""Instructions from Python, under the names that the kernel's macros have (BPF_MOV64_IMM is `mov64_imm`).

Sizes and operations are the constants of `skep.isa.opcodes`; `off` of a jump and `imm` of a call count slots
from the next instruction. Constants may be given signed or unsigned: `mov64_imm(0, 0xffffffff)` is `imm` -1.
A 64-bit constant takes two slots, so its builders return a pair, to be unpacked into a program with `*`.
"""

from __future__ import annotations

from skep.isa import opcodes as op
from skep.isa.insn import Insn

WideInsn = tuple[Insn, Insn]


def _s32(value: int) -> int:
    value &= 0xFFFF_FFFF
    return value - (1 << 32) if value >> 31 else value


# Arithmetic.


def alu64_imm(operation: int, dst: int, imm: int, off: int = 0) -> Insn:
    """`dst operation= imm` on 64 bits; `off` 1 makes division and modulo signed."""
    return Insn(op.BPF_ALU64 | operation | op.BPF_K, dst, 0, off, _s32(imm))


def alu64_reg(operation: int, dst: int, src: int, off: int = 0) -> Insn:
    """`dst operation= src` on 64 bits."""
    return Insn(op.BPF_ALU64 | operation | op.BPF_X, dst, src, off)


def alu32_imm(operation: int, dst: int, imm: int, off: int = 0) -> Insn:
    """`dst operation= imm` on the lower halves; the upper half becomes 0."""
    return Insn(op.BPF_ALU | operation | op.BPF_K, dst, 0, off, _s32(imm))


def alu32_reg(operation: int, dst: int, src: int, off: int = 0) -> Insn:
    """`dst operation= src` on the lower halves."""
    return Insn(op.BPF_ALU | operation | op.BPF_X, dst, src, off)


def mov64_imm(dst: int, imm: int) -> Insn:
    """`dst = imm`, sign-extended to 64 bits."""
    return alu64_imm(op.BPF_MOV, dst, imm)


def mov64_reg(dst: int, src: int) -> Insn:
    """`dst = src`."""
    return alu64_reg(op.BPF_MOV, dst, src)


def mov32_imm(dst: int, imm: int) -> Insn:
    """`dst = (u32)imm`."""
    return alu32_imm(op.BPF_MOV, dst, imm)


def mov32_reg(dst: int, src: int) -> Insn:
    """`dst = (u32)src`."""
    return alu32_reg(op.BPF_MOV, dst, src)


def movsx64_reg(dst: int, src: int, width: int) -> Insn:
    """`dst = src`, sign-extended from `width` (8, 16, 32) bits to 64."""
    return alu64_reg(op.BPF_MOV, dst, src, width)


def movsx32_reg(dst: int, src: int, width: int) -> Insn:
    """`dst = src`, sign-extended from `width` (8, 16) bits to 32."""
    return alu32_reg(op.BPF_MOV, dst, src, width)


def addr_space_cast(dst: int, src: int, to: int, from_: int) -> Insn:
    """`dst` = the pointer `src` of address space `from_` in address space `to` (1 is the arena)."""
    return Insn(
        op.BPF_ALU64 | op.BPF_MOV | op.BPF_X, dst, src, op.BPF_ADDR_SPACE_CAST, _s32(to << 16 | from_)
    )


def neg64(dst: int) -> Insn:
    """`dst = -dst`."""
    return alu64_imm(op.BPF_NEG, dst, 0)


def neg32(dst: int) -> Insn:
    """`dst = (u32)-dst`."""
    return alu32_imm(op.BPF_NEG, dst, 0)


def to_le(dst: int, width: int) -> Insn:
    """The lower `width` bits of `dst` as little endian, the rest 0."""
    return Insn(op.BPF_ALU | op.BPF_END | op.BPF_TO_LE, dst, imm=width)


def to_be(dst: int, width: int) -> Insn:
    """The lower `width` bits of `dst` as big endian, the rest 0."""
    return Insn(op.BPF_ALU | op.BPF_END | op.BPF_TO_BE, dst, imm=width)


def bswap(dst: int, width: int) -> Insn:
    """The bytes of the lower `width` bits of `dst` swapped, the rest 0."""
    return Insn(op.BPF_ALU64 | op.BPF_END, dst, imm=width)


# Memory. `size` is BPF_B, BPF_H, BPF_W or BPF_DW.


def ldx_mem(size: int, dst: int, src: int, off: int = 0) -> Insn:
    """`dst = *(size *)(src + off)`."""
    return Insn(op.BPF_LDX | op.BPF_MEM | size, dst, src, off)


def ldx_memsx(size: int, dst: int, src: int, off: int = 0) -> Insn:
    """`dst = *(size *)(src + off)`, sign-extended."""
    return Insn(op.BPF_LDX | op.BPF_MEMSX | size, dst, src, off)


def stx_mem(size: int, dst: int, src: int, off: int = 0) -> Insn:
    """`*(size *)(dst + off) = src`."""
    return Insn(op.BPF_STX | op.BPF_MEM | size, dst, src, off)


def st_mem(size: int, dst: int, off: int, imm: int) -> Insn:
    """`*(size *)(dst + off) = imm`."""
    return Insn(op.BPF_ST | op.BPF_MEM | size, dst, 0, off, _s32(imm))


def atomic_op(size: int, operation: int, dst: int, src: int, off: int = 0) -> Insn:
    """`lock *(size *)(dst + off) operation= src`; BPF_FETCH in `operation` puts the old value into `src`.

    BPF_CMPXCHG compares with r0 and puts the old value there.
    """
    return Insn(op.BPF_STX | op.BPF_ATOMIC | size, dst, src, off, operation)


def load_acquire(size: int, dst: int, src: int, off: int = 0) -> Insn:
    """`dst = *(size *)(src + off)`, before all that follows."""
    return atomic_op(size, op.BPF_LOAD_ACQ, dst, src, off)


def store_release(size: int, dst: int, src: int, off: int = 0) -> Insn:
    """`*(size *)(dst + off) = src`, after all that precedes."""
    return atomic_op(size, op.BPF_STORE_REL, dst, src, off)


def ld_abs(size: int, imm: int) -> Insn:
    """`r0` = packet data at `imm` in host order; ends the program with 0 outside of the packet."""
    return Insn(op.BPF_LD | op.BPF_ABS | size, imm=_s32(imm))


def ld_ind(size: int, src: int, imm: int) -> Insn:
    """`r0` = packet data at `src + imm`."""
    return Insn(op.BPF_LD | op.BPF_IND | size, 0, src, 0, _s32(imm))


# 64-bit constants: two slots.


def ld_imm64(dst: int, value: int) -> WideInsn:
    """`dst = value`."""
    return _wide(dst, 0, value, value >> 32)


def ld_map_fd(dst: int, fd: int) -> WideInsn:
    """`dst` = the map with this descriptor."""
    return _wide(dst, op.BPF_PSEUDO_MAP_FD, fd, 0)


def ld_map_value(dst: int, fd: int, offset: int) -> WideInsn:
    """`dst` = the address of byte `offset` in the first value of the map with this descriptor."""
    return _wide(dst, op.BPF_PSEUDO_MAP_VALUE, fd, offset)


def ld_map_idx(dst: int, index: int) -> WideInsn:
    """`dst` = the map at `index` in the load's fd_array."""
    return _wide(dst, op.BPF_PSEUDO_MAP_IDX, index, 0)


def ld_map_idx_value(dst: int, index: int, offset: int) -> WideInsn:
    """`dst` = the address of byte `offset` in the first value of the map at `index` in fd_array."""
    return _wide(dst, op.BPF_PSEUDO_MAP_IDX_VALUE, index, offset)


def ld_btf_id(dst: int, btf_id: int, btf_fd: int = 0) -> WideInsn:
    """`dst` = the address of the kernel variable of this BTF id (in vmlinux, or the module of `btf_fd`)."""
    return _wide(dst, op.BPF_PSEUDO_BTF_ID, btf_id, btf_fd)


def ld_func(dst: int, off: int) -> WideInsn:
    """`dst` = the subprogram `off` slots after the next slot, for helpers that call back."""
    return _wide(dst, op.BPF_PSEUDO_FUNC, off, 0)


def _wide(dst: int, src: int, low: int, high: int) -> WideInsn:
    first = Insn(op.BPF_LD | op.BPF_IMM | op.BPF_DW, dst, src, 0, _s32(low))
    return first, Insn(0, imm=_s32(high))


# Jumps and calls.


def ja(off: int) -> Insn:
    """Continue `off` slots after the next one."""
    return Insn(op.BPF_JMP | op.BPF_JA, off=off)


def gotol(off: int) -> Insn:
    """`ja` with a 32-bit offset."""
    return Insn(op.BPF_JMP32 | op.BPF_JA, imm=off)


def may_goto(off: int) -> Insn:
    """Jump when the program has looped for long enough, else go on."""
    return Insn(op.BPF_JMP | op.BPF_JCOND, 0, op.BPF_MAY_GOTO, off)


def jmp_imm(operation: int, dst: int, imm: int, off: int) -> Insn:
    """`if dst operation imm goto +off` on 64 bits."""
    return Insn(op.BPF_JMP | operation | op.BPF_K, dst, 0, off, _s32(imm))


def jmp_reg(operation: int, dst: int, src: int, off: int) -> Insn:
    """`if dst operation src goto +off` on 64 bits."""
    return Insn(op.BPF_JMP | operation | op.BPF_X, dst, src, off)


def jmp32_imm(operation: int, dst: int, imm: int, off: int) -> Insn:
    """`if (u32)dst operation imm goto +off`."""
    return Insn(op.BPF_JMP32 | operation | op.BPF_K, dst, 0, off, _s32(imm))


def jmp32_reg(operation: int, dst: int, src: int, off: int) -> Insn:
    """`if (u32)dst operation (u32)src goto +off`."""
    return Insn(op.BPF_JMP32 | operation | op.BPF_X, dst, src, off)


def call_helper(helper: int) -> Insn:
    """Call the helper of this id."""
    return Insn(op.BPF_JMP | op.BPF_CALL, imm=helper)


def call_subprog(off: int) -> Insn:
    """Call the subprogram `off` slots after the next instruction."""
    return Insn(op.BPF_JMP | op.BPF_CALL, 0, op.BPF_PSEUDO_CALL, 0, off)


def call_kfunc(btf_id: int, module: int = 0) -> Insn:
    """Call the kernel function of this BTF id; `module` indexes fd_array, 0 is vmlinux."""
    return Insn(op.BPF_JMP | op.BPF_CALL, 0, op.BPF_PSEUDO_KFUNC_CALL, module, btf_id)


def callx(dst: int) -> Insn:
    """Call the address in a register. LLVM emits it; Linux 6.18 does not accept it."""
    return Insn(op.BPF_JMP | op.BPF_CALL | op.BPF_X, dst)


def exit_() -> Insn:
    """Return r0."""
    return Insn(op.BPF_JMP | op.BPF_EXIT)
