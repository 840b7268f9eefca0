"""Reading assembly text: statements, tokens, and the integer expressions that LLVM's assembler knows.

White space means nothing within a statement (`*(u32*)(r10-4)=r1` is fine), `;` and newlines end one; `#`,
`//` and `/* */` are comments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

from skep.errors import AsmError

_TOKEN: Final = re.compile(
    r"""
      (?P<space>[ \t\r\f\v]+)
    | (?P<comment>\#[^\n]*|//[^\n]*|/\*.*?\*/)
    | (?P<end>[\n;])
    | (?P<string>"(?:[^"\\\n]|\\.)*")
    | (?P<number>(?:0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)U?L{0,2})(?![A-Za-z0-9_.$])
    | (?P<local>[0-9]+[bf])(?![A-Za-z0-9_.$])
    | (?P<char>'(?:[^'\\\n]|\\.)')
    | (?P<name>[A-Za-z_.$@][A-Za-z0-9_.$@]*)
    | (?P<mark><<|>>|==|!=|<=|>=|[-+*/%&|^~!<>=()\[\],:])
    """,
    re.VERBOSE | re.DOTALL,
)
#: How deep expressions nest and how long numbers are at most: far beyond use, short of Python's limits.
_MAX_DEPTH: Final = 64
_MAX_DIGITS: Final = 64

_ESCAPES: Final = {"n": 10, "t": 9, "r": 13, "b": 8, "f": 12, "0": 0}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of assembly text. `kind` is the name of its group in the pattern above."""

    kind: str
    text: str
    line: int


def statements(text: str) -> Iterator[list[Token]]:
    """The tokens of each statement that has any."""
    found: list[Token] = []
    line, position = 1, 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise AsmError(f"line {line}: cannot read {text[position : position + 20].splitlines()[0]!r}")
        kind, word = str(match.lastgroup), match.group()
        if kind == "end":
            if found:
                yield found
            found = []
        elif kind not in ("space", "comment"):
            found.append(Token(kind, word, line))
        line += word.count("\n")
        position = match.end()
    if found:
        yield found


#: Binary operators of expressions, by how tightly they bind, as in GNU and LLVM assembly.
_BINARY: Final[Mapping[str, tuple[int, Callable[[int, int], int]]]] = {
    "*": (3, lambda a, b: a * b),
    "/": (3, lambda a, b: abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)),
    "%": (3, lambda a, b: abs(a) % abs(b) * (1 if a >= 0 else -1)),
    "<<": (3, lambda a, b: a << (b & 63)),
    ">>": (3, lambda a, b: a >> (b & 63)),
    "|": (2, lambda a, b: a | b),
    "^": (2, lambda a, b: a ^ b),
    "&": (2, lambda a, b: a & b),
    "+": (1, lambda a, b: a + b),
    "-": (1, lambda a, b: a - b),
}


class Cursor:
    """A position in one statement, with the small questions that a parser asks."""

    def __init__(self, tokens: list[Token], symbols: Mapping[str, int]) -> None:
        self._tokens = tokens
        self._symbols = symbols
        self._next = 0
        self._depth = 0
        self.line = tokens[0].line

    def fail(self, message: str) -> NoReturn:
        """Give up on this statement."""
        raise AsmError(f"line {self.line}: {message}")

    def peek(self, ahead: int = 0) -> Token | None:
        """The token that comes, or one after it."""
        index = self._next + ahead
        return self._tokens[index] if index < len(self._tokens) else None

    def text(self, ahead: int = 0) -> str:
        """The text of a coming token, empty at the end."""
        token = self.peek(ahead)
        return token.text if token else ""

    def take(self) -> Token:
        """The next token, which must be there."""
        token = self.peek()
        if token is None:
            self.fail(f"{self._whole()!r} ends too early")
        self._next += 1
        return token

    def accept(self, *texts: str) -> bool:
        """Move past these tokens if they come next."""
        for ahead, text in enumerate(texts):
            if self.text(ahead) != text:
                return False
        self._next += len(texts)
        return True

    def expect(self, *texts: str) -> None:
        """Move past these tokens, which must come next."""
        for text in texts:
            if not self.accept(text):
                self.fail(f"expected {text!r} {self._where()}")

    def finish(self) -> None:
        """Nothing may follow."""
        if self.peek() is not None:
            self.fail(f"unexpected {self.text()!r} in {self._whole()!r}")

    def is_reference(self) -> bool:
        """Whether a label comes next: a name that is no number."""
        token = self.peek()
        return token is not None and token.kind in ("name", "local") and token.text not in self._symbols

    def ends_with(self, text: str) -> bool:
        """Whether this is the last token of the statement."""
        return self._tokens[-1].text == text

    def name(self) -> str:
        """The next token, which must be a name."""
        token = self.peek()
        if token is None or token.kind not in ("name", "local"):
            self.fail(f"expected a name {self._where()}")
        self._next += 1
        return token.text

    def expression(self) -> int:
        """An integer expression of numbers, characters, defined symbols and operators."""
        return self._binary(1)

    def _binary(self, level: int) -> int:
        value = self._unary()
        while True:
            operator = _BINARY.get(self.text())
            if operator is None or operator[0] < level:
                return value
            symbol = self.take().text
            right = self._binary(operator[0] + 1)
            if right == 0 and symbol in "/%":
                self.fail("division by zero in an expression")
            value = operator[1](value, right)

    def _unary(self) -> int:
        token = self.peek()
        if token is None or (token.kind == "mark" and token.text not in "-+~("):
            self.fail(f"expected a number {self._where()}")
        self._next += 1
        if token.kind == "mark":
            return self._marked(token.text)
        if token.kind == "number":
            if len(token.text) > _MAX_DIGITS:
                self.fail(f"the number {token.text[:16]}... is too long")
            return _integer(token.text)
        if token.kind == "char":
            body = token.text[1:-1]
            return _ESCAPES.get(body[1], ord(body[1])) if body[0] == "\\" else ord(body)
        if token.text not in self._symbols:
            self.fail(f"{token.text!r} is not defined; expected a number")
        return self._symbols[token.text]

    def _marked(self, mark: str) -> int:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            self.fail("the expression nests too deep")
        value = self.expression() if mark == "(" else self._unary()
        if mark == "(":
            self.expect(")")
        self._depth -= 1
        return -value if mark == "-" else ~value if mark == "~" else value

    def _whole(self) -> str:
        return " ".join(token.text for token in self._tokens)

    def _where(self) -> str:
        got = self.text()
        return f"but got {got!r} in {self._whole()!r}" if got else f"at the end of {self._whole()!r}"


def _integer(text: str) -> int:
    digits = text.rstrip("UL")
    if digits[:2] in ("0x", "0X", "0b", "0B"):
        return int(digits, 0)
    return int(digits, 8 if digits[0] == "0" and not set(digits) & {"8", "9"} else 10)
