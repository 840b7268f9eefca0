"""PROG_TEST_RUN answers as Linux does, also when callers get it wrong: errno, return value, what is
written.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest
from fuzz.test_runs import answer, differences

from hooks.packets import ARP, IPV4, IPV6, LARGE, load
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.syscall.linux import Linux
from skep.uapi import BPF_F_SLEEPABLE, BPF_F_XDP_HAS_FRAGS, ProgType
from skep.uapi import attrs as a

PASS = "r0 = 1\nexit"
#: Makes room in front of the packet and of its metadata.
MOVE = "r6 = r1\nr2 = -20\ncall 44\nr1 = r6\nr2 = -4\ncall 54\nexit"
WRITE_SKB = (
    "*(u32 *)(r1 + 8) = 77\n*(u32 *)(r1 + 32) = 5\n*(u32 *)(r1 + 48) = 9\n*(u32 *)(r1 + 64) = 8\nr0 = 0\nexit"
)
SKB_TYPES = (
    ProgType.SCHED_CLS,
    ProgType.SCHED_ACT,
    ProgType.SOCKET_FILTER,
    ProgType.CGROUP_SKB,
    ProgType.LWT_XMIT,
)


@dataclass(frozen=True)
class Case:
    """`members` are the call's; bytes stand for a pointer to them."""

    name: str
    members: dict[str, bytes | int]
    prog_flags: int = 0
    text: str = PASS
    attach_type: int = 0


def run(backend: Backend, prog_type: ProgType, case: Case) -> dict[str, object]:
    """All that the caller can see."""
    fd = load(backend, prog_type, case.text, flags=case.prog_flags, attach_type=case.attach_type)
    try:
        return answer(backend, fd, case.members)
    finally:
        backend.close(fd)


def compare(linux: Linux, prog_type: ProgType, cases: list[Case]) -> None:
    with Kernel(ncpus=linux.possible_cpus()) as kernel:
        for case in cases:
            assert run(kernel, prog_type, case) == run(linux, prog_type, case), case.name


def packet(data: bytes, size: int | None = None, **more: bytes | int) -> dict[str, bytes | int]:
    return {"data_in": data, "data_size_in": len(data) if size is None else size, **more}


def both(cases: list[Case]) -> list[Case]:
    return [Case(case.name, case.members, case.prog_flags, text) for case in cases for text in (PASS, MOVE)]


OUTPUT = [
    Case(f"room for {room}", packet(IPV4, data_out=bytes(200), data_size_out=room))
    for room in (0, 1, 10, 60, 74, 78, 98, 120, 200)
]
WRONG = [
    *(Case(f"{size} bytes", packet(IPV4, size)) for size in (0, 1, 13, 14, 15, 60)),
    Case("room for output, but nowhere to put it", packet(IPV4, data_size_out=10)),
    Case("no packet", {"data_size_in": 20}),
    Case("a packet in no memory", {"data_in": 1, "data_size_in": 20}),
    Case("output to no memory", packet(IPV4, data_out=1, data_size_out=100)),
    *(Case(f"flags {flags:#x}", packet(IPV4, flags=flags)) for flags in (1, 8, 1 << 31)),
    Case("a cpu", packet(IPV4, cpu=1)),
    Case("a batch size", packet(IPV4, batch_size=1)),
    Case("seven times", packet(IPV4, repeat=7, data_out=bytes(400), data_size_out=400)),
    Case("a context to be written, none given", packet(IPV4, ctx_out=bytes(200), ctx_size_out=200)),
    Case("a context size without a context", packet(IPV4, ctx_size_in=30)),
    Case("a context in no memory", packet(IPV4, ctx_in=1, ctx_size_in=24)),
    Case(
        "a context written to no memory",
        packet(IPV4, ctx_in=bytes(24), ctx_size_in=24, ctx_out=1, ctx_size_out=24),
    ),
]


def test_xdp_output_and_wrong_calls(linux: Linux) -> None:
    compare(linux, ProgType.XDP, both([*OUTPUT, *WRONG]))


