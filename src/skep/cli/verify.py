"""`skep verify`: every program of an object through the verifier, skep's own or (--linux) the machine's.

`--explain` says in words why one is rejected; with `--log FILE` of a log that a kernel wrote somewhere else.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skep.cli.common import (
    add_backend_arguments,
    chosen_programs,
    kernel_types,
    open_backend,
    open_spec,
)
from skep.errors import InputError
from skep.loader.verdict import Verdict

if TYPE_CHECKING:
    from skep.explain import Explanation
    from skep.loader import ObjectSpec


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "object",
        metavar="OBJECT",
        nargs="?",
        help="an object file (.o) or C source (.c), unless --log",
    )
    add_backend_arguments(parser)
    parser.add_argument("--program", action="append", metavar="NAME", help="only this program (repeatable)")
    parser.add_argument(
        "--btf",
        type=Path,
        metavar="FILE",
        help="types of the kernel that skep's stands for (default: /sys/kernel/btf/vmlinux, where readable)",
    )
    parser.add_argument(
        "--log-level",
        type=int,
        choices=range(8),
        default=0,
        help="bits: 1 branches, 2 every instruction, 4 statistics; 0 prints the verdict alone (default)",
    )

    parser.add_argument(
        "--explain",
        action="store_true",
        help="say why a program is rejected: where, how it came to it, what would make it pass",
    )
    parser.add_argument(
        "--log",
        metavar="FILE",
        help="explain this verifier log, of any kernel (-: standard input)",
    )


def execute(args: argparse.Namespace) -> int:
    """Exit status 0 if all are accepted, 1 if one is not."""
    from skep.loader.verdict import verdict

    if args.log is not None:
        return explain_log(args)
    if args.object is None:
        raise InputError("name an object file or C source, or a log with --log FILE")
    spec = open_spec(args)
    args.engine = "interp"  # nothing runs, so nothing needs native code
    level = args.log_level | (args.explain and not args.log_level & 3)
    with open_backend(args, btf=None if args.linux else kernel_types(args.btf)) as backend:
        rows = [verdict(spec, name, backend, log_level=level) for name in chosen_programs(args, spec)]
    reasons = [_explained(row, spec) if args.explain else None for row in rows]
    if level != args.log_level:
        rows = [dataclasses.replace(row, log="") for row in rows]
    if args.json:
        print(json.dumps([_json(row, why, args) for row, why in zip(rows, reasons, strict=True)]))
    else:
        for row, why in zip(rows, reasons, strict=True):
            if why is None:
                print_verdict(row)
            else:
                print(row.log, end="\n" if row.log else "")
                show_explanation(why, f"{row.program} ({row.section})", row.errno)
    return 0 if all(row.accepted for row in rows) else 1


def explain_log(args: argparse.Namespace) -> int:
    """A log alone: what it says, as far as it carries."""
    from skep.explain import explain

    try:
        text = sys.stdin.read() if args.log == "-" else Path(args.log).read_text(errors="replace")
    except OSError as error:
        raise InputError(f"{args.log}: {error.strerror}") from error
    found = explain(text)
    if args.json:
        print(json.dumps({"explanation": found.to_json() if found else None}))
    elif found is None:
        print(f"{args.log}: no rejection in it; the log of a refused program ends with the reason")
    else:
        show_explanation(found, "", 0)
    return 0 if found is None else 1


def _explained(row: Verdict, spec: ObjectSpec) -> Explanation | None:
    from skep.explain import Source, explain

    if row.accepted:
        return None
    places = {}
    if spec.btf is not None:
        for line in spec.programs[row.program].line_info:
            file, text = spec.btf.string(line.file_off), spec.btf.string(line.line_off)
            places[line.slot] = Source(" ".join(text.split()), file.rpartition("/")[2], line.line_col >> 10)
    return explain(row.log, errno=row.errno, places=places)


def _json(row: Verdict, why: Explanation | None, args: argparse.Namespace) -> dict[str, Any]:
    return row.to_json() | ({"explanation": why.to_json() if why else None} if args.explain else {})


def show_explanation(found: Explanation, program: str, errno: int) -> None:
    """In colours on a terminal, plain and 100 wide (or $COLUMNS) elsewhere."""
    from rich.console import Console

    from skep.errors import errno_name
    from skep.explain.show import WIDTH, show

    known = sys.stdout.isatty() or "COLUMNS" in os.environ
    console = Console(width=None if known else WIDTH)
    show(found, console, program=program, errno=errno_name(errno) if errno else "")
    print()


def print_verdict(row: Verdict) -> None:
    """The log as it is, then one line with the verdict."""
    from skep.errors import errno_name

    if row.log:
        print(row.log, end="" if row.log.endswith("\n") else "\n")
    verdict = "accepted" if row.accepted else f"rejected with {errno_name(row.errno)}"
    figures = [
        f"{row.insns_processed} insns processed" if row.insns_processed is not None else "",
        f"{row.total_states} states (peak {row.peak_states})" if row.total_states is not None else "",
        f"stack {row.stack_depth}" if row.stack_depth else "",
        f"{row.xlated_insns} insns xlated" if row.xlated_insns is not None else "",
        f"{row.verification_time_us} µs" if row.verification_time_us is not None else "",
    ]
    print(f"{row.program} ({row.section}): {verdict}; {', '.join(filter(None, figures))}")
    if row.message and not row.log:
        print(f"  {row.message}")
