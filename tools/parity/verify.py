"""Every program of an object through both verifiers: verdict, errno, message, whole log, figures."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from skep.errors import SkepError, errno_name
from skep.loader import ObjectSpec
from skep.loader.verdict import Verdict, verdict
from skep.syscall.backend import Backend
from tools.parity.corpus import as_tagged
from tools.parity.normalise import first_difference, normalise

#: What is compared, in the order in which it matters.
QUESTIONS = ("verdict", "message", "processed", "states", "depth", "log")


@dataclass(frozen=True, slots=True)
class Settings:
    """How programs are loaded. `name` tells the settings apart in the list of known differences; the usual
    ones have none.
    """

    log_level: int = 2
    flags: int = 0  # more prog_flags for every program
    unprivileged: bool = False  # CAP_BPF without CAP_PERFMON
    btf: Path | None = None  # the kernel's types, for skep

    @property
    def name(self) -> str:
        parts = [
            f"level {self.log_level}" if self.log_level != 2 else "",
            f"flags {self.flags:#x}" if self.flags else "",
            "unprivileged" if self.unprivileged else "",
        ]
        return ", ".join(part for part in parts if part)


@dataclass
class Comparison:
    """One program on both. `agrees` has a row for each question that could be asked."""

    object: str
    program: str
    skep: Verdict | None
    linux: Verdict | None
    excluded: str = ""  # why Linux could not judge it
    crashed: str = ""  # what skep raised instead of a verdict
    agrees: dict[str, bool] = field(default_factory=dict)
    difference: str = ""

    @property
    def unsafe(self) -> bool:
        """skep accepts what Linux rejects."""
        return bool(self.skep and self.linux and self.skep.accepted and not self.linux.accepted)


def tagged(spec: ObjectSpec, settings: Settings) -> ObjectSpec:
    """The object as its own tags and the settings ask for it."""
    spec = as_tagged(spec)
    programs = {
        name: replace(program, flags=program.flags | settings.flags)
        for name, program in spec.programs.items()
    }
    return replace(spec, programs=programs)


def compare_program(
    spec: ObjectSpec, name: str, program: str, ours: Backend, theirs: Backend, settings: Settings
) -> Comparison:
    """One program; what Linux cannot judge (no log, no verdict of the verifier) is excluded with the
    reason."""
    row = Comparison(name, program, None, None)
    try:
        row.linux, level = judge(spec, program, theirs, settings.log_level)
    except SkepError as error:
        row.excluded = str(error)
        return row
    if row.linux.insns_processed is None and not row.linux.log:
        row.excluded = f"Linux refuses it before verification: {errno_name(row.linux.errno)}"
        return row
    try:
        row.skep = verdict(spec, program, ours, log_level=level)
    except Exception as error:  # a verdict or nothing: whatever comes out is a finding
        row.crashed = f"{type(error).__name__}: {error}"
        row.agrees = dict.fromkeys(QUESTIONS, False)
        row.difference = row.crashed
        return row
    _compare(row, row.skep, row.linux)
    # The logs of a corpus are gigabytes.
    row.skep, row.linux = replace(row.skep, log=""), replace(row.linux, log="")
    return row


def judge(spec: ObjectSpec, program: str, backend: Backend, log_level: int) -> tuple[Verdict, int]:
    """At the asked level, or at the next lower one for a log that no buffer can hold; with the level."""
    found = verdict(spec, program, backend, log_level=log_level)
    if errno_name(found.errno) == "ENOSPC" and log_level:
        return judge(spec, program, backend, log_level >> 1)
    return found, log_level


def _compare(row: Comparison, ours: Verdict, theirs: Verdict) -> None:
    row.agrees["verdict"] = ours.errno == theirs.errno
    if not theirs.accepted:
        row.agrees["message"] = normalise(ours.message) == normalise(theirs.message)
    row.agrees["processed"] = ours.insns_processed == theirs.insns_processed
    row.agrees["states"] = _states(ours) == _states(theirs)
    row.agrees["depth"] = ours.stack_depth == theirs.stack_depth
    found = first_difference(normalise(ours.log), normalise(theirs.log))
    row.agrees["log"] = found is None
    if found:
        line, mine, other = found
        row.difference = f"log line {line}: skep {mine!r}, Linux {other!r}"
    elif not row.agrees["depth"]:
        row.difference = f"stack depth: skep {ours.stack_depth}, Linux {theirs.stack_depth}"
    if not row.agrees["verdict"]:
        mine, other = (errno_name(v.errno) if v.errno else "accepted" for v in (ours, theirs))
        said = ours.message or theirs.message
        row.difference = f"skep {mine}, Linux {other} ({said}); {row.difference}"


def _states(found: Verdict) -> tuple[int | None, ...]:
    return found.max_states_per_insn, found.total_states, found.peak_states
