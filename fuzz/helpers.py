"""Helpers with arguments that the verifier allows, on both engines and on Linux: verdict, results, all memory
that the helper could change, and the packet must be the same, and no argument may end the process.

    python -m fuzz.helpers [--count N] [--seed N] [--only TEXT] [--no-linux]

Each chunk of calls runs in a process of its own, in a network namespace of its own; when one dies, the call
that it died of is named. Some helpers say something else on each kernel (time, random numbers, addresses): of
these only the engines are compared, or nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import skep
from fuzz.helper_calls import Case, random_case
from fuzz.helper_tables import ADDRESSES, NOT_ON_LINUX, OWN
from fuzz.helper_world import TEXTS, World, add_sockets, open_sockets
from fuzz.netns import NetNs
from skep.errors import KernelError, VerifierError, errno_name
from skep.isa import encode
from skep.syscall import commands
from skep.syscall.linux import Linux, why_not
from skep.syscall.prog_load import prog_load
from skep.uapi import BPF_F_SLEEPABLE, ProgType

CHUNK = 100
VMLINUX = "/sys/kernel/btf/vmlinux"

#: Addresses as Linux prints them: hashed with a secret.
_HASHED = re.compile(rb"%(p(?![iIsSBxk])|pK)")


@dataclass(frozen=True)
class Outcome:
    """What a call left. `refused` is the verifier's last word, or the run's errno."""

    refused: str = ""
    scratch: bytes = b""
    packet: bytes = b""


class Runner:
    """One kernel with its world."""

    def __init__(self, backend: skep.Kernel | Linux) -> None:
        self.backend = backend
        self.world = World(backend)

    def load(self, case: Case) -> int | str:
        types = self.world.types
        try:
            return prog_load(
                self.backend,
                prog_type=case.prog_type,
                insns=encode(case.insns),
                license="GPL",
                prog_flags=BPF_F_SLEEPABLE if case.prog_type == ProgType.SYSCALL else 0,
                btf_fd=self.world.btf_fd,
                func_info=types.func_info(case.callback_at),
                map_fds=self.world.fds,
            ).fd
        except VerifierError as error:
            return str(error.log.strip().splitlines()[-2:])
        except KernelError as error:
            return errno_name(error.errno)

    def run(self, case: Case, fd: int) -> Outcome:
        self.world.scratch = case.scratch
        try:
            if case.frame:
                run = commands.prog_test_run(self.backend, fd, data=case.frame, data_out_size=100_000)
            else:
                run = commands.prog_test_run(self.backend, fd, ctx_out_size=0)
        except KernelError as error:
            return Outcome(errno_name(error.errno))
        return Outcome("", self.world.scratch, run.data_out)


def _is_alike(case: Case) -> bool:
    """Whether Linux can say the same."""
    if case.name in OWN | ADDRESSES | NOT_ON_LINUX:
        return False
    return not any(_HASHED.search(text) and repr(text) in case.said for text in TEXTS)


class Judges:
    """JIT, interpreter and (with a namespace to run in) Linux."""

    def __init__(self, stack: ExitStack, with_linux: bool) -> None:
        types = VMLINUX if os.path.exists(VMLINUX) else None
        self.own: dict[str, Runner] = {}
        for engine in ("jit", "interp"):
            kernel = stack.enter_context(skep.Kernel(ncpus=os.cpu_count() or 1, engine=engine, btf=types))
            kernel.machine.native.clock_ns, kernel.machine.native.clock_stopped = 1 << 40, 1
            add_sockets(kernel)
            self.own[engine] = Runner(kernel)
        self.inside: Callable[[Callable[[], object]], object] = lambda function: function()
        self.linux: Runner | None = None
        if with_linux:
            namespace = stack.enter_context(contextlib.closing(NetNs()))
            namespace.call(lambda: open_sockets(stack))
            self.inside = namespace.call
            self.linux = Runner(Linux())

    def judge(self, case: Case) -> tuple[str, dict[str, Outcome]]:
        """("" or what differs, the outcomes)."""
        runners = dict(self.own)
        if self.linux and case.name not in NOT_ON_LINUX:
            runners["linux"] = self.linux
        loaded = {name: runner.load(case) for name, runner in runners.items()}
        refused = {name: one for name, one in loaded.items() if isinstance(one, str)}
        if refused:
            for name, one in loaded.items():
                if isinstance(one, int):
                    runners[name].backend.close(one)
            return "" if len(refused) == len(loaded) else "verdict", {
                n: Outcome(w) for n, w in refused.items()
            }
        outcomes: dict[str, Outcome] = {}
        for name, fd in loaded.items():
            runner = runners[name]
            assert isinstance(fd, int)
            outcomes[name] = self.inside(lambda: runner.run(case, fd))  # type: ignore[assignment]  # noqa: B023
            runner.backend.close(fd)
        return self._compare(case, outcomes), outcomes

    def _compare(self, case: Case, outcomes: dict[str, Outcome]) -> str:
        if case.name in ADDRESSES:
            return ""
        if outcomes["jit"] != outcomes["interp"]:
            return "engines"
        linux = outcomes.get("linux")
        return "Linux" if linux and _is_alike(case) and linux != outcomes["jit"] else ""


def explain(outcomes: dict[str, Outcome]) -> Iterator[str]:
    """Where the outcomes differ."""
    for name, one in outcomes.items():
        if one.refused:
            yield f"  {name}: {one.refused}"
            continue
        r0 = int.from_bytes(one.scratch[:8], "little", signed=True)
        yield f"  {name}: r0 {r0}, packet {len(one.packet)} bytes"
    texts = [one.scratch for one in outcomes.values() if not one.refused]
    places = [at for at, row in enumerate(zip(*texts, strict=True)) if len(set(row)) > 1]
    if places:
        yield f"  memory differs at {places[:12]}: " + " | ".join(
            text[places[0] : places[0] + 16].hex() for text in texts
        )


def chunk(seed: int, number: int, count: int, only: str, with_linux: bool, progress: object) -> None:
    """Runs the calls of one chunk; says what differs. The exit status is 1 then."""
    rng = random.Random(f"{seed}:{number}")
    differing, verdicts = 0, Counter[str]()
    with ExitStack() as stack:
        judges = Judges(stack, with_linux)
        for place in range(count):
            case = random_case(rng, only)
            progress.value = str(case).encode()[:500]  # type: ignore[attr-defined]
            what, outcomes = judges.judge(case)
            refused = next((one.refused for one in outcomes.values()), "")
            verdicts["refused" if refused else "ran"] += 1
            if what:
                differing += 1
                print(
                    f"chunk {number} call {place}, {what}: {case}", *explain(outcomes), sep="\n", flush=True
                )
    print(f"chunk {number}: {dict(verdicts)}", file=sys.stderr)
    sys.stdout.flush()
    if differing:
        sys.exit(1)


def campaign(seed: int, count: int, only: str = "", with_linux: bool = True) -> list[str]:
    """Runs all chunks; a line for each that failed."""
    context = multiprocessing.get_context("fork")
    failed: list[str] = []
    for number in range(-(-count // CHUNK)):
        progress = context.Array("c", 512)
        size = min(CHUNK, count - number * CHUNK)
        worker = context.Process(target=chunk, args=(seed, number, size, only, with_linux, progress))
        worker.start()
        worker.join()
        if worker.exitcode:
            how = (
                "differences"
                if worker.exitcode == 1
                else f"died ({worker.exitcode}) of {progress.value.decode()}"
            )
            failed.append(f"chunk {number}: {how}")
            print(failed[-1], flush=True)
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz.helpers")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="helpers with this text in their name")
    parser.add_argument("--no-linux", action="store_true")
    args = parser.parse_args()
    reason = why_not()
    if reason and not args.no_linux:
        print(f"not compared with Linux: {reason}", file=sys.stderr)
    failed = campaign(args.seed, args.count, args.only, not (args.no_linux or reason))
    print(f"{args.count} calls, {len(failed)} chunks failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
