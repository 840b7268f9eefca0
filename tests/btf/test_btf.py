"""Reading and writing .BTF: all kinds, both byte orders, split, lazily, and what is refused."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skep.btf import Btf, BtfBuilder, Kind
from skep.btf import types as t
from skep.btf.btf import check_references
from skep.errors import BtfError

ALL_KINDS = (
    t.Int("int", 4, encoding=1, bits=32),
    t.Ptr(1),
    t.Array(1, 1, 7),
    t.Struct("s", 8, (t.Member("a", 1, 0), t.Member("b", 2, 32))),
    t.Struct("bits", 4, (t.Member("x", 1, 0, 3), t.Member("y", 1, 3, 29)), has_bit_sizes=True),
    t.Union("u", 4, (t.Member("", 1, 0),)),
    t.Enum("e", 4, (t.Enumerator("A", 0), t.Enumerator("B", 0xFFFFFFFF))),
    t.Enum("se", 4, (t.Enumerator("N", -1),), is_signed=True),
    t.Fwd("later", is_union=True),
    t.Typedef("int_t", 1),
    t.Volatile(1),
    t.Const(11),
    t.Restrict(2),
    t.FuncProto(0, (t.Param("x", 1), t.Param("", 0))),
    t.Func("f", 14, linkage=1),
    t.Var("v", 1, linkage=1),
    t.DataSec(".data", 4, (t.SecVar(16, 0, 4),)),
    t.Float("double", 8),
    t.DeclTag("tag", 4, component=1),
    t.DeclTag("whole", 4),
    t.TypeTag("user", 1),
    t.TypeTag("attribute", 1, is_attribute=True),
    t.Enum64("big", 8, (t.Enumerator("H", 1 << 40),)),
    t.Enum64("sbig", 8, (t.Enumerator("M", -(1 << 40)),), is_signed=True),
)


def build(types: tuple[t.Type, ...], byteorder: str = "little") -> Btf:
    builder = BtfBuilder(byteorder=byteorder)  # type: ignore[arg-type]
    for type_ in types:
        builder.add(type_)
    return builder.build()


@pytest.mark.parametrize("byteorder", ["little", "big"])
def test_every_kind_comes_back_as_it_was_written(byteorder: str) -> None:
    btf = build(ALL_KINDS, byteorder)
    assert btf.byteorder == byteorder
    assert tuple(btf.types)[1:] == ALL_KINDS
    assert {type_.kind for type_ in btf.types} == set(Kind)
    assert BtfBuilder.edit(btf).encode() == btf.data
    check_references(btf)


def test_big_endian_bytes_are_the_network_order_of_the_little_endian_ones() -> None:
    little, big = build(ALL_KINDS, "little").data, build(ALL_KINDS, "big").data
    words = struct.unpack_from("<II", little, 24)
    assert words == struct.unpack_from(">II", big, 24)


def test_types_are_found_by_name_and_kind() -> None:
    btf = build((*ALL_KINDS, t.Union("s", 4)))
    assert btf.id_of("s") == 4
    assert btf.id_of("s", Kind.UNION) == len(ALL_KINDS) + 1
    assert list(btf.ids("s")) == [4, len(ALL_KINDS) + 1]
    assert btf.find("nothing") is None
    with pytest.raises(BtfError, match="no FUNC named 's'"):
        btf.id_of("s", Kind.FUNC)


def test_a_name_that_is_the_tail_of_another_is_found_where_strings_are_shared() -> None:
    strings = b"\0longname\0"
    types = struct.pack("<IIII", 1, 1 << 24, 4, 32) + struct.pack("<IIII", 5, 1 << 24, 4, 32)
    header = struct.pack("<HBBIIIII", 0xEB9F, 1, 0, 24, 0, len(types), len(types), len(strings))
    btf = Btf.parse(header + types + strings)
    assert btf.id_of("name") == 2


def test_split_btf_continues_ids_and_strings_of_its_base() -> None:
    base = build(ALL_KINDS)
    builder = BtfBuilder(base)
    pointer = builder.add(t.Ptr(4))
    own = builder.add(t.Struct("own", 8, (t.Member("s", 4, 0), t.Member("new", pointer, 0))))
    split = builder.build()
    assert pointer == len(ALL_KINDS) + 1
    assert split.types[4] == base.types[4]
    assert split.types[own] == t.Struct("own", 8, (t.Member("s", 4, 0), t.Member("new", pointer, 0)))
    assert split.id_of("s") == 4
    assert split.id_of("own") == own
    assert len(split.types) == len(base.types) + 2


def test_the_declaration_tags_on_a_type_are_those_of_the_base_and_its_own() -> None:
    base = build((t.Struct("s", 0, ()), t.DeclTag("a", 1, -1), t.Int("int", 4), t.DeclTag("b", 1, -1)))
    builder = BtfBuilder(base)
    own = builder.add(t.DeclTag("c", 1, -1))
    assert list(base.tags_of(1)) == [2, 4]
    assert list(builder.build().tags_of(1)) == [2, 4, own]
    assert list(base.tags_of(3)) == []


@pytest.mark.parametrize(
    ("type_id", "size"), [(1, 4), (2, 8), (3, 28), (4, 8), (10, 4), (12, 4), (16, 4), (18, 8), (23, 8)]
)
def test_size_of(type_id: int, size: int) -> None:
    assert build(ALL_KINDS).size_of(type_id) == size


@pytest.mark.parametrize("type_id", [0, 9, 14, 15])
def test_what_has_no_size_says_so(type_id: int) -> None:
    with pytest.raises(BtfError, match=f"type id {type_id}: a .* has no size"):
        build(ALL_KINDS).size_of(type_id)


def broken(data: bytes, at: int, layout: str, value: int) -> bytes:
    raw = bytearray(data)
    struct.pack_into(layout, raw, at, value)
    return bytes(raw)


GOOD = build(ALL_KINDS).data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "BTF header: 0 bytes, it takes 24", id="nothing"),
        pytest.param(GOOD[:20], "BTF header: 20 bytes", id="half a header"),
        pytest.param(broken(GOOD, 0, "<H", 0x1234), "no magic number 0xeb9f but 3412", id="other magic"),
        pytest.param(broken(GOOD, 2, "<B", 2), "version 2 is not supported", id="later version"),
        pytest.param(broken(GOOD, 3, "<B", 1), "unknown flags 0x1", id="flags"),
        pytest.param(broken(GOOD, 4, "<I", 12), "hdr_len 12", id="short header length"),
        pytest.param(broken(GOOD, 12, "<I", 1 << 31), "BTF type section: 2147483648 bytes", id="type length"),
        pytest.param(GOOD[:-4], "BTF string section", id="truncated strings"),
        pytest.param(
            broken(GOOD, 24 + 4, "<I", 31 << 24), "type id 1 at offset 0x0.*unknown kind 31", id="kind"
        ),
        pytest.param(
            broken(GOOD, 24 + 4, "<I", 4 << 24 | 0xFFFF),
            "type id 1 .* goes beyond the end",
            id="too many members",
        ),
        pytest.param(
            broken(GOOD, 24, "<I", 0xFFFF),
            "type id 1 .* string offset 0xffff is beyond",
            id="name beyond strings",
        ),
        pytest.param(broken(GOOD, 24 + 24, "<I", 99), "type id 2: refers to type id 99", id="missing type"),
    ],
)
def test_broken_btf_is_refused_by_place(data: bytes, message: str) -> None:
    with pytest.raises(BtfError, match=message):
        check_references(Btf.parse(data))


def test_modifiers_that_form_a_loop_are_refused() -> None:
    with pytest.raises(BtfError, match="type id 1: its modifiers form a loop"):
        build((t.Const(2), t.Volatile(1))).resolve(1)


@settings(deadline=None)
@given(st.data())
def test_no_mutation_of_btf_does_anything_but_raise_btf_error(data: st.DataObject) -> None:
    raw = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(raw)))
    try:
        btf = Btf.parse(bytes(raw[: cut or None]))
        check_references(btf)
        for type_id in range(len(btf.types)):
            btf.size_of(type_id)
    except BtfError:
        pass


@pytest.mark.skipif(not Path("/sys/kernel/btf/vmlinux").exists(), reason="this kernel shows no BTF")
def test_one_type_of_a_vmlinux_is_found_without_decoding_the_others() -> None:
    btf = Btf.vmlinux()
    task = btf.types[btf.id_of("task_struct", Kind.STRUCT)]
    assert isinstance(task, t.Struct)
    assert {"pid", "tgid", "comm"} <= {member.name for member in task.members}
    assert len(btf._decoded) == 1
    assert len(btf.types) > 50_000
