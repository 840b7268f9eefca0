"""Broken loads: the same errno, log and attributes from both kernels; a wrong verifier accepts nothing.

The long campaign is `python -m fuzz.loads`.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from fuzz.broken import broken
from fuzz.loads import Kernel, campaign

from skep.cli.common import kernel_types
from skep.errors import InternalError
from skep.isa import encode
from skep.isa.asm import assemble
from skep.kernel.verifier import check, do_check
from skep.syscall import commands
from skep.syscall.inproc import Kernel as Skep
from skep.syscall.linux import Linux
from skep.uapi import ProgType


def test_both_kernels_say_the_same_of_broken_loads(linux: Linux) -> None:
    with Skep(engine="interp", btf=kernel_types(None)) as skep:
        outcome = campaign(1500, 1, Kernel(skep), Kernel(linux))
    assert not outcome.reports, outcome.reports[0]
    assert len(outcome.verdicts) > 6, "few ways of being wrong were tried"
    assert outcome.verdicts["ok"] > 100, "few loads were only nearly wrong"


def test_broken_loads_get_an_errno_and_nothing_else() -> None:
    rng = random.Random(2)
    with Skep(engine="interp") as skep:
        kernel = Kernel(skep)
        verdicts = [kernel.answer(broken(rng)).verdict for _ in range(1500)]
    assert not [verdict for verdict in verdicts if verdict.startswith("raised")]


@pytest.mark.skipif(not check.__file__.endswith(".py"), reason="the verifier is compiled")
@pytest.mark.parametrize("failure", [RecursionError("too deep"), KeyError(5), OSError(14, "a bad address")])
def test_a_mistake_of_the_verifier_is_told_with_its_instruction_and_accepts_nothing(
    failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: object) -> None:
        raise failure

    monkeypatch.setattr(do_check, "check_alu_op", wrong)
    insns = encode(assemble("r1 = *(u32 *)(r1 + 0)\nr0 = 0\nexit"))
    with Skep(engine="interp") as skep:
        with pytest.raises(InternalError, match=f"at instruction 1 with {type(failure).__name__}") as told:
            commands.prog_load(skep, prog_type=ProgType.XDP, insns=insns)
        assert "report" in str(told.value)
        assert not list(skep.machine.progs)
