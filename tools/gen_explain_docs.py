"""Writes docs/explain.md: the kinds of rejection that `skep verify --explain` knows, with an example of each.

The examples are the programs of tests/explain, the texts what the tests hold skep to.

    python -m tools.gen_explain_docs [--check]
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Final

from skep.explain import KINDS

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "explain.md"
EXAMPLES: Final = ROOT / "tests" / "explain"

_FUNCTION: Final = re.compile(r'^SEC\(".*"\)\n.*?\b(\w+)\(.*\n(?:.*\n)*?^}\n', re.MULTILINE)

_HEAD: Final = """\
# Why the verifier says no

<!-- Written by tools/gen_explain_docs.py; do not edit. -->

`skep verify --explain prog.bpf.c` says of each program that is rejected where, what led there, and what
would make it pass: the source line and the instruction, what the registers held that are to blame, which
instructions and branches made them so, and the way out. `--linux` asks the running Linux instead of skep,
and `--log FILE` explains a log that any kernel wrote (`-`: standard input). With `-j` it is JSON: `kind` is
one of the names below and stays, as do the other keys.

A log at level 1 is enough; the more it holds (source lines, states), the more is said. Where skep knows no
more than the message, the kind is `other`.

| kind | |
|---|---|
"""


def _functions() -> dict[str, str]:
    """Name -> definition, of all programs that have an explanation."""
    found = {}
    for path in sorted(EXAMPLES.glob("*.bpf.c")):
        for match in re.finditer(
            r'^SEC\(".*"\)\n.*?\b(\w+)\(.*\n(?:.*\n)*?^}\n', path.read_text(), re.MULTILINE
        ):
            found[match[1]] = match[0]
    return found


def _explained(kind: str) -> str:
    """The golden text; "" where there is none."""
    golden = EXAMPLES / "data" / f"{kind.replace('-', '_')}.txt"
    return golden.read_text().removeprefix("✗ ") if golden.exists() else ""


def _row(name: str, title: str) -> str:
    text = _explained(name)
    if not text:
        return f"| {name} | {re.sub('{.*?}', '…', title)} |\n"
    return f"| [{name}](#{name}) | {text.partition(': ')[2].partition(chr(10))[0]} |\n"


def page() -> str:
    """The whole page."""
    functions = _functions()
    examples = [
        f"\n## {kind.name}\n\n"
        f"```c\n{functions[kind.name.replace('-', '_')].expandtabs(4)}```\n\n```text\n{text}```\n"
        for kind in KINDS
        if (text := _explained(kind.name))
    ]
    return _HEAD + "".join(_row(kind.name, kind.title) for kind in KINDS) + "".join(examples)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools.gen_explain_docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="say whether the page is up to date")
    if parser.parse_args().check:
        return int(PAGE.read_text() != page())
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
