"""Captures: what is written can be read, in every format; what is cut is noticed."""

import struct
from pathlib import Path

import pytest

from skep.errors import CaptureError
from skep.traffic.capture import read_capture, write_capture

EXAMPLE = Path(__file__).parents[2] / "examples" / "traffic.pcap"
PACKETS = [bytes(range(60)), b"\xff" * 14, b"\x00" * 1514]
TIMES = [1.5, 2.25, 1_700_000_000.000001]


def pcapng(packets: list[bytes], order: str = "<") -> bytes:
    """A minimal pcapng file: section header, one Ethernet interface, enhanced packet blocks."""

    def block(kind: int, body: bytes) -> bytes:
        body += bytes(-len(body) % 4)
        total = struct.pack(order + "I", len(body) + 12)
        return struct.pack(order + "I", kind) + total + body + total

    blocks = [block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))]
    blocks.append(block(1, struct.pack(order + "HHI", 1, 0, 65535)))
    for number, packet in enumerate(packets):
        header = struct.pack(order + "IIIII", 0, 0, 1000 * number, len(packet), len(packet))
        blocks.append(block(6, header + packet))
    return b"".join(blocks)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "out.pcap"
    assert write_capture(path, PACKETS, TIMES) == 3
    capture = read_capture(path)
    assert capture.packets == PACKETS
    assert capture.times == pytest.approx(TIMES)
    assert capture.bytes == sum(map(len, PACKETS))


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng_of_both_byte_orders_is_read(tmp_path: Path, order: str) -> None:
    path = tmp_path / "in.pcapng"
    path.write_bytes(pcapng(PACKETS, order))
    assert read_capture(path).packets == PACKETS


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("magic", [0xA1B2C3D4, 0xA1B23C4D], ids=["micro", "nano"])
def test_pcap_of_both_byte_orders_and_resolutions_is_read(tmp_path: Path, order: str, magic: int) -> None:
    path = tmp_path / "in.pcap"
    records = [struct.pack(order + "IIII", 1, 0, len(p), len(p)) + p for p in PACKETS]
    path.write_bytes(struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, 1) + b"".join(records))
    assert read_capture(path).packets == PACKETS


def test_the_example_has_ipv4_ipv6_vlan_and_no_giants() -> None:
    capture = read_capture(EXAMPLE)
    kinds = {packet[12:14].hex() for packet in capture.packets}
    assert {"0800", "0806", "86dd", "8100"} <= kinds
    assert max(map(len, capture.packets)) <= 1518


@pytest.mark.parametrize("cut", [0, 3, 20, 30, 40, 60, 100, 1000])
def test_a_cut_capture_names_the_file_and_the_packet(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "cut.pcap"
    path.write_bytes(EXAMPLE.read_bytes()[:cut])
    where = "not a pcap" if cut < 24 else "packet "
    with pytest.raises(CaptureError, match=where) as caught:
        read_capture(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("cut", range(1, 80, 7))
def test_a_cut_pcapng_is_noticed_or_ends_between_blocks(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "cut.pcapng"
    path.write_bytes(pcapng(PACKETS)[:-cut])
    with pytest.raises(CaptureError):
        read_capture(path)


def test_a_record_that_claims_gigabytes_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "huge.pcap"
    header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    path.write_bytes(header + struct.pack("<IIII", 1, 0, 0xFFFFFFF0, 0xFFFFFFF0) + b"x" * 10)
    with pytest.raises(CaptureError, match="ends after 10"):
        read_capture(path)


def test_another_link_type_is_refused_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "cooked.pcap"
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 113))
    with pytest.raises(CaptureError, match="link type 113; only Ethernet"):
        read_capture(path)


def test_a_missing_file_is_an_error_of_the_capture(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="No such file"):
        read_capture(tmp_path / "nowhere.pcap")
