"""Types of a whole kernel: written as C against bpftool, listed, deduplicated as they grow in number.

Times are CPU time, of processes with all that starting them costs. What is deduplicated is what an encoder
has before it: the same headers' types again and again, once for each file of a program.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import Figure
from skep.btf import Btf
from skep.btf.dedup import dedup
from skep.btf.merge import merge
from skep.cc import compile
from skep.kernel.vmlinux import OWN_TYPES
from skep.loader.kernel_view import VMLINUX

ROUNDS = 3
SKEP = (sys.executable, "-m", "skep")
DUMP = ("btf", "dump", "file", VMLINUX, "format")
#: How many files a program is made of, each with all types of skep's own kernel.
COPIES = (1, 2, 4, 8)


def cpu_seconds(command: list[str], output: Path) -> float:
    """User and system time of a command; the middle one of a few runs."""
    samples = []
    for _ in range(ROUNDS):
        before = os.times()
        with output.open("wb") as file:
            subprocess.run(command, check=True, stdout=file)
        after = os.times()
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        samples.append(spent)
    return statistics.median(samples)


def dumps() -> list[Figure]:
    """Both programs' time for each form, and whether their text is the same."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "skep.h"), Path(folder, "bpftool.h")
        for form in ("c", "raw"):
            mine = cpu_seconds([*SKEP, *DUMP, form], ours)
            other = cpu_seconds(["bpftool", *DUMP, form], theirs)
            how = f"{mine:.2f} s to {other:.2f} s"
            target = 10 if form == "c" else None
            figures.append(
                Figure("btf", f"dump vmlinux, {form}", mine / other, "x bpftool", target, detail=how)
            )
            pairs = zip(ours.read_bytes().split(b"\n"), theirs.read_bytes().split(b"\n"), strict=False)
            different = sum(a != b for a, b in pairs) + (ours.stat().st_size != theirs.stat().st_size)
            figures.append(Figure("btf", f"lines that differ, {form}", different, "lines", target=0))
    return figures


def header_compiles() -> Figure:
    """The header of the whole kernel, through the compiler."""
    with tempfile.TemporaryDirectory() as folder:
        header = Path(folder, "whole_vmlinux.h")
        with header.open("wb") as file:
            subprocess.run([*SKEP, *DUMP, "c"], check=True, stdout=file)
        source = Path(folder, "x.bpf.c")
        source.write_text('#include "whole_vmlinux.h"\nstruct task_struct task;\n')
        started = time.perf_counter()
        compile(source)
        return Figure("btf", "the header compiles", time.perf_counter() - started, "s")


def scaling(types: Btf) -> list[Figure]:
    """What each further file costs, as there are more of them."""
    figures, costs, first = [], [], 0.0
    for copies in COPIES:
        merged = merge([types] * copies)
        started = time.thread_time()
        result = dedup(merged)
        spent = time.thread_time() - started
        assert len(result.btf.types) <= len(types.types)
        if copies == 1:
            first = spent
        else:
            costs.append((spent - first) / (copies - 1))
        how = f"{len(merged.types)} types"
        figures.append(Figure("btf", f"dedup of {copies} files", spent, "s", detail=how))
    growth = costs[-1] / costs[0]
    figures.append(Figure("btf", "dedup: a file among many to one of two", growth, "x", target=1.3))
    return figures


def run() -> list[Figure]:
    """All of it; against bpftool where there is one and the kernel shows its types."""
    if not Path(VMLINUX).exists():
        raise PermissionError(f"{VMLINUX} does not exist")
    against = dumps() if shutil.which("bpftool") else []
    return [*against, header_compiles(), *scaling(Btf.from_file(OWN_TYPES))]
