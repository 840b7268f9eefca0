"""PROG_TEST_RUN of programs whose context is just memory: raw tracepoints and syscall programs."""

from __future__ import annotations

import errno

from skep.kernel.call import Call
from skep.kernel.hooks.block import Block
from skep.kernel.hooks.execute import execute
from skep.kernel.prog import Prog
from skep.uapi import BPF_F_TEST_RUN_ON_CPU
from skep.uapi import attrs as a

_MAX_ARGS = 12  # MAX_BPF_FUNC_ARGS
_U16_MAX = 0xFFFF


def run_raw_tracepoint(call: Call[a.ProgTestRun], prog: Prog) -> int:
    """bpf_prog_test_run_raw_tp(): the context is the tracepoint's arguments, 64 bits each."""
    attr = call.attr
    _no_more(attr, "data_in", "data_out", "ctx_out", "duration", "repeat", "batch_size")
    if not prog.fixed.max_ctx_offset <= attr.ctx_size_in <= _MAX_ARGS * 8:
        raise OSError(errno.EINVAL, f"{attr.ctx_size_in} bytes of arguments")
    on_cpu = attr.flags & BPF_F_TEST_RUN_ON_CPU
    if not on_cpu and attr.cpu:
        raise OSError(errno.EINVAL, "a cpu without BPF_F_TEST_RUN_ON_CPU")
    block = Block(call.memory.read(attr.ctx_in, attr.ctx_size_in))
    if on_cpu and attr.cpu >= call.machine.ncpus:
        raise OSError(errno.ENXIO, f"there is no CPU {attr.cpu}")
    cpu = attr.cpu if on_cpu else -1
    outcome = execute(call.machine, prog, block.address, block.regions, cpu=cpu)
    call.put(retval=outcome.retval)
    return 0


def run_syscall(call: Call[a.ProgTestRun], prog: Prog) -> int:
    """bpf_prog_test_run_syscall(): the context is the caller's and is written back."""
    attr = call.attr
    _no_more(attr, "data_in", "data_out", "ctx_out", "duration", "repeat", "flags", "batch_size")
    if not prog.fixed.max_ctx_offset <= attr.ctx_size_in <= _U16_MAX:
        raise OSError(errno.EINVAL, f"a context of {attr.ctx_size_in} bytes")
    block = Block(call.memory.read(attr.ctx_in, attr.ctx_size_in))
    outcome = execute(call.machine, prog, block.address, block.regions)
    call.put(retval=outcome.retval)
    if block.size:
        call.memory.write(attr.ctx_in, block.content())
    return 0


def _no_more(attr: a.ProgTestRun, *names: str) -> None:
    for name in names:
        if getattr(attr, name):
            raise OSError(errno.EINVAL, f"{name} means nothing for this program type")
