"""Programs with the r0 that they must give on every engine: skep's JIT, skep's interpreter, Linux.

`text` is LLVM's assembly without the last exit, statements separated by newlines or semicolons; functions that it
calls follow in `functions`. Expected values are written out, not computed: the judge is Linux.
"""

# ruff: noqa: E501 (one case per line)

from __future__ import annotations

from dataclasses import dataclass

MIN64 = 0x8000_0000_0000_0000
MAX64 = 0xFFFF_FFFF_FFFF_FFFF


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    text: str
    r0: int
    functions: str = ""


def binary(name: str, operation: str, dst: int, src: int, wide: int, narrow: int) -> list[Case]:
    """`dst operation src` in both widths, with the operand in a register and, where it fits, as a constant."""
    cases = []
    for bits, prefix, expected in ((64, "r", wide), (32, "w", narrow)):
        start = f"r0 = {dst:#x} ll; r3 = {src:#x} ll; "
        cases.append(
            Case(f"{name}, {bits} bits, register", f"{start}{prefix}0 {operation} {prefix}3", expected)
        )
        signed = src - (1 << 64) if src >> 63 else src
        if -(1 << 31) <= signed < 1 << 31 and signed != 0 and not shift_too_far(operation, signed, bits):
            cases.append(
                Case(f"{name}, {bits} bits, constant", f"{start}{prefix}0 {operation} {signed}", expected)
            )
    return cases


def shift_too_far(operation: str, count: int, bits: int) -> bool:
    """The verifier refuses such constants, though the engines mask such registers."""
    return operation in ("<<=", ">>=", "s>>=") and not 0 <= count < bits


def minus(value: int) -> int:
    return -value & MAX64


ARITHMETIC = [
    *binary("addition wraps", "+=", MAX64, 2, 1, 1),
    *binary("addition clears the upper half in 32 bits", "+=", 0x1_FFFF_FFFF, 1, 0x2_0000_0000, 0),
    *binary("subtraction wraps", "-=", 0, 1, MAX64, 0xFFFF_FFFF),
    *binary("multiplication wraps", "*=", 0x1_0000_0001, 0x7FFF_FFFF, 0x7FFF_FFFF_7FFF_FFFF, 0x7FFF_FFFF),
    *binary("multiplication by a negative number", "*=", 3, minus(7), minus(21), 0xFFFF_FFEB),
    *binary("division is unsigned", "/=", MAX64, 10, 0x1999_9999_9999_9999, 0x1999_9999),
    *binary("division by a number that looks negative", "/=", MAX64, minus(1), 1, 1),
    *binary("division by zero gives zero", "/=", 77, 0, 0, 0),
    *binary("division by a zero lower half", "/=", 0x5_0000_0007, 1 << 32, 5, 0),
    *binary("modulo is unsigned", "%=", MAX64, 10, 5, 5),
    *binary("modulo by zero keeps dst", "%=", 0x1_0000_004D, 0, 0x1_0000_004D, 0x4D),
    *binary("signed division rounds towards zero", "s/=", minus(7), 2, minus(3), 0xFFFF_FFFD),
    *binary("signed division of two negative numbers", "s/=", minus(7), minus(2), 3, 3),
    *binary("signed division by zero gives zero", "s/=", minus(7), 0, 0, 0),
    *binary("signed division of the smallest number by -1", "s/=", MIN64, minus(1), MIN64, 0),
    *binary("signed 32-bit division of the smallest by -1", "s/=", 0x8000_0000, minus(1), minus(0x8000_0000), 0x8000_0000),
    *binary("signed modulo has the sign of the dividend", "s%=", minus(7), 3, minus(1), 0xFFFF_FFFF),
    *binary("signed modulo by a negative number", "s%=", 7, minus(3), 1, 1),
    *binary("signed modulo by zero keeps dst", "s%=", minus(7), 0, minus(7), 0xFFFF_FFF9),
    *binary("signed modulo of the smallest number by -1", "s%=", MIN64, minus(1), 0, 0),
    *binary("signed 32-bit modulo of the smallest by -1", "s%=", 0x8000_0000, minus(1), 0, 0),
    *binary("or", "|=", 0xF0F0_F0F0_F0F0_F0F0, minus(0x10), 0xFFFF_FFFF_FFFF_FFF0, 0xFFFF_FFF0),
    *binary("and sign-extends its constant", "&=", MAX64, minus(0x10), 0xFFFF_FFFF_FFFF_FFF0, 0xFFFF_FFF0),
    *binary("xor", "^=", 0xFF00_FF00_FF00_FF00, 0xFFFF, 0xFF00_FF00_FF00_00FF, 0xFF00_00FF),
    *binary("left shift", "<<=", 0x8000_0001_8000_0001, 4, 0x0000_0018_0000_0010, 0x10),
    *binary("left shift by the width", "<<=", 3, 64, 3, 3),
    *binary("left shift by 33", "<<=", 3, 33, 0x6_0000_0000, 6),
    *binary("right shift fills with zeros", ">>=", MIN64 | 0x8000_0000, 4, 0x0800_0000_0800_0000, 0x0800_0000),
    *binary("right shift by more than the width", ">>=", 0x100, 68, 0x10, 0x10),
    *binary("arithmetic shift fills with the sign", "s>>=", MIN64 | 0x8000_0000, 4, 0xF800_0000_0800_0000, 0xF800_0000),
    *binary("arithmetic shift by 63", "s>>=", MIN64, 63, MAX64, 0),
    *binary("arithmetic shift by more than the width", "s>>=", MIN64 | 0x8000_0000, 65, 0xC000_0000_4000_0000, 0xC000_0000),
    *binary("move", "=", 5, minus(2), minus(2), 0xFFFF_FFFE),
    Case("negation", "r0 = 5; r0 = -r0", minus(5)),
    Case("negation of the smallest number", f"r0 = {MIN64:#x} ll; r0 = -r0", MIN64),
    Case("negation in 32 bits clears the upper half", "r0 = 0x100000005 ll; w0 = -w0", 0xFFFF_FFFB),
    Case("a 64-bit constant", "r0 = 0x123456789abcdef0 ll", 0x1234_5678_9ABC_DEF0),
]  # fmt: skip

