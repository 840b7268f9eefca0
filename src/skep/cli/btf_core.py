"""`skep btf core`: where each CO-RE relocation of an object goes, in any number of kernels."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from skep.cli.common import kernel_types
from skep.cli.words import Words
from skep.errors import InputError

if TYPE_CHECKING:
    from skep.btf import Btf
    from skep.loader.core_report import CoreReport


def core(args: argparse.Namespace, words: Words) -> list[CoreReport]:
    """A report for each target: those of --btf, each file of an archive or folder, else one kernel."""
    import skep
    from skep.loader.core_report import report

    path, programs = words.take("the object"), []
    while words:
        words.choose("the option", {"program": None})
        programs.append(words.take("the program"))
    spec = skep.open(path).spec
    for name in programs:
        if name not in spec.programs:
            raise InputError(f"{path}: no program '{name}'; it has: {', '.join(spec.programs)}")
    return [report(spec, types, name, programs) for name, types in _targets(args.btf)]


def _targets(chosen: list[Path] | None) -> Iterator[tuple[str, Btf]]:
    """Names and types; without a choice the running kernel's, else those of skep's own."""
    from skep.elf.types import read_many

    running = kernel_types(None)
    targets = chosen or ([running] if running else [])
    for target in targets:
        yield from read_many(target)
    if not targets:
        import skep
        from skep.loader.kernel_view import KernelView

        with skep.Kernel() as kernel:
            yield "skep's kernel", KernelView(kernel).require_types("skep's kernel")
