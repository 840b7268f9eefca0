"""Packet helpers do to a frame what Linux's do: random sequences of calls with arguments near the borders."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from helpers.calls import MAX_CALLS, Call, In, OnKernel, Out, run_native
from skep._runtime import NativeKernel, checksum
from skep.errors import KernelError
from skep.kernel.model.packet import SkBuff, View, XdpBuff
from skep.syscall.linux import Linux
from skep.uapi import ProgType

_XDP_LINEAR = 3520
_CHECKSUM_COMPLETE = 2
_EBADMSG = 74


@pytest.fixture
def on_linux(linux: Linux) -> Iterator[OnKernel]:
    runner = OnKernel(linux)
    yield runner
    runner.close()


class Draw:
    """Arguments for calls: the borders, and what is between them."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def near(self, borders: list[int], low: int = -400, high: int = 400) -> int:
        return self.rng.choice([*borders, self.rng.randrange(low, high)])

    def pick(self, *choices: int) -> int:
        return self.rng.choice(choices)

    def bits(self, count: int) -> int:
        return self.rng.getrandbits(count)

    def size(self) -> int:
        return self.pick(1, 2, 4, 8, 14, 16, 64)

    def offset(self) -> int:
        borders = [0, 1, 12, 14, 24, 26, 30, 36, 50, 60, 70000, 0xFFFF, 0x7FFFFFFF, 0x80000000, -1]
        return self.near(borders, 0, 120) & 0xFFFFFFFF

    def bytes(self, count: int) -> In:
        return In(self.rng.randbytes(count))


def _xdp_copy(draw: Draw, helper: str) -> Call:
    size, offset = draw.pick(1, 4, 8, 16, 64), draw.near([0, 1, 50, 3000, 70000, 0xFFFF]) & 0xFFFFFFFF
    memory = Out(size) if helper == "xdp_load_bytes" else draw.bytes(size)
    return Call(helper, (offset, memory, size))


XDP: list[Callable[[Draw], Call]] = [
    lambda d: Call("xdp_adjust_head", (d.near([-256, -217, -216, -215, -200, -4, 4, 14, 46, 47, 60]),)),
    lambda d: Call("xdp_adjust_tail", (d.near([-50, -46, -1, 1, 50, 3000, 3459, 3460, 3461, 4096]),)),
    lambda d: Call("xdp_adjust_meta", (d.near([-256, -252, -220, -216, -128, -64, -32, -8, -4, -2, 4, 8]),)),
    lambda d: _xdp_copy(d, "xdp_load_bytes"),
    lambda d: _xdp_copy(d, "xdp_store_bytes"),
    lambda d: Call("xdp_get_buff_len"),
]


def _load(draw: Draw) -> Call:
    size = draw.size()
    return Call("skb_load_bytes", (draw.offset(), Out(size), size))


def _load_relative(draw: Draw) -> Call:
    size = draw.size()
    return Call("skb_load_bytes_relative", (draw.offset(), Out(size), size, draw.pick(0, 1, 2)))


def _store(draw: Draw) -> Call:
    size = draw.size()
    return Call("skb_store_bytes", (draw.offset(), draw.bytes(size), size, draw.pick(0, 0, 1, 2, 3, 4, 8)))


def _l3_csum(draw: Draw) -> Call:
    where, old = draw.pick(draw.offset(), 24), draw.pick(0, 0, draw.bits(32))
    return Call("l3_csum_replace", (where, old, draw.bits(32), draw.pick(0, 2, 2, 3, 4, 4, 8, 16)))


def _l4_csum(draw: Draw) -> Call:
    where, old = draw.pick(draw.offset(), 36, 50), draw.pick(0, 0, draw.bits(32))
    new = draw.pick(draw.bits(16), draw.bits(32), draw.bits(64))
    flags = draw.pick(0, 2, 4) | draw.pick(0, 0x10, 0x20, 0x30, 0x60, 0x80, 0x90, 0x100)
    return Call("l4_csum_replace", (where, old, new, flags))


def _change_head(draw: Draw) -> Call:
    room = draw.near([0, 1, 14, 200, 15000, 16000, 70000, -1]) & 0xFFFFFFFF
    return Call("skb_change_head", (room, draw.pick(0, 0, 0, 1)))