EXTENSIONS = [
    Case("move sign-extends 8 bits", "r1 = 0x1280; r0 = (s8)r1", minus(0x80)),
    Case("move sign-extends 16 bits", "r1 = 0x128000; r0 = (s16)r1", minus(0x8000)),
    Case("move sign-extends 32 bits", "r1 = 0x1280000000 ll; r0 = (s32)r1", minus(0x8000_0000)),
    Case("move sign-extends 8 to 32 bits", "r1 = 0x1280; w0 = (s8)w1", 0xFFFF_FF80),
    Case("move sign-extends 16 to 32 bits", "r1 = 0x128000; w0 = (s16)w1", 0xFFFF_8000),
    Case("move of a positive number stays positive", "r1 = 0xff7f; r0 = (s8)r1", 0x7F),
    Case("le16 cuts", "r0 = 0x1122334455667788 ll; r0 = le16 r0", 0x7788),
    Case("le32 cuts", "r0 = 0x1122334455667788 ll; r0 = le32 r0", 0x5566_7788),
    Case("le64 keeps", "r0 = 0x1122334455667788 ll; r0 = le64 r0", 0x1122_3344_5566_7788),
    Case("be16 swaps and cuts", "r0 = 0x1122334455667788 ll; r0 = be16 r0", 0x8877),
    Case("be32 swaps and cuts", "r0 = 0x1122334455667788 ll; r0 = be32 r0", 0x8877_6655),
    Case("be64 swaps", "r0 = 0x1122334455667788 ll; r0 = be64 r0", 0x8877_6655_4433_2211),
    Case("bswap16 swaps and cuts", "r0 = 0x1122334455667788 ll; r0 = bswap16 r0", 0x8877),
    Case("bswap32 swaps and cuts", "r0 = 0x1122334455667788 ll; r0 = bswap32 r0", 0x8877_6655),
    Case("bswap64 swaps", "r0 = 0x1122334455667788 ll; r0 = bswap64 r0", 0x8877_6655_4433_2211),
]


def comparison(operation: str, dst: int, src: int, wide: bool, narrow: bool) -> list[Case]:
    """Whether a jump is taken, in both widths, with a register and, where it fits, with a constant."""
    cases = []
    for prefix, taken in (("r", wide), ("w", narrow)):
        signed = src - (1 << 64) if src >> 63 else src
        operands = [f"{prefix}2"]
        if -(1 << 31) <= signed < 1 << 31:
            operands.append(str(signed))
        for operand in operands:
            text = f"r1 = {dst:#x} ll; r2 = {src:#x} ll; r0 = 1; if {prefix}1 {operation} {operand} goto 1f; r0 = 0; 1:"
            name = f"{dst:#x} {operation} {operand if operand[0] not in 'rw' else f'{operand} = {src:#x}'}"
            cases.append(Case(f"{name} with {prefix}1", text, int(taken)))
    return cases


