"""Random programs that skep and Linux accept: what both make of them, read back, must be the same.

    python -m fuzz.xlated --count 10000 --seed 1

Programs are those of `fuzz.verifier`, with `BPF_F_TEST_RND_HI32` in some. What differs between any two
kernels (offsets into structures, addresses, called functions) is made equal first. The exit status is 1 if
anything differed.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

from tools.parity.xlated import difference

import skep
from fuzz.programs import Program, grow, mutate
from fuzz.verifier import listing, make_maps, with_maps
from skep.errors import KernelError
from skep.isa import Insn, decode, encode
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.details import prog_details
from skep.uapi import BPF_F_TEST_RND_HI32

_POOL = 400
_SHOWN = 10


class Reader:
    """Loads programs into one kernel and reads them back."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._fds: dict[int, list[int]] = {}

    def read(self, program: Program) -> tuple[Insn, ...] | None:
        """None: refused."""
        if program.prog_type not in self._fds:
            self._fds[program.prog_type] = make_maps(self.backend)
        insns = encode(with_maps(program.insns, self._fds[program.prog_type]))
        try:
            loaded = commands.prog_load(
                self.backend, prog_type=program.prog_type, insns=insns, prog_flags=program.flags
            )
        except KernelError:
            return None
        try:
            return decode(prog_details(self.backend, loaded.fd).xlated)
        finally:
            self.backend.close(loaded.fd)


def differing(seed: int, count: int, ours: Reader, theirs: Reader) -> Iterator[tuple[Program, str]]:
    """Programs with their first difference; "" for those that are equal. What one refuses is left out."""
    rng = random.Random(seed)
    pool: list[Program] = []
    for _ in range(count):
        program = grow(rng)
        if pool and rng.random() < 0.5:
            program = mutate(rng, rng.choice(pool), program)
        if rng.random() < 0.2:
            program = replace(program, flags=program.flags | BPF_F_TEST_RND_HI32)
        linux = theirs.read(program)
        if linux is None:
            continue
        pool.append(program)
        if len(pool) > _POOL:
            pool.pop(rng.randrange(_POOL))
        own = ours.read(program)
        if own is not None:
            yield program, difference(own, linux)


def main() -> int:
    """Compare, print, exit."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.xlated")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    start, equal, found = time.monotonic(), 0, 0
    with skep.Kernel(ncpus=os.cpu_count() or 1, engine="interp") as own, skep.Linux() as linux:
        for program, text in differing(args.seed, args.count, Reader(own), Reader(linux)):
            equal += not text
            found += bool(text)
            if text and found <= _SHOWN:
                print(f"type {program.prog_type}, flags {program.flags:#x}: {text}\n{listing(program)}")
    took = time.monotonic() - start
    print(f"seed {args.seed}: {equal} of {equal + found} accepted programs equal, in {took:.0f} s")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
