"""Writes docs/kfuncs.md: every kernel function, which programs may call it, and what runs it.

python -m tools.gen_kfunc_docs [--check]
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from skep.kernel.kfuncs import proto
from skep.kernel.kfuncs.absent import ABSENT
from skep.kernel.kfuncs.entries import body_of
from skep.kernel.kfuncs.proto import HOOKS, KfuncRow
from skep.kernel.kfuncs.rows import ROWS
from skep.uapi import AttachType, ProgType

PAGE = Path(__file__).resolve().parent.parent / "docs" / "kfuncs.md"

#: What the flags of a row say.
_WORDS = {
    proto.KF_ACQUIRE: "result has to be released",
    proto.KF_RELEASE: "releases its argument",
    proto.KF_RET_NULL: "may return NULL",
    proto.KF_TRUSTED_ARGS: "trusted pointers only",
    proto.KF_SLEEPABLE: "sleepable programs only",
    proto.KF_DESTRUCTIVE: "needs CAP_SYS_BOOT",
    proto.KF_RCU: "trusted pointers, or those of an RCU section",
    proto.KF_ITER_NEW: "begins an iterator",
    proto.KF_ITER_NEXT: "next of an iterator",
    proto.KF_ITER_DESTROY: "ends an iterator",
    proto.KF_RCU_PROTECTED: "within an RCU section",
    proto.KF_FASTCALL: "keeps registers",
}

_HEAD = """# Kernel functions

<!-- Written by tools/gen_kfunc_docs.py; do not edit. -->

The functions of Linux 6.18 that programs may call by their BTF id, by name. What they take is in the kernel's
types. A program that calls one without a body is verified like any other, but a run that gets there fails and
says why.

Bodies: {bodies}. Groups of programs that have another name than their type:

{groups}

| function | programs | the verifier | body |
|---|---|---|---|
"""


def _groups() -> str:
    """Which types each group of programs has."""
    rows = (
        (hook, sorted(ProgType(number).name.lower() for number in types)) for hook, types in HOOKS.items()
    )
    return "\n".join(f"- {hook}: {', '.join(types)}" for hook, types in rows if types != [hook])


def _programs(row: KfuncRow) -> str:
    words = ", ".join(row.hooks) or "all"
    if row.attach_types:
        words += " (" + ", ".join(AttachType(number).name.lower() for number in row.attach_types) + ")"
    return words + (", bound to a device" if row.dev_bound else "")


def _checks(row: KfuncRow) -> str:
    words = [text for flag, text in _WORDS.items() if row.flags & flag]
    if row.changes_pkt_data:
        words.append("packet pointers end")
    return ", ".join(words)


def _body(name: str) -> str:
    return body_of(name) or f"no: {ABSENT[name]}"


def page() -> str:
    """The whole page."""
    rows = sorted(ROWS, key=lambda row: row.name)
    counts = Counter(body_of(row.name) or "none" for row in rows)
    bodies = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    lines = [f"| `{row.name}` | {_programs(row)} | {_checks(row)} | {_body(row.name)} |" for row in rows]
    return _HEAD.format(bodies=bodies, groups=_groups()) + "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="only say whether the page is up to date")
    if parser.parse_args().check:
        return int(not PAGE.exists() or PAGE.read_text() != page())
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
