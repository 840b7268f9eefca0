"""What a benchmark says: one row per figure, with the target it has to reach."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One measured value. `target` is an upper bound (lower is better) unless `at_least`; None: for
    information."""

    suite: str
    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False
    detail: str = ""

    @property
    def reached(self) -> bool | None:
        """Is the target reached? None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    def to_json(self) -> dict[str, Any]:
        """The row of bench.json."""
        return {**asdict(self), "reached": self.reached}


def print_figures(figures: list[Figure]) -> None:
    """A table on the terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table("suite", "figure", "value", "target", "", "how", box=None, pad_edge=False)
    for figure in figures:
        sign = "≥" if figure.at_least else "≤"
        target = "" if figure.target is None else f"{sign} {figure.target:g}"
        mark = {None: "", True: "[green]ok[/]", False: "[red]MISSED[/]"}[figure.reached]
        table.add_row(
            figure.suite, figure.name, f"{figure.value:.3g} {figure.unit}", target, mark, figure.detail
        )
    Console(width=None).print(table)


def peak_kib() -> int:
    """The most memory that this process held, in KiB. VmHWM starts anew with exec; ru_maxrss still counts
    what the parent held when it forked."""
    return int(re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[0])
