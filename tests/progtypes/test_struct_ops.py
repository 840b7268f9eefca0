"""Operations of the kernel's tables: each argument, helper, store and return value as on Linux."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import skep
from skep.btf import Btf, Kind
from skep.btf import types as t
from skep.errors import KernelError, VerifierError
from skep.isa import encode
from skep.isa.asm import assemble
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.linux import Linux
from skep.uapi import BPF_F_SLEEPABLE, FuncId, ProgType

VMLINUX = Path("/sys/kernel/btf/vmlinux")
TABLES = ("bpf_dummy_ops", "tcp_congestion_ops")
ZERO = "r0 = 0\nexit"

pytestmark = pytest.mark.linux


@pytest.fixture(scope="module")
def kernel() -> Iterator[Backend]:
    with skep.Kernel(btf=VMLINUX, engine="interp", ncpus=os.cpu_count() or 1) as kernel:
        yield kernel


@cache
def types() -> Btf:
    return Btf.vmlinux()


@cache
def members(table: str) -> tuple[str, ...]:
    struct = types().get(types().id_of(table, Kind.STRUCT))
    assert isinstance(struct, t.Struct)
    return tuple(member.name for member in struct.members)


def load(
    kernel: Backend, table: str, member: int, text: str, flags: int = 0, license: str = "GPL"
) -> tuple[int, str]:
    """errno and log."""
    try:
        loaded = commands.prog_load(
            kernel,
            prog_type=ProgType.STRUCT_OPS,
            insns=encode(assemble(text)),
            expected_attach_type=member,
            attach_btf_id=types().id_of(table, Kind.STRUCT),
            prog_flags=flags,
            license=license,
            log_level=2,
        )
    except VerifierError as error:
        return error.errno or 0, error.log
    except KernelError as error:
        return error.errno or 0, ""
    kernel.close(loaded.fd)
    return 0, loaded.log


def context_accesses() -> Iterator[str]:
    for off in range(0, 48, 8):
        yield f"r2 = *(u64 *)(r1 + {off})\n{ZERO}"
        yield f"r0 = *(u64 *)(r1 + {off})\nexit"
    yield f"r2 = *(u32 *)(r1 + 0)\n{ZERO}"
    yield f"r2 = *(u8 *)(r1 + 3)\n{ZERO}"
    yield f"r2 = 0\n*(u64 *)(r1 + 0) = r2\n{ZERO}"


@pytest.mark.parametrize("table", TABLES)
def test_operations_have_the_arguments_that_linux_says(kernel: Backend, linux: Linux, table: str) -> None:
    returns = (ZERO, "r0 = 1\nexit", "r0 = r1\nexit", "exit")
    cases = [(text, 0, "GPL") for text in (*returns, *context_accesses())]
    cases += [(ZERO, BPF_F_SLEEPABLE, "GPL"), (ZERO, 0, "MIT")]
    for member in range(len(members(table)) + 1):
        for case in cases:
            found, wanted = (load(k, table, member, *case) for k in (kernel, linux))
            assert found == wanted, (table, member, case)


@pytest.mark.parametrize(
    ("table", "member"),
    [
        ("bpf_dummy_ops", "test_1"),
        ("tcp_congestion_ops", "init"),
        ("tcp_congestion_ops", "release"),
        ("tcp_congestion_ops", "cong_control"),
    ],
)
def test_operations_have_the_helpers_that_linux_says(
    kernel: Backend, linux: Linux, table: str, member: str
) -> None:
    for helper in list(FuncId)[1:]:
        text = f"call {int(helper)}\n{ZERO}"
        found, wanted = (load(k, table, members(table).index(member), text) for k in (kernel, linux))
        assert found == wanted, helper.name


def store_offsets(struct: str) -> list[int]:
    """Around the start and the end of each member, at whatever depth."""
    btf, found = types(), set()

    def collect(type_id: int, base: int) -> None:
        type_ = btf.resolve(type_id)
        if isinstance(type_, (t.Struct, t.Union)):
            for member in type_.members:
                start = base + member.bit_offset // 8
                found.update((start, start + btf.size_of(member.type)))
                collect(member.type, start)

    collect(btf.id_of(struct, Kind.STRUCT), 0)
    return sorted(found)


@pytest.mark.parametrize(
    ("table", "member", "struct"),
    [("bpf_dummy_ops", "test_1", "bpf_dummy_ops_state"), ("tcp_congestion_ops", "cong_avoid", "tcp_sock")],
)
def test_stores_go_where_linux_lets_them(
    kernel: Backend, linux: Linux, table: str, member: str, struct: str
) -> None:
    index = members(table).index(member)
    check = "if r2 == 0 goto +2\n" if table == "bpf_dummy_ops" else ""
    for off in store_offsets(struct):
        for bits in (8, 64):
            text = f"r2 = *(u64 *)(r1 + 0)\n{check}r3 = 0\n*(u{bits} *)(r2 + {off}) = r3\n{ZERO}"
            found, wanted = (load(k, table, index, text) for k in (kernel, linux))
            assert found == wanted, (off, bits)
