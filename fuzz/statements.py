"""More that a random program may do: what takes references, what is called back, what changes a packet.

Each statement adds to the program that a `Grower` grows. `grow_wide` grows programs with these too; such a
program may need types for its functions (`functions`), and the maps of `WIDE_MAPS`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

from fuzz.programs import (
    BOUNDED,
    CTX,
    MAPS,
    NOTHING,
    SCALAR,
    STACK,
    VALUE,
    Grower,
    Program,
)
from skep.isa import build as b
from skep.isa import opcodes as op
from skep.isa.insn import Insn
from skep.uapi import FuncId, MapType, ProgType

_RINGBUF: Final = len(MAPS)
WIDE_MAPS: Final = (*MAPS, (MapType.RINGBUF, 0, 0, 4096))

_CTX = 6
_LD_IMM64 = 0x18
_ADD = op.BPF_ADD
_SIZES = (op.BPF_B, op.BPF_H, op.BPF_W, op.BPF_DW)
_WITH_SOCKETS = (ProgType.XDP, ProgType.SCHED_CLS, ProgType.CGROUP_SKB, ProgType.SK_SKB)
_WITH_BUFFERS = (ProgType.SCHED_CLS, ProgType.LWT_XMIT, ProgType.SK_SKB)
_WITH_LD_ABS = (ProgType.SOCKET_FILTER, ProgType.SCHED_CLS)


def _call(g: Grower, helper: int, result: int = SCALAR) -> None:
    g.emit(b.call_helper(helper))
    g.clobber()
    g.set(0, result)


def _stack_address(g: Grower, reg: int, off: int) -> None:
    g.emit(b.mov64_reg(reg, 10), b.alu64_imm(_ADD, reg, off))


def _or_leave(g: Grower) -> None:
    """Go on only if r0 is not null; sometimes without having asked."""
    if g.rng.random() < 0.9:
        g.emit(b.jmp_imm(op.BPF_JNE, 0, 0, 2), b.mov64_imm(0, 0), b.exit_())


def linked_numbers(g: Grower, depth: int) -> None:
    """Two registers that differ by a constant; a comparison of one says something of the other."""
    rng = g.rng
    first, second = g.pick(SCALAR, BOUNDED), rng.choice((3, 4, 7, 8))
    move = b.mov64_reg if rng.random() < 0.7 else b.mov32_reg
    g.emit(move(second, first))
    g.set(second, SCALAR)
    for reg in rng.sample((first, second), rng.randint(1, 2)):
        add = b.alu64_imm if rng.random() < 0.7 else b.alu32_imm
        g.emit(add(_ADD, reg, rng.choice((1, 4, 8, -1, -8, 100, 0x7FFFFFFF, -0x80000000))))
    jump = b.jmp_imm if rng.random() < 0.7 else b.jmp32_imm
    condition = rng.choice((op.BPF_JGT, op.BPF_JLT, op.BPF_JSGT, op.BPF_JSLT, op.BPF_JEQ, op.BPF_JNE))
    g.emit(jump(condition, rng.choice((first, second)), rng.choice((0, 3, 7, 16, 31, -1)), 2))
    g.emit(b.mov64_imm(0, 0), b.exit_())
    g.set(first, BOUNDED)
    g.set(second, BOUNDED)


def partial_spill(g: Grower, depth: int) -> None:
    """A number on the stack, part of it written over, and some of it read."""
    rng = g.rng
    base = -8 * rng.randint(1, 6)
    g.emit(b.stx_mem(rng.choice((op.BPF_DW, op.BPF_W)), 10, g.pick(SCALAR, BOUNDED), base))
    for _ in range(rng.randint(0, 2)):
        off = base + rng.choice((0, 1, 2, 4, 6, -4))
        size = rng.choice(_SIZES[:3])
        if rng.random() < 0.5:
            g.emit(b.st_mem(size, 10, off, rng.choice((0, 0, 1, -1))))
        else:
            g.emit(b.stx_mem(size, 10, g.pick(SCALAR, BOUNDED), off))
    into, size = rng.choice((0, 3, 4, 7, 8)), rng.choice(_SIZES)
    load = b.ldx_memsx if size != op.BPF_DW and rng.random() < 0.3 else b.ldx_mem
    g.emit(load(size, into, 10, base + rng.choice((0, 0, 0, 4, 2, 1))))
    g.set(into, SCALAR)


def ordered_access(g: Grower, depth: int) -> None:
    """A load that acquires or a store that releases."""
    rng = g.rng
    on_value = g.has(VALUE) and rng.random() < 0.4
    base, off = (g.pick(VALUE), rng.choice((0, 4, 8))) if on_value else (10, -8 * rng.randint(1, 4))
    size = rng.choice(_SIZES)
    if base == 10:
        g.emit(b.st_mem(op.BPF_DW, 10, off, g.imm()))
    if rng.random() < 0.5:
        into = rng.choice((0, 3, 4, 7, 8))
        g.emit(b.load_acquire(size, into, base, off))
        g.set(into, SCALAR)
    else:
        g.emit(b.store_release(size, base, g.pick(SCALAR, BOUNDED), off))


def record(g: Grower, depth: int) -> None:
    """A record of a ring buffer: reserved, written, and given back, mostly once."""
    rng = g.rng
    g.emit(Insn(_LD_IMM64, 1, op.BPF_PSEUDO_MAP_FD, 0, _RINGBUF), Insn(0))
    g.emit(b.mov64_imm(2, rng.choice((8, 16, 16, 0, 4096))), b.mov64_imm(3, 0))
    _call(g, FuncId.ringbuf_reserve, NOTHING)
    _or_leave(g)
    g.emit(b.mov64_reg(8, 0))
    g.set(8, NOTHING)
    if rng.random() < 0.7:
        g.emit(b.stx_mem(rng.choice(_SIZES), 8, g.pick(SCALAR, BOUNDED), rng.choice((0, 0, 4, 8, 15))))
    if rng.random() < 0.3:
        g.block(1, depth + 1)
    for _ in range(rng.choice((1,) * 12 + (0, 2))):
        g.emit(b.mov64_reg(1, 8), b.mov64_imm(2, 0))
        _call(g, rng.choice((FuncId.ringbuf_submit, FuncId.ringbuf_discard)))


def socket(g: Grower, depth: int) -> None:
    """A socket that is looked up, read and released, mostly once."""
    rng = g.rng
    if g.prog_type not in _WITH_SOCKETS:
        return
    g.emit(b.st_mem(op.BPF_DW, 10, -56, 0), b.st_mem(op.BPF_DW, 10, -64, 0))
    g.emit(b.mov64_reg(1, _CTX))
    _stack_address(g, 2, -64)
    g.emit(b.mov64_imm(3, rng.choice((12, 12, 36))), b.mov64_imm(4, -1), b.mov64_imm(5, 0))
    _call(g, FuncId.sk_lookup_tcp, NOTHING)
    _or_leave(g)
    g.emit(b.mov64_reg(8, 0))
    g.set(8, NOTHING)
    if rng.random() < 0.6:
        g.emit(b.ldx_mem(op.BPF_W, 7, 8, 4 * rng.randint(0, 20)))
        g.set(7, SCALAR)
    if rng.random() < 0.3:
        g.block(1, depth + 1)
    for _ in range(rng.choice((1,) * 12 + (0, 2))):
        g.emit(b.mov64_reg(1, 8))
        _call(g, FuncId.sk_release)


def packet_changes(g: Grower, depth: int) -> None:
    """A helper after which what was known of the packet is known no more."""
    if g.prog_type == ProgType.XDP:
        g.emit(b.mov64_reg(1, _CTX), b.mov64_imm(2, g.rng.choice((0, 8, -8))))
        _call(g, g.rng.choice((FuncId.xdp_adjust_head, FuncId.xdp_adjust_tail, FuncId.xdp_adjust_meta)))
    elif g.prog_type in _WITH_BUFFERS:
        g.emit(b.st_mem(op.BPF_DW, 10, -8, 1), b.mov64_reg(1, _CTX), b.mov64_imm(2, 0))
        _stack_address(g, 3, -8)
        g.emit(b.mov64_imm(4, g.rng.choice((1, 8, 9))), b.mov64_imm(5, 0))
        _call(g, FuncId.skb_store_bytes)


def byte_of_packet(g: Grower, depth: int) -> None:
    """LD_ABS and LD_IND."""
    if g.prog_type not in _WITH_LD_ABS and g.rng.random() < 0.95:
        return
    size = g.rng.choice(_SIZES[:3])
    if g.rng.random() < 0.5:
        g.emit(b.ld_abs(size, g.rng.choice((0, 12, 1000, -1))))
    else:
        g.emit(b.ld_ind(size, g.pick(SCALAR, BOUNDED), 0))
    g.clobber()
    g.set(0, SCALAR)


def memory_as_dynptr(g: Grower, depth: int) -> None:
    """A dynptr of a map's value, and memory out of it."""
    rng = g.rng
    off = -8 * rng.randint(2, 6)
    g.emit(Insn(_LD_IMM64, 1, op.BPF_PSEUDO_MAP_VALUE, 0, 1), Insn(0, 0, 0, 0, rng.choice((0, 8))))
    g.emit(b.mov64_imm(2, rng.choice((8, 24, 33))), b.mov64_imm(3, 0))
    _stack_address(g, 4, off)
    _call(g, FuncId.dynptr_from_mem)
    if rng.random() < 0.2:
        g.block(1, depth + 1)
    _stack_address(g, 1, off + rng.choice((0,) * 8 + (8,)))
    g.emit(b.mov64_imm(2, 0), b.mov64_imm(3, rng.choice((1, 4, 8))))
    _call(g, FuncId.dynptr_data, VALUE)
    _or_leave(g)


