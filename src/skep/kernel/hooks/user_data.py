"""What PROG_TEST_RUN takes from its caller and gives back, the same for all program types."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from skep.kernel.call import Call
from skep.kernel.hooks.execute import Outcome
from skep.kernel.usermem import check_tail_zero
from skep.uapi import attrs as a

ETH_HLEN = 14
PAGE_SIZE = 4096
_U32_MAX = 0xFFFFFFFF


def context_in(call: Call[a.ProgTestRun], size: int) -> bytes | None:
    """bpf_ctx_init(): the caller's context, filled up to the kernel's size; None when it gives and wants
    none.
    """
    attr = call.attr
    if not attr.ctx_in and not attr.ctx_out:
        return None
    if not attr.ctx_in:
        return bytes(size)
    if attr.ctx_size_in > size:
        if attr.ctx_size_in > PAGE_SIZE:
            raise OSError(errno.E2BIG, f"a context of {attr.ctx_size_in} bytes")
        check_tail_zero(call.memory.read(attr.ctx_in, attr.ctx_size_in), size)
    return call.memory.read(attr.ctx_in, min(size, attr.ctx_size_in)).ljust(size, b"\0")


def context_out(call: Call[a.ProgTestRun], ctx: bytes) -> int:
    """bpf_ctx_finish(): as much as there is room for, and the whole size; ENOSPC when that is more."""
    attr = call.attr
    if not attr.ctx_out:
        return 0
    short = _Short(len(ctx) > attr.ctx_size_out, f"the context has {len(ctx)} bytes")
    short.write(call, attr.ctx_out, ctx[: attr.ctx_size_out])
    call.put(ctx_size_out=len(ctx))
    short.check()
    return 0


@dataclass(frozen=True, slots=True)
class _Short:
    """Whether there is too little room for an output. It is an error of the end, but comes before EFAULT."""

    is_short: bool
    what: str

    def check(self) -> None:
        if self.is_short:
            raise OSError(errno.ENOSPC, f"{self.what}, there is room for less")

    def write(self, call: Call[a.ProgTestRun], address: int, data: bytes) -> None:
        try:
            call.memory.write(address, data)
        except OSError:
            self.check()
            raise


def data_in(call: Call[a.ProgTestRun], size: int, limit: int) -> bytes:
    """bpf_test_init(): the packet; EINVAL when it is larger than the buffer."""
    if size > limit:
        raise OSError(errno.EINVAL, f"a packet of {size} bytes, at most {limit} fit")
    return call.memory.read(call.attr.data_in, size)


def result_out(call: Call[a.ProgTestRun], linear: bytes, frags: bytes, outcome: Outcome, repeat: int) -> None:
    """bpf_test_finish(): the packet, as much as there is room for, and its whole size; ENOSPC when that is
    more.

    Without a hint of the room (data_size_out 0) all of it is written. What is cut is cut from the linear
    part; when the frags alone are too large, nothing is said at all.
    """
    attr = call.attr
    size = len(linear) + len(frags)
    room = min(size, attr.data_size_out) if attr.data_size_out else size
    short = _Short(room < size, f"the packet has {size} bytes")
    if attr.data_out:
        if room < len(frags):
            short.check()
        short.write(call, attr.data_out, linear[: room - len(frags)] + frags)
    call.put(data_size_out=size, retval=outcome.retval, duration=min(outcome.spent_ns // repeat, _U32_MAX))
    short.check()
