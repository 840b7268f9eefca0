"""What Linux cannot run on its own, run all the same: an extension of the userspace kernel's.

A machine that allows it (`test_run_all`) runs programs of every type by PROG_TEST_RUN. `ctx_in` is the
context as programs of the type see it: the uapi structure, the registers, the record, the array of 64-bit
arguments. What would be pointers to packet bytes (packets, option values) points to `data_in`, what would be
a socket to one of the kernel's own that is empty, whatever the caller put there. Context and data come back
as the program left them.
"""

from __future__ import annotations

import errno
from collections.abc import Callable

from skep.kernel.call import Call
from skep.kernel.helpers.types import (
    PTR_TO_BTF_ID,
    PTR_TO_PACKET,
    PTR_TO_PACKET_END,
    PTR_TO_SOCK_COMMON,
    PTR_TO_SOCKET,
    base_type,
)
from skep.kernel.hooks.block import Block
from skep.kernel.hooks.execute import execute
from skep.kernel.hooks.user_data import PAGE_SIZE, context_out, data_in, result_out
from skep.kernel.model.packet import SkBuff, View
from skep.kernel.model.record import Record
from skep.kernel.prog import Prog
from skep.kernel.progtypes.progtype import CtxField
from skep.kernel.progtypes.registry import PROG_TYPES
from skep.uapi import attrs as a

_SOCKETS = (PTR_TO_SOCKET, PTR_TO_SOCK_COMMON)
_ON_SKB = "skep_sk_buff"
_MAX_DATA = 1 << 16


def run_any(call: Call[a.ProgTestRun], prog: Prog) -> int:
    """The context is the caller's, as far as it goes; what is missing of it is zero."""
    attr = call.attr
    if attr.flags or attr.cpu or attr.batch_size:
        raise OSError(errno.EINVAL, "flags, a cpu or a batch_size mean nothing for this program type")
    data = Block(data_in(call, attr.data_size_in, _MAX_DATA) if attr.data_size_in else b"", "data")
    if attr.ctx_size_in > PAGE_SIZE:
        raise OSError(errno.E2BIG, f"a context of {attr.ctx_size_in} bytes")
    given = call.memory.read(attr.ctx_in, attr.ctx_size_in) if attr.ctx_in else b""
    if PROG_TYPES[prog.type].native == _ON_SKB:
        return _run_on_packet(call, prog, data.content())
    fields = _fields(prog)
    size = max(
        [attr.ctx_size_in, prog.fixed.max_ctx_offset, *(field.offset + field.size for field in fields)]
    )
    context = Block(given.ljust(size, b"\0"))
    socket = Record("skep_sock")
    _fill_pointers(context, fields, data, socket)
    regions = [*context.regions(), *data.regions(), ("socket", socket.address, socket.size)]
    repeat = attr.repeat or 1
    outcome = execute(call.machine, prog, context.address, lambda: regions, repeat=repeat)
    result_out(call, data.content(), b"", outcome, repeat)
    return context_out(call, context.content()[: max(len(given), attr.ctx_size_out)])


def _run_on_packet(call: Call[a.ProgTestRun], prog: Prog, frame: bytes) -> int:
    """Programs on socket buffers: the packet alone makes the context."""
    skb = SkBuff(frame, View.L3)
    repeat = call.attr.repeat or 1
    outcome = execute(call.machine, prog, skb.record.address, skb.regions, repeat=repeat)
    result_out(call, skb.frame, b"", outcome, repeat)
    return 0


def _fields(prog: Prog) -> tuple[CtxField, ...]:
    variant = PROG_TYPES[prog.type].variant(prog.expected_attach_type)
    return variant.fields if variant is not None else ()


def _fill_pointers(context: Block, fields: tuple[CtxField, ...], data: Block, socket: Record) -> None:
    """Pointers are the kernel's to give; nobody else's would be safe to follow."""
    values: dict[int, Callable[[], int]] = {
        PTR_TO_PACKET: lambda: data.address,
        PTR_TO_PACKET_END: lambda: data.address + data.size,
        **{kind: lambda: socket.address for kind in _SOCKETS},
    }
    for field in fields:
        kind = base_type(field.type)
        if kind in values and field.size == 8:
            context.put(field.offset, values[kind]().to_bytes(8, "little"))
        elif kind == PTR_TO_BTF_ID and field.size == 8:
            context.put(field.offset, bytes(8))
