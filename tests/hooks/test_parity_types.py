"""PROG_TEST_RUN of socket lookups and flow dissectors answers as Linux does; other types run on request."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest

from hooks.packets import IPV4, load
from hooks.test_parity import PASS, Case, compare, packet
from skep.errors import ENOTSUPP, KernelError
from skep.isa.asm import assemble
from skep.loader import ObjectSpec, ProgramSpec
from skep.objects import Object
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.syscall.linux import Linux
from skep.uapi import BPF_F_SLEEPABLE, AttachType, ProgType


def lookup(family: int = 2, port: int = 80, sk: int = 0, ifindex: int = 0) -> bytes:
    """struct bpf_sk_lookup, every address with bytes in it."""
    addresses = (family, 6, 0x01020304, *range(11, 15), 0x5000, 0x05060708, *range(21, 25), port, ifindex)
    return struct.pack("<Q15I", sk, *addresses[:15]) + struct.pack("<I", ifindex)


def on_lookup(name: str, text: str = PASS, **members: bytes | int) -> Case:
    return Case(name, members, text=text, attach_type=AttachType.SK_LOOKUP)


def with_ctx(ctx: bytes, **more: bytes | int) -> dict[str, bytes | int]:
    return {"ctx_in": ctx, "ctx_size_in": len(ctx), **more}


def reads(offset: int) -> str:
    """Whether a member is zero."""
    return f"r1 = *(u32 *)(r1 + {offset})\nr0 = 0\nif r1 == 0 goto 1f\nr0 = 1\n1: exit"


LOOKUPS = [
    on_lookup("no context"),
    *(on_lookup(f"family {family}", **with_ctx(lookup(family))) for family in (0, 1, 2, 10, 65538)),
    on_lookup("a port too large", **with_ctx(lookup(port=65536))),
    on_lookup("a socket", **with_ctx(lookup(sk=1))),
    on_lookup("a device", **with_ctx(lookup(ifindex=1))),
    on_lookup("a short context", **with_ctx(lookup()[:20])),
    on_lookup("a packet", **with_ctx(lookup(), data_in=IPV4, data_size_in=len(IPV4))),
    on_lookup("room for a packet", **with_ctx(lookup(), data_out=bytes(8), data_size_out=8)),
    on_lookup("flags", **with_ctx(lookup(), flags=1)),
    on_lookup("a cpu", **with_ctx(lookup(), cpu=1)),
    on_lookup("often", **with_ctx(lookup(), repeat=5)),
    on_lookup("context out", **with_ctx(lookup(), ctx_out=bytes(72), ctx_size_out=72)),
    on_lookup("context out, too short", **with_ctx(lookup(), ctx_out=bytes(20), ctx_size_out=20)),
    *(
        on_lookup(f"family {family} at {offset}", reads(offset), **with_ctx(lookup(family)))
        for family in (2, 10)
        for offset in (8, 12, 16, 20, 32, 36, 40, 44, 56, 60, 64)
    ),
]
KEYS = bytes(48) + struct.pack("<II", 7, 0)
#: Puts the length of the packet behind the network header, and the flags into the flow label.
DISSECT = """
    r6 = *(u64 *)(r1 + 144)
    r2 = *(u32 *)(r1 + 76)
    r3 = *(u32 *)(r1 + 80)
    r3 -= r2
    *(u16 *)(r6 + 2) = r3
    r4 = *(u32 *)(r6 + 48)
    *(u32 *)(r6 + 52) = r4
    *(u16 *)(r6 + 0) = 3
    r0 = 0
    exit
