"""Running a program on a context that stands ready, with the engine that the machine uses."""

from __future__ import annotations

import errno
import time
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skep._runtime import LAYOUTS, peek, run_repeat
from skep.kernel.capable import Cap
from skep.kernel.helpers import address, entries
from skep.kernel.kfuncs.entries import address as kfunc_address
from skep.kernel.maps.storage import CgroupStorage
from skep.kernel.model.record import Record

if TYPE_CHECKING:
    from skep.kernel.interp.memory import Region
    from skep.kernel.machine import Machine
    from skep.kernel.prog import Prog

_STOP_WANTED, _STOP_TIME = 1, 2  # enum skep_stop

#: What a program may touch besides its stack and its maps: (name, address, size), asked for at each access.
Memory = Callable[[], Iterable[tuple[str, int, int]]]


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where a helper sent the packet: enum skep_redirect_kind, 0 for nowhere; then what the kind needs."""

    kind: int = 0
    ifindex: int = 0
    flags: int = 0
    map: int = 0  # its address
    key: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """`retval` and `redirect` are the last run's; `spent_ns` is what all runs took."""

    retval: int
    spent_ns: int
    redirect: Redirect = Redirect()


def execute(
    machine: Machine,
    prog: Prog,
    ctx: int,
    memory: Memory,
    *,
    repeat: int = 1,
    cpu: int = -1,
    wanted: array[int] | None = None,
) -> Outcome:
    """Run the program `repeat` times on one context; `cpu` -1 is any. ETIMEDOUT for a run that takes longer
    than the machine allows. The interpreter ends with EINTR once `wanted`, an array('I'), holds something.

    The program cannot be freed meanwhile, and what others took out of its sight is freed afterwards.
    """
    machine.progs.hold(prog)
    for map in prog.maps:
        if isinstance(map, CgroupStorage):
            map.begin_run()
    try:
        if prog.native is not None:
            retval, spent, where = run_repeat(machine.native, cpu, prog.address, ctx, repeat)
            to = Redirect(*where)
        else:
            retval, spent, to = _interpret(machine, prog, ctx, memory, repeat, cpu, wanted)
        entries.raise_failure(machine)
    finally:
        machine.progs.release(prog)
        machine.native.reap()
    return Outcome(retval & 0xFFFFFFFF, spent, to)


def _interpret(
    machine: Machine, prog: Prog, ctx: int, memory: Memory, repeat: int, cpu: int, wanted: array[int] | None
) -> tuple[int, int, Redirect]:
    run = Record("skep_run")
    run["kernel"] = machine.native.address
    run["ctx"] = ctx
    run["prog"] = prog.address
    run["cpu"] = machine.native.enter(cpu)
    try:
        start = time.perf_counter_ns()
        result = 0
        for _ in range(repeat):
            run["tail_calls"] = run["since"] = 0
            run.set_bytes("redirect", bytes(LAYOUTS["skep_run"]["redirect"][1]))
            result = _step_through(machine, prog, ctx, run.address, memory, _patience(machine, run, wanted))
            _raise_stop(run["stop"])
        return result, time.perf_counter_ns() - start, _redirect_of(run)
    finally:
        machine.native.leave(run["cpu"])


def _redirect_of(run: Record) -> Redirect:
    where = run.address + LAYOUTS["skep_run"]["redirect"][0]
    fields = LAYOUTS["skep_redirect"]
    return Redirect(*(peek(where + fields[name][0], fields[name][1]) for name in Redirect.__slots__))


def _patience(machine: Machine, run: Record, wanted: array[int] | None) -> Callable[[], bool]:
    """What one run asks now and then: whether it should end. Then the loops of helpers end, too."""
    started, limit = time.monotonic_ns(), machine.native.run_limit_ns

    def pause() -> bool:
        if limit and time.monotonic_ns() - started > limit:
            run["stop"] = _STOP_TIME
        elif wanted is not None and wanted[0]:
            run["stop"] = _STOP_WANTED
        return bool(run["stop"])

    return pause


def _raise_stop(stop: int) -> None:
    if stop == _STOP_TIME:
        raise OSError(errno.ETIMEDOUT, "the run takes longer than the kernel allows")
    if stop == _STOP_WANTED:
        raise OSError(errno.EINTR, "the run is not wanted any more")


def _step_through(
    machine: Machine, prog: Prog, ctx: int, run: int, memory: Memory, pause: Callable[[], bool]
) -> int:
    from skep.kernel.interp import Interp, Region

    def regions() -> list[Region]:
        return [Region(name, start, size) for name, start, size in (*memory(), *machine.regions())]

    def tail_call(target: int, context: int, same_run: int) -> int:
        found = next(other for other in machine.progs if other.address == target)
        return _step_through(machine, found, context, same_run, memory, pause)

    interp = Interp(
        prog.fixed,
        resolve_helper=lambda helper: address(machine, helper),
        resolve_kfunc=lambda call: kfunc_address(machine, call.name, returns_pointer=call.returns_pointer),
        resolve_record=lambda type_id: machine.records.address(prog.btf.btf if prog.btf else None, type_id),
        regions=[regions],
        on_tail_call=tail_call,
        # Who may see kernel pointers may also read what no one wrote: the verifier lets the program.
        allow_uninit_stack=machine.capable(Cap.PERFMON),
        object_at=machine.native.object_at,
        on_pause=pause,
    )
    try:
        return interp.run(ctx, run=run)
    finally:
        if machine.native.timers:
            machine.after_timers(lambda: interp)  # one of them may call back into it
