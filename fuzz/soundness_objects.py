"""The programs of object files, run step by step by the kernel that verified them: `fuzz.soundness` for what
a compiler made, with types, kernel functions, callbacks, iterators and locks.

    python -m fuzz.soundness_objects [--inputs 8] [--seed 1] [--only PATTERN] PATH...

Each program is loaded alone and run by PROG_TEST_RUN on random packets. What the verifier knew and what the
interpreter does are compared as there (`fuzz.exploration`). The exit status is 1 if there is a
counterexample.
"""

from __future__ import annotations

import argparse
import fnmatch
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self
from unittest.mock import patch

import skep
from fuzz.exploration import Exploration, Follower, Unsound
from fuzz.soundness import STEP_LIMIT, random_bytes
from fuzz.world import Packet, World
from skep._runtime import LAYOUTS, peek
from skep.cli.common import host_files, kernel_types
from skep.errors import InternalError, SkepError
from skep.kernel import interp
from skep.kernel.fixups import pipeline
from skep.kernel.fixups.program import FixedProgram
from skep.kernel.interp import Interp, InterpError, OutOfSteps
from skep.kernel.progtypes.registry import PROG_TYPES
from skep.kernel.verifier import check
from skep.kernel.verifier.request import VerifyRequest, VerifyResult
from skep.loader import ObjectSpec
from skep.loader.load import load
from skep.loader.verdict import only
from skep.syscall import commands
from skep.syscall.inproc import Kernel

MAX_PROCESSED: Final = 60_000
#: Arguments of kernel functions, tracepoints and hooks cannot be made up.
_NO_CONTEXT: Final = re.compile(
    r"context\+\d+ \(0 bytes\)|NULL, the verifier has trusted_ptr_|not supported yet"
)
_REFUSED: Final = (SkepError, OSError)


def packet_of(prog_type: int, context: int) -> Callable[[], Packet] | None:
    """Where the packet of a context in native memory is; None if it is not known for the type."""
    fields = LAYOUTS.get(PROG_TYPES[prog_type].native or "", {})
    names = ("data_meta" if "data_meta" in fields else "data", "data", "data_end")
    if not fields.keys() >= set(names):
        return None
    return lambda: Packet(*(peek(context + fields[name][0], fields[name][1]) for name in names))


@dataclass(slots=True)
class Watch:
    """While it is entered, what is verified is observed and what is interpreted is followed."""

    checked: int = 0
    skipped: int = 0
    steps: int = 0
    _known: dict[int, tuple[VerifyRequest, VerifyResult, FixedProgram]] = field(default_factory=dict)
    _patches: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        verify, rewrite = check.bpf_check, pipeline.fixup

        def bpf_check(request: VerifyRequest) -> VerifyResult:
            request.observer = Exploration(MAX_PROCESSED)
            return verify(request)

        def fixup(request: VerifyRequest, result: VerifyResult) -> FixedProgram:
            fixed = rewrite(request, result)
            self._known[id(fixed)] = request, result, fixed
            return fixed

        watch = self

        class Followed(Interp):
            """Steps are followed while the program itself runs; timers call back later, from nowhere."""

            def __init__(self, program: FixedProgram, **options: Any) -> None:
                super().__init__(program, **options, step_limit=STEP_LIMIT, may_goto_budget=5)

            def run(self, *arguments: int, run: int = 0) -> int:
                request, result, fixed = watch._known[id(self.program)]
                world = World(arguments[0], packet_of(request.prog_type, arguments[0]))
                observer = request.observer
                assert isinstance(observer, Exploration)
                follower = Follower(observer, result.insn_aux, fixed, world)
                follower.frames = lambda: self.frames
                self._on_step = follower.step
                try:
                    return super().run(*arguments, run=run)
                finally:
                    self._on_step = None
                    watch.checked += follower.checked
                    watch.skipped += follower.skipped
                    watch.steps += self.steps

        self._patches.enter_context(patch.object(check, "bpf_check", bpf_check))
        self._patches.enter_context(patch.object(pipeline, "fixup", fixup))
        self._patches.enter_context(patch.object(interp, "Interp", Followed))
        return self

    def __exit__(self, *_: object) -> None:
        self._patches.close()

    def forget(self) -> None:
        self._known.clear()