def _change_tail(draw: Draw) -> Call:
    size = draw.near([0, 13, 14, 34, 60, 100, 2000, 16064, 16065, 70000], 0, 200)
    return Call("skb_change_tail", (size, draw.pick(0, 0, 0, 1)))


def _adjust_room(draw: Draw) -> Call:
    size = draw.near([20, 40, -20, -40, 8, -14, 4095, 4096, -4096, 14, -8, 22, 42], -60, 60)
    inner = 1 << 56  # the length of an inner Ethernet header starts here
    flags = draw.pick(
        *(0, 0, 1, 2, 4, 6, 2 | 8, 2 | 16, 4 | 16, 4 | 8, 8 | 16 | 2, 0x20, 0x80, 0x100, 0x180, 0x200),
        *(0x40 | 2 | 14 * inner, 0x40 | 2 | 13 * inner, 2 | 14 * inner, 0x40 | 4 | 16 | 14 * inner),
    )
    return Call("skb_adjust_room", (size, draw.pick(0, 1, 1, 2), flags))


def _csum_diff(draw: Draw) -> Call:
    old, new = draw.pick(0, 1, 4, 5, 8, 16, 20, 64), draw.pick(0, 1, 3, 4, 7, 8, 13, 16, 20, 64)
    seed = draw.pick(0, 0xFFFF, 0xFFFFFFFF, draw.bits(32))
    return Call("csum_diff", (draw.bytes(old), old, draw.bytes(new), new, seed), context=False)


def _set_tunnel_key(draw: Draw) -> Call:
    size, v6 = draw.pick(44, 44, 44, 28, 24, 22, 8, 20), draw.pick(0, 1)
    key = bytearray(draw.rng.randbytes(44))
    if draw.pick(0, 1, 1):
        key[22:24] = bytes(2)
    if not v6 and draw.pick(0, 1, 1, 1):
        key[24:28] = bytes(4)
    flags = v6 | draw.pick(0, 2, 4, 8, 16, 30, 32)
    return Call("skb_set_tunnel_key", (In(bytes(key[:size])), size, flags))


def _get_tunnel_key(draw: Draw) -> Call:
    size = draw.pick(44, 44, 44, 28, 24, 22, 8, 20)
    return Call("skb_get_tunnel_key", (Out(size), size, draw.pick(0, 1, 16, 17, 2)))


def _get_tunnel_opt(draw: Draw) -> Call:
    size = draw.pick(4, 8, 16, 64)
    return Call("skb_get_tunnel_opt", (Out(size), size))


def _set_tunnel_opt(draw: Draw) -> Call:
    size = draw.pick(4, 8, 16, 6, 64)
    return Call("skb_set_tunnel_opt", (draw.bytes(size), size))


TUNNEL: list[Callable[[Draw], Call]] = [
    _set_tunnel_key,
    _get_tunnel_key,
    _get_tunnel_key,
    _set_tunnel_opt,
    _get_tunnel_opt,
    lambda d: Call("skb_get_xfrm_state", (d.pick(0, 1), Out(28), d.pick(8, 28), d.pick(0, 1))),
]

SKB: list[Callable[[Draw], Call]] = [
    _load,
    _load_relative,
    _store,
    _l3_csum,
    _l4_csum,
    _l4_csum,
    _change_head,
    _change_tail,
    _adjust_room,
    _adjust_room,
    _csum_diff,
    lambda d: Call("skb_change_proto", (d.pick(0x0008, 0xDD86, 0x0081), d.pick(0, 0, 0, 1))),
    lambda d: Call("skb_vlan_push", (d.pick(0x0081, 0xA888, 0x1234), d.bits(16))),
    lambda d: Call("skb_vlan_pop"),
    lambda d: Call("skb_pull_data", (d.near([0, 14, 34, 60, 100, 2000, 70000], 0, 200),)),
    lambda d: Call("skb_change_type", (d.pick(0, 1, 2, 3, 4, 7, 255),)),
    lambda d: Call("csum_update", (d.bits(32),)),
    lambda d: Call("csum_level", (d.pick(0, 1, 2, 3, 4, -1),)),
    lambda d: Call("skb_ecn_set_ce"),
    lambda d: Call("skb_set_tstamp", (d.pick(0, 5, 1 << 40), d.pick(0, 1, 2, 3))),
    lambda d: Call("set_hash_invalid"),
    lambda d: Call("redirect", (d.pick(0, 1, 5), d.pick(0, 1, 2, 8)), context=False),
    lambda d: Call("redirect_peer", (d.pick(0, 1, 5), d.pick(0, 1)), context=False),
    lambda d: d.rng.choice(TUNNEL)(d),
]


