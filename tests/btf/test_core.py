"""CO-RE: places in types, the same place in other types, and the numbers that come out of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import pytest

from skep.btf import Btf, BtfBuilder
from skep.btf import types as t
from skep.btf.core_match import find_candidates, members_are_compatible, types_are_compatible, types_match
from skep.btf.core_relo import CoreResolver
from skep.btf.core_spec import KIND_WORDS, CoreKind, essential_name, parse_spec
from skep.btf.ext import CoreRelo
from skep.errors import BtfError
from skep.uapi import CoreReloKind

INT, SIGNED = 1, 1  # type id 1 in every BTF here; the encoding of signed integers


def btf(*types: t.Type, byteorder: Literal["little", "big"] = "little") -> Btf:
    """Types from id 2 on, behind `unsigned int`."""
    builder = BtfBuilder(byteorder=byteorder)
    for type_ in (t.Int("unsigned int", 4, bits=32), *types):
        builder.add(type_)
    return builder.build()


def relo(type_id: int, access: str, kind: CoreKind = CoreKind.FIELD_BYTE_OFFSET) -> CoreRelo:
    return CoreRelo(0, type_id, access, kind)


def struct(name: str, size: int, *members: tuple[str, int, int]) -> t.Struct:
    return t.Struct(name, size, tuple(t.Member(n, type_id, 8 * at) for n, type_id, at in members))


def number(local: Btf, target: Btf, asked: CoreRelo) -> int | None:
    """The relocation's number in the target; None is poison."""
    result = CoreResolver(local, target).resolve(asked)
    return result.target.number if result.target else None


def test_kinds_are_those_of_the_kernel() -> None:
    assert {kind.name: int(kind) for kind in CoreKind} == {kind.name: int(kind) for kind in CoreReloKind}
    assert set(KIND_WORDS) == set(CoreKind)


@pytest.mark.parametrize(
    ("name", "essential"),
    [
        ("task_struct", "task_struct"),
        ("task_struct___old", "task_struct"),
        ("task_struct___old___older", "task_struct___old"),
        ("a___b", "a"),
        ("___b", "___b"),
        ("a____b", "a____b"),
        ("a___", "a___"),
        ("x_____y", "x_____y"),
        ("", ""),
    ],
)
def test_a_flavour_is_what_follows_three_underscores(name: str, essential: str) -> None:
    assert essential_name(name) == essential


