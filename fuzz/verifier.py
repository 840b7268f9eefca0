"""Random programs through skep's verifier and Linux's: verdict, errno, final message and whole log must be
equal.

    python -m fuzz.verifier --count 10000 --seed 1 [--shrink] [--unprivileged]

Half of the programs are grown, half are mutations of programs that Linux accepted. Each difference is
printed as the first log line in which the two differ and the program; with `--shrink` instructions are
taken out first, as long as something differs. The exit status is 1 if anything did.

`--unprivileged` compares what a task with CAP_BPF but without CAP_PERFMON is told: speculation is then
simulated, and pointers must not leak. The Linux half runs in this process, which gives the capability up
for good.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import struct
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from errno import EPERM
from typing import TYPE_CHECKING

from tools.parity.privileges import KEPT, give_up_perfmon

from fuzz.programs import MAPS, Program, mutate
from fuzz.statements import WIDE_MAPS, functions, grow_wide
from skep.btf import BtfBuilder
from skep.btf import types as t
from skep.cli.common import host_files, kernel_types
from skep.errors import VerifierError
from skep.isa import encode
from skep.isa.disasm import format_insn
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_JA, BPF_JMP, BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE
from skep.kernel.capable import Cap

if TYPE_CHECKING:
    from skep.kernel.machine import Machine
    from skep.syscall.backend import Backend

POOL = 400
MAX_PROCESSED = 20_000
LOG_SIZE = 1 << 24
_MAP_ADDRESS = re.compile(r"(\(18\) r\d+ = )0x[0-9a-f]+")
#: What Linux says of itself; there is nothing to agree with then.
_LINUX_FAILED = ("verifier bug: No program to jit",)


@dataclass(frozen=True, slots=True)
class Verdict:
    errno: int
    log: tuple[str, ...]

    @property
    def processed(self) -> int:
        """How many instructions the verifier went through."""
        last = self.log[-1].split()
        return int(last[1]) if len(last) > 1 and last[0] == "processed" else 0

    @property
    def message(self) -> str:
        """The last line that says something of the program."""
        lines = [line for line in self.log if not line.startswith("processed ")]
        return lines[-1] if lines else ""


def _lines(log: str) -> tuple[str, ...]:
    """The log without what differs from load to load: addresses of maps."""
    return tuple(_MAP_ADDRESS.sub(r"\1map", line) for line in log.rstrip("\n").split("\n"))


def with_maps(insns: tuple[Insn, ...], fds: list[int]) -> tuple[Insn, ...]:
    """The program with the descriptors of the maps that it names by place."""
    return tuple(
        Insn(insn.code, insn.dst, insn.src, insn.off, fds[insn.imm])
        if insn.code == 0x18
        and insn.src in (BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE)
        and 0 <= insn.imm < len(fds)
        else insn
        for insn in insns
    )


def make_maps(backend: Backend, maps: Sequence[tuple[int, int, int, int]] = MAPS) -> list[int]:
    """One of each; a program array takes programs of one type only, so each type has maps of its own."""
    from skep.syscall import commands

    return [
        commands.map_create(backend, map_type=kind, key_size=key, value_size=value, max_entries=entries)
        for kind, key, value, entries in maps
    ]


def _function_types() -> tuple[BtfBuilder, int, int]:
    """Types of a main program with a context and of a static function of two numbers; their ids."""
    builder = BtfBuilder()
    number = builder.add_int("int", 4, encoding=1)
    pointer = builder.add(t.Ptr(0))
    one = builder.add(t.FuncProto(number, (t.Param("ctx", pointer),)))
    two = builder.add(t.FuncProto(number, (t.Param("a", number), t.Param("b", number))))
    return builder, builder.add(t.Func("entry", one, 1)), builder.add(t.Func("function", two, 0))


_TYPES, _ENTRY, _FUNCTION = _function_types()


def func_info(insns: Sequence[Insn]) -> bytes:
    """Types of the program's functions, where it needs them."""
    starts = functions(insns)
    return b"".join(struct.pack("=II", at, _FUNCTION if at else _ENTRY) for at in starts)


