"""The arithmetic: chosen cases with their answers, and Linux's answer to each instruction of the table."""

import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep.isa import OPCODES, Insn, Opcode, build, encode
from skep.isa import opcodes as op
from skep.isa import semantics as sem
from skep.syscall import commands
from skep.syscall.linux import Linux
from skep.uapi import ProgType

U64 = (1 << 64) - 1
MIN64 = 1 << 63
MIN32 = 1 << 31

#: What the operation is called, then operation, dst, src, bits, off, answer.
ALU = {
    "addition wraps": (op.BPF_ADD, U64, 2, 64, 0, 1),
    "32-bit addition clears the upper half": (op.BPF_ADD, 5 << 32 | 0xFFFF_FFFF, 1, 32, 0, 0),
    "subtraction wraps": (op.BPF_SUB, 0, 1, 64, 0, U64),
    "division is unsigned": (op.BPF_DIV, U64, 2, 64, 0, U64 >> 1),
    "division by zero gives 0": (op.BPF_DIV, 7, 0, 64, 0, 0),
    "modulo by zero leaves the destination": (op.BPF_MOD, 7 << 32 | 7, 0, 64, 0, 7 << 32 | 7),
    "32-bit modulo by zero leaves the lower half": (op.BPF_MOD, 7 << 32 | 7, 0, 32, 0, 7),
    "32-bit division looks at the lower half of the divisor": (op.BPF_DIV, 8, 1 << 32, 32, 0, 0),
    "signed division rounds towards zero": (op.BPF_DIV, -7 & U64, 2, 64, 1, -3 & U64),
    "signed modulo has the sign of the dividend": (op.BPF_MOD, -7 & U64, 2, 64, 1, -1 & U64),
    "signed modulo by a negative": (op.BPF_MOD, 7, -2 & U64, 64, 1, 1),
    "the smallest divided by -1 stays": (op.BPF_DIV, MIN64, U64, 64, 1, MIN64),
    "the smallest modulo -1 is 0": (op.BPF_MOD, MIN64, U64, 64, 1, 0),
    "the smallest 32-bit number divided by -1 stays": (op.BPF_DIV, MIN32, 0xFFFF_FFFF, 32, 1, MIN32),
    "signed division by zero gives 0": (op.BPF_DIV, -7 & U64, 0, 64, 1, 0),
    "a shift count wraps at 64": (op.BPF_LSH, 1, 65, 64, 0, 2),
    "a 32-bit shift count wraps at 32": (op.BPF_RSH, 8, 33, 32, 0, 4),
    "an arithmetic shift keeps the sign": (op.BPF_ARSH, MIN64, 63, 64, 0, U64),
    "a 32-bit arithmetic shift clears the upper half": (op.BPF_ARSH, MIN32, 31, 32, 0, 0xFFFF_FFFF),
    "negation of the smallest stays": (op.BPF_NEG, MIN64, 0, 64, 0, MIN64),
    "a move extends from 8 bits": (op.BPF_MOV, 0, 0x1FF, 64, 8, U64),
    "a 32-bit move extends to 32 bits": (op.BPF_MOV, 0, 0x8000, 32, 16, 0xFFFF_8000),
}


@pytest.mark.parametrize(("operation", "dst", "src", "bits", "off", "answer"), ALU.values(), ids=ALU)
def test_that(operation: int, dst: int, src: int, bits: int, off: int, answer: int) -> None:
    assert sem.alu(operation, dst, src, bits, off) == answer


def test_byte_swaps_clear_the_rest() -> None:
    assert sem.byte_swap(0x1122334455667788, 16) == 0x8877
    assert sem.byte_swap(0x1122334455667788, 64) == 0x8877665544332211


def test_byte_order_depends_on_the_host() -> None:
    assert sem.to_byteorder(0x1122, 16, "little", "little") == 0x1122
    assert sem.to_byteorder(0x1122, 16, "little", "big") == 0x2211
    assert sem.alu_result(build.to_be(1, 32), 0x11223344, 0, "big") == 0x11223344


@given(st.integers(0, U64), st.sampled_from([8, 16, 32, 64]))
def test_signs_are_one_to_one(value: int, bits: int) -> None:
    assert sem.to_signed(value, bits) & (1 << bits) - 1 == value & (1 << bits) - 1
    assert sem.to_signed(sem.sign_extend(value, bits), 64) == sem.to_signed(value, bits)


@given(
    st.sampled_from([op.BPF_DIV, op.BPF_MOD]),
    st.integers(0, U64),
    st.integers(1, U64),
    st.sampled_from([32, 64]),
)
def test_quotient_and_remainder_make_the_dividend(operation: int, dst: int, src: int, bits: int) -> None:
    mask = (1 << bits) - 1
    if src & mask:
        for off in (0, 1):
            quotient = sem.alu(op.BPF_DIV, dst, src, bits, off)
            remainder = sem.alu(op.BPF_MOD, dst, src, bits, off)
            assert (quotient * src + remainder) & mask == dst & mask


