"""Every engine gives the r0 that the table says."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from engines.cases import CASES, Case
from skep._runtime import call
from skep.isa import encode
from skep.isa.asm import assemble
from skep.kernel import vm
from skep.kernel.jit import engine, target
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.uapi import ProgType

# PROG_TEST_RUN gives 32 bits of r0 back.
FOLD = "r1 = r0; r1 >>= 32; r0 ^= r1; w0 = w0; exit"


def lines(*parts: str) -> str:
    return "\n".join(part.replace(";", "\n") for part in parts)


each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@each_case
def test_jit(case: Case) -> None:
    assert vm.run(assemble(lines(case.text, "exit", case.functions)), engine="jit") == case.r0


@each_case
@pytest.mark.parametrize("level", [1, 2])
def test_jit_of_large_programs(case: Case, level: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "LEVELS", [replace(target.LEVELS[level], size=math.inf)])
    program = vm.bare_program(assemble(lines(case.text, "exit", case.functions)))
    code = engine.compile(program, resolve_helper=lambda helper: helper, cache=None)
    assert call(code.entry) == case.r0


@each_case
def test_interp(case: Case) -> None:
    assert vm.run(assemble(lines(case.text, "exit", case.functions)), engine="interp") == case.r0


@each_case
def test_whole_kernel(case: Case, backend: Backend) -> None:
    """Verified, fixed up and run by PROG_TEST_RUN: the same on both kernels."""
    insns = assemble(lines(case.text, FOLD, case.functions))
    loaded = commands.prog_load(backend, prog_type=ProgType.SCHED_CLS, insns=encode(insns))
    try:
        retval = commands.prog_test_run(backend, loaded.fd, data=bytes(64)).retval
    finally:
        backend.close(loaded.fd)
    assert retval == (case.r0 ^ case.r0 >> 32) & 0xFFFF_FFFF
