"""Programs that the verifier accepts, run step by step: nothing bad happens, and the verifier knew it.

    python -m fuzz.soundness --count 2000 --seed 1 [--inputs 8] [--unprivileged] [--shrink]

Programs are grown and mutated as for `fuzz.verifier`. Each that is accepted goes through the fixups and is
run by the checked interpreter on random packets, map contents, results of helpers and of tail calls. A
counterexample is an access outside of what the program may touch, a read of what was never written, a run
without end, or a register outside of the state that the verifier had at that instruction
(`fuzz.exploration`). It is printed with its program; the exit status is 1 if there is one.
"""

from __future__ import annotations

import argparse
import ctypes
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from errno import ENOENT
from typing import TYPE_CHECKING

from fuzz.exploration import Exploration, Follower, Unsound
from fuzz.programs import MAPS, Program, grow, mutate
from fuzz.verifier import MAX_PROCESSED, POOL, listing, make_maps, with_maps, without
from fuzz.world import Packet, World
from skep.errors import ENOTSUPP
from skep.isa import build as b
from skep.isa import encode
from skep.isa import opcodes as op
from skep.kernel.fixups.pipeline import fixup
from skep.kernel.fixups.program import FixedProgram
from skep.kernel.helpers import address, entries
from skep.kernel.helpers.entries import Missing
from skep.kernel.interp import Interp, InterpError, Region
from skep.kernel.model.packet import SkBuff, View, XdpBuff
from skep.kernel.model.record import Record
from skep.kernel.progtypes.registry import PROG_TYPES
from skep.kernel.verifier.check import bpf_check
from skep.kernel.verifier.request import Privileges, VerifyRequest, VerifyResult
from skep.syscall import commands
from skep.syscall.inproc import Kernel
from skep.uapi import MapType, ProgType

if TYPE_CHECKING:
    from skep.kernel.interp import Regions
    from skep.kernel.maps.base import Map

STEP_LIMIT = 200_000
_EDGE_BYTES = (0, 1, 2, 7, 8, 0x7F, 0x80, 0xFE, 0xFF)
_L2 = (ProgType.SCHED_CLS, ProgType.SCHED_ACT)


class Refused(Exception):
    """The verifier does not accept the program."""


class CannotRun(Exception):
    """The program is accepted, but the userspace kernel cannot run it: a helper has no body."""


def random_bytes(rng: random.Random, size: int) -> bytes:
    """Edges are as likely as any byte."""
    return bytes(rng.choice(_EDGE_BYTES) if rng.random() < 0.5 else rng.randrange(256) for _ in range(size))


class Context:
    """What the program gets in r1, and what it may touch through it."""

    def __init__(self, rng: random.Random, prog_type: int, size: int) -> None:
        self.buff: XdpBuff | SkBuff | None = None
        native = PROG_TYPES[prog_type].native
        frame = random_bytes(rng, rng.choice((14, 15, 22, 34, 48, 64, rng.randint(14, 300))))
        if native == "skep_xdp_buff":
            self.buff = XdpBuff(frame, meta=0)
        elif native == "skep_sk_buff":
            # Some say that they are IP and must then be long enough for its header.
            frame += bytes(40) if frame[12:14] in (b"\x08\x00", b"\x86\xdd") else b""
            self.buff = SkBuff(frame, View.L2 if prog_type in _L2 else View.L3)
        if self.buff is not None:
            self.record: Record | None = self.buff.record
            self.address = self.record.address
        else:
            self.record = None
            self._block = ctypes.create_string_buffer(random_bytes(rng, max(size, 8)), max(size, 8))
            self.address = ctypes.addressof(self._block)
        self.size = size

    def regions(self) -> list[Region]:
        if self.buff is None:
            return [Region("context", self.address, max(self.size, 8))]
        return [Region(name, start, size) for name, start, size in self.buff.regions()]

    def packet(self) -> Packet | None:
        record = self.record
        return None if record is None else Packet(record["data_meta"], record["data"], record["data_end"])


