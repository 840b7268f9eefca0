"""What Linux asks of a classic filter before it runs (bpf_check_classic), and of one for seccomp.

Each check raises DecodeError with the index of the instruction; the kernel says EINVAL for all of them. Jumps
are unsigned, so all go forward, and a filter that passes ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NoReturn

from skep.errors import DecodeError
from skep.isa.classic import opcodes as cop
from skep.isa.classic.insn import ClassicInsn
from skep.isa.classic.opcodes import OPCODES, ClassicOpcode
from skep.isa.opcodes import (
    BPF_ALU,
    BPF_DIV,
    BPF_K,
    BPF_LSH,
    BPF_MAXINSNS,
    BPF_MOD,
    BPF_RET,
    BPF_RSH,
    BPF_ST,
    BPF_STX,
)

#: sizeof(struct seccomp_data): what a seccomp filter has in the place of a packet.
SECCOMP_DATA_SIZE: Final = 64


def check_classic(insns: Sequence[ClassicInsn]) -> None:
    """Raise DecodeError unless Linux would accept the filter on a socket."""
    if not insns:
        raise DecodeError("a filter needs at least one instruction")
    if len(insns) > BPF_MAXINSNS:
        raise DecodeError(f"a filter has at most {BPF_MAXINSNS} instructions, this one has {len(insns)}")
    for index, insn in enumerate(insns):
        row = OPCODES.get(insn.code)
        if row is None or not row.linux:
            _refuse(index, f"code {insn.code:#06x} is no instruction")
        _check_operands(index, insn, row, len(insns))
    if insns[-1].code not in (BPF_RET | BPF_K, BPF_RET | cop.BPF_A):
        _refuse(len(insns) - 1, "the last instruction must be a ret")
    _check_memory_written(insns)


def _refuse(index: int, why: str) -> NoReturn:
    raise DecodeError(f"instruction {index}: {why}")


def _check_operands(index: int, insn: ClassicInsn, row: ClassicOpcode, length: int) -> None:
    if row.operand == "mem" and insn.k >= cop.BPF_MEMWORDS:
        _refuse(index, f"M[{insn.k}] does not exist; the last memory word is M[{cop.BPF_MEMWORDS - 1}]")
    if row.operand == "jump" and insn.k >= length - index - 1:
        _refuse(index, f"the jump by {insn.k} leaves the program")
    if row.branch and index + 1 + max(insn.jt, insn.jf) >= length:
        _refuse(index, f"the jump by {max(insn.jt, insn.jf)} leaves the program")
    if row.operand == "abs" and insn.k >= cop.SKF_AD_OFF & 0xFFFF_FFFF and cop.ancillary(insn.k) is None:
        _refuse(index, f"there is no ancillary load {insn.k - (cop.SKF_AD_OFF & 0xFFFF_FFFF)}")
    check = _CONSTANTS.get(insn.code)
    if check is not None:
        check(index, insn.k)


def _check_divisor(index: int, k: int) -> None:
    if k == 0:
        _refuse(index, "division by zero")


def _check_shift(index: int, k: int) -> None:
    if k >= 32:
        _refuse(index, f"a shift by {k} is too far for 32 bits")


_CONSTANTS: Final[dict[int, Callable[[int, int], None]]] = {
    BPF_ALU | BPF_DIV | BPF_K: _check_divisor,
    BPF_ALU | BPF_MOD | BPF_K: _check_divisor,
    BPF_ALU | BPF_LSH | BPF_K: _check_shift,
    BPF_ALU | BPF_RSH | BPF_K: _check_shift,
}


def _check_memory_written(insns: Sequence[ClassicInsn]) -> None:
    """No memory word is read that was not written on each path to there.

    Memory is not cleared before a run. Since all jumps go forward, one pass in order sees each path:
    `written` holds the words that every way to an instruction has written, as bits.
    """
    everything = (1 << cop.BPF_MEMWORDS) - 1
    at_target = [everything] * len(insns)
    written = 0
    for index, insn in enumerate(insns):
        written &= at_target[index]
        row = OPCODES[insn.code]
        if insn.code in (BPF_ST, BPF_STX):
            written |= 1 << insn.k
        elif row.operand == "mem" and not written >> insn.k & 1:
            _refuse(index, f"M[{insn.k}] is read before it is written")
        elif row.branch or row.operand == "jump":
            jumps = (insn.jt, insn.jf) if row.branch else (insn.k,)
            for jump in jumps:
                at_target[index + 1 + jump] &= written
            # Nothing falls through a jump: the next instruction is reached by jumps only.
            written = everything


def check_seccomp(insns: Sequence[ClassicInsn]) -> None:
    """Raise DecodeError unless Linux would accept the filter for seccomp."""
    check_classic(insns)
    for index, insn in enumerate(insns):
        row = OPCODES[insn.code]
        if not row.seccomp:
            _refuse(
                index, f"{row.mnemonic} {row.operand} is not allowed in seccomp filters".replace("  ", " ")
            )
        if row.operand == "abs" and (insn.k >= SECCOMP_DATA_SIZE or insn.k % 4):
            _refuse(
                index,
                f"offset {insn.k} is no word of struct seccomp_data, which has {SECCOMP_DATA_SIZE} bytes",
            )
