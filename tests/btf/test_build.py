"""Types built by hand: laid out as C does, written, merged, sorted; .BTF.ext written and read."""

from __future__ import annotations

from pathlib import Path

import pytest

from btf.test_btf import ALL_KINDS, build
from skep.btf import Bits, Btf, BtfBuilder, BtfExt, Kind, encode_ext, parse_ext
from skep.btf import types as t
from skep.btf.ext import CoreRelo, FuncInfo, LineInfo
from skep.btf.kinds import BTF_INT_BOOL, BTF_INT_SIGNED
from skep.btf.merge import merge, permute, sort
from skep.errors import BtfError

SOURCE = """
typedef unsigned int u32;
typedef int (*handler)(struct flow *flow, const char *name, ...);
enum verdict { PASS, DROP = 5 };
enum wide { FAR = 1ULL << 40 };
union address { u32 v4; unsigned char v6[16]; };
struct flow {
    unsigned char kind; u32 mark : 5; u32 more : 9; u32 most : 20; union address from;
    struct flow *next; enum verdict verdict; handler call; _Bool on; long long big; enum wide wide; float f;
};
struct __attribute__((packed)) head { unsigned char a; u32 b; unsigned char c; };
struct flow flow; struct head head;
"""


def built() -> Btf:
    """The types of SOURCE."""
    b = BtfBuilder()
    u8, number = b.add_int("unsigned char", 1), b.add_int("int", 4, BTF_INT_SIGNED)
    u32 = b.add_typedef("u32", b.add_int("unsigned int", 4))
    char, boolean = b.add_int("char", 1, BTF_INT_SIGNED), b.add_int("_Bool", 1, BTF_INT_BOOL)
    flow = b.next_id + 9
    proto = b.add_func_proto(
        number, {"flow": b.add_ptr(flow), "name": b.add_ptr(b.add_const(char))}, variadic=True
    )
    call = b.add_typedef("handler", b.add_ptr(proto))
    verdict, wide = b.add_enum("verdict", {"PASS": 0, "DROP": 5}), b.add_enum("wide", {"FAR": 1 << 40})
    address = b.add_union("address", {"v4": u32, "v6": b.add_array(u8, 16, index_type=number)})
    members = {"kind": u8, "mark": Bits(u32, 5), "more": Bits(u32, 9), "most": Bits(u32, 20)}
    more = {"from": address, "next": flow + 1, "verdict": verdict, "call": call, "on": boolean}
    last = {"big": b.add_int("long long", 8, BTF_INT_SIGNED), "wide": wide, "f": b.add_float("float", 4)}
    flow_ptr = b.add_ptr(b.next_id + 1)
    assert b.add_struct("flow", {**members, **more, "next": flow_ptr, **last}) == flow_ptr + 1
    b.add_struct("head", {"a": u8, "b": u32, "c": u8}, packed=True)
    return b.build()


def places(btf: Btf, name: str) -> list[tuple[str, int, int]]:
    type_ = btf.get(btf.id_of(name))
    assert isinstance(type_, t.Composite)
    return [("", type_.size, 0)] + [(m.name, m.bit_offset, m.bit_size) for m in type_.members]


def test_structs_are_laid_out_as_a_compiler_lays_them_out(tmp_path: Path) -> None:
    from skep.cc import compile
    from skep.elf.types import parse_btf

    source = tmp_path / "types.bpf.c"
    source.write_text(SOURCE)
    compiled, mine = parse_btf(compile(source), "types.bpf.o"), built()
    for name in ("flow", "head", "address"):
        assert places(mine, name) == places(compiled, name), name
    for name, kind in (("verdict", Kind.ENUM), ("wide", Kind.ENUM64)):
        assert mine.get(mine.id_of(name, kind)) == compiled.get(compiled.id_of(name, kind))


def test_every_kind_can_be_added() -> None:
    b = BtfBuilder()
    number = b.add_int("int", 4, BTF_INT_SIGNED)
    b.add_volatile(b.add_restrict(b.add_ptr()))
    b.add_fwd("later", is_union=True)
    func = b.add_func("f", b.add_func_proto(params=[number]))
    b.add_decl_tag("tag", func, component=0)
    b.add_type_tag("user", number)
    b.add_const(b.add_typedef("t", b.add_float("double", 8)))
    one, two = b.add_var("one", number), b.add_var("two", b.add_array(number, 3))
    b.add_datasec(".data", [one, two])
    b.add_struct("s", [("a", number), ("b", number, 8)])
    b.add_union("u", {"a": number})
    b.add_enum("e", ["A", "B"])
    b.add_enum("signed", {"M": -1})
    b.add_enum("large", {"L": -(1 << 40)})
    btf = b.build()
    assert {type_.kind for type_ in btf.types} == set(Kind)
    section = btf.get(btf.id_of(".data"))
    assert section == t.DataSec(".data", 16, (t.SecVar(one, 0, 4), t.SecVar(two, 4, 12)))
    assert btf.get(btf.id_of("s")) == t.Struct("s", 12, (t.Member("a", 1, 0), t.Member("b", 1, 64)))


def test_what_cannot_be_laid_out_is_refused() -> None:
    b = BtfBuilder()
    number = b.add_int("int", 4)
    with pytest.raises(BtfError, match="member 'x': 33 bits of a type that has 32"):
        b.add_struct("s", {"x": Bits(number, 33)})
    with pytest.raises(BtfError, match="type id 9 has not been added, the last one is 1"):
        b.add_struct("s", {"x": 9})


def test_split_types_use_the_strings_of_their_base() -> None:
    base = build(ALL_KINDS)
    builder = BtfBuilder(base)
    builder.add_struct("s", {"a": 1})
    split = builder.build()
    assert split.strings == b""
    assert [*split.ids("s")] == [4, len(ALL_KINDS) + 1]


def test_merged_sections_keep_their_types_under_new_ids() -> None:
    one, other = build(ALL_KINDS), build((t.Int("long", 8, bits=64), t.Ptr(1), t.Typedef("p", 2)))
    types = merge([one, other]).types
    assert types[1 : len(ALL_KINDS) + 1] == list(ALL_KINDS)
    first = len(ALL_KINDS) + 1
    assert types[first:] == [t.Int("long", 8, bits=64), t.Ptr(first), t.Typedef("p", first + 1)]


def test_types_are_put_into_another_order_with_all_references() -> None:
    btf = build((t.Int("z", 4, bits=32), t.Ptr(1), t.Typedef("a", 2)))
    assert sort(btf).types[1:] == [t.Typedef("a", 3), t.Int("z", 4, bits=32), t.Ptr(2)]
    assert permute(btf, [3, 2, 1]).types[1:] == [t.Typedef("a", 2), t.Ptr(3), t.Int("z", 4, bits=32)]
    with pytest.raises(BtfError, match="each type id from 1 to 3 once"):
        permute(btf, [1, 2, 2])


@pytest.mark.parametrize("byteorder", ["little", "big"])
def test_records_of_instructions_come_back_as_they_were_written(byteorder: str) -> None:
    builder = BtfBuilder.edit(build(ALL_KINDS, byteorder))
    line = LineInfo(8, builder.strings.add("a.c"), builder.strings.add("int x;"), 7 << 10 | 3)
    ext = BtfExt(
        {"xdp": (FuncInfo(0, 15), FuncInfo(16, 15))},
        {"xdp": (line,), "tc": (line, line)},
        {"xdp": (CoreRelo(8, 4, "0:1", 0),)},
    )
    data = encode_ext(ext, builder.strings.add, builder.byteorder)
    assert parse_ext(data, builder.build()) == ext
