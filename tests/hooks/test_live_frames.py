"""Live frames of XDP programs: the call is answered as on Linux, and frames get to where Linux sends them."""

from __future__ import annotations

import ctypes
import fcntl
import itertools
import socket
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from fuzz.netns import NetNs

from hooks.packets import IPV4, LARGE
from hooks.test_parity import Case, compare, packet
from skep.isa import encode
from skep.isa.asm import assemble
from skep.isa.build import ld_map_fd
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.syscall.linux import Linux
from skep.syscall.prog_load import prog_load
from skep.uapi import BPF_F_TEST_XDP_LIVE_FRAMES as LIVE
from skep.uapi import BPF_F_XDP_HAS_FRAGS, MapType, ProgType
from skep.uapi import attrs as a

ROOM = {"data_out": bytes(200), "data_size_out": 200}


def md(**members: int) -> dict[str, bytes | int]:
    return {"ctx_in": a.XdpMd(**members).pack(), "ctx_size_in": 24}


CALLS = [
    *(
        Case(f"verdict {verdict}", packet(IPV4, repeat=3), text=f"r0 = {verdict}\nexit")
        for verdict in (0, 1, 9)
    ),
    *(
        Case(f"a batch of {size}", packet(IPV4, repeat=9, batch_size=size))
        for size in (1, 255, 256, 257, 1 << 31)
    ),
    *(
        Case(f"room for {room}", packet(IPV4, data_out=bytes(200), data_size_out=room))
        for room in (0, 10, 74, 200)
    ),
    Case("room for output, but nowhere to put it", packet(IPV4, data_size_out=10)),
    Case("a cpu", packet(IPV4, cpu=1)),
    Case("another flag, too", packet(IPV4, flags=3)),
    Case("a context", packet(IPV4, 60, **md(data_end=60))),
    Case("a context to be written", packet(IPV4, 60, **md(data_end=60), ctx_out=bytes(24), ctx_size_out=24)),
    Case("a context to be written, none given", packet(IPV4, ctx_out=bytes(24), ctx_size_out=24)),
    Case("a context and output", packet(IPV4, 60, **md(data_end=60), **ROOM)),
    Case("a device that is not there", packet(IPV4, 60, **md(data_end=60, ingress_ifindex=9999))),
    Case(
        "a queue that is not there", packet(IPV4, 60, **md(data_end=60, ingress_ifindex=1, rx_queue_index=1))
    ),
]
SIZES = [
    Case(f"{size} bytes", packet(LARGE, size), flags)
    for size in (0, 13, 14, 3407, 3408, 3409, 3520, 3521, 9000)
    for flags in (0, BPF_F_XDP_HAS_FRAGS)
]
METADATA = [
    Case(f"{meta} bytes of metadata in {size}", packet(LARGE, size, **md(data=meta, data_end=end)))
    for meta, size in itertools.product((0, 4, 6, 216, 220), (100, 300, 3408, 3412, 3624, 3625))
    for end in {size, min(size, 300)}
]


@pytest.mark.parametrize("cases", [CALLS, SIZES, METADATA], ids=["calls", "sizes", "metadata"])
def test_calls_are_answered_as_on_linux(cases: list[Case], linux: Linux) -> None:
    compare(
        linux,
        ProgType.XDP,
        [Case(case.name, {"flags": LIVE, **case.members}, case.prog_flags, case.text) for case in cases],
    )


# Where frames go. Two pairs of devices, a0 with b0 and a1 with b1; the program runs as if on a0.

FRAME = b"\xff" * 6 + bytes(6) + b"\x12\x34" + bytes(range(50))
_TO_MAP = "r2 = {key}\nr3 = {flags}\ncall redirect_map\nexit"
_BROADCAST, _EXCLUDE = 1 << 3, 1 << 4


@dataclass(frozen=True)
class World:
    """One kernel with the devices. `arrived` counts (device, "in" or "out") of the frames so far."""

    backend: Backend
    ifindex: dict[str, int]
    call: Callable[[Callable[[], None]], None]
    arrived: Callable[[], Counter[tuple[str, str]]]


def program(world: World, map_fd: int, text: str) -> int:
    text = text.format(**world.ifindex)
    insns = (*ld_map_fd(1, map_fd), *assemble(text.replace("redirect_map", "51")))
    return prog_load(world.backend, prog_type=ProgType.XDP, insns=encode(insns), license="GPL").fd


def _raw_socket(ifindex: int) -> socket.socket:
    made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3))
    made.bind((socket.if_indextoname(ifindex), 0))
    made.setblocking(False)
    return made


