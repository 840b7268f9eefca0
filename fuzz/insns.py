"""Random programs on skep's JIT, its interpreter and Linux: all must give the same r0 and packet.

    python -m fuzz.insns --count 100000 --seed 1

The interpreter computes with `isa.semantics`, so that is compared too. A difference is printed as a program
that `skep vm` can run, with the packet in hex, and the exit status is 1. Without a Linux that permits
bpf(2) use `--no-linux`. Programs are compiled many to a module, since LLVM's fixed costs are several
programs' worth.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fuzz.generate import Case, generate
from skep.isa import encode
from skep.kernel.vm import bare_program

if TYPE_CHECKING:
    from skep.syscall.linux import Linux

BATCH = 50  # programs to a module
STEP = 20  # batches between reports


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run leaves: the lower 32 bits of r0 and the packet."""

    r0: int
    packet: bytes


def run_jit(cases: list[Case]) -> list[Outcome]:
    """Natively, all of a batch from one module."""
    import ctypes

    from skep._runtime import call
    from skep.kernel.jit.engine import compile_batch

    code = compile_batch([bare_program(case.bare) for case in cases])
    outcomes = []
    for case, entry in zip(cases, code.entries, strict=True):
        block = ctypes.create_string_buffer(case.packet, len(case.packet))
        r0 = call(entry, ctypes.addressof(block), len(case.packet))
        outcomes.append(Outcome(r0 & 0xFFFF_FFFF, block.raw))
    code.close()
    return outcomes


def run_interp(case: Case) -> Outcome:
    from skep.kernel import vm

    packet = bytearray(case.packet)
    r0 = vm.run(case.bare, packet, "interp")
    return Outcome(r0 & 0xFFFF_FFFF, bytes(packet))


def run_linux(linux: Linux, case: Case) -> Outcome:
    from skep.syscall import commands
    from skep.uapi import ProgType

    loaded = commands.prog_load(linux, prog_type=ProgType.XDP, insns=encode(case.xdp))
    try:
        run = commands.prog_test_run(linux, loaded.fd, data=case.packet)
    finally:
        linux.close(loaded.fd)
    return Outcome(run.retval, run.data_out)


def differences(cases: list[Case], linux: Linux | None) -> Iterator[tuple[Case, dict[str, Outcome]]]:
    """The cases of a batch on which not all engines agree, with what each says."""
    for case, jit in zip(cases, run_jit(cases), strict=True):
        outcomes = {"jit": jit, "interp": run_interp(case)}
        if linux is not None:
            outcomes["linux"] = run_linux(linux, case)
        if len(set(outcomes.values())) > 1:
            yield case, outcomes


def report(case: Case, outcomes: dict[str, Outcome], batch: int) -> None:
    print(f"difference in batch {batch}:")
    for engine, outcome in outcomes.items():
        print(f"  {engine:7} r0={outcome.r0:#010x} packet={outcome.packet.hex()}")
    print(f"  program {encode(case.bare).hex()}\n  packet  {case.packet.hex()}")


def fuzz(seed: int, batches: range, count: int, with_linux: bool) -> int:
    """Runs some batches of a sequence of `count` programs; returns the number of differences."""
    linux = None
    if with_linux:
        from skep.syscall.linux import Linux

        linux = Linux()
    found = 0
    for batch in batches:
        # One generator per batch, so that any batch can be run again without those before it.
        rng = random.Random(f"{seed}:{batch}")
        cases = [generate(rng) for _ in range(min(BATCH, count - batch * BATCH))]
        for case, outcomes in differences(cases, linux):
            found += 1
            report(case, outcomes, batch)
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz.insns", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="how many programs (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="where the sequence of programs starts")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: one per CPU)")
    parser.add_argument("--no-linux", action="store_true", help="compare skep's two engines only")
    options = parser.parse_args(arguments)
    total = -(-options.count // BATCH)
    parts = [range(first, min(first + STEP, total)) for first in range(0, total, STEP)]
    found, start = 0, time.monotonic()
    with ProcessPoolExecutor(max_workers=options.jobs) as pool:
        runs = [pool.submit(fuzz, options.seed, part, options.count, not options.no_linux) for part in parts]
        for part, run in zip(parts, runs, strict=True):
            found += run.result()
            done = min(part.stop * BATCH, options.count)
            rate = done / (time.monotonic() - start)
            print(f"{done} programs, {found} differences, {rate:.0f} per second", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
