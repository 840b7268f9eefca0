"""Random attributes for the userspace kernel: an errno, or what was asked for, and never a crash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skep.syscall import commands
from skep.syscall.inproc import Kernel
from skep.uapi import BPF_F_RDONLY, Cmd, MapType
from skep.uapi.attrs import ATTR_SIZE, ATTRS
from syscall.helpers import GuardedPage, array, errno_of, hash_map, key, return_two, value, xdp
from syscall.test_btf_parity import every_kind

ROWS = list(ATTRS.values())
RUNS = settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass
class Target:
    """A kernel with objects of all kinds under small descriptors, and memory to point to."""

    kernel: Kernel
    page: GuardedPage


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """One for all the examples of a property: what they do to it stays within it."""
    with Kernel() as kernel:
        fds = [array(kernel), hash_map(kernel), array(kernel, map_flags=BPF_F_RDONLY), xdp(kernel)]
        fds.append(array(kernel, map_type=MapType.PROG_ARRAY, value_size=4))
        fds.append(array(kernel, map_type=MapType.PERCPU_ARRAY))
        fds.append(commands.btf_load(kernel, every_kind()).fd)
        commands.map_update_elem(kernel, fds[1], key(0), value(1))
        commands.obj_pin(kernel, fds[0], "/sys/fs/bpf/pin")
        page = GuardedPage()
        page.put_at_end(return_two() + b"GPL\0" + b"/sys/fs/bpf/pin\0" + bytes(200))
        yield Target(kernel, page)


@RUNS
@given(cmd=st.integers(-2, 40), attr=st.binary(max_size=ATTR_SIZE + 8))
def test_random_bytes(target: Target, cmd: int, attr: bytes) -> None:
    errno_of(target.kernel.bpf, cmd, bytearray(attr))


@st.composite
def plausible(draw: st.DrawFn) -> tuple[Cmd, list[int]]:
    """A command and a number for each member: a descriptor, a boundary, anything, or (negative) a place in
    the page.
    """
    row = draw(st.sampled_from(ROWS))
    edges = st.sampled_from([0xFFF, 0x1000, 0x7FFFFFFF, 0xFFFFFFFF, (1 << 64) - 1])
    numbers = st.one_of(st.integers(0, 20), st.integers(-240, -1), edges, st.integers(0, (1 << 64) - 1))
    # Each run of a program is one too many when there are four billion of them.
    small = st.integers(0, 20)
    return row.cmd, [draw(small if name == "repeat" else numbers) for name in row.layout.FIELDS]


@RUNS
@given(request=plausible())
def test_plausible_members(target: Target, request: tuple[Cmd, list[int]]) -> None:
    cmd, numbers = request
    layout = ATTRS[cmd].layout
    raw = bytearray(layout.SIZE)
    for field, number in zip(layout.FIELDS.values(), numbers, strict=True):
        chosen = number if number >= 0 else target.page.end + number
        width = min(field.size, 8)
        raw[field.offset : field.offset + width] = (chosen & ((1 << 8 * width) - 1)).to_bytes(width, "little")
    errno_of(target.kernel.bpf, cmd, raw)
