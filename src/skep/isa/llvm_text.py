"""Instructions in LLVM's assembly syntax, as llvm-objdump prints them with -mcpu=v4.

What that syntax has no words for (calls of kernel functions, instructions with stray fields, bytes that are
no instruction) is `<unknown>` for a single instruction, as in llvm-objdump. In a whole program it becomes an
`.8byte` directive, so that any sequence of slots can be printed and assembled again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from skep.isa import opcodes as op
from skep.isa.codec import LD_IMM64, encode, starts
from skep.isa.insn import Insn
from skep.isa.operators import ALU, ATOMIC, CONDITION, MOVSX, SIGNED, UNSIGNED, alu_symbol

UNKNOWN: Final = "<unknown>"


def format_llvm(insns: Sequence[Insn], index: int) -> str:
    """The instruction at `index` as llvm-objdump prints it, with jump targets as distances."""
    return _format(insns, index, {}) or UNKNOWN


def format_program(insns: Sequence[Insn]) -> str:
    """A whole program with a label at each jump target, for `skep.isa.asm.assemble`."""
    labels = _labels(insns)
    lines: list[str] = []
    for index in starts(insns):
        if index in labels:
            lines.append(f"{labels[index]}:")
        text = _format(insns, index, labels)
        lines += [f"\t{text}"] if text else _raw(insns, index)
    return "".join(line + "\n" for line in lines)


def _raw(insns: Sequence[Insn], index: int) -> list[str]:
    slots = insns[index : index + 2] if insns[index].code == LD_IMM64 else insns[index : index + 1]
    return [f"\t.8byte {int.from_bytes(encode((slot,)), 'little'):#018x}" for slot in slots]


def jump_target(insn: Insn, index: int) -> int | None:
    """The slot where a jump, a call of a subprogram or the address of one leads; None for all else."""
    klass, operation = insn.code & op.CLASS_MASK, insn.code & op.OP_MASK
    if insn.code == LD_IMM64:
        return index + 1 + insn.imm if insn.src == op.BPF_PSEUDO_FUNC else None
    if klass not in (op.BPF_JMP, op.BPF_JMP32) or operation == op.BPF_EXIT:
        return None
    if operation == op.BPF_CALL:
        return index + 1 + insn.imm if insn.src == op.BPF_PSEUDO_CALL else None
    return index + 1 + (insn.imm if insn.code == op.BPF_JMP32 | op.BPF_JA else insn.off)


def _labels(insns: Sequence[Insn]) -> dict[int, str]:
    begins = frozenset(starts(insns))
    targets = {jump_target(insns[index], index) for index in begins}
    return {target: f"L{target}" for target in sorted(t for t in targets if t is not None and t in begins)}


def _format(insns: Sequence[Insn], index: int, labels: Mapping[int, str]) -> str | None:
    insn = insns[index]
    if op.find(insn) is None:
        return None
    target = jump_target(insn, index)
    label = None if target is None else labels.get(target)
    if insn.code == LD_IMM64:
        return _ld_imm64(insns, index, label)
    return _BY_CLASS[insn.code & op.CLASS_MASK](insn, label)


def _hex(value: int) -> str:
    return f"{value:#x}"


def _memory(register: int, off: int) -> str:
    return f"r{register} {'-' if off < 0 else '+'} {abs(off):#x}"


def _ld_imm64(insns: Sequence[Insn], index: int, label: str | None) -> str | None:
    first = insns[index]
    if index + 1 == len(insns):
        return None
    second = insns[index + 1]
    if (second.code, second.dst, second.src, second.off) != (0, 0, 0, 0):
        return None
    if label is not None and second.imm == 0:
        return f"r{first.dst} = {label} ll"
    if first.src:
        value = (second.imm & 0xFFFF_FFFF) << 32 | first.imm & 0xFFFF_FFFF
        return f"ld_pseudo\tr{first.dst}, {_hex(first.src)}, {_hex(value)}"
    return f"r{first.dst} = {_hex(second.imm << 32 | first.imm & 0xFFFF_FFFF)} ll"


def _ld(insn: Insn, label: str | None) -> str:
    where = _hex(insn.imm) if insn.code & op.MODE_MASK == op.BPF_ABS else f"r{insn.src}"
    if insn.code & op.MODE_MASK == op.BPF_IND and insn.imm:
        where += f" + {_hex(insn.imm)}" if insn.imm > 0 else f" - {_hex(-insn.imm)}"
    return f"r0 = *({UNSIGNED[insn.code & op.SIZE_MASK]} *)skb[{where}]"


def _ldx(insn: Insn, label: str | None) -> str:
    size = insn.code & op.SIZE_MASK
    place = _memory(insn.src, insn.off)
    if insn.code & op.MODE_MASK == op.BPF_MEMSX:
        return f"r{insn.dst} = *({SIGNED[size]} *)({place})"
    return f"{_sized(size, insn.dst)} = *({UNSIGNED[size]} *)({place})"


def _sized(size: int, register: int) -> str:
    return f"r{register}" if size == op.BPF_DW else f"w{register}"


def _st(insn: Insn, label: str | None) -> str:
    return f"*({UNSIGNED[insn.code & op.SIZE_MASK]} *)({_memory(insn.dst, insn.off)}) = {_hex(insn.imm)}"


def _stx(insn: Insn, label: str | None) -> str:
    size, imm = insn.code & op.SIZE_MASK, insn.imm
    kind, place, value = UNSIGNED[size], _memory(insn.dst, insn.off), _sized(size, insn.src)
    if insn.code & op.MODE_MASK == op.BPF_MEM:
        return f"*({kind} *)({place}) = {value}"
    if imm in ATOMIC:
        return f"lock *({kind} *)({place}) {ALU[imm]} {value}"
    if imm == op.BPF_XCHG:
        return f"{value} = {'xchg_64' if size == op.BPF_DW else 'xchg32_32'}({place}, {value})"
    if imm == op.BPF_CMPXCHG:
        old = _sized(size, 0)
        return f"{old} = {'cmpxchg_64' if size == op.BPF_DW else 'cmpxchg32_32'}({place}, {old}, {value})"
    if imm == op.BPF_LOAD_ACQ:
        return f"{_sized(size, insn.dst)} = load_acquire(({kind} *)({_memory(insn.src, insn.off)}))"
    if imm == op.BPF_STORE_REL:
        return f"store_release(({kind} *)({place}), {value})"
    return f"{value} = atomic_fetch_{ATOMIC[imm ^ op.BPF_FETCH]}(({kind} *)({place}), {value})"


def _alu(insn: Insn, label: str | None) -> str:
    code, operation = insn.code, insn.code & op.OP_MASK
    wide = code & op.CLASS_MASK == op.BPF_ALU64
    prefix = "r" if wide else "w"
    dst = f"{prefix}{insn.dst}"
    if operation == op.BPF_END:
        name = "bswap" if wide else "be" if code & op.BPF_TO_BE else "le"
        return f"r{insn.dst} = {name}{insn.imm} r{insn.dst}"
    if operation == op.BPF_NEG:
        return f"{dst} = -{dst}"
    symbol = alu_symbol(code, insn.off)
    if not code & op.BPF_X:
        return f"{dst} {symbol} {_hex(insn.imm)}"
    src = f"{prefix}{insn.src}"
    if operation == op.BPF_MOV and insn.off == op.BPF_ADDR_SPACE_CAST:
        to, from_ = (insn.imm & 0xFFFF_FFFF) >> 16, insn.imm & 0xFFFF
        return f"{dst} = addr_space_cast({src}, {_hex(to)}, {_hex(from_)})"
    cast = f"({MOVSX[insn.off]})" if operation == op.BPF_MOV and insn.off else ""
    return f"{dst} {symbol} {cast}{src}"


def _distance(value: int, label: str | None) -> str:
    return label or f"{'+' if value >= 0 else ''}{_hex(value)}"


def _jmp(insn: Insn, label: str | None) -> str | None:
    code, operation = insn.code, insn.code & op.OP_MASK
    if operation == op.BPF_EXIT:
        return None if insn.off else "exit"
    if operation == op.BPF_CALL:
        return _call(insn, label)
    if operation == op.BPF_JA:
        if code & op.CLASS_MASK == op.BPF_JMP32:
            return f"gotol {_distance(insn.imm, label)}"
        return f"goto {_distance(insn.off, label)}"
    target = _distance(insn.off, label)
    if operation == op.BPF_JCOND:
        return f"may_goto {target}"
    prefix = "w" if code & op.CLASS_MASK == op.BPF_JMP32 else "r"
    other = f"{prefix}{insn.src}" if code & op.BPF_X else _hex(insn.imm)
    return f"if {prefix}{insn.dst} {CONDITION[operation]} {other} goto {target}"


def _call(insn: Insn, label: str | None) -> str | None:
    if insn.code & op.BPF_X:
        return f"callx r{insn.dst}"
    if label is not None:
        return f"call {label}"
    return None if insn.src else f"call {_hex(insn.imm)}"


#: How to print an instruction that is one, by class.
_Printer = Callable[[Insn, str | None], str | None]
_BY_CLASS: Final[tuple[_Printer, ...]] = (_ld, _ldx, _st, _stx, _alu, _jmp, _jmp, _alu)
