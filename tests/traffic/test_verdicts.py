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


def test_a_socket_filter_keeps_as_many_bytes_as_it_says() -> None:
    assert VERDICTS[ProgType.SOCKET_FILTER].surviving(3, b"abcdef") == b"abc"
    assert VERDICTS[ProgType.XDP].surviving(2, b"abcdef") == b"abcdef"
