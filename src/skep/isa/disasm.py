"""Instructions as text: in the words of the kernel's verifier log, and in LLVM's (`skep.isa.llvm_text`).

The kernel's form is what people read in logs and what `bpftool prog dump xlated` prints, so it is reproduced
to the letter, also for fields that make no sense: the verifier prints an instruction before it rejects it.
The formats are those of kernel/bpf/disasm.c of Linux 6.18; tests/isa/test_disasm.py compares with its log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal

from skep.isa import llvm_text
from skep.isa import opcodes as op
from skep.isa.codec import LD_IMM64, starts
from skep.isa.insn import Insn
from skep.isa.llvm_text import format_llvm
from skep.isa.operators import ALU, ATOMIC, CONDITION, MOVSX, SIGNED, UNSIGNED, alu_symbol

__all__ = ["CallName", "ImmName", "Syntax", "format_insn", "format_llvm", "format_program"]

Syntax = Literal["kernel", "llvm"]

#: The name of what a call instruction calls, or None if unknown.
CallName = Callable[[Insn], str | None]

#: The text of a 64-bit constant, from its first slot and its value.
ImmName = Callable[[Insn, int], str]

# What printf makes of a null pointer: the tables of the kernel have gaps.
_NULL: Final = "(null)"

# The kernel's table of conditions also has jumps that have none; they show in malformed instructions.
_CONDITION: Final = {**CONDITION, op.BPF_JA: "jmp", op.BPF_EXIT: "exit"}

_POINTER_SOURCES: Final = frozenset(
    (
        op.BPF_PSEUDO_MAP_FD,
        op.BPF_PSEUDO_MAP_VALUE,
        op.BPF_PSEUDO_BTF_ID,
        op.BPF_PSEUDO_MAP_IDX,
        op.BPF_PSEUDO_MAP_IDX_VALUE,
    )
)


def format_insn(
    insns: Sequence[Insn],
    index: int,
    *,
    call_name: CallName | None = None,
    imm_name: ImmName | None = None,
    allow_ptr_leaks: bool = True,
) -> str:
    """The instruction at `index` as the verifier log has it after "7: ", without the newline.

    `call_name` names helpers and kernel functions. `imm_name` replaces the hexadecimal form of 64-bit
    constants, as bpftool does. Without `allow_ptr_leaks` addresses are 0, as for an unprivileged user.
    """
    insn = insns[index]
    if insn.code == LD_IMM64:
        return _ld_imm64(insns, index, imm_name, allow_ptr_leaks)
    klass = insn.code & op.CLASS_MASK
    if klass in (op.BPF_JMP, op.BPF_JMP32) and insn.code & op.OP_MASK == op.BPF_CALL:
        return _call(insn, call_name)
    return _BY_CLASS[klass](insn)


def format_program(
    insns: Sequence[Insn],
    syntax: Syntax = "kernel",
    *,
    call_name: CallName | None = None,
) -> str:
    """A whole program, one instruction per line.

    "kernel" numbers the lines by slot, like `bpftool prog dump xlated`. "llvm" has no numbers but labels, and
    is what `skep.isa.asm.assemble` reads.
    """
    if syntax == "llvm":
        return llvm_text.format_program(insns)
    lines = (f"{index}: {format_insn(insns, index, call_name=call_name)}\n" for index in starts(insns))
    return "".join(lines)


def _alu(insn: Insn) -> str:
    code, operation = insn.code, insn.code & op.OP_MASK
    wide = code & op.CLASS_MASK == op.BPF_ALU64
    prefix = "r" if wide else "w"
    dst, src = f"{prefix}{insn.dst}", f"{prefix}{insn.src}"
    if operation == op.BPF_END:
        name = "bswap" if wide else "be" if code & op.BPF_TO_BE else "le"
        return f"({code:02x}) r{insn.dst} = {name}{insn.imm} r{insn.dst}"
    if operation == op.BPF_NEG:
        return f"({code:02x}) {dst} = -{dst}"
    if code == op.BPF_ALU64 | op.BPF_MOV | op.BPF_X:
        if insn.off == op.BPF_ADDR_SPACE_CAST:
            to, from_ = (insn.imm & 0xFFFF_FFFF) >> 16, insn.imm & 0xFFFF
            return f"({code:02x}) {dst} = addr_space_cast({src}, {to}, {from_})"
        if insn.off == op.BPF_ADDR_PERCPU:
            return f"({code:02x}) {dst} = &(void __percpu *)({src})"
    symbol = alu_symbol(code, insn.off) or _NULL
    if not code & op.BPF_X:
        return f"({code:02x}) {dst} {symbol} {insn.imm}"
    cast = f"({MOVSX[insn.off]})" if operation == op.BPF_MOV and insn.off in MOVSX else ""
    return f"({code:02x}) {dst} {symbol} {cast}{src}"


def _stx(insn: Insn) -> str:
    code, mode = insn.code, insn.code & op.MODE_MASK
    if mode == op.BPF_MEM:
        return f"({code:02x}) *{_place(insn, insn.dst)} = r{insn.src}"
    text = _atomic(insn) if mode == op.BPF_ATOMIC else None
    return f"({code:02x}) {text}" if text else f"BUG_{code:02x}"


def _place(insn: Insn, register: int) -> str:
    return f"({UNSIGNED[insn.code & op.SIZE_MASK]} *)(r{register} {insn.off:+d})"


def _atomic(insn: Insn) -> str | None:
    imm, src, place = insn.imm, insn.src, _place(insn, insn.dst)
    atomic = "atomic64" if insn.code & op.SIZE_MASK == op.BPF_DW else "atomic"
    if imm in ATOMIC:
        return f"lock *{place} {ALU[imm]} r{src}"
    if imm ^ op.BPF_FETCH in ATOMIC:
        return f"r{src} = {atomic}_fetch_{ATOMIC[imm ^ op.BPF_FETCH]}({place}, r{src})"
    if imm == op.BPF_CMPXCHG:
        return f"r0 = {atomic}_cmpxchg({place}, r0, r{src})"
    if imm == op.BPF_XCHG:
        return f"r{src} = {atomic}_xchg({place}, r{src})"
    if imm == op.BPF_LOAD_ACQ:
        return f"r{insn.dst} = load_acquire({_place(insn, src)})"
    if imm == op.BPF_STORE_REL:
        return f"store_release({place}, r{src})"
    return None


def _st(insn: Insn) -> str:
    mode = insn.code & op.MODE_MASK
    if mode == op.BPF_MEM:
        return f"({insn.code:02x}) *{_place(insn, insn.dst)} = {insn.imm}"
    if mode == op.BPF_NOSPEC:
        return f"({insn.code:02x}) nospec"
    return f"BUG_st_{insn.code:02x}"


def _ldx(insn: Insn) -> str:
    mode, size = insn.code & op.MODE_MASK, insn.code & op.SIZE_MASK
    if mode not in (op.BPF_MEM, op.BPF_MEMSX):
        return f"BUG_ldx_{insn.code:02x}"
    kind = UNSIGNED[size] if mode == op.BPF_MEM else SIGNED.get(size, _NULL)
    return f"({insn.code:02x}) r{insn.dst} = *({kind} *)(r{insn.src} {insn.off:+d})"


def _ld(insn: Insn) -> str:
    mode, size = insn.code & op.MODE_MASK, UNSIGNED[insn.code & op.SIZE_MASK]
    if mode == op.BPF_ABS:
        return f"({insn.code:02x}) r0 = *({size} *)skb[{insn.imm}]"
    if mode == op.BPF_IND:
        return f"({insn.code:02x}) r0 = *({size} *)skb[r{insn.src} + {insn.imm}]"
    return f"BUG_ld_{insn.code:02x}"


def _ld_imm64(insns: Sequence[Insn], index: int, imm_name: ImmName | None, allow_ptr_leaks: bool) -> str:
    first = insns[index]
    upper = insns[index + 1].imm if index + 1 < len(insns) else 0
    value = (upper & 0xFFFF_FFFF) << 32 | first.imm & 0xFFFF_FFFF
    if first.src in _POINTER_SOURCES and not allow_ptr_leaks:
        value = 0
    text = imm_name(first, value) if imm_name else f"{value:#x}"
    return f"({first.code:02x}) r{first.dst} = {text}"


def _call(insn: Insn, call_name: CallName | None) -> str:
    name = call_name(insn) if call_name else None
    if insn.src == op.BPF_PSEUDO_CALL:
        return f"({insn.code:02x}) call pc{name or f'{insn.imm:+d}'}"
    if name is None:
        name = "kernel-function" if insn.src == op.BPF_PSEUDO_KFUNC_CALL else "unknown"
    return f"({insn.code:02x}) call {name}#{insn.imm}"


def _jmp(insn: Insn) -> str:
    code = insn.code
    if code == op.BPF_JMP | op.BPF_JA:
        return f"({code:02x}) goto pc{insn.off:+d}"
    if code == op.BPF_JMP | op.BPF_JCOND and insn.src == op.BPF_MAY_GOTO:
        return f"({code:02x}) may_goto pc{insn.off:+d}"
    if code == op.BPF_JMP32 | op.BPF_JA:
        return f"({code:02x}) gotol pc{insn.imm:+d}"
    if code == op.BPF_JMP | op.BPF_EXIT:
        return f"({code:02x}) exit"
    prefix = "w" if code & op.CLASS_MASK == op.BPF_JMP32 else "r"
    other = f"{prefix}{insn.src}" if code & op.BPF_X else f"0x{insn.imm & 0xFFFF_FFFF:x}"
    condition = _CONDITION.get(code & op.OP_MASK, _NULL)
    return f"({code:02x}) if {prefix}{insn.dst} {condition} {other} goto pc{insn.off:+d}"


#: How to print an instruction, by class.
_BY_CLASS: Final[tuple[Callable[[Insn], str], ...]] = (_ld, _ldx, _st, _stx, _alu, _jmp, _jmp, _alu)
