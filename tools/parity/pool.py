"""Objects over several processes, program by program: a program that takes too long, or takes its process
with it, is one row that says so, and the rest goes on.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

import skep
from skep.cli.common import host_files
from skep.errors import SkepError
from skep.kernel.capable import Cap
from tools.parity.privileges import KEPT, give_up_perfmon
from tools.parity.verify import QUESTIONS, Comparison, Settings, compare_program, tagged

_SPAWN = multiprocessing.get_context("spawn")
_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Subject:
    """An object file under the name that reports and the list of known differences have for it."""

    name: str
    path: Path


@dataclass(slots=True)
class _Task:
    """An object, without the programs that are done."""

    subject: Subject
    done: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    task: _Task | None = None
    program: str = ""
    since: float = 0.0


def compare_all(
    subjects: list[Subject], settings: Settings, *, jobs: int, limit: float
) -> Iterator[Comparison]:
    """A row for each program of each object, in the order in which they are done; `limit` in seconds."""
    todo = [_Task(subject) for subject in reversed(subjects)]
    workers = [_start(settings) for _ in range(min(jobs, len(todo)))]
    try:
        while todo or any(worker.task for worker in workers):
            for worker in workers:
                if worker.task is None and todo:
                    _give(worker, todo.pop())
            busy = [worker for worker in workers if worker.task]
            ready = wait([worker.pipe for worker in busy], _POLL_SECONDS)
            for worker in busy:
                if worker.pipe in ready:
                    yield from _receive(worker, todo)
                elif worker.program and time.monotonic() - worker.since > limit:
                    yield _lost(worker, todo, f"no verdict after {limit:.0f} seconds")
                if not worker.process.is_alive() and worker.task is None and todo:
                    workers[workers.index(worker)] = _start(settings)
    finally:
        for worker in workers:
            worker.process.kill()


def _start(settings: Settings) -> _Worker:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_work, args=(theirs, settings), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _give(worker: _Worker, task: _Task) -> None:
    worker.task, worker.program, worker.since = task, "", time.monotonic()
    worker.pipe.send((task.subject, task.done))


def _receive(worker: _Worker, todo: list[_Task]) -> Iterator[Comparison]:
    """A worker says the name of a program before it begins it, then its row; None ends the object."""
    assert worker.task
    try:
        said = worker.pipe.recv()
    except (EOFError, ConnectionResetError):
        worker.process.join()
        yield _lost(worker, todo, f"the process ended with status {worker.process.exitcode}")
        return
    if said is None:
        worker.task = None
    elif isinstance(said, str):
        worker.program, worker.since = said, time.monotonic()
    else:
        worker.task.done.append(said.program)
        yield said


def _lost(worker: _Worker, todo: list[_Task], why: str) -> Comparison:
    """The row of a program that has no verdict; the object goes on without it in another process."""
    assert worker.task
    worker.process.kill()
    worker.process.join()
    task, worker.task = worker.task, None
    row = Comparison(task.subject.name, worker.program, None, None, crashed=why, difference=why)
    row.agrees = dict.fromkeys(QUESTIONS, False)
    if worker.program:
        todo.append(_Task(task.subject, [*task.done, worker.program]))
    return row


# ------------------------------------------------------------------ in the worker


def _work(pipe: Connection, settings: Settings) -> None:
    caps = None
    if settings.unprivileged:
        give_up_perfmon()
        caps = Cap(KEPT)
    own = skep.Kernel(
        ncpus=os.cpu_count() or 1, engine="interp", btf=settings.btf, files=host_files(), caps=caps
    )
    with own as ours, skep.Linux() as theirs:
        while True:
            subject, done = pipe.recv()
            try:
                spec = tagged(skep.open(subject.path).spec, settings)
            except SkepError as error:
                pipe.send(Comparison(subject.name, "", None, None, excluded=f"cannot be opened: {error}"))
            else:
                for program in spec.programs:
                    if program not in done:
                        pipe.send(program)
                        pipe.send(compare_program(spec, subject.name, program, ours, theirs, settings))
            pipe.send(None)