def number_from_text(g: Grower, depth: int) -> None:
    """A helper that writes a number to the stack, of which it says so."""
    g.emit(b.st_mem(op.BPF_DW, 10, -16, 0x31))
    _stack_address(g, 1, -16)
    g.emit(b.mov64_imm(2, g.rng.choice((2, 8, 9))), b.mov64_imm(3, 0))
    _stack_address(g, 4, -8 * g.rng.randint(1, 4) + g.rng.choice((0,) * 8 + (4,)))
    _call(g, FuncId.strtol)


def counted_calls(g: Grower, depth: int) -> None:
    """bpf_loop: a function of this program, some number of times."""
    if depth > 1:
        return
    count = g.pick(SCALAR, BOUNDED)
    if g.rng.random() < 0.6:
        g.emit(b.mov64_imm(1, g.rng.choice((0, 1, 5, 1 << 23, (1 << 23) + 1))))
    else:
        g.emit(b.mov64_reg(1, count))
    _stack_address(g, 3, -8 * g.rng.randint(1, 4))
    g.emit(b.mov64_imm(4, 0))
    g.callbacks.append(len(g.out))
    g.emit(*b.ld_func(2, 0))
    _call(g, FuncId.loop)


def each_element(g: Grower, depth: int) -> None:
    """bpf_for_each_map_elem, with the same function."""
    if depth > 1:
        return
    g.map_address(1)
    _stack_address(g, 3, -8 * g.rng.randint(1, 4))
    g.emit(b.mov64_imm(4, 0))
    g.callbacks.append(len(g.out))
    g.emit(*b.ld_func(2, 0))
    _call(g, FuncId.for_each_map_elem)