def _frame(draw: Draw) -> bytes:
    """A frame of some protocol, long enough for its header."""
    frame = bytearray(draw.rng.randbytes(draw.pick(34, 54, 60, 64, 64, 128, 1000, 3000)))
    frame[0:6] = draw.rng.choice([bytes(6), frame[0:6]])
    protocol = draw.rng.choice(
        [b"\x08\0", b"\x08\0", b"\x86\xdd", b"\x81\0", b"\x88\xa8", b"\0\x10", b"\x12\x34"]
    )
    frame[12:14] = protocol
    if protocol == b"\x81\0":
        frame[16:18] = draw.rng.choice([b"\x08\0", b"\x81\0", b"\x86\xdd"])
    else:
        frame[14:16] = bytes([0x45 if protocol == b"\x08\0" else 0x60, draw.bits(8)])
    if protocol == b"\x86\xdd" and len(frame) < 54:
        frame += bytes(54 - len(frame))
    return bytes(frame)


def _sequence(draw: Draw, makers: list[Callable[[Draw], Call]]) -> list[Call]:
    return [draw.rng.choice(makers)(draw) for _ in range(draw.rng.randrange(1, MAX_CALLS + 1))]


def test_xdp_helpers_do_what_linux_does(on_linux: OnKernel) -> None:
    kernel = NativeKernel(1)
    for seed in range(250):
        draw = Draw(seed)
        calls = _sequence(draw, XDP)
        frame = draw.rng.randbytes(draw.pick(14, 15, 60, 64, 128, 1000, 3519, 3520, 3521, 5000, 9000, 20000))
        xdp = XdpBuff(frame, linear=min(len(frame), _XDP_LINEAR))
        assert (
            run_native(kernel, calls, xdp) == (expected := on_linux.run(ProgType.XDP, calls, frame, 0))[0]
        ), seed
        assert xdp.linear + xdp.frags == expected[1], seed


def test_tunnel_helpers_do_what_linux_does(on_linux: OnKernel) -> None:
    kernel = NativeKernel(1)
    for seed in range(150):
        draw = Draw(seed)
        calls = _sequence(draw, TUNNEL)
        skb = SkBuff(frame := _frame(draw), View.L2)
        expected = on_linux.run(ProgType.SCHED_CLS, calls, frame, 0)[0]
        assert run_native(kernel, calls, skb) == expected, (seed, calls)


def _sum(skb: SkBuff) -> int:
    total = checksum(skb.data[skb.record["network_header"] - skb.record["data"] :])
    return _fold(total)


def _fold(total: int) -> int:
    total = (total & 0xFFFF) + (total >> 16)
    return (total & 0xFFFF) + (total >> 16)


@pytest.mark.parametrize("with_checksum", [False, True], ids=["no checksum", "checksum of the whole packet"])
def test_skb_helpers_do_what_linux_does(on_linux: OnKernel, with_checksum: bool) -> None:
    """With a checksum, Linux refuses (EBADMSG) a packet whose sum the helpers did not keep: so must we."""
    kernel = NativeKernel(1)
    for seed in range(300):
        draw = Draw(seed)
        calls, frame = _sequence(draw, SKB), _frame(draw)
        skb = SkBuff(frame, View.L2)
        if with_checksum:
            skb.record["csum"] = _sum(skb)
            skb.record["ip_summed"] = _CHECKSUM_COMPLETE
        results = run_native(kernel, calls, skb)
        kept = not with_checksum or _fold(skb.record["csum"]) == _sum(skb)
        given = (ProgType.SCHED_CLS, calls, frame, 4 * with_checksum)
        if kept:
            assert (results, skb.data) == on_linux.run(*given), seed
            continue
        with pytest.raises(KernelError) as refused:
            on_linux.run(*given)
        assert refused.value.errno == _EBADMSG, seed
