"""`skep run`: a program over every packet of a capture; what it decided, how fast, its maps at the end."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from skep.cli.common import add_backend_arguments, add_object_arguments, open_backend
from skep.errors import InputError

if TYPE_CHECKING:
    from skep.objects.map import Map
    from skep.objects.object import Object
    from skep.objects.program import Program
    from skep.syscall.backend import Backend
    from skep.traffic.capture import Capture
    from skep.traffic.replay import Replay

#: From this many packets on, a bar shows how far it got.
LONG = 100_000
#: Elements of a map that are printed before the rest is only counted.
SHOWN = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    add_object_arguments(parser)
    add_backend_arguments(parser)
    parser.add_argument("--pcap", required=True, metavar="FILE", help="packets: pcap or pcapng, Ethernet")
    parser.add_argument("--write", metavar="FILE", help="write the packets that go on to this pcap")
    parser.add_argument(
        "--program", metavar="NAME", help="which program (default: the only one that runs on packets)"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="set a global variable before load"
    )
    parser.add_argument(
        "--update",
        action="append",
        default=[],
        metavar="'MAP key DATA value DATA'",
        help="put an element into a map before the packets; DATA as bpftool has it: bytes, or hex and bytes",
    )
    parser.add_argument("--all", action="store_true", help="print all elements of the maps, however many")


def execute(args: argparse.Namespace) -> int:
    """Load, replay, print."""
    import skep
    from skep.traffic.capture import read_capture, write_capture
    from skep.traffic.replay import verdicts_of

    with open_backend(args) as backend, skep.open(args.object) as obj:
        program = choose_program(obj, args)
        verdicts_of(program)
        capture = read_capture(args.pcap)
        for assignment in args.set:
            set_global(obj, assignment)
        for other in obj.programs.values():
            other.autoload = other is program or other.name in wanted_by_maps(obj)
        obj.load(backend)
        for update in args.update:
            update_map(obj, update, backend)
        result = run_with_progress(program, capture)
        if args.write:
            kept = [(p, t) for p, t in zip(result.outputs, capture.times, strict=True) if p is not None]
            write_capture(args.write, [p for p, _ in kept], [t for _, t in kept])
        if args.json:
            print(json.dumps(as_json(program, result, obj)))
        else:
            print_result(program, result, obj, args)
    return 0


def wanted_by_maps(obj: Object) -> set[str]:
    """Programs that stand in the object's program arrays from the start."""
    return {target for row in obj.spec.maps.values() for target in row.slots.values()}


def choose_program(obj: Object, args: argparse.Namespace) -> Program:
    """--program, or the only one that runs on packets."""
    from skep.traffic.verdicts import VERDICTS

    fitting = [program for program in obj.programs.values() if program.type in VERDICTS]
    if args.program is None:
        if len(fitting) == 1:
            return fitting[0]
        names = ", ".join(program.name for program in fitting)
        what = f"choose one with --program: {names}" if names else "no program that runs on packets"
        raise InputError(f"{args.object}: {what}")
    if args.program not in obj.programs:
        raise InputError(f"{args.object}: no program '{args.program}'; it has: {', '.join(obj.programs)}")
    return obj.programs[args.program]


def set_global(obj: Object, assignment: str) -> None:
    """NAME=VALUE; VALUE is an integer in any base, or JSON for structs and arrays."""
    name, equals, text = assignment.partition("=")
    if not equals:
        raise InputError(f"--set {assignment}: write NAME=VALUE")
    try:
        value: Any = int(text, 0)
    except ValueError:
        try:
            value = json.loads(text)
        except ValueError:
            raise InputError(f"--set {assignment}: {text!r} is no number and no JSON") from None
    if name not in obj.globals:
        raise InputError(
            f"--set {assignment}: no variable '{name}'; there are: {', '.join(obj.globals) or 'none'}"
        )
    obj.globals[name] = value


