"""The Linux BPF subsystem as a Python package.

::

    with skep.Kernel() as kernel:                 # skep.Linux() is the real one
        obj = skep.open("xdp_count.bpf.c").load(kernel)
        print(obj.programs["simple"].run(packet).retval, dict(obj.maps["woo"]))

Names are imported when they are first used, so that `import skep` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import (
    AsmError,
    BtfError,
    CaptureError,
    CompileError,
    DecodeError,
    ElfError,
    InputError,
    InternalError,
    KernelError,
    LoaderError,
    SkepError,
    VerifierError,
)

if TYPE_CHECKING:
    from .btf import Btf
    from .cc import Options, compile
    from .loader import MapSpec, ObjectSpec, ProgramSpec
    from .objects import Map, Object, Program, open
    from .syscall.backend import Backend
    from .syscall.inproc import Kernel
    from .syscall.linux import Linux

__all__ = [
    "AsmError",
    "Backend",
    "Btf",
    "BtfError",
    "CaptureError",
    "CompileError",
    "DecodeError",
    "ElfError",
    "InputError",
    "InternalError",
    "Kernel",
    "KernelError",
    "Linux",
    "LoaderError",
    "Map",
    "MapSpec",
    "Object",
    "ObjectSpec",
    "Options",
    "PerfBuffer",
    "Program",
    "ProgramSpec",
    "RingBuffer",
    "SharedRingBuffer",
    "SkepError",
    "UserRingBuffer",
    "VerifierError",
    "compile",
    "open",
]

_HOMES = {
    "Backend": "syscall.backend",
    "Btf": "btf",
    "Kernel": "syscall.inproc",
    "Linux": "syscall.linux",
    "Map": "objects",
    "MapSpec": "loader",
    "Object": "objects",
    "ObjectSpec": "loader",
    "Options": "cc",
    "PerfBuffer": "objects",
    "Program": "objects",
    "ProgramSpec": "loader",
    "RingBuffer": "objects",
    "SharedRingBuffer": "objects",
    "UserRingBuffer": "objects",
    "compile": "cc",
    "open": "objects",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
