"""Every program of every object through libbpf and through skep's loader, on Linux, and what each asked for.

    python -m tools.parity.libbpf [--library FILE] [--only PATTERN] [--jobs N] [--show N] PATH...

Compared, for each program alone: whether it loads, the instructions (with the descriptors of maps in the
order of their first use), function and line records, license, flags, types and attach targets; the maps that
were made; the object's types. A gcc is needed for the recorder, and a libbpf.so: distributions have one.
"""

from __future__ import annotations

import argparse
import ctypes.util
import fnmatch
import os
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from skep.syscall.linux import why_not
from tools.parity.libbpf.compare import QUESTIONS, Row, compare
from tools.parity.libbpf.record import build_recorder


def objects(paths: list[Path], only: str) -> list[Path]:
    """Object files at or below the paths."""
    found = [file for path in paths for file in (sorted(path.rglob("*.o")) if path.is_dir() else [path])]
    return [path for path in found if fnmatch.fnmatch(path.name, only)]


def report(rows: list[Row], show: int) -> int:
    """Differences, then a line for each question; how many programs differ."""
    differing = [row for row in rows if row.differences]
    for row in differing[:show]:
        for question, text in row.differences.items():
            print(f"{row.file} {row.program}: {question}: {text}")
    asked: Counter[str] = Counter(question for row in rows for question in row.asked)
    wrong: Counter[str] = Counter(question for row in rows for question in row.differences)
    for question in QUESTIONS:
        equal = asked[question] - wrong[question]
        share = f"{100 * equal / asked[question]:.2f} %" if asked[question] else "-"
        print(f"{question:14} {equal:6} of {asked[question]:6}  {share}")
    return len(differing)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.parity.libbpf", description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path, help="object files, or folders of them")
    parser.add_argument("--library", default=ctypes.util.find_library("bpf"), help="libbpf.so")
    parser.add_argument("--only", default="*", help="pattern of the objects' file names")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--show", type=int, default=50, help="how many differing programs to print")
    args = parser.parse_args()
    reason = why_not() or ("" if args.library else "no libbpf.so is installed")
    if reason:
        print(f"nothing compared: {reason}", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(args.jobs) as pool:
        recorder = build_recorder(Path(folder))
        one = partial(compare, recorder, args.library)
        rows = [row for found in pool.map(one, objects(args.paths, args.only)) for row in found]
    return 1 if report(rows, args.show) else 0


if __name__ == "__main__":
    raise SystemExit(main())
