"""`skep verify`: every program of an object through the verifier, skep's own or (--linux) the machine's."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from skep.cli.common import (
    add_backend_arguments,
    add_object_arguments,
    chosen_programs,
    kernel_types,
    open_backend,
    open_spec,
)
from skep.loader.verdict import Verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    add_object_arguments(parser)
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


def execute(args: argparse.Namespace) -> int:
    """Exit status 0 if all are accepted, 1 if one is not."""
    from skep.loader.verdict import verdict

    spec = open_spec(args)
    args.engine = "interp"  # nothing runs, so nothing needs native code
    with open_backend(args, btf=None if args.linux else kernel_types(args.btf)) as backend:
        rows = [
            verdict(spec, name, backend, log_level=args.log_level) for name in chosen_programs(args, spec)
        ]
    if args.json:
        print(json.dumps([row.to_json() for row in rows]))
    else:
        for row in rows:
            print_verdict(row)
    return 0 if all(row.accepted for row in rows) else 1


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