VALUES = (0, 1, 2, 7, 0x7F, 0x80, 0xFF8000, MIN32 - 1, MIN32, 0xFFFF_FFFF, 1 << 32, 0x1122334455667788)
VALUES += (MIN64 - 1, MIN64, MIN64 + 1, U64 - 6, U64)
PAIRS = tuple(itertools.product(VALUES, VALUES))


#: Three inputs for r1, r2 and r3, and what to do with them.
Case = tuple[tuple[int, int, int], tuple[Insn, ...]]


def answers(linux: Linux, cases: list[Case], at_once: int = 100) -> list[tuple[int, ...]]:
    """What r1, r2 and r3 hold on Linux after each case.

    Inputs come from the packet and results go there, so that the processor computes and not the verifier.
    """
    if len(cases) > at_once:
        return answers(linux, cases[:at_once], at_once) + answers(linux, cases[at_once:], at_once)
    size = 24 * len(cases)
    program = [
        build.ldx_mem(op.BPF_W, 6, 1, 0),
        build.ldx_mem(op.BPF_W, 7, 1, 4),
        build.mov64_reg(2, 6),
        build.alu64_imm(op.BPF_ADD, 2, size),
        build.jmp_reg(op.BPF_JLE, 2, 7, 2),
        build.mov64_imm(0, 0),
        build.exit_(),
    ]
    for index, (_, insns) in enumerate(cases):
        places = [(register, 24 * index + 8 * (register - 1)) for register in (1, 2, 3)]
        program += (build.ldx_mem(op.BPF_DW, register, 6, at) for register, at in places)
        program += insns
        program += (build.stx_mem(op.BPF_DW, 6, register, at) for register, at in places)
    program += [build.mov64_imm(0, 2), build.exit_()]
    loaded = commands.prog_load(linux, prog_type=ProgType.XDP, insns=encode(program))
    data = b"".join(struct.pack("<3Q", *inputs) for inputs, _ in cases)
    run = commands.prog_test_run(linux, loaded.fd, data=data)
    linux.close(loaded.fd)
    assert run.retval == 2
    return list(struct.iter_unpack("<3Q", run.data_out))


def instance(row: Opcode, src: int) -> Insn:
    """The row on r1 and r2, with the constant that `src` makes."""
    imm = sem.to_signed(src, 32)
    if isinstance(row.imm, range):
        imm = imm % len(row.imm) if row.imm.start == 0 else imm
    elif isinstance(row.imm, tuple):
        imm = row.imm[0]
    elif imm == 0:
        imm = 3
    off = row.off[0] if isinstance(row.off, tuple) else 1
    return Insn(row.code, 1, 2 if row.src == range(op.MAX_BPF_REG) else 0, off, imm)


ALU_ROWS = [
    row
    for row in OPCODES
    if row.code & op.CLASS_MASK in (op.BPF_ALU, op.BPF_ALU64) and row.name != "addr_space_cast"
]


@pytest.mark.parametrize("row", ALU_ROWS, ids=lambda row: row.name)
def test_linux_computes_the_same(linux: Linux, row: Opcode) -> None:
    insns = [(instance(row, src), dst, src) for dst, src in PAIRS]
    results = answers(linux, [((dst, src, 0), (insn,)) for insn, dst, src in insns])
    assert [r1 for r1, _, _ in results] == [sem.alu_result(insn, dst, src) for insn, dst, src in insns]


JUMP_ROWS = [row for row in OPCODES if row.name.startswith("j") and row.name != "ja"]


@pytest.mark.parametrize("row", JUMP_ROWS, ids=lambda row: row.name)
def test_linux_jumps_the_same(linux: Linux, row: Opcode) -> None:
    insns = [(instance(row, src), dst, src) for dst, src in PAIRS]
    cases = [
        ((dst, src, 0), (build.mov64_imm(3, 1), insn, build.mov64_imm(3, 0))) for insn, dst, src in insns
    ]
    results = [bool(r3) for _, _, r3 in answers(linux, cases)]
    assert results == [sem.branch_taken(insn, dst, src) for insn, dst, src in insns]


ATOMIC_ROWS = [row for row in OPCODES if row.name.startswith("atomic")]


@pytest.mark.parametrize("row", ATOMIC_ROWS, ids=lambda row: row.name)
def test_linux_does_the_same_to_memory(linux: Linux, row: Opcode) -> None:
    assert isinstance(row.imm, tuple)
    operation, bits = row.imm[0], 64 if row.code & op.SIZE_MASK == op.BPF_DW else 32
    mask = (1 << bits) - 1
    cases: list[Case] = []
    expected = []
    for memory, src in PAIRS:
        for r0 in (memory, 1):
            insns = (
                build.stx_mem(op.BPF_DW, 10, 1, -8),
                build.mov64_reg(0, 3),
                Insn(row.code, 10, 2, -8, operation),
                build.ldx_mem(op.BPF_DW, 1, 10, -8),
                build.mov64_reg(3, 0),
            )
            cases.append(((memory, src, r0), insns))
            after, old = memory & ~mask | sem.atomic(operation, memory, src, r0, bits), memory & mask
            if operation == op.BPF_CMPXCHG:
                expected.append((after, src, old))
            else:
                expected.append((after, old if operation & op.BPF_FETCH else src, r0))
    assert answers(linux, cases) == expected
