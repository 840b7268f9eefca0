"""Whole objects through the loader, into Linux and into skep's kernel: what is there afterwards?

    python -m tools.parity.objects [--only PATTERN] PATH...

Compared, for each object that Linux takes as it is: maps with their attributes and the contents of those of
global data, and programs by their tags, which are hashes of the instructions as the kernel got them.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import skep
from skep.cli.common import host_files, kernel_types
from skep.errors import SkepError
from skep.syscall.backend import Backend
from skep.syscall.linux import why_not
from tools.parity.libbpf.__main__ import objects

Facts = dict[str, Any]


def without_addresses(data: bytes) -> bytes:
    """Heads of lists come with the kernel's own addresses in them."""
    words = (data[at : at + 8] for at in range(0, len(data), 8))
    return b"".join(bytes(8) if word[6:] == b"\xff\xff" else word for word in words)


def facts(path: Path, backend: Backend) -> Facts | str:
    """What the kernel says of the loaded object, or why it could not be loaded."""
    try:
        with skep.open(path).load(backend) as obj:
            found: Facts = {
                f"program {name}": one.info.tag for name, one in obj.programs.items() if one.autoload
            }
            for name, one in obj.maps.items():
                if one.spec.autocreate:
                    info = one.info
                    found[f"map {name}"] = (
                        info.type,
                        info.key_size,
                        info.value_size,
                        info.max_entries,
                        info.map_flags,
                    )
                    if one.spec.section and one.spec.section != ".kconfig":
                        found[f"contents {name}"] = without_addresses(one.lookup_bytes(bytes(4)) or b"")
            return found
    except SkepError as error:
        return str(error)


def difference(ours: Facts | str, theirs: Facts) -> str:
    """The first one, "" for none."""
    if isinstance(ours, str):
        return f"skep does not load it: {ours}"
    for what in sorted(ours.keys() | theirs.keys()):
        if ours.get(what) != theirs.get(what):
            return f"{what}: skep {ours.get(what)!r}, Linux {theirs.get(what)!r}"[:400]
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.parity.objects", description=__doc__.split("\n")[0]
    )
    parser.add_argument("paths", nargs="+", type=Path, help="object files, or folders of them")
    parser.add_argument("--only", default="*", help="pattern of the objects' file names")
    args = parser.parse_args()
    if reason := why_not():
        print(f"nothing compared: {reason}", file=sys.stderr)
        return 0
    counts: Counter[str] = Counter()
    for path in objects(args.paths, args.only):
        theirs = facts(path, skep.Linux())
        if isinstance(theirs, str):
            counts["not loaded by Linux as they are"] += 1
            continue
        with skep.Kernel(
            ncpus=os.cpu_count() or 1, engine="interp", btf=kernel_types(None), files=host_files()
        ) as kernel:
            text = difference(facts(path, kernel), theirs)
        counts["different" if text else "equal"] += 1
        if text:
            print(f"{path.name}: {text}")
    print(", ".join(f"{number} {kind}" for kind, number in counts.items()))
    return 1 if counts["different"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
