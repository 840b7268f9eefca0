"""Reading stack that no one wrote: allowed with CAP_PERFMON, so each engine has to run it."""

import pytest

import skep
from skep.isa import encode
from skep.isa.asm import assemble
from skep.syscall import commands
from skep.uapi import ProgType


@pytest.mark.parametrize("engine", ["jit", "interp"])
def test_a_privileged_program_may_read_stack_that_no_one_wrote(engine: str) -> None:
    insns = encode(assemble("r0 = *(u64 *)(r10 - 8)\nr0 = 1\nexit"))
    with skep.Kernel(engine=engine) as kernel:
        fd = commands.prog_load(kernel, prog_type=ProgType.XDP, insns=insns).fd
        assert commands.prog_test_run(kernel, fd, data=bytes(64)).retval == 1
