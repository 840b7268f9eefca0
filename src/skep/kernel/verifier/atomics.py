"""Atomic operations: a read and a write of the same memory, and the old value in a register where it is
fetched.
"""

from __future__ import annotations

from errno import EACCES, EINVAL
from typing import Final

from skep.isa.insn import Insn
from skep.isa.opcodes import (
    BPF_ADD,
    BPF_AND,
    BPF_CMPXCHG,
    BPF_DW,
    BPF_FETCH,
    BPF_LOAD_ACQ,
    BPF_OR,
    BPF_STORE_REL,
    BPF_W,
    BPF_XCHG,
    BPF_XOR,
)
from skep.kernel.verifier.access import BPF_READ, BPF_WRITE
from skep.kernel.verifier.env import DST_OP, SRC_OP, Env, Reject, check_reg_arg, cur_regs, verbose
from skep.kernel.verifier.memory import (
    check_load_mem,
    check_mem_access,
    check_store_reg,
    is_pointer_value,
    save_aux_ptr_type,
)
from skep.kernel.verifier.regtypes import (
    PTR_TO_CTX,
    PTR_TO_FLOW_KEYS,
    PTR_TO_PACKET,
    PTR_TO_PACKET_META,
    PTR_TO_SOCK_COMMON,
    PTR_TO_SOCKET,
    PTR_TO_TCP_SOCK,
    PTR_TO_XDP_SOCK,
    base_type,
    reg_type_str,
)

_READ_MODIFY_WRITE: Final = frozenset(
    {op | fetch for op in (BPF_ADD, BPF_AND, BPF_OR, BPF_XOR) for fetch in (0, BPF_FETCH)}
    | {BPF_XCHG, BPF_CMPXCHG}
)


def atomic_ptr_type_ok(env: Env, regno: int) -> bool:
    """Whether memory behind this register may be changed atomically."""
    type_ = cur_regs(env)[regno].type
    if base_type(type_) in (PTR_TO_PACKET, PTR_TO_PACKET_META):
        return False
    return type_ not in (
        PTR_TO_CTX,
        PTR_TO_FLOW_KEYS,
        PTR_TO_SOCKET,
        PTR_TO_SOCK_COMMON,
        PTR_TO_TCP_SOCK,
        PTR_TO_XDP_SOCK,
    )


def _refuse(env: Env, what: str, regno: int) -> None:
    type_ = reg_type_str(cur_regs(env)[regno].type)
    verbose(env, f"BPF_ATOMIC {what} R{regno} {type_} is not allowed\n")
    raise Reject(EACCES)


def _refuse_leak(env: Env, regno: int) -> None:
    if is_pointer_value(env, regno):
        verbose(env, f"R{regno} leaks addr into mem\n")
        raise Reject(EACCES)


def check_atomic_rmw(env: Env, insn: Insn) -> None:
    """Read, modify, write; with BPF_FETCH the old value goes to a register."""
    size = insn.code & 0x18
    if size not in (BPF_W, BPF_DW):
        verbose(env, "invalid atomic operand size\n")
        raise Reject(EINVAL)
    check_reg_arg(env, insn.src, SRC_OP)
    check_reg_arg(env, insn.dst, SRC_OP)
    if insn.imm == BPF_CMPXCHG:
        check_reg_arg(env, 0, SRC_OP)
        _refuse_leak(env, 0)
    _refuse_leak(env, insn.src)
    if not atomic_ptr_type_ok(env, insn.dst):
        _refuse(env, "stores into", insn.dst)
    load_reg = -1
    if insn.imm & BPF_FETCH:
        load_reg = 0 if insn.imm == BPF_CMPXCHG else insn.src
        check_reg_arg(env, load_reg, DST_OP)
    # Once to see that it may be read by anybody, once more to fill the register.
    check_mem_access(env, env.insn_idx, insn.dst, insn.off, size, BPF_READ, -1, True, False)
    if load_reg >= 0:
        check_mem_access(env, env.insn_idx, insn.dst, insn.off, size, BPF_READ, load_reg, True, False)
    save_aux_ptr_type(env, cur_regs(env)[insn.dst].type, False)
    check_mem_access(env, env.insn_idx, insn.dst, insn.off, size, BPF_WRITE, -1, True, False)


def check_atomic_load(env: Env, insn: Insn) -> None:
    """dst = load_acquire(src + off)."""
    check_reg_arg(env, insn.src, SRC_OP)
    if not atomic_ptr_type_ok(env, insn.src):
        _refuse(env, "loads from", insn.src)
    check_load_mem(env, insn, True, False, False, "atomic_load")


def check_atomic_store(env: Env, insn: Insn) -> None:
    """store_release(dst + off, src)."""
    check_reg_arg(env, insn.dst, SRC_OP)
    if not atomic_ptr_type_ok(env, insn.dst):
        _refuse(env, "stores into", insn.dst)
    check_store_reg(env, insn, True)


def check_atomic(env: Env, insn: Insn) -> None:
    """Any instruction of mode BPF_ATOMIC, by its imm."""
    if insn.imm in _READ_MODIFY_WRITE:
        check_atomic_rmw(env, insn)
    elif insn.imm == BPF_LOAD_ACQ:
        check_atomic_load(env, insn)
    elif insn.imm == BPF_STORE_REL:
        check_atomic_store(env, insn)
    else:
        verbose(env, f"BPF_ATOMIC uses invalid atomic opcode {insn.imm & 0xFFFFFFFF:02x}\n")
        raise Reject(EINVAL)
