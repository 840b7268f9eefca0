"""Random programs for the verifier: most nearly right, so that it has much to compute, and some of them
wrong.

A program is grown statement by statement, with a rough idea of what each register holds, so that statements
mostly fit. The idea is wrong now and then (after joins, after wrong guesses), and on purpose sometimes: a
refusal is compared like an acceptance. `mutate` changes a program that was accepted.

Maps are named by their place in `MAPS`: a load of a map's address has BPF_PSEUDO_MAP_FD and that place as its
immediate, and whoever loads the program puts a descriptor there.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from skep.isa import build as b
from skep.isa import opcodes as op
from skep.isa.insn import Insn
from skep.uapi import (
    BPF_F_STRICT_ALIGNMENT,
    BPF_F_TEST_REG_INVARIANTS,
    BPF_F_TEST_STATE_FREQ,
    FuncId,
    MapType,
    ProgType,
)

#: Type, key size, value size, entries.
MAPS = (
    (MapType.HASH, 4, 16, 8),
    (MapType.ARRAY, 4, 32, 4),
    (MapType.PERCPU_ARRAY, 4, 8, 2),
    (MapType.PERCPU_HASH, 4, 8, 2),
    (MapType.PROG_ARRAY, 4, 4, 3),
)
_PROG_ARRAY = 4

_ALU = (
    op.BPF_ADD, op.BPF_SUB, op.BPF_MUL, op.BPF_DIV, op.BPF_OR, op.BPF_AND, op.BPF_LSH, op.BPF_RSH,
    op.BPF_MOD, op.BPF_XOR, op.BPF_MOV, op.BPF_ARSH,
)  # fmt: skip
_SHIFTS = (op.BPF_LSH, op.BPF_RSH, op.BPF_ARSH)
_DIVISIONS = (op.BPF_DIV, op.BPF_MOD)
_CONDITIONS = (
    op.BPF_JEQ, op.BPF_JGT, op.BPF_JGE, op.BPF_JSET, op.BPF_JNE, op.BPF_JSGT, op.BPF_JSGE, op.BPF_JLT,
    op.BPF_JLE, op.BPF_JSLT, op.BPF_JSLE,
)  # fmt: skip
_SIZES = {op.BPF_B: 1, op.BPF_H: 2, op.BPF_W: 4, op.BPF_DW: 8}
_EDGES = (
    0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x10000,
    0x7FFFFFFF, -1, -2, -8, -100, -128, -129, -0x8000, -0x7FFFFFFF, -0x80000000,
)  # fmt: skip
_TYPES = (
    ProgType.SOCKET_FILTER, ProgType.XDP, ProgType.SCHED_CLS, ProgType.XDP, ProgType.SCHED_CLS,
    ProgType.LWT_XMIT, ProgType.CGROUP_SKB, ProgType.SK_SKB, ProgType.TRACEPOINT, ProgType.RAW_TRACEPOINT,
    ProgType.PERF_EVENT,
)  # fmt: skip
#: Program types whose context has a packet in it, with the offsets of its start and end.
_PACKETS = {
    ProgType.XDP: (0, 4), ProgType.SCHED_CLS: (76, 80), ProgType.LWT_XMIT: (76, 80),
    ProgType.CGROUP_SKB: (76, 80), ProgType.SK_SKB: (76, 80),
}  # fmt: skip
_FLAGS = (0, 0, 0, 0, BPF_F_STRICT_ALIGNMENT, BPF_F_TEST_STATE_FREQ, BPF_F_TEST_REG_INVARIANTS)
_ATOMICS = (op.BPF_ADD, op.BPF_AND, op.BPF_XOR | op.BPF_FETCH, op.BPF_XCHG, op.BPF_CMPXCHG)

# What a register probably holds.
NOTHING, SCALAR, BOUNDED, STACK, PACKET, END, VALUE, CTX = range(8)

_NUMBERS = (SCALAR, BOUNDED)
_CTX = 6  # keeps the context while the program runs
_LOOP = 9  # counts the innermost loop


@dataclass(frozen=True, slots=True)
class Program:
    prog_type: int
    insns: tuple[Insn, ...]
    flags: int = 0


def grow(rng: random.Random) -> Program:
    """A random program; the same state of the generator gives the same one."""
    return Grower(rng).program()


class Grower:
    """`more` are statements beside its own, with weights; `callback` makes the function that they call."""

    def __init__(
        self,
        rng: random.Random,
        more: Sequence[tuple[float, Callable[[Grower, int], None]]] = (),
        callback: Callable[[Grower], None] | None = None,
    ) -> None:
        self.rng = rng
        self.more = more
        self.callback = callback
        self.prog_type = rng.choice(_TYPES)
        self.flags = rng.choice(_FLAGS)
        self.out: list[Insn] = []
        self.kinds = [NOTHING] * 10
        self.calls: list[int] = []  # where subprogram calls are, to be filled in
        self.callbacks: list[int] = []  # ... and addresses of the function that is called back
        self.loops = 0
        self.budget = rng.choice((4, 8, 14, 20))

    # ── the whole ──

    def program(self) -> Program:
        self.kinds[1] = CTX
        self.emit(b.mov64_reg(_CTX, 1))
        self.kinds[_CTX] = CTX
        if self.rng.random() < 0.8:
            self.prologue()
        self.block(self.budget, 0)
        self.finish()
        if self.calls:
            self.subprogram()
        if self.callbacks and self.callback:
            self.callback(self)
        return Program(int(self.prog_type), tuple(self.out), self.flags)

    def prologue(self) -> None:
        for _ in range(self.rng.randint(1, 3)):
            self.random_number()

    def finish(self) -> None:
        if self.kinds[0] not in _NUMBERS or self.rng.random() < 0.5:
            self.emit(b.mov64_imm(0, self.rng.choice((0, 1, 2))))
        self.emit(b.exit_())

    def subprogram(self) -> None:
        """One function for all calls, of two numbers."""
        start = len(self.out)
        for at in self.calls:
            self.out[at] = Insn(op.BPF_JMP | op.BPF_CALL, 0, op.BPF_PSEUDO_CALL, 0, start - at - 1)
        self.calls = []
        self.kinds = [NOTHING, self.rng.choice((SCALAR, STACK, CTX)), SCALAR] + [NOTHING] * 7
        self.block(self.rng.randint(1, 4), 2)
        self.calls = []
        self.finish()

    def emit(self, *insns: Insn) -> None:
        self.out.extend(insns)

    def block(self, length: int, depth: int) -> None:
        for _ in range(length):
            self.statement(depth)

    def statement(self, depth: int) -> None:
        choices: list[tuple[float, Callable[[], None]]] = [
            (10, self.arithmetic),
            (3, self.bound),
            (3, self.random_number),
            (3, self.copy),
            (4, self.store_stack),
            (4, self.load_stack),
            (1, self.stack_pointer),
            (2, self.variable_stack),
            (2, self.context),
            (2, self.packet),
            (2, self.packet_access),
            (3, self.lookup),
            (3, self.value_access),
            (1, self.update),
            (1, self.map_value_address),
            (0.7, self.helper_on_stack),
            (0.3, self.tail_call),
            (1, self.atomic),
            (1, self.pointer_arithmetic),
            (0.3, self.anything),
        ]
        if self.prog_type not in _PACKETS:
            choices = [(w, action) for w, action in choices if action != self.packet]
        if depth < 3:
            choices += [(7, lambda: self.branch(depth)), (2, lambda: self.loop(depth))]
        if depth < 2:
            choices.append((1, self.call))
        choices += [(weight, partial(make, self, depth)) for weight, make in self.more]
        needs = {self.packet_access: (PACKET,), self.value_access: (VALUE,), self.variable_stack: (BOUNDED,),
                 self.pointer_arithmetic: (STACK, PACKET, VALUE), self.bound: _NUMBERS}  # fmt: skip
        choices = [(w, action) for w, action in choices if action not in needs or self.has(*needs[action])]
        weights = [weight for weight, _ in choices]
        self.rng.choices([action for _, action in choices], weights)[0]()

    # ── operands ──

    def imm(self) -> int:
        dice = self.rng.random()
        if dice < 0.6:
            return self.rng.choice(_EDGES)
        if dice < 0.8:
            return self.rng.randint(-300, 300)
        return self.rng.randint(-(1 << 31), (1 << 31) - 1)

    def has(self, *kinds: int) -> bool:
        return any(kind in kinds for kind in self.kinds)

    def pick(self, *kinds: int) -> int:
        """A register that probably holds one of these; a new number if there is none; rarely any register."""
        fitting = [reg for reg in range(10) if self.kinds[reg] in kinds]
        if self.rng.random() < 0.003:
            return self.rng.randint(0, 9)
        if fitting:
            return self.rng.choice(fitting)
        reg = self.target()
        self.emit(b.mov64_imm(reg, self.imm()))
        self.set(reg, SCALAR)
        return reg

    def target(self) -> int:
        """A register to write."""
        free = [reg for reg in (0, 1, 2, 3, 4, 5, 7, 8) if self.kinds[reg] == NOTHING]
        return (
            self.rng.choice(free) if free and self.rng.random() < 0.5 else self.rng.choice((0, 1, 2, 3, 7, 8))
        )

    def set(self, reg: int, kind: int) -> None:
        self.kinds[reg] = kind

    def clobber(self) -> None:
        for reg in range(1, 6):
            self.kinds[reg] = NOTHING

    # ── numbers ──

    def random_number(self) -> None:
        self.emit(b.call_helper(FuncId.get_prandom_u32))
        self.clobber()
        self.set(0, SCALAR)
        if self.rng.random() < 0.7:
            reg = self.rng.choice((7, 8))
            self.emit(b.mov64_reg(reg, 0))
            self.set(reg, SCALAR)

    def arithmetic(self) -> None:
        dst = self.pick(*_NUMBERS)
        code = self.rng.choice(_ALU)
        alu_class = self.rng.choice((op.BPF_ALU64, op.BPF_ALU64, op.BPF_ALU))
        if self.rng.random() < 0.08:
            self.emit(Insn(op.BPF_NEG | alu_class, dst))
            return
        if self.rng.random() < 0.06:
            order = 0 if alu_class == op.BPF_ALU64 else self.rng.choice((0, 8))
            self.emit(Insn(op.BPF_END | alu_class | order, dst, 0, 0, self.rng.choice((16, 32, 64))))
            return
        if self.rng.random() < 0.4:
            off = 0
            if code == op.BPF_MOV and self.rng.random() < 0.4:
                off = self.rng.choice((8, 16, 32) if alu_class == op.BPF_ALU64 else (8, 16))
            self.emit(Insn(code | alu_class | op.BPF_X, dst, self.pick(*_NUMBERS), off))
        else:
            self.emit(Insn(code | alu_class, dst, 0, 0, self.operand(code, alu_class)))
        self.set(dst, SCALAR)

    def operand(self, code: int, alu_class: int) -> int:
        if code in _SHIFTS:
            return self.rng.choice((1, 4, 8, 16, 24, 31, 32, 48, 56, 63)) & (
                63 if alu_class == op.BPF_ALU64 else 31
            )
        imm = self.imm()
        return imm or 1 if code in _DIVISIONS else imm

    def bound(self) -> None:
        reg = self.pick(*_NUMBERS)
        self.emit(Insn(op.BPF_AND | op.BPF_ALU64, reg, 0, 0, self.rng.choice((1, 3, 7, 7, 15, 31, 63, 0xFF))))
        self.set(reg, BOUNDED)

    def copy(self) -> None:
        src, dst = self.pick(SCALAR, BOUNDED, STACK, PACKET, VALUE, END), self.target()
        self.emit(b.mov64_reg(dst, src))
        self.set(dst, self.kinds[src])

    def anything(self) -> None:
        """An instruction that need not fit at all."""
        code = self.rng.choice((0x07, 0x0F, 0x17, 0x1F, 0xB7, 0xBC, 0xBF, 0x61, 0x63, 0x79, 0x7B, 0x72, 0x71))
        off = self.rng.choice((0, 0, 4, 8, -8, -16)) if code & 7 in (1, 2, 3) else 0
        imm = 0 if code & 8 and code & 7 in (4, 7) else self.rng.choice((0, 8, -8))
        if code & 7 in (1, 3):
            imm = 0
        src = 0 if code in (0x07, 0x17, 0xB7, 0x72) else self.rng.randint(0, 10)
        self.emit(Insn(code, self.rng.randint(0, 9), src, off, imm))

    # ── stack ──

    def slot(self, size: int) -> int:
        off = -size * self.rng.randint(1, 48 // size)
        return off - 1 if size < 8 and self.rng.random() < 0.02 else off

    def store_stack(self) -> None:
        size = self.rng.choice((op.BPF_DW, op.BPF_DW, op.BPF_W, op.BPF_H, op.BPF_B))
        off = self.slot(_SIZES[size])
        if self.rng.random() < 0.4:
            self.emit(Insn(op.BPF_ST | op.BPF_MEM | size, 10, 0, off, self.imm()))
        else:
            kinds = (*_NUMBERS, PACKET, VALUE, CTX, STACK, END) if size == op.BPF_DW else _NUMBERS
            self.emit(Insn(op.BPF_STX | op.BPF_MEM | size, 10, self.pick(*kinds), off))

    def load_stack(self) -> None:
        size = self.rng.choice((op.BPF_DW, op.BPF_DW, op.BPF_W, op.BPF_H, op.BPF_B))
        mode = op.BPF_MEM
        if size != op.BPF_DW and self.rng.random() < 0.2:
            mode = op.BPF_MEMSX
        dst, off = self.target(), self.slot(_SIZES[size])
        if self.rng.random() < 0.9:  # what has been stored, mostly
            stores = [insn for insn in self.out if insn.code & 7 in (2, 3) and insn.dst == 10]
            if stores:
                off = self.rng.choice(stores[-3:]).off
                size = self.rng.choice(stores[-3:]).code & 0x18 if self.rng.random() < 0.7 else size
        self.emit(Insn(op.BPF_LDX | mode | size, dst, 10, off))
        self.set(dst, SCALAR)

    def stack_pointer(self) -> None:
        dst = self.target()
        self.emit(
            b.mov64_reg(dst, 10), Insn(op.BPF_ADD | op.BPF_ALU64, dst, 0, 0, -8 * self.rng.randint(1, 6))
        )
        self.set(dst, STACK)

    def variable_stack(self) -> None:
        reg, dst = self.pick(BOUNDED), self.target()
        size = self.rng.choice(tuple(_SIZES))
        self.emit(
            b.mov64_reg(dst, 10),
            Insn(op.BPF_ADD | op.BPF_ALU64, dst, 0, 0, self.rng.choice((-32, -64))),
            Insn(op.BPF_ADD | op.BPF_ALU64 | op.BPF_X, dst, reg),
        )
        self.set(dst, STACK)
        if self.rng.random() < 0.5:
            self.emit(Insn(op.BPF_STX | op.BPF_MEM | size, dst, self.pick(*_NUMBERS), 0))
        else:
            into = self.target()
            self.emit(Insn(op.BPF_LDX | op.BPF_MEM | size, into, dst, 0))
            self.set(into, SCALAR)

    def atomic(self) -> None:
        base = self.pick(VALUE) if self.has(VALUE) and self.rng.random() < 0.3 else 10
        size = self.rng.choice((op.BPF_W, op.BPF_DW))
        off = -8 * self.rng.randint(1, 4) if base == 10 else 0
        if base == 10:
            self.emit(Insn(op.BPF_ST | op.BPF_MEM | op.BPF_DW, 10, 0, off, self.imm()))
        self.emit(
            Insn(
                op.BPF_STX | op.BPF_ATOMIC | size, base, self.pick(*_NUMBERS), off, self.rng.choice(_ATOMICS)
            )
        )

    # ── context and packet ──

    def context(self) -> None:
        dst = self.target()
        off = (
            self.rng.choice((0, 4, 8, 16, 20))
            if self.prog_type == ProgType.XDP
            else self.rng.choice((0, 4, 8, 48))
        )
        self.emit(Insn(op.BPF_LDX | op.BPF_MEM | op.BPF_W, dst, _CTX, off))
        self.set(dst, SCALAR)

    def packet(self) -> None:
        """Load both ends, compare, and have a pointer into what is there."""
        data, end, moved = self.rng.sample((1, 2, 3, 4, 5, 7, 8), 3)
        first, second = _PACKETS.get(self.prog_type, (76, 80))
        self.emit(
            Insn(op.BPF_LDX | op.BPF_MEM | op.BPF_W, data, _CTX, first),
            Insn(op.BPF_LDX | op.BPF_MEM | op.BPF_W, end, _CTX, second),
            b.mov64_reg(moved, data),
        )
        if self.rng.random() < 0.3:
            self.emit(Insn(op.BPF_ADD | op.BPF_ALU64 | op.BPF_X, moved, self.pick(BOUNDED)))
        self.emit(Insn(op.BPF_ADD | op.BPF_ALU64, moved, 0, 0, self.rng.choice((1, 8, 14, 34))))
        self.set(data, PACKET)
        self.set(end, END)
        self.set(moved, PACKET)
        condition = self.rng.choice((op.BPF_JGT, op.BPF_JGE, op.BPF_JLT, op.BPF_JLE))
        a, c = (moved, end) if self.rng.random() < 0.7 else (end, moved)
        self.emit(Insn(op.BPF_JMP | condition | op.BPF_X, a, c, 2), b.mov64_imm(0, 0), b.exit_())

    def packet_access(self) -> None:
        base, size = self.pick(PACKET), self.rng.choice(tuple(_SIZES))
        off = self.rng.choice((0, 0, 1, 4, 8, 13, -8, -1))
        if self.rng.random() < 0.7:
            dst = self.target()
            self.emit(Insn(op.BPF_LDX | op.BPF_MEM | size, dst, base, off))
            self.set(dst, SCALAR)
        else:
            self.emit(Insn(op.BPF_STX | op.BPF_MEM | size, base, self.pick(*_NUMBERS), off))

    # ── maps and calls ──

    def key_on_stack(self, reg: int) -> None:
        if self.rng.random() < 0.5:
            self.emit(Insn(op.BPF_ST | op.BPF_MEM | op.BPF_W, 10, 0, -4, self.rng.choice((0, 1, 2, 9))))
        else:
            self.emit(Insn(op.BPF_STX | op.BPF_MEM | op.BPF_W, 10, self.pick(*_NUMBERS), -4))
        self.emit(b.mov64_reg(reg, 10), Insn(op.BPF_ADD | op.BPF_ALU64, reg, 0, 0, -4))

    def map_address(self, reg: int) -> None:
        self.emit(Insn(0x18, reg, op.BPF_PSEUDO_MAP_FD, 0, self.rng.randrange(_PROG_ARRAY)), Insn(0))

    def lookup(self) -> None:
        self.key_on_stack(2)
        self.map_address(1)
        self.emit(b.call_helper(FuncId.map_lookup_elem))
        self.clobber()
        dice = self.rng.random()
        if dice < 0.6:
            self.emit(b.jmp_imm(op.BPF_JNE, 0, 0, 2), b.mov64_imm(0, 0), b.exit_())
        elif dice < 0.8:
            self.emit(b.mov64_reg(7, 0), b.jmp_imm(op.BPF_JEQ, 7, 0, self.rng.randint(0, 1)))
            self.set(7, VALUE)
            self.emit(Insn(op.BPF_LDX | op.BPF_MEM | op.BPF_DW, 3, 0, 0))
        self.set(0, VALUE)

    def value_access(self) -> None:
        base, size = self.pick(VALUE), self.rng.choice(tuple(_SIZES))
        if self.rng.random() < 0.3:
            self.emit(Insn(op.BPF_ADD | op.BPF_ALU64 | op.BPF_X, base, self.pick(BOUNDED)))
        off = self.rng.choice((0, 0, 0, 4, 8, 12, -4))
        if self.rng.random() < 0.6:
            dst = self.target()
            self.emit(Insn(op.BPF_LDX | op.BPF_MEM | size, dst, base, off))
            self.set(dst, SCALAR)
        else:
            self.emit(Insn(op.BPF_STX | op.BPF_MEM | size, base, self.pick(*_NUMBERS), off))

    def update(self) -> None:
        self.emit(Insn(op.BPF_ST | op.BPF_MEM | op.BPF_DW, 10, 0, -24, 1))
        self.emit(Insn(op.BPF_ST | op.BPF_MEM | op.BPF_DW, 10, 0, -16, 2))
        self.key_on_stack(2)
        self.emit(b.mov64_reg(3, 10), Insn(op.BPF_ADD | op.BPF_ALU64, 3, 0, 0, -24), b.mov64_imm(4, 0))
        self.map_address(1)
        self.emit(b.call_helper(FuncId.map_update_elem))
        self.clobber()
        self.set(0, SCALAR)

    def map_value_address(self) -> None:
        """The address of an array's value as a constant."""
        dst = self.target()
        self.emit(
            Insn(0x18, dst, op.BPF_PSEUDO_MAP_VALUE, 0, 1), Insn(0, 0, 0, 0, self.rng.choice((0, 0, 8, 31)))
        )
        self.set(dst, VALUE)

    def helper_on_stack(self) -> None:
        """A helper that fills some bytes of the stack, or reads them, of a size that may be a range."""
        size = self.pick(BOUNDED) if self.has(BOUNDED) and self.rng.random() < 0.5 else 0
        if size:
            self.emit(b.mov64_reg(2, size))
        else:
            self.emit(b.mov64_imm(2, self.rng.choice((0, 1, 4, 8, 16, 64))))
        self.emit(b.mov64_reg(1, 10), Insn(op.BPF_ADD | op.BPF_ALU64, 1, 0, 0, -8 * self.rng.randint(1, 8)))
        if self.rng.random() < 0.5:
            self.emit(b.call_helper(FuncId.get_current_comm))
        else:
            self.emit(b.mov64_reg(3, 1), b.mov64_reg(4, 2), b.mov64_imm(5, 0))
            self.emit(b.call_helper(FuncId.csum_diff))
        self.clobber()
        self.set(0, SCALAR)

    def tail_call(self) -> None:
        self.emit(b.mov64_reg(1, _CTX), Insn(0x18, 2, op.BPF_PSEUDO_MAP_FD, 0, _PROG_ARRAY), Insn(0))
        self.emit(b.mov64_imm(3, self.rng.randint(0, 4)), b.call_helper(FuncId.tail_call))
        self.clobber()
        self.set(0, SCALAR)

    def call(self) -> None:
        if self.kinds[_CTX] == CTX and self.rng.random() < 0.5:
            first = _CTX
        elif self.rng.random() < 0.5:
            self.emit(
                b.mov64_reg(1, 10), Insn(op.BPF_ADD | op.BPF_ALU64, 1, 0, 0, -8 * self.rng.randint(1, 4))
            )
            first = 1
        else:
            first = self.pick(*_NUMBERS)
        if first != 1:
            self.emit(b.mov64_reg(1, first))
        self.emit(b.mov64_reg(2, self.pick(*_NUMBERS)))
        self.calls.append(len(self.out))
        self.emit(Insn(op.BPF_JMP | op.BPF_CALL))
        self.clobber()
        self.set(0, SCALAR)

    def pointer_arithmetic(self) -> None:
        dst = self.pick(STACK, PACKET, VALUE)
        code = self.rng.choice((op.BPF_ADD, op.BPF_ADD, op.BPF_SUB))
        if self.rng.random() < 0.5:
            self.emit(Insn(code | op.BPF_ALU64, dst, 0, 0, self.rng.choice((1, 4, 8, -4, -8))))
        else:
            self.emit(Insn(code | op.BPF_ALU64 | op.BPF_X, dst, self.pick(BOUNDED, SCALAR, PACKET)))

    # ── flow ──

    def condition(self) -> Insn:
        jmp = self.rng.choice((op.BPF_JMP, op.BPF_JMP, op.BPF_JMP32))
        code = self.rng.choice(_CONDITIONS)
        reg = self.pick(*_NUMBERS)
        if self.rng.random() < 0.35:
            return Insn(code | jmp | op.BPF_X, reg, self.pick(*_NUMBERS))
        return Insn(code | jmp, reg, 0, 0, self.imm())

    def branch(self, depth: int) -> None:
        condition, at = self.condition(), len(self.out)
        self.emit(condition)
        before = list(self.kinds)
        self.block(self.rng.randint(1, 3), depth + 1)
        if self.rng.random() < 0.4:
            jump = len(self.out)
            self.emit(Insn(op.BPF_JMP | op.BPF_JA))
            self.out[at] = Insn(
                condition.code, condition.dst, condition.src, len(self.out) - at - 1, condition.imm
            )
            taken, self.kinds = self.kinds, before
            self.block(self.rng.randint(1, 3), depth + 1)
            self.out[jump] = Insn(op.BPF_JMP | op.BPF_JA, 0, 0, len(self.out) - jump - 1)
            before = taken
        else:
            self.out[at] = Insn(
                condition.code, condition.dst, condition.src, len(self.out) - at - 1, condition.imm
            )
        self.kinds = [a if a == c else (SCALAR if a in _NUMBERS and c in _NUMBERS else NOTHING)
                      for a, c in zip(before, self.kinds, strict=True)]  # fmt: skip

    def loop(self, depth: int) -> None:
        if self.loops:
            return
        self.loops += 1
        self.emit(b.mov64_imm(_LOOP, 0))
        start = len(self.out)
        may_goto = self.rng.random() < 0.2
        if may_goto:
            self.emit(Insn(op.BPF_JMP | op.BPF_JCOND))
        self.block(self.rng.randint(1, 3), depth + 1)
        self.emit(Insn(op.BPF_ADD | op.BPF_ALU64, _LOOP, 0, 0, 1))
        if may_goto:
            self.emit(Insn(op.BPF_JMP | op.BPF_JA, 0, 0, start - len(self.out) - 1))
            self.out[start] = Insn(op.BPF_JMP | op.BPF_JCOND, 0, 0, len(self.out) - start - 1)
        else:
            limit = self.rng.choice((2, 3, 5, 10, 40))
            self.emit(b.jmp_imm(op.BPF_JLT, _LOOP, limit, start - len(self.out) - 1))
        self.loops -= 1


