"""eBPF to LLVM IR: the dispatch by instruction class, and the walk over functions and blocks."""

from __future__ import annotations

import errno
from collections.abc import Callable

from skep.isa import opcodes as op
from skep.isa.insn import Insn
from skep.kernel.fixups.program import FixedProgram
from skep.kernel.jit.alu import lower_alu32, lower_alu64
from skep.kernel.jit.atomics import lower_atomic
from skep.kernel.jit.blocks import CALL, WIDE, Block, split
from skep.kernel.jit.calls import lower_call, lower_ld_imm64
from skep.kernel.jit.emit import Emitter
from skep.kernel.jit.flow import analyse
from skep.kernel.jit.jumps import is_jump, lower_end
from skep.kernel.jit.memory import lower_load, lower_skb_load, lower_store, lower_store_imm
from skep.kernel.jit.unit import Unit

Lower = Callable[[Emitter, Insn, int], None]

#: What writes an instruction that does not end a block, by opcode byte.
_LOWER: dict[int, Lower] = {
    row.code: lower_alu64 for row in op.OPCODES if op.bpf_class(row.code) == op.BPF_ALU64
}
_LOWER |= {row.code: lower_alu32 for row in op.OPCODES if op.bpf_class(row.code) == op.BPF_ALU}
_LOWER |= {CALL: lower_call, CALL | op.BPF_X: lower_call, WIDE: lower_ld_imm64}
for _size in op.SIZE_BYTES:
    _LOWER[op.BPF_LDX | op.BPF_MEM | _size] = lower_load
    _LOWER[op.BPF_LDX | op.BPF_MEMSX | _size] = lower_load
    _LOWER[op.BPF_ST | op.BPF_MEM | _size] = lower_store_imm
    _LOWER[op.BPF_STX | op.BPF_MEM | _size] = lower_store
    _LOWER[op.BPF_STX | op.BPF_ATOMIC | _size] = lower_atomic
    _LOWER[op.BPF_LD | op.BPF_ABS | _size] = lower_skb_load
    _LOWER[op.BPF_LD | op.BPF_IND | _size] = lower_skb_load


def lower(program: FixedProgram, unit: Unit, prefix: str = "") -> str:
    """Adds a program's functions to a compilation; returns the name of its entry."""
    unit.program = program
    for function in split(program):
        emit = Emitter(unit, function, analyse(program, function), prefix)
        for block in function.blocks:
            _lower_block(emit, program.insns, block)
        unit.bodies.extend(emit.text())
    return f"{prefix}f0"


def _lower_block(emit: Emitter, insns: tuple[Insn, ...], block: Block) -> None:
    emit.begin(block)
    slot = block.start
    while slot < block.end:
        insn = insns[slot]
        if is_jump(insn):
            lower_end(emit, insn, block)
            return
        handler = _LOWER.get(insn.code)
        if handler is None:
            raise OSError(errno.EINVAL, f"insn {slot}: unknown opcode {insn.code:02x}")
        handler(emit, insn, slot)
        slot += 2 if insn.code == WIDE else 1
    emit.flush(block.successors)
    emit.do(f"br label %b{block.successors[0]}")
