"""Programs that call kernel functions by name: on skep with the running kernel's types, and on Linux.

The ids of functions differ from kernel to kernel, so no log is kept: the two are asked at the same time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

import skep
from skep.btf import Btf, Kind
from skep.cli.common import host_files
from skep.errors import VerifierError
from skep.isa import Insn, encode
from skep.isa.asm import assemble
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.linux import Linux
from skep.uapi import ProgType
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
