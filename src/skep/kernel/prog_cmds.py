"""Commands on loaded programs: running one, and binding a map to it."""

from __future__ import annotations

import errno

from skep.kernel.call import Call
from skep.kernel.prog import Prog
from skep.uapi import attrs as a


def prog_test_run(call: Call[a.ProgTestRun]) -> int:
    """bpf_prog_test_run(): the program type's own runner does the work."""
    attr = call.attr
    for size, pointer in ((attr.ctx_size_in, attr.ctx_in), (attr.ctx_size_out, attr.ctx_out)):
        if bool(size) != bool(pointer):
            raise OSError(errno.EINVAL, "a context needs both a buffer and a size")
    prog = call.machine.prog_of_fd(attr.prog_fd)
    from skep.kernel.hooks.test_run import test_run  # late: few processes run programs

    result = test_run(call, prog)
    if call.machine.stats_users:
        _count(prog, a.ProgTestRun.parse(call.raw))
    return result


def _count(prog: Prog, done: a.ProgTestRun) -> None:
    """What ENABLE_STATS asks for."""
    runs = done.repeat or 1
    prog.run_cnt += runs
    prog.run_time_ns += runs * done.duration


def prog_bind_map(call: Call[a.ProgBindMap]) -> int:
    """bpf_prog_bind_map(): the map lives as long as the program, though that does not use it."""
    attr, machine = call.attr, call.machine
    if attr.flags:
        raise OSError(errno.EINVAL, "no flags are known")
    prog = machine.prog_of_fd(attr.prog_fd)
    map = machine.map_of_fd(attr.map_fd)
    if map not in prog.all_maps():
        prog.bound_maps.append(machine.maps.hold(map))
    return 0