def callback(g: Grower) -> None:
    """The function of all calls back: what its arguments are is a guess that is wrong for some callers."""
    start = len(g.out)
    for at in g.callbacks:
        g.out[at] = Insn(_LD_IMM64, 2, op.BPF_PSEUDO_FUNC, 0, start - at - 1)
    kinds = g.rng.choice(((SCALAR, STACK), (NOTHING, STACK, VALUE, STACK)))
    g.kinds = [NOTHING, *kinds, *[NOTHING] * (9 - len(kinds))]
    for _ in range(g.rng.randint(0, 3)):
        g.statement(2)
    g.emit(b.mov64_imm(0, g.rng.choice((0, 0, 1, 2))), b.exit_())


#: How often, compared with the statements of `Grower`.
_MORE: Final[Sequence[tuple[float, Callable[[Grower, int], None]]]] = (
    (4, linked_numbers),
    (4, partial_spill),
    (1, ordered_access),
    (1.5, record),
    (1, socket),
    (1, packet_changes),
    (0.6, byte_of_packet),
    (1, memory_as_dynptr),
    (0.6, number_from_text),
    (1.5, counted_calls),
    (0.7, each_element),
)


def grow_wide(rng: random.Random) -> Program:
    """A random program of all statements; the same state of the generator gives the same one."""
    return Grower(rng, _MORE, callback).program()


def functions(insns: Sequence[Insn]) -> list[int]:
    """Where functions begin, if one of them is called back: then each needs a type."""
    starts = {0}
    called_back = False
    for index, insn in enumerate(insns):
        target = index + 1 + insn.imm
        if insn.code == op.BPF_JMP | op.BPF_CALL and insn.src == op.BPF_PSEUDO_CALL:
            starts.add(target)
        elif insn.code == _LD_IMM64 and insn.src == op.BPF_PSEUDO_FUNC:
            starts.add(target)
            called_back = True
    return sorted(start for start in starts if 0 <= start < len(insns)) if called_back else []


__all__ = ["CTX", "WIDE_MAPS", "functions", "grow_wide"]
