"""`skep asm`: assembly text in LLVM's syntax to bytecode."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("source", nargs="?", default="-", help="assembly file; - is standard input (default)")
    parser.add_argument("-o", "--output", help="write raw bytecode here instead of hex to standard output")
    parser.add_argument("--big-endian", action="store_true", help="encode for bpfeb")


def execute(args: argparse.Namespace) -> int:
    """Assemble; hex, one instruction slot a line, unless -o or -j."""
    from skep.isa import encode
    from skep.isa.asm import assemble

    text = sys.stdin.read() if args.source == "-" else Path(args.source).read_text()
    code = encode(assemble(text), "big" if args.big_endian else "little")
    if args.output:
        Path(args.output).write_bytes(code)
    elif args.json:
        print(json.dumps({"slots": len(code) // 8, "code": code.hex()}))
    else:
        print("\n".join(code[i : i + 8].hex(" ") for i in range(0, len(code), 8)))
    return 0
