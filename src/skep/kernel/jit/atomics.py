"""Atomic operations: RFC 9669 section 5.3, and load-acquire and store-release.

The operations that return the old value are sequentially consistent, the others only atomic, as Linux has it.
"""

from __future__ import annotations

from skep.isa import opcodes as op
from skep.isa.insn import Insn
from skep.kernel.jit.emit import Emitter
from skep.kernel.jit.memory import narrow, target

_OPERATIONS = {
    op.BPF_ADD: "add",
    op.BPF_OR: "or",
    op.BPF_AND: "and",
    op.BPF_XOR: "xor",
    op.BPF_XCHG & ~op.BPF_FETCH: "xchg",
}


def lower_atomic(emit: Emitter, insn: Insn, slot: int) -> None:
    size = op.SIZE_BYTES[insn.code & op.SIZE_MASK]
    bits = size * 8
    if insn.imm == op.BPF_LOAD_ACQ:
        where = target(emit, insn, insn.src)
        _write(emit, insn.dst, bits, emit.value(f"load atomic i{bits}, ptr {where} acquire, align {size}"))
        return
    where = target(emit, insn, insn.dst)
    value = narrow(emit, insn.src, bits)
    if insn.imm == op.BPF_STORE_REL:
        emit.do(f"store atomic i{bits} {value}, ptr {where} release, align {size}")
    elif insn.imm == op.BPF_CMPXCHG:
        expected = narrow(emit, op.BPF_REG_0, bits)
        pair = emit.value(
            f"cmpxchg ptr {where}, i{bits} {expected}, i{bits} {value} seq_cst seq_cst, align {size}"
        )
        _write(emit, op.BPF_REG_0, bits, emit.value(f"extractvalue {{ i{bits}, i1 }} {pair}, 0"))
    else:
        _read_modify_write(emit, insn, where, bits, value)


def _read_modify_write(emit: Emitter, insn: Insn, where: str, bits: int, value: str) -> None:
    fetch = insn.imm & op.BPF_FETCH
    order = "seq_cst" if fetch else "monotonic"
    operation = _OPERATIONS[insn.imm & ~op.BPF_FETCH]
    old = emit.value(f"atomicrmw {operation} ptr {where}, i{bits} {value} {order}, align {bits // 8}")
    if fetch:
        _write(emit, insn.src, bits, old)


def _write(emit: Emitter, register: int, bits: int, value: str) -> None:
    if bits == 64:
        emit.write(register, value)
    elif bits == 32:
        emit.write32(register, value)
    else:
        emit.write(register, emit.value(f"zext i{bits} {value} to i64"))
