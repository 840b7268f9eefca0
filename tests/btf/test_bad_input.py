"""Broken .BTF and .BTF.ext, made by seeded mutation: whatever reads them says what is wrong and where, soon,
and without memory out of proportion to the file. Broken objects: loader/test_bad_objects.py.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from btf.broken import attempt, mutated
from btf.random_types import random_btf
from btf.test_btf import build
from btf.test_core_libbpf import case
from btf.test_dump import MORE_KINDS
from skep.btf import Btf, parse_ext
from skep.btf.btf import check_references
from skep.btf.core_min import min_core_btf
from skep.btf.dedup import dedup
from skep.btf.dump_c import dump_c
from skep.btf.dump_raw import dump_raw, json_rows
from skep.btf.layout import layout
from skep.btf.merge import merge, sort
from skep.btf.values import decode
from skep.cc import compile
from skep.elf.types import parse_btf
from skep.errors import BtfError, InputError


def all_layouts(btf: Btf) -> None:
    for type_id, type_ in enumerate(btf.types):
        if type_.kind.name in ("STRUCT", "UNION"):
            layout(btf, type_id)


def all_values(btf: Btf) -> None:
    for type_id in range(1, len(btf.types)):
        try:
            decode(btf, type_id, bytes(min(btf.size_of(type_id), 4096)))
        except BtfError:
            continue


READERS: dict[str, Callable[[Btf], object]] = {
    "references": check_references,
    "list": lambda btf: list(dump_raw(btf)),
    "json": lambda btf: list(json_rows(btf)),
    "C": lambda btf: dump_c(btf, lambda text: None),
    "dedup": dedup,
    "merge": lambda btf: merge([btf, btf]),
    "sort": sort,
    "layout": all_layouts,
    "values": all_values,
}


@pytest.mark.parametrize("group", range(4))
def test_broken_types(group: int) -> None:
    whole, errors = build(MORE_KINDS).data, 0
    for seed in range(group * 60, group * 60 + 60):
        random = Random(seed)
        data = mutated(whole if seed % 2 else random_btf(seed % 31, 40).data, random, words=True)
        for name, reader in READERS.items():
            errors += bool(attempt(f"seed {seed}, {name}", len(data), lambda: reader(Btf.parse(data))))  # noqa: B023
    assert errors > 60


@pytest.fixture(scope="module")
def object_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Btf]:
    path, target = case(1, tmp_path_factory.mktemp("bad"))
    return path.read_bytes(), Btf.from_file(target)


@pytest.mark.parametrize("group", range(3))
def test_broken_instruction_records(object_file: tuple[bytes, Btf], group: int) -> None:
    from skep.elf import read

    data, target = object_file
    elf = read(data)
    types, ext = elf.section(".BTF"), elf.section(".BTF.ext")
    assert types is not None
    assert ext is not None
    local, errors = Btf.parse(types.data), 0
    for seed in range(group * 60, group * 60 + 60):
        broken = mutated(ext.data, Random(seed), words=True)

        def action() -> None:
            min_core_btf(target, [(local, parse_ext(broken, local))])  # noqa: B023

        errors += bool(attempt(f"seed {seed}", len(data), action))
    assert errors > 10


def test_an_object_whose_types_are_cut_off_is_refused_by_name(tmp_path: Path) -> None:
    source = tmp_path / "x.bpf.c"
    source.write_text("int x;")
    data = bytearray(compile(source))
    at = data.index(b"\x9f\xeb\x01")
    struct.pack_into("<I", data, at + 12, 1 << 30)
    with pytest.raises(InputError, match=r"x\.o: BTF type section: 1073741824 bytes at"):
        parse_btf(bytes(data), "x.o")
