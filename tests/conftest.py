"""The kernels that tests run on: skep's own, and the real one where bpf(2) is permitted."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from skep.syscall.backend import Backend
from skep.syscall.linux import Linux


def _why_no_linux() -> str | None:
    """Why this machine's kernel cannot be asked; None when it makes a map and a program for us."""
    from skep.errors import SkepError
    from skep.syscall import commands
    from skep.uapi import MapType, ProgType

    if os.environ.get("SKEP_NO_LINUX"):
        return "SKEP_NO_LINUX is set"
    try:
        kernel = Linux()
        os.close(commands.map_create(kernel, map_type=MapType.ARRAY, key_size=4, value_size=4, max_entries=1))
        insns = bytes.fromhex("b700000002000000 9500000000000000")  # r0 = 2; exit
        os.close(commands.prog_load(kernel, prog_type=ProgType.XDP, insns=insns).fd)
    except (SkepError, NotImplementedError) as error:
        return f"bpf(2) is not permitted here: {error}"
    return None


@pytest.fixture(scope="session")
def linux_reason() -> str | None:
    return _why_no_linux()


@pytest.fixture
def linux(linux_reason: str | None) -> Linux:
    """The real kernel, or a skip that says why not."""
    if linux_reason is not None:
        pytest.skip(linux_reason)
    return Linux()


@pytest.fixture(params=["skep", "linux"])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """A kernel; each test that takes it runs on skep's and on the real one."""
    if request.param == "linux":
        yield request.getfixturevalue("linux")
    else:
        from skep.syscall.inproc import Kernel

        with Kernel() as kernel:
            yield kernel


@pytest.fixture(autouse=True)
def _linux_marker(request: pytest.FixtureRequest) -> None:
    """`@pytest.mark.linux` on a test that makes its own Linux()."""
    if request.node.get_closest_marker("linux"):
        request.getfixturevalue("linux")
