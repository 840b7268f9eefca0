"""Programs that call kernel functions by name: on skep with the running kernel's types, and on Linux.

The ids of functions differ from kernel to kernel, so no log is kept: the two are asked at the same time.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

import pytest

import skep
from skep.btf import Btf, BtfBuilder, Kind
from skep.cli.common import host_files
from skep.errors import VerifierError
from skep.isa import Insn, encode
from skep.isa.asm import assemble
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.linux import Linux
from skep.uapi import ProgType
from verifier.attempt import attempt
from verifier.golden import normalise

_KFUNC = 0x60000000  # what stands for a kernel function, with its id in the lower bits
_FUNCTIONS = (
    "bpf_iter_num_new",
    "bpf_iter_num_next",
    "bpf_iter_num_destroy",
    "bpf_local_irq_save",
    "bpf_local_irq_restore",
    "bpf_preempt_disable",
    "bpf_preempt_enable",
    "bpf_rcu_read_lock",
    "bpf_rcu_read_unlock",
    "bpf_dynptr_from_skb",
    "bpf_dynptr_slice",
    "bpf_cpumask_create",
    "bpf_cpumask_release",
    "bpf_throw",
)
_NEW_ITER = """
    r1 = r10
    r1 += -8
    r2 = 0
    r3 = 3
    call bpf_iter_num_new
"""
#: What the program is about (a sentence), and the program.
_CASES = {
    "an iterator may be made at the frame pointer itself as far as its place goes": """
        r1 = r10
        r2 = 0
        r3 = 3
        call bpf_iter_num_new
        r0 = 0
        exit
    """,
    "the next of an iterator may be asked for at the frame pointer": f"""
        {_NEW_ITER}
        r1 = r10
        call bpf_iter_num_next
        r1 = r10
        r1 += -8
        call bpf_iter_num_destroy
        r0 = 0
        exit
    """,
}


@pytest.fixture(scope="module")
def types() -> Btf:
    return Btf.vmlinux()


@pytest.fixture(scope="module")
def ours(types: Btf) -> Iterator[Backend]:
    with skep.Kernel(ncpus=os.cpu_count() or 1, engine="interp", btf=types, files=host_files()) as kernel:
        yield kernel


def _program(text: str, types: Btf) -> bytes:
    ids = {name: types.find(name, Kind.FUNC) for name in _FUNCTIONS}
    symbols = {name: _KFUNC + number for name, number in ids.items() if number}
    insns = (
        Insn(insn.code, 0, 2, 0, insn.imm - _KFUNC) if insn.code == 0x85 and insn.imm >= _KFUNC else insn
        for insn in assemble(text, symbols)
    )
    return encode(tuple(insns))


def _log(backend: Backend, insns: bytes) -> str:
    try:
        loaded = commands.prog_load(backend, prog_type=ProgType.SCHED_CLS, insns=insns, log_level=2)
    except VerifierError as error:
        return normalise(f"{error.log}errno {error.errno}")
    backend.close(loaded.fd)
    return normalise(f"{loaded.log}accepted")


@pytest.mark.linux
@pytest.mark.parametrize("text", _CASES.values(), ids=_CASES.keys())
def test_kernel_functions_are_checked_as_on_linux(text: str, types: Btf, ours: Backend, linux: Linux) -> None:
    insns = _program(text, types)
    assert _log(ours, insns) == _log(linux, insns)


#: Names of kernel functions and variables that are none: instructions, and the descriptors given with them;
#: "types" is BTF of a program.
_NAMES: dict[str, tuple[tuple[Insn, ...], tuple[int | str, ...] | None]] = {
    "no function": ((Insn(0x85, 0, 2, 0, 0),), None),
    "no function, in dead code": ((Insn(0xB7, 0), Insn(0x05, 0, 0, 1), Insn(0x85, 0, 2, 0, 0)), None),
    "a function's id beyond all types": ((Insn(0x85, 0, 2, 0, 0x7FFFFFFF),), None),
    "a negative function's id": ((Insn(0x85, 0, 2, 0, -1),), None),
    "a number for a function": ((Insn(0x85, 1, 2, 0, 1),), None),
    "a module's function without descriptors": ((Insn(0x85, 0, 2, 1, 1),), None),
    "a module's function by a descriptor that is none": ((Insn(0x85, 0, 2, 1, 1),), (0, 100_000)),
    "a module's function by a descriptor of no BTF": ((Insn(0x85, 0, 2, 1, 1),), (0, 0)),
    "a module's function by a program's types": ((Insn(0x85, 0, 2, 1, 1),), (0, "types")),
    "a module before the first": ((Insn(0x85, 0, 2, -1, 1),), (0, "types")),
    "a variable of type void": ((Insn(0x18, 1, 3, 0, 0), Insn(0)), None),
    "a variable's id beyond all types": ((Insn(0x18, 1, 3, 0, 0x7FFFFFFF), Insn(0)), None),
    "a negative variable's id": ((Insn(0x18, 1, 3, 0, -1), Insn(0)), None),
    "a variable of a module that is none": ((Insn(0x18, 1, 3, 0, 1), Insn(0, imm=100_000)), None),
    "a map far beyond the descriptors": ((Insn(0x18, 1, 5, 0, 0x7FFFFFFF), Insn(0)), (0, 0)),
    "a map before the descriptors": ((Insn(0x18, 1, 5, 0, -1), Insn(0)), (0, 0)),
    "a map's place with a descriptor of none": ((Insn(0x18, 1, 5, 0, 1), Insn(0)), (0, 100_000)),
}


def _outcome(
    backend: Backend, insns: tuple[Insn, ...], fds: tuple[int | str, ...] | None, **members: int
) -> tuple[str, list[str]]:
    own = BtfBuilder()
    own.add_int("int", 4)
    types = commands.btf_load(backend, own.encode()).fd
    array = struct.pack(f"={len(fds or ())}i", *(types if fd == "types" else fd for fd in fds or ()))
    given = {"fd_array": array} if fds else {}
    code = encode((*insns, Insn(0xB7, 0), Insn(0x95)))
    found = attempt(backend, code, prog_type=ProgType.SCHED_CLS, **given, **members)
    backend.close(types)
    return found.verdict, found.log


@pytest.mark.linux
@pytest.mark.parametrize(("insns", "fds"), _NAMES.values(), ids=_NAMES.keys())
def test_names_of_nothing_are_refused_as_on_linux(
    insns: tuple[Insn, ...], fds: tuple[int | str, ...] | None, ours: Backend, linux: Linux
) -> None:
    assert _outcome(ours, insns, fds) == _outcome(linux, insns, fds)


@pytest.mark.parametrize(
    ("fds", "count", "verdict"),
    [
        pytest.param(("types",), 1, "ok", id="a program's types"),
        pytest.param(("types", 100_000), 2, "EBADF", id="a descriptor that is none"),
        pytest.param(("types",), 0x40000000, "EINVAL", id="more than can be counted"),
        pytest.param(None, 1, "EFAULT", id="some of nothing"),
    ],
)
def test_descriptors_given_with_a_count_are_all_looked_at(
    fds: tuple[int | str, ...] | None, count: int, verdict: str, backend: Backend
) -> None:
    found = _outcome(backend, (), fds, fd_array_cnt=count)
    assert found[0] == verdict
