"""struct_ops: which program is which member, and the value in the kernel's layout."""

from __future__ import annotations

import struct

import pytest

from skep.btf import Btf, BtfBuilder
from skep.btf import types as t
from skep.errors import InputError, LoaderError
from skep.loader import ObjectSpec, from_elf, load
from skep.loader.struct_ops import kernel_ops, struct_ops_target
from skep.syscall.linux import Linux
from skep.uapi import BPF_F_LINK, MapType, ProgType

from .sources import built

SOURCE = """
struct ops { int size; int (*first)(void *); char name[8]; void (*second)(u64 *); long nothing; };
struct ops___view { int (*first)(void *); };
SEC("struct_ops/a") int a(u64 *ctx) { return 0; }
SEC("struct_ops.s") int b(u64 *ctx) { return 0; }
SEC("struct_ops/c") int c(u64 *ctx) { return 0; }
SEC("struct_ops") int unused(u64 *ctx) { return 0; }
SEC(".struct_ops") struct ops plain = { .first = (void *)a, .name = "plain", .size = 7 };
SEC(".struct_ops.link") struct ops linked = { .second = (void *)b };
SEC("?.struct_ops") struct ops___view optional = { .first = (void *)c };
"""


def spec() -> ObjectSpec:
    return from_elf(built(SOURCE), name="test.o")


def kernel_types(*members: t.Member) -> Btf:
    """struct ops as a kernel has it, inside of what it keeps of it."""
    builder = BtfBuilder()
    integer, pointer = builder.add_int("int", 4, 1), builder.add(t.Ptr(0))
    assert (integer, pointer) == (1, 2)
    builder.add(t.Array(integer, integer, 2))
    builder.add(t.Int("char", 1, 1, 8))
    builder.add(t.Array(4, integer, 8))
    ops = builder.add(t.Struct("ops", 40, members))
    builder.add(t.Struct("bpf_struct_ops_ops", 64, (t.Member("common", 3, 0), t.Member("data", ops, 128))))
    return builder.build()


MEMBERS = (
    t.Member("name", 5, 0),
    t.Member("first", 2, 64),
    t.Member("second", 2, 128),
    t.Member("more", 2, 192),
    t.Member("size", 1, 256),
)


def test_variables_become_maps_and_say_what_their_programs_are() -> None:
    found = spec()
    assert {
        name: (row.type, row.flags, row.value_size, dict(row.slots), row.autocreate)
        for name, row in found.maps.items()
    } == {
        "plain": (MapType.STRUCT_OPS, 0, 40, {8: "a"}, True),
        "linked": (MapType.STRUCT_OPS, BPF_F_LINK, 40, {24: "b"}, True),
        "optional": (MapType.STRUCT_OPS, 0, 8, {0: "c"}, False),
    }
    assert {
        name: (program.type, program.attach_to, program.autoload) for name, program in found.programs.items()
    } == {
        "a": (ProgType.STRUCT_OPS, "ops.first", True),
        "b": (ProgType.STRUCT_OPS, "ops.second", True),
        "c": (ProgType.STRUCT_OPS, "ops.first", False),
        "unused": (ProgType.STRUCT_OPS, "", True),
    }


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "struct ops { int (*f)(void *); int (*g)(void *); };"
            'SEC("struct_ops") int a(void *c) { return 0; }'
            'SEC(".struct_ops") struct ops o = { .f = a, .g = a };',
            r"program 'a' cannot be both ops.f and ops.g",
        ),
        (
            'struct ops { int (*f)(void *); }; SEC("xdp") int a(void *c) { return 0; }'
            'SEC(".struct_ops") struct ops o = { .f = a };',
            r"struct_ops variable 'o': 'a' at offset 0 is not a program of section struct_ops",
        ),
        ('SEC(".struct_ops") int o = 1;', r"struct_ops variable 'o' is no struct with a name"),
    ],
)
def test_variables_that_make_no_sense_are_refused(source: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        from_elf(built(source), name="test.o")


def test_a_program_s_place_is_the_member_in_the_kernel_s_struct() -> None:
    types = kernel_types(*MEMBERS)
    assert struct_ops_target("ops.second", types, "here") == (types.id_of("ops"), 2)
    with pytest.raises(LoaderError, match="here: the kernel's struct ops has no member 'third'"):
        struct_ops_target("ops.third", types, "here")
    with pytest.raises(LoaderError, match="here: the kernel's types have no struct other"):
        struct_ops_target("other.third", types, "here")
    with pytest.raises(LoaderError, match="here: no struct_ops variable refers to the program"):
        struct_ops_target("", types, "here")


def test_the_value_moves_into_the_kernel_s_layout_by_the_names_of_members() -> None:
    found, types = spec(), kernel_types(*MEMBERS)
    assert found.btf is not None
    ops = kernel_ops(found.maps["plain"], found.btf, types, "here")
    assert (ops.value_type_id, ops.slots) == (types.id_of("bpf_struct_ops_ops"), {24: "a"})
    assert ops.filled({"a": 9}) == struct.pack("=16x8sQ16xI12x", b"plain", 9, 7)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (MEMBERS[1:], "has no member 'name'"),
        ((MEMBERS[0], *MEMBERS[2:]), "has no member 'first'"),
        ((*MEMBERS[:4], t.Member("size", 2, 256)), "member 'size' has another type in the kernel"),
        ((*MEMBERS[:4], t.Member("size", 5, 256)), "member 'size' has another type in the kernel"),
    ],
)
def test_what_the_kernel_s_struct_lacks_must_not_be_asked_for(
    members: tuple[t.Member, ...], message: str
) -> None:
    found = spec()
    assert found.btf is not None
    with pytest.raises(LoaderError, match=f"here: .*{message}"):
        kernel_ops(found.maps["plain"], found.btf, kernel_types(*members), "here")


CONGESTION = """
struct tcp_congestion_ops___mine {
	char name[16]; u32 (*ssthresh)(struct sock *); void (*cong_avoid)(struct sock *, u32, u32);
	u32 (*undo_cwnd)(struct sock *);
};
SEC("struct_ops") u32 BPF_ssthresh(u64 *ctx) { return 2; }
SEC("struct_ops") u32 BPF_undo(u64 *ctx) { return 2; }
SEC("struct_ops") int BPF_avoid(u64 *ctx) { return 0; }
SEC(".struct_ops") struct tcp_congestion_ops___mine mine = {
	.name = "skep_test", .ssthresh = (void *)BPF_ssthresh, .cong_avoid = (void *)BPF_avoid,
	.undo_cwnd = (void *)BPF_undo,
};
"""


@pytest.mark.linux
def test_a_congestion_control_loads_on_linux() -> None:
    kernel = Linux()
    loaded = load(from_elf(built(CONGESTION), name="test.o"), kernel)
    value = loaded.struct_ops["mine"]
    loaded.close(kernel)
    assert b"skep_test\0" in value
    assert all(struct.pack("=Q", fd) in value for fd in loaded.programs.values())
