"""Random programs that Linux's verifier accepts by construction, and that have no undefined outcome.

Shape of a program::

    prologue   r9 = packet, r0 to r7 from the packet, r8 a small counter, the stack filled
    body       arithmetic, loads, stores, atomics on the stack, forward jumps, loops, calls
    epilogue   registers and stack to the packet, w0 = r0

Values come from the packet, so the verifier cannot compute anything, and no branch is dead. The prologue of
an XDP program (Linux) and of a bare one (r1 is the memory block) take the same number of slots.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from skep.isa import build as b
from skep.isa import opcodes as op
from skep.isa.insn import Insn

PACKET = 128
STACK = 32
#: Stack below that only atomic operations write to. Linux 6.18 forgets where a fetched value came from when
#: it marks it as precise, so a number that it knows something about, once fetched and compared, makes it
#: prune paths with other numbers.
SHARED = 16

_SCALARS = range(8)  # r0 to r7 hold numbers all the time; r8 counts loops, r9 is the packet
_COUNTER, _PACKET = 8, 9
_SIZES = (op.BPF_B, op.BPF_H, op.BPF_W, op.BPF_DW)
_ALU = (
    op.BPF_ADD, op.BPF_SUB, op.BPF_MUL, op.BPF_DIV, op.BPF_OR, op.BPF_AND, op.BPF_LSH, op.BPF_RSH,
    op.BPF_MOD, op.BPF_XOR, op.BPF_MOV, op.BPF_ARSH,
)  # fmt: skip
_CONDITIONS = (
    op.BPF_JEQ, op.BPF_JGT, op.BPF_JGE, op.BPF_JSET, op.BPF_JNE, op.BPF_JSGT, op.BPF_JSGE, op.BPF_JLT,
    op.BPF_JLE, op.BPF_JSLT, op.BPF_JSLE,
)  # fmt: skip
_ATOMICS = (
    op.BPF_ADD, op.BPF_OR, op.BPF_AND, op.BPF_XOR, op.BPF_ADD | op.BPF_FETCH, op.BPF_OR | op.BPF_FETCH,
    op.BPF_AND | op.BPF_FETCH, op.BPF_XOR | op.BPF_FETCH, op.BPF_XCHG, op.BPF_CMPXCHG,
)  # fmt: skip
_SHIFTS = (op.BPF_LSH, op.BPF_RSH, op.BPF_ARSH)
_DIVISIONS = (op.BPF_DIV, op.BPF_MOD)
_EDGES = (0, 1, 2, 7, 8, 31, 32, 63, 64, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF)
_S32 = 1 << 31


@dataclass(frozen=True, slots=True)
class Case:
    """One program in its two forms, and the packet that it runs on."""

    bare: tuple[Insn, ...]
    xdp: tuple[Insn, ...]
    packet: bytes


def generate(rng: random.Random) -> Case:
    """A random case; the same generator state gives the same case."""
    return _Generator(rng).case()


class _Generator:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.in_subprogram = False

    def case(self) -> Case:
        subprograms = [self.subprogram() for _ in range(self.rng.choice((0, 0, 0, 1, 1, 2)))]
        self.in_subprogram = False
        head = self._fill()
        body = self.body(self.rng.randint(6, 22), depth=0, calls=len(subprograms))
        for target in range(len(subprograms)):  # the verifier wants no function that is never called
            body += self._call(target)
        code = _link([*head, *body, *self._show()], subprograms, len(_bare_prologue()))
        packet = b"".join(self._word().to_bytes(8, "little") for _ in range(PACKET // 8))
        return Case((*_bare_prologue(), *code), (*_xdp_prologue(), *code), packet)

    def subprogram(self) -> list[Insn]:
        """A function of five numbers; its caller keeps r6 to r9, its r9 is a number too."""
        self.in_subprogram = True
        head = [b.mov64_imm(0, self._imm()), b.mov64_reg(6, 1), b.mov64_reg(7, 2), b.mov64_imm(_COUNTER, 3)]
        for slot in range(STACK // 8):
            head.append(b.stx_mem(op.BPF_DW, 10, 1 + slot % 5, -8 * (slot + 1)))
        return [*head, *self.body(self.rng.randint(2, 9), depth=0, calls=0), b.exit_()]

    def body(self, length: int, depth: int, calls: int) -> list[Insn]:
        code: list[Insn] = []
        for _ in range(length):
            code += self._piece(depth, calls)
        return code

    def _piece(self, depth: int, calls: int) -> list[Insn]:
        kinds: list[tuple[int, Callable[[], list[Insn]]]] = [
            (40, self._arithmetic),
            (6, self._swap),
            (10, self._memory),
            (6, self._computed_access),
            (6, self._atomic),
        ]
        if depth < 2:
            kinds.append((8, lambda: self._branch(depth, calls)))
        if depth == 0 and not self.in_subprogram:
            kinds.append((2, self._loop))
        if calls and depth == 0:
            kinds.append((4, lambda: self._call(self.rng.randrange(calls))))
        weights, makers = zip(*kinds, strict=True)
        return self.rng.choices(makers, weights)[0]()

    # Numbers

    def _imm(self) -> int:
        kind = self.rng.randrange(3)
        if kind == 0:
            return self.rng.randint(-_S32, _S32 - 1)
        edge = self.rng.choice(_EDGES)
        return -edge if kind == 1 else edge

    def _word(self) -> int:
        kind = self.rng.randrange(4)
        if kind == 0:
            return self.rng.getrandbits(64)
        if kind == 1:
            return self._imm() & ((1 << 64) - 1)
        if kind == 2:
            return 1 << self.rng.randrange(64)
        return self._imm() & 0xFFFFFFFF

    def _register(self) -> int:
        return self.rng.choice(_SCALARS)

    # Pieces

    def _arithmetic(self) -> list[Insn]:
        rng, wide = self.rng, self.rng.random() < 0.5
        operation = rng.choice((*_ALU, op.BPF_NEG))
        dst, src = self._register(), self._register()
        if rng.random() < 0.05:
            return [*b.ld_imm64(dst, self._word())]
        if operation == op.BPF_NEG:
            return [b.neg64(dst) if wide else b.neg32(dst)]
        signed = 1 if operation in _DIVISIONS and rng.random() < 0.5 else 0
        if rng.random() < 0.5:
            imm = self._imm()
            if operation in _SHIFTS:
                imm = rng.randrange(64 if wide else 32)
            elif operation in _DIVISIONS:
                imm = imm or 3
            return [(b.alu64_imm if wide else b.alu32_imm)(operation, dst, imm, signed)]
        if operation == op.BPF_MOV and rng.random() < 0.5:
            width = rng.choice((8, 16, 32) if wide else (8, 16))
            return [(b.movsx64_reg if wide else b.movsx32_reg)(dst, src, width)]
        return [(b.alu64_reg if wide else b.alu32_reg)(operation, dst, src, signed)]

    def _swap(self) -> list[Insn]:
        make = self.rng.choice((b.to_le, b.to_be, b.bswap))
        return [make(self._register(), self.rng.choice((16, 32, 64)))]

    def _place(self, size: int, aligned: bool) -> tuple[int, int]:
        """A base register and an offset within the stack or the packet."""
        step = size if aligned else 1
        if self.in_subprogram or self.rng.random() < 0.6:
            # Spilled numbers are slots of their own to the verifier, so the stack is accessed aligned.
            return 10, -STACK + self.rng.randrange(0, STACK - size + 1, size)
        return _PACKET, self.rng.randrange(0, PACKET - size + 1, step)

    def _memory(self) -> list[Insn]:
        size = self.rng.choice(_SIZES)
        base, off = self._place(op.SIZE_BYTES[size], aligned=False)
        kind = self.rng.randrange(4)
        if kind == 0:
            return [b.stx_mem(size, base, self._register(), off)]
        if kind == 1:
            return [b.st_mem(size, base, off, self._imm())]
        if kind == 2 and size != op.BPF_DW:
            return [b.ldx_memsx(size, self._register(), base, off)]
        return [b.ldx_mem(size, self._register(), base, off)]

    def _computed_access(self) -> list[Insn]:
        """A stack address made of base and index, in either order, that is a number again afterwards."""
        size = self.rng.choice(_SIZES)
        width = op.SIZE_BYTES[size]
        pointer, index, value = self.rng.sample(_SCALARS, 3)
        code = [b.alu64_imm(op.BPF_AND, index, (STACK - 8) & ~(width - 1))]
        base = [b.mov64_reg(pointer, 10), b.alu64_imm(op.BPF_ADD, pointer, -STACK)]
        if self.rng.random() < 0.5:
            code += [*base, b.alu64_reg(op.BPF_ADD, pointer, index)]
        else:
            code += [*base, b.alu64_reg(op.BPF_ADD, index, pointer)]
            pointer, index = index, pointer
        if self.rng.random() < 0.5:
            code.append(b.stx_mem(size, pointer, value, 0))
            code.append(b.mov64_imm(pointer, self._imm()))
        else:
            code.append(b.ldx_mem(size, value, pointer, 0))
            code.append(b.mov64_reg(pointer, value))
        code.append(b.mov64_imm(index, self._imm()))
        return code

    def _atomic(self) -> list[Insn]:
        value = self._register()
        if self.rng.random() < 0.3:
            size = self.rng.choice(_SIZES)
            base, off = self._place(op.SIZE_BYTES[size], aligned=True)
            if base != 10:  # Linux has no atomics on packets
                base, off = 10, -op.SIZE_BYTES[size]
            if self.rng.random() < 0.5:
                return [b.load_acquire(size, value, base, off)]
            return [b.store_release(size, base, value, off)]
        if self.in_subprogram:
            return self._memory()
        size = self.rng.choice((op.BPF_W, op.BPF_DW))
        width = op.SIZE_BYTES[size]
        operation = self.rng.choice(_ATOMICS)
        off = -STACK - SHARED + self.rng.randrange(0, SHARED, width)
        code = [b.atomic_op(size, operation, 10, value, off)]
        if operation == op.BPF_CMPXCHG and size == op.BPF_W:
            # Where paths were pruned, Linux 6.18 on x86-64 can leave the upper half of r0 as it was.
            code.append(b.mov32_reg(0, 0))
        return code

    def _branch(self, depth: int, calls: int) -> list[Insn]:
        """if / else, or if alone."""
        then = self.body(self.rng.randint(1, 5), depth + 1, calls)
        other = self.body(self.rng.randint(0, 4), depth + 1, calls)
        if other:
            skip = b.gotol(len(other)) if self.rng.random() < 0.2 else b.ja(len(other))
            then.append(skip)
        operation, dst = self.rng.choice(_CONDITIONS), self._register()
        wide = self.rng.random() < 0.5
        if self.rng.random() < 0.5:
            jump = (b.jmp_imm if wide else b.jmp32_imm)(operation, dst, self._imm(), len(then))
        else:
            jump = (b.jmp_reg if wide else b.jmp32_reg)(operation, dst, self._register(), len(then))
        return [jump, *then, *other]

    def _loop(self) -> list[Insn]:
        """A counted loop; the verifier walks each round."""
        body = [*self.body(self.rng.randint(1, 4), 2, 0), b.alu64_imm(op.BPF_SUB, _COUNTER, 1)]
        start = b.mov64_imm(_COUNTER, self.rng.randint(1, 5))
        return [start, *body, b.jmp_imm(op.BPF_JNE, _COUNTER, 0, -len(body) - 1)]

    def _call(self, target: int) -> list[Insn]:
        """A call; r1 to r5 are written again, as the verifier wants. `_link` makes the target a distance."""
        after = [b.mov64_reg(register, self.rng.choice((0, 6, 7))) for register in range(1, 6)]
        return [b.call_subprog(target), *after]

    # Frame of a program

    def _fill(self) -> list[Insn]:
        loads = [b.ldx_mem(op.BPF_DW, register, _PACKET, 8 * register) for register in _SCALARS]
        stores = [b.stx_mem(op.BPF_DW, 10, slot % 8, -8 * (slot + 1)) for slot in range(STACK // 8)]
        shared = []
        for slot in range(SHARED // 8):  # numbers that stay in no register, which could tell about them
            shared.append(b.ldx_mem(op.BPF_DW, 0, _PACKET, PACKET - 8 * (slot + 1)))
            shared.append(b.stx_mem(op.BPF_DW, 10, 0, -STACK - 8 * (slot + 1)))
        return [*shared, *loads, b.mov64_imm(_COUNTER, 0), *stores]

    def _show(self) -> list[Insn]:
        """All registers and the stack go to the packet, r0 to the caller."""
        code = [b.stx_mem(op.BPF_DW, _PACKET, register, 8 * register) for register in _SCALARS]
        for slot in range((STACK + SHARED) // 8):
            code += [b.ldx_mem(op.BPF_DW, 1, 10, -8 * (slot + 1))]
            code += [b.stx_mem(op.BPF_DW, _PACKET, 1, 64 + 8 * slot)]
        return [*code, b.mov32_reg(0, 0), b.exit_()]


def _xdp_prologue() -> list[Insn]:
    return [
        b.ldx_mem(op.BPF_W, _PACKET, 1, 0),
        b.ldx_mem(op.BPF_W, 2, 1, 4),
        b.mov64_reg(3, _PACKET),
        b.alu64_imm(op.BPF_ADD, 3, PACKET),
        b.mov64_imm(0, 0),
        b.jmp_reg(op.BPF_JLE, 3, 2, 1),
        b.exit_(),
    ]


def _bare_prologue() -> list[Insn]:
    return [b.mov64_reg(_PACKET, 1), *[b.mov64_imm(0, 0)] * 6]


def _link(main: list[Insn], subprograms: list[list[Insn]], offset: int) -> list[Insn]:
    """Puts the functions behind one another and gives each call its distance."""
    starts, end = [], offset + len(main)
    for code in subprograms:
        starts.append(end)
        end += len(code)
    linked = []
    for slot, insn in enumerate(main, start=offset):
        if insn.code == op.BPF_JMP | op.BPF_CALL:
            insn = b.call_subprog(starts[insn.imm] - slot - 1)
        linked.append(insn)
    for code in subprograms:
        linked += code
    return linked
