"""The assembler: text in LLVM's BPF syntax to instruction slots.

Labels (`name:`, and numeric ones that are referred to as `1b` and `1f`) are jump targets, subprograms for
`call`, and callbacks for `r2 = name ll`. Symbols, given by the caller or by `.set name, value`, are
numbers: helper ids, map descriptors, offsets. There is one stream of code and no data: sections, relocations
and BTF are a compiler's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from skep.errors import AsmError
from skep.isa import asm_insn
from skep.isa.asm_text import Cursor, Token, statements
from skep.isa.codec import decode
from skep.isa.insn import Insn

#: What compilers put around code and what changes nothing about it.
_IGNORED: Final = frozenset(
    (
        *(".text", ".globl", ".global", ".local", ".weak", ".hidden", ".type", ".size"),
        *(".p2align", ".align", ".balign", ".file", ".ident", ".addrsig", ".addrsig_sym"),
        *(".loc", ".cfi_startproc", ".cfi_endproc"),
    )
)


@dataclass(frozen=True, slots=True)
class _Reference:
    """A slot that waits for the distance to a label."""

    index: int
    field: str
    label: str
    line: int


def assemble(text: str, symbols: Mapping[str, int] | None = None) -> tuple[Insn, ...]:
    """Assemble a program. Raises AsmError with the line of what is wrong."""
    assembly = _Assembly(dict(symbols or {}))
    for tokens in statements(text):
        assembly.statement(tokens)
    return assembly.resolve()


class _Assembly:
    """The slots so far, where the labels are, and what refers to them."""

    def __init__(self, symbols: dict[str, int]) -> None:
        self.symbols = symbols
        self.slots: list[Insn] = []
        self.labels: dict[str, int] = {}
        self.numeric: dict[str, list[int]] = {}
        self.references: list[_Reference] = []

    def statement(self, tokens: list[Token]) -> None:
        """Take labels, then a directive or an instruction."""
        while len(tokens) > 1 and tokens[1].text == ":":
            self._label(tokens[0])
            tokens = tokens[2:]
        if not tokens:
            return
        at = Cursor(tokens, self.symbols)
        if tokens[0].text.startswith("."):
            self._directive(at)
            return
        parsed = asm_insn.parse(at)
        if parsed.label is not None:
            self.references.append(_Reference(len(self.slots), parsed.field, parsed.label, at.line))
        self.slots += parsed.slots

    def _label(self, token: Token) -> None:
        here = len(self.slots)
        if token.kind == "number":
            self.numeric.setdefault(token.text, []).append(here)
        elif token.kind != "name":
            raise AsmError(f"line {token.line}: {token.text!r} cannot be a label")
        elif token.text in self.labels or token.text in self.symbols:
            raise AsmError(f"line {token.line}: {token.text!r} is defined twice")
        else:
            self.labels[token.text] = here

    def _directive(self, at: Cursor) -> None:
        name = at.take().text
        if name in _IGNORED:
            return
        if name in (".set", ".equ"):
            symbol = at.name()
            at.expect(",")
            self.symbols[symbol] = at.expression()
        elif name in (".8byte", ".quad"):
            self._raw(at)
        elif name == ".section":
            self._section(at)
        else:
            at.fail(f"directive {name} is not supported; one stream of code is assembled, without data")
        at.finish()

    def _raw(self, at: Cursor) -> None:
        while True:
            value = at.expression()
            if not -(1 << 63) <= value < 1 << 64:
                at.fail(f"{value} does not fit into 8 bytes")
            self.slots += decode((value & (1 << 64) - 1).to_bytes(8, "little"))
            if not at.accept(","):
                return

    def _section(self, at: Cursor) -> None:
        words: list[str] = []
        while at.peek() is not None:
            words.append(at.take().text)
        if '"ax"' not in words and words[0:1] != [".text"]:
            at.fail(f"section {words[0] if words else ''} holds no code; only code can be assembled here")

    def resolve(self) -> tuple[Insn, ...]:
        """Put the distances in."""
        for reference in self.references:
            distance = self._find(reference) - (reference.index + 1)
            slot = self.slots[reference.index]
            if reference.field == "imm":
                self.slots[reference.index] = replace(slot, imm=distance)
            elif -(1 << 15) <= distance < 1 << 15:
                self.slots[reference.index] = replace(slot, off=distance)
            else:
                raise AsmError(
                    f"line {reference.line}: {reference.label} is {distance} slots away, "
                    "too far for 16 bits; gotol reaches farther"
                )
        return tuple(self.slots)

    def _find(self, reference: _Reference) -> int:
        label = reference.label
        if label[0].isdigit():
            places = self.numeric.get(label[:-1], [])
            if label[-1] == "b":
                found = [place for place in places if place <= reference.index][-1:]
            else:
                found = [place for place in places if place > reference.index][:1]
            if found:
                return found[0]
        elif label in self.labels:
            return self.labels[label]
        raise AsmError(f"line {reference.line}: {label!r} is neither a label nor a given symbol")
