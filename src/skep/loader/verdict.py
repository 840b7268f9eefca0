"""What a kernel's verifier says of one program of an object, as data.

The figures are those of the log's own statistics (log level 4), so they mean the same on skep and on Linux.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any, Final

from skep.errors import KernelError, VerifierError, errno_name, useful_lines
from skep.loader.kernel_view import TypesOf
from skep.loader.load import load
from skep.loader.specs import MapSpec, ObjectSpec
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.uapi.info import ProgInfo

BPF_LOG_STATS: Final = 4

_PROCESSED = re.compile(
    r"^processed (\d+) insns \(limit \d+\) max_states_per_insn (\d+) total_states (\d+) peak_states (\d+) "
    r"mark_read \d+$",
    re.MULTILINE,
)
_TIME = re.compile(r"^verification time (\d+) usec\n", re.MULTILINE)
_DEPTH = re.compile(r"^stack depth ([\d+]+)(?: max \d+)?\n", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    """`errno` 0: accepted. `log` is what the asked level prints; figures are None when the kernel gave
    none."""

    program: str
    section: str
    errno: int
    log: str
    message: str = ""  # why not, in the log's own words or the command that refused
    insns_processed: int | None = None
    max_states_per_insn: int | None = None
    total_states: int | None = None
    peak_states: int | None = None
    stack_depth: str = ""  # bytes per function, joined by "+" as the log has them
    verification_time_us: int | None = None
    xlated_insns: int | None = None

    @property
    def accepted(self) -> bool:
        return self.errno == 0

    def to_json(self) -> dict[str, Any]:
        """`errno` by name, 0 for accepted."""
        row = dataclasses.asdict(self)
        row["errno"] = errno_name(self.errno) if self.errno else 0
        return row


def verdict(
    spec: ObjectSpec,
    program: str,
    backend: Backend,
    *,
    log_level: int = 0,
    target_btf: TypesOf | None = None,
    kconfig: str = "",
) -> Verdict:
    """Load that program alone, with the maps that it refers to, and unload it. Raises only what is not the
    verifier's: a map that cannot be made, an object that cannot be loaded."""
    alone = only(spec, program)
    section = spec.programs[program].section
    try:
        loaded = load(
            alone, backend, log_level=log_level | BPF_LOG_STATS, target_btf=target_btf, kconfig=kconfig
        )
    except VerifierError as error:
        return _read(program, section, error.errno or 0, error.log, log_level)
    except KernelError as error:
        return Verdict(program, section, error.errno or 0, "", str(error))
    try:
        info = commands.obj_get_info_by_fd(backend, loaded.programs[program], ProgInfo())
        found = _read(program, section, 0, loaded.logs[program], log_level)
        return dataclasses.replace(found, xlated_insns=info.xlated_prog_len // 8)
    finally:
        loaded.close(backend)


def only(spec: ObjectSpec, program: str) -> ObjectSpec:
    """The object with that program alone, and no map that it does not refer to."""
    chosen = dataclasses.replace(spec.programs[program], autoload=True)
    named = {reference.map for reference in chosen.maps}
    maps = {name: _without_slots(row) for name, row in spec.maps.items() if name in named}
    return dataclasses.replace(spec, programs={program: chosen}, maps=maps)


def _without_slots(row: MapSpec) -> MapSpec:
    """What a map of maps or programs holds at first says nothing about the program that uses it."""
    return dataclasses.replace(row, slots={}) if row.slots else row


def _read(program: str, section: str, errno: int, log: str, log_level: int) -> Verdict:
    processed = _PROCESSED.search(log)
    counts = [int(group) for group in processed.groups()] if processed else [None] * 4
    time, depth = _TIME.search(log), _DEPTH.search(log)
    shown = log if log_level & BPF_LOG_STATS else _DEPTH.sub("", _TIME.sub("", log))
    return Verdict(
        program=program,
        section=section,
        errno=errno,
        log=shown if log_level else "",
        message=": ".join(useful_lines(log)) if errno else "",
        insns_processed=counts[0],
        max_states_per_insn=counts[1],
        total_states=counts[2],
        peak_states=counts[3],
        stack_depth=depth.group(1) if depth else "",
        verification_time_us=int(time.group(1)) if time else None,
    )
