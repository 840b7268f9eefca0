"""Jumps and exit: what ends a block."""

from __future__ import annotations

from skep.isa import opcodes as op
from skep.isa.insn import Insn
from skep.kernel.jit.blocks import EXIT, GOTO, GOTOL, Block
from skep.kernel.jit.emit import MAY_GOTO_BUDGET, Emitter

MAY_GOTO = "skep_may_goto"

_CONDITIONS = {
    op.BPF_JEQ: "eq",
    op.BPF_JNE: "ne",
    op.BPF_JGT: "ugt",
    op.BPF_JGE: "uge",
    op.BPF_JLT: "ult",
    op.BPF_JLE: "ule",
    op.BPF_JSGT: "sgt",
    op.BPF_JSGE: "sge",
    op.BPF_JSLT: "slt",
    op.BPF_JSLE: "sle",
}


def lower_end(emit: Emitter, insn: Insn, block: Block) -> None:
    """The last instruction of a block, and the values that leave the block."""
    if insn.code == EXIT:
        emit.do(f"ret i64 {emit.read(op.BPF_REG_0)}")
        return
    if len(block.successors) == 1:
        emit.flush(block.successors)
        emit.do(f"br label %b{block.successors[0]}")
        return
    condition = _may_goto(emit) if insn.code & op.OP_MASK == op.BPF_JCOND else _condition(emit, insn)
    emit.flush(block.successors)
    taken, onward = block.successors
    emit.do(f"br i1 {condition}, label %b{taken}, label %b{onward}")


def is_jump(insn: Insn) -> bool:
    """Whether `lower_end` writes the instruction."""
    if insn.code in (EXIT, GOTO, GOTOL):
        return True
    jumps = insn.code & op.CLASS_MASK in (op.BPF_JMP, op.BPF_JMP32)
    return jumps and insn.code & op.OP_MASK != op.BPF_CALL


def _condition(emit: Emitter, insn: Insn) -> str:
    operation = insn.code & op.OP_MASK
    if insn.code & op.CLASS_MASK == op.BPF_JMP32:
        kind, dst = "i32", emit.read32(insn.dst)
        src = emit.read32(insn.src) if insn.code & op.BPF_X else str(insn.imm)
    elif _compares_pointers(emit, insn):
        kind, dst, src = "ptr", emit.pointer(insn.dst), emit.pointer(insn.src)
    else:
        kind, dst = "i64", emit.read(insn.dst)
        src = emit.read(insn.src) if insn.code & op.BPF_X else str(insn.imm)
    if operation == op.BPF_JSET:
        return emit.value(f"icmp ne {kind} {emit.value(f'and {kind} {dst}, {src}')}, 0")
    return emit.value(f"icmp {_CONDITIONS[operation]} {kind} {dst}, {src}")


def _compares_pointers(emit: Emitter, insn: Insn) -> bool:
    if not insn.code & op.BPF_X or insn.code & op.OP_MASK == op.BPF_JSET:
        return False
    return emit.holds_pointer(insn.dst) and emit.holds_pointer(insn.src)


def _may_goto(emit: Emitter) -> str:
    """The frame's iterations, some at a time; when they are used up and its time is over, may_goto jumps."""
    emit.has_may_goto = True
    left = emit.value("load i64, ptr %budget")
    used_up = emit.value(f"icmp eq i64 {left}, 0")
    ask, count, onward = (emit.label(hint) for hint in ("ask", "count", "onward"))
    emit.do(f"br i1 {used_up}, label %{ask}, label %{count}")
    emit.place(ask)
    since = emit.value("load i64, ptr %since")
    more = emit.unit.function(MAY_GOTO)
    until = emit.value(f"call i64 {more}(i64 {since}, i64 0, i64 0, i64 0, i64 0, ptr %run)")
    over = emit.value(f"icmp eq i64 {until}, 0")
    emit.do(f"store i64 {emit.value(f'select i1 {over}, i64 {since}, i64 {until}')}, ptr %since")
    granted = emit.value(f"select i1 {over}, i64 0, i64 {MAY_GOTO_BUDGET}")
    emit.do(f"store i64 {granted}, ptr %budget")
    emit.do(f"br label %{onward}")
    emit.place(count)
    emit.do(f"store i64 {emit.value(f'sub i64 {left}, 1')}, ptr %budget")
    emit.do(f"br label %{onward}")
    emit.place(onward)
    return emit.value(f"phi i1 [ {over}, %{ask} ], [ false, %{count} ]")
