"""Arguments and openings that several commands share."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from skep.errors import InputError

if TYPE_CHECKING:
    from skep.loader import ObjectSpec
    from skep.syscall.backend import Backend


#: Where Linux shows its own types.
VMLINUX = Path("/sys/kernel/btf/vmlinux")


def add_object_arguments(parser: argparse.ArgumentParser) -> None:
    """OBJECT and how to compile it when it is C."""
    parser.add_argument("object", metavar="OBJECT", help="an object file (.o) or C source (.c)")


def add_backend_arguments(parser: argparse.ArgumentParser) -> None:
    """Which kernel."""
    parser.add_argument(
        "--linux", action="store_true", help="on this machine's Linux instead of skep's kernel"
    )
    parser.add_argument(
        "--cpus", type=int, metavar="N", help="CPUs of skep's kernel (default: as many as this machine has)"
    )
    parser.add_argument(
        "--engine",
        choices=("jit", "interp"),
        default="jit",
        help="what runs programs in skep's kernel (default: jit)",
    )


def open_spec(args: argparse.Namespace) -> ObjectSpec:
    """The specs of OBJECT, compiled first if it is C."""
    import skep

    return skep.open(args.object).spec


def kernel_types(path: Path | None) -> Path | None:
    """The file with the kernel's types: the one named, else the running machine's if it has one."""
    if path is not None:
        return path
    return VMLINUX if os.access(VMLINUX, os.R_OK) else None


def host_files() -> dict[str, str]:
    """What the running kernel says of itself, for a kernel that is to stand for it."""
    release = os.uname().release
    paths = ("/proc/kallsyms", "/proc/sys/kernel/osrelease", "/proc/sys/kernel/version", "/proc/config.gz")
    return {path: path for path in (*paths, f"/boot/config-{release}") if os.access(path, os.R_OK)}


def open_backend(args: argparse.Namespace, *, btf: Path | None = None) -> Backend:
    """The kernel that the arguments ask for; used as a context manager. With `btf`, skep's verifies against
    these types of a kernel instead of its own; with the running kernel's, against its symbols and
    configuration too.
    """
    import skep

    if args.linux:
        return skep.Linux()
    files = host_files() if btf == VMLINUX else None
    if args.cpus is not None and args.cpus < 1:
        raise InputError(f"--cpus {args.cpus}: a kernel has at least one")
    ncpus = args.cpus or os.cpu_count() or 1
    return skep.Kernel(engine=args.engine, ncpus=ncpus, btf=btf, files=files)


def chosen_programs(args: argparse.Namespace, spec: ObjectSpec) -> list[str]:
    """Names of --program, or all of the object's."""
    unknown = [name for name in args.program or () if name not in spec.programs]
    if unknown:
        known = ", ".join(spec.programs) or "none"
        raise InputError(f"{args.object}: no program '{unknown[0]}'; it has: {known}")
    if not spec.programs:
        raise InputError(f"{args.object}: no programs in it; programs stand in sections that SEC() names")
    return args.program or list(spec.programs)
