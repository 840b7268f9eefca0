"""Builds skep._runtime._native, the C data plane, and on request the verifier; pyproject.toml: the rest."""

import os
from glob import glob

from setuptools import Extension, setup


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


def verifier() -> list[Extension]:
    """The verifier as machine code, where SKEP_COMPILE=1 asks for it; its source runs the same without.

    The results lie beside the sources and win over them: `make clean` takes them away. One file of C per
    module at -O1 takes the C compiler a minute or two; all in one at -O3 takes it ten, for little.
    """
    if os.environ.get("SKEP_COMPILE") != "1":
        return []
    from mypyc.build import mypycify

    room = glob("src/skep/kernel/verifier/[!_]*.py")
    built: list[Extension] = mypycify(
        ["src/skep/isa/insn.py", *sorted(room)],
        opt_level="1",
        debug_level="0",
        multi_file=True,
        group_name="skep_verifier",
    )
    return built


setup(ext_modules=[native(), *verifier()])
