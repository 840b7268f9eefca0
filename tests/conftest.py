"""The kernels that tests run on: skep's own, and the real one where bpf(2) is permitted."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from skep.syscall.backend import Backend
from skep.syscall.linux import Linux, why_not

# How long an example takes says how busy the machine is.
settings.register_profile("skep", deadline=None)
settings.load_profile("skep")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-data", action="store_true", help="rewrite golden files from the real kernel")


@pytest.fixture(scope="session")
def linux_reason() -> str | None:
    return "SKEP_NO_LINUX is set" if os.environ.get("SKEP_NO_LINUX") else why_not()


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
