"""Small changes to the programs of object files, through both verifiers: what a compiler made has types,
kernel functions, callbacks, iterators and locks, and near what is right with them lies what is refused.

    python -m fuzz.objects [--count N] [--seed N] [--only PATTERN] [--largest N] [--unprivileged] PATH...

Each program is changed in one to three instructions: a field of one, one left out, one copied over another,
two exchanged. No instruction moves, so relocations and line numbers stay true. A difference is printed as the
first log line in which the two differ, with the changes, after as many of these as possible were taken back.
"""

from __future__ import annotations

import argparse
import dataclasses
import fnmatch
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tools.parity.corpus import as_tagged
from tools.parity.normalise import first_difference, normalise
from tools.parity.privileges import KEPT, give_up_perfmon

import skep
from skep.cli.common import host_files, kernel_types
from skep.errors import SkepError, errno_name
from skep.isa.disasm import format_insn
from skep.isa.insn import Insn
from skep.isa.opcodes import BPF_CALL, BPF_JA, BPF_JMP
from skep.kernel.capable import Cap
from skep.loader import ObjectSpec
from skep.loader.verdict import verdict
from skep.syscall.backend import Backend
from skep.syscall.linux import why_not

NOP = Insn(BPF_JMP | BPF_JA)
_CALL = BPF_JMP | BPF_CALL
_LD_IMM64 = 0x18
_EDGES = (0, 1, 2, 3, 4, 7, 8, 16, 24, 32, 63, 64, 255, 4096, 0x7FFFFFFF, -1, -2, -8, -16, -0x80000000)

#: Slot -> the instruction that is put there.
Changes = dict[int, Insn]


@dataclass(frozen=True, slots=True)
class Seed:
    """A program that Linux can judge."""

    path: Path
    spec: ObjectSpec
    program: str

    @property
    def insns(self) -> tuple[Insn, ...]:
        return self.spec.programs[self.program].insns

    def changed(self, changes: Changes) -> ObjectSpec:
        """The object with these instructions in the program."""
        insns = tuple(changes.get(slot, insn) for slot, insn in enumerate(self.insns))
        program = dataclasses.replace(self.spec.programs[self.program], insns=insns)
        return dataclasses.replace(self.spec, programs={self.program: program})


# ── changes ──


def plain_slots(insns: tuple[Insn, ...]) -> list[int]:
    """Where a change makes sense: not in the middle of an ld_imm64, nor what a relocation fills in."""
    return [slot for slot, insn in enumerate(insns) if insn.code not in (0, _LD_IMM64) and insn != NOP]


def change(rng: random.Random, insns: tuple[Insn, ...]) -> Changes:
    """One to three of them."""
    slots = plain_slots(insns)
    changes: Changes = {}
    for _ in range(rng.choice((1, 1, 2, 3))):
        at, other = rng.choice(slots), rng.choice(slots)
        dice = rng.random()
        if dice < 0.6:
            changes[at] = _with_other_field(rng, insns[at])
        elif dice < 0.75:
            changes[at] = NOP
        elif insns[other].code & 7 not in (5, 6):  # a jump would lead elsewhere
            changes[at] = insns[other]
            if dice > 0.9 and insns[at].code & 7 not in (5, 6):
                changes[other] = insns[at]
    return changes


def _with_other_field(rng: random.Random, insn: Insn) -> Insn:
    code, dst, src, off, imm = insn.code, insn.dst, insn.src, insn.off, insn.imm
    if code == _CALL:
        if src:
            return insn  # to a function, by relocation
        return Insn(code, 0, 0, 0, rng.choice((imm, rng.randint(1, 211))))
    klass = code & 7
    is_memory = klass in (1, 2, 3)
    field = rng.choice("cdsooi" if is_memory else "cdsio")
    if field == "c":
        code ^= (
            rng.choice((0x08, 0x10, 0x18)) if is_memory else rng.choice((0x10, 0x20, 0x40, 0x80, 0x08, 0x03))
        )
    elif field == "d":
        dst = rng.randint(0, 10)
    elif field == "s" and (code & 8 or klass in (1, 3)):
        src = rng.randint(0, 10)
    elif field == "o" and is_memory:
        off += rng.choice((-8, -4, -1, 1, 4, 8, 16, -64))
    elif field == "i" and not code & 8 and klass not in (1, 3):
        imm = rng.choice((imm + 1, imm - 1, -imm, rng.choice(_EDGES)))
    if code & 8 and not is_memory and not insn.code & 8:
        src, imm = rng.randint(0, 9), 0
    elif not code & 8 and insn.code & 8 and not is_memory:
        src = 0
    return Insn(code, dst, src, max(-0x8000, min(off, 0x7FFF)), max(-(1 << 31), min(imm, (1 << 31) - 1)))


