"""Classic filters as text: the numbers of `tcpdump -ddd`, and the assembly of the kernel's bpf_asm.

::

    start:  ldh [12]                ; labels have at least two letters
            jne #0x800, drop        ; jt, jf: `jeq #k, yes, no`, `jeq #k, yes`
            ld #proto               ; an ancillary load
            ret #-1
    drop:   ret #0
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NoReturn

from skep.errors import AsmError, DecodeError
from skep.isa.classic import opcodes as cop
from skep.isa.classic.insn import ClassicInsn, check_ranges
from skep.isa.classic.opcodes import ANCILLARY, OPCODES, ClassicOpcode
from skep.isa.opcodes import BPF_IMM, BPF_LD, BPF_LDX, BPF_MAXINSNS

_U32: Final = 0xFFFF_FFFF


def read_decimal(text: str) -> tuple[ClassicInsn, ...]:
    """A filter as `tcpdump -ddd` and bpf_asm print it: the count, then `code jt jf k` per line or comma.

    Raises DecodeError that names the instruction.
    """
    records = [record.split() for record in re.split(r"[,\n]", text) if record.strip()]
    if not records or len(records[0]) != 1 or not _is_number(records[0][0]):
        raise DecodeError("a filter in decimal form begins with the number of its instructions")
    count = int(records[0][0])
    if count != len(records) - 1:
        raise DecodeError(f"{count} instructions are announced and {len(records) - 1} are there")
    insns: list[ClassicInsn] = []
    for index, words in enumerate(records[1:]):
        if len(words) != 4 or not all(map(_is_number, words)):
            raise DecodeError(f"instruction {index}: {' '.join(words)!r} is not `code jt jf k` in decimal")
        insns.append(ClassicInsn(*map(int, words)))
        check_ranges(index, insns[-1])
    return tuple(insns)


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= len(str(_U32))


def format_decimal(insns: Sequence[ClassicInsn], separator: str = "\n") -> str:
    """The form that `read_decimal` reads; with separator "," the one-line form of bpf_asm and iproute2."""
    records = [str(len(insns)), *(f"{insn.code} {insn.jt} {insn.jf} {insn.k}" for insn in insns)]
    return "".join(record + separator for record in records)


# Disassembly.


def format_insn(insn: ClassicInsn, index: int) -> str:
    """One instruction as bpf_asm reads it, with `l7` for the label at instruction 7."""
    row = OPCODES.get(insn.code)
    if row is None:
        raise DecodeError(f"instruction {index}: code {insn.code:#06x} is no instruction")
    text = _format_operand(insn, index, row)
    if row.branch:
        text += f", l{index + 1 + insn.jt}, l{index + 1 + insn.jf}"
    return f"{row.mnemonic} {text}".rstrip()


def _format_operand(insn: ClassicInsn, index: int, row: ClassicOpcode) -> str:
    if row.operand == "jump":
        return f"l{index + 1 + insn.k}"
    if row.operand == "abs":
        name = ANCILLARY.get(cop.ancillary(insn.k) or 0) if cop.ancillary(insn.k) is not None else None
        return f"#{name}" if name else f"[{insn.k}]"
    return _FORMATS[row.operand].format(k=insn.k)


_FORMATS: Final = {
    "": "",
    "k": "#{k:#x}",
    "x": "x",
    "a": "a",
    "ind": "[x + {k}]",
    "mem": "M[{k}]",
    "len": "#len",
    "msh": "4*([{k}]&0xf)",
}


def format_program(insns: Sequence[ClassicInsn]) -> str:
    """A whole filter, each instruction with its label, for `assemble`."""
    return "".join(f"l{index}:\t{format_insn(insn, index)}\n" for index, insn in enumerate(insns))


# Assembly.

_BY_TEXT: Final = {(row.mnemonic, row.operand): row for row in OPCODES.values()}
_EXTENSIONS: Final = {name: which for which, name in ANCILLARY.items() if name} | {
    "vlan_pr": cop.SKF_AD_VLAN_TAG_PRESENT
}
#: Conditions that are another one with the labels swapped.
_SWAPPED: Final = {"jne": "jeq", "jneq": "jeq", "jlt": "jge", "jle": "jgt"}
_SYNONYMS: Final = {"ja": "jmp"}
_IMMEDIATE: Final = {"ldi": BPF_LD | BPF_IMM, "ldxi": BPF_LDX | BPF_IMM}

_NUMBER: Final = r"([-+]?(?:0x[0-9a-f]+|0b[01]+|[0-9]+))"
#: Operands without their spaces, in the lower case.
_OPERANDS: Final = tuple(
    (operand, re.compile(pattern))
    for operand, pattern in (
        ("len", r"#?len"),
        ("k", r"#" + _NUMBER),
        ("x", r"%?x"),
        ("a", r"%?a"),
        ("ind", rf"\[%?x\+?{_NUMBER}\]"),
        ("abs", rf"\[{_NUMBER}\]"),
        ("mem", rf"m\[{_NUMBER}\]"),
        ("msh", rf"4\*\(\[{_NUMBER}\]&(?:0xf|15)\)"),
    )
)
_STATEMENT: Final = re.compile(
    r"(?:([A-Za-z_][A-Za-z0-9_]+)\s*:\s*)?(?:([A-Za-z]+)\b\s*(.*?))?\s*", re.DOTALL
)


@dataclass(slots=True)
class _Line:
    """An instruction, and the labels that it jumps to: jt and jf, or k."""

    insn: ClassicInsn
    line: int
    taken: str | None = None
    other: str | None = None
    always: str | None = None


def assemble(text: str) -> tuple[ClassicInsn, ...]:
    """Assemble the language of bpf_asm, one instruction per line. Raises AsmError with the line."""
    labels: dict[str, int] = {}
    lines: list[_Line] = []
    for number, line in enumerate(_without_comments(text).split("\n"), 1):
        match = _STATEMENT.fullmatch(line.strip())
        if match is None:
            _fail(number, f"cannot read {line.strip()!r}")
        label, mnemonic, rest = match.groups()
        if label is not None:
            if label in labels:
                _fail(number, f"label {label!r} is defined twice")
            labels[label] = len(lines)
        if mnemonic is not None:
            lines.append(_parse(number, mnemonic.lower(), rest))
    if len(lines) > BPF_MAXINSNS:
        _fail(lines[BPF_MAXINSNS].line, f"a filter has at most {BPF_MAXINSNS} instructions")
    return tuple(_resolve(index, line, labels) for index, line in enumerate(lines))


def _fail(line: int, message: str) -> NoReturn:
    raise AsmError(f"line {line}: {message}")


def _without_comments(text: str) -> str:
    text = re.sub(r"/\*.*?\*/", lambda match: "\n" * match[0].count("\n"), text, flags=re.DOTALL)
    return re.sub(r";[^\n]*|^#[^\n]*", "", text, flags=re.MULTILINE)


def _parse(line: int, mnemonic: str, rest: str) -> _Line:
    mnemonic = _SYNONYMS.get(mnemonic, mnemonic)
    if mnemonic == "jmp":
        return _Line(ClassicInsn(_BY_TEXT["jmp", "jump"].code), line, always=rest)
    if mnemonic in _IMMEDIATE:
        match = re.fullmatch("#?" + _NUMBER, rest.replace(" ", "").lower())
        if match is None:
            _fail(line, f"expected a number after {mnemonic}, not {rest!r}")
        return _Line(ClassicInsn(_IMMEDIATE[mnemonic], k=_integer(line, match[1])), line)
    first, *labels = (part.strip() for part in rest.split(","))
    base = _SWAPPED.get(mnemonic, mnemonic)
    row, k = _operand(line, base, first)
    if not row.branch:
        if labels:
            _fail(line, f"unexpected {labels[0]!r}")
        return _Line(ClassicInsn(row.code, k=k), line)
    if not 1 <= len(labels) <= (1 if mnemonic in _SWAPPED else 2):
        _fail(line, f"{mnemonic} takes {'one label' if mnemonic in _SWAPPED else 'one or two labels'}")
    if mnemonic in _SWAPPED:
        return _Line(ClassicInsn(row.code, k=k), line, other=labels[0])
    return _Line(ClassicInsn(row.code, k=k), line, taken=labels[0], other=labels[1] if labels[1:] else None)


def _operand(line: int, mnemonic: str, text: str) -> tuple[ClassicOpcode, int]:
    """The instruction that a mnemonic and its operand make, and k."""
    word = re.sub(r"\s+", "", text).lower()
    if not word and (mnemonic, "") in _BY_TEXT:
        return _BY_TEXT[mnemonic, ""], 0
    name = word.removeprefix("#")
    if name in _EXTENSIONS and (mnemonic, "abs") in _BY_TEXT:
        return _BY_TEXT[mnemonic, "abs"], (cop.SKF_AD_OFF + _EXTENSIONS[name]) & _U32
    if mnemonic == "ldx" and word.startswith("4*"):
        mnemonic = "ldxb"
    for operand, pattern in _OPERANDS:
        match = pattern.fullmatch(word)
        row = _BY_TEXT.get((mnemonic, operand))
        if match is not None and row is not None:
            return row, _integer(line, match[1]) if match.re.groups else 0
    if not any(known == mnemonic for known, _ in _BY_TEXT):
        _fail(line, f"{mnemonic!r} is no instruction")
    _fail(line, f"{mnemonic} does not take {text!r}" if text else f"{mnemonic} needs an operand")


def _integer(line: int, text: str) -> int:
    sign, digits = (-1, text[1:]) if text[0] == "-" else (1, text.removeprefix("+"))
    octal = len(digits) > 1 and digits.isdecimal() and digits[0] == "0"
    try:
        value = sign * int(digits, 8 if octal else 0)
    except ValueError:
        _fail(line, f"{text!r} is no number")
    if not -(1 << 31) <= value <= _U32:
        _fail(line, f"{text} does not fit into 32 bits")
    return value & _U32


def _resolve(index: int, line: _Line, labels: dict[str, int]) -> ClassicInsn:
    insn = line.insn
    if line.always is not None:
        return replace(insn, k=_distance(index, line, line.always, labels, _U32))
    if line.taken is not None:
        insn = replace(insn, jt=_distance(index, line, line.taken, labels, 0xFF))
    if line.other is not None:
        insn = replace(insn, jf=_distance(index, line, line.other, labels, 0xFF))
    return insn


def _distance(index: int, line: _Line, label: str, labels: dict[str, int], most: int) -> int:
    if label not in labels:
        _fail(line.line, f"there is no label {label!r}")
    distance = labels[label] - index - 1
    if distance < 0:
        _fail(line.line, f"label {label!r} lies behind; classic filters only jump forward")
    if distance > most:
        _fail(line.line, f"label {label!r} is {distance} instructions away; conditional jumps reach {most}")
    return distance