@dataclass(slots=True)
class Outcome:
    programs: int = 0
    accepted: int = 0
    runs: int = 0
    cannot_run: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)


def programs_of(paths: list[Path], pattern: str) -> Iterator[tuple[str, ObjectSpec, str]]:
    """Every program of the objects and of those below directories."""
    files = [file for path in paths for file in (sorted(path.rglob("*.o")) if path.is_dir() else [path])]
    for file in files:
        try:
            spec = skep.open(file).spec
        except SkepError:
            continue
        for name in spec.programs:
            if fnmatch.fnmatch(f"{file.name}:{name}", pattern):
                yield file.name, spec, name


def campaign(
    paths: list[Path],
    *,
    inputs: int,
    seed: int,
    pattern: str,
    watch: Watch,
    kernel: Kernel,
    show: int = 10,
) -> Outcome:
    """All of them; counterexamples are printed as they are found."""
    outcome = Outcome()
    for file, spec, name in programs_of(paths, pattern):
        outcome.programs += 1
        watch.forget()
        try:
            loaded = load(only(spec, name), kernel)
        except InternalError as error:
            found: str | None = f"InternalError: {error}"
        except _REFUSED:
            continue
        else:
            outcome.accepted += 1
            rng = random.Random(f"{seed}:{file}:{name}")
            found = _runs(kernel, loaded.programs[name], rng, inputs, outcome)
            loaded.close(kernel)
        if found:
            outcome.kinds[found.partition(":")[0]] += 1
            if outcome.kinds.total() <= show:
                print(f"{file}:{name}: {found}", flush=True)
    return outcome


def _runs(kernel: Kernel, fd: int, rng: random.Random, inputs: int, outcome: Outcome) -> str | None:
    for _ in range(inputs):
        packet = random_bytes(rng, rng.choice((64, 64, 100, 300)))
        try:
            commands.prog_test_run(kernel, fd, data=packet)
            outcome.runs += 1
        except OutOfSteps:
            outcome.cannot_run["too long"] += 1
            return None
        except (Unsound, InterpError) as bad:
            if _NO_CONTEXT.search(str(bad)):
                outcome.cannot_run["no context"] += 1
                return None
            return f"{type(bad).__name__}: {bad}"
        except _REFUSED as refused:
            outcome.cannot_run[str(refused)[-60:]] += 1
            return None
    return None


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="fuzz.soundness_objects",
        description="Run the programs of objects, step by step.",
    )
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        type=Path,
        help="objects, C sources, directories",
    )
    parser.add_argument("--inputs", type=int, default=8, help="runs of each accepted program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="*", metavar="PATTERN", help="of FILE:PROGRAM")
    parser.add_argument("--show", type=int, default=10, help="how many counterexamples to print")
    args, start = parser.parse_args(), time.monotonic()
    kernel = Kernel(engine="interp", btf=kernel_types(None), files=host_files(), test_run_all=True)
    with kernel, Watch() as watch:
        outcome = campaign(args.paths, inputs=args.inputs, seed=args.seed, pattern=args.only,
                           watch=watch, kernel=kernel, show=args.show)  # fmt: skip
    print(
        f"{outcome.programs} programs in {time.monotonic() - start:.0f} s, {outcome.accepted} accepted, "
        f"{outcome.runs} runs, {watch.steps} steps, {watch.checked} values compared, {watch.skipped} not; "
        f"{outcome.cannot_run.total()} cannot be run"
    )
    print(f"{outcome.kinds.total()} counterexamples {dict(outcome.kinds) or ''}")
    return 1 if outcome.kinds else 0


if __name__ == "__main__":
    sys.exit(main())