# 2: int a[7]; 3: struct { int one; int two; int a[7]; }; 4: struct sample { int first; <3>; };
# 5: enum; 6: struct with an array of no length at its end
SAMPLE = btf(
    t.Array(INT, INT, 7),
    struct("", 36, ("one", INT, 0), ("two", INT, 4), ("a", 2, 8)),
    struct("sample", 40, ("first", INT, 0), ("", 3, 4)),
    t.Enum("colour", 4, (t.Enumerator("RED", 1), t.Enumerator("BLUE", 9))),
    struct("tail", 4, ("n", INT, 0), ("rest", 7, 4)),
    t.Array(INT, INT, 0),
)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (relo(4, "0"), "<byte_off> [4] struct sample (0 @ offset 0)"),
        (relo(4, "2:0"), "<byte_off> [4] struct sample[2].first (2:0 @ offset 80)"),
        (relo(4, "0:1:2:3"), "<byte_off> [4] struct sample.a[3] (0:1:2:3 @ offset 24)"),
        (relo(6, "0:1:5"), "<byte_off> [6] struct tail.rest[5] (0:1:5 @ offset 24)"),
        (relo(5, "1", CoreKind.ENUMVAL_VALUE), "<enumval_value> [5] enum colour::BLUE = 9"),
        (relo(4, "0", CoreKind.TYPE_SIZE), "<type_size> [4] struct sample"),
    ],
)
def test_a_path_is_read_and_printed_as_libbpf_prints_it(asked: CoreRelo, text: str) -> None:
    assert str(parse_spec(SAMPLE, asked)) == text


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        pytest.param(relo(4, "0:7"), "member 7 of type id 4, which has 2", id="no such member"),
        pytest.param(relo(4, "0:1:2:7"), "element 7 of type id 2, which has 7", id="no such element"),
        pytest.param(relo(4, "0:0:1"), "step 1 goes into type id 1, a INT", id="into an integer"),
        pytest.param(relo(4, "0:x"), "no numbers with colons", id="letters"),
        pytest.param(relo(4, ""), "no numbers with colons", id="nothing"),
        pytest.param(relo(4, "0:-1"), "no numbers with colons", id="a negative step"),
        pytest.param(relo(4, ":".join("0" * 65)), "65 steps, at most 64", id="too many steps"),
        pytest.param(relo(4, "1", CoreKind.TYPE_SIZE), "has the path 0", id="a path into a whole type"),
        pytest.param(relo(5, "2", CoreKind.ENUMVAL_VALUE), "no such enumerator", id="no such enumerator"),
        pytest.param(relo(4, "0", CoreKind.ENUMVAL_VALUE), "no such enumerator", id="not an enumeration"),
        pytest.param(relo(99, "0"), "type id 99 does not exist", id="no such type"),
        pytest.param(CoreRelo(0, 4, "0", 13), "unknown kind 13", id="unknown kind"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(asked: CoreRelo, message: str) -> None:
    with pytest.raises(BtfError, match=message):
        parse_spec(SAMPLE, asked)


def test_candidates_have_the_name_and_kind_whatever_their_flavour() -> None:
    local = btf(struct("s___mine", 4, ("a", INT, 0)))
    target = btf(
        struct("s", 4, ("a", INT, 0)),
        t.Union("s", 4),
        t.Typedef("s", 2),
        struct("s___other", 4),
        struct("s___other___2", 4),
        struct("ss", 4),
        struct("s__", 4),
    )
    assert find_candidates(local, 2, target) == (2, 5)


def test_candidates_are_found_in_split_types_and_their_base() -> None:
    base = btf(struct("s", 4, ("a", INT, 0)))
    builder = BtfBuilder(base)
    builder.add(struct("s", 8, ("a", INT, 4)))
    builder.add(struct("s___module", 8, ("a", INT, 4)))
    assert find_candidates(base, 2, builder.build()) == (2, 3, 4)


def test_names_are_found_where_strings_share_their_tails() -> None:
    whole = btf(struct("my_s", 4), struct("other", 4))
    data, offset = bytearray(whole.data), whole.strings.index(b"other")
    name = data.index(offset.to_bytes(4, "little"), 24)
    data[name : name + 4] = whole.strings.index(b"s\0").to_bytes(4, "little")
    assert list(Btf.parse(data).ids("s")) == [3]
    assert list(Btf.parse(data).ids("my_s")) == [2]


FIELDS: Sequence[tuple[str, t.Type, t.Type, bool]] = (
    ("two integers of any size and sign", t.Int("u8", 1, bits=8), t.Int("s64", 8, SIGNED, 64), True),
    ("a bitfield-like integer", t.Int("odd", 4, bits=3, offset=2), t.Int("u32", 4, bits=32), False),
    ("two pointers to anything", t.Ptr(INT), t.Ptr(0), True),
    ("a struct and a union", struct("a", 4), t.Union("b", 4), True),
    ("an integer and a pointer", t.Int("u64", 8, bits=64), t.Ptr(0), False),
    ("floats", t.Float("f", 4), t.Float("d", 8), True),
    ("enums of one name", t.Enum("e", 4), t.Enum64("e", 8), True),
    ("enums of two names", t.Enum("e", 4), t.Enum("f", 4), False),
    ("an enum without a name", t.Enum("", 4), t.Enum("f", 4), True),
    ("forward declarations of two names", t.Fwd("a"), t.Fwd("b"), False),
    ("flavours of one name", t.Enum("e___x", 4), t.Enum("e___y", 4), True),
    ("arrays of integers, whatever their length", t.Array(INT, INT, 3), t.Array(INT, INT, 8), True),
    ("arrays and integers", t.Array(INT, INT, 3), t.Int("u32", 4, bits=32), False),
    ("a typedef of an integer", t.Typedef("x", INT), t.Const(INT), True),
)


@pytest.mark.parametrize(("local", "target", "fits"), [pytest.param(*row[1:], id=row[0]) for row in FIELDS])
def test_members_are_compatible_when_one_can_be_read_as_the_other(
    local: t.Type, target: t.Type, fits: bool
) -> None:
    assert members_are_compatible(btf(local), 2, btf(target), 2) is fits


Rule = Callable[[Btf, int, Btf, int], bool]
PROTO = t.FuncProto(INT, (t.Param("a", INT),))

# What is compared, our type, theirs, whether they are compatible, whether they match.
TYPES: Sequence[tuple[str, tuple[t.Type, ...], tuple[t.Type, ...], bool, bool]] = (
    ("integers of one size", (t.Int("x", 4, bits=32),), (t.Int("x", 4, bits=32),), True, True),
    ("integers of two sizes", (t.Int("x", 4, bits=32),), (t.Int("x", 8, bits=64),), True, False),
    ("integers of two signs", (t.Int("x", 4, bits=32),), (t.Int("x", 4, SIGNED, 32),), True, False),
    ("structs with nothing in common", (struct("s", 4, ("a", INT, 0)),), (struct("s", 4),), True, False),
    (
        "a struct that has more",
        (struct("s", 4, ("a", INT, 0)),),
        (struct("s", 8, ("b", INT, 0), ("a", INT, 4)),),
        True,
        True,
    ),
    (
        "members of another kind",
        (struct("s", 4, ("a", INT, 0)),),
        (struct("s", 8, ("a", 3, 0)), t.Ptr(INT)),
        True,
        False,
    ),
    ("a struct and a union", (struct("s", 4),), (t.Union("s", 4),), False, False),
    ("a struct and its declaration", (struct("s", 4),), (t.Fwd("s"),), False, False),
    (
        "pointers to a struct and its declaration",
        (t.Ptr(3), struct("s", 4)),
        (t.Ptr(3), t.Fwd("s")),
        False,
        True,
    ),
    ("pointers to a union and a struct", (t.Ptr(3), t.Union("s", 4)), (t.Ptr(3), t.Fwd("s")), False, False),
    (
        "pointers to structs of one name with other members",
        (t.Ptr(3), struct("s", 4, ("a", INT, 0))),
        (t.Ptr(3), struct("s", 0)),
        True,
        True,
    ),
    ("pointers to structs of two names", (t.Ptr(3), struct("s", 4)), (t.Ptr(3), struct("r", 4)), True, False),
    ("pointers to void", (t.Ptr(0),), (t.Ptr(0),), True, True),
    ("a pointer and an integer", (t.Ptr(0),), (t.Int("x", 8, bits=64),), False, False),
    ("arrays of two lengths", (t.Array(INT, INT, 2),), (t.Array(INT, INT, 3),), True, False),
    (
        "enums, where one has more names and other values",
        (t.Enum("e", 4, (t.Enumerator("A", 0),)),),
        (t.Enum("e", 4, (t.Enumerator("B", 0), t.Enumerator("A___x", 7))),),
        True,
        True,
    ),
    (
        "enums, where a name is missing",
        (t.Enum("e", 4, (t.Enumerator("A", 0),)),),
        (t.Enum("e", 4, (t.Enumerator("B", 0),)),),
        True,
        False,
    ),
    ("enums of two sizes", (t.Enum("e", 4),), (t.Enum64("e", 8),), True, False),
    ("functions of one signature", (PROTO,), (PROTO,), True, True),
    ("functions with more arguments", (PROTO,), (t.FuncProto(INT),), False, False),
    ("functions that return a pointer", (PROTO,), (t.FuncProto(3, PROTO.params), t.Ptr(0)), False, False),
    ("declarations of a struct and a union", (t.Fwd("s"),), (t.Fwd("s", is_union=True),), True, False),
)


@pytest.mark.parametrize(
    ("local", "target", "compatible", "match"), [pytest.param(*row[1:], id=row[0]) for row in TYPES]
)
def test_types_are_compatible_by_kind_and_match_by_contents(
    local: tuple[t.Type, ...], target: tuple[t.Type, ...], compatible: bool, match: bool
) -> None:
    assert types_are_compatible(btf(*local), 2, btf(*target), 2) is compatible
    assert types_match(btf(*local), 2, btf(*target), 2) is match


@pytest.mark.parametrize("rule", [types_are_compatible, types_match, members_are_compatible])
def test_types_that_contain_themselves_end_in_an_error(rule: Rule) -> None:
    endless = btf(t.Array(2, INT, 1))
    with pytest.raises(BtfError, match="nested too deeply"):
        rule(endless, 2, endless, 2)


# The same struct elsewhere: another order, another width, inside an anonymous union, a member less.
HERE = btf(
    struct("s", 24, ("a", INT, 0), ("p", 3, 8), ("list", 4, 16)),
    t.Ptr(0),
    t.Array(INT, INT, 2),
    t.Enum("e", 4, (t.Enumerator("ONE", 1), t.Enumerator("GONE", 5))),
    struct("gone", 4, ("x", INT, 0)),
)
THERE = btf(
    t.Int("long", 8, bits=64),
    t.Union("", 16, (t.Member("b", INT, 0), t.Member("a", 2, 64))),
    struct("s", 48, ("p", 5, 0), ("", 3, 8), ("list", 6, 24)),
    t.Ptr(0),
    t.Array(2, INT, 3),
    t.Enum64("e", 8, (t.Enumerator("ONE", 1 << 40),)),
)

NUMBERS = (
    ("0:0", CoreKind.FIELD_BYTE_OFFSET, 16),
    ("0:0", CoreKind.FIELD_BYTE_SIZE, 8),
    ("0:0", CoreKind.FIELD_EXISTS, 1),
    ("0:0", CoreKind.FIELD_SIGNED, 0),
    ("0:0", CoreKind.FIELD_LSHIFT_U64, 0),
    ("0:0", CoreKind.FIELD_RSHIFT_U64, 0),
    ("0:1", CoreKind.FIELD_BYTE_OFFSET, 0),
    ("0:2:1", CoreKind.FIELD_BYTE_OFFSET, 32),
    ("0:2:1", CoreKind.FIELD_BYTE_SIZE, 8),
    ("0:2", CoreKind.FIELD_BYTE_SIZE, 24),
    ("1:0", CoreKind.FIELD_BYTE_OFFSET, 64),
    ("0", CoreKind.TYPE_EXISTS, 1),
    ("0", CoreKind.TYPE_SIZE, 48),
    ("0", CoreKind.TYPE_ID_TARGET, 4),
    ("0", CoreKind.TYPE_ID_LOCAL, 2),
    ("0", CoreKind.TYPE_MATCHES, 0),
)


@pytest.mark.parametrize(("access", "kind", "expected"), NUMBERS)
def test_each_kind_gives_the_number_of_the_target(access: str, kind: CoreKind, expected: int) -> None:
    assert number(HERE, THERE, relo(2, access, kind)) == expected


@pytest.mark.parametrize(
    ("type_id", "access", "kind", "expected"),
    [
        (5, "0", CoreKind.ENUMVAL_EXISTS, 1),
        (5, "0", CoreKind.ENUMVAL_VALUE, 1 << 40),
        (5, "1", CoreKind.ENUMVAL_EXISTS, 0),
        (5, "1", CoreKind.ENUMVAL_VALUE, None),
        (6, "0", CoreKind.TYPE_EXISTS, 0),
        (6, "0", CoreKind.TYPE_SIZE, 0),
        (6, "0", CoreKind.TYPE_ID_TARGET, 0),
        (6, "0", CoreKind.TYPE_MATCHES, 0),
        (6, "0:0", CoreKind.FIELD_EXISTS, 0),
        (6, "0:0", CoreKind.FIELD_BYTE_OFFSET, None),
        (6, "0:0", CoreKind.FIELD_BYTE_SIZE, None),
    ],
)
def test_what_the_target_lacks_is_zero_or_poison(
    type_id: int, access: str, kind: CoreKind, expected: int | None
) -> None:
    assert number(HERE, THERE, relo(type_id, access, kind)) == expected


def bits(*members: tuple[str, int, int], signed: bool = False) -> tuple[t.Type, ...]:
    """An integer and a struct of bitfields (name, bit offset, bits) in it."""
    fields = tuple(t.Member(name, 2, at, size) for name, at, size in members)
    encoding = SIGNED if signed else 0
    return t.Int("unit", 4, encoding, 32), t.Struct("s", 8, fields, has_bit_sizes=True)


@pytest.mark.parametrize(
    ("byteorder", "place", "offset", "size", "left", "right"),
    [
        ("little", (3, 5), 0, 4, 56, 59),
        ("little", (32, 7), 4, 4, 57, 57),
        ("little", (30, 4), 0, 8, 30, 60),
        ("big", (3, 5), 0, 4, 35, 59),
        ("big", (32, 7), 4, 4, 32, 57),
    ],
)
def test_a_bitfield_is_loaded_whole_and_shifted(
    byteorder: Literal["little", "big"],
    place: tuple[int, int],
    offset: int,
    size: int,
    left: int,
    right: int,
) -> None:
    local = btf(*bits(("f", 0, 1)), byteorder=byteorder)
    target = btf(*bits(("f", *place)), byteorder=byteorder)
    kinds = (
        CoreKind.FIELD_BYTE_OFFSET,
        CoreKind.FIELD_BYTE_SIZE,
        CoreKind.FIELD_LSHIFT_U64,
        CoreKind.FIELD_RSHIFT_U64,
    )
    assert [number(local, target, relo(3, "0:0", kind)) for kind in kinds] == [offset, size, left, right]


def test_a_bitfield_beyond_any_load_is_refused() -> None:
    local, target = btf(*bits(("f", 0, 1))), btf(*bits(("f", 60, 8)))
    with pytest.raises(BtfError, match="no 64-bit load holds the bitfield"):
        number(local, target, relo(3, "0:0"))


def test_candidates_that_agree_are_one_and_those_that_do_not_are_refused() -> None:
    local = btf(struct("s", 4, ("a", INT, 0)))
    same = btf(struct("s", 8, ("a", INT, 4)), struct("s___2", 8, ("x", INT, 0), ("a", INT, 4)))
    assert number(local, same, relo(2, "0:0")) == 4
    other = btf(struct("s", 8, ("a", INT, 4)), struct("s___2", 8, ("a", INT, 0)))
    with pytest.raises(BtfError, match=r"two types of the target disagree: .* offset 4\) and .* offset 0\)"):
        number(local, other, relo(2, "0:0"))


def test_a_candidate_without_a_member_is_out_for_the_whole_object() -> None:
    local = btf(struct("s", 8, ("a", INT, 0), ("b", INT, 4)))
    target = btf(struct("s", 8, ("a", INT, 0)), struct("s___2", 12, ("a", INT, 4), ("b", INT, 8)))
    resolver = CoreResolver(local, target)
    assert resolver.resolve(relo(2, "0:1")).target_spec is not None
    result = resolver.resolve(relo(2, "0:0"))
    assert result.target is not None
    assert result.target.number == 4


@pytest.mark.parametrize(
    ("local", "target", "safe"),
    [
        pytest.param(t.Int("u32", 4, bits=32), t.Int("u64", 8, bits=64), True, id="unsigned integers"),
        pytest.param(t.Int("u32", 4, bits=32), t.Int("s64", 8, SIGNED, 64), False, id="a signed target"),
        pytest.param(t.Enum("e", 4), t.Enum64("e", 8), False, id="enumerations"),
        pytest.param(t.Ptr(0), t.Ptr(INT), True, id="pointers"),
    ],
)
def test_only_pointers_and_unsigned_integers_may_change_their_size(
    local: t.Type, target: t.Type, safe: bool
) -> None:
    mine = btf(local, struct("s", 16, ("a", 2, 8)))
    other = btf(target, struct("s", 16, ("a", 2, 0)))
    assert CoreResolver(mine, other).resolve(relo(3, "0:0")).safe_to_resize is safe


def test_a_result_explains_itself() -> None:
    resolver = CoreResolver(HERE, THERE)
    assert str(resolver.resolve(relo(2, "0:0"))) == (
        "<byte_off> [2] struct s.a (0:0 @ offset 0) -> <byte_off> [4] struct s.a (0:1:1 @ offset 16) = 16"
    )
    assert str(resolver.resolve(relo(6, "0:0"))) == (
        "<byte_off> [6] struct gone.x (0:0 @ offset 0) -> no matching type"
    )
    exists = relo(6, "0:0", CoreKind.FIELD_EXISTS)
    assert str(resolver.resolve(exists)).endswith("-> no matching type, 0")


def test_without_a_target_only_local_ids_are_known() -> None:
    resolver = CoreResolver(HERE, None)
    local = resolver.resolve(relo(2, "0", CoreKind.TYPE_ID_LOCAL)).target
    assert local is not None
    assert local.number == 2
    with pytest.raises(BtfError, match="no types of a kernel to look it up in"):
        resolver.resolve(relo(2, "0:0"))


def test_types_without_a_name_cannot_be_looked_up() -> None:
    with pytest.raises(BtfError, match="a type without a name"):
        number(btf(struct("", 4, ("a", INT, 0))), THERE, relo(2, "0:0"))