def test_xdp_contexts(linux: Linux) -> None:
    """data and data_end, then the members that must or may be set."""
    lengths = itertools.product((0, 2, 4, 8, 100, 216, 220, 256), (0, 20, 30, 59, 60, 61))
    places = [(data, end, 0, 0, 0, 0) for data, end in lengths]
    devices = [(4, 60, *rest) for rest in itertools.product((0, 4), (0, 1, 99999), (0, 1), (0, 1))]
    cases = []
    for values in [*places, *devices]:
        names = ("data", "data_end", "data_meta", "ingress_ifindex", "rx_queue_index", "egress_ifindex")
        md = a.XdpMd(**dict(zip(names, values, strict=True))).pack()
        members = packet(IPV4, 60, data_out=bytes(200), data_size_out=200, ctx_in=md, ctx_size_in=24)
        cases.append(Case(str(values), members | {"ctx_out": bytes(30), "ctx_size_out": 30}))
    compare(linux, ProgType.XDP, both(cases))


def test_xdp_context_sizes(linux: Linux) -> None:
    md = a.XdpMd(data_end=60).pack()
    cases = [
        Case(
            f"{size} bytes, {what} behind",
            packet(IPV4, 60, ctx_in=md + filler * 5200, ctx_size_in=size, ctx_out=bytes(30), ctx_size_out=20),
        )
        for size in (1, 4, 8, 23, 24, 25, 28, 100, 4096, 4097, 5000)
        for what, filler in (("zeros", b"\0"), ("ones", b"\1"))
    ]
    compare(linux, ProgType.XDP, cases)


def test_xdp_large_frames(linux: Linux) -> None:
    most = 3520 + 17 * 4096
    cases = [
        Case(
            f"{size} bytes into {room}",
            packet(LARGE, size, data_out=bytes(100000), data_size_out=room),
            flags,
        )
        for size in (3519, 3520, 3521, 4096, 5000, 9000, most, most + 1, 90000)
        for room in (0, 100, 3520, 4000, 80000)
        for flags in (0, BPF_F_XDP_HAS_FRAGS)
    ]
    compare(linux, ProgType.XDP, both(cases))


@pytest.mark.parametrize("prog_type", SKB_TYPES, ids=lambda prog_type: prog_type.name)
def test_skb_output_and_wrong_calls(linux: Linux, prog_type: ProgType) -> None:
    sizes = [
        Case(
            f"{size} bytes of {frame[12:14].hex()}",
            packet(frame, size, data_out=bytes(200), data_size_out=200),
        )
        for size in (0, 13, 14, 15, 33, 34, 53, 54, 74)
        for frame in (IPV4, IPV6, ARP)
    ]
    large = [
        Case(f"{size} bytes", packet(ARP + LARGE, size, data_out=bytes(9000), data_size_out=9000))
        for size in (3000, 3711, 3712, 3713, 4096, 5000)
    ]
    checksum = [Case("with a checksum", packet(IPV4, flags=4))]
    compare(linux, prog_type, [*OUTPUT, *WRONG, *sizes, *large, *checksum])


@pytest.mark.parametrize("prog_type", SKB_TYPES[::2], ids=lambda prog_type: prog_type.name)
def test_skb_contexts(linux: Linux, prog_type: ProgType) -> None:
    """Each member of __sk_buff alone, and each byte of padding."""
    values = (1, 60, 70, 74, 65535, 65536, 65537, 0xFFFFFFFF)
    cases = []
    for member, value in itertools.product(a.SkBuff.FIELDS.values(), values):
        ctx = bytearray(a.SkBuff.SIZE)
        size = min(member.size, 4)
        ctx[member.offset : member.offset + size] = (value & ((1 << size * 8) - 1)).to_bytes(size, "little")
        cases.append((f"{member.name} = {value}", bytes(ctx)))
    cases += [(f"padding at {at}", bytes(at) + b"\1" + bytes(191 - at)) for at in (181, 182, 183)]
    out = {"ctx_out": bytes(192), "ctx_size_out": 192}
    compare(
        linux,
        prog_type,
        [Case(name, packet(IPV4, ctx_in=ctx, ctx_size_in=192, **out)) for name, ctx in cases],
    )


