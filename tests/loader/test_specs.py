"""Objects become specs: maps in all forms, global data, functions, sections; and what is refused."""

from __future__ import annotations

import struct

import pytest

from skep.btf import types as t
from skep.errors import LoaderError, SkepError
from skep.isa import Insn
from skep.isa.opcodes import BPF_PSEUDO_CALL, BPF_PSEUDO_FUNC, BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE
from skep.loader import MapSpec, from_elf
from skep.loader.sections import SECTIONS, find_section
from skep.uapi import (
    BPF_F_MMAPABLE,
    BPF_F_NO_PREALLOC,
    BPF_F_RDONLY_PROG,
    BPF_F_SLEEPABLE,
    BPF_F_XDP_HAS_FRAGS,
    AttachType,
    MapType,
    ProgType,
)

from .sources import FUNCTIONS, GLOBALS, HEAD, MAPS, built


def test_maps_are_read_from_their_types() -> None:
    maps = from_elf(built(MAPS), name="test.bpf.c").maps
    typed = maps["typed"]
    assert (typed.type, typed.key_size, typed.value_size, typed.max_entries) == (MapType.HASH, 16, 4, 64)
    assert typed.flags == BPF_F_NO_PREALLOC
    assert typed.key_type_id
    assert typed.value_type_id
    assert maps["sized"] == MapSpec(
        name="sized", type=MapType.PERCPU_ARRAY, key_size=4, value_size=24, max_entries=3
    )
    assert (maps["bloom"].extra, maps["bloom"].numa_node, maps["bloom"].key_size) == (3, 0, 0)
    inner = maps["outer"].inner
    assert inner is not None
    assert (inner.type, inner.key_size, inner.value_size, inner.max_entries) == (MapType.ARRAY, 4, 8, 2)
    assert maps["outer"].slots == {1: "first", 3: "first"}
    assert maps["jumps"].slots == {1: "target"}
    assert maps["jumps"].value_size == 4
    assert maps["shared"].pin_by_name


def test_specs_of_the_same_bytes_are_equal() -> None:
    for source in (MAPS, FUNCTIONS, GLOBALS):
        assert from_elf(built(source)) == from_elf(built(source))
    assert from_elf(built(MAPS)) != from_elf(built(GLOBALS))


def test_global_data_becomes_array_maps() -> None:
    spec = from_elf(built(GLOBALS), name="some/path/my-object.bpf.o")
    data, rodata, bss = (spec.maps[name] for name in (".data", ".rodata", ".bss"))
    assert (data.name, rodata.name, bss.name) == ("my_objec.data", "my_objec.rodata", "my_objec.bss")
    assert {m.type for m in (data, rodata, bss)} == {MapType.ARRAY}
    assert rodata.flags == BPF_F_RDONLY_PROG | BPF_F_MMAPABLE
    assert (data.flags, bss.flags) == (BPF_F_MMAPABLE, BPF_F_MMAPABLE)
    assert (rodata.frozen, data.frozen) == (True, False)
    assert bss.contents is None
    assert rodata.contents is not None
    assert struct.pack("<Q", 1000) in rodata.contents
    assert spec.maps[".data.custom"].name == ".data.custom"


def test_the_types_of_sections_get_their_sizes_and_offsets() -> None:
    spec = from_elf(built(GLOBALS))
    assert spec.btf is not None
    for name in (".data", ".rodata", ".bss", ".data.custom"):
        datasec = spec.btf.types[spec.maps[name].value_type_id]
        assert isinstance(datasec, t.DataSec)
        assert datasec.size == spec.maps[name].value_size
        ends = [0, *(var.offset + var.size for var in datasec.vars)]
        assert all(var.offset >= end for var, end in zip(datasec.vars, ends, strict=False))


def test_each_program_gets_the_functions_it_calls_in_the_order_of_the_calls() -> None:
    spec = from_elf(built(FUNCTIONS))
    assert spec.btf is not None
    functions = {
        program.name: [spec.btf.types[info.type_id].name for info in program.func_info]
        for program in spec.programs.values()
    }
    assert functions == {
        "first": ["first", "middle", "leaf", "global_leaf"],
        "second": ["second", "leaf"],
        "third": ["third", "each", "global_leaf", "leaf"],
        "off": ["off", "unused"],
        "no_calls": ["no_calls"],
    }
    assert [name for name, program in spec.programs.items() if not program.autoload] == ["off"]


def test_calls_and_callbacks_are_relative_to_the_whole_program() -> None:
    for program in from_elf(built(FUNCTIONS)).programs.values():
        starts = {info.slot for info in program.func_info}
        for slot, insn in enumerate(program.insns):
            is_call = insn.code == 0x85 and insn.src == BPF_PSEUDO_CALL
            if is_call or (insn.code == 0x18 and insn.src == BPF_PSEUDO_FUNC):
                assert slot + 1 + insn.imm in starts
        lines = [line.slot for line in program.line_info]
        assert lines == sorted(set(lines))
        assert starts <= set(lines)


def test_references_to_maps_and_data_stay_symbolic() -> None:
    program = from_elf(built(GLOBALS)).programs["add"]
    assert {reference.map for reference in program.maps} == {".data", ".rodata", ".bss", ".data.custom"}
    for reference in program.maps:
        first, second = program.insns[reference.slot : reference.slot + 2]
        assert (first.code, first.src, first.imm) == (0x18, BPF_PSEUDO_MAP_VALUE, 0)
        assert second.imm >= 0
    maps = from_elf(
        built(MAPS + 'SEC("xdp") int f(void *c) { u32 k = 0; return !bpf_map_lookup_elem(&sized, &k); }')
    )
    (reference,) = maps.programs["f"].maps
    assert reference.map == "sized"
    assert maps.programs["f"].insns[reference.slot] == Insn(0x18, 1, BPF_PSEUDO_MAP_FD)


