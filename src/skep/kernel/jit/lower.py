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

CATCH = "skep_catch"

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
    for _mode in (op.BPF_PROBE_MEM, op.BPF_PROBE_MEMSX, op.BPF_PROBE_MEM32, op.BPF_PROBE_MEM32SX):
        _LOWER[op.BPF_LDX | _mode | _size] = lower_load
    _LOWER[op.BPF_ST | op.BPF_PROBE_MEM32 | _size] = lower_store_imm
    _LOWER[op.BPF_STX | op.BPF_PROBE_MEM32 | _size] = lower_store
    _LOWER[op.BPF_STX | op.BPF_PROBE_ATOMIC | _size] = lower_atomic
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
    return _catching(program, unit, prefix) if program.throws else f"{prefix}f0"


def _catching(program: FixedProgram, unit: Unit, prefix: str) -> str:
    """An entry around the program that ends it when it throws."""
    name, catch = f"{prefix}catching", unit.function(CATCH)
    number = program.exception_callback
    callback = f"ptrtoint (ptr @{prefix}f{number} to i64)" if number else "0"
    main = f"ptrtoint (ptr @{prefix}f0 to i64)"
    arguments = f"i64 %a1, i64 {main}, i64 {callback}, i64 0, i64 0, ptr %run"
    unit.bodies += [
        f"define i64 @{name}(i64 %a1, i64 %a2, i64 %a3, i64 %a4, i64 %a5, ptr %run) {{",
        f"  %result = call i64 {catch}({arguments})",
        "  ret i64 %result",
        "}",
    ]
    return name


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
    if block.successors:
        emit.flush(block.successors)
        emit.do(f"br label %b{block.successors[0]}")
    else:
        emit.do("unreachable")  # behind a call that throws
