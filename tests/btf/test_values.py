"""Bytes <-> Python values of every type, and how they print."""

from __future__ import annotations

from typing import Any

import pytest

from skep.btf import Btf, BtfBuilder
from skep.btf import types as t
from skep.btf.show import show, write
from skep.btf.values import EnumValue, Record, decode, encode
from skep.errors import BtfError

TYPES: dict[str, t.Type] = {
    "int": t.Int("int", 4, encoding=1, bits=32),
    "u64": t.Int("unsigned long long", 8, bits=64),
    "char": t.Int("char", 1, encoding=1, bits=8),
    "u8": t.Int("unsigned char", 1, bits=8),
    "bool": t.Int("_Bool", 1, encoding=4, bits=8),
    "double": t.Float("double", 8),
    "pointer": t.Ptr(0),
    "color": t.Enum("color", 4, (t.Enumerator("RED", 0), t.Enumerator("BLUE", -1)), is_signed=True),
    "big": t.Enum64("big", 8, (t.Enumerator("HUGE", 1 << 40),)),
    "ints": t.Array(1, 1, 3),
    "text": t.Array(3, 1, 8),
    "mac": t.Array(4, 1, 6),
    "pair": t.Struct("pair", 8, (t.Member("a", 1, 0), t.Member("b", 4, 32))),
    "pairs": t.Array(13, 1, 2),
    "bits": t.Struct(
        "bits", 8, (t.Member("low", 1, 0, 3), t.Member("mid", 2, 3, 40), t.Member("c", 8, 60, 4)), True
    ),
    "either": t.Union("", 8, (t.Member("whole", 2, 0), t.Member("half", 1, 0))),
    "outer": t.Struct("outer", 16, (t.Member("n", 1, 0), t.Member("", 16, 64))),
    "alias": t.Typedef("alias", 17),
    "small": t.Int("u128", 16, bits=128),
}


def make(byteorder: str) -> Btf:
    builder = BtfBuilder(byteorder=byteorder)  # type: ignore[arg-type]
    for type_ in TYPES.values():
        builder.add(type_)
    return builder.build()


LITTLE, BIG = make("little"), make("big")
IDS = {name: type_id for type_id, name in enumerate(TYPES, 1)}


@pytest.mark.parametrize(
    ("name", "value", "raw"),
    [
        ("int", -2, "feffffff"),
        ("u64", 1 << 63, "0000000000000080"),
        ("bool", True, "01"),
        ("double", 1.5, "000000000000f83f"),
        ("pointer", 0x1234, "3412000000000000"),
        ("color", -1, "ffffffff"),
        ("big", 1 << 40, "0000000000010000"),
        ("ints", (1, 2, -1), "0100000002000000ffffffff"),
        ("text", "bee", "6265650000000000"),
        ("mac", bytes(range(6)), "000102030405"),
        ("pair", {"a": 1, "b": 2}, "0100000002000000"),
        ("pairs", ({"a": 1, "b": 0}, {"a": 0, "b": 3}), "01000000000000000000000003000000"),
        ("small", 1 << 100, "00000000000000000000000010000000"),
    ],
)
def test_values_go_to_bytes_and_back(name: str, value: Any, raw: str) -> None:
    assert encode(LITTLE, IDS[name], value).hex() == raw
    assert decode(LITTLE, IDS[name], bytes.fromhex(raw)) == value
    assert decode(BIG, IDS[name], encode(BIG, IDS[name], value)) == value


def test_members_of_a_union_share_their_bytes() -> None:
    raw = encode(LITTLE, IDS["outer"], {"n": 1, "whole": 258})
    assert raw.hex() == "01000000000000000201000000000000"
    assert decode(LITTLE, IDS["outer"], raw) == {"n": 1, "whole": 258, "half": 258}


@pytest.mark.parametrize("btf", [LITTLE, BIG], ids=["little", "big"])
def test_bitfields_keep_to_their_bits_and_their_sign(btf: Btf) -> None:
    raw = encode(btf, IDS["bits"], {"low": -3, "mid": (1 << 40) - 2, "c": "BLUE"})
    assert decode(btf, IDS["bits"], raw) == {"low": -3, "mid": (1 << 40) - 2, "c": -1}
    with pytest.raises(BtfError, match="8 does not fit into the 3 bits of 'low'"):
        encode(btf, IDS["bits"], {"low": 8})


