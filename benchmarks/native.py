"""Native code without maps: skep's JIT against Linux's JIT and against the machine's own C compiler.

Each program of `benchmarks/programs` is one C source. On skep and on Linux it is an XDP program that
PROG_TEST_RUN repeats; as C it is a function that a loop calls through a pointer. The three take turns,
since the speed of a machine changes from second to second; time is the thread's own; a sample in which the
thread lost its CPU does not count; and the smallest sample is what a program costs.
"""

from __future__ import annotations

import ctypes
import random
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import skep
from benchmarks.report import Figure
from skep.errors import CompileError

SOURCES = Path(__file__).parent / "programs"
PROGRAMS = ("arith", "loop", "parse", "checksum", "copy", "strcmp", "calls", "hash")

SAMPLES = 15
SAMPLE_NS = 5_000_000
PACKET_SIZE = 1500

#: Runs a program so often, gives its result.
Repeat = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Timing:
    """Nanoseconds per run."""

    skep: float
    linux: float
    c: float


def packet_for(name: str) -> bytes:
    """A packet that takes a program through its long way."""
    packet = bytearray(random.Random(7).randbytes(PACKET_SIZE))
    if name == "parse":  # VLAN, IPv4 with an option, UDP
        packet[12:14], packet[16:18], packet[18], packet[27] = b"\x81\x00", b"\x08\x00", 0x46, 17
    if name == "strcmp":
        text = bytes(1 + i % 255 for i in range(200)) + b"\0"
        packet[512:713], packet[768:969] = text, text
    return bytes(packet)


@contextmanager
def program_on(backend: skep.Backend, source: Path, packet: bytes) -> Iterator[Repeat]:
    """The program loaded into a kernel."""
    with skep.open(source) as obj:
        obj.load(backend)
        program = obj.programs["program"]
        yield lambda count: program.run(packet, repeat=count).retval


@contextmanager
def compiled_c(source: Path, packet: bytes) -> Iterator[Repeat]:
    """The same source as a shared library of the machine's own."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise CompileError("the comparison with C needs a C compiler: install gcc")
    with tempfile.TemporaryDirectory() as directory:
        library = Path(directory) / "program.so"
        command = [compiler, "-O2", "-w", "-shared", "-fPIC", "-x", "c", str(source), "-o", str(library)]
        subprocess.run(command, check=True)
        loaded = ctypes.CDLL(str(library))
    data = ctypes.create_string_buffer(packet, len(packet))
    start = ctypes.addressof(data)
    context = (ctypes.c_void_p * 2)(start, start + len(packet))

    def repeat(count: int) -> int:
        # Programs that write begin with the same packet, as they do in PROG_TEST_RUN.
        ctypes.memmove(start, packet, len(packet))
        result: int = loaded.repeat(context, loaded.program, count)
        return result & 0xFFFF_FFFF

    yield repeat


@dataclass(frozen=True, slots=True)
class Sample:
    """Nanoseconds, and whether the thread kept its CPU meanwhile."""

    taken: int
    undisturbed: bool


def sample(repeat: Repeat, count: int) -> Sample:
    """Times `count` runs in one call."""
    switches = resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw
    started = time.thread_time_ns()
    repeat(count)
    taken = time.thread_time_ns() - started
    return Sample(taken, resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw == switches)


def measure(runners: dict[str, Repeat]) -> dict[str, float]:
    """Nanoseconds per run: the least of several samples, taken in turn, without the call's own cost."""
    counts = {name: enough(repeat) for name, repeat in runners.items()}
    samples: dict[str, list[Sample]] = {name: [] for name in runners}
    calls: dict[str, list[Sample]] = {name: [] for name in runners}
    for _ in range(SAMPLES):
        for name, repeat in runners.items():
            calls[name].append(sample(repeat, 1))
            samples[name].append(sample(repeat, counts[name]))
    return {name: (least(samples[name]) - least(calls[name])) / (counts[name] - 1) for name in runners}


def enough(repeat: Repeat) -> int:
    """So many runs that they take SAMPLE_NS."""
    count = 1000
    while (taken := least([sample(repeat, count) for _ in range(3)])) < SAMPLE_NS / 2:
        count *= 4
    return int(count * SAMPLE_NS / taken)


def least(samples: list[Sample]) -> int:
    """On a machine so busy that hardly any sample was undisturbed, all count."""
    good = [each.taken for each in samples if each.undisturbed]
    return min(good if len(good) >= 3 else [each.taken for each in samples])


def compare(name: str, kernel: skep.Backend, linux: skep.Backend) -> Timing:
    """Times one program; all three must compute the same."""
    source, packet = SOURCES / f"{name}.bpf.c", packet_for(name)
    with ExitStack() as stack:
        runners = {
            "skep": stack.enter_context(program_on(kernel, source, packet)),
            "linux": stack.enter_context(program_on(linux, source, packet)),
            "c": stack.enter_context(compiled_c(source, packet)),
        }
        results = {runner: repeat(1) for runner, repeat in runners.items()}
        if len(set(results.values())) != 1:
            raise skep.InternalError(f"{name}: the results differ: {results}")
        return Timing(**measure(runners))


def run() -> list[Figure]:
    """A row per program, and the two geometric means."""
    with skep.Kernel() as kernel, skep.Linux() as linux:
        timings = {name: compare(name, kernel, linux) for name in PROGRAMS}
    figures = []
    for name, timing in timings.items():
        detail = f"{timing.skep:.1f} ns, Linux {timing.linux:.1f} ns, C {timing.c:.1f} ns"
        figures.append(Figure("native", name, timing.skep / timing.linux, "of Linux", 1.05, detail=detail))
    to_linux = statistics.geometric_mean(timing.skep / timing.linux for timing in timings.values())
    to_c = statistics.geometric_mean(timing.skep / timing.c for timing in timings.values())
    how = f"geometric mean over {len(timings)} programs"
    figures.append(Figure("native", "all programs", to_linux, "of Linux", 0.42, detail=how))
    figures.append(Figure("native", "all programs against C", to_c, "of native C", 1.05, detail=how))
    return figures
