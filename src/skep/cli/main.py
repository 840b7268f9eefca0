"""The command `skep`: a table of commands, each in a module of its own that is imported when it is asked for.

Exit status: 0, 1 after an error (one message on standard error, JSON under -j), 2 for a call that cannot be
parsed.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from skep.errors import SkepError


@dataclass(frozen=True)
class Command:
    """A row of the command table. `module` offers `add_arguments(parser)` and `execute(args) -> int`."""

    name: str
    module: str
    help: str


COMMANDS = (
    Command("run", "skep.cli.run", "run a program over the packets of a capture"),
    Command("verify", "skep.cli.verify", "say what Linux's verifier would say"),
    Command("asm", "skep.cli.asm", "assemble BPF assembly to bytecode"),
    Command("disasm", "skep.cli.disasm", "print the instructions of an object file or of bytecode"),
    Command("btf", "skep.cli.btf", "show type information, as a list or as C"),
    Command("gen", "skep.cli.gen", "make skeletons out of object files, or one object out of several"),
    Command("vm", "skep.cli.vm", "run a bare, unverified instruction stream"),
)


def build_parser(chosen: str | None) -> argparse.ArgumentParser:
    """The whole parser; only the chosen command's module is imported for its arguments."""
    parser = argparse.ArgumentParser(
        prog="skep", description="The Linux BPF subsystem without a kernel and without root."
    )
    parser.add_argument("-V", "--version", action="store_true", help="print the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for row in COMMANDS:
        sub = commands.add_parser(
            row.name, help=row.help, description=row.help[0].upper() + row.help[1:] + "."
        )
        sub.add_argument("-j", "--json", action="store_true", help="print JSON")
        if row.name == chosen:
            module = importlib.import_module(row.module)
            module.add_arguments(sub)
            sub.set_defaults(execute=module.execute)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the command; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an ASCII terminal gets ? for what it cannot show
    words = list(sys.argv[1:] if argv is None else argv)
    names = {row.name for row in COMMANDS}
    parser = build_parser(next((word for word in words if word in names), None))
    args = parser.parse_args(words)
    if args.version:
        from importlib.metadata import version

        print(f"skep {version('skep')}")
        return 0
    if args.command is None:
        parser.print_help()
        return 0
    return run_command(args)


def run_command(args: argparse.Namespace) -> int:
    """Run it; what skep raises on purpose becomes one message, never a traceback."""
    try:
        status: int = args.execute(args)
        sys.stdout.flush()
        return status
    except SkepError as error:
        report(str(error), as_json=args.json)
    except BrokenPipeError:
        # The reader (head, less) has seen enough; keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        report("interrupted", as_json=args.json)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        report(f"{where}{error.strerror or error}", as_json=args.json)
    return 1


def report(message: str, *, as_json: bool) -> None:
    """bpftool's two shapes of an error."""
    if as_json:
        import json

        print(json.dumps({"error": message}))
    else:
        print(f"Error: {message}", file=sys.stderr)
