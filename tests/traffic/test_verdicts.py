"""What return values mean."""

import pytest

from skep.traffic.verdicts import VERDICTS
from skep.uapi import ProgType

CASES = [
    (ProgType.XDP, 2, "XDP_PASS", True),
    (ProgType.XDP, 1, "XDP_DROP", False),
    (ProgType.XDP, 99, "99", False),
    (ProgType.SCHED_CLS, 0xFFFFFFFF, "TC_ACT_UNSPEC", True),
    (ProgType.SCHED_CLS, 2, "TC_ACT_SHOT", False),
    (ProgType.SOCKET_FILTER, 0, "dropped", False),
    (ProgType.SOCKET_FILTER, 20, "kept", True),
    (ProgType.CGROUP_SKB, 1, "pass", True),
]


@pytest.mark.parametrize(("kind", "retval", "name", "kept"), CASES)
def test_a_return_value_has_a_name_and_a_fate(kind: ProgType, retval: int, name: str, kept: bool) -> None:
    verdicts = VERDICTS[kind]
    assert verdicts.name(retval) == name
    assert verdicts.keeps(retval) is kept


def test_a_socket_filter_keeps_as_many_bytes_as_it_says_of_the_packet_that_came() -> None:
    assert VERDICTS[ProgType.SOCKET_FILTER].surviving(3, b"abcdef", b"\0\0cdef") == b"abc"


def test_a_program_without_link_header_leaves_that_header_alone() -> None:
    packet, output = b"\x11" * 20, bytes(14) + b"\x22" * 6
    assert VERDICTS[ProgType.CGROUP_SKB].surviving(1, packet, output) == b"\x11" * 14 + b"\x22" * 6
    assert VERDICTS[ProgType.XDP].surviving(2, packet, output) == output
