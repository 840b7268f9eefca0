"""`skep btf core`: where each CO-RE relocation of an object goes, in any number of kernels."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from skep.cli.common import VMLINUX, kernel_types
from skep.cli.words import Words
from skep.errors import InputError

if TYPE_CHECKING:
    from skep.loader.core_report import CoreReport


def core(args: argparse.Namespace, words: Words) -> list[CoreReport]:
    """A report for each target: those of --btf, each file of an archive, else the running kernel."""
    import skep
    from skep.elf.types import read_many
    from skep.loader.core_report import report

    path, programs = words.take("the object"), []
    while words:
        words.choose("the option", {"program": None})
        programs.append(words.take("the program"))
    spec = skep.open(path).spec
    for name in programs:
        if name not in spec.programs:
            raise InputError(f"{path}: no program '{name}'; it has: {', '.join(spec.programs)}")
    return [
        report(spec, types, name, programs)
        for target in _targets(args.btf)
        for name, types in read_many(target)
    ]


def _targets(chosen: list[Path] | None) -> list[Path]:
    if chosen:
        return chosen
    running = kernel_types(None)
    if running is None:
        raise InputError(f"{VMLINUX} cannot be read; name the kernel's types with --btf FILE")
    return [running]