def _receive_offload(device: str) -> None:
    """What a veth needs to take frames from XDP: ETHTOOL_SGRO."""
    value = ctypes.create_string_buffer(struct.pack("<II", 0x2C, 1))
    request = struct.pack("16sQ16x", device.encode(), ctypes.addressof(value))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8946, request)


@pytest.fixture
def linux_world(linux: Linux) -> Iterator[World]:
    space = NetNs()
    names = ("a0", "b0", "a1", "b1")
    for number in "01":
        space.ip(f"link add a{number} type veth peer name b{number}")
    for name in names:
        space.ip(f"link set {name} up")
        space.call(lambda name=name: _receive_offload(name))
    ifindex = {name: space.call(lambda name=name: socket.if_nametoindex(name)) for name in names}
    sockets = {name: space.call(lambda at=at: _raw_socket(at)) for name, at in ifindex.items()}

    def arrived() -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        for name, made in sockets.items():
            for frame in _frames(made):
                # What goes out of a device comes in at its peer.
                peer = name.translate(str.maketrans("ab", "ba"))
                found[(name, "in") if name == "a0" else (peer, "out")] += frame == FRAME
        return found

    yield World(linux, ifindex, lambda function: space.call(function), arrived)
    for made in sockets.values():
        made.close()
    space.close()


def _frames(made: socket.socket) -> Iterator[bytes]:
    while True:
        try:
            frame, where = made.recvfrom(4096)
        except BlockingIOError:
            return
        if where[1] == 0x1234 and where[2] != socket.PACKET_OUTGOING:
            yield frame


@pytest.fixture(params=["jit", "interp"])
def own_world(request: pytest.FixtureRequest) -> Iterator[World]:
    with Kernel(engine=request.param) as kernel:
        ifindex = {name: kernel.net.add_device(name).ifindex for name in ("a0", "b0", "a1", "b1")}
        names = {number: name for name, number in ifindex.items()}

        def arrived() -> Counter[tuple[str, str]]:
            return Counter(
                (names.get(sent.ifindex, "lo"), "in" if sent.flags else "out")
                for sent in kernel.net.sent
                if sent.data == FRAME
            )

        yield World(kernel, ifindex, lambda function: function(), arrived)


VERDICTS = {
    "dropped": ("r0 = 1\nexit", {}),
    "passed": ("r0 = 2\nexit", {("a0", "in"): 3}),
    "sent back": ("r0 = 3\nexit", {("a0", "out"): 3}),
    "unknown": ("r0 = 17\nexit", {}),
    "redirected nowhere": ("r0 = 4\nexit", {}),
    "redirected to another device": ("r1 = {a1}\nr2 = 0\ncall 23\nexit", {("a1", "out"): 3}),
    "redirected to no device": ("r1 = 9999\nr2 = 0\ncall 23\nexit", {}),
    "by a map": (_TO_MAP.replace("{key}", "1").replace("{flags}", "0"), {("a1", "out"): 3}),
    "by an empty place": (_TO_MAP.replace("{key}", "2").replace("{flags}", "2"), {("a0", "in"): 3}),
    "to all of a map": (
        _TO_MAP.replace("{key}", "0").replace("{flags}", str(_BROADCAST)),
        {("a0", "out"): 3, ("a1", "out"): 3},
    ),
    "to all but where it came from": (
        _TO_MAP.replace("{key}", "0").replace("{flags}", str(_BROADCAST | _EXCLUDE)),
        {("a1", "out"): 3},
    ),
}


def frames_get_there(world: World, name: str) -> None:
    text, expected = VERDICTS[name]

    def go() -> None:
        fd = commands.map_create(
            world.backend, map_type=MapType.DEVMAP, key_size=4, value_size=4, max_entries=4
        )
        for index, device in enumerate(("a0", "a1")):
            commands.map_update_elem(
                world.backend, fd, struct.pack("<I", index), struct.pack("<I", world.ifindex[device])
            )
        ctx = a.XdpMd(data_end=len(FRAME), ingress_ifindex=world.ifindex["a0"]).pack()
        loaded = program(world, fd, text)
        commands.prog_test_run(world.backend, loaded, data=FRAME, ctx=ctx, repeat=3, flags=LIVE)
        world.backend.close(loaded)
        world.backend.close(fd)

    world.call(go)
    assert {where: count for where, count in world.arrived().items() if count} == expected


@pytest.mark.parametrize("name", VERDICTS)
def test_frames_get_there_on_linux(name: str, linux_world: World) -> None:
    frames_get_there(linux_world, name)


@pytest.mark.parametrize("name", VERDICTS)
def test_frames_get_there(name: str, own_world: World) -> None:
    frames_get_there(own_world, name)
