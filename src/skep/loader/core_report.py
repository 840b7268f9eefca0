"""CO-RE explained for an object: each relocation of each program, the source line that it comes from, and the
instruction before and after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..btf import Btf
from ..btf.core_explain import Explanation, explain
from ..btf.core_relo import CoreResolver
from ..errors import BtfError, LoaderError
from ..isa import Insn
from ..isa.disasm import format_insn
from .core import patch
from .specs import CoreReference, ObjectSpec, ProgramSpec


@dataclass(frozen=True, slots=True)
class ReportedRelocation:
    """`after` is empty where the object cannot be loaded."""

    program: str
    slot: int
    source: str
    before: str
    after: str
    explanation: Explanation

    def to_json(self) -> dict[str, Any]:
        names = ("program", "slot", "source", "before", "after")
        return {name: getattr(self, name) for name in names} | self.explanation.to_json()


@dataclass(frozen=True, slots=True)
class CoreReport:
    """An object against one target, which is named."""

    target: str
    relocations: list[ReportedRelocation]

    @property
    def counts(self) -> Counter[str]:
        """How many have each outcome."""
        return Counter(row.explanation.outcome for row in self.relocations)

    def to_json(self) -> dict[str, Any]:
        rows = [row.to_json() for row in self.relocations]
        return {"target": self.target, **self.counts, "relocations": rows}

    def text(self) -> str:
        """For people."""
        counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(self.counts.items()))
        parts = [f"{self.target}: {counts or 'no CO-RE relocations'}\n"]
        program = ""
        for row in self.relocations:
            if row.program != program:
                program = row.program
                parts.append(f"{program}:\n")
            parts.append(_text(row))
        return "".join(parts)


def _text(row: ReportedRelocation) -> str:
    found = row.explanation
    value = "" if found.value is None else f" = {found.value}"
    lines = [f"  ; {row.source}"] if row.source else []
    lines += [f"  {row.slot}: {row.before}  ->  {row.after or '(none)'}"]
    lines += [
        f"      {found.local}",
        f"      {found.outcome}{value}{f': {found.reason}' if found.reason else ''}",
    ]
    for candidate in found.candidates:
        fits = candidate.place or f"[{candidate.type_id}] does not fit: {candidate.reason}"
        lines.append(f"      - {fits}")
    return "\n".join(lines) + "\n"


def report(spec: ObjectSpec, target: Btf, name: str, programs: list[str] | None = None) -> CoreReport:
    """All relocations of an object, or of some of its programs."""
    chosen = [spec.programs[program] for program in programs or spec.programs]
    rows = [row for program in chosen for row in _rows(spec, program, target)]
    return CoreReport(name, rows)


def _rows(spec: ObjectSpec, program: ProgramSpec, target: Btf) -> Iterator[ReportedRelocation]:
    if spec.btf is None:
        return
    resolver = CoreResolver(spec.btf, target)
    known: dict[tuple[int, str, int], Explanation] = {}
    for reference in program.core:
        relo = reference.relo
        key = relo.type_id, relo.access, relo.kind
        if key not in known:
            known[key] = explain(spec.btf, target, relo)
        yield _row(spec, program, reference, resolver, known[key])


def _row(
    spec: ObjectSpec,
    program: ProgramSpec,
    reference: CoreReference,
    resolver: CoreResolver,
    explanation: Explanation,
) -> ReportedRelocation:
    insns, slot, after = list(program.insns), reference.slot, ""
    try:
        patch(insns, slot, resolver.resolve(reference.relo))
        after = _insn(insns, slot)
    except (BtfError, LoaderError) as error:
        if explanation.outcome != "refused":
            refused = {"outcome": "refused", "reason": str(error)}
            explanation = Explanation(**{**_fields(explanation), **refused})
    return ReportedRelocation(
        program.name, slot, _source(spec, program, slot), _insn(program.insns, slot), after, explanation
    )


def _fields(explanation: Explanation) -> dict[str, Any]:
    return {name: getattr(explanation, name) for name in Explanation.__slots__}


def _insn(insns: list[Insn] | tuple[Insn, ...], slot: int) -> str:
    return format_insn(insns, slot) if slot < len(insns) else ""


def _source(spec: ObjectSpec, program: ProgramSpec, slot: int) -> str:
    """The line of C that the instruction comes from."""
    lines = [line for line in program.line_info if line.slot <= slot]
    if not lines or spec.btf is None:
        return ""
    return f"{spec.btf.string(lines[-1].line_off).strip()} @ line {lines[-1].line_col >> 10}"
