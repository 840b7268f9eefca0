"""A verifier log as data: the steps of the path that ended in its last message.

The log is Linux's text (levels 1 and 2), from skep's verifier or from a kernel: nothing else is needed.
At level 1 it holds the path that failed and no other. At level 2 paths follow each other, and a line
`from 12 to 20:` goes back to where instruction 12 left the other branch open; what came after it there is
not part of the path.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_STEP: Final = re.compile(r"^(\d+): \(([0-9a-f]{2})\) (.*)$")
_STATE: Final = re.compile(r"^(\d+): (?=(?:frame\d+: )?(?:R\d|fp-|refs=|$))(.*)$")
_FROM: Final = re.compile(r"^from (\d+) to (\d+)(?: \(speculative execution\))?: ?(.*)$")
_SOURCE: Final = re.compile(r"^; (.*?)(?: @ (\S+?):(\d+))?$")
_ANNOTATION: Final = re.compile(r"\s*; ?(?=(?:frame\d+: )?(?:R\d+(?:_\w+)?=|fp-\d+(?:_\w+)?=|refs=|cb\b|$))")
#: A branch that was taken at level 1: what is known at its target stands behind it.
_MERGED: Final = re.compile(r"(?<= )(\d+): (?=(?:frame\d+: )?R\d)")
_VALUE: Final = re.compile(r"(?:(R\d+)|(fp-\d+))(?:_\w+)?=")
_FRAME: Final = re.compile(r"^frame(\d+): ")
#: A line of nothing but registers, as between the two sides of a call.
_REGISTERS: Final = re.compile(r"^ ?(?:frame\d+: )?(?:R\d+(?:_\w+)?=|fp-\d+(?:_\w+)?=|refs=)")
#: Statistics that stand at the end of a message, which has no newline of its own.
_GLUED: Final = re.compile(r"(?<=[^\s])(?:verification time \d+ usec|processed \d+ insns .*)$")
#: Lines that say nothing of why: what the log starts and ends with, and how precision was traced.
_NOISE: Final = re.compile(
    r"^(?:processed \d+ insns |verification time|stack depth|mark_precise: |func#\d+ @|Live regs before |"
    r"\s+\d+: [0-9.]{10} |propagating |(?:cur|old) state:|\s*$|.*: safe$|returning from callee:|"
    r"to caller at |caller:|callee:|Validating |Func#|arg#\d+ reference type\('UNKNOWN)"
)
#: Steps that are kept of a log; of programs that are too large the last ones tell enough.
MOST_STEPS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Source:
    """A line of the program's source, as line_info has it; `file` is "" where the log does not say."""

    text: str
    file: str = ""
    line: int = 0


@dataclass(eq=False, slots=True)
class Step:
    """One instruction on the path. `after` is what the log prints of registers and slots once it is done."""

    insn: int
    asm: str
    frame: int
    source: Source | None
    after: dict[str, str] = field(default_factory=dict)
    #: Of a call of the program's own function: what the callee starts with.
    entered: dict[str, str] = field(default_factory=dict)
    left_open: bool = True  # whether its other branch may still be taken up


@dataclass(slots=True)
class Log:
    """What a log says: the path, the message at its end, how often each instruction was visited."""

    path: list[Step]
    message: list[str]
    visits: Counter[int]
    sources: dict[int, Source]
    #: Registers at the start of the path.
    entry: dict[str, str]

    @property
    def last(self) -> Step | None:
        return self.path[-1] if self.path else None


def parse_state(text: str) -> dict[str, str]:
    """`R1=ctx() fp-8=scalar(id=1)` as register -> value; values have parentheses with spaces in them."""
    found: dict[str, str] = {}
    at = 0
    while match := _VALUE.search(text, at):
        end, depth = match.end(), 0
        while end < len(text) and (depth or text[end] != " "):
            depth += (text[end] == "(") - (text[end] == ")")
            end += 1
        found[match[1] or match[2]] = text[match.end() : end]
        at = end
    return found