JUMPS = [
    *comparison("==", 0x1_0000_0005, 5, False, True),
    *comparison("!=", 0x1_0000_0005, 5, True, False),
    *comparison(">", MAX64, 1, True, True),
    *comparison(">", 5, 5, False, False),
    *comparison(">=", 5, 5, True, True),
    *comparison("<", 1, minus(1), True, True),
    *comparison("<=", minus(1), 1, False, False),
    *comparison("s>", minus(1), 1, False, False),
    *comparison("s>", 0x8000_0000, 1, True, False),
    *comparison("s>=", minus(5), minus(5), True, True),
    *comparison("s<", minus(1), 1, True, True),
    *comparison("s<", 0x8000_0000, 1, False, True),
    *comparison("s<=", 1, minus(1), False, False),
    *comparison("&", 0x1_0000_0001, 1, True, True),
    *comparison("&", 0x1_0000_0000, minus(1), True, False),
    Case("goto jumps forward", "r0 = 1; if r0 == 2 goto 2f; goto 1f; 2: r0 = 2; 1:", 1),
    Case("gotol jumps forward", "r0 = 1; if r0 == 2 goto 2f; gotol 1f; 2: r0 = 2; 1:", 1),
    Case("a loop sums 1 to 100", "r0 = 0; r1 = 100; 1: r0 += r1; r1 -= 1; if r1 != 0 goto 1b", 5050),
    Case("may_goto falls through while there is budget", "r0 = 7; may_goto 1f; r0 = 8; 1:", 8),
]

MEMORY = [
    *[
        Case(f"a {size}-byte store keeps its neighbours",
             f"r1 = -1; *(u64 *)(r10 - 8) = r1; r2 = 0; *(u{size * 8} *)(r10 - 8) = r2; r0 = *(u64 *)(r10 - 8)",
             (MAX64 << size * 8) & MAX64)
        for size in (1, 2, 4, 8)
    ],
    *[
        Case(f"a {size}-byte store of a constant", f"r1 = 0; *(u64 *)(r10 - 8) = r1; *(u{size * 8} *)(r10 - 8) = -2; r0 = *(u64 *)(r10 - 8)",
             (1 << size * 8) - 2)
        for size in (1, 2, 4, 8)
    ],
    *[
        Case(f"a {size}-byte load extends with zeros", f"r1 = -2; *(u64 *)(r10 - 8) = r1; r0 = *(u{size * 8} *)(r10 - 8)",
             (1 << size * 8) - 2)
        for size in (1, 2, 4, 8)
    ],
    *[
        Case(f"a {size}-byte load extends the sign", f"r1 = 0; *(u64 *)(r10 - 8) = r1; *(u{size * 8} *)(r10 - 8) = -2; r0 = *(s{size * 8} *)(r10 - 8)",
             minus(2))
        for size in (1, 2, 4)
    ],
    Case("a word is little-endian", "*(u32 *)(r10 - 4) = 0x11223344; r0 = *(u8 *)(r10 - 4)", 0x44),
    Case("a pointer survives a spill", "*(u64 *)(r10 - 8) = 42; r1 = r10; r1 += -8; *(u64 *)(r10 - 16) = r1; r2 = *(u64 *)(r10 - 16); r0 = *(u64 *)(r2 + 0)", 42),
    Case("the index may come first in an address", "*(u64 *)(r10 - 8) = 42; r1 = -8; r1 += r10; r0 = *(u64 *)(r1 + 0)", 42),
    Case("two pointers have a distance", "r1 = r10; r2 = r10; r2 += -24; r1 -= r2; r0 = r1", 24),
    Case("stores through one pointer show through another", "r1 = r10; r1 += -8; *(u64 *)(r10 - 8) = 1; *(u32 *)(r1 + 4) = 5; r0 = *(u64 *)(r10 - 8)", 0x5_0000_0001),
    Case("a register is a pointer on one path and a number on the other",
         "r1 = 5; *(u64 *)(r10 - 8) = r1; r1 = r10; r2 = *(u64 *)(r10 - 8); if r2 == 9 goto 1f; r0 = *(u64 *)(r1 - 8); goto 2f; 1: r1 = 3; r0 = r1; 2:", 5),
]  # fmt: skip


def atomic(name: str, text: str, start: int, operand: int, memory: int, result: int, bits: int) -> Case:
    """An atomic operation on the stack: r0 = memory afterwards * 3 + what came back in r1."""
    setup = f"r1 = {start:#x} ll; *(u64 *)(r10 - 8) = r1; r1 = {operand:#x} ll; "
    end = "; r0 = *(u64 *)(r10 - 8); r0 *= 3; r0 += r1"
    return Case(f"{name}, {bits} bits", setup + text + end, (memory * 3 + result) & MAX64)


