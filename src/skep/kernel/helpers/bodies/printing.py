"""Formatted text: bpf_trace_printk, bpf_trace_vprintk, bpf_snprintf, bpf_seq_printf, bpf_seq_write."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from skep._runtime import read_memory, write_memory
from skep.kernel.helpers.bodies.body import Body
from skep.kernel.helpers.bodies.memory import MEMORY, read_string, run_member, varargs
from skep.kernel.helpers.bprintf import parse, render

if TYPE_CHECKING:
    from skep.kernel.machine import Machine

_MAX_BUFFER = 1024
_U32 = 0xFFFF_FFFF


def _format(machine: Machine, text: bytes, args: tuple[int, ...]) -> bytes:
    head, nul, _ = text.partition(b"\0")
    if not nul:
        raise OSError(errno.EINVAL, "the format does not end in NUL")
    return render(parse(head, len(args)), args, MEMORY, machine.name_of)


def _trace(machine: Machine, text: bytes, run: int) -> int:
    machine.trace_pipe.write(text[: _MAX_BUFFER - 1], cpu=run_member(run, "cpu"))
    return len(text)


def trace_printk(machine: Machine, fmt: int, fmt_size: int, r3: int, r4: int, r5: int, run: int) -> int:
    return _trace(machine, _format(machine, read_memory(fmt, fmt_size & _U32), (r3, r4, r5)), run)


def trace_vprintk(machine: Machine, fmt: int, fmt_size: int, args: int, size: int, _: int, run: int) -> int:
    words = varargs(args, size)
    return _trace(machine, _format(machine, read_memory(fmt, fmt_size & _U32), words), run)


def snprintf(machine: Machine, out: int, room: int, fmt: int, args: int, size: int, run: int) -> int:
    words = varargs(args, size)
    text = _format(machine, read_string(fmt, 1 << 16) + b"\0", words)
    room &= _U32
    if room:
        write_memory(out, text[: room - 1] + b"\0")
    return len(text) + 1


def seq_printf(machine: Machine, file: int, fmt: int, fmt_size: int, args: int, size: int, run: int) -> int:
    words = varargs(args, size)
    text = _format(machine, read_memory(fmt, fmt_size & _U32), words)
    machine.seq_file_at(file).write(text)
    return 0


def seq_write(machine: Machine, file: int, data: int, size: int, *_: int) -> int:
    machine.seq_file_at(file).write(read_memory(data, size & _U32))
    return 0


BODIES: dict[str, Body] = {
    "trace_printk": trace_printk,
    "trace_vprintk": trace_vprintk,
    "snprintf": snprintf,
    "seq_printf": seq_printf,
    "seq_write": seq_write,
}
