"""PROG_TEST_RUN of programs that choose a socket for a packet (bpf_prog_test_run_sk_lookup())."""

from __future__ import annotations

import errno
import socket

from skep.kernel.call import Call
from skep.kernel.hooks.block import Block
from skep.kernel.hooks.execute import Outcome, execute
from skep.kernel.hooks.user_data import context_in, context_out, result_out
from skep.kernel.prog import Prog
from skep.uapi import attrs as a

_SIZE = 72  # struct bpf_sk_lookup
_INGRESS = 64  # its first member that a caller cannot set
_PLACES = {
    "sk": 0,
    "family": 8,
    "remote_ip4": 16,
    "remote_ip6": 20,
    "local_ip4": 40,
    "local_ip6": 44,
    "local_port": 60,
}
_U16_MAX = 0xFFFF


def run_sk_lookup(call: Call[a.ProgTestRun], prog: Prog) -> int:
    attr = call.attr
    for name in ("flags", "cpu", "batch_size", "data_in", "data_size_in", "data_out", "data_size_out"):
        if getattr(attr, name):
            raise OSError(errno.EINVAL, f"{name} means nothing for this program type")
    given = context_in(call, _SIZE)
    if given is None:
        raise OSError(errno.EINVAL, "there is no context")
    block = Block(_checked(given))
    repeat = attr.repeat or 1
    outcome = execute(call.machine, prog, block.address, block.regions, repeat=repeat)
    result_out(call, b"", b"", Outcome(outcome.retval, outcome.spent_ns), repeat)
    return context_out(call, given)


def _word(given: bytes, name: str, size: int = 4) -> int:
    return int.from_bytes(given[_PLACES[name] : _PLACES[name] + size], "little")


def _checked(given: bytes) -> bytes:
    """The context as the program sees it: the addresses of the other family are not there."""
    if _word(given, "sk", 8) or any(given[_INGRESS:]):
        raise OSError(errno.EINVAL, "a socket or a device cannot be given")
    if _word(given, "local_port") > _U16_MAX:
        raise OSError(errno.ERANGE, f"port {_word(given, 'local_port')}")
    family = _word(given, "family") & _U16_MAX
    if family not in (socket.AF_INET, socket.AF_INET6):
        raise OSError(errno.EAFNOSUPPORT, f"address family {family}")
    seen = bytearray(given)
    hidden = ("remote_ip4", "local_ip4") if family == socket.AF_INET6 else ("remote_ip6", "local_ip6")
    for name in hidden:
        size = 4 if name.endswith("4") else 16
        seen[_PLACES[name] : _PLACES[name] + size] = bytes(size)
    return bytes(seen)
