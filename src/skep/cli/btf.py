"""`skep btf`: type information of files and kernels, in bpftool's grammar."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skep.btf.kinds import Kind
from skep.cli.common import add_backend_arguments, open_backend
from skep.cli.words import Words, add_words, take_words
from skep.errors import InputError

if TYPE_CHECKING:
    from skep.btf import Btf
    from skep.syscall.backend import Backend

USAGE = """\
Usage: skep btf { show | list } [id BTF_ID]
       skep btf dump BTF_SRC [format FORMAT] [root_id ID]...
       skep btf layout FILE STRUCT
       skep btf encode FILE [detached OUT] [floats] [vars]
       skep btf core OBJECT [program NAME]... [--btf FILE]...
       skep btf resolve_ids FILE [from TYPES]
       BTF_SRC := { id BTF_ID | prog PROG_ID | map MAP_ID [{key | value | kv | all}] | file FILE }
       FORMAT  := { raw | c }"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments: options and words."""
    parser.usage = USAGE.removeprefix("Usage: ")
    add_words(parser, add_options)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-p", "--pretty", action="store_true", help="print JSON, indented")
    parser.add_argument("-B", "--base-btf", type=Path, metavar="FILE", help="the base of split types")
    parser.add_argument(
        "--btf",
        type=Path,
        action="append",
        metavar="FILE",
        help="of core: a kernel's types, or an archive or a folder of many (repeatable; default: the running "
        "kernel's)",
    )
    add_backend_arguments(parser)


def execute(args: argparse.Namespace) -> int:
    """Hand the words to their verb."""
    words = take_words(args, USAGE)
    args.json = args.json or args.pretty
    if not words:
        print(USAGE)
        return 0
    return words.choose("the verb", VERBS)(args, words)


# ── show ──


def show(args: argparse.Namespace, words: Words) -> int:
    """Type information that a kernel holds."""
    wanted = None
    if words:
        words.choose("what to show", {"id": None})
        wanted = words.number("the id")
        words.end()
    with open_backend(args) as backend:
        found = list(_described(backend, wanted))
    if args.json:
        print_json(args, found if wanted is None else found[0])
    else:
        for row in found:
            print(_show_line(row))
    return 0


def _described(backend: Backend, wanted: int | None) -> Iterator[dict[str, Any]]:
    """A row for each object, under bpftool's words."""
    from skep.syscall import btf_objects, commands

    programs, maps = btf_objects.users(backend)
    ids = [wanted] if wanted is not None else list(btf_objects.ids(backend, commands.btf_get_next_id))
    for btf_id in ids:
        found = btf_objects.describe(backend, btf_id)
        row: dict[str, Any] = {"id": found.id, "size": found.size}
        row |= {"prog_ids": programs.get(btf_id, []), "map_ids": maps.get(btf_id, [])}
        yield row | {"kernel": found.kernel_btf} | ({"name": found.name} if found.name else {})


def _show_line(row: dict[str, Any]) -> str:
    name = row.get("name", "<anon>")
    text = f"{row['id']}: name {f'[{name}]' if row['kernel'] else name}  size {row['size']}B"
    for word in ("prog_ids", "map_ids"):
        if row[word]:
            text += f"  {word} {','.join(map(str, row[word]))}"
    return text


# ── dump ──


@dataclass
class Source:
    """Types to print: of all, or of the roots only."""

    btf: Btf
    roots: list[int] = field(default_factory=list)


def dump(args: argparse.Namespace, words: Words) -> int:
    """Types as a list, or as C."""
    source = words.choose("the source", SOURCES)(args, words)
    as_c = False
    while words:
        option = words.choose("the option", {"format": "format", "root_id": "root_id", "unsorted": ""})
        if option == "format":
            as_c = words.choose("the format", {"raw": False, "c": True})
        elif option == "root_id":
            source.roots.append(words.number("the root id"))
    if as_c and args.json:
        raise InputError("JSON output for C-syntax dump is not supported")
    _check_roots(source)
    _print_c(source) if as_c else _print_raw(args, source)
    return 0


def _check_roots(source: Source) -> None:
    last = len(source.btf.types) - 1
    for root in source.roots:
        if not 0 < root <= last:
            raise InputError(f"root_id {root}: there are types 1 to {last}")


def _print_c(source: Source) -> None:
    from skep.btf.dump_c import dump_c

    parts: list[str] = []
    dump_c(source.btf, parts.append, source.roots or None)
    write("".join(parts))


def _print_raw(args: argparse.Namespace, source: Source) -> None:
    from skep.btf import dump_raw

    if args.json:
        print_json(args, {"types": list(dump_raw.json_rows(source.btf, source.roots or None))})
        return
    for text in dump_raw.dump_raw(source.btf, source.roots or None):
        write(f"{text}\n")


def _from_file(args: argparse.Namespace, words: Words) -> Source:
    from skep.elf.types import read_btf

    return Source(read_btf(words.take("the file"), open_base(args)))


def open_base(args: argparse.Namespace) -> Btf | None:
    """What -B names."""
    from skep.elf.types import read_btf

    return read_btf(args.base_btf) if args.base_btf else None


def _from_id(args: argparse.Namespace, words: Words) -> Source:
    btf_id = words.number("the id")
    with open_backend(args) as backend:
        return Source(_of_kernel(args, backend, btf_id))


