"""Every program of an object through both verifiers: verdict, errno, message, whole log, processed count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from skep.errors import SkepError, errno_name
from skep.loader import ObjectSpec
from skep.loader.verdict import Verdict, verdict
from skep.syscall.backend import Backend
from tools.parity.corpus import as_tagged
from tools.parity.normalise import first_difference, normalise

#: What is compared, in the order in which it matters.
QUESTIONS = ("verdict", "message", "processed", "log")


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


def compare_object(
    spec: ObjectSpec, name: str, ours: Backend, theirs: Backend, *, log_level: int
) -> Iterator[Comparison]:
    """All programs of the object."""
    spec = as_tagged(spec)
    for program in spec.programs:
        yield compare_program(spec, name, program, ours, theirs, log_level=log_level)


def compare_program(
    spec: ObjectSpec, name: str, program: str, ours: Backend, theirs: Backend, *, log_level: int
) -> Comparison:
    """One program; what Linux cannot judge (no log, no verdict of the verifier) is excluded with the
    reason."""
    row = Comparison(name, program, None, None)
    try:
        row.linux = judge(spec, program, theirs, log_level)
    except SkepError as error:
        row.excluded = str(error)
        return row
    if row.linux.insns_processed is None and not row.linux.log:
        row.excluded = f"Linux refuses it before verification: {errno_name(row.linux.errno)}"
        return row
    try:
        row.skep = judge(spec, program, ours, log_level)
    except Exception as error:  # a verdict or nothing: whatever comes out is a finding
        row.crashed = f"{type(error).__name__}: {error}"
        row.agrees = dict.fromkeys(QUESTIONS, False)
        row.difference = row.crashed
        return row
    _compare(row, row.skep, row.linux)
    return row


def judge(spec: ObjectSpec, program: str, backend: Backend, log_level: int) -> Verdict:
    """At the asked level; a log that no buffer can hold is asked for again at a lower one."""
    found = verdict(spec, program, backend, log_level=log_level)
    if errno_name(found.errno) == "ENOSPC" and log_level:
        return judge(spec, program, backend, log_level >> 1)
    return found


def _compare(row: Comparison, ours: Verdict, theirs: Verdict) -> None:
    row.agrees["verdict"] = ours.errno == theirs.errno
    if not theirs.accepted:
        row.agrees["message"] = normalise(ours.message) == normalise(theirs.message)
    row.agrees["processed"] = ours.insns_processed == theirs.insns_processed
    found = first_difference(normalise(ours.log), normalise(theirs.log))
    row.agrees["log"] = found is None
    if found:
        line, mine, other = found
        row.difference = f"log line {line}: skep {mine!r}, Linux {other!r}"
    if not row.agrees["verdict"]:
        mine, other = (errno_name(v.errno) if v.errno else "accepted" for v in (ours, theirs))
        said = ours.message or theirs.message
        row.difference = f"skep {mine}, Linux {other} ({said}); {row.difference}"
