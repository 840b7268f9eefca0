"""`make parity`: the same programs on skep and on Linux; a table of agreement and each difference.

    python -m tools.parity [--corpus DIR]... [--only PATTERN] [--jobs N] [--json FILE] [--xlated] [OBJECT...]

Without objects: golden cases and programs of the verifier's tests, and the examples, which also run over the
capture. `--corpus` adds every object below DIR. The exit status is 1 for a difference that
known_differences.toml does not have, for one that it has and that is none, and if skep accepts anything that
Linux rejects. `--xlated` compares the instructions that the fixups leave.
"""

from __future__ import annotations

import argparse
import dataclasses
import fnmatch
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TextIO

import skep
from skep.cli.common import kernel_types
from skep.syscall.linux import why_not
from tools.parity.golden import compare_golden
from tools.parity.known import read_known, unexpected
from tools.parity.pool import Subject, compare_all
from tools.parity.runs import compare_example
from tools.parity.summary import conclusion, print_summary
from tools.parity.verify import Comparison, Settings
from tools.parity.xlated import xlated_all

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.bpf.c"))
PROGRAMS = sorted((ROOT / "tests" / "verifier" / "programs").glob("*.bpf.c"))
CAPTURE = ROOT / "examples" / "traffic.pcap"


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.parity")
    parser.add_argument("objects", nargs="*", type=Path, help="object files or C sources")
    parser.add_argument("--corpus", type=Path, action="append", default=[], help="also every *.o below it")
    parser.add_argument("--only", default="*", help="pattern of the objects' file names")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: CPUs)")
    parser.add_argument("--limit", type=float, default=600, help="seconds for one program (default: 600)")
    parser.add_argument("--log-level", type=int, default=2)
    parser.add_argument("--flags", type=lambda text: int(text, 0), default=0, help="more prog_flags for all")
    parser.add_argument("--unprivileged", action="store_true", help="CAP_BPF without CAP_PERFMON")
    parser.add_argument(
        "--json", type=Path, help="write every comparison to this file, a line as each is done"
    )
    parser.add_argument("--btf", type=Path, help="kernel types for skep (default: the running kernel's)")
    parser.add_argument("--xlated", action="store_true", help="compare what became of the programs instead")
    parser.add_argument("--verbose", action="store_true", help="print the differences that are known, too")
    return parser.parse_args()


def main() -> int:
    """Compare, print, exit."""
    args = arguments()
    if reason := why_not():
        print(f"nothing compared: {reason}", file=sys.stderr)
        return 0
    if args.xlated:
        paths = [subject.path for subject in subjects(args)]
        return xlated_all(paths, kernel_types(args.btf), flags=args.flags, verbose=args.verbose)
    settings = Settings(args.log_level, args.flags, args.unprivileged, kernel_types(args.btf))
    own = not args.objects and args.only == "*" and not settings.name
    started = time.monotonic()
    rows = verify_all(subjects(args), settings, args)
    print_summary(rows, time.monotonic() - started, len(read_known(settings.name)))
    failures = print_differences(rows, settings, verbose=args.verbose)
    if own:
        failures += run_own()
    print(conclusion(failures))
    return 1 if failures else 0


def subjects(args: argparse.Namespace) -> list[Subject]:
    """What is asked for, the largest first, so that no process is left alone with one at the end."""
    named = args.objects or ([] if args.corpus and args.only != "*" else [*EXAMPLES, *PROGRAMS])
    found = [Subject(path.name, path) for path in named]
    for corpus in args.corpus:
        found += [Subject(f"{corpus.name}/{path.relative_to(corpus)}", path) for path in corpus.rglob("*.o")]
    chosen = [subject for subject in found if fnmatch.fnmatch(subject.path.name, args.only)]
    return sorted(chosen, key=lambda subject: (-subject.path.stat().st_size, subject.name))


def verify_all(chosen: list[Subject], settings: Settings, args: argparse.Namespace) -> list[Comparison]:
    """Every program of every object through both verifiers, in the order of their names."""
    rows: list[Comparison] = []
    into = args.json.open("w") if args.json else None
    try:
        for row in compare_all(chosen, settings, jobs=args.jobs, limit=args.limit):
            rows.append(row)
            report(row, len(rows), into)
    finally:
        if into:
            into.close()
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return sorted(rows, key=lambda row: (row.object, row.program))


def report(row: Comparison, number: int, into: TextIO | None) -> None:
    """One program is done."""
    if sys.stderr.isatty():
        print(f"\r\033[K{number} {row.object} {row.program}", end="", file=sys.stderr, flush=True)
    if into:
        into.write(json.dumps(dataclasses.asdict(row) | {"unsafe": row.unsafe}) + "\n")
        into.flush()


def print_differences(rows: list[Comparison], settings: Settings, *, verbose: bool) -> int:
    """Those that are findings, and how many findings there are."""
    known = read_known(settings.name)
    new, gone = unexpected(rows, known)
    findings = Counter((object_, program) for object_, program, _ in new)
    for row in rows:
        if (row.object, row.program) in findings or row.unsafe:
            print(f"  {row.object} {row.program}: {row.difference}")
        elif verbose and row.difference:
            print(f"  {row.object} {row.program}: known: {row.difference}")
    for object_, program, question in gone:
        print(f"  {object_} {program}: {question} is listed as a known difference, but is equal")
    unsafe = sum(row.unsafe for row in rows)
    return len(new) + len(gone) + unsafe


def run_own() -> int:
    """The golden cases, and the examples over the capture; how many differ."""
    failures = 0
    examples: list[tuple[str, str]] = []
    with skep.Kernel(ncpus=os.cpu_count() or 1) as ours, skep.Linux() as theirs:
        count, differing = compare_golden(ours, theirs)
        equal = count - len(differing)
        print(f"{'golden':10} {equal:5} of {count:5}            own small cases, verdict and log as on Linux")
        for line in differing:
            print(f"  {line}")
        for path in EXAMPLES:
            for program, found in compare_example(path, CAPTURE, ours, theirs).items():
                examples.append((f"{path.name} {program}", found))
    same, count = sum(not found for _, found in examples), len(examples)
    print(f"{'examples':10} {same:5} of {count:5}            return values, packets and maps over a capture")
    for name, found in examples:
        if found:
            print(f"  {name}: {found}")
            failures += 1
    return failures + len(differing)


if __name__ == "__main__":
    raise SystemExit(main())