class _Reader:
    def __init__(self) -> None:
        self.path: list[Step] = []
        self.message: list[str] = []
        self.visits: Counter[int] = Counter()
        self.sources: dict[int, Source] = {}
        self.entry: dict[str, str] = {}
        self.source: Source | None = None
        self.frame = 0

    def line(self, line: str) -> None:
        if step := _STEP.match(line):
            self._step(int(step[1]), step[3])
        elif branch := _FROM.match(line):
            self._branch(int(branch[1]), branch[3])
        elif state := _STATE.match(line):
            self._state(state[2])
        elif line.startswith("; ") and (source := _SOURCE.match(line)):
            self.source = Source(
                " ".join(source[1].rstrip(" \\").split()), source[2] or "", int(source[3] or 0)
            )
        elif line.startswith("Validating "):
            self.path, self.entry, self.source, self.frame = [], {}, None, 0
        elif line == "callee:":
            self.frame += 1
        elif line.startswith("to caller at "):
            self.frame = max(self.frame - 1, 0)
        elif _REGISTERS.match(line):
            self._registers(line.lstrip())
        elif not _NOISE.match(line):
            self.message.append(_GLUED.sub("", line).strip())

    def _step(self, insn: int, rest: str) -> None:
        asm, annotation = rest, ""
        if merged := _MERGED.search(rest):
            asm, annotation = rest[: merged.start()], rest[merged.end() :]
        elif found := _ANNOTATION.search(rest):
            asm, annotation = rest[: found.start()], rest[found.end() :]
        if frame := _FRAME.match(annotation):
            self.frame = int(frame[1])
        self.message = []
        self.visits[insn] += 1
        if self.source is not None:
            self.sources.setdefault(insn, self.source)
        step = Step(insn, asm.rstrip(), self.frame, self.source, parse_state(annotation))
        self.path.append(step)
        if len(self.path) > 2 * MOST_STEPS:
            del self.path[:MOST_STEPS]

    def _branch(self, insn: int, state: str) -> None:
        """Back to where the other branch of an instruction was left open."""
        for at in range(len(self.path) - 1, -1, -1):
            if self.path[at].insn == insn and self.path[at].left_open:
                self.path[at].left_open = False
                if state != "safe":
                    del self.path[at + 1 :]
                break
        self.message = []
        if state != "safe":
            self._state(state)

    def _state(self, text: str) -> None:
        """All that is known before the next instruction, of which the line says the frame."""
        frame = _FRAME.match(text)
        self.frame = int(frame[1]) if frame else 0
        self._known(self.frame, parse_state(text))

    def _registers(self, text: str) -> None:
        """One side of a call; of the caller before it and the callee after it nothing is new."""
        frame = _FRAME.match(text)
        if self.frame == (int(frame[1]) if frame else 0):
            self._known(self.frame, parse_state(text))

    def _known(self, frame: int, values: dict[str, str]) -> None:
        """It belongs to the step before: a call's, where it was entered or left in between."""
        if not self.path:
            self.entry = values
        elif frame > self.path[-1].frame:
            self.path[-1].entered = values
        else:
            step = next((step for step in reversed(self.path) if step.frame == frame), self.path[-1])
            step.after = {**step.after, **values}


def parse(text: str) -> Log:
    """The log's last path; a log cut at its start or end is read as far as it goes."""
    reader = _Reader()
    for line in _lines(text):
        reader.line(line)
    return Log(reader.path, reader.message[-4:], reader.visits, reader.sources, reader.entry)


def _lines(text: str) -> Iterator[str]:
    """Lines without what surrounds a pasted log: time stamps of dmesg, the frame that libbpf puts around."""
    for line in text.splitlines():
        line = re.sub(r"^(?:libbpf: |\[\s*\d+\.\d+\] )", "", line).rstrip()
        if not line.startswith(("-- BEGIN PROG LOAD LOG", "-- END PROG LOAD LOG", "prog '")):
            yield line