def test_enum_values_know_their_names() -> None:
    value = decode(LITTLE, IDS["color"], b"\xff" * 4)
    assert isinstance(value, EnumValue)
    assert (str(value), value, value.name) == ("BLUE", -1, "BLUE")
    assert repr(decode(LITTLE, IDS["color"], b"\x07\0\0\0")) == "7"
    assert encode(LITTLE, IDS["color"], "RED") == bytes(4)


def test_records_are_values_with_attributes_that_do_not_change() -> None:
    record = decode(LITTLE, IDS["alias"], bytes(range(16)))
    assert isinstance(record, Record)
    assert record.n == 0x03020100
    assert record["half"] == 0x0B0A0908
    assert list(record) == ["n", "whole", "half"]
    assert hash(record) == hash(decode(LITTLE, IDS["outer"], bytes(range(16))))
    with pytest.raises(AttributeError, match=r"replace\(n=\.\.\.\) gives a new one"):
        record.n = 5
    changed = record.replace(n=0)
    assert bytes(changed) == bytes(4) + bytes(range(4, 16))  # padding stays
    with pytest.raises(AttributeError, match="no member 'other'; there are n, whole, half"):
        _ = record.other


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("int", 1 << 31, "2147483648 does not fit into int of 4 bytes"),
        ("u64", -1, "-1 does not fit into unsigned long long"),
        ("int", "one", "'one' is none of no names at all"),
        ("color", "GREEN", "'GREEN' is none of RED, BLUE"),
        ("int", None, "None is no value for int"),
        ("pair", {"c": 1}, "struct pair has no member 'c'; there are a, b"),
        ("pair", 5, "5 is no value for struct pair"),
        ("pair", b"abc", "3 bytes for a value of 8"),
        ("text", "much too long", "13 bytes for an array of 8"),
        ("ints", [1, 2, 3, 4], "is no sequence of at most 3 values"),
    ],
)
def test_values_that_do_not_fit_are_refused(name: str, value: Any, message: str) -> None:
    with pytest.raises(BtfError, match=message):
        encode(LITTLE, IDS[name], value)


def test_too_few_bytes_are_refused() -> None:
    with pytest.raises(BtfError, match="type id 13: 3 bytes are too few for a value of 8"):
        decode(LITTLE, IDS["pair"], b"abc")


@pytest.mark.parametrize(
    ("name", "raw", "plain", "json"),
    [
        ("int", "feffffff", "-2", "-2"),
        ("bool", "01", "true", "true"),
        ("pointer", "3412000000000000", "0x1234", "4660"),
        ("pointer", "0000000000000000", "(nil)", "0"),
        ("color", "ffffffff", '"BLUE"', '"BLUE"'),
        ("color", "05000000", "5", "5"),
        ("small", "ff" + "00" * 7 + "01" + "00" * 7, "0x100000000000000ff", '"0x100000000000000ff"'),
        ("text", "6265650000000000", '"bee"', '"bee"'),
        ("text", "6265656265656265", "[98,101,101,98,101,101,98,101]", "[98,101,101,98,101,101,98,101]"),
        ("mac", "000102030405", "[0,1,2,3,4,5]", "[0,1,2,3,4,5]"),
        ("bits", "0500000000000010", '{"low":0x5,"mid":0x0,"c":0x1}', '{"low":"0x5","mid":"0x0","c":"0x1"}'),
        ("pair", "0100000002000000", '{"a":1,"b":2}', '{"a":1,"b":2}'),
    ],
)
def test_values_print_as_bpftool_prints_them(name: str, raw: str, plain: str, json: str) -> None:
    data = bytes.fromhex(raw)
    if name == "pair":
        data = data[:5] + bytes(3)
    assert write(show(LITTLE, IDS[name], data, plain=True), pretty=False) == plain
    assert write(show(LITTLE, IDS[name], data, plain=False), pretty=False) == json


def test_pretty_text_has_the_layout_of_bpftools_writer() -> None:
    tree = [{"key": 0, "value": {"a": [1, 2], "b": []}}, {"key": 1}]
    assert write(tree) == (
        '[{\n        "key": 0,\n        "value": {\n'
        '            "a": [1,2\n            ],\n            "b": []\n'
        '        }\n    },{\n        "key": 1\n    }\n]'
    )
