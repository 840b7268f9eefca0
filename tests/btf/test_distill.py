"""Split types over a base that changes: distilled, relocated, refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from btf.meaning import meanings
from btf.test_dwarf import compiled
from skep.btf import Btf, BtfBuilder, Kind
from skep.btf import types as t
from skep.btf.distill import distill, relocate
from skep.elf.add import with_section
from skep.elf.types import read_btf
from skep.errors import BtfError


def kernel(*, first: bool = False, task_size: int = 8, list_size: int = 16, with_list: bool = True) -> Btf:
    """A base; `first` puts another struct before all others."""
    b = BtfBuilder()
    if first:
        b.add_struct("earlier", {"x": b.add_int("char", 1)})
    number = b.add_int("int", 4, 1)
    b.add_enum("state", ["IDLE", "BUSY"])
    task = b.add_struct("task_struct", {"pid": number}, size=task_size)
    if with_list:
        b.add_struct("list_head", {"next": b.add_ptr(task)}, size=list_size)
    b.add_typedef("pid_t", number)
    b.add_struct("", {"anonymous": number})
    b.add_func("schedule", b.add_func_proto(number, {"task": b.add_ptr(task)}))
    return b.build()


def module(base: Btf) -> Btf:
    """Split types that embed a list, point to a task, use a typedef, an enum, a struct without a name."""
    b = BtfBuilder(base)
    task, pid, number = base.id_of("task_struct"), base.id_of("pid_t"), base.id_of("int")
    unnamed = next(
        id_ for id_, type_ in enumerate(base.types) if type_.kind == Kind.STRUCT and not type_.name
    )
    parts = [("task", b.add_ptr(task)), ("list", base.id_of("list_head")), ("pid", b.add_const(pid))]
    parts += [("state", base.id_of("state")), ("", unnamed), ("x", number)]
    b.add_struct("mine", parts)
    return b.build()


def names(btf: Btf) -> dict[str, t.Type]:
    return {type_.name: type_ for type_ in btf.types if type_.name}


def test_a_distilled_base_has_names_and_sizes_only() -> None:
    split = distill(module(kernel()))
    assert split.base is not None
    assert names(split.base) == {
        "int": t.Int("int", 4, 1, bits=32),
        "state": t.Enum("state", 4),
        "task_struct": t.Fwd("task_struct"),
        "list_head": t.Struct("list_head", 16),
    }
    own = [split.get(id_) for id_ in range(split.start_id, len(split.types))]
    assert {type_.name for type_ in own if type_.name} == {"mine", "pid_t"}
    assert split.size_of(split.id_of("mine")) == 40


@pytest.mark.parametrize("other", [{}, {"first": True}, {"task_size": 400}], ids=str)
def test_split_types_mean_the_same_over_another_base(other: dict[str, int]) -> None:
    split = distill(module(kernel()))
    new = kernel(**other)  # type: ignore[arg-type]
    relocated = relocate(split, new)
    expected = module(new)
    mine = [btf.get(btf.id_of("mine")) for btf in (relocated, expected)]
    assert [(m.name, m.bit_offset) for m in mine[0].members] == [  # type: ignore[attr-defined]
        (m.name, m.bit_offset)
        for m in mine[1].members  # type: ignore[attr-defined]
    ]
    assert meanings(expected) <= meanings(relocated)


@pytest.mark.parametrize(
    ("base", "message"),
    [
        (kernel(list_size=32), "struct list_head of 16 bytes: in the new base it has 32 bytes"),
        (kernel(with_list=False), "struct list_head: the new base has no such type"),
    ],
)
def test_a_base_that_does_not_fit_is_refused(base: Btf, message: str) -> None:
    with pytest.raises(BtfError, match=message):
        relocate(distill(module(kernel())), base)


def test_two_structs_of_one_name_are_ambiguous() -> None:
    builder = BtfBuilder.edit(kernel())
    builder.add(replace(kernel().get(kernel().id_of("list_head")), members=()))  # type: ignore[type-var]
    with pytest.raises(BtfError, match="list_head: the new base has 2 of that name"):
        relocate(distill(module(kernel())), builder.build())


def test_a_module_brings_its_distilled_base(tmp_path: Path) -> None:
    split = distill(module(kernel()))
    assert split.base is not None
    path = compiled(tmp_path, "int x;", "gcc")
    data = with_section(path.read_bytes(), "m.ko", ".BTF", split.data)
    path.write_bytes(with_section(data, "m.ko", ".BTF.base", split.base.data))
    new = kernel(first=True, task_size=99)
    assert read_btf(path, new).data == relocate(split, new).data
    alone = read_btf(path)
    assert alone.base is not None
    assert alone.base.data == split.base.data
