"""The classic machine: accumulator A, index register X, sixteen 32-bit memory words, forward jumps only.

Sources: McCanne and Jacobson, "The BSD Packet Filter" (1993); linux/bpf_common.h and linux/filter.h;
Documentation/networking/filter.rst for the text forms and Linux's ancillary loads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from skep.isa.opcodes import (
    BPF_ABS,
    BPF_ADD,
    BPF_ALU,
    BPF_AND,
    BPF_B,
    BPF_DIV,
    BPF_H,
    BPF_IMM,
    BPF_IND,
    BPF_JA,
    BPF_JEQ,
    BPF_JGE,
    BPF_JGT,
    BPF_JMP,
    BPF_JSET,
    BPF_K,
    BPF_LD,
    BPF_LDX,
    BPF_LEN,
    BPF_LSH,
    BPF_MEM,
    BPF_MISC,
    BPF_MOD,
    BPF_MSH,
    BPF_MUL,
    BPF_NEG,
    BPF_OR,
    BPF_RET,
    BPF_RSH,
    BPF_ST,
    BPF_STX,
    BPF_SUB,
    BPF_W,
    BPF_X,
    BPF_XOR,
)

BPF_A: Final = 0x10
BPF_TAX: Final = 0x00
BPF_TXA: Final = 0x80

BPF_MEMWORDS: Final = 16

# Packet offsets from here up (as 32-bit numbers) do not mean packet data.
SKF_AD_OFF: Final = -0x1000
SKF_NET_OFF: Final = -0x100000
SKF_LL_OFF: Final = -0x200000

# What can be loaded at SKF_AD_OFF.
SKF_AD_PROTOCOL: Final = 0
SKF_AD_PKTTYPE: Final = 4
SKF_AD_IFINDEX: Final = 8
SKF_AD_NLATTR: Final = 12
SKF_AD_NLATTR_NEST: Final = 16
SKF_AD_MARK: Final = 20
SKF_AD_QUEUE: Final = 24
SKF_AD_HATYPE: Final = 28
SKF_AD_RXHASH: Final = 32
SKF_AD_CPU: Final = 36
SKF_AD_ALU_XOR_X: Final = 40
SKF_AD_VLAN_TAG: Final = 44
SKF_AD_VLAN_TAG_PRESENT: Final = 48
SKF_AD_PAY_OFFSET: Final = 52
SKF_AD_RANDOM: Final = 56
SKF_AD_VLAN_TPID: Final = 60

#: The names of ancillary loads in assembly; `None` where the assembler has none.
ANCILLARY: Final[dict[int, str | None]] = {
    SKF_AD_PROTOCOL: "proto",
    SKF_AD_PKTTYPE: "type",
    SKF_AD_IFINDEX: "ifidx",
    SKF_AD_NLATTR: "nla",
    SKF_AD_NLATTR_NEST: "nlan",
    SKF_AD_MARK: "mark",
    SKF_AD_QUEUE: "queue",
    SKF_AD_HATYPE: "hatype",
    SKF_AD_RXHASH: "rxhash",
    SKF_AD_CPU: "cpu",
    SKF_AD_ALU_XOR_X: None,
    SKF_AD_VLAN_TAG: "vlan_tci",
    SKF_AD_VLAN_TAG_PRESENT: "vlan_avail",
    SKF_AD_PAY_OFFSET: "poff",
    SKF_AD_RANDOM: "rand",
    SKF_AD_VLAN_TPID: "vlan_tpid",
}


def ancillary(k: int) -> int | None:
    """SKF_AD_PROTOCOL ... if an absolute load at `k` is ancillary."""
    which = k - (SKF_AD_OFF & 0xFFFF_FFFF)
    return which if which in ANCILLARY else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassicOpcode:
    """One classic instruction. `operand` names the form of its operand in text:

    "k" a constant, "x" and "a" registers, "abs" `[k]`, "ind" `[x + k]`, "mem" `M[k]`, "len" the packet's
    length, "msh" `4*([k]&0xf)`, "jump" a label; "" none. Conditional jumps add their labels to "k" or "x".
    """

    code: int
    mnemonic: str
    operand: str = ""
    branch: bool = False
    #: Whether a seccomp filter may have it, and whether any filter of Linux may.
    seccomp: bool = True
    linux: bool = True


#: Operations that take a constant or X. Seccomp lacks the modulo, which came after its list was made.
_ALU: Final = (
    ("add", BPF_ADD, True),
    ("sub", BPF_SUB, True),
    ("mul", BPF_MUL, True),
    ("div", BPF_DIV, True),
    ("or", BPF_OR, True),
    ("and", BPF_AND, True),
    ("lsh", BPF_LSH, True),
    ("rsh", BPF_RSH, True),
    ("mod", BPF_MOD, False),
    ("xor", BPF_XOR, True),
)
_BRANCHES: Final = (("jeq", BPF_JEQ), ("jgt", BPF_JGT), ("jge", BPF_JGE), ("jset", BPF_JSET))
_LOADS: Final = (("ld", BPF_W), ("ldh", BPF_H), ("ldb", BPF_B))


def _rows() -> Iterator[ClassicOpcode]:
    for mnemonic, op, seccomp in _ALU:
        code = BPF_ALU | op
        yield ClassicOpcode(code=code | BPF_K, mnemonic=mnemonic, operand="k", seccomp=seccomp)
        yield ClassicOpcode(code=code | BPF_X, mnemonic=mnemonic, operand="x", seccomp=seccomp)
    for mnemonic, op in _BRANCHES:
        yield ClassicOpcode(code=BPF_JMP | op | BPF_K, mnemonic=mnemonic, operand="k", branch=True)
        yield ClassicOpcode(code=BPF_JMP | op | BPF_X, mnemonic=mnemonic, operand="x", branch=True)
    for mnemonic, size in _LOADS:
        code, words = BPF_LD | size, size == BPF_W
        yield ClassicOpcode(code=code | BPF_ABS, mnemonic=mnemonic, operand="abs", seccomp=words)
        yield ClassicOpcode(code=code | BPF_IND, mnemonic=mnemonic, operand="ind", seccomp=False)


#: Every instruction, by code.
OPCODES: Final[dict[int, ClassicOpcode]] = {
    row.code: row
    for row in (
        *_rows(),
        ClassicOpcode(code=BPF_ALU | BPF_NEG, mnemonic="neg"),
        ClassicOpcode(code=BPF_JMP | BPF_JA, mnemonic="jmp", operand="jump"),
        ClassicOpcode(code=BPF_LD | BPF_W | BPF_LEN, mnemonic="ld", operand="len"),
        ClassicOpcode(code=BPF_LD | BPF_IMM, mnemonic="ld", operand="k"),
        ClassicOpcode(code=BPF_LD | BPF_MEM, mnemonic="ld", operand="mem"),
        ClassicOpcode(code=BPF_LDX | BPF_W | BPF_LEN, mnemonic="ldx", operand="len"),
        ClassicOpcode(code=BPF_LDX | BPF_IMM, mnemonic="ldx", operand="k"),
        ClassicOpcode(code=BPF_LDX | BPF_MEM, mnemonic="ldx", operand="mem"),
        ClassicOpcode(code=BPF_LDX | BPF_B | BPF_MSH, mnemonic="ldxb", operand="msh", seccomp=False),
        ClassicOpcode(code=BPF_ST, mnemonic="st", operand="mem"),
        ClassicOpcode(code=BPF_STX, mnemonic="stx", operand="mem"),
        ClassicOpcode(code=BPF_MISC | BPF_TAX, mnemonic="tax"),
        ClassicOpcode(code=BPF_MISC | BPF_TXA, mnemonic="txa"),
        ClassicOpcode(code=BPF_RET | BPF_K, mnemonic="ret", operand="k"),
        ClassicOpcode(code=BPF_RET | BPF_A, mnemonic="ret", operand="a"),
        ClassicOpcode(code=BPF_RET | BPF_X, mnemonic="ret", operand="x", seccomp=False, linux=False),
    )
}
