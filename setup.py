"""Builds skep._runtime._native, the C data plane, and the verifier as machine code; pyproject.toml: the rest.

The verifier is compiled by mypyc where a package is built to be installed (`pip install .`, a wheel) unless
SKEP_COMPILE=0. An editable install and `build_ext` leave it as source, unless SKEP_COMPILE=1; `make compiled`
builds it apart, in build/compiled. Where there is no mypyc (`pip install --no-build-isolation .` without it)
the package is built with the verifier as source, and says so; with SKEP_COMPILE=1 that is an error.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from glob import glob
from importlib.util import find_spec
from typing import Any

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

#: Commands that build extensions, and those of them that make a whole package.
_BUILDS = {"bdist_wheel", "build", "build_ext", "editable_wheel"}
_PACKAGES = {"bdist_wheel", "build"}

#: What the verifier reads at every instruction: compiled with it, so that it knows where their fields lie.
_READ_BY_VERIFIER = (
    "src/skep/isa/insn.py",
    "src/skep/isa/semantics.py",
    "src/skep/kernel/helpers/proto.py",
    "src/skep/kernel/helpers/types.py",
)


def native() -> Extension:
    return Extension(
        "skep._runtime._native",
        sources=sorted(glob("src/skep/_runtime/*.c")),
        depends=sorted(glob("src/skep/_runtime/*.h")),
        extra_compile_args=[
            "-std=gnu11",
            "-O2",
            "-fno-strict-aliasing",  # packets and values are read as what programs say they are
            "-fvisibility=hidden",
            "-Wall",
            "-Wextra",
            "-Wno-unused-parameter",
            "-Wno-missing-field-initializers",
            "-pthread",
        ],
        extra_link_args=["-pthread"],
    )


def compiles_verifier() -> bool:
    asked = os.environ.get("SKEP_COMPILE", "")
    if asked not in ("", "0", "1"):
        raise SystemExit(f"SKEP_COMPILE is {asked!r}: 1 compiles the verifier, 0 does not")
    commands = _BUILDS if asked == "1" else _PACKAGES
    if asked == "0" or not commands.intersection(sys.argv):
        return False
    if find_spec("mypyc") is not None:
        return True
    missing = "the verifier is compiled by mypyc, which is not here (pip install 'mypy>=1.18')"
    if asked:
        raise SystemExit(f"{missing}: without SKEP_COMPILE=1 it is installed as source")
    warnings.warn(f"{missing}: it is installed as source, at an eighth of the speed", stacklevel=1)
    return False


def verifier() -> list[Extension]:
    """The verifier's modules as machine code; their source runs the same without."""
    from mypyc.build import mypycify

    room = glob("src/skep/kernel/verifier/[!_]*.py")
    built: list[Extension] = mypycify(
        [*_READ_BY_VERIFIER, *sorted(room)],
        opt_level="2",  # a third longer to build than -O1 and 4 % faster; -O3 takes five times as long
        debug_level="0",
        multi_file=True,
        group_name="skep_verifier",
    )
    for extension in built:
        # Calls from one of its files to another need not go through a table that others could change.
        extension.extra_compile_args.append("-fvisibility=hidden")
    return built


class BuildExt(build_ext):
    """Compiles an extension's files of C on all processors: the verifier has eighty."""

    def build_extension(self, ext: Extension) -> None:
        one_by_one: Callable[..., list[str]] = self.compiler.compile

        def compile_all(sources: list[str], **options: Any) -> list[str]:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                objects = pool.map(lambda source: one_by_one([source], **options), sources)
            return [name for names in objects for name in names]

        self.compiler.compile = compile_all
        try:
            super().build_extension(ext)
        finally:
            self.compiler.compile = one_by_one


extensions = [native(), *(verifier() if compiles_verifier() else [])]
setup(ext_modules=extensions, cmdclass={"build_ext": BuildExt})