LEGACY = """
struct bpf_map_def { u32 type, key_size, value_size, max_entries, map_flags; };
struct bpf_map_def SEC("maps") one = { BPF_MAP_TYPE_HASH, 4, 8, .max_entries = 9 };
struct bpf_map_def SEC("maps") two = { BPF_MAP_TYPE_ARRAY, 4, 1, .max_entries = 2 };
SEC("socket") int f(void *ctx) { u32 k = 0; return !bpf_map_lookup_elem(&two, &k); }
"""


def test_legacy_maps_are_read_from_their_contents() -> None:
    spec = from_elf(built(LEGACY))
    assert spec.maps["one"] == MapSpec(name="one", type=MapType.HASH, key_size=4, value_size=8, max_entries=9)
    assert spec.maps["two"].max_entries == 2
    assert [reference.map for reference in spec.programs["f"].maps] == ["two"]


def test_license_and_version_are_read() -> None:
    spec = from_elf(built('u32 number SEC("version") = 0x60c00; SEC("xdp") int f(void *c) { return 0; }'))
    assert (spec.license, spec.kern_version) == ("GPL", 0x60C00)


@pytest.mark.parametrize(
    ("name", "type", "attach", "flags"),
    [
        ("socket", ProgType.SOCKET_FILTER, 0, 0),
        ("xdp", ProgType.XDP, AttachType.XDP, 0),
        ("xdp/simple", ProgType.XDP, AttachType.XDP, 0),
        ("xdp.frags/devmap", ProgType.XDP, AttachType.XDP_DEVMAP, BPF_F_XDP_HAS_FRAGS),
        ("xdp/cpumap", ProgType.XDP, AttachType.XDP_CPUMAP, 0),
        ("tc", ProgType.SCHED_CLS, 0, 0),
        ("tc/egress", ProgType.SCHED_CLS, AttachType.TCX_EGRESS, 0),
        ("kprobe/do_unlinkat", ProgType.KPROBE, 0, 0),
        ("kprobe.multi/tcp_*", ProgType.KPROBE, AttachType.TRACE_KPROBE_MULTI, 0),
        ("lsm.s/file_open", ProgType.LSM, AttachType.LSM_MAC, BPF_F_SLEEPABLE),
        ("cgroup/connect6", ProgType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_CONNECT, 0),
        ("iter/task", ProgType.TRACING, AttachType.TRACE_ITER, 0),
        ("syscall", ProgType.SYSCALL, 0, BPF_F_SLEEPABLE),
    ],
)
def test_section_names_say_the_program_type(name: str, type: int, attach: int, flags: int) -> None:
    row = find_section(name)
    assert row is not None
    assert (row.type, row.attach, row.flags) == (type, attach, flags)


@pytest.mark.parametrize("name", ["xdp_old", "kprobes/x", "something", "", "tracepoint.x/y"])
def test_other_section_names_say_nothing(name: str) -> None:
    assert find_section(name) is None


def test_every_row_is_the_first_that_fits_its_own_name() -> None:
    for row in SECTIONS:
        assert find_section(row.name.removesuffix("+")) is row


def test_what_follows_the_section_is_the_attach_target() -> None:
    spec = from_elf(built('SEC("tracepoint/sched/sched_switch") int f(void *c) { return 0; }'))
    assert spec.programs["f"].attach_to == "sched/sched_switch"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param(
            'struct { __uint(max_entries, 1); } m SEC(".maps");',
            r"test.o: map 'm': no type is given",
            id="a map without a type",
        ),
        pytest.param(
            'struct { __uint(type, 1); __uint(colour, 3); } m SEC(".maps");',
            r"map 'm': unknown field 'colour'",
            id="an unknown field",
        ),
        pytest.param(
            'struct { __uint(type, 1); __type(key, u32); __uint(key_size, 8); } m SEC(".maps");',
            r"map 'm': key_size is given twice, as 4 and as 8",
            id="two key sizes that differ",
        ),
        pytest.param(
            'int m SEC(".maps");', r"map 'm': its type is a .*, not a struct", id="a map that is an int"
        ),
        pytest.param(
            'struct { __uint(type, 1); int max_entries; } m SEC(".maps");',
            r"field 'max_entries' is no number; write __uint\(max_entries, ...\)",
            id="a member instead of __uint",
        ),
        pytest.param(
            'extern struct { __uint(type, 1); } m SEC(".maps"); struct { __uint(type, 1); } n SEC(".maps");'
            'SEC("xdp") int f(void *c) { return !bpf_map_lookup_elem(&m, &m); }',
            r"map 'm': is only declared here \(extern\)",
            id="a map of another object",
        ),
        pytest.param(
            'static SEC("xdp") int f(struct xdp_md *c) { return 0; } void *p = f;',
            r"function 'f' in section 'xdp' is static",
            id="a static program",
        ),
        pytest.param(
            'int other SEC("mydata"); SEC("xdp") int f(void *c) { return other; }',
            r"symbol 'other' \(section 'mydata', offset 0x0\) is neither a map nor global data",
            id="data in an unknown section",
        ),
    ],
)
def test_objects_that_cannot_become_specs_are_refused(source: str, message: str) -> None:
    with pytest.raises(SkepError, match=message):
        from_elf(built(source), name="test.o")


def test_maps_without_type_information_are_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from skep.cc import Options, compile

    path = tmp_path / "x.bpf.c"
    path.write_text(HEAD + MAPS)
    with pytest.raises(LoaderError, match=r"section .maps needs type information in .BTF; compile with -g"):
        from_elf(compile(path, Options(extra=("-g0",))), name="x.o")