"""
DISSECTIONS = [
    Case(f"{name}, {size} bytes", packet(IPV4, size, data_out=bytes(56), data_size_out=56), text=text)
    for name, text in (("nothing", "r0 = 0\nexit"), ("dissection", DISSECT))
    for size in (0, 13, 14, 20, 74)
] + [
    Case("no room", packet(IPV4), text=DISSECT),
    Case("little room", packet(IPV4, data_out=bytes(56), data_size_out=10), text=DISSECT),
    Case("flags of the keys", packet(IPV4, data_out=bytes(56), **with_ctx(KEYS)), text=DISSECT),
    Case("other keys", packet(IPV4, **with_ctx(b"\1" + KEYS[1:])), text=DISSECT),
    Case("keys out", packet(IPV4, **with_ctx(KEYS, ctx_out=bytes(56), ctx_size_out=56)), text=DISSECT),
    Case("flags", packet(IPV4, flags=1), text=DISSECT),
    Case("a batch", packet(IPV4, batch_size=1), text=DISSECT),
    Case("a page", packet(bytes(4096)), text=DISSECT),
    Case("more than a page", packet(bytes(5000)), text=DISSECT),
]


def test_socket_lookups(linux: Linux) -> None:
    compare(linux, ProgType.SK_LOOKUP, LOOKUPS)


def test_flow_dissectors(linux: Linux) -> None:
    compare(linux, ProgType.FLOW_DISSECTOR, DISSECTIONS)


# Types that Linux does not run on their own.

ANY = {
    "kprobe": (ProgType.KPROBE, 0, "r0 = *(u64 *)(r1 + 112)\nexit", struct.pack("<21Q", *range(21)), 14),
    "tracepoint": (ProgType.TRACEPOINT, 0, "r0 = *(u32 *)(r1 + 8)\nexit", struct.pack("<4I", 1, 2, 3, 4), 3),
    "perf_event": (
        ProgType.PERF_EVENT,
        0,
        "r0 = *(u64 *)(r1 + 168)\nexit",
        struct.pack("<23Q", *range(23)),
        21,
    ),
    "connect": (
        ProgType.CGROUP_SOCK_ADDR,
        AttachType.CGROUP_INET4_CONNECT,
        "r2 = *(u32 *)(r1 + 4)\n*(u32 *)(r1 + 24) = 5\nr0 = 0\nif r2 != 0x100007f goto 1f\nr0 = 1\n1: exit",
        struct.pack("<II", 2, 0x0100007F),
        1,
    ),
    "device": (
        ProgType.CGROUP_DEVICE,
        0,
        "r2 = *(u32 *)(r1 + 8)\nr0 = 1\nif r2 == 3 goto 1f\nr0 = 0\n1: exit",
        struct.pack("<3I", 1, 2, 3),
        1,
    ),
    "sysctl": (
        ProgType.CGROUP_SYSCTL,
        AttachType.CGROUP_SYSCTL,
        "r0 = *(u32 *)(r1 + 0)\nr0 &= 1\nexit",
        struct.pack("<2I", 1, 0),
        1,
    ),
}


@pytest.fixture(params=["jit", "interp"])
def kernel(request: pytest.FixtureRequest) -> Iterator[Kernel]:
    with Kernel(engine=request.param, test_run_all=True) as made:
        yield made


@pytest.mark.parametrize("name", ANY)
def test_any_type_runs_with_the_context_that_it_sees(name: str, kernel: Kernel) -> None:
    prog_type, attach_type, text, ctx, expected = ANY[name]
    fd = load(kernel, prog_type, text, attach_type=attach_type)
    assert commands.prog_test_run(kernel, fd, ctx=ctx).retval == expected


def test_a_typed_run_of_a_syscall_program_gives_its_context_back(backend: Backend) -> None:
    text = "r2 = *(u32 *)(r1 + 0)\nr2 += 5\n*(u32 *)(r1 + 4) = r2\nr0 = 3\nexit"
    spec = ProgramSpec(
        name="p", section="syscall", type=ProgType.SYSCALL, insns=assemble(text), flags=BPF_F_SLEEPABLE
    )
    with Object(ObjectSpec(name="o", programs={"p": spec}, license="GPL")) as obj:
        obj.load(backend)
        result = obj.programs["p"].run(ctx=struct.pack("<II", 7, 0))
    assert (result.retval, result.ctx_out) == (3, struct.pack("<II", 7, 12))


def test_option_values_are_data(kernel: Kernel) -> None:
    """A program of setsockopt(2) reads the value, changes it and the level."""
    text = """
        r2 = *(u64 *)(r1 + 8)
        r3 = *(u64 *)(r1 + 16)
        r0 = 0
        r4 = r2
        r4 += 4
        if r4 > r3 goto 1f
        r0 = *(u8 *)(r2 + 2)
        r0 &= 1
        *(u8 *)(r2 + 1) = 9
        *(u32 *)(r1 + 24) = 41
        1: exit
    """
    fd = load(kernel, ProgType.CGROUP_SOCKOPT, text, attach_type=AttachType.CGROUP_SETSOCKOPT)
    result = commands.prog_test_run(kernel, fd, ctx=bytes(40), data=b"\1\2\3\4")
    assert (result.retval, result.data_out) == (1, b"\1\x09\3\4")
    assert result.ctx_out[24:28] == struct.pack("<I", 41)


def test_without_being_asked_for_only_what_linux_runs_runs() -> None:
    with Kernel() as kernel:
        fd = load(kernel, ProgType.KPROBE, "r0 = 0\nexit")
        with pytest.raises(KernelError) as refused:
            commands.prog_test_run(kernel, fd, ctx=bytes(168))
    assert refused.value.errno == ENOTSUPP