def test_skb_writes_come_back(linux: Linux) -> None:
    out = {"ctx_out": bytes(192), "ctx_size_out": 192}
    compare(linux, ProgType.SCHED_CLS, [Case("mark, priority, cb", packet(IPV4, **out), text=WRITE_SKB)])


#: Where members of __sk_buff are that programs of all these types read.
_READABLE = (0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 48, 68, 84)


@pytest.mark.parametrize("prog_type", SKB_TYPES, ids=lambda prog_type: prog_type.name)
def test_skb_members_read_as_in_linux(linux: Linux, prog_type: ProgType) -> None:
    cases = []
    for offset, frame in itertools.product(_READABLE, (IPV4, IPV6, ARP)):
        only_one_bit = "r0 &= 1\n" if prog_type == ProgType.CGROUP_SKB else ""
        text = f"r0 = *(u32 *)(r1 + {offset})\n{only_one_bit}exit"
        cases.append(Case(f"member at {offset} of {frame[12:14].hex()}", packet(frame), text=text))
    compare(linux, prog_type, cases)


READ_THIRD = "r0 = *(u64 *)(r1 + 16)\nexit"
READ_AND_WRITE = "r0 = *(u32 *)(r1 + 8)\n*(u32 *)(r1 + 4) = 77\nexit"
#: Members of the call that mean nothing to programs whose context is plain memory, and some that may.
MEANINGLESS: list[tuple[str, bytes | int]] = [
    *(("data_in", b"abc"), ("data_out", b"abc"), ("ctx_out", b"abc"), ("duration", 1), ("repeat", 1)),
    *(("batch_size", 1), ("cpu", 1), ("flags", 1), ("flags", 2), ("flags", 4)),
]


def test_raw_tracepoint_arguments(linux: Linux) -> None:
    arguments = bytes(range(110))
    sizes = [{"ctx_in": arguments, "ctx_size_in": size} for size in (0, 8, 16, 23, 24, 32, 96, 97, 104)]
    others = [{"ctx_in": arguments, "ctx_size_in": 24, name: value} for name, value in MEANINGLESS]
    cpus = [{"ctx_in": arguments, "ctx_size_in": 24, "flags": 1, "cpu": cpu} for cpu in (0, 1, 2, 100)]
    members: list[dict[str, bytes | int]] = [*sizes, *others, *cpus, {"ctx_in": 1, "ctx_size_in": 24}]
    compare(linux, ProgType.RAW_TRACEPOINT, [Case(str(one), one, text=READ_THIRD) for one in members])


def test_syscall_contexts(linux: Linux) -> None:
    context = bytes(range(256)) * 300
    sizes = [{"ctx_in": context, "ctx_size_in": size} for size in (0, 4, 8, 11, 12, 16, 65535, 65536)]
    others = [{"ctx_in": context, "ctx_size_in": 24, name: value} for name, value in MEANINGLESS]
    members: list[dict[str, bytes | int]] = [*sizes, *others]
    cases = [Case(str(list(one)), one, BPF_F_SLEEPABLE, READ_AND_WRITE) for one in members]
    compare(linux, ProgType.SYSCALL, cases)


NOT_RUN = (
    ProgType.KPROBE,
    ProgType.TRACEPOINT,
    ProgType.PERF_EVENT,
    ProgType.SOCK_OPS,
    ProgType.LWT_SEG6LOCAL,
)


@pytest.mark.parametrize("prog_type", NOT_RUN, ids=lambda prog_type: prog_type.name)
def test_types_that_cannot_be_run(linux: Linux, prog_type: ProgType) -> None:
    compare(linux, prog_type, [Case("a packet", packet(IPV4))])


def test_random_calls_are_answered_as_on_linux(linux: Linux) -> None:
    with Kernel(ncpus=linux.possible_cpus()) as kernel:
        assert list(differences(kernel, linux, count=600, seed=1)) == []
