"""`skep gen`: code made from object files, in bpftool's grammar.

::

    skep gen skeleton FILE [name NAME] [--language python|c] [--use-loader]
    skep gen subskeleton FILE [name NAME]
    skep gen object OUTPUT INPUT...
    skep gen min_core_btf INPUT OUTPUT OBJECT...
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from typing import Final

from skep.errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments: bpftool's words, and one option of skep's own."""
    parser.add_argument("verb", choices=sorted(_VERBS), help="what to make")
    parser.add_argument(
        "words",
        nargs="+",
        metavar="WORD",
        help="of a skeleton: FILE [name NAME], an object or C source; "
        "object: OUTPUT INPUT...; min_core_btf: INPUT OUTPUT OBJECT...",
    )
    parser.add_argument(
        "--language",
        choices=("python", "c"),
        default="python",
        help="of a skeleton: a Python module (default), or the header that bpftool writes",
    )
    parser.add_argument(
        "-L",
        "--use-loader",
        action="store_true",
        help="a light skeleton: it carries a BPF program that loads the object, not the object",
    )


def execute(args: argparse.Namespace) -> int:
    """The verb's function, with the words after it."""
    return _VERBS[args.verb](args)


def _file_and_name(words: Sequence[str]) -> tuple[str, str]:
    """FILE [name NAME]"""
    match words:
        case [file]:
            return file, ""
        case [file, "name", name]:
            return file, name
    raise InputError(f"expected FILE [name NAME], got '{' '.join(words)}'")


def _skeleton(args: argparse.Namespace) -> int:
    from skep.gen.facts import read_facts

    facts = read_facts(*_file_and_name(args.words))
    if args.language == "c" and args.use_loader:
        raise InputError("light skeletons are written in Python only; leave out --language c")
    if args.language == "c":
        from skep.gen.c_skeleton import c_skeleton

        return _print(args, c_skeleton(facts))
    from skep.gen.python_skeleton import python_skeleton

    return _print(args, python_skeleton(facts, light=args.use_loader))


def _subskeleton(args: argparse.Namespace) -> int:
    from skep.gen.c_subskeleton import c_subskeleton
    from skep.gen.facts import read_facts

    return _print(args, c_subskeleton(read_facts(*_file_and_name(args.words))))


def _object(args: argparse.Namespace) -> int:
    """OUTPUT INPUT..."""
    from skep.linker import link_files

    if len(args.words) < 2:
        raise InputError("expected OUTPUT INPUT...: the object to write, and those to link")
    output, *inputs = args.words
    linked = link_files(inputs)
    with open(output, "wb") as file:
        file.write(linked)
    if args.json:
        print("null")  # as bpftool does for what has no output
    return 0


def _min_core_btf(args: argparse.Namespace) -> int:
    """INPUT OUTPUT OBJECT...: of a kernel's types those that the objects' relocations need."""
    from pathlib import Path

    from skep.btf.core_min import min_core_btf
    from skep.elf.types import read_btf, read_with_ext

    if len(args.words) < 3:
        raise InputError("expected INPUT OUTPUT OBJECT...: a kernel's types, the file to write, and objects")
    source, output, *objects = args.words
    types = min_core_btf(read_btf(source), [read_with_ext(path) for path in objects])
    Path(output).write_bytes(types.data)
    if args.json:
        print("null")
    return 0


def _print(args: argparse.Namespace, text: str) -> int:
    print(json.dumps({"text": text}) if args.json else text, end="\n" if args.json else "")
    return 0


_VERBS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "min_core_btf": _min_core_btf,
    "object": _object,
    "skeleton": _skeleton,
    "subskeleton": _subskeleton,
}
