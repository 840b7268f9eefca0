"""Tracked connections: each program returns the same on all engines; those that a test gives are found."""

from __future__ import annotations

import ctypes
import errno

import pytest

from kfuncs.conftest import VMLINUX, Run
from skep.kernel.kfuncs.bodies import BODIES
from skep.kernel.model.conntrack import Tuple
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel

SOURCE = "conntrack.bpf.c"

RETURNS = {
    "is_not_there": -errno.ENOENT,
    "is_not_there_with_old_options": -errno.ENOENT,
    "is_not_there_for_ipv6": -errno.ENOENT,
    "of_a_bad_size": -errno.EAFNOSUPPORT,
    "with_bad_options_size": -errno.EINVAL,
    "with_reserved_options": -errno.EINVAL,
    "with_a_zone_in_old_options": -errno.EINVAL,
    "of_another_protocol": -errno.EPROTO,
    "in_a_bad_namespace": -errno.EINVAL,
    "in_no_namespace": -errno.ENONET,
    "makes_and_finds": (1 << 13) - 1,
}


@pytest.mark.parametrize("program", RETURNS)
def test_every_engine_returns_the_same(program: str, run: Run) -> None:
    assert run(program, bytes(64)) == RETURNS[program]


def test_a_connection_that_the_test_gives_is_found(run: Run, kernel: Backend) -> None:
    assert run("finds_the_given_one", bytes(64)) == -errno.ENOENT
    if isinstance(kernel, Kernel):
        kernel.net.conntrack.add("tcp", ("10.0.0.1", 1000), ("10.0.0.2", 80), zone=7, mark=42)
        assert run("finds_the_given_one", bytes(64)) == 42


@pytest.mark.skipif(not VMLINUX.exists(), reason="no kernel's types are at hand")
def test_translation_changes_where_replies_come_from_and_go_to() -> None:
    """Linux has this function in a module, which need not be loaded."""
    local, remote, other = bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2)), bytes((10, 9, 9, 9))
    with Kernel(btf=VMLINUX) as kernel:
        table = kernel.net.conntrack
        made = table.allocate(Tuple(6, local, 1000, remote, 80), zone=0)
        address = ctypes.create_string_buffer(other, 16)
        translate = BODIES["bpf_ct_set_nat_info"]
        with pytest.raises(OSError, match="port 70000"):
            translate(kernel.machine, made.address, ctypes.addressof(address), 70000, 0, 0)
        assert translate(kernel.machine, made.address, ctypes.addressof(address), 5555, 0, 0) == 0
        assert translate(kernel.machine, made.address, ctypes.addressof(address), 0, 1, 0) == 0
        assert made.reply == Tuple(6, other, 80, other, 5555)
        assert made.status == 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8
        assert table.insert(made)
        assert table.find(made.reply, 0) == (made, 1)
