"""Writes docs/helpers.md: every helper with its prototype, who may call it, what runs it, and what it does.

All of it comes from the tables: the rows of helpers, the program types, the bodies.

    python -m tools.gen_helper_docs [--check]
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from skep.kernel.helpers import types as t
from skep.kernel.helpers.entries import body_of
from skep.kernel.helpers.proto import HelperProto
from skep.kernel.helpers.registry import PROTOS, ROWS
from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.registry import PROG_TYPES
from skep.uapi import ProgType

PAGE = Path(__file__).resolve().parent.parent / "docs" / "helpers.md"

_ARGUMENTS = {
    t.ARG_CONST_MAP_PTR: "map",
    t.ARG_PTR_TO_MAP_KEY: "key",
    t.ARG_PTR_TO_MAP_VALUE: "value",
    t.ARG_PTR_TO_MEM: "memory",
    t.ARG_PTR_TO_ARENA: "arena",
    t.ARG_CONST_SIZE: "size",
    t.ARG_CONST_SIZE_OR_ZERO: "size or 0",
    t.ARG_PTR_TO_CTX: "context",
    t.ARG_ANYTHING: "number",
    t.ARG_PTR_TO_SPIN_LOCK: "spin lock",
    t.ARG_PTR_TO_SOCK_COMMON: "common socket",
    t.ARG_PTR_TO_SOCKET: "socket",
    t.ARG_PTR_TO_BTF_ID: "kernel object",
    t.ARG_PTR_TO_RINGBUF_MEM: "record",
    t.ARG_CONST_ALLOC_SIZE_OR_ZERO: "constant size or 0",
    t.ARG_PTR_TO_BTF_ID_SOCK_COMMON: "common socket",
    t.ARG_PTR_TO_PERCPU_BTF_ID: "per-CPU variable",
    t.ARG_PTR_TO_FUNC: "function",
    t.ARG_PTR_TO_STACK: "stack",
    t.ARG_PTR_TO_CONST_STR: "constant string",
    t.ARG_PTR_TO_TIMER: "timer",
    t.ARG_KPTR_XCHG_DEST: "kernel pointer field",
    t.ARG_PTR_TO_DYNPTR: "dynptr",
}
_RESULTS = {
    t.RET_INTEGER: "number",
    t.RET_VOID: "nothing",
    t.RET_PTR_TO_MAP_VALUE: "value",
    t.RET_PTR_TO_SOCKET: "socket",
    t.RET_PTR_TO_TCP_SOCK: "TCP socket",
    t.RET_PTR_TO_SOCK_COMMON: "common socket",
    t.RET_PTR_TO_MEM: "memory",
    t.RET_PTR_TO_MEM_OR_BTF_ID: "memory or kernel object",
    t.RET_PTR_TO_BTF_ID: "kernel object",
}

_HEAD = """# Helpers

<!-- Written by tools/gen_helper_docs.py; do not edit. -->

The helpers of Linux 6.18, by number. A program that calls one without a body is verified like any other, but
a run that gets there fails and names it.

A prototype shows what the verifier wants in each argument register. "out" is memory that the helper fills.
Program types are those that may call the helper with all capabilities; "all" are those that every type has.
"""


def prototype(row: HelperProto) -> str:
    """`bpf_name(what, what) → what`, in words."""
    arguments = ", ".join(_argument(row, place) for place in range(len(row.args)))
    return f"{row.bpf_name}({arguments}) → {_result(row)}"


def _argument(row: HelperProto, place: int) -> str:
    kind = row.args[place]
    words = _ARGUMENTS[t.base_type(kind)]
    btf = row.arg_btf[place] if row.arg_btf else ""
    if btf and btf != "*":
        words = f"struct {btf}"
    if row.arg_sizes and row.arg_sizes[place]:
        words = f"{row.arg_sizes[place]} bytes"
    out = (
        "out " if kind & t.MEM_WRITE and t.base_type(kind) in (t.ARG_PTR_TO_MEM, t.ARG_PTR_TO_DYNPTR) else ""
    )
    return out + words + (" or NULL" if kind & t.PTR_MAYBE_NULL else "")


def _result(row: HelperProto) -> str:
    named = row.ret_btf and row.ret_btf != "*"
    words = f"struct {row.ret_btf}" if named else _RESULTS[t.base_type(row.ret)]
    return words + (" or NULL" if row.ret & t.PTR_MAYBE_NULL else "")


def _callers(helper: int) -> str:
    if helper in COMMON:
        return "all"
    types = [
        ProgType(number).name.lower()
        for number, row in PROG_TYPES.items()
        if any(helper in variant.helpers for variant in row.variants)
    ]
    return ", ".join(types) or "none that can be loaded here"


def _other_rows(common: HelperProto) -> list[str]:
    """The prototypes that hold in some program types alone."""
    lines = []
    for row in ROWS:
        if row.id != common.id or row is common or prototype(row) == prototype(common):
            continue
        types = ", ".join(ProgType(number).name.lower() for number in row.only_in)
        lines.append(f"`{prototype(row)}` in {types or 'sleepable programs'}")
    return lines


def _facts(row: HelperProto) -> str:
    body = body_of(row.id)
    facts = [f"Linux {row.since}", f"{body} body" if body else "no body"]
    if any(other.gpl_only for other in ROWS if other.id == row.id):
        facts.append("GPL only")
    if row.might_sleep:
        facts.append("sleepable programs only")
    return " · ".join(facts)


def _entry(row: HelperProto) -> str:
    lines = [f"## {row.id} · {row.name}", "", f"`{prototype(row)}`  "]
    lines += [line + "  " for line in _other_rows(row)]
    lines += [f"{_facts(row)}  ", f"Program types: {_callers(row.id)}", "", row.doc]
    if row.absent:
        lines += ["", f"No body: {row.absent}"]
    return "\n".join(lines) + "\n"


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(_entry(PROTOS[helper]) for helper in sorted(PROTOS))])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="only say whether the page is up to date")
    if parser.parse_args().check:
        return int(not PAGE.exists() or PAGE.read_text() != page())
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page())
    bodies = Counter(body_of(helper) or "no" for helper in PROTOS)
    print(", ".join(f"{count} with {kind} body" for kind, count in sorted(bodies.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
