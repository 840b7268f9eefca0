"""`skep vm`: run a bare instruction stream, as the conformance suites of the field drive their engines.

The stream is hex on standard input; the memory block is hex on the command line; r1 is its address, r2 its
length. Nothing verifies the program: the interpreter checks every access as it goes, native code trusts the
program.
"""

from __future__ import annotations

import argparse
import json
import sys

from skep.errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("memory", nargs="?", default="", help="memory block as hex digits")
    parser.add_argument(
        "--engine", choices=("jit", "interp"), default="jit", help="what runs it (default: jit)"
    )


def parse_hex(text: str, what: str) -> bytes:
    """Bytes of hex digits; white space does not matter."""
    try:
        return bytes.fromhex("".join(text.split()))
    except ValueError as error:
        raise InputError(f"{what} is not hex: {error}") from None


def execute(args: argparse.Namespace) -> int:
    """Run it and print r0 in hex."""
    from skep.isa import decode
    from skep.syscall.inproc import run_bare

    program = decode(parse_hex(sys.stdin.read(), "the program on standard input"))
    result = run_bare(program, parse_hex(args.memory, "the memory block"), engine=args.engine)
    print(json.dumps({"r0": result}) if args.json else f"{result:x}")
    return 0
