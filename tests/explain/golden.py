"""Logs that Linux wrote for the programs of `rejected.bpf.c`, and what skep explains of each.

`data/NAME.log` is the log at level 1 (of long ones both ends), `data/NAME.txt` the explanation.
`pytest tests/explain --update-data` asks the running Linux again and rewrites both.
"""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

from rich.console import Console

import skep
from skep.explain import explain
from skep.explain.show import WIDTH, show
from skep.loader import ObjectSpec
from skep.loader.verdict import verdict
from skep.syscall.backend import Backend

HERE = Path(__file__).parent
DATA = HERE / "data"
#: Where a map lies differs from load to load.
_ADDRESS = re.compile(r"0xffff[0-9a-f]{12}\b")
_ENDS = 120  # lines kept of each end of a log


@cache
def rejected() -> ObjectSpec:
    return skep.open(HERE / "rejected.bpf.c").spec


def names() -> list[str]:
    return sorted(path.stem for path in DATA.glob("*.log"))


def rendered(log: str, name: str, width: int = WIDTH) -> str:
    """The explanation as it looks where there is no terminal."""
    found = explain(_ADDRESS.sub("0xffff888000000000", log))
    assert found is not None
    out = io.StringIO()
    show(found, Console(file=out, width=width, color_system=None), program=name)
    return out.getvalue()


def log_of(name: str, backend: Backend) -> str:
    return verdict(rejected(), name, backend, log_level=1).log


def update(linux: Backend) -> None:
    for name in rejected().programs:
        lines = log_of(name, linux).splitlines()
        kept = lines if len(lines) < 2 * _ENDS else lines[:_ENDS] + lines[-_ENDS:]
        log = _ADDRESS.sub("0xffff888000000000", "\n".join(kept) + "\n")
        (DATA / f"{name}.log").write_text(log)
        (DATA / f"{name}.txt").write_text(rendered(log, name))
