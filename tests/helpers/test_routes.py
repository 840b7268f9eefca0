"""bpf_fib_lookup and bpf_check_mtu say what Linux says of the same devices, routes and neighbours."""

from __future__ import annotations

import random
import struct
from ipaddress import ip_address

import pytest
from fuzz.netns import NetNs

from helpers.calls import MAX_CALLS, Call, InOut, OnKernel
from helpers.conftest import Kernels
from skep.kernel.model.network import Network
from skep.kernel.model.routes import RouteType
from skep.uapi import ProgType

_DEVICES = {"a": 2, "b": 3, "c": 4}
_MACS = {"a": "02:00:00:00:00:0a", "b": "02:00:00:00:00:0b", "c": "02:00:00:00:00:0c"}
_MTUS = {"a": 1500, "b": 1400, "c": 9000}
_ADDRESSES = [
    ("10.0.1.1/24", "a"),
    ("10.0.2.1/24", "b"),
    ("10.0.3.1/16", "c"),
    ("2001:db8:1::1/64", "a"),
    ("2001:db8:2::1/64", "b"),
]
# fmt: off
#: prefix, then what ip(8) has behind it, and the same for skep.
_ROUTES: list[tuple[str, str, dict[str, object]]] = [
    ("192.168.0.0/16", "via 10.0.1.2 dev a", {"device": "a", "via": "10.0.1.2"}),
    ("192.168.7.0/24", "via 10.0.2.2 dev b metric 77", {"device": "b", "via": "10.0.2.2", "metric": 77}),
    ("192.168.7.128/25", "dev a mtu lock 1300", {"device": "a", "mtu": 1300}),
    ("192.168.9.9/32", "via 10.0.2.9 dev b src 10.0.1.1",
     {"device": "b", "via": "10.0.2.9", "source": "10.0.1.1"}),
    ("172.16.0.0/12", "", {"type": RouteType.BLACKHOLE}),
    ("172.17.0.0/16", "", {"type": RouteType.UNREACHABLE}),
    ("172.18.0.0/16", "", {"type": RouteType.PROHIBIT}),
    ("192.168.50.0/24", "via 10.0.1.2 dev a table 100", {"device": "a", "via": "10.0.1.2", "table": 100}),
    ("2001:db8:9::/48", "via 2001:db8:1::2 dev a", {"device": "a", "via": "2001:db8:1::2"}),
    ("2001:db8:9:7::/64", "via 2001:db8:2::2 dev b metric 5",
     {"device": "b", "via": "2001:db8:2::2", "metric": 5}),
    ("2001:db8:dead::/48", "", {"type": RouteType.BLACKHOLE}),
]
# fmt: on
_NEIGHBOURS = [
    ("10.0.1.2", "02:11:11:11:11:02", "a"),
    ("10.0.2.2", "02:22:22:22:22:02", "b"),
    ("10.0.1.7", "02:11:11:11:11:07", "a"),
    ("192.168.7.130", "02:11:11:11:11:30", "a"),
    ("2001:db8:1::2", "02:61:61:61:61:02", "a"),
]
_V4 = [
    *("10.0.1.2", "10.0.1.7", "10.0.1.9", "10.0.1.1", "10.0.2.2", "10.0.9.9", "192.168.1.1", "192.168.7.1"),
    *("192.168.7.130", "192.168.9.9", "172.16.1.1", "172.17.1.1", "172.18.1.1", "8.8.8.8", "127.0.0.1"),
    *("192.168.50.5", "224.0.0.1", "10.0.1.255"),
]
_V6 = [
    *(
        "2001:db8:1::2",
        "2001:db8:1::9",
        "2001:db8:9::1",
        "2001:db8:9:7::1",
        "2001:db8:dead::1",
        "2001:db8:1::1",
    ),
    *("fe80::1", "ff02::1", "::1", "2001:4860::1"),
]


def _fill_skep(net: Network) -> None:
    for name in _DEVICES:
        net.add_device(name, mtu=_MTUS[name], mac=_MACS[name], forwarding=name != "c")
    for address, device in _ADDRESSES:
        net.add_address(address, device)
    for prefix, _, words in _ROUTES:
        net.add_route(prefix, **words)  # type: ignore[arg-type]
    for address, mac, device in _NEIGHBOURS:
        net.add_neighbour(address, mac, device)