class Maps:
    """The maps that programs of one type use; a program array takes no others."""

    def __init__(self, kernel: Kernel, prog_type: int) -> None:
        self.kernel = kernel
        self.fds = make_maps(kernel)
        insns = encode((b.mov64_imm(0, 0), b.exit_()))
        target = commands.prog_load(kernel, prog_type=prog_type, insns=insns).fd
        array = next(fd for fd, row in zip(self.fds, MAPS, strict=True) if row[0] == MapType.PROG_ARRAY)
        commands.map_update_elem(kernel, array, (1).to_bytes(4, "little"), target.to_bytes(4, "little"))

    def fill(self, rng: random.Random) -> None:
        """Other contents in all maps of data."""
        for fd, (kind, _, _, size) in zip(self.fds, MAPS, strict=True):
            if kind == MapType.PROG_ARRAY:
                continue
            one = self.kernel.machine.map_of_fd(fd)
            keys = list(range(size))
            if kind in (MapType.HASH, MapType.PERCPU_HASH):
                _empty(one)
                keys = rng.sample((*keys, 9), rng.randint(0, size))
            for key in keys:
                one.update(key.to_bytes(4, "little"), random_bytes(rng, one.sys_value_size))


def _empty(map: Map) -> None:
    """Take out what is in the map, also what programs put there."""
    while True:
        try:
            map.delete(map.next_key())
        except OSError as refused:
            if refused.errno != ENOENT:
                raise
            return


@dataclass(slots=True)
class Accepted:
    """A program as the verifier and the fixups left it, with all that was known on the way."""

    program: Program
    fixed: FixedProgram
    result: VerifyResult
    exploration: Exploration


@dataclass(slots=True)
class Bench:
    """One kernel in which programs are verified and run."""

    perfmon: bool = True
    checked: int = 0
    skipped: int = 0
    steps: int = 0
    _maps: dict[int, Maps] = field(default_factory=dict)
    kernel: Kernel = field(default_factory=lambda: Kernel(engine="interp"))

    def maps(self, prog_type: int) -> Maps:
        if prog_type not in self._maps:
            self._maps[prog_type] = Maps(self.kernel, prog_type)
        return self._maps[prog_type]

    def verify(self, program: Program) -> Accepted:
        """Refused where the program is, or takes too long to verify."""
        exploration = Exploration(MAX_PROCESSED)
        request = VerifyRequest(
            insns=with_maps(program.insns, self.maps(program.prog_type).fds),
            prog_type=program.prog_type,
            prog_flags=program.flags,
            privileges=Privileges(perfmon=self.perfmon, sys_admin=self.perfmon),
            get_map=self.kernel.machine.map_of_fd,
            ncpus=1,
            observer=exploration,
        )
        result = bpf_check(request)
        if result.internal_error:
            raise RuntimeError(f"{result.internal_error}\n{result.internal_traceback}")
        if result.errno:
            raise Refused
        return Accepted(program, fixup(request, result), result, exploration)

    def run(self, accepted: Accepted, rng: random.Random) -> None:
        """One run on random input; raises Unsound or an InterpError."""
        machine, fixed = self.kernel.machine, accepted.fixed
        context = Context(rng, accepted.program.prog_type, fixed.max_ctx_offset)
        self.maps(accepted.program.prog_type).fill(rng)
        machine.native.seed(rng.getrandbits(32) or 1)
        world = World(context.address, context.packet)
        follower = Follower(accepted.exploration, accepted.result.insn_aux, fixed, world)
        regions: Regions = context.regions
        interp = Interp(
            fixed,
            resolve_helper=lambda helper: address(machine, helper),
            regions=[regions],
            on_tail_call=lambda *_: rng.getrandbits(32),
            allow_uninit_stack=self.perfmon,
            step_limit=STEP_LIMIT,
            on_step=follower.step,
            may_goto_budget=rng.choice((0, 1, 2, 5, 20)),
        )
        follower.frames = lambda: interp.frames
        run = Record("skep_run")
        run["kernel"], run["ctx"] = machine.native.address, context.address
        run["cpu"] = machine.native.enter(-1)
        try:
            interp.run(context.address, run=run.address)
            entries.raise_failure(machine)
        except OSError as missing:
            if missing.errno == ENOTSUPP or isinstance(missing, Missing):
                raise CannotRun from missing
            raise
        finally:
            machine.native.leave(run["cpu"])
            self.checked += follower.checked
            self.skipped += follower.skipped
            self.steps += interp.steps

    def _linux_lets(self, accepted: Accepted, bad: InterpError) -> bool:
        """What no verifier here sees: atomic operations that fetch nothing change stack that was never
        written, as long as a byte of the slot was; afterwards it counts as written, also without
        CAP_PERFMON. Linux accepts that as skep does (tests/verifier/test_soundness.py).
        """
        insn = accepted.fixed.insns[bad.insn]
        atomic = insn.code & ~op.SIZE_MASK == op.BPF_STX | op.BPF_ATOMIC and not insn.imm & op.BPF_FETCH
        return not self.perfmon and atomic and "never written" in str(bad)

    def counterexample(self, program: Program, seed: str, inputs: int) -> str | None:
        """What goes wrong on one of the inputs; None if nothing does.

        Refused is raised for a program that does not get to run, CannotRun for one that cannot.
        """
        accepted = self.verify(program)
        try:
            for number in range(inputs):
                self.run(accepted, random.Random(f"{seed}:{number}"))
        except Unsound as wrong:
            return f"{type(wrong).__name__}: {wrong}"
        except InterpError as bad:
            if self._linux_lets(accepted, bad):
                return None
            origins = accepted.fixed.origins
            where = origins[bad.insn] if bad.insn < len(origins) else -1
            return f"{type(bad).__name__}: {bad} (insn {where} as loaded)"
        return None


