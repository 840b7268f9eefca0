"""What became of each accepted program: skep's xlated instructions against Linux's, and against what the
program's source says of them.

Made equal before: offsets into kernel structures (of loads and stores that do not go to the stack), called
functions, ids of maps, addresses, and random numbers (BPF_F_TEST_RND_HI32).
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import skep
from skep.btf import types as t
from skep.cli.common import host_files
from skep.errors import SkepError
from skep.isa import Insn, decode
from skep.isa import opcodes as op
from skep.isa.codec import LD_IMM64
from skep.isa.disasm import format_insn
from skep.loader import ObjectSpec
from skep.loader.load import load
from skep.loader.verdict import only
from skep.syscall.backend import Backend
from skep.syscall.details import prog_details
from tools.parity.verify import Settings, tagged

_EXPECTED = "comment:test_expect_xlated="
_CALL = op.BPF_JMP | op.BPF_CALL
_PERCPU = op.BPF_ALU64 | op.BPF_MOV | op.BPF_X
_CONSTANT = op.BPF_ALU64 | op.BPF_MOV | op.BPF_K
_FP, _AX = 10, 11
_UPPER_HALF = Insn(op.BPF_ALU64 | op.BPF_LSH, _AX, 0, 0, 32)


@dataclass
class XlatedRow:
    """One program. `insns` is None on the side that refused it."""

    object: str
    program: str
    ours: tuple[Insn, ...] | None
    linux: tuple[Insn, ...] | None
    difference: str = ""  # "" also where there is nothing to compare
    unmet: str = ""  # the first expectation of the source that skep does not meet

    @property
    def judged(self) -> bool:
        return self.ours is not None and self.linux is not None

    @property
    def same_count(self) -> bool:
        return self.judged and len(self.ours or ()) == len(self.linux or ())


def xlated_all(paths: Sequence[Path], btf: Path | None, *, flags: int = 0, verbose: bool) -> int:
    """What both kernels make of every program that both accept; the exit status."""
    rows: list[XlatedRow] = []
    own = skep.Kernel(ncpus=os.cpu_count() or 1, engine="interp", btf=btf, files=host_files())
    with own as ours, skep.Linux() as theirs:
        for path in paths:
            with contextlib.suppress(SkepError):
                rows += compare_xlated(skep.open(path).spec, path.name, ours, theirs, flags)
    print_xlated(rows, verbose=verbose)
    return int(any(row.difference or row.unmet for row in rows))


def compare_xlated(
    spec: ObjectSpec, name: str, ours: Backend, theirs: Backend, flags: int = 0
) -> Iterator[XlatedRow]:
    """All programs of the object, with these prog_flags besides their own."""
    expected = expectations(spec)
    spec = tagged(spec, Settings(flags=flags))
    for program in spec.programs:
        row = XlatedRow(name, program, read(spec, program, ours), read(spec, program, theirs))
        if row.ours is not None and row.linux is not None:
            row.difference = difference(row.ours, row.linux)
        wanted = [] if flags else expected.get(program)
        # What this Linux does not do either was said of another one.
        if wanted and row.ours is not None and not (row.linux and unmet(row.linux, wanted)):
            row.unmet = unmet(row.ours, wanted)
        yield row


def read(spec: ObjectSpec, program: str, backend: Backend) -> tuple[Insn, ...] | None:
    """The program's instructions read back; None if it cannot be loaded."""
    try:
        loaded = load(only(spec, program), backend)
    except SkepError:
        return None
    try:
        return decode(prog_details(backend, loaded.programs[program]).xlated)
    finally:
        loaded.close(backend)


def comparable(insns: Sequence[Insn]) -> list[Insn]:
    """The instructions without what differs between two kernels."""
    made: list[Insn] = []
    for insn, after in pairwise([*insns, Insn(0)]):
        previous = made[-1] if made else Insn(op.BPF_JMP)
        klass = insn.code & 0x07
        wide = insn.code == LD_IMM64 or previous.code == LD_IMM64
        percpu = insn.code == _CONSTANT and after.code == _PERCPU and after.off == op.BPF_ADDR_PERCPU
        random = insn.code == _CONSTANT and insn.dst == _AX and after == _UPPER_HALF
        if wide or percpu or random or insn.code == _CALL:
            insn = replace(insn, imm=0)
        elif klass in (op.BPF_LDX, op.BPF_ST, op.BPF_STX) and _base(insn) != _FP:
            insn = replace(insn, off=0)
        made.append(insn)
    return made


