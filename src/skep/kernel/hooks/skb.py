"""PROG_TEST_RUN of programs on socket buffers (bpf_prog_test_run_skb())."""

from __future__ import annotations

import ctypes
import errno

from skep._runtime import checksum
from skep.kernel.call import Call
from skep.kernel.hooks.execute import execute
from skep.kernel.hooks.user_data import ETH_HLEN, PAGE_SIZE, context_in, context_out, data_in, result_out
from skep.kernel.model.packet import LOOPBACK, XDP_TAILROOM, SkBuff, View
from skep.kernel.prog import Prog
from skep.uapi import BPF_F_TEST_SKB_CHECKSUM_COMPLETE, ProgType
from skep.uapi import attrs as a

_HEADROOM = 64  # NET_SKB_PAD
_CHECKSUM_COMPLETE = 2
_GSO_MAX_SEGS = 65535
_GSO_LEGACY_MAX_SIZE = 65536

#: The program types that see the Ethernet header.
_L2_TYPES = (ProgType.SCHED_CLS, ProgType.SCHED_ACT)

#: Members of __sk_buff that a caller may set. All others must be zero.
_SETTABLE = frozenset(
    {"mark", "priority", "ingress_ifindex", "ifindex", "cb", "tstamp", "wire_len", "gso_segs", "gso_size"}
    | {"hwtstamp"}
)


def view_of(prog_type: int) -> View:
    return View.L2 if prog_type in _L2_TYPES else View.L3


def run_skb(call: Call[a.ProgTestRun], prog: Prog) -> int:
    attr = call.attr
    if attr.flags & ~BPF_F_TEST_SKB_CHECKSUM_COMPLETE or attr.cpu or attr.batch_size:
        raise OSError(errno.EINVAL, "unknown flags, or a cpu or batch_size")
    if attr.data_size_in < ETH_HLEN:
        raise OSError(errno.EINVAL, f"{attr.data_size_in} bytes are no Ethernet frame")
    frame = data_in(call, attr.data_size_in, PAGE_SIZE - _HEADROOM - XDP_TAILROOM)
    given = context_in(call, a.SkBuff.SIZE)
    ctx = None if given is None else a.SkBuff.parse(given)
    if ctx and ctx.ifindex > LOOPBACK:
        raise OSError(errno.ENODEV, f"there is no device {ctx.ifindex}")
    skb = SkBuff(frame, view_of(prog.type))
    if ctx and given:
        _check_settable(given)
        _fill(skb, ctx)
    if attr.flags:
        skb.record["csum"] = _packet_sum(skb)
        skb.record["ip_summed"] = _CHECKSUM_COMPLETE
    repeat = attr.repeat or 1
    outcome = execute(call.machine, prog, skb.record.address, skb.regions, repeat=repeat)
    if attr.flags and _folded(skb.record["csum"]) != _folded(_packet_sum(skb)):
        raise OSError(errno.EBADMSG, "the program left the packet with a checksum that is not its own")
    # Programs that see the packet from layer 3 on give it back with an empty Ethernet header.
    header = b"" if skb.view == View.L2 else bytes(ETH_HLEN)
    result_out(call, header + skb.data, b"", outcome, repeat)
    return context_out(call, _read_back(skb, ctx).pack()) if ctx else 0


def _check_settable(given: bytes) -> None:
    """Everything else in the caller's __sk_buff must be zero, padding too."""
    rest = bytearray(given)
    for name in _SETTABLE:
        field = a.SkBuff.FIELDS[name]
        rest[field.offset : field.end] = bytes(field.size)
    at = next((at for at, byte in enumerate(rest) if byte), None)
    if at is not None:
        raise OSError(errno.EINVAL, f"byte {at} of __sk_buff cannot be given")


def _fill(skb: SkBuff, ctx: a.SkBuff) -> None:
    """convert___skb_to_skb()"""
    record = skb.record
    for name in ("mark", "priority", "ingress_ifindex", "tstamp", "gso_segs", "gso_size", "hwtstamp"):
        record[name] = getattr(ctx, name)
    record.set_bytes("cb", b"".join(word.to_bytes(4, "little") for word in ctx.cb))
    record["wire_len"] = record["len"]
    if ctx.wire_len:
        if not record["len"] <= ctx.wire_len <= _GSO_LEGACY_MAX_SIZE:
            raise OSError(errno.EINVAL, f"wire_len {ctx.wire_len} is less than the packet, or too large")
        record["wire_len"] = ctx.wire_len
    if ctx.gso_segs > _GSO_MAX_SEGS:
        raise OSError(errno.EINVAL, f"{ctx.gso_segs} GSO segments")


def _read_back(skb: SkBuff, ctx: a.SkBuff) -> a.SkBuff:
    """convert_skb_to___skb(): what the program may have changed; the rest stays as it was given."""
    record = skb.record
    for name in (
        "mark",
        "priority",
        "ingress_ifindex",
        "ifindex",
        "tstamp",
        "wire_len",
        "gso_segs",
        "hwtstamp",
    ):
        setattr(ctx, name, record[name])
    words = record.get_bytes("cb")
    ctx.cb = tuple(int.from_bytes(words[at : at + 4], "little") for at in range(0, len(words), 4))
    return ctx


def _packet_sum(skb: SkBuff) -> int:
    """The sum over the packet from its network header on."""
    record = skb.record
    start = record["network_header"]
    return checksum(ctypes.string_at(start, record["data"] + record["len"] - start))


def _folded(total: int) -> int:
    total = (total & 0xFFFF) + (total >> 16)
    return (total & 0xFFFF) + (total >> 16)
