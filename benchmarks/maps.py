"""Programs that work on maps: skep's native code against Linux's JIT, one operation per run."""

from __future__ import annotations

import statistics

import skep
from benchmarks.native import SOURCES, Repeat, measure
from benchmarks.report import Figure

#: Programs of maps.bpf.c.
PROGRAMS = ("array_increment", "percpu_increment", "hash_lookup", "hash_update", "percpu_hash_lookup")
PACKET = bytes(64)
TARGET = 1.3


def prepared(kernel: skep.Backend) -> skep.Object:
    """The object loaded, with the elements that its programs look for."""
    obj = skep.open(SOURCES / "maps.bpf.c").load(kernel)
    obj.maps["hash"][{"low": 1, "high": 2}] = 7
    obj.maps["percpu_hash"][5] = [0] * kernel.possible_cpus()
    return obj


def repeat_on(obj: skep.Object, name: str) -> Repeat:
    """Runs that program so often."""
    program = obj.programs[name]
    return lambda count: program.run(PACKET, repeat=count).retval


def run() -> list[Figure]:
    """A row per operation and the geometric mean."""
    figures = []
    with skep.Kernel() as kernel, skep.Linux() as linux, prepared(kernel) as ours, prepared(linux) as theirs:
        for name in PROGRAMS:
            taken = measure({"skep": repeat_on(ours, name), "linux": repeat_on(theirs, name)})
            detail = f"{taken['skep']:.1f} ns, Linux {taken['linux']:.1f} ns"
            figures.append(
                Figure("maps", name, taken["skep"] / taken["linux"], "of Linux", TARGET, detail=detail)
            )
    mean = statistics.geometric_mean(figure.value for figure in figures)
    return [*figures, Figure("maps", "all operations", mean, "of Linux", TARGET, detail="geometric mean")]