def atomics() -> list[Case]:
    cases = []
    for bits, prefix, mask in ((64, "r", MAX64), (32, "w", 0xFFFF_FFFF)):
        upper = 0x1234_5678_8765_4321 & ~mask
        start, operand = 0x1234_5678_8765_4321, 0xFFFF_FFFF_F0F0_F0F5
        old = start & mask
        rows = (
            ("add", "+=", old + operand),
            ("or", "|=", old | operand),
            ("and", "&=", old & operand),
            ("xor", "^=", old ^ operand),
        )
        where = f"(u{bits} *)(r10 - 8)"
        for name, sign, value in rows:
            memory = upper | value & mask
            cases.append(
                atomic(
                    f"atomic {name}", f"lock *{where} {sign} {prefix}1", start, operand, memory, operand, bits
                )
            )
            cases.append(
                atomic(
                    f"atomic fetch and {name}",
                    f"{prefix}1 = atomic_fetch_{name}({where}, {prefix}1)",
                    start,
                    operand,
                    memory,
                    old,
                    bits,
                )
            )
        place = "r10 - 8"
        exchange = "xchg_64" if bits == 64 else "xchg32_32"
        cases.append(
            atomic(
                "atomic exchange",
                f"{prefix}1 = {exchange}({place}, {prefix}1)",
                start,
                operand,
                upper | operand & mask,
                old,
                bits,
            )
        )
        swap = f"{prefix}0 = cmp{exchange}({place}, {prefix}0, {prefix}1)"
        cases.append(
            atomic(
                "compare and exchange that finds its value",
                f"r0 = {start:#x} ll; {swap}; r1 = r0",
                start,
                operand,
                upper | operand & mask,
                old,
                bits,
            )
        )
        cases.append(
            atomic(
                "compare and exchange that does not",
                f"r0 = 5; {swap}; r1 = r0",
                start,
                operand,
                start,
                old,
                bits,
            )
        )
    return cases  # fmt: skip


ATOMICS = [
    *atomics(),
    *[
        Case(f"load-acquire of {bits} bits extends with zeros",
             f"r1 = -2; *(u64 *)(r10 - 8) = r1; {'r' if bits == 64 else 'w'}0 = load_acquire((u{bits} *)(r10 - 8))",
             (1 << bits) - 2)
        for bits in (8, 16, 32, 64)
    ],
    *[
        Case(f"store-release of {bits} bits keeps its neighbours",
             f"r1 = -1; *(u64 *)(r10 - 8) = r1; r1 = 0; store_release((u{bits} *)(r10 - 8), {'r' if bits == 64 else 'w'}1); r0 = *(u64 *)(r10 - 8)",
             (MAX64 << bits) & MAX64)
        for bits in (8, 16, 32, 64)
    ],
]  # fmt: skip

CALLS = [
    Case("a function adds its five arguments",
         "r1 = 1; r2 = 2; r3 = 3; r4 = 4; r5 = 5; call sum",
         15, "sum: r0 = r1; r0 += r2; r0 += r3; r0 += r4; r0 += r5; exit"),
    Case("r6 to r9 survive a call",
         "r6 = 6; r7 = 7; r8 = 8; r9 = 9; call spoil; r0 = r6; r0 *= 10; r0 += r7; r0 *= 10; r0 += r8; r0 *= 10; r0 += r9",
         6789, "spoil: r6 = 0; r7 = 0; r8 = 0; r9 = 0; r0 = 0; exit"),
    Case("each frame has its own stack",
         "*(u64 *)(r10 - 8) = 1; call spoil; r0 = *(u64 *)(r10 - 8)",
         1, "spoil: *(u64 *)(r10 - 8) = 2; r0 = 0; exit"),
    Case("a function writes to its caller's stack",
         "r1 = r10; r1 += -8; *(u64 *)(r10 - 8) = 1; call set; r0 = *(u64 *)(r10 - 8)",
         99, "set: *(u64 *)(r1 + 0) = 99; r0 = 0; exit"),
    Case("eight frames are deep enough",
         "r1 = 0; call f1",
         28, "; ".join(f"f{n}: r1 += {n}; call f{n + 1}; exit" for n in range(1, 7)) + "; f7: r0 = r1; r0 += 7; exit"),
    Case("one function is called from two places",
         "r1 = 3; call square; r6 = r0; r1 = 4; call square; r0 += r6",
         25, "square: r0 = r1; r0 *= r1; exit"),
    Case("a function returns from a branch",
         "r1 = 5; call sign; r6 = r0; r1 = -5; call sign; r0 *= 2; r0 += r6",
         minus(1), "sign: r0 = 1; if r1 s> 0 goto 1f; r0 = -1; 1: exit"),
]  # fmt: skip

CASES = [*ARITHMETIC, *EXTENSIONS, *JUMPS, *MEMORY, *ATOMICS, *CALLS]
