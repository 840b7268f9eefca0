"""`make parity`: the same objects on skep and on Linux; a table of agreement and each difference.

    python -m tools.parity [--corpus DIR] [--json FILE] [--log-level N] [--only PATTERN] [OBJECT...]

Without arguments: the examples, verified and run over the capture. `--corpus` adds every object below DIR.
The exit status is 1 if an example differs, or if skep accepts anything that Linux rejects.
"""

from __future__ import annotations

import argparse
import dataclasses
import fnmatch
import json
import os
import sys
from pathlib import Path

import skep
from skep.cli.common import host_files, kernel_types
from skep.errors import SkepError
from skep.syscall.linux import why_not
from tools.parity.runs import compare_example
from tools.parity.verify import QUESTIONS, Comparison, compare_object

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.bpf.c"))
CAPTURE = ROOT / "examples" / "traffic.pcap"


def main() -> int:
    """Compare, print, exit."""
    parser = argparse.ArgumentParser(prog="python -m tools.parity")
    parser.add_argument(
        "objects", nargs="*", type=Path, help="object files or C sources (default: the examples)"
    )
    parser.add_argument("--corpus", type=Path, help="also every *.o below this directory")
    parser.add_argument("--only", default="*", help="pattern of the objects' file names")
    parser.add_argument("--log-level", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write every comparison to this file, a line each")
    parser.add_argument("--btf", type=Path, help="kernel types for skep (default: the running kernel's)")
    parser.add_argument("--verbose", action="store_true", help="print each difference")
    args = parser.parse_args()
    if reason := why_not():
        print(f"nothing compared: {reason}", file=sys.stderr)
        return 0
    objects = args.objects or EXAMPLES
    corpus = sorted(args.corpus.rglob("*.o")) if args.corpus else []
    paths = [path for path in [*objects, *corpus] if fnmatch.fnmatch(path.name, args.only)]
    rows = verify_all(paths, args.log_level, kernel_types(args.btf))
    print_summary(rows, verbose=args.verbose or not args.corpus)
    if args.json:
        args.json.write_text("".join(json.dumps(as_json(row)) + "\n" for row in rows))
    differing = [] if args.objects else run_all()
    unsafe = [row for row in rows if row.unsafe]
    return 1 if differing or unsafe else 0


def verify_all(paths: list[Path], log_level: int, btf: Path | None) -> list[Comparison]:
    """Every program of every object through both verifiers; skep's knows the same kernel types."""
    rows: list[Comparison] = []
    own = skep.Kernel(ncpus=os.cpu_count() or 1, engine="interp", btf=btf, files=host_files())
    with own as ours, skep.Linux() as theirs:
        for path in paths:
            print(f"\r\033[K{path.name}", end="", file=sys.stderr, flush=True)
            try:
                spec = skep.open(path).spec
            except SkepError as error:
                rows.append(Comparison(path.name, "", None, None, excluded=f"cannot be opened: {error}"))
                continue
            rows += compare_object(spec, path.name, ours, theirs, log_level=log_level)
    print("\r\033[K", end="", file=sys.stderr)
    return rows


def print_summary(rows: list[Comparison], *, verbose: bool) -> None:
    """How many agree on what."""
    judged = [row for row in rows if not row.excluded]
    for question in QUESTIONS:
        asked = [row for row in judged if question in row.agrees]
        equal = sum(row.agrees[question] for row in asked)
        share = 100 * equal / len(asked) if asked else 100.0
        print(f"{question:10} {equal:5} of {len(asked):5} equal  {share:6.2f} %")
    print(f"{'excluded':10} {len(rows) - len(judged):5} (Linux cannot judge them here)")
    print(f"{'crashed':10} {sum(bool(row.crashed) for row in judged):5}")
    print(f"{'unsafe':10} {sum(row.unsafe for row in judged):5} (accepted by skep, rejected by Linux)")
    for row in judged if verbose else [row for row in judged if row.unsafe]:
        if row.difference:
            print(f"  {row.object} {row.program}: {row.difference}")


def run_all() -> list[str]:
    """The examples over the capture; the names of the programs that differ."""
    differing = []
    with skep.Kernel(ncpus=os.cpu_count() or 1) as ours, skep.Linux() as theirs:
        for path in EXAMPLES:
            for program, found in compare_example(path, CAPTURE, ours, theirs).items():
                print(f"{path.name} {program}: {found or 'same return values, packets and maps'}")
                if found:
                    differing.append(program)
    return differing


def as_json(row: Comparison) -> dict[str, object]:
    """Without the logs, which are large."""
    data = dataclasses.asdict(row)
    for side in ("skep", "linux"):
        if data[side]:
            del data[side]["log"]
    return data | {"unsafe": row.unsafe}


if __name__ == "__main__":
    raise SystemExit(main())
