"""Random programs on skep's JIT, its interpreter and Linux: all must give the same r0 and packet.

    python -m fuzz.insns --count 100000 --seed 1

The interpreter computes with `isa.semantics`, so that is compared too. A difference is printed as a program
that `skep vm` can run, with the packet in hex, and the exit status is 1. Without a Linux that permits
bpf(2) use `--no-linux`. Programs are compiled many to a module, since LLVM's fixed costs are several
programs' worth.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fuzz.generate import Case, generate
from skep.isa import encode
from skep.kernel.vm import bare_program

if TYPE_CHECKING:
    from skep.syscall.linux import Linux

BATCH = 50


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


def report(case: Case, outcomes: dict[str, Outcome]) -> None:
    print("difference:")
    for engine, outcome in outcomes.items():
        print(f"  {engine:7} r0={outcome.r0:#010x} packet={outcome.packet.hex()}")
    print(f"  program {encode(case.bare).hex()}\n  packet  {case.packet.hex()}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz.insns", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="how many programs (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="where the sequence of programs starts")
    parser.add_argument("--no-linux", action="store_true", help="compare skep's two engines only")
    options = parser.parse_args(arguments)
    linux = None
    if not options.no_linux:
        from skep.syscall.linux import Linux

        linux = Linux()
    found, done, start = 0, 0, time.monotonic()
    while done < options.count:
        # One generator per batch, so that any batch can be run again without those before it.
        rng = random.Random(f"{options.seed}:{done // BATCH}")
        cases = [generate(rng) for _ in range(min(BATCH, options.count - done))]
        for case, outcomes in differences(cases, linux):
            found += 1
            report(case, outcomes)
        done += len(cases)
        if sys.stderr.isatty() or done % 5000 == 0 or done == options.count:
            rate = done / (time.monotonic() - start)
            print(f"\r{done} programs, {found} differences, {rate:.0f} per second", end="", file=sys.stderr)
    print(file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