# ── the two ──


class Judges:
    """Both kernels; skep's has the running one's types, symbols and configuration."""

    def __init__(self, unprivileged: bool) -> None:
        if unprivileged:
            give_up_perfmon()
        self.ours: Backend = skep.Kernel(
            ncpus=os.cpu_count() or 1,
            engine="interp",
            btf=kernel_types(None),
            files=host_files(),
            caps=Cap(KEPT) if unprivileged else None,
        )
        self.theirs: Backend = skep.Linux()

    def difference(self, seed: Seed, changes: Changes, log_level: int = 2) -> tuple[str, str] | None:
        """What kind of difference, and where it begins; None if there is none that can be judged."""
        spec = seed.changed(changes)
        try:
            theirs = verdict(spec, seed.program, self.theirs, log_level=log_level)
        except SkepError:
            return None
        if theirs.insns_processed is None or errno_name(theirs.errno) == "ENOSPC":
            return None
        try:
            ours = verdict(spec, seed.program, self.ours, log_level=log_level)
        except Exception as error:  # a verdict or nothing: whatever comes out is a finding
            return "crash", f"{type(error).__name__}: {error}"
        found = first_difference(normalise(ours.log), normalise(theirs.log))
        if found is None and ours.errno == theirs.errno:
            if ours.stack_depth != theirs.stack_depth:
                return "stack depth", f"skep {ours.stack_depth}, Linux {theirs.stack_depth}"
            return None
        where = f"line {found[0]}\n    skep  {found[1]}\n    linux {found[2]}" if found else ""
        verdicts = " ".join(
            f"{name} {errno_name(one.errno) if one.errno else 'accepted'}"
            for name, one in (("skep", ours), ("linux", theirs))
        )
        if ours.accepted and not theirs.accepted:
            kind = "accepted here only"
        elif theirs.accepted and not ours.accepted:
            kind = "refused here only"
        else:
            kind = "message" if ours.message != theirs.message else "log"
        return kind, f"{verdicts} ({theirs.message or ours.message}); {where}"


def fewer(judges: Judges, seed: Seed, changes: Changes) -> Changes:
    """Without the changes that the difference does not need."""
    for slot in sorted(changes):
        rest = {at: insn for at, insn in changes.items() if at != slot}
        if rest and judges.difference(seed, rest):
            changes = rest
    return changes


def seeds(paths: list[Path], only: str, largest: int) -> list[Seed]:
    """Programs of at most so many instructions."""
    files = [file for path in paths for file in (sorted(path.rglob("*.o")) if path.is_dir() else [path])]
    found = []
    for path in files:
        if not fnmatch.fnmatch(path.name, only):
            continue
        try:
            spec = as_tagged(skep.open(path).spec)
        except SkepError:
            continue
        for name, program in spec.programs.items():
            if len(plain_slots(program.insns)) > 1 and len(program.insns) <= largest:
                found.append(Seed(path, spec, name))
    return found


def report(judges: Judges, seed: Seed, changes: Changes, kind: str, number: int) -> None:
    changes = fewer(judges, seed, changes)
    found = judges.difference(seed, changes)
    print(f"{number}: {kind}: {seed.path} {seed.program}: {found[1] if found else 'not again'}")
    for slot, insn in sorted(changes.items()):
        before = format_insn(seed.insns, slot)
        print(f"    {slot}: {before}  ->  {format_insn((insn,), 0)}   {insn}")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz.objects", description="Compare changed programs.")
    parser.add_argument("paths", nargs="+", type=Path, help="object files, C sources, or folders of objects")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="*", help="pattern of the objects' file names")
    parser.add_argument("--largest", type=int, default=300, help="instructions of a program (default: 300)")
    parser.add_argument("--unprivileged", action="store_true", help="CAP_BPF without CAP_PERFMON")
    parser.add_argument("--show", type=int, default=20, help="how many differences to print")
    args = parser.parse_args()
    if reason := why_not():
        print(f"nothing compared: {reason}", file=sys.stderr)
        return 0
    judges, start = Judges(args.unprivileged), time.monotonic()
    pool = seeds(args.paths, args.only, args.largest)
    rng = random.Random(args.seed)
    kinds: Counter[str] = Counter()
    for number in range(args.count):
        seed = rng.choice(pool)
        changes = change(rng, seed.insns)
        found = judges.difference(seed, changes) if changes else None
        if found:
            kinds[found[0]] += 1
            if kinds.total() <= args.show:
                report(judges, seed, changes, found[0], number)
    print(f"{args.count} changed programs in {time.monotonic() - start:.0f} s")
    print(f"{kinds.total()} differences {dict(kinds) or ''}")
    return 1 if kinds else 0


if __name__ == "__main__":
    raise SystemExit(main())
