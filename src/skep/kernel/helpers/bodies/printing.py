"""bpf_trace_printk, bpf_trace_vprintk, bpf_snprintf."""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from skep._runtime import LAYOUTS, peek, read_memory, write_memory
from skep.kernel.helpers.bodies.body import Body
from skep.kernel.helpers.bprintf import Memory, parse, render

if TYPE_CHECKING:
    from skep.kernel.machine import Machine

_MAX_BUFFER = 1024
_MAX_VARARGS = 12
_PAGE = 4096


def _read_string(address: int, limit: int) -> bytes:
    text = b""
    while len(text) < limit:
        step = min(_PAGE - (address + len(text)) % _PAGE, limit - len(text))
        try:
            chunk, nul, _ = read_memory(address + len(text), step).partition(b"\0")
        except OSError:
            break
        text += chunk
        if nul:
            break
    return text


def _read_bytes(address: int, size: int) -> bytes:
    try:
        return read_memory(address, size)
    except OSError:
        return bytes(size)


_MEMORY = Memory(_read_string, _read_bytes)


def _format(text: bytes, args: tuple[int, ...]) -> bytes:
    head, nul, _ = text.partition(b"\0")
    if not nul:
        raise OSError(errno.EINVAL, "the format does not end in NUL")
    return render(parse(head, len(args)), args, _MEMORY)


def _varargs(address: int, size: int) -> tuple[int, ...]:
    if size % 8 or size > _MAX_VARARGS * 8 or (size and not address):
        raise OSError(errno.EINVAL, f"{size} bytes of arguments")
    return struct.unpack(f"<{size // 8}Q", read_memory(address, size))


def _trace(machine: Machine, text: bytes, run: int) -> int:
    offset, size = LAYOUTS["skep_run"]["cpu"]
    machine.trace_pipe.write(text[: _MAX_BUFFER - 1], cpu=peek(run + offset, size))
    return len(text)


def trace_printk(machine: Machine, fmt: int, fmt_size: int, r3: int, r4: int, r5: int, run: int) -> int:
    return _trace(machine, _format(read_memory(fmt, fmt_size & 0xFFFFFFFF), (r3, r4, r5)), run)


def trace_vprintk(machine: Machine, fmt: int, fmt_size: int, args: int, size: int, _: int, run: int) -> int:
    words = _varargs(args, size & 0xFFFFFFFF)
    return _trace(machine, _format(read_memory(fmt, fmt_size & 0xFFFFFFFF), words), run)


def snprintf(machine: Machine, out: int, room: int, fmt: int, args: int, size: int, run: int) -> int:
    words = _varargs(args, size & 0xFFFFFFFF)
    text = _format(_read_string(fmt, 1 << 16) + b"\0", words)
    room &= 0xFFFFFFFF
    if room:
        write_memory(out, text[: room - 1] + b"\0")
    return len(text) + 1


BODIES: dict[str, Body] = {
    "trace_printk": trace_printk,
    "trace_vprintk": trace_vprintk,
    "snprintf": snprintf,
}
