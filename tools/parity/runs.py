"""The examples' programs over the example capture on both kernels: return values, packets out, map
contents."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import skep
from skep.syscall.backend import Backend
from skep.traffic.capture import read_capture
from skep.traffic.verdicts import VERDICTS

#: What a run may hold that is different each time: clocks.
CLOCKS = frozenset({"first_ns", "last_ns"})


@dataclass
class Run:
    """One program over all packets."""

    retvals: list[int] = field(default_factory=list)
    outputs: list[bytes] = field(default_factory=list)
    maps: dict[str, Any] = field(default_factory=dict)


def run_program(path: Path, program: str, packets: list[bytes], backend: Backend) -> Run:
    """A fresh object, packet by packet through PROG_TEST_RUN, so that both kernels are driven the same
    way."""
    run = Run()
    os.sched_setaffinity(0, {0})  # skep's programs run on CPU 0 too
    with skep.open(path) as obj:
        obj.load(backend)
        for packet in packets:
            result = obj.programs[program].run(packet)
            run.retvals.append(result.retval)
            run.outputs.append(result.data_out)
        for name, table in obj.maps.items():
            run.maps[name] = sorted((repr(key), timeless(value)) for key, value in table.items())
    return run


def timeless(value: Any) -> str:
    """A value's text without its clocks, and per-CPU values added up: which CPU ran a program is chance."""
    if isinstance(value, list) and value and all(isinstance(cpu, int) for cpu in value):
        return repr(sum(value))
    if hasattr(value, "items"):
        return repr({name: part for name, part in value.items() if name not in CLOCKS})
    if isinstance(value, list):
        return repr(
            [timeless(part) for part in value if any(part.values())]
            if value and hasattr(value[0], "values")
            else value
        )
    return repr(value)


def difference(ours: Run, theirs: Run) -> str:
    """The first difference of two runs, "" if there is none."""
    for index, (mine, other) in enumerate(zip(ours.retvals, theirs.retvals, strict=True), 1):
        if mine != other:
            return f"packet {index}: skep returns {mine}, Linux {other}"
    for index, (left, right) in enumerate(zip(ours.outputs, theirs.outputs, strict=True), 1):
        if left != right:
            return f"packet {index}: {len(left)} and {len(right)} bytes out, or other bytes"
    for name, entries in ours.maps.items():
        if entries != theirs.maps[name]:
            first = next(pair for pair in zip(entries, theirs.maps[name], strict=False) if pair[0] != pair[1])
            return f"map {name}: skep {first[0]}, Linux {first[1]}"
    return ""


def compare_example(path: Path, capture: Path, ours: Backend, theirs: Backend) -> dict[str, str]:
    """Program -> first difference, for every program of the file that runs on packets."""
    packets = read_capture(capture).packets
    spec = skep.open(path).spec
    names = [name for name, row in spec.programs.items() if row.type in VERDICTS]
    return {
        name: difference(run_program(path, name, packets, ours), run_program(path, name, packets, theirs))
        for name in names
    }
