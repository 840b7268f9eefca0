"""An explanation on the terminal: colours there, the same text without them elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from skep.explain.explanation import Explanation, Hot
from skep.explain.history import Event, pointed_to
from skep.explain.log import Source

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 100
_SIGN = 1 << 63


def place_of(source: Source | None) -> str:
    return f"{source.file}:{source.line}" if source and source.file else ""


def state_in_words(register: str, state: str) -> str:
    """What a register holds, first in words, then as the verifier puts it."""
    if not state:
        return ""
    target = pointed_to(state)
    if "_or_null" in state:
        words = f"NULL or a pointer to {target}" if target else "NULL or a pointer"
    elif target:
        words = f"a pointer to {target}"
    elif state.startswith("scalar"):
        words = limits(state)
    else:
        words = "a known number" if state.lstrip("-").removeprefix("0x").isalnum() else ""
    return f"{register.lower()} is {words}: {state}" if words else f"{register.lower()} is {state}"


def limits(state: str) -> str:
    """The range of a scalar: `scalar(smin=umin=1,umax=0xff)`; what is not printed is not limited."""
    names: dict[str, int] = {}
    for chain, value in re.findall(r"((?:\w+=)+)(-?\w+)", state):
        if value.lstrip("-").removeprefix("0x").isalnum() and value.lstrip("-")[0].isdigit():
            names.update(dict.fromkeys(chain.rstrip("=").split("="), int(value, 0)))
    if names.get("umax", _SIGN) < _SIGN:
        return f"a number from {names.get('umin', 0)} to {names['umax']}"
    low, high = (names.get(name) for name in ("smin", "smax"))
    low = low - 2 * _SIGN if low is not None and low >= _SIGN else low
    if low is not None and high is not None:
        return f"a number from {low} to {high}"
    if low is not None or high is not None:
        return (
            f"a number of at least {low}" if high is None else f"a number of at most {high}, maybe negative"
        )
    return "any number"


class _Page:
    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = min(console.width, WIDTH)

    def put(self, *parts: tuple[str, str], indent: int = 2) -> None:
        """One paragraph, wrapped, without spaces at its lines' ends."""
        from rich.text import Text

        for line in Text.assemble(*parts).wrap(self.console, self.width - indent):
            line.rstrip()
            self.console.print(Text(" " * indent if line.plain else "") + line, soft_wrap=True)

    def heading(self, words: str) -> None:
        self.console.print()
        self.put((words, "bold cyan"), indent=0)

    def source(self, source: Source | None) -> None:
        if source is not None:
            where = place_of(source)
            self.put((f"{where}  " if where else "", "magenta"), (source.text, "bold"))


def show(found: Explanation, console: Console, *, program: str = "", errno: str = "") -> None:
    """Print one explanation; lines are at most 100 wide."""
    page = _Page(console)
    head = [("✗ ", "bold red"), (f"{program}: " if program else "", "bold"), (found.title, "bold red")]
    page.put(*head, (f"  [{errno}]" if errno else "", "dim"), indent=0)
    if found.step or found.source:
        page.heading("Where")
        page.source(found.source)
        if found.step:
            page.put((f"{found.step.insn}: ", "dim"), (found.step.asm, "green"))
        if words := state_in_words(found.register, found.state):
            page.put((words, "yellow"))
    if found.message:
        page.heading("What the verifier says")
        for line in found.message.split("\n"):
            page.put((line, "red"))
    page.heading("What it means")
    page.put((found.means, ""))
    _show_history(page, found.history)
    _show_heat(page, found.hot)
    page.heading("What would make it pass")
    page.put((found.way_out, ""))
    if found.code:
        console.print()
        for line in found.code.split("\n"):
            page.put((line, "green"), indent=6)


def _show_history(page: _Page, history: list[Event]) -> None:
    if not history:
        return
    page.heading("How it came to this")
    last: Source | None = None
    for event in history:
        if event.step.source is not None and event.step.source != last:
            page.source(event.step.source)
            last = event.step.source
        page.put(
            (f"{event.step.insn:>4}: ", "dim"),
            (f"{event.step.asm:<38} ", "green"),
            (event.what, ""),
            indent=4,
        )
        if event.state:
            scalar = event.state.startswith("scalar")
            state = (
                f"{event.register.lower()} is {limits(event.state)}"
                if scalar
                else f"{event.register}={event.state}"
            )
            page.put((state, "yellow"), indent=10)


def _show_heat(page: _Page, hot: list[Hot]) -> None:
    if not hot:
        return
    page.heading("Where the verifier was most often")
    for row in hot:
        low, high = row.insns
        insns = f"insn {low}" if low == high else f"insns {low} to {high}"
        page.put(
            (f"{row.visits:>9}  ", "bold yellow"),
            (f"{insns:<18}", "dim"),
            (place_of(row.source) + "  ", "magenta"),
            (row.source.text if row.source else "", ""),
        )
