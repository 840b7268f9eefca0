"""The numbers of the eBPF instruction set, and one table row per instruction of Linux 6.18.

An opcode byte is split by its class (the low three bits). Sources: RFC 9669 sections 3 to 5, linux/bpf.h,
linux/bpf_common.h, and, for what Linux accepts in the fields that an instruction does not use, the kernel's
own verdict (tests/isa/test_opcodes.py asks it).

::

    arithmetic and jumps            loads and stores
    +----+---+-----+                +----+----+-----+
    | op | s |class|                |mode|size|class|
    +----+---+-----+                +----+----+-----+
      4    1    3                     3    2    3

Several instructions can share one opcode byte: `off` separates division from signed division, `imm` the
atomic operations, `src` the calls and the kinds of 64-bit constants. Hence the row is the unit, not the byte.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Final

from skep.isa.insn import Insn

# Instruction classes.
BPF_LD: Final = 0x00
BPF_LDX: Final = 0x01
BPF_ST: Final = 0x02
BPF_STX: Final = 0x03
BPF_ALU: Final = 0x04
BPF_JMP: Final = 0x05
BPF_JMP32: Final = 0x06
BPF_ALU64: Final = 0x07

# Classes that only classic BPF has, in the place of JMP32 and ALU64.
BPF_RET: Final = 0x06
BPF_MISC: Final = 0x07

# Size of a load or store.
BPF_W: Final = 0x00
BPF_H: Final = 0x08
BPF_B: Final = 0x10
BPF_DW: Final = 0x18

# Mode of a load or store.
BPF_IMM: Final = 0x00
BPF_ABS: Final = 0x20
BPF_IND: Final = 0x40
BPF_MEM: Final = 0x60
BPF_LEN: Final = 0x80  # classic
BPF_MEMSX: Final = 0x80
BPF_MSH: Final = 0xA0  # classic
BPF_ATOMIC: Final = 0xC0
BPF_XADD: Final = 0xC0  # the name from before there were other atomics

# Modes that only the kernel writes, after verification.
BPF_PROBE_MEM: Final = 0x20
BPF_PROBE_MEMSX: Final = 0x40
BPF_PROBE_MEM32: Final = 0xA0
BPF_PROBE_MEM32SX: Final = 0xC0
BPF_PROBE_ATOMIC: Final = 0xE0
BPF_NOSPEC: Final = 0xC0

# Arithmetic operations.
BPF_ADD: Final = 0x00
BPF_SUB: Final = 0x10
BPF_MUL: Final = 0x20
BPF_DIV: Final = 0x30
BPF_OR: Final = 0x40
BPF_AND: Final = 0x50
BPF_LSH: Final = 0x60
BPF_RSH: Final = 0x70
BPF_NEG: Final = 0x80
BPF_MOD: Final = 0x90
BPF_XOR: Final = 0xA0
BPF_MOV: Final = 0xB0
BPF_ARSH: Final = 0xC0
BPF_END: Final = 0xD0

# Direction of BPF_ALU | BPF_END.
BPF_TO_LE: Final = 0x00
BPF_TO_BE: Final = 0x08

# Second operand: the constant in `imm`, or a register.
BPF_K: Final = 0x00
BPF_X: Final = 0x08

# Jumps.
BPF_JA: Final = 0x00
BPF_JEQ: Final = 0x10
BPF_JGT: Final = 0x20
BPF_JGE: Final = 0x30
BPF_JSET: Final = 0x40
BPF_JNE: Final = 0x50
BPF_JSGT: Final = 0x60
BPF_JSGE: Final = 0x70
BPF_CALL: Final = 0x80
BPF_EXIT: Final = 0x90
BPF_JLT: Final = 0xA0
BPF_JLE: Final = 0xB0
BPF_JSLT: Final = 0xC0
BPF_JSLE: Final = 0xD0
BPF_JCOND: Final = 0xE0
BPF_TAIL_CALL: Final = 0xF0  # only the kernel writes it

BPF_MAY_GOTO: Final = 0  # `src` of BPF_JCOND

# Atomic operations, in `imm`.
BPF_FETCH: Final = 0x01
BPF_XCHG: Final = 0xE0 | BPF_FETCH
BPF_CMPXCHG: Final = 0xF0 | BPF_FETCH
BPF_LOAD_ACQ: Final = 0x100
BPF_STORE_REL: Final = 0x110

# `src` of the first slot of a 64-bit constant.
BPF_PSEUDO_MAP_FD: Final = 1
BPF_PSEUDO_MAP_VALUE: Final = 2
BPF_PSEUDO_BTF_ID: Final = 3
BPF_PSEUDO_FUNC: Final = 4
BPF_PSEUDO_MAP_IDX: Final = 5
BPF_PSEUDO_MAP_IDX_VALUE: Final = 6

# `src` of a call.
BPF_PSEUDO_CALL: Final = 1
BPF_PSEUDO_KFUNC_CALL: Final = 2

# `off` of BPF_ALU64 | BPF_MOV | BPF_X.
BPF_ADDR_SPACE_CAST: Final = 1
BPF_ADDR_PERCPU: Final = -1  # only the kernel writes it

# Registers.
BPF_REG_0: Final = 0
BPF_REG_1: Final = 1
BPF_REG_2: Final = 2
BPF_REG_3: Final = 3
BPF_REG_4: Final = 4
BPF_REG_5: Final = 5
BPF_REG_6: Final = 6
BPF_REG_7: Final = 7
BPF_REG_8: Final = 8
BPF_REG_9: Final = 9
BPF_REG_10: Final = 10
BPF_REG_FP: Final = BPF_REG_10
MAX_BPF_REG: Final = 11

MAX_BPF_STACK: Final = 512
BPF_MAXINSNS: Final = 4096  # classic programs, and eBPF without CAP_BPF
BPF_COMPLEXITY_LIMIT_INSNS: Final = 1_000_000
MAX_TAIL_CALL_CNT: Final = 33

CLASS_MASK: Final = 0x07
SIZE_MASK: Final = 0x18
MODE_MASK: Final = 0xE0
OP_MASK: Final = 0xF0
SRC_MASK: Final = 0x08

#: Bytes that a load or store of each BPF_SIZE moves.
SIZE_BYTES: Final = {BPF_B: 1, BPF_H: 2, BPF_W: 4, BPF_DW: 8}


def bpf_class(code: int) -> int:
    """BPF_LD ... BPF_ALU64 of an opcode byte."""
    return code & CLASS_MASK


def bpf_size(code: int) -> int:
    """BPF_B ... BPF_DW of a load or store."""
    return code & SIZE_MASK


def bpf_mode(code: int) -> int:
    """BPF_MEM, BPF_ATOMIC ... of a load or store."""
    return code & MODE_MASK


def bpf_op(code: int) -> int:
    """BPF_ADD ... of arithmetic, BPF_JA ... of a jump."""
    return code & OP_MASK


def bpf_src(code: int) -> int:
    """BPF_K or BPF_X."""
    return code & SRC_MASK


#: Legal values of a field, as something that `in` understands.
Field = Container[int]

NONE: Final = (0,)
WRITABLE: Final = range(MAX_BPF_REG - 1)
READABLE: Final = range(MAX_BPF_REG)
ANY16: Final = range(-(1 << 15), 1 << 15)
ANY32: Final = range(-(1 << 31), 1 << 31)


class _NonZero:
    """Any value of a field but 0."""

    def __contains__(self, value: object) -> bool:
        return value != 0

    def __repr__(self) -> str:
        return "NONZERO"


NONZERO: Final = _NonZero()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opcode:
    """One instruction: its opcode byte and what Linux accepts in the four other fields.

    `since` is the Linux version that brought it, None where Linux 6.18 lacks it although LLVM emits it.
    `cpu` is the first LLVM -mcpu version that emits it. `next_imm` is for the second slot of a constant.
    """

    code: int
    name: str
    dst: Field = NONE
    src: Field = NONE
    off: Field = NONE
    imm: Field = NONE
    next_imm: Field | None = None
    since: str | None = "3.18"
    cpu: int = 1

    @property
    def slots(self) -> int:
        """How many slots it takes: 2 for a 64-bit constant."""
        return 1 if self.next_imm is None else 2

    def matches(self, insn: Insn) -> bool:
        """Whether a slot is this instruction, be its operands legal or not.

        A field whose legal values are a tuple tells instructions apart or must be 0; the other fields are
        operands, of which only the registers must exist.
        """
        return (
            insn.dst < MAX_BPF_REG
            and insn.src < MAX_BPF_REG
            and (type(self.off) is not tuple or insn.off in self.off)
            and (type(self.imm) is not tuple or insn.imm in self.imm)
            and (type(self.src) is not tuple or insn.src in self.src)
            and (type(self.dst) is not tuple or insn.dst in self.dst)
        )

    def misfit(self, insn: Insn) -> str | None:
        """The first field of a slot that this row does not allow, in the order off, src, imm, dst."""
        # The order makes the row that shares most with the slot the one that fails last.
        for field in ("off", "src", "imm", "dst"):
            if getattr(insn, field) not in getattr(self, field):
                return field
        return None


#: Arithmetic with a constant and with a register: name, operation, constants allowed on 32 and on 64 bits.
_ALU_OPS: Final[tuple[tuple[str, int, Field, Field], ...]] = (
    ("add", BPF_ADD, ANY32, ANY32),
    ("sub", BPF_SUB, ANY32, ANY32),
    ("mul", BPF_MUL, ANY32, ANY32),
    ("div", BPF_DIV, NONZERO, NONZERO),
    ("or", BPF_OR, ANY32, ANY32),
    ("and", BPF_AND, ANY32, ANY32),
    ("lsh", BPF_LSH, range(32), range(64)),
    ("rsh", BPF_RSH, range(32), range(64)),
    ("mod", BPF_MOD, NONZERO, NONZERO),
    ("xor", BPF_XOR, ANY32, ANY32),
    ("mov", BPF_MOV, ANY32, ANY32),
    ("arsh", BPF_ARSH, range(32), range(64)),
)

#: Conditional jumps: name, operation, Linux version, -mcpu version.
_CONDITIONS: Final = (
    ("jeq", BPF_JEQ, "3.18", 1),
    ("jgt", BPF_JGT, "3.18", 1),
    ("jge", BPF_JGE, "3.18", 1),
    ("jset", BPF_JSET, "3.18", 1),
    ("jne", BPF_JNE, "3.18", 1),
    ("jsgt", BPF_JSGT, "3.18", 1),
    ("jsge", BPF_JSGE, "3.18", 1),
    ("jlt", BPF_JLT, "4.14", 2),
    ("jle", BPF_JLE, "4.14", 2),
    ("jslt", BPF_JSLT, "4.14", 2),
    ("jsle", BPF_JSLE, "4.14", 2),
)

_SIZES: Final = (("8", BPF_B), ("16", BPF_H), ("32", BPF_W), ("64", BPF_DW))

#: Read-modify-write operations: name, `imm`, Linux version, -mcpu version.
_ATOMICS: Final = (
    ("add", BPF_ADD, "3.18", 1),
    ("or", BPF_OR, "5.12", 3),
    ("and", BPF_AND, "5.12", 3),
    ("xor", BPF_XOR, "5.12", 3),
    ("fetch_add", BPF_ADD | BPF_FETCH, "5.12", 3),
    ("fetch_or", BPF_OR | BPF_FETCH, "5.12", 3),
    ("fetch_and", BPF_AND | BPF_FETCH, "5.12", 3),
    ("fetch_xor", BPF_XOR | BPF_FETCH, "5.12", 3),
    ("xchg", BPF_XCHG, "5.12", 3),
    ("cmpxchg", BPF_CMPXCHG, "5.12", 3),
)


def _alu() -> Iterator[Opcode]:
    for bits, klass in (("32", BPF_ALU), ("64", BPF_ALU64)):
        for name, op, imm32, imm64 in _ALU_OPS:
            imm = imm32 if klass == BPF_ALU else imm64
            yield Opcode(code=klass | op | BPF_K, name=f"{name}{bits}_imm", dst=WRITABLE, imm=imm)
            yield Opcode(code=klass | op | BPF_X, name=f"{name}{bits}_reg", dst=WRITABLE, src=READABLE)
        yield Opcode(code=klass | BPF_NEG | BPF_K, name="neg" + bits, dst=WRITABLE)
        for name, op in (("sdiv", BPF_DIV), ("smod", BPF_MOD)):
            yield _v4(klass | op | BPF_K, f"{name}{bits}_imm", off=(1,), imm=NONZERO)
            yield _v4(klass | op | BPF_X, f"{name}{bits}_reg", off=(1,), src=READABLE)
        for width in (8, 16) if bits == "32" else (8, 16, 32):
            yield _v4(klass | BPF_MOV | BPF_X, f"movs{width}_{bits}", off=(width,), src=READABLE)


def _v4(code: int, name: str, *, off: Field = NONE, src: Field = NONE, imm: Field = NONE) -> Opcode:
    return Opcode(code=code, name=name, dst=WRITABLE, src=src, off=off, imm=imm, since="6.6", cpu=4)


def _swaps() -> Iterator[Opcode]:
    for width in (16, 32, 64):
        for name, direction in (("le", BPF_TO_LE), ("be", BPF_TO_BE)):
            code = BPF_ALU | BPF_END | direction
            yield Opcode(code=code, name=f"{name}{width}", dst=WRITABLE, imm=(width,))
        yield _v4(BPF_ALU64 | BPF_END, f"bswap{width}", imm=(width,))


def _jumps() -> Iterator[Opcode]:
    for name, op, since, cpu in _CONDITIONS:
        yield _branch(BPF_JMP | op | BPF_K, f"{name}_imm", since, cpu)
        yield _branch(BPF_JMP | op | BPF_X, f"{name}_reg", since, cpu)
        yield _branch(BPF_JMP32 | op | BPF_K, f"{name}32_imm", "5.1", 3)
        yield _branch(BPF_JMP32 | op | BPF_X, f"{name}32_reg", "5.1", 3)


def _branch(code: int, name: str, since: str, cpu: int) -> Opcode:
    src, imm = (READABLE, NONE) if code & BPF_X else (NONE, ANY32)
    return Opcode(code=code, name=name, dst=READABLE, src=src, off=ANY16, imm=imm, since=since, cpu=cpu)


def _memory() -> Iterator[Opcode]:
    for bits, size in _SIZES:
        yield Opcode(code=BPF_LDX | BPF_MEM | size, name=f"load{bits}", dst=WRITABLE, src=READABLE, off=ANY16)
        yield Opcode(
            code=BPF_ST | BPF_MEM | size, name=f"store{bits}_imm", dst=READABLE, off=ANY16, imm=ANY32
        )
        yield Opcode(
            code=BPF_STX | BPF_MEM | size, name=f"store{bits}", dst=READABLE, src=READABLE, off=ANY16
        )
        if size != BPF_DW:
            yield Opcode(
                code=BPF_LDX | BPF_MEMSX | size,
                name=f"loads{bits}",
                dst=WRITABLE,
                src=READABLE,
                off=ANY16,
                since="6.6",
                cpu=4,
            )


def _atomics() -> Iterator[Opcode]:
    for bits, size in _SIZES:
        code = BPF_STX | BPF_ATOMIC | size
        if size in (BPF_W, BPF_DW):
            for name, imm, since, cpu in _ATOMICS:
                yield Opcode(
                    code=code,
                    name=f"atomic{bits}_{name}",
                    dst=READABLE,
                    src=WRITABLE if imm & BPF_FETCH else READABLE,
                    off=ANY16,
                    imm=(imm,),
                    since=since,
                    cpu=cpu,
                )
        yield Opcode(
            code=code,
            name=f"load_acquire{bits}",
            dst=WRITABLE,
            src=READABLE,
            off=ANY16,
            imm=(BPF_LOAD_ACQ,),
            since="6.15",
            cpu=4,
        )
        yield Opcode(
            code=code,
            name=f"store_release{bits}",
            dst=READABLE,
            src=READABLE,
            off=ANY16,
            imm=(BPF_STORE_REL,),
            since="6.15",
            cpu=4,
        )


_LD64: Final = BPF_LD | BPF_IMM | BPF_DW
_CALL: Final = BPF_JMP | BPF_CALL

#: The rows that come one by one.
_SINGLE: Final = (
    Opcode(code=_LD64, name="ld_imm64", dst=WRITABLE, imm=ANY32, next_imm=ANY32),
    Opcode(code=_LD64, name="ld_map_fd", dst=WRITABLE, src=(BPF_PSEUDO_MAP_FD,), imm=ANY32, next_imm=NONE),
    Opcode(
        code=_LD64,
        name="ld_map_value",
        dst=WRITABLE,
        src=(BPF_PSEUDO_MAP_VALUE,),
        imm=ANY32,
        next_imm=ANY32,
        since="5.2",
    ),
    Opcode(
        code=_LD64,
        name="ld_btf_id",
        dst=WRITABLE,
        src=(BPF_PSEUDO_BTF_ID,),
        imm=ANY32,
        next_imm=ANY32,
        since="5.10",
    ),
    Opcode(
        code=_LD64,
        name="ld_func",
        dst=WRITABLE,
        src=(BPF_PSEUDO_FUNC,),
        imm=ANY32,
        next_imm=NONE,
        since="5.13",
    ),
    Opcode(
        code=_LD64,
        name="ld_map_idx",
        dst=WRITABLE,
        src=(BPF_PSEUDO_MAP_IDX,),
        imm=ANY32,
        next_imm=NONE,
        since="5.14",
    ),
    Opcode(
        code=_LD64,
        name="ld_map_idx_value",
        dst=WRITABLE,
        src=(BPF_PSEUDO_MAP_IDX_VALUE,),
        imm=ANY32,
        next_imm=ANY32,
        since="5.14",
    ),
    Opcode(code=BPF_LD | BPF_ABS | BPF_B, name="ld_abs8", imm=ANY32),
    Opcode(code=BPF_LD | BPF_ABS | BPF_H, name="ld_abs16", imm=ANY32),
    Opcode(code=BPF_LD | BPF_ABS | BPF_W, name="ld_abs32", imm=ANY32),
    Opcode(code=BPF_LD | BPF_IND | BPF_B, name="ld_ind8", src=READABLE, imm=ANY32),
    Opcode(code=BPF_LD | BPF_IND | BPF_H, name="ld_ind16", src=READABLE, imm=ANY32),
    Opcode(code=BPF_LD | BPF_IND | BPF_W, name="ld_ind32", src=READABLE, imm=ANY32),
    Opcode(
        code=BPF_ALU64 | BPF_MOV | BPF_X,
        name="addr_space_cast",
        dst=WRITABLE,
        src=READABLE,
        off=(BPF_ADDR_SPACE_CAST,),
        imm=frozenset((1, 1 << 16)),
        since="6.9",
    ),
    Opcode(code=BPF_JMP | BPF_JA, name="ja", off=ANY16),
    Opcode(code=BPF_JMP32 | BPF_JA, name="gotol", imm=ANY32, since="6.6", cpu=4),
    Opcode(code=BPF_JMP | BPF_JCOND, name="may_goto", src=(BPF_MAY_GOTO,), off=ANY16, since="6.9"),
    Opcode(code=_CALL, name="call_helper", imm=ANY32),
    Opcode(code=_CALL, name="call_subprog", src=(BPF_PSEUDO_CALL,), imm=ANY32, since="4.16"),
    Opcode(code=_CALL, name="call_kfunc", src=(BPF_PSEUDO_KFUNC_CALL,), off=ANY16, imm=ANY32, since="5.13"),
    Opcode(code=BPF_JMP | BPF_CALL | BPF_X, name="callx", dst=READABLE, since=None),
    # Linux reads the offset of an exit nowhere, not even to refuse it.
    Opcode(code=BPF_JMP | BPF_EXIT, name="exit", off=ANY16),
)

#: Every instruction, by opcode byte.
OPCODES: Final[tuple[Opcode, ...]] = tuple(
    sorted((*_alu(), *_swaps(), *_jumps(), *_memory(), *_atomics(), *_SINGLE), key=lambda row: row.code)
)

_BY_CODE: Final[dict[int, tuple[Opcode, ...]]] = {
    code: tuple(row for row in OPCODES if row.code == code) for code in {row.code for row in OPCODES}
}


def rows_of(code: int) -> tuple[Opcode, ...]:
    """The instructions that share an opcode byte; none for a byte that Linux does not know."""
    return _BY_CODE.get(code, ())


def find(insn: Insn) -> Opcode | None:
    """The instruction that a slot is, whether its operands are legal or not; None if it is none."""
    for row in rows_of(insn.code):
        if row.matches(insn):
            return row
    return None
