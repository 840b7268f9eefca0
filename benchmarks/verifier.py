"""skep's verifier against Linux's: the time for the same programs in the same run, and memory.

Both kernels say how long they took (`verification time` at log level 4, without a log). They take turns, and
the least of several samples counts; a sample is never more than the CPU time of the thread that loaded the
program, so that a busy machine does not count. Programs on which the two do not agree, down to the number of
instructions processed, are left out and counted. $SKEP_CORPUS (or --corpus) names a directory with more
objects.

`make bench` measures the verifier compiled by mypyc, as an installed package has it; each figure says what
it measured.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.parity.corpus import as_tagged

import skep
from benchmarks.report import Figure, peak_kib
from skep.cli.common import host_files, kernel_types
from skep.errors import SkepError
from skep.isa import build as b
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_ADD, BPF_DW, BPF_JEQ, BPF_JLT, BPF_SUB
from skep.kernel.verifier import check
from skep.loader import ObjectSpec
from skep.loader.verdict import Verdict, verdict

ROOT = Path(__file__).parent.parent
SAMPLES = 5
#: Programs that take either longer than this many microseconds are sampled twice.
LONG_US = 200_000
#: Programs below this many microseconds are too short for a ratio of their own to say much.
SHORT_US = 1000

TARGET_RATIO = 8
TARGET_SPEED = 230_000
MEMORY_TARGET_MIB = 1024


def how_it_runs() -> str:
    """Whether it is machine code or the Python source that is measured."""
    return "interpreted" if str(check.__file__).endswith(".py") else "compiled"


@dataclass(frozen=True, slots=True)
class Timing:
    """One program: microseconds on each, and the instructions that both processed."""

    name: str
    skep: float
    linux: float
    insns: int

    @property
    def ratio(self) -> float:
        return self.skep / max(1, self.linux)


def same(ours: Verdict, theirs: Verdict) -> bool:
    return ours.errno == theirs.errno and ours.insns_processed == theirs.insns_processed


def sample(spec: ObjectSpec, program: str, backend: skep.Backend) -> tuple[Verdict, float]:
    """The verdict and the time that it took; infinite where the kernel did not say."""
    start = time.thread_time_ns()
    found = verdict(spec, program, backend)
    spent = (time.thread_time_ns() - start) / 1000
    said = found.verification_time_us
    return found, min(said, spent) if said is not None else math.inf


def time_program(
    spec: ObjectSpec, program: str, name: str, kernel: skep.Backend, linux: skep.Backend
) -> Timing | None:
    """The least of the samples of each; None where they differ or cannot load it."""
    ours = theirs = math.inf
    insns = 0
    for round_ in range(SAMPLES):
        try:
            their, their_time = sample(spec, program, linux)
            our, our_time = sample(spec, program, kernel)
        except SkepError:
            return None
        if not same(our, their) or math.inf in (our_time, their_time) or not our.insns_processed:
            return None
        ours, theirs, insns = min(ours, our_time), min(theirs, their_time), our.insns_processed
        if round_ and max(ours, theirs) > LONG_US:
            break
    return Timing(name, ours, theirs, insns)


def time_objects(
    paths: Iterable[Path], kernel: skep.Backend, linux: skep.Backend
) -> tuple[list[Timing], int]:
    """What could be compared, and how many could not."""
    timings: list[Timing] = []
    left_out = 0
    for path in paths:
        try:
            spec = as_tagged(skep.open(path).spec)
        except SkepError:
            continue
        for program in spec.programs:
            timing = time_program(spec, program, f"{path.name}:{program}", kernel, linux)
            if timing is None:
                left_out += 1
            else:
                timings.append(timing)
    return timings, left_out


def sources() -> Iterator[tuple[str, list[Path]]]:
    """Suites of objects by name."""
    yield "examples", sorted((ROOT / "examples").glob("*.bpf.c"))
    yield "benchmark programs", sorted((ROOT / "benchmarks" / "programs").glob("*.bpf.c"))
    if corpus := os.environ.get("SKEP_CORPUS"):
        yield "corpus", sorted(Path(corpus).rglob("*.o"))


def ratio_figure(name: str, timings: list[Timing], left_out: int, target: float | None = None) -> Figure:
    """The ratio of the totals."""
    ours, theirs = sum(t.skep for t in timings), sum(t.linux for t in timings)
    how = f"{how_it_runs()}; {len(timings)} programs, skep {ours / 1e3:.1f} ms, Linux {theirs / 1e3:.1f} ms"
    if left_out:
        how += f"; {left_out} left out"
    return Figure("verifier", name, ours / max(1, theirs), "of Linux", target, detail=how)


def summary(timings: list[Timing]) -> Iterator[Figure]:
    """The typical program, the speed, and the programs that cost most."""
    logs = [math.log(max(t.ratio, 0.01)) for t in timings]
    mean = math.exp(sum(logs) / max(1, len(logs)))
    yield Figure("verifier", "geometric mean", mean, "of Linux", detail="mostly fixed cost: short programs")
    insns = sum(t.insns for t in timings)
    speed, linux = (
        insns / max(1, us) * 1e6 for us in (sum(t.skep for t in timings), sum(t.linux for t in timings))
    )
    how = f"{how_it_runs()}; Linux {linux:.0f}; {insns} processed"
    yield Figure("verifier", "speed", speed, "instructions/s", TARGET_SPEED, at_least=True, detail=how)
    costly = sorted(timings, key=lambda t: -t.skep)[:5]
    worst = sorted((t for t in timings if t.skep > SHORT_US), key=lambda t: -t.ratio)[:5]
    for what, rows in (("most time", costly), ("worst ratio", worst)):
        for t in rows:
            how = f"{what}; skep {t.skep / 1e3:.1f} ms, Linux {t.linux / 1e3:.1f} ms, {t.insns} processed"
            yield Figure("verifier", t.name, t.ratio, "of Linux", detail=how)


# ------------------------------------------------------------------ memory


def million() -> tuple[Insn, ...]:
    """A program that takes a million instructions to verify: a full stack of spilled values, and a loop whose
    rounds each leave a branch for later.
    """
    prologue: list[Insn] = []
    for slot in range(64):
        prologue += [b.mov64_imm(7, 1000 + slot), b.stx_mem(BPF_DW, 10, 7, -8 * (slot + 1))]
    fill_and_spill = [
        b.ldx_mem(BPF_DW, 7, 10, -8),
        b.alu64_imm(BPF_ADD, 7, 1),
        b.stx_mem(BPF_DW, 10, 7, -8),
        b.alu64_imm(BPF_SUB, 9, 3),
    ]
    body = fill_and_spill * 30 + [b.call_helper(7), b.jmp_imm(BPF_JEQ, 0, 5, 1), b.alu64_imm(BPF_ADD, 8, 1)]
    rounds = 7900
    loop = [*body, b.alu64_imm(BPF_ADD, 6, 1), b.jmp_imm(BPF_JLT, 6, rounds, -len(body) - 2)]
    start = [b.mov64_imm(6, 0), b.mov64_imm(8, 0), b.mov64_imm(9, 0)]
    return (*prologue, *start, *loop, b.mov64_imm(0, 0), b.exit_())


def verify_million() -> None:
    """In a process of its own: prints what the verifier processed and the most memory that it ever held."""
    from skep.kernel.verifier.check import bpf_check
    from skep.kernel.verifier.request import VerifyRequest
    from skep.uapi import ProgType

    before = peak_kib()
    result = bpf_check(VerifyRequest(insns=million(), prog_type=int(ProgType.XDP)))
    if result.internal_error:
        raise skep.InternalError(result.internal_error)
    print(result.processed, before, peak_kib())


def memory_figure() -> Figure:
    """The process's peak; what it held before the program is told too."""
    command = [sys.executable, "-c", "from benchmarks.verifier import verify_million; verify_million()"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    processed, before, most = map(int, done.stdout.split())
    how = f"{how_it_runs()}; {processed} instructions; {before / 1024:.0f} MiB before"
    return Figure(
        "verifier", "memory of a million instructions", most / 1024, "MiB", MEMORY_TARGET_MIB, detail=how
    )


def run() -> list[Figure]:
    """Ratios per suite and in total, instructions per second, the worst programs, memory."""
    figures: list[Figure] = []
    timings: list[Timing] = []
    left_out = 0
    own = skep.Kernel(ncpus=os.cpu_count() or 1, engine="interp", btf=kernel_types(None), files=host_files())
    with own as kernel, skep.Linux() as linux:
        for name, paths in sources():
            found, without = time_objects(paths, kernel, linux)
            figures.append(ratio_figure(name, found, without))
            timings += found
            left_out += without
    figures.append(ratio_figure("all programs", timings, left_out, TARGET_RATIO))
    figures += summary(timings)
    figures.append(Figure("verifier", "memory of this run", peak_kib() / 1024, "MiB", detail="peak"))
    return [*figures, memory_figure()]
