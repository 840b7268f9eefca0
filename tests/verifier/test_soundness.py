"""What the verifier accepts runs without harm and stays within what the verifier knew; and the fuzzer that
says so finds the verifier's mistakes where there are some.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from fuzz.soundness import Bench, Options, campaign
from fuzz.soundness_objects import Watch
from fuzz.soundness_objects import campaign as compiled
from tools.parity.privileges import KEPT, give_up_perfmon

from skep.cli.common import kernel_types
from skep.isa import encode
from skep.isa.asm import assemble
from skep.isa.opcodes import BPF_ARSH, BPF_RSH
from skep.kernel import verifier
from skep.kernel.capable import Cap
from skep.kernel.verifier import check
from skep.syscall.commands import prog_load
from skep.syscall.inproc import Kernel
from skep.syscall.linux import Linux
from skep.uapi import ProgType


@pytest.mark.parametrize("perfmon", [True, False], ids=["privileged", "without CAP_PERFMON"])
def test_runs_stay_within_what_the_verifier_knew(perfmon: bool) -> None:
    bench = Bench(perfmon=perfmon)
    outcome = campaign(Options(count=300, seed=1, inputs=4), bench)
    assert not outcome.kinds, outcome.reports[0]
    assert outcome.accepted > 60
    assert bench.checked > 50 * bench.skipped


def _nothing(original: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *_: None


def _true(original: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *_: True


def _shift_with_sign(original: Callable[..., Any]) -> Callable[..., Any]:
    def scalar_alu(code: int, *operands: Any) -> Any:
        return original(code & ~0xF0 | BPF_ARSH if code & 0xF0 == BPF_RSH else code, *operands)

    return scalar_alu


#: What to call -> a wrong version of it.
MISTAKES: dict[str, Callable[[Callable[..., Any]], Callable[..., Any]]] = {
    "mark_chain_precision": _nothing,
    "propagate_precision": _nothing,
    "range_within": _true,
    "scalar_alu": _shift_with_sign,
}


@pytest.mark.skipif(not check.__file__.endswith(".py"), reason="the verifier is compiled")
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_the_verifier_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for found in pkgutil.iter_modules(verifier.__path__):
        module = importlib.import_module(f"{verifier.__name__}.{found.name}")
        if hasattr(module, name):
            monkeypatch.setattr(module, name, MISTAKES[name](getattr(module, name)))
    bench = Bench()
    for seed in range(20):
        if campaign(Options(count=150, seed=seed, inputs=3, show=0), bench).kinds:
            return
    pytest.fail(f"nothing was found without {name}")


def test_linux_too_lets_atomic_operations_change_stack_that_was_never_written(linux: Linux) -> None:
    """Else it would be skep's mistake, which the campaign forgives."""
    source = "r1 = 1\n*(u16 *)(r10 - 8) = 2\nlock *(u64 *)(r10 - 8) += r1\nr0 = *(u64 *)(r10 - 8)\nexit"
    insns = encode(assemble(source))
    with ThreadPoolExecutor(1, initializer=give_up_perfmon) as other, Kernel(caps=Cap(KEPT)) as skep:
        for backend in (linux, skep):
            load = other.submit(prog_load, backend, prog_type=ProgType.SOCKET_FILTER, insns=insns)
            backend.close(load.result().fd)


def test_runs_of_compiled_programs_stay_within_what_the_verifier_knew() -> None:
    """Without a kernel's types those that call kernel functions are refused, and the rest is run."""
    programs = sorted((Path(__file__).parent / "programs").glob("*.bpf.c"))
    kernel = Kernel(engine="interp", btf=kernel_types(None), test_run_all=True)
    with kernel, Watch() as watch:
        outcome = compiled(programs, inputs=2, seed=1, pattern="*", watch=watch, kernel=kernel)
    assert not outcome.kinds
    if kernel_types(None):
        assert (outcome.runs, watch.checked) > (20, 1000)
