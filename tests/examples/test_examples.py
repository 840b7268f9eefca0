"""The examples over the example capture: the same on every kernel and engine.

The expected numbers are counted from the capture by plain Python, not taken from a run.
"""

import os
import socket
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import skep
from skep.syscall.backend import Backend
from skep.traffic.capture import read_capture
from skep.traffic.replay import Replay, replay

EXAMPLES = Path(__file__).parents[2] / "examples"
PACKETS = read_capture(EXAMPLES / "traffic.pcap").packets
Use = Callable[[str], skep.Object]


@pytest.fixture(params=["jit", "interp", "linux"])
def kernel(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """Each engine of skep's kernel, and Linux, pinned to CPU 0 as skep's programs are."""
    if request.param != "linux":
        with skep.Kernel(engine=request.param) as kernel:
            yield kernel
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    yield request.getfixturevalue("linux")
    os.sched_setaffinity(0, allowed)


@pytest.fixture
def use(kernel: Backend) -> Iterator[Use]:
    """Open an example; it is closed when the test ends."""
    objects: list[skep.Object] = []

    def open_example(name: str) -> skep.Object:
        objects.append(skep.open(EXAMPLES / f"{name}.bpf.c"))
        return objects[-1]

    yield open_example
    for obj in objects:
        obj.close()


def ipv4(packet: bytes) -> bytes | None:
    """The IPv4 header and what follows; a VLAN tag is skipped."""
    at = 18 if packet[12:14] == b"\x81\x00" else 14
    return packet[at:] if packet[at - 2 : at] == b"\x08\x00" and len(packet) >= at + 20 else None


def total(per_cpu: list[int]) -> int:
    return sum(per_cpu)


def test_the_counter_counts_every_packet_on_its_cpu(kernel: Backend, use: Use) -> None:
    obj = use("xdp_count").load(kernel)
    result = replay(obj.programs["simple"], PACKETS)
    assert result.verdicts == {"XDP_PASS": len(PACKETS)}
    cpu = min(os.sched_getaffinity(0)) if kernel.name == "linux" else 0
    assert obj.maps["woo"][cpu] == len(PACKETS)
    assert sum(obj.maps["woo"].values()) == len(PACKETS)


def test_the_firewall_drops_what_is_listed_and_what_goes_to_the_closed_port(
    kernel: Backend, use: Use
) -> None:
    listed = closed = 0
    for packet in PACKETS:
        ip = ipv4(packet)
        if ip is None:
            continue
        ports = (ip[0] & 15) * 4
        if ip[12:16] == bytes([10, 0, 0, 66]):
            listed += 1
        elif ip[9] in (6, 17) and ip[ports + 2 : ports + 4] == (514).to_bytes(2, "big"):
            closed += 1
    assert listed
    assert closed

    obj = use("xdp_blocklist")
    obj.globals["closed_port"] = 514
    obj.load(kernel)
    address = int.from_bytes(bytes([10, 0, 0, 66]), "little")
    obj.maps["blocklist"][address] = 0
    result = replay(obj.programs["firewall"], PACKETS)
    assert result.dropped == listed + closed
    assert [total(obj.maps["reasons"][reason]) for reason in range(4)] == [
        len(PACKETS) - listed - closed,
        listed,
        closed,
        0,
    ]
    assert obj.maps["blocklist"][address] == listed


def test_each_tcp_flow_has_its_packets_and_bytes(kernel: Backend, use: Use) -> None:
    expected: Counter[tuple[int, bytes]] = Counter()
    for packet in PACKETS:
        if packet[12:14] == b"\x08\x00" and packet[23] == 6:
            at = 14 + (packet[14] & 15) * 4
            expected[4, packet[26:34] + packet[at : at + 4]] += len(packet)
        elif packet[12:14] == b"\x86\xdd" and packet[20] == 6:
            expected[6, packet[22:54] + packet[54:58]] += len(packet)
    obj = use("tc_flows").load(kernel)
    result = replay(obj.programs["tcp_flows"], PACKETS)
    assert result.verdicts == {"TC_ACT_OK": len(PACKETS)}
    flows = list(obj.maps["flows"].items())
    assert len(flows) == len(expected)
    assert sum(stats["bytes"] for _, stats in flows) == sum(expected.values())
    assert all(stats["first_ns"] <= stats["last_ns"] for _, stats in flows)
    assert obj.globals["missed"] == 0


def test_the_balancer_rewrites_and_the_checksums_stay_right(kernel: Backend, use: Use) -> None:
    obj = use("xdp_balancer").load(kernel)
    result = replay(obj.programs["balance"], PACKETS)
    to_service = [p for p in PACKETS if is_for_service(p)]
    assert result.verdicts["XDP_TX"] == result.changed == len(to_service)
    backends = {bytes([10, 0, 0, last]) for last in (101, 102, 103)}
    for before, after in zip(PACKETS, result.outputs, strict=True):
        assert after is not None
        if before == after:
            continue
        assert after[30:34] in backends
        assert after[6:12] == before[0:6]
        assert checksum(after[14:34]) == 0
        assert tcp_checksum(after) == tcp_checksum(before)
    clients = {p[26:30] + p[34:38] for p in to_service}
    assert len(obj.maps["connections"]) == len(clients)
    used = [cpu for index in range(4) for cpu in obj.maps["usage"][index]]
    assert sum(row["packets"] for row in used) == len(to_service)
    assert sum(row["bytes"] for row in used) == sum(map(len, to_service))
    assert sum(row["connections"] for row in used) == len(clients)


def is_for_service(packet: bytes) -> bool:
    return (
        len(packet) >= 54
        and packet[12:15] == b"\x08\x00\x45"
        and packet[23] == 6
        and packet[30:34] == b"\x0a\0\0\x02"
    )


def checksum(data: bytes) -> int:
    """The internet checksum; 0 for data that holds its own."""
    words = struct.unpack(f">{len(data + bytes(len(data) % 2)) // 2}H", data + bytes(len(data) % 2))
    folded = sum(words)
    while folded >> 16:
        folded = (folded & 0xFFFF) + (folded >> 16)
    return ~folded & 0xFFFF


def tcp_checksum(packet: bytes) -> int:
    """The checksum of segment and pseudo header: 0 unless the sender left it to its device."""
    length = int.from_bytes(packet[16:18], "big") - 20
    return checksum(packet[26:34] + bytes([0, 6]) + length.to_bytes(2, "big") + packet[34 : 34 + length])


def test_the_socket_filter_keeps_the_head_of_dns(kernel: Backend, use: Use) -> None:
    expected = []
    for packet in PACKETS:
        ip = packet[14:]
        if packet[12:14] != b"\x08\x00" or ip[9] != 17 or int.from_bytes(ip[6:8], "big") & 0x1FFF:
            continue
        ports = (ip[0] & 15) * 4
        if 53 in struct.unpack_from(">2H", ip, ports):
            expected.append(packet[:128])
    assert len(expected) == 6
    result = replay(use("dns_filter").load(kernel).programs["dns_only"], PACKETS)
    assert [output for output in result.outputs if output] == expected
    assert result.dropped == len(PACKETS) - len(expected)


def test_the_socket_filter_counts_protocols(kernel: Backend, use: Use) -> None:
    expected = Counter(p[23] for p in PACKETS if p[12:14] == b"\x08\x00")
    obj = use("dns_filter").load(kernel)
    replay(obj.programs["count_protocols"], PACKETS)
    assert {key: total(value) for key, value in obj.maps["protocols"].items()} == expected
    assert {socket.IPPROTO_TCP, socket.IPPROTO_UDP, socket.IPPROTO_ICMP} == set(expected)


def test_a_replay_is_the_same_in_pieces(kernel: Backend, use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    program = use("xdp_balancer").load(kernel).programs["balance"]
    whole = replay(program, PACKETS)
    monkeypatch.setattr("skep.traffic.replay.CHUNK", 50)
    steps: list[int] = []
    pieces: Replay = replay(program, PACKETS, progress=steps.append)
    assert (pieces.verdicts, pieces.outputs) == (whole.verdicts, whole.outputs)
    assert sum(steps) == len(PACKETS)
    assert len(steps) == -(-len(PACKETS) // 50)