# ── mutation ──


def mutate(rng: random.Random, program: Program, other: Program) -> Program:
    """One to three small changes; `other` gives instructions to splice in."""
    insns = list(program.insns)
    for _ in range(rng.randint(1, 3)):
        rng.choice((_change_field, _change_field, _change_field, _delete, _duplicate, _splice, _retarget))(
            rng, insns, other
        )
    flags = program.flags if rng.random() < 0.9 else rng.choice(_FLAGS)
    return Program(program.prog_type, tuple(insns), flags)


def _plain_index(rng: random.Random, insns: list[Insn]) -> int | None:
    """Somewhere that is not in the middle of a wide instruction, nor its start."""
    fitting = [i for i, insn in enumerate(insns) if insn.code not in (0, 0x18)]
    return rng.choice(fitting) if fitting else None


def _change_field(rng: random.Random, insns: list[Insn], other: Program) -> None:
    at = _plain_index(rng, insns)
    if at is None:
        return
    insn = insns[at]
    code, dst, src, off, imm = insn.code, insn.dst, insn.src, insn.off, insn.imm
    field = rng.randrange(5)
    is_memory = code & 7 in (1, 2, 3)
    if field == 0:
        code = code ^ 8 if not is_memory and code & 0xF0 < 0x80 else code ^ rng.choice((0x10, 0x20, 0x40))
        src, imm = (rng.randint(0, 9), 0) if code & 8 and not is_memory else (src, imm)
    elif field == 1:
        dst = rng.randint(0, 10)
    elif field == 2 and src:
        src = rng.randint(0, 10)
    elif field == 3 and off:
        off += rng.choice((-8, -4, -1, 1, 4, 8))
    elif imm:
        imm = rng.choice((imm + 1, imm - 1, -imm, rng.choice(_EDGES)))
    insns[at] = Insn(code, dst, src, off, max(-(1 << 31), min(imm, (1 << 31) - 1)))