class OnLinux:
    """The judge."""

    def __init__(self) -> None:
        from skep.syscall import commands
        from skep.syscall.linux import Linux

        self.kernel = Linux()
        self.fds: dict[int, list[int]] = {}
        self.types = commands.btf_load(self.kernel, _TYPES.encode()).fd

    def verify(self, program: Program) -> Verdict:
        """With the whole log, unless the program is too long to compare: its log may take a gigabyte."""
        if program.prog_type not in self.fds:
            self.fds[program.prog_type] = make_maps(self.kernel, WIDE_MAPS)
        insns = encode(with_maps(program.insns, self.fds[program.prog_type]))
        short = self._load(program, insns, 4)
        return short if short.processed > MAX_PROCESSED else self._load(program, insns, 2)

    def _load(self, program: Program, insns: bytes, log_level: int) -> Verdict:
        from skep.syscall import commands

        try:
            loaded = commands.prog_load(
                self.kernel,
                prog_type=program.prog_type,
                insns=insns,
                log_level=log_level,
                prog_flags=program.flags,
                btf_fd=self.types,
                func_info=func_info(program.insns),
            )
        except VerifierError as refusal:
            return Verdict(refusal.errno or -2, _lines(refusal.log))
        self.kernel.close(loaded.fd)
        return Verdict(0, _lines(loaded.log))


