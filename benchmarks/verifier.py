"""skep's verifier against Linux's: the time for the same programs in the same run, and memory.

Both kernels say how long they took (`verification time` at log level 4, without a log). They take turns, and
the least of several samples counts. Programs on which the two do not agree, down to the number of
instructions processed, are left out and counted. $SKEP_CORPUS names a directory with more objects.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import skep
from benchmarks.report import Figure, peak_kib
from skep.errors import SkepError
from skep.isa import build as b
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_ADD, BPF_DW, BPF_JEQ, BPF_JLT, BPF_SUB
from skep.loader import ObjectSpec
from skep.loader.verdict import Verdict, verdict

ROOT = Path(__file__).parent.parent
SAMPLES = 5
#: Programs that take Linux longer than this many microseconds are not sampled again.
LONG_US = 200_000

MEMORY_TARGET_MIB = 1024


@dataclass(frozen=True, slots=True)
class Timing:
    """Microseconds for a set of programs, and the instructions that were processed."""

    skep: int = 0
    linux: int = 0
    insns: int = 0
    programs: int = 0
    left_out: int = 0

    def __add__(self, other: Timing) -> Timing:
        return Timing(
            self.skep + other.skep,
            self.linux + other.linux,
            self.insns + other.insns,
            self.programs + other.programs,
            self.left_out + other.left_out,
        )


LEFT_OUT = Timing(left_out=1)


def same(ours: Verdict, theirs: Verdict) -> bool:
    return ours.errno == theirs.errno and ours.insns_processed == theirs.insns_processed


def time_program(spec: ObjectSpec, program: str, kernel: skep.Backend, linux: skep.Backend) -> Timing:
    """The least of the samples of each."""
    ours: list[int] = []
    theirs: list[int] = []
    insns = 0
    for _ in range(SAMPLES):
        try:
            their = verdict(spec, program, linux)
            our = verdict(spec, program, kernel)
        except SkepError:
            return LEFT_OUT
        times = our.verification_time_us, their.verification_time_us
        if not same(our, their) or times[0] is None or times[1] is None or not our.insns_processed:
            return LEFT_OUT
        ours.append(times[0])
        theirs.append(times[1])
        insns = our.insns_processed
        if times[1] > LONG_US:
            break
    return Timing(min(ours), min(theirs), insns, 1)


def time_objects(paths: Iterable[Path], kernel: skep.Backend, linux: skep.Backend) -> Timing:
    total = Timing()
    for path in paths:
        try:
            spec = skep.open(path).spec
        except SkepError:
            continue
        for program in spec.programs:
            total += time_program(spec, program, kernel, linux)
    return total


def sources() -> Iterator[tuple[str, list[Path]]]:
    """Suites of objects by name."""
    yield "examples", sorted((ROOT / "examples").glob("*.bpf.c"))
    yield "benchmark programs", sorted((ROOT / "benchmarks" / "programs").glob("*.bpf.c"))
    if corpus := os.environ.get("SKEP_CORPUS"):
        yield "corpus", sorted(Path(corpus).rglob("*.o"))


def figures_of(name: str, timing: Timing) -> Iterator[Figure]:
    how = f"{timing.programs} programs, skep {timing.skep / 1e3:.1f} ms, Linux {timing.linux / 1e3:.1f} ms"
    if timing.left_out:
        how += f"; {timing.left_out} left out"
    target = 8 if name == "all programs" else None
    yield Figure("verifier", name, timing.skep / max(1, timing.linux), "of Linux", target, detail=how)


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
    how = f"{processed} instructions; {before / 1024:.0f} MiB before"
    return Figure(
        "verifier", "memory of a million instructions", most / 1024, "MiB", MEMORY_TARGET_MIB, detail=how
    )


def run() -> list[Figure]:
    """Ratios per suite and in total, instructions per second, memory."""
    figures: list[Figure] = []
    total = Timing()
    with skep.Kernel(ncpus=os.cpu_count() or 1, engine="interp") as kernel, skep.Linux() as linux:
        for name, paths in sources():
            timing = time_objects(paths, kernel, linux)
            figures += figures_of(name, timing)
            total += timing
    figures += figures_of("all programs", total)
    speed, linux_speed = (total.insns / max(1, us) * 1e6 for us in (total.skep, total.linux))
    how = f"Linux {linux_speed:.0f}; {total.insns} processed"
    figures.append(Figure("verifier", "speed", speed, "instructions/s", 230_000, at_least=True, detail=how))
    return [*figures, memory_figure()]
