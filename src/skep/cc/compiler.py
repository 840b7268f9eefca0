"""Compiling C to a BPF object, with whichever clang there is.

gcc can make BPF objects too, but its type information differs; clang is what BPF programs are written for.
Where the machine has none, the ziglang package from PyPI brings one. Both are called with the same
options: optimised (BPF cannot be verified at -O0), with debug information (which becomes .BTF), and skep's
own headers first.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import Literal

from ..errors import CompileError

INCLUDE = Path(__file__).resolve().parent.parent / "include"

_CLANGS = ("clang", *(f"clang-{version}" for version in range(23, 11, -1)))
_TARGETS = {
    "clang": {"little": "bpfel", "big": "bpfeb"},
    "zig": {"little": "bpfel-freestanding", "big": "bpfeb-freestanding"},
}
# The macros of bpf_tracing.h choose the register names by it.
_MACHINE = "__TARGET_ARCH_"
_ARCHITECTURES = {
    "x86_64": "x86",
    "i686": "x86",
    "aarch64": "arm64",
    "armv7l": "arm",
    "s390x": "s390",
    "riscv64": "riscv",
    "ppc64le": "powerpc",
    "loongarch64": "loongarch",
    "mips64": "mips",
}


@dataclass(frozen=True, slots=True)
class Compiler:
    """`command` starts the compiler; `family` says in which words it is told the target."""

    command: tuple[str, ...]
    family: Literal["clang", "zig"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to compile. `defines` with None is `-DNAME`; `extra` goes to the compiler last, as it is.

    Programs that read registers are for one machine, this one if no `__TARGET_ARCH_…` is defined.
    """

    include_dirs: tuple[str | PathLike[str], ...] = ()
    defines: Mapping[str, str | None] | None = None
    cpu: str = "v3"
    byteorder: Literal["little", "big"] = "little"
    extra: tuple[str, ...] = ()


def _candidates() -> Iterator[Compiler]:
    chosen = os.environ.get("SKEP_CLANG")
    if chosen:
        yield Compiler(tuple(chosen.split()), "zig" if "zig" in chosen else "clang")
        return
    for name in _CLANGS:
        path = shutil.which(name)
        if path:
            yield Compiler((path,), "clang")
    if find_spec("ziglang"):
        yield Compiler((sys.executable, "-m", "ziglang", "cc"), "zig")


@cache
def _has_bpf(compiler: Compiler) -> bool:
    """Some clangs are built without the bpf target: macOS's, for one."""
    if compiler.family == "zig":
        return True
    try:
        run = subprocess.run(
            [*compiler.command, "--print-targets"], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return run.returncode == 0 and "bpf" in run.stdout


def find_compiler() -> Compiler:
    """$SKEP_CLANG, else a clang that knows the bpf target, else ziglang."""
    for compiler in _candidates():
        if _has_bpf(compiler):
            return compiler
    chosen = os.environ.get("SKEP_CLANG")
    if chosen:
        raise CompileError(f"SKEP_CLANG={chosen!r} is no clang with the bpf target")
    raise CompileError(
        "no C compiler for the bpf target: install clang, or `pip install 'skep[cc]'`, "
        "or name one in SKEP_CLANG"
    )


def command_line(compiler: Compiler, source: str, output: str, options: Options) -> list[str]:
    """The whole command; public because a person may want to see or repeat it."""
    defines = dict(options.defines or {})
    if not any(name.startswith(_MACHINE) for name in defines):
        machine = os.uname().machine
        defines[_MACHINE + _ARCHITECTURES.get(machine, machine)] = None
    target = _TARGETS[compiler.family][options.byteorder]
    family = ["-fno-sanitize=all"] if compiler.family == "zig" else []
    return [
        *compiler.command,
        *("-target", target, f"-mcpu={options.cpu}", "-g", "-O2", "-c"),
        *("-fno-stack-protector", "-fno-asynchronous-unwind-tables", *family),
        *("-Wall", "-Wno-unused-function", "-Wno-unused-variable", "-Wno-compare-distinct-pointer-types"),
        *(f"-D{name}" if value is None else f"-D{name}={value}" for name, value in defines.items()),
        *(f"-I{os.fspath(path)}" for path in options.include_dirs),
        f"-I{INCLUDE}",
        *options.extra,
        *("-o", output, source),
    ]


def compile(path: str | PathLike[str], options: Options | None = None) -> bytes:
    """Compile a C file to a BPF object's bytes; CompileError carries the compiler's diagnostics."""
    source = os.fspath(path)
    if not os.path.exists(source):
        raise CompileError(f"{source}: no such file")
    compiler = find_compiler()
    with tempfile.TemporaryDirectory(prefix="skep-cc-") as scratch:
        output = os.path.join(scratch, Path(source).stem + ".o")
        command = command_line(compiler, source, output, options or Options())
        _run(command, source)
        with open(output, "rb") as file:
            return file.read()


def _run(command: Sequence[str], source: str) -> None:
    try:
        run = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    except OSError as error:
        raise CompileError(f"{source}: cannot start {command[0]}: {error.strerror}") from None
    if run.returncode:
        diagnostics = run.stderr.strip() or f"{command[0]} ended with status {run.returncode}"
        raise CompileError(f"{source}: does not compile\n{diagnostics}")
    if run.stderr:
        sys.stderr.write(run.stderr)