def _shift_jumps(insns: list[Insn], at: int, by: int) -> None:
    """Jumps over `at` keep their targets when `by` slots come in there (or go)."""
    for i, insn in enumerate(insns):
        if insn.code & 7 not in (5, 6) or insn.code & 0xF0 in (op.BPF_CALL, op.BPF_EXIT):
            if insn.code == op.BPF_JMP | op.BPF_CALL and insn.src == op.BPF_PSEUDO_CALL:
                target = i + 1 + insn.imm
                if (i < at) != (target <= at):
                    step = by if i < at else -by
                    insns[i] = Insn(insn.code, insn.dst, insn.src, insn.off, insn.imm + step)
            continue
        target = i + 1 + insn.off
        if i < at < target:
            insns[i] = Insn(insn.code, insn.dst, insn.src, insn.off + by, insn.imm)
        elif target <= at <= i:
            insns[i] = Insn(insn.code, insn.dst, insn.src, insn.off - by, insn.imm)


def _delete(rng: random.Random, insns: list[Insn], other: Program) -> None:
    at = _plain_index(rng, insns)
    if at is not None and len(insns) > 2:
        _shift_jumps(insns, at, -1)
        del insns[at]


def _duplicate(rng: random.Random, insns: list[Insn], other: Program) -> None:
    at = _plain_index(rng, insns)
    if at is not None:
        _shift_jumps(insns, at, 1)
        insns.insert(at, insns[at])


def _splice(rng: random.Random, insns: list[Insn], other: Program) -> None:
    at, of = _plain_index(rng, insns), _plain_index(rng, list(other.insns))
    if at is not None and of is not None:
        _shift_jumps(insns, at, 1)
        insns.insert(at, other.insns[of])


def _retarget(rng: random.Random, insns: list[Insn], other: Program) -> None:
    jumps = [i for i, insn in enumerate(insns) if insn.code & 7 in (5, 6) and insn.off]
    if jumps:
        at = rng.choice(jumps)
        insn = insns[at]
        insns[at] = Insn(insn.code, insn.dst, insn.src, insn.off + rng.choice((-2, -1, 1, 2)), insn.imm)
