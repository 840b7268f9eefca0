"""Logs that Linux wrote for the programs of `*.bpf.c` here, and what skep explains of each.

`data/NAME.log` is the log at level 1 (of long ones both ends), `data/NAME.txt` the explanation.
`pytest tests/explain --update-data` asks the running Linux again and rewrites both.
"""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Final

from rich.console import Console
from tools.parity.privileges import KEPT, give_up_perfmon

import skep
from skep.explain import explain
from skep.explain.show import WIDTH, show
from skep.kernel.capable import Cap
from skep.loader import ObjectSpec
from skep.loader.verdict import verdict
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel

HERE: Final = Path(__file__).parent
DATA: Final = HERE / "data"
UNPRIVILEGED: Final = "unprivileged.bpf.c"
SOURCES: Final = ("rejected.bpf.c", "proprietary.bpf.c", UNPRIVILEGED)
VMLINUX: Final = Path("/sys/kernel/btf/vmlinux")
#: Where a map lies differs from load to load, and the number of a kernel function from kernel to kernel.
_ADDRESS: Final = re.compile(r"0xffff[0-9a-f]{12}\b")
_FUNCTION: Final = re.compile(r"(?<=[a-z_]#)\d{4,}\b")
_ENDS: Final = 120  # lines kept of each end of a log


@cache
def rejected(source: str) -> ObjectSpec:
    return skep.open(HERE / source).spec


def programs() -> dict[str, str]:
    """Program -> its source."""
    return {name: source for source in SOURCES for name in rejected(source).programs}


def names() -> list[str]:
    return sorted(path.stem for path in DATA.glob("*.log"))


def _steady(log: str) -> str:
    return _FUNCTION.sub("1234", _ADDRESS.sub("0xffff888000000000", log))


def rendered(log: str, name: str, width: int = WIDTH) -> str:
    """The explanation as it looks where there is no terminal."""
    found = explain(_steady(log))
    assert found is not None
    out = io.StringIO()
    show(found, Console(file=out, width=width, color_system=None), program=name)
    return out.getvalue()


def log_of(name: str, backend: Backend) -> str:
    return verdict(rejected(programs()[name]), name, backend, log_level=1).log


def on_skep(name: str) -> str:
    """The log of skep's kernel, with the running kernel's types where there are some."""
    caps = Cap(KEPT) if programs()[name] == UNPRIVILEGED else None
    with Kernel(caps=caps, btf=VMLINUX if VMLINUX.exists() else None) as kernel:
        return log_of(name, kernel)


def on_linux(name: str, linux: Backend) -> str:
    """The log of the running kernel; capabilities belong to threads, so one is there to lose them."""
    if programs()[name] != UNPRIVILEGED:
        return log_of(name, linux)
    with ThreadPoolExecutor(1, initializer=give_up_perfmon) as other:
        return other.submit(log_of, name, linux).result()


def update(linux: Backend) -> None:
    for old in DATA.glob("*"):
        old.unlink()
    for name in programs():
        lines = on_linux(name, linux).splitlines()
        kept = lines if len(lines) < 2 * _ENDS else lines[:_ENDS] + lines[-_ENDS:]
        log = _steady("\n".join(kept) + "\n")
        (DATA / f"{name}.log").write_text(log)
        (DATA / f"{name}.txt").write_text(rendered(log, name))