class OnSkep:
    def __init__(self, perfmon: bool) -> None:
        from skep.syscall.inproc import Kernel

        caps = None if perfmon else Cap(KEPT)
        kernel = Kernel(btf=kernel_types(None), files=host_files(), caps=caps)
        self.fds = make_maps(kernel, WIDE_MAPS)
        self.types = _TYPES.build()
        self.machine: Machine = kernel.machine
        self.perfmon = perfmon

    def verify(self, program: Program) -> Verdict:
        from skep.kernel.verifier.check import bpf_check
        from skep.kernel.verifier.request import Privileges, Records, VerifyRequest

        info = func_info(program.insns)
        records = Records(len(info) // 8, 8, lambda offset, length: info[offset : offset + length])
        request = VerifyRequest(
            btf=self.types if info else None,
            func_info=records,
            insns=with_maps(program.insns, self.fds),
            prog_type=program.prog_type,
            prog_flags=program.flags,
            privileges=Privileges(perfmon=self.perfmon, sys_admin=self.perfmon),
            get_map=self.machine.map_of_fd,
            vmlinux=self.machine.vmlinux.btf if self.machine.vmlinux else None,
            symbols=self.machine.symbols,
            log_level=2,
            log_size=LOG_SIZE,
            ncpus=os.cpu_count() or 1,
        )
        result = bpf_check(request)
        if result.internal_error:
            return Verdict(-1, (*_lines(result.log.rstrip(b"\0").decode()), result.internal_error))
        return Verdict(result.errno, _lines(result.log.rstrip(b"\0").decode()))


# ── differences ──


def difference(ours: Verdict, theirs: Verdict) -> str | None:
    """What differs first; None if nothing does."""
    if any(said in line for line in theirs.log for said in _LINUX_FAILED):
        return None
    for number, (a, b) in enumerate(zip(ours.log, theirs.log, strict=False)):
        if a != b:
            return f"line {number + 1}\n    skep  {a}\n    linux {b}"
    if ours.errno != theirs.errno:
        last = theirs.message if theirs.errno else ours.message
        return f"errno: skep {ours.errno}, linux {theirs.errno} ({last})"
    if len(ours.log) != len(theirs.log):
        longer, name = (ours.log, "skep") if len(ours.log) > len(theirs.log) else (theirs.log, "linux")
        return f"only in {name}: {longer[min(len(ours.log), len(theirs.log))]}"
    return None


def kind_of(ours: Verdict, theirs: Verdict) -> str:
    if ours.errno < 0:
        return "internal error"
    if (ours.errno == 0) != (theirs.errno == 0):
        return "accepted here only" if ours.errno == 0 else "refused here only"
    if ours.errno != theirs.errno:
        return "errno"
    return "message" if ours.message != theirs.message else "log"


def without(program: Program, at: int) -> Program:
    """An instruction taken out, keeping the places of all others: `goto +0`, or nothing at the end."""
    insns = list(program.insns)
    insns[at] = Insn(BPF_JMP | BPF_JA)
    return Program(program.prog_type, tuple(insns), program.flags)


def shrink(program: Program, linux: OnLinux, skep: OnSkep) -> Program:
    """Fewer instructions that still make the same kind of difference."""
    kind = kind_of(skep.verify(program), linux.verify(program))
    for at in range(len(program.insns) - 1, -1, -1):
        if program.insns[at].code in (0, 0x18, BPF_JMP | BPF_JA):
            continue
        smaller = without(program, at)
        ours, theirs = skep.verify(smaller), linux.verify(smaller)
        if difference(ours, theirs) is not None and kind_of(ours, theirs) == kind:
            program = smaller
    return program


def listing(program: Program) -> str:
    rows = []
    for index, insn in enumerate(program.insns):
        if insn.code == BPF_JMP | BPF_JA and not insn.off:
            continue
        if insn.code:
            rows.append(f"    {index:3}: {format_insn(program.insns, index)}")
    return "\n".join(rows)


# ── the run ──


@dataclass(slots=True)
class Options:
    count: int
    seed: int
    shrink: bool
    unprivileged: bool
    show: int


def run(options: Options) -> int:
    """The number of differences."""
    if options.unprivileged:
        give_up_perfmon()
    linux, skep = OnLinux(), OnSkep(not options.unprivileged)
    rng = random.Random(options.seed)
    pool: list[Program] = []
    kinds: Counter[str] = Counter()
    accepted, long, start = 0, 0, time.monotonic()
    for number in range(options.count):
        program = grow_wide(rng)
        if pool and rng.random() < 0.5:
            program = mutate(rng, rng.choice(pool), program)
        theirs = linux.verify(program)
        if theirs.errno == EPERM and not theirs.message:
            continue  # the type itself needs more privileges; the verifier was not asked
        if theirs.processed > MAX_PROCESSED:
            long += 1
            continue
        ours = skep.verify(program)
        if theirs.errno == 0:
            accepted += 1
            pool.append(program)
            if len(pool) > POOL:
                pool.pop(rng.randrange(POOL))
        found = difference(ours, theirs)
        if found is not None:
            kinds[kind_of(ours, theirs)] += 1
            if kinds.total() <= options.show:
                report(number, program, found, options, linux, skep)
    took = time.monotonic() - start
    print(
        f"{options.count} programs in {took:.0f} s, {accepted} accepted by Linux, {long} too long to compare"
    )
    print(f"{kinds.total()} differences {dict(kinds) or ''}")
    return kinds.total()


def report(number: int, program: Program, found: str, options: Options, linux: OnLinux, skep: OnSkep) -> None:
    if options.shrink:
        program = shrink(program, linux, skep)
        found = difference(skep.verify(program), linux.verify(program)) or found
    print(
        f"program {number} of seed {options.seed}, type {program.prog_type}, flags {program.flags}: {found}"
    )
    print(listing(program))
    print(f"    hex {encode(program.insns).hex()}\n", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="fuzz.verifier", description="Compare skep's verifier with Linux's."
    )
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shrink", action="store_true", help="make the programs that differ smaller first")
    parser.add_argument("--unprivileged", action="store_true", help="without CAP_PERFMON")
    parser.add_argument("--show", type=int, default=10, help="how many differences to print")
    args = parser.parse_args()
    return 1 if run(Options(args.count, args.seed, args.shrink, args.unprivileged, args.show)) else 0


if __name__ == "__main__":
    sys.exit(main())
