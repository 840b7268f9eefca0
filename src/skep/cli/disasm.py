"""`skep disasm`: instructions of an object or of raw bytecode, in the syntax of the kernel or of LLVM."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skep.isa import Insn
    from skep.loader import ProgramSpec


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "object",
        metavar="FILE",
        help="object file, C source, raw bytecode (any other name), or - for hex on stdin",
    )
    parser.add_argument("--program", action="append", metavar="NAME", help="only this program (repeatable)")
    parser.add_argument("--syntax", choices=("kernel", "llvm"), default="kernel", help="default: kernel")


def execute(args: argparse.Namespace) -> int:
    """Print program by program; raw bytecode has no name."""
    programs = from_object(args) if args.object.endswith((".o", ".c")) else {"": from_bytes(args.object)}
    texts = {name: text_of(insns, args.syntax) for name, insns in programs.items()}
    if args.json:
        print(json.dumps([{"program": name, "insns": text.splitlines()} for name, text in texts.items()]))
        return 0
    for name, text in texts.items():
        if name:
            print(f"{name}:")
        print(text.rstrip("\n"))
    return 0


def from_object(args: argparse.Namespace) -> dict[str, tuple[Insn, ...]]:
    """`name (section)` to instructions, for the chosen programs."""
    from skep.cli.common import chosen_programs, open_spec

    spec = open_spec(args)

    def title(program: ProgramSpec) -> str:
        return f"{program.name} ({program.section})"

    rows = [spec.programs[name] for name in chosen_programs(args, spec)]
    return {title(row): row.insns for row in rows}


def from_bytes(path: str) -> tuple[Insn, ...]:
    """Raw bytecode of a file, or hex on standard input."""
    from skep.cli.vm import parse_hex
    from skep.isa import decode

    if path == "-":
        return decode(parse_hex(sys.stdin.read(), "standard input"))
    return decode(Path(path).read_bytes())


def helper_name(insn: Insn) -> str | None:
    """`bpf_map_lookup_elem` for a call of helper 1."""
    from skep.uapi import FuncId

    known = insn.src == 0 and insn.imm in set(FuncId)
    return f"bpf_{FuncId(insn.imm).name}" if known else None


def text_of(insns: tuple[Insn, ...], syntax: str) -> str:
    """The listing; slots are numbered as in the verifier's log."""
    from skep.isa.disasm import format_program

    return format_program(insns, "llvm" if syntax == "llvm" else "kernel", call_name=helper_name)