def shrink(bench: Bench, program: Program, seed: str, inputs: int) -> Program:
    """Fewer instructions that still make a counterexample."""
    for at in range(len(program.insns) - 1, -1, -1):
        if program.insns[at].code in (0, 0x18):
            continue
        smaller = without(program, at)
        try:
            found = bench.counterexample(smaller, seed, inputs)
        except (Refused, CannotRun):
            continue
        program = smaller if found else program
    return program


@dataclass(frozen=True, slots=True)
class Options:
    count: int
    seed: int
    inputs: int = 8
    unprivileged: bool = False
    shrink: bool = False
    show: int = 5


@dataclass(slots=True)
class Outcome:
    programs: int = 0
    accepted: int = 0
    runs: int = 0
    cannot_run: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    reports: list[str] = field(default_factory=list)


def campaign(options: Options, bench: Bench) -> Outcome:
    """All programs of a seed."""
    rng, outcome, pool = random.Random(options.seed), Outcome(), list[Program]()
    for number in range(options.count):
        program = grow(rng)
        if pool and rng.random() < 0.5:
            program = mutate(rng, rng.choice(pool), program)
        outcome.programs += 1
        seed = f"{options.seed}:{number}"
        try:
            found = bench.counterexample(program, seed, options.inputs)
        except Refused:
            continue
        except CannotRun:
            outcome.cannot_run += 1
            continue
        outcome.accepted += 1
        outcome.runs += options.inputs
        pool.append(program)
        if len(pool) > POOL:
            pool.pop(rng.randrange(POOL))
        if found is not None:
            outcome.kinds[found.split(":")[0]] += 1
            if len(outcome.reports) < options.show:
                outcome.reports.append(report(options, bench, program, seed, found))
                print(outcome.reports[-1], flush=True)
    return outcome


def report(options: Options, bench: Bench, program: Program, seed: str, found: str) -> str:
    if options.shrink:
        program = shrink(bench, program, seed, options.inputs)
        found = bench.counterexample(program, seed, options.inputs) or found
    head = f"program {seed}, type {program.prog_type}, flags {program.flags}: {found}"
    return f"{head}\n{listing(program)}\n    hex {encode(program.insns).hex()}\n"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="fuzz.soundness", description="Run what the verifier accepts, step by step."
    )
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inputs", type=int, default=8, help="runs of each accepted program")
    parser.add_argument("--unprivileged", action="store_true", help="verified without CAP_PERFMON")
    parser.add_argument("--shrink", action="store_true", help="make counterexamples smaller first")
    parser.add_argument("--show", type=int, default=5, help="how many counterexamples to print")
    options = Options(**vars(parser.parse_args()))
    bench, start = Bench(perfmon=not options.unprivileged), time.monotonic()
    outcome = campaign(options, bench)
    print(
        f"{outcome.programs} programs in {time.monotonic() - start:.0f} s, {outcome.accepted} accepted "
        f"({outcome.cannot_run} more cannot be run), "
        f"{outcome.runs} runs, {bench.steps} steps, {bench.checked} values compared, {bench.skipped} not"
    )
    print(f"{outcome.kinds.total()} counterexamples {dict(outcome.kinds) or ''}")
    return 1 if outcome.kinds else 0


if __name__ == "__main__":
    sys.exit(main())
