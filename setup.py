"""Builds skep._runtime._native, the C data plane; all else is in pyproject.toml."""

from glob import glob

from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(
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
    ]
)
