"""The kernels that helper tests compare: skep with each of its engines, and Linux."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fuzz.netns import NetNs

from helpers.calls import OnKernel
from skep.syscall.inproc import Kernel
from skep.syscall.linux import Linux


@dataclass(frozen=True)
class Kernels:
    """`skep` are the two engines; `all` has Linux too."""

    jit: Kernel
    interp: Kernel
    linux: Linux

    @property
    def skep(self) -> tuple[Kernel, Kernel]:
        return self.jit, self.interp


@pytest.fixture
def kernels(linux: Linux) -> Iterator[Kernels]:
    types = "/sys/kernel/btf/vmlinux"
    with Kernel(engine="jit", btf=types) as jit, Kernel(engine="interp", btf=types) as interp:
        yield Kernels(jit, interp, linux)


@pytest.fixture
def runners(kernels: Kernels) -> Iterator[list[OnKernel]]:
    """JIT, interpreter, Linux."""
    all_three = [OnKernel(backend) for backend in (*kernels.skep, kernels.linux)]
    yield all_three
    for runner in all_three:
        runner.close()


@pytest.fixture
def netns(linux: Linux) -> Iterator[NetNs]:
    namespace = NetNs()
    yield namespace
    namespace.close()