def _fill_linux(netns: NetNs) -> None:
    for name, ifindex in _DEVICES.items():
        own, peer = f"name {name} index {ifindex}", f"name {name}peer index {ifindex + 100}"
        netns.ip(f"link add {own} address {_MACS[name]} mtu {_MTUS[name]} type veth peer {peer}")
        netns.ip(f"link set dev {name}peer up")
        netns.sysctl(f"net.ipv4.conf.{name}.forwarding", int(name != "c"))
        netns.sysctl(f"net.ipv6.conf.{name}.forwarding", int(name != "c"))
        netns.ip(f"link set dev {name} up")
    for address, device in _ADDRESSES:
        netns.ip(f"addr add {address} dev {device}" + (" nodad" if ":" in address else ""))
    for prefix, words, given in _ROUTES:
        kind = str(given["type"].name.lower()) if "type" in given else ""  # type: ignore[attr-defined]
        netns.ip(f"route add {kind} {prefix} {words}")
    for address, mac, device in _NEIGHBOURS:
        netns.ip(f"neigh add {address} lladdr {mac} dev {device}")


@pytest.fixture
def runners_in_net(kernels: Kernels, runners: list[OnKernel], netns: NetNs) -> list[OnKernel]:
    for kernel in kernels.skep:
        _fill_skep(kernel.net)
    _fill_linux(netns)
    return runners


def _params(rng: random.Random) -> bytes:
    v4 = rng.random() < 0.6
    pool = _V4 if v4 else _V6
    family = 2 if v4 else 10
    if rng.random() < 0.03:
        family = rng.choice([0, 1, 17])
    src, dst = (ip_address(rng.choice(pool)).packed.ljust(16, b"\0") for _ in range(2))
    head = struct.pack(
        "<BBHHHII",
        *(family, 6, 0x5000, 0x1234, rng.choice([0, 0, 100, 1300, 1301, 1401, 1501, 9001])),
        *(rng.choice([1, 2, 2, 2, 3, 4, 99]), 0),
    )
    return head + src + dst + struct.pack("<I", rng.choice([0, 254, 100, 77])) + bytes(12)


def _fib(rng: random.Random) -> Call:
    flags = sum(bit for bit in (1, 2, 4, 8, 16) if rng.random() < 0.25) | rng.choice([0] * 20 + [64])
    size = rng.choice([64] * 20 + [63])
    return Call("fib_lookup", (InOut(_params(rng)), size, flags))


def _mtu(rng: random.Random, borders: list[int]) -> Call:
    wanted = rng.choice([0, 0, *borders])
    difference = rng.choice([0, 0, 1, -1, 1440, 8940, 100000, -40]) & 0xFFFFFFFF
    memory = InOut(struct.pack("<I", wanted))
    return Call("check_mtu", (rng.choice([0, 1, 2, 3, 99]), memory, difference, rng.choice([0, 0, 0, 1, 2])))


@pytest.mark.parametrize("prog_type", [ProgType.SCHED_CLS, ProgType.XDP], ids=lambda p: p.name.lower())
def test_routes_lead_where_linux_sends_packets(
    runners_in_net: list[OnKernel], netns: NetNs, prog_type: ProgType
) -> None:
    jit, interp, linux = runners_in_net
    for seed in range(60):
        rng = random.Random(seed)
        # The slot for memory has 64 bytes, so a program has as many calls as a map value holds.
        calls = [_fib(rng) if rng.random() < 0.8 else _mtu(rng, [1399, 1400, 1501]) for _ in range(5)]
        frame = bytes(12) + b"\x08\0\x45" + rng.randbytes(rng.choice([60, 1400, 1500, 1520]))
        expected = netns.call(lambda: linux.run(prog_type, calls, frame))[0]  # noqa: B023
        assert jit.run(prog_type, calls, frame)[0] == expected, (seed, calls)
        assert interp.run(prog_type, calls, frame)[0] == expected, (seed, calls)
    assert MAX_CALLS >= 5
