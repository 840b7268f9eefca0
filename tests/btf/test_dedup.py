"""Deduplication: libbpf's results, type by type, of random programs made of several files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from btf import libbpf
from btf.random_types import random_btf
from btf.test_btf import build
from skep.btf import Btf, BtfBuilder
from skep.btf import types as t
from skep.btf.dedup import dedup
from skep.btf.merge import merge
from skep.errors import BtfError

INT = t.Int("int", 4, 1, bits=32)


def names_twice(btf: Btf) -> set[str]:
    """Names of several enums: which of them a declaration means is left to chance."""
    names = [type_.name for type_ in btf.types if isinstance(type_, t.AnyEnum)]
    return {name for name in names if names.count(name) > 1}


def other_file(btf: Btf, random: Random) -> Btf:
    """The same types as another file of the program has them: some only declared, some different."""
    builder, twice = BtfBuilder(), names_twice(btf)
    for type_ in list(btf.types)[1:]:
        match type_:
            case t.Struct(name=name) | t.Union(name=name) if name and random.random() < 0.3:
                type_ = t.Fwd(name, isinstance(type_, t.Union))
            case t.Enum(name=name, size=size) if name and name not in twice and random.random() < 0.3:
                type_ = t.Enum(name, size)
            case t.Struct(members=members) if members and random.random() < 0.05:
                type_ = replace(type_, members=members[:-1])
        builder.add(type_)
    return builder.build()


def assert_same_as_libbpf(btf: Btf, folder: Path) -> Btf | None:
    expected = libbpf.dedup(btf.data, folder, btf.base.data if btf.base else b"")
    if isinstance(expected, int):
        with pytest.raises(BtfError):
            dedup(btf)
        return None
    result = dedup(btf)
    assert list(result.btf.types) == list(Btf.parse(expected, btf.base).types)
    assert len(result.new_ids) == len(btf.types)
    return result.btf


@pytest.mark.parametrize("seed", range(40))
def test_what_stays_of_several_files_is_what_libbpf_keeps(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    source = random_btf(seed, 30)
    base = assert_same_as_libbpf(merge([other_file(source, random) for _ in range(4)]), tmp_path)
    if base:
        assert_same_as_libbpf(merge([other_file(source, random)], base), tmp_path)


@pytest.mark.skipif(not Path("/sys/kernel/btf/vmlinux").exists(), reason="this kernel shows no BTF")
def test_a_whole_vmlinux_has_nothing_twice(tmp_path: Path) -> None:
    vmlinux = Btf.vmlinux()
    assert dedup(vmlinux).btf.data[24:1000] == vmlinux.data[24:1000]
    assert len(dedup(vmlinux).btf.types) == len(vmlinux.types)


def kinds(types: Sequence[t.Type]) -> list[str]:
    return [type_.kind.name for type_ in types]


def test_a_list_that_refers_to_itself_is_one_list() -> None:
    node = (INT, t.Struct("node", 16, (t.Member("next", 3, 0), t.Member("x", 1, 64))), t.Ptr(2))
    once = build(node)
    assert dedup(merge([once, once, once])).btf.types[1:] == once.types[1:]


def test_a_declaration_becomes_the_definition() -> None:
    declared = build((t.Fwd("s"), t.Ptr(1), t.Struct("user", 8, (t.Member("p", 2, 0),))))
    defined = build((INT, t.Struct("s", 4, (t.Member("x", 1, 0),))))
    types = dedup(merge([declared, defined])).btf.types
    assert kinds(types) == ["VOID", "PTR", "STRUCT", "INT", "STRUCT"]
    assert types[1] == t.Ptr(4)


def test_declarations_of_two_different_structs_stay() -> None:
    declared = build((t.Fwd("s"),))
    one, other = (build((INT, t.Struct("s", size, (t.Member("x", 1, 0),)))) for size in (4, 8))
    assert "FWD" in kinds(dedup(merge([declared, one, other])).btf.types)


def test_pointers_that_only_point_to_each_other_are_refused() -> None:
    with pytest.raises(BtfError, match="type id 2: a loop of types without a struct in it"):
        dedup(build((t.Ptr(2), t.Const(1))))


def test_thousands_of_alike_structs_are_not_compared_with_each_other() -> None:
    builder = BtfBuilder()
    for number in range(20_000):
        named = builder.add(t.Struct(f"s{number}", 8))
        pointer = builder.add(t.Ptr(named))
        builder.add(t.Struct("", 8, (t.Member("p", pointer, 0),)))
    btf = builder.build()
    assert len(dedup(btf).btf.types) == len(btf.types)