def update_map(obj: Object, update: str, backend: Backend) -> None:
    """`MAP key DATA value DATA`, in bpftool's grammar."""
    words = update.split()
    try:
        name, (key, value) = words[0], split_data(words[1:])
    except (IndexError, ValueError) as error:
        raise InputError(f"--update '{update}': write 'MAP key DATA value DATA' ({error})") from None
    if name not in obj.maps:
        raise InputError(f"--update '{update}': no map '{name}'; there are: {', '.join(obj.maps)}")
    table = obj.maps[name]
    for what, got, size in (("key", key, table.key_size), ("value", value, table.value_size)):
        if len(got) != size:
            raise InputError(f"--update '{update}': {len(got)} bytes of {what}, the map has {size}")
    if table.is_per_cpu:  # every CPU gets it, as with bpftool
        value = value.ljust((len(value) + 7) & ~7, b"\0") * backend.possible_cpus()
    table.update_bytes(key, value)


def split_data(words: list[str]) -> tuple[bytes, bytes]:
    """bpftool's DATA: after `hex` bytes without 0x, else numbers in C's notations, each a byte."""
    if words[0] != "key" or "value" not in words:
        raise ValueError("'key' and 'value' are missing")
    middle = words.index("value")
    return data(words[1:middle]), data(words[middle + 1 :])


def data(words: list[str]) -> bytes:
    """The bytes of one DATA."""
    if words and words[0] == "hex":
        return bytes(int(word, 16) for word in words[1:])
    return bytes(int(word, 8 if len(word) > 1 and word[0] == "0" and word.isdigit() else 0) for word in words)


def run_with_progress(program: Program, capture: Capture) -> Replay:
    """With a bar on the terminal when it will take a while."""
    from skep.traffic.replay import replay

    if len(capture.packets) < LONG or not sys.stderr.isatty():
        return replay(program, capture.packets)
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(program.name, total=len(capture.packets))
        return replay(program, capture.packets, progress=lambda done: bar.advance(task, done))


def as_json(program: Program, result: Replay, obj: Object) -> dict[str, Any]:
    """One object: the program, the figures, every map by name."""
    maps = {name: map_json(table) for name, table in obj.maps.items()}
    return {"program": program.name, "section": program.section, **result.to_json(), "maps": maps}


def map_json(table: Map) -> list[dict[str, Any]]:
    """Elements as key and value; bytes in hex where no type is known."""
    return [{"key": plain(key), "value": plain(value)} for key, value in table.items()]


def plain(value: Any) -> Any:
    """A decoded value as JSON has it."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "items"):
        return {name: plain(item) for name, item in value.items()}
    return value


def print_result(program: Program, result: Replay, obj: Object, args: argparse.Namespace) -> None:
    """For people."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    kernel = "Linux" if args.linux else f"skep, {'interpreted' if args.engine == 'interp' else 'native code'}"
    console.print(f"[bold]{program.name}[/] ({program.section}) on {kernel}")
    console.print(
        f"{result.packets:,} packets, {result.total_bytes:,} bytes, {rate(result.packets_per_second)}\n"
    )
    table = Table("verdict", "packets", "share", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, count in result.verdicts.most_common():
        table.add_row(name, f"{count:,}", f"{100 * count / result.packets:.1f} %")
    console.print(table)
    console.print(
        f"\nchanged {result.changed:,}, dropped {result.dropped:,}"
        + (f", written {result.packets - result.dropped:,} to {args.write}" if args.write else "")
    )
    for name, map in obj.maps.items():
        print_map(console, name, map, everything=args.all)


def rate(per_second: float) -> str:
    """`12.3 million packets/s`."""
    if per_second >= 1e6:
        return f"{per_second / 1e6:.1f} million packets/s"
    return f"{per_second:,.0f} packets/s"


def print_map(console: Any, name: str, table: Map, *, everything: bool) -> None:
    """Elements by their BTF types, a line of JSON each; array slots that are all zero are left out."""
    rows = map_json(table)
    touched = [row for row in rows if not is_zero(row["value"])] if table.is_indexed else rows
    console.print(
        f"\n[bold]map {name}[/]: {len(rows):,} elements"
        + (f", {len(touched):,} not zero" if len(touched) < len(rows) else "")
    )
    shown = touched if everything else touched[:SHOWN]
    for row in shown:
        console.print("  " + json.dumps(row), markup=False, soft_wrap=True)
    if len(shown) < len(touched):
        console.print(f"  … {len(touched) - len(shown):,} more (--all prints them)")


def is_zero(value: Any) -> bool:
    """Nothing was ever stored."""
    if isinstance(value, dict):
        return all(map(is_zero, value.values()))
    if isinstance(value, list):
        return all(map(is_zero, value))
    return not value or (isinstance(value, str) and not value.strip("0"))
