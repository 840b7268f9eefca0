"""Programs in C beside the tests, on skep's two engines and on Linux."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import skep
from skep import cc
from skep.loader import ObjectSpec
from skep.loader.verdict import only
from skep.objects import Object
from skep.syscall.backend import Backend
from skep.syscall.linux import Linux

VMLINUX = Path("/sys/kernel/btf/vmlinux")

#: (program, packet, global variables) -> its result as a signed number.
Run = Callable[..., int]


@pytest.fixture(scope="module")
def spec(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ObjectSpec:
    """The module's SOURCE, compiled."""
    if not VMLINUX.exists():
        pytest.skip("no kernel's types are at hand")
    source = Path(request.path).with_name(request.module.SOURCE)
    compiled = tmp_path_factory.mktemp("kfuncs") / "programs.o"
    compiled.write_bytes(cc.compile(source))
    return skep.open(compiled).spec


@pytest.fixture(scope="module", params=["jit", "interp", "linux"])
def kernel(request: pytest.FixtureRequest, linux_reason: str | None) -> Iterator[Backend]:
    if request.param == "linux":
        if linux_reason is not None:
            pytest.skip(linux_reason)
        yield Linux()
    else:
        with skep.Kernel(ncpus=2, engine=request.param, btf=VMLINUX) as made:
            yield made


@pytest.fixture
def run(spec: ObjectSpec, kernel: Backend) -> Run:
    def run(program: str, packet: bytes | None = None, **variables: bytes) -> int:
        with Object(only(spec, program)) as loaded:
            loaded.load(kernel)
            for name, value in variables.items():
                loaded.bss[name] = value
            retval = loaded.programs[program].run(packet).retval
        return retval - (1 << 32) if retval >> 31 else retval

    return run