def _of_kernel(args: argparse.Namespace, backend: Backend, btf_id: int) -> Btf:
    """BTF by its id; that of a module needs the kernel's below it."""
    from skep.btf import Btf
    from skep.loader.kernel_view import KernelView
    from skep.syscall import btf_objects

    base = open_base(args)
    found = btf_objects.describe(backend, btf_id)
    if base is None and found.kernel_btf and found.name != "vmlinux":
        base = KernelView(backend).types
    return Btf.parse(btf_objects.contents(backend, btf_id), base)


def _from_prog(args: argparse.Namespace, words: Words) -> Source:
    from skep.syscall import btf_objects

    words.choose("how the program is named", {"id": None})
    prog_id = words.number("the id")
    with open_backend(args) as backend:
        info = btf_objects.program_info(backend, prog_id)
        if not info.btf_id:
            raise InputError(f"program {prog_id} has no BTF")
        return Source(_of_kernel(args, backend, info.btf_id))


def _from_map(args: argparse.Namespace, words: Words) -> Source:
    from skep.syscall import btf_objects

    words.choose("how the map is named", {"id": None})
    map_id = words.number("the id")
    with open_backend(args) as backend:
        info = btf_objects.map_info(backend, map_id)
        btf_id = info.btf_id or info.btf_vmlinux_id
        if not btf_id:
            raise InputError(f"map {map_id} has no BTF")
        source = Source(_of_kernel(args, backend, btf_id))
    key, value = info.btf_key_type_id, info.btf_value_type_id or info.btf_vmlinux_value_type_id
    parts = {"key": [key], "value": [value], "kv": [key, value], "all": []}
    if words.next_is(parts):
        source.roots = words.choose("which part", parts)
    else:
        source.roots = [key, value]
    return source


# ── DWARF and layout ──


def layout(args: argparse.Namespace, words: Words) -> int:
    """Where the members of a struct are."""
    from skep.btf.layout import layout as layout_of

    path, name = words.take("the file"), words.take("the struct")
    words.end()
    btf = _any_types(args, path)
    type_id = next(
        (id_ for kind in _LAID_OUT for id_ in btf.ids(name, kind)), None
    )  # a struct before a typedef of the same name
    if type_id is None:
        raise InputError(f"{path}: no struct, union or typedef '{name}'")
    found = layout_of(btf, type_id)
    if args.json:
        print_json(args, found.to_json())
    else:
        write(found.text())
    return 0


def _any_types(args: argparse.Namespace, path: str) -> Btf:
    """The file's types, made from its DWARF where it has no BTF."""
    from skep.btf.dwarf import encode as encode_dwarf
    from skep.elf.types import has_btf, read_btf

    return read_btf(path, open_base(args)) if has_btf(path) else encode_dwarf(path, base=open_base(args))


def encode(args: argparse.Namespace, words: Words) -> int:
    """DWARF to BTF, into the file or beside it."""
    from skep.btf.dwarf import encode as encode_dwarf
    from skep.elf.add import with_section

    path, out, wanted = words.take("the file"), "", set()
    while words:
        option = words.choose("the option", {name: name for name in ("detached", "floats", "vars")})
        if option == "detached":
            out = words.take("the file to write")
        wanted.add(option)
    types = encode_dwarf(
        path, base=open_base(args), floats="floats" in wanted, all_variables="vars" in wanted
    )
    data = types.data if out else with_section(Path(path).read_bytes(), path, ".BTF", types.data)
    Path(out or path).write_bytes(data)
    return 0


def core(args: argparse.Namespace, words: Words) -> int:
    """CO-RE relocations explained; 1 if the object cannot be loaded into one of the targets."""
    from skep.cli.btf_core import core as reports_of

    reports = reports_of(args, words)
    if args.json:
        print_json(args, [report.to_json() for report in reports])
    else:
        for report in reports:
            write(report.text())
    return 1 if any(report.counts["refused"] for report in reports) else 0


def resolve_ids(args: argparse.Namespace, words: Words) -> int:
    """Fill in a file's section .BTF_ids; names that the types do not have are told."""
    from skep.elf.btf_ids import resolve
    from skep.elf.types import read_btf

    path, types = words.take("the file"), None
    if words:
        words.choose("the option", {"from": None})
        types = read_btf(words.take("the types"), open_base(args))
    resolved = resolve(Path(path).read_bytes(), path, types)
    Path(path).write_bytes(resolved.data)
    missing = [f"{name.kind} {name.name}" for name in resolved.missing]
    if args.json:
        print_json(args, {"unresolved": missing})
    for name in () if args.json else missing:
        print(f"unresolved: {name}", file=sys.stderr)
    return 0


# ── output ──


def print_json(args: argparse.Namespace, value: Any) -> None:
    """One document, indented as bpftool's under -p."""
    if args.pretty:
        from skep.btf.show import write as to_text

        write(f"{to_text(value)}\n")
    else:
        write(json.dumps(value, separators=(",", ":"), ensure_ascii=False) + "\n")


def write(text: str) -> None:
    """Names need not be UTF-8."""
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))


SOURCES: dict[str, Callable[[argparse.Namespace, Words], Source]] = {
    "id": _from_id,
    "prog": _from_prog,
    "map": _from_map,
    "file": _from_file,
}

VERBS: dict[str, Callable[[argparse.Namespace, Words], int]] = {
    "show": show,
    "list": show,
    "dump": dump,
    "layout": layout,
    "encode": encode,
    "core": core,
    "resolve_ids": resolve_ids,
}

_LAID_OUT = (Kind.STRUCT, Kind.UNION, Kind.TYPEDEF)
