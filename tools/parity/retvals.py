"""What programs return: the kernel's selftests with an expectation, on skep's two engines and on Linux.

    python -m tools.parity.retvals --corpus DIR [--only PATTERN] [--all] [--json FILE]

A program is loaded with those that its maps' slots name, and run once as the kernel's own test loader does
it. Linux is the judge: the tag only chooses who is asked. `--all` asks every program that Linux can run so.
skep runs in a process of its own for each object, so that a crash is a finding and not the end. The exit
status is 1 if any value differs.
"""

from __future__ import annotations

import argparse
import dataclasses
import fnmatch
import json
import multiprocessing
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Literal

import skep
from skep.btf import types as t
from skep.cli.common import host_files, kernel_types
from skep.errors import SkepError, errno_name
from skep.loader import ObjectSpec
from skep.loader.load import load
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.linux import why_not
from skep.uapi import ProgType
from tools.parity.corpus import as_tagged

Engine = Literal["jit", "interp"]

ENGINES: Final[tuple[Engine, ...]] = ("jit", "interp")
_TAG: Final = "comment:test_retval="
_PACKET: Final = bytes(64)
_NO_DATA: Final = (
    ProgType.SYSCALL,
    ProgType.RAW_TRACEPOINT,
    ProgType.RAW_TRACEPOINT_WRITABLE,
    ProgType.TRACING,
)
_TIMEOUT: Final = 300.0


@dataclass
class Row:
    """One program: what each kernel returned, or why it did not, by the kernel's name."""

    object: str
    program: str
    type: str
    tagged: bool
    said: dict[str, int | str] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        return all(self.said.get(engine) == self.said["linux"] for engine in ENGINES)


def run_alone(spec: ObjectSpec, program: str, backend: Backend) -> int | str:
    """The program's return value, or the error's text: of the load, or of the run."""
    try:
        loaded = load(_with_slots(spec, program), backend)
    except SkepError as error:
        return f"load: {_reason(error)}"
    try:
        data = None if spec.programs[program].type in _NO_DATA else _PACKET
        return commands.prog_test_run(backend, loaded.programs[program], data=data).retval
    except (SkepError, OSError) as error:
        return f"run: {_reason(error)}"
    finally:
        loaded.close(backend)


def _reason(error: BaseException) -> str:
    number = getattr(error, "errno", None)
    text = str(error).strip().splitlines()
    return f"{errno_name(number) if number else type(error).__name__}: {text[-1] if text else ''}"


def _with_slots(spec: ObjectSpec, program: str) -> ObjectSpec:
    """The object with that program and those that it can reach through slots of program arrays."""
    wanted, reached = [program], {program}
    while wanted:
        for reference in spec.programs[wanted.pop()].maps:
            for name in spec.maps[reference.map].slots.values():
                if name in spec.programs and name not in reached:
                    reached.add(name)
                    wanted.append(name)
    programs = {name: dataclasses.replace(spec.programs[name], autoload=True) for name in reached}
    named = {reference.map for row in programs.values() for reference in row.maps}
    named |= {slot for name in named for slot in spec.maps[name].slots.values() if slot in spec.maps}
    maps = {name: row for name, row in spec.maps.items() if name in named}
    return dataclasses.replace(spec, programs=programs, maps=maps)


def tagged_programs(spec: ObjectSpec) -> set[str]:
    """Programs whose source states what they return."""
    if spec.btf is None or _TAG.encode() not in spec.btf.strings:
        return set()
    tags = (tag for tag in spec.btf.types if isinstance(tag, t.DeclTag) and tag.name.startswith(_TAG))
    return {spec.btf.get(tag.type).name for tag in tags} & set(spec.programs)


def compare(path: Path, linux: Backend, btf: Path | None, *, every: bool) -> Iterator[Row]:
    """All programs of the object that Linux loads and runs."""
    spec = as_tagged(skep.open(path).spec)
    tagged = tagged_programs(spec)
    rows = []
    for program in [name for name in spec.programs if every or name in tagged]:
        kind = ProgType(spec.programs[program].type).name.lower()
        row = Row(path.name, program, kind, program in tagged)
        row.said["linux"] = run_alone(spec, program, linux)
        if isinstance(row.said["linux"], int):
            rows.append(row)
    for engine in ENGINES:
        for row, said in zip(rows, _guarded(spec, [row.program for row in rows], engine, btf), strict=True):
            row.said[engine] = said
    yield from rows


def _guarded(spec: ObjectSpec, programs: list[str], engine: Engine, btf: Path | None) -> Iterable[int | str]:
    """What skep says, from a process of its own; after a crash or a hang, from another one."""
    answers: list[int | str] = []
    while len(answers) < len(programs):
        ours, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("fork")
        child = context.Process(target=_answer, args=(theirs, spec, programs[len(answers) :], engine, btf))
        child.start()
        theirs.close()
        answers += _received(ours, len(programs) - len(answers))
        if len(answers) < len(programs):
            hung = child.is_alive()
            child.kill()
            answers.append("hangs" if hung else "crashes")
        child.join()
    return answers


def _received(pipe: Connection, count: int) -> Iterator[int | str]:
    for _ in range(count):
        if not pipe.poll(_TIMEOUT):
            return
        try:
            yield pipe.recv()
        except EOFError:
            return


def _answer(
    pipe: Connection, spec: ObjectSpec, programs: list[str], engine: Engine, btf: Path | None
) -> None:
    with skep.Kernel(ncpus=os.cpu_count() or 1, engine=engine, btf=btf, files=host_files()) as kernel:
        kernel.machine.task.become(os.getpid(), "parity")
        for program in programs:
            try:
                pipe.send(run_alone(spec, program, kernel))
            except Exception as error:  # whatever comes out is a finding
                pipe.send(_reason(error))


def main() -> int:
    """Compare, print, exit."""
    parser = argparse.ArgumentParser(prog="python -m tools.parity.retvals")
    parser.add_argument("objects", nargs="*", type=Path)
    parser.add_argument("--corpus", type=Path, help="every *.o below this directory")
    parser.add_argument("--only", default="*", help="pattern of the objects' file names")
    parser.add_argument("--all", action="store_true", help="also programs without a stated return value")
    parser.add_argument("--json", type=Path, help="write every row to this file, a line each")
    args = parser.parse_args()
    if reason := why_not():
        print(f"nothing compared: {reason}", file=sys.stderr)
        return 0
    btf = kernel_types(None)
    found = [*args.objects, *(sorted(args.corpus.rglob("*.o")) if args.corpus else [])]
    rows: list[Row] = []
    os.sched_setaffinity(0, {0})  # skep's programs run on CPU 0 too
    with skep.Linux() as linux:
        for path in found:
            if not fnmatch.fnmatch(path.name, args.only):
                continue
            try:
                rows += compare(path, linux, btf, every=args.all)
            except SkepError as error:
                print(f"{path.name}: {error}", file=sys.stderr)
    _print(rows)
    if args.json:
        args.json.write_text("".join(json.dumps(dataclasses.asdict(row)) + "\n" for row in rows))
    return 0 if all(row.agrees for row in rows) else 1


def _print(rows: list[Row]) -> None:
    for row in rows:
        if not row.agrees:
            print(f"{row.object} {row.program} ({row.type}): {row.said}")
    for engine in ENGINES:
        equal = sum(row.said[engine] == row.said["linux"] for row in rows)
        print(f"{engine:7} {equal:4} of {len(rows)} as Linux")


if __name__ == "__main__":
    raise SystemExit(main())
