"""An explanation on the terminal: colours there, the same text without them elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from skep.explain.explanation import Explanation, Hot
from skep.explain.history import Event
from skep.explain.log import Source
from skep.explain.words import quantity, sentence

if TYPE_CHECKING:
    from rich.console import Console

WIDTH: Final = 100
_ASM: Final = 32  # columns for an instruction, if what is said of it fits beside
_NUMBER: Final = 8  # ... for its number


def place_of(source: Source | None) -> str:
    """`file.c:12`, as far as it is known."""
    return f"{source.file}:{source.line}" if source and source.file else ""


class _Page:
    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = min(console.width, WIDTH)

    def put(self, *parts: tuple[str, str], indent: int = 2, hang: int = 0) -> None:
        """One paragraph, wrapped; lines after the first are `hang` further in, and none ends in spaces."""
        lines = Text.assemble(*parts).wrap(self.console, self.width - indent - hang)
        for number, line in enumerate(lines):
            line.rstrip()
            space = indent + (hang if number else 0)
            self.console.print(Text(" " * space if line.plain else "") + line, soft_wrap=True)

    def heading(self, words: str) -> None:
        self.console.print()
        self.put((words, "bold cyan"), indent=0)

    def source(self, source: Source | None) -> None:
        if source is not None:
            where = place_of(source)
            self.put((f"{where}  " if where else "", "magenta"), (source.text, "bold"), hang=4)

    def step(self, insn: int | None, asm: str, words: str) -> None:
        """An instruction, and what is to be said of it: beside it, or below where that is too narrow."""
        number = f"{insn}: ".rjust(_NUMBER) if insn is not None else " " * _NUMBER
        room = self.width - _NUMBER - _ASM - 1
        if words and len(asm) <= _ASM and len(words) <= room:
            self.put((number, "dim"), (asm.ljust(_ASM) + " ", "green"), (words, "yellow"), indent=0)
            return
        if asm:
            self.put((number, "dim"), (asm, "green"), indent=0)
        if words:
            self.put((words, "yellow"), indent=_NUMBER + 4)

    def code(self, text: str) -> None:
        self.console.print()
        for line in text.split("\n"):
            self.console.print(Text(" " * 6 + line if line else "", style="green"), soft_wrap=True)


def show(found: Explanation, console: Console, *, program: str = "", errno: str = "") -> None:
    """Print one explanation; lines are at most 100 wide."""
    page = _Page(console)
    head = [("✗ ", "bold red"), (f"{program}: " if program else "", "bold"), (found.title, "bold red")]
    page.put(*head, (f"  [{errno}]" if errno else "", "dim"), indent=0)
    _show_place(page, found)
    if found.message:
        page.heading("What the verifier says")
        for line in found.message.split("\n"):
            page.put((line, "red"), hang=2)
    page.heading("What it means")
    page.put((found.means, ""))
    _show_history(page, found.history)
    _show_heat(page, found.hot)
    page.heading("What would make it pass")
    page.put((found.way_out, ""))
    if found.code:
        page.code(found.code)


def _show_place(page: _Page, found: Explanation) -> None:
    if found.step is None and found.source is None:
        return
    page.heading("Where")
    page.source(found.source)
    if found.step:
        page.step(found.step.insn, found.step.asm, "")
    elif found.insn is not None:
        page.step(found.insn, "", "")
    for name, state in found.registers.items():
        words = sentence(name.lower(), state)
        if words and name != "R10":
            page.put((words, "yellow"), indent=_NUMBER)


def _show_history(page: _Page, history: list[Event]) -> None:
    if not history:
        return
    page.heading("How it came to this")
    last: Source | None = None
    for event in history:
        if event.step is None:
            page.put((event.words, "yellow"))
            continue
        if event.step.source is not None and event.step.source != last:
            page.source(event.step.source)
            last = event.step.source
        page.step(event.step.insn, event.step.asm, event.words)


def _show_heat(page: _Page, hot: list[Hot]) -> None:
    if not hot:
        return
    page.heading("Where the verifier was most often")
    for row in hot:
        low, high = row.insns
        insns = f"insn {low}" if low == high else f"insns {low} to {high}"
        page.put(
            (f"{quantity(row.visits, 'visit'):>14}  ", "bold yellow"),
            (f"{insns:<16}", "dim"),
            (place_of(row.source) + "  " if row.source else "", "magenta"),
            (row.source.text if row.source else "", ""),
            hang=16,
        )
