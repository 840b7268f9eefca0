"""Classic filters translated to eBPF, with the behaviour that Linux's bpf_convert_filter gives them.

A lives in r0, X in r7, the context in r6, the memory words in the stack frame; r2 is scratch. A and X are 32
bits wide and their upper halves always 0, so that 64-bit comparisons compare them as unsigned words.

Linux writes translated filters against its internal sk_buff, and does not verify them. Here the target is the
program's own view, `struct __sk_buff` and LD_ABS/LD_IND, so that the result is an ordinary socket filter: any
kernel can load it, and it takes the same way through rewriting and compiling as all others. Only the
ancillary loads that eBPF never got (see `INTERNAL_CALLS`) become calls of functions inside a kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from skep.isa import build
from skep.isa import opcodes as op
from skep.isa.classic import opcodes as cop
from skep.isa.classic.check import SECCOMP_DATA_SIZE, check_classic, check_seccomp
from skep.isa.classic.insn import ClassicInsn
from skep.isa.classic.opcodes import OPCODES
from skep.isa.insn import Insn

A: Final = op.BPF_REG_0
X: Final = op.BPF_REG_7
CTX: Final = op.BPF_REG_6
TMP: Final = op.BPF_REG_2

#: Ancillary loads that read a member of struct __sk_buff: its offset, and whether it is a big-endian u16.
_CTX_FIELDS: Final = {
    cop.SKF_AD_PROTOCOL: (16, True),
    cop.SKF_AD_PKTTYPE: (4, False),
    cop.SKF_AD_IFINDEX: (40, False),
    cop.SKF_AD_MARK: (8, False),
    cop.SKF_AD_QUEUE: (12, False),
    cop.SKF_AD_RXHASH: (68, False),
    cop.SKF_AD_VLAN_TAG: (24, False),
    cop.SKF_AD_VLAN_TAG_PRESENT: (20, False),
    cop.SKF_AD_VLAN_TPID: (28, True),
}
_CTX_LEN: Final = 0

#: Ancillary loads that are helpers of eBPF: get_smp_processor_id, get_prandom_u32.
_HELPERS: Final = {cop.SKF_AD_CPU: 8, cop.SKF_AD_RANDOM: 7}

#: Ancillary loads without a helper: call numbers beyond all helpers, for `u64 f(ctx, A, X)`.
INTERNAL_CALLS: Final = {
    cop.SKF_AD_PAY_OFFSET: 0x7FFF_0000 | cop.SKF_AD_PAY_OFFSET,
    cop.SKF_AD_NLATTR: 0x7FFF_0000 | cop.SKF_AD_NLATTR,
    cop.SKF_AD_NLATTR_NEST: 0x7FFF_0000 | cop.SKF_AD_NLATTR_NEST,
    cop.SKF_AD_HATYPE: 0x7FFF_0000 | cop.SKF_AD_HATYPE,
}

#: Conditions that can be turned round, to save a second jump.
_OPPOSITE: Final = {op.BPF_JEQ: op.BPF_JNE, op.BPF_JGT: op.BPF_JLE, op.BPF_JGE: op.BPF_JLT}

_Code = list[Insn]


def convert(insns: Sequence[ClassicInsn], *, seccomp: bool = False) -> tuple[Insn, ...]:
    """The eBPF program of a classic filter. Raises DecodeError if Linux would not accept the filter.

    With `seccomp`, the context is struct seccomp_data, and absolute loads read its members.
    """
    if seccomp:
        check_seccomp(insns)
    else:
        check_classic(insns)
    program: _Code = [build.mov32_imm(A, 0), build.mov32_imm(X, 0), build.mov64_reg(CTX, op.BPF_REG_1)]
    begins: list[int] = []
    jumps: list[tuple[int, int]] = []
    for index, insn in enumerate(insns):
        begins.append(len(program))
        code, targets = _translate(index, insn, seccomp)
        jumps += ((len(program) + slot, target) for slot, target in targets)
        program += code
    for slot, target in jumps:
        program[slot] = replace(program[slot], off=begins[target] - slot - 1)
    return tuple(program)


def _translate(index: int, insn: ClassicInsn, seccomp: bool) -> tuple[_Code, list[tuple[int, int]]]:
    """The code of one instruction, and for each jump in it: its slot, and the classic index it leads to."""
    row = OPCODES[insn.code]
    if row.branch:
        return _branch(index, insn)
    if row.operand == "jump":
        return [build.ja(0)], [(0, index + 1 + insn.k)]
    if seccomp and row.operand == "abs":
        return [build.ldx_mem(op.BPF_W, A, CTX, insn.k)], []
    if seccomp and row.operand == "len":
        return [build.mov32_imm(A if row.mnemonic == "ld" else X, SECCOMP_DATA_SIZE)], []
    if insn.code & op.CLASS_MASK == op.BPF_ALU:
        return _alu(insn), []
    return _MNEMONICS[row.mnemonic](insn, row.operand), []


def _branch(index: int, insn: ClassicInsn) -> tuple[_Code, list[tuple[int, int]]]:
    condition, taken, other = insn.code & op.OP_MASK, index + 1 + insn.jt, index + 1 + insn.jf
    code: _Code = []
    if insn.code & op.BPF_X:
        operand: int | None = X
    elif insn.k >> 31:
        # The constant of a 64-bit comparison would be sign-extended.
        code.append(build.mov32_imm(TMP, insn.k))
        operand = TMP
    else:
        operand = None

    def jump(how: int) -> Insn:
        return build.jmp_imm(how, A, insn.k, 0) if operand is None else build.jmp_reg(how, A, operand, 0)

    slot = len(code)
    if insn.jf == 0:
        return [*code, jump(condition)], [(slot, taken)]
    if insn.jt == 0 and condition in _OPPOSITE:
        return [*code, jump(_OPPOSITE[condition])], [(slot, other)]
    return [*code, jump(condition), build.ja(0)], [(slot, taken), (slot + 1, other)]


def _alu(insn: ClassicInsn) -> _Code:
    operation = insn.code & op.OP_MASK
    if operation == op.BPF_NEG:
        return [build.neg32(A)]
    if not insn.code & op.BPF_X:
        return [build.alu32_imm(operation, A, insn.k)]
    code = [build.alu32_reg(operation, A, X)]
    if operation in (op.BPF_DIV, op.BPF_MOD):
        # Division by zero ends a classic filter with 0, where eBPF would go on.
        stop = [build.jmp_imm(op.BPF_JNE, X, 0, 2), build.mov32_imm(A, 0), build.exit_()]
        return stop + code
    return code


def _word(k: int) -> int:
    """Where M[k] lies, from the frame pointer."""
    return -4 * (k + 1)


def _ld(insn: ClassicInsn, operand: str) -> _Code:
    size = insn.code & op.SIZE_MASK
    if operand == "abs":
        which = cop.ancillary(insn.k)
        return [build.ld_abs(size, insn.k)] if which is None else _ancillary(which)
    if operand == "ind":
        return [build.ld_ind(size, X, insn.k)]
    return _load(A, insn, operand)


def _load(register: int, insn: ClassicInsn, operand: str) -> _Code:
    if operand == "k":
        return [build.mov32_imm(register, insn.k)]
    if operand == "len":
        return [build.ldx_mem(op.BPF_W, register, CTX, _CTX_LEN)]
    return [build.ldx_mem(op.BPF_W, register, op.BPF_REG_FP, _word(insn.k))]


def _ancillary(which: int) -> _Code:
    if which == cop.SKF_AD_ALU_XOR_X:
        return [build.alu32_reg(op.BPF_XOR, A, X)]
    if which in _CTX_FIELDS:
        offset, big_endian = _CTX_FIELDS[which]
        load = build.ldx_mem(op.BPF_W, A, CTX, offset)
        return [load, build.to_be(A, 16)] if big_endian else [load]
    if which in _HELPERS:
        return [build.call_helper(_HELPERS[which])]
    arguments = ((op.BPF_REG_1, CTX), (op.BPF_REG_2, A), (op.BPF_REG_3, X))
    moves = [build.mov64_reg(register, value) for register, value in arguments]
    return [*moves, build.call_helper(INTERNAL_CALLS[which])]


def _ldxb(insn: ClassicInsn, operand: str) -> _Code:
    # LD_ABS loads into A and destroys r1 to r5, so A waits in X, which is about to be overwritten anyway.
    return [
        build.mov64_reg(X, A),
        build.ld_abs(op.BPF_B, insn.k),
        build.alu32_imm(op.BPF_AND, A, 0xF),
        build.alu32_imm(op.BPF_LSH, A, 2),
        build.mov64_reg(TMP, X),
        build.mov64_reg(X, A),
        build.mov64_reg(A, TMP),
    ]


def _ret(insn: ClassicInsn, operand: str) -> _Code:
    return [build.mov32_imm(A, insn.k), build.exit_()] if operand == "k" else [build.exit_()]


_MNEMONICS: Final[dict[str, Callable[[ClassicInsn, str], _Code]]] = {
    "ld": _ld,
    "ldh": _ld,
    "ldb": _ld,
    "ldx": lambda insn, operand: _load(X, insn, operand),
    "ldxb": _ldxb,
    "st": lambda insn, operand: [build.stx_mem(op.BPF_W, op.BPF_REG_FP, A, _word(insn.k))],
    "stx": lambda insn, operand: [build.stx_mem(op.BPF_W, op.BPF_REG_FP, X, _word(insn.k))],
    "tax": lambda insn, operand: [build.mov64_reg(X, A)],
    "txa": lambda insn, operand: [build.mov64_reg(A, X)],
    "ret": _ret,
}
