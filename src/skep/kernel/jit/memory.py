"""Loads and stores. Alignment is not assumed: the verifier demands it only where the machine does."""

from __future__ import annotations

from skep.isa import opcodes as op
from skep.isa.insn import Insn
from skep.kernel.jit.emit import Emitter
from skep.kernel.jit.symbols import MAP

SKB_LOAD = "skep_skb_load"
PROBE_LOAD = "skep_probe_load"
ARENA_AT = "skep_arena_at"

_PROBES = (op.BPF_PROBE_MEM, op.BPF_PROBE_MEMSX)
_SIGNED = (op.BPF_MEMSX, op.BPF_PROBE_MEMSX, op.BPF_PROBE_MEM32SX)
_ARENA_LOADS = (op.BPF_PROBE_MEM32, op.BPF_PROBE_MEM32SX)
_ARENA_STORES = (op.BPF_PROBE_MEM32, op.BPF_PROBE_ATOMIC)


def target(emit: Emitter, insn: Insn, register: int) -> str:
    """Where an access goes. In an arena that is a place of zeroes when there is no page."""
    in_arena = _ARENA_LOADS if insn.code & op.CLASS_MASK == op.BPF_LDX else _ARENA_STORES
    if insn.code & op.MODE_MASK not in in_arena:
        return address(emit, register, insn.off)
    arena = emit.unit.data(f"{MAP}{emit.unit.program.arena}")
    low = emit.value(f"and i64 {emit.read(register)}, 4294967295")
    place = emit.value(f"add i64 {low}, {insn.off}")
    size = op.SIZE_BYTES[insn.code & op.SIZE_MASK]
    arguments = f"i64 ptrtoint (ptr {arena} to i64), i64 {place}, i64 {size}, i64 0, i64 0, ptr %run"
    return emit.to_pointer(emit.value(f"call i64 {emit.unit.function(ARENA_AT)}({arguments})"))


def address(emit: Emitter, register: int, off: int) -> str:
    """Register plus offset as a pointer; the stack is addressed from its lower end, which never moves."""
    if register == op.BPF_REG_FP:
        return emit.value(f"getelementptr i8, ptr %stack, i64 {emit.frame + off}")
    base = emit.pointer(register)
    return emit.value(f"getelementptr i8, ptr {base}, i64 {off}") if off else base


def lower_load(emit: Emitter, insn: Insn, slot: int) -> None:
    bits = op.SIZE_BYTES[insn.code & op.SIZE_MASK] * 8
    if insn.code & op.MODE_MASK in _PROBES:
        _probed_load(emit, insn, bits)
        return
    where = target(emit, insn, insn.src)
    if bits == 64 and emit.flow.wanted_after[slot] >> insn.dst & 1:
        emit.write(insn.dst, emit.value(f"load ptr, ptr {where}, align 1"), is_pointer=True)
        return
    loaded = emit.value(f"load i{bits}, ptr {where}, align 1")
    if bits == 64:
        emit.write(insn.dst, loaded)
    elif insn.code & op.MODE_MASK in _SIGNED:
        emit.write(insn.dst, emit.value(f"sext i{bits} {loaded} to i64"))
    elif bits == 32:
        emit.write32(insn.dst, loaded)
    else:
        emit.write(insn.dst, emit.value(f"zext i{bits} {loaded} to i64"))


def _probed_load(emit: Emitter, insn: Insn, bits: int) -> None:
    """Through a pointer that may be stale: zero where there is nothing."""
    place = emit.value(f"add i64 {emit.read(insn.src)}, {insn.off}")
    load = emit.unit.function(PROBE_LOAD)
    arguments = f"i64 {place}, i64 {bits // 8}, i64 0, i64 0, i64 0, ptr %run"
    loaded = emit.value(f"call i64 {load}({arguments})")
    if insn.code & op.MODE_MASK in _SIGNED:
        narrow = emit.value(f"trunc i64 {loaded} to i{bits}")
        loaded = emit.value(f"sext i{bits} {narrow} to i64")
    emit.write(insn.dst, loaded)


def lower_store_imm(emit: Emitter, insn: Insn, slot: int) -> None:
    bits = op.SIZE_BYTES[insn.code & op.SIZE_MASK] * 8
    where = target(emit, insn, insn.dst)
    emit.store(f"i{bits} {_truncated(insn.imm, bits)}, ptr {where}, align 1")


def lower_store(emit: Emitter, insn: Insn, slot: int) -> None:
    bits = op.SIZE_BYTES[insn.code & op.SIZE_MASK] * 8
    where = target(emit, insn, insn.dst)
    if bits == 64 and emit.holds_pointer(insn.src):
        emit.store(f"ptr {emit.pointer(insn.src)}, ptr {where}, align 1")
        return
    emit.store(f"i{bits} {narrow(emit, insn.src, bits)}, ptr {where}, align 1")


def narrow(emit: Emitter, register: int, bits: int) -> str:
    """The lower `bits` of a register."""
    value = emit.read(register)
    if bits == 64:
        return value
    if bits == 32:
        return emit.low(value)
    if not value.startswith("%"):
        return _truncated(int(value), bits)
    return emit.value(f"trunc i64 {value} to i{bits}")


def lower_skb_load(emit: Emitter, insn: Insn, slot: int) -> None:
    """LD_ABS and LD_IND: big-endian bytes of the packet of r6; out of bounds ends the function with 0.

    The runtime function returns the value, or a number above 32 bits for out of bounds.
    """
    size = op.SIZE_BYTES[insn.code & op.SIZE_MASK]
    offset = str(insn.imm)
    if insn.code & op.MODE_MASK == op.BPF_IND:
        offset = emit.value(f"add i32 {emit.read32(insn.src)}, {insn.imm}")
        offset = emit.value(f"sext i32 {offset} to i64")
    load = emit.unit.function(SKB_LOAD)
    skb = emit.read(op.BPF_REG_6)
    loaded = emit.value(f"call i64 {load}(i64 {skb}, i64 {offset}, i64 {size}, i64 0, i64 0, ptr %run)")
    failed = emit.value(f"icmp ugt i64 {loaded}, 4294967295")
    outside, inside = emit.label("outside"), emit.label("inside")
    emit.do(f"br i1 {failed}, label %{outside}, label %{inside}")
    emit.place(outside)
    emit.do("ret i64 0")
    emit.place(inside)
    emit.write(op.BPF_REG_0, loaded)


def _truncated(value: int, bits: int) -> str:
    return str(value & ((1 << bits) - 1))