def _base(insn: Insn) -> int:
    return insn.src if insn.code & 0x07 == op.BPF_LDX else insn.dst


def difference(ours: Sequence[Insn], linux: Sequence[Insn]) -> str:
    """The first, in words."""
    for index, (mine, other) in enumerate(zip(comparable(ours), comparable(linux), strict=False)):
        if mine != other:
            return f"instruction {index}: skep {shown(ours, index)!r}, Linux {shown(linux, index)!r}"
    if len(ours) != len(linux):
        return f"skep has {len(ours)} instructions, Linux {len(linux)}"
    return ""


def shown(insns: Sequence[Insn], index: int) -> str:
    return format_insn(insns, index) if insns[index].code else "the second slot"


def expectations(spec: ObjectSpec) -> dict[str, list[str]]:
    """Program -> the lines that its source wants to see, in order; those for one architecture only if it is
    x86-64.
    """
    found: dict[str, list[tuple[int, str]]] = {}
    arches: dict[str, set[str]] = {}
    if spec.btf is None:
        return {}
    for tag in spec.btf.types:
        if not isinstance(tag, t.DeclTag):
            continue
        function = spec.btf.get(tag.type).name
        if tag.name.startswith(_EXPECTED):
            number, _, text = tag.name.removeprefix(_EXPECTED).partition("=")
            found.setdefault(function, []).append((int(number), text))
        elif tag.name.startswith("comment:test_arch="):
            arches.setdefault(function, set()).add(tag.name.partition("=")[2])
    return {
        name: [text for _, text in sorted(lines)]
        for name, lines in found.items()
        if "X86_64" in arches.get(name, {"X86_64"})
    }


def unmet(insns: Sequence[Insn], expected: Sequence[str]) -> str:
    """The first expected line that is not there; lines follow each other, `...` is any number of them."""
    lines = [f"{i}: {_printed(insns, i)}" for i, insn in enumerate(insns) if insn.code]
    place, gap = 0, True
    for text in expected:
        if text.strip() == "...":
            gap = True
            continue
        pattern = re.compile(_regex(text))
        candidates = range(place, len(lines) if gap else min(place + 1, len(lines)))
        hit = next((i for i in candidates if pattern.search(lines[i])), None)
        if hit is None:
            return text
        place, gap = hit + 1, False
    return ""


def _printed(insns: Sequence[Insn], index: int) -> str:
    insn = insns[index]
    if insn.code == _CALL and insn.src == op.BPF_PSEUDO_CALL:
        return f"call pc{insn.off:+d}"
    return re.sub(r"^\(\w+\) ", "", format_insn(insns, index))


def _regex(text: str) -> str:
    """What stands in double braces is a regular expression already."""
    parts = re.split(r"\{\{(.*?)\}\}", text)
    return "".join(part if index % 2 else re.escape(part) for index, part in enumerate(parts))


def print_xlated(rows: Sequence[XlatedRow], *, verbose: bool) -> None:
    """How many are equal."""
    judged = [row for row in rows if row.judged]
    counts = sum(row.same_count for row in judged)
    equal = sum(not row.difference for row in judged)
    refused = sum(row.linux is not None and row.ours is None for row in rows)
    print(f"{'count':10} {counts:5} of {len(judged):5} equal")
    print(f"{'xlated':10} {equal:5} of {len(judged):5} equal")
    print(f"{'refused':10} {refused:5} (by skep, accepted by Linux)")
    for row in judged if verbose else judged[:0]:
        if row.difference:
            print(f"  {row.object} {row.program}: {row.difference}")
    for row in rows:
        if row.unmet:
            print(f"  {row.object} {row.program}: expects {row.unmet!r}")
