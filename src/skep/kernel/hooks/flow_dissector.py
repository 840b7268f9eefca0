"""PROG_TEST_RUN of flow dissectors (bpf_prog_test_run_flow_dissector()): keys come out, not the packet."""

from __future__ import annotations

import errno

from skep.kernel.call import Call
from skep.kernel.hooks.block import Block
from skep.kernel.hooks.execute import execute
from skep.kernel.hooks.user_data import ETH_HLEN, PAGE_SIZE, context_in, context_out, data_in, result_out
from skep.kernel.model.record import Record
from skep.kernel.prog import Prog
from skep.uapi import attrs as a

_KEYS = 56  # struct bpf_flow_keys
_NHOFF, _THOFF, _N_PROTO, _FLAGS = 0, 2, 10, 48
_ETHERTYPE = 12


def run_flow_dissector(call: Call[a.ProgTestRun], prog: Prog) -> int:
    attr = call.attr
    if attr.flags or attr.cpu or attr.batch_size:
        raise OSError(errno.EINVAL, "flags, a cpu or a batch_size mean nothing for this program type")
    if attr.data_size_in < ETH_HLEN:
        raise OSError(errno.EINVAL, f"{attr.data_size_in} bytes are no Ethernet frame")
    frame = data_in(call, attr.data_size_in, PAGE_SIZE)
    given = context_in(call, _KEYS)
    flags = _flags_of(given) if given is not None else b"\0\0\0\0"
    packet, keys = Block(frame, "packet"), Block(bytes(_KEYS), "flow keys")
    skb = Record("skep_sk_buff")
    skb["data"], skb["data_end"], skb["len"] = packet.address, packet.address + packet.size, packet.size
    skb["head"], skb["end"], skb["data_meta"] = skb["data"], skb["data_end"], skb["data"]
    skb["flow_keys"] = keys.address
    keys.put(_NHOFF, ETH_HLEN.to_bytes(2, "little") * 2)
    keys.put(_N_PROTO, frame[_ETHERTYPE:ETH_HLEN])
    keys.put(_FLAGS, flags)
    regions = [("context", skb.address, skb.size), *packet.regions(), *keys.regions()]
    repeat = attr.repeat or 1
    outcome = execute(call.machine, prog, skb.address, lambda: regions, repeat=repeat)
    result_out(call, _clamped(keys.content(), len(frame)), b"", outcome, repeat)
    return context_out(call, given) if given is not None else 0


def _flags_of(given: bytes) -> bytes:
    """The one member that a caller may set."""
    if any(given[:_FLAGS]) or any(given[_FLAGS + 4 :]):
        raise OSError(errno.EINVAL, "of the flow keys only flags can be given")
    return given[_FLAGS : _FLAGS + 4]


def _clamped(keys: bytes, size: int) -> bytes:
    """Offsets that lie in the packet, the transport header's not before the network header's."""
    nhoff = min(max(int.from_bytes(keys[_NHOFF : _NHOFF + 2], "little"), ETH_HLEN), size)
    thoff = min(max(int.from_bytes(keys[_THOFF : _THOFF + 2], "little"), nhoff), size)
    return nhoff.to_bytes(2, "little") + thoff.to_bytes(2, "little") + keys[_THOFF + 2 :]
