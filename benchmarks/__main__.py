"""`make bench`: ratios against Linux in the same run, a table on the terminal and bench.json.

    python -m benchmarks [--only SUITE]... [--corpus DIR] [--output bench.json]

A suite that needs a kernel with bpf(2) says so and is left out where there is none. A missed target does
not fail the run: figures of noisy machines are read by people.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import time
from pathlib import Path

from benchmarks.report import Figure, print_figures
from skep.syscall.linux import why_not

#: Modules with `run() -> list[Figure]`, and whether they measure against Linux.
SUITES = {
    "native": True,
    "maps": True,
    "traffic": False,
    "compile": False,
    "startup": False,
    "core": True,
    "btf": True,
    "verifier": True,
}


def main() -> int:
    """Run the suites, print, write JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--only", action="append", choices=SUITES, help="run only this suite (repeatable)")
    parser.add_argument("--corpus", help="more objects for the verifier's suite (default: $SKEP_CORPUS)")
    parser.add_argument("--output", default="bench.json", help="JSON goes here (default: bench.json)")
    args = parser.parse_args()
    if args.corpus:
        os.environ["SKEP_CORPUS"] = args.corpus
    figures: list[Figure] = []
    no_linux = why_not()
    for name in args.only or SUITES:
        if SUITES[name] and no_linux:
            print(f"{name} skipped: {no_linux}", file=sys.stderr)
            continue
        started = time.perf_counter()
        print(f"{name} … ", end="", file=sys.stderr, flush=True)
        figures += importlib.import_module(f"benchmarks.{name}").run()
        print(f"{time.perf_counter() - started:.1f} s", file=sys.stderr)
    print_figures(figures)
    machine = {
        "kernel": platform.release(),
        "machine": platform.machine(),
        "python": platform.python_version(),
    }
    Path(args.output).write_text(
        json.dumps({"machine": machine, "figures": [f.to_json() for f in figures]}, indent=1) + "\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
