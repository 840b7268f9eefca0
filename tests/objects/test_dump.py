"""Maps as text: what bpftool prints of the same map."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

import skep
from skep.objects import dump_map

SOURCE = """
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
enum color { RED, GREEN = 5, BLUE = -1 };
struct in { u8 a; s16 b; };
struct everything {
	int bits:3; unsigned more:7; u64 big:40;
	enum color color; char name[8]; unsigned char mac[6]; struct in array[2];
	union { u32 x; u16 y[2]; };
	union { u8 q; s64 w; } u;
	bool flag; void *pointer; signed char small; u64 wide; s64 negative; __int128 widest;
};
struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, struct in); __type(value, struct everything);
	__uint(max_entries, 8); } typed SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __type(key, u32); __type(value, struct in);
	__uint(max_entries, 2); } per_cpu SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(key_size, 4); __uint(value_size, 12);
	__uint(max_entries, 2); } raw SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(key_size, 4); __uint(value_size, 40);
	__uint(max_entries, 2); } long_raw SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_HASH); __uint(key_size, 4); __uint(value_size, 20);
	__uint(max_entries, 2); } raw_per_cpu SEC(".maps");
int number = 5;
static volatile int local = 7;
struct in record = { 1, 2 };
u64 zero;
const volatile char text[6] = "hello";
enum color color = GREEN;
SEC("xdp") int use(struct xdp_md *ctx) { return number + local + record.a + zero + text[1] + color; }
char LICENSE[] SEC("license") = "GPL";
"""
FORMS = {"plain": [], "json": ["-j"], "pretty": ["-p"]}


@pytest.mark.linux
@pytest.mark.skipif(not shutil.which("bpftool"), reason="bpftool is not installed")
@pytest.mark.parametrize("form", FORMS)
def test_dumps_are_those_of_bpftool(tmp_path: Path, form: str) -> None:
    path = tmp_path / "dump.bpf.c"
    path.write_text(SOURCE)
    kernel = skep.Linux()
    with skep.open(path).load(kernel) as obj:
        cpus = kernel.possible_cpus()
        obj.maps["typed"][{"a": 1, "b": -2}] = {
            "bits": -3,
            "more": 100,
            "big": 1 << 35,
            "color": "GREEN",
            "name": "bob",
            "mac": bytes(range(6)),
            "array": [{"a": 1}, {"a": 2, "b": -7}],
            "y": [1, 2],
            "u": {"w": -5},
            "flag": True,
            "pointer": 0x1234,
            "small": -3,
            "wide": (1 << 64) - 1,
            "negative": -9,
        }
        obj.maps["typed"][{"a": 2}] = {"color": "BLUE", "name": "no room.", "widest": 1 << 99}
        obj.maps["typed"][{"a": 3}] = {"color": 77, "name": b"\x01\x02"}
        obj.maps["per_cpu"][1] = [{"a": cpu} for cpu in range(cpus)]
        obj.maps["raw"][1] = bytes(range(12))
        obj.maps["long_raw"][bytes(4)] = bytes(range(40))
        obj.maps["raw_per_cpu"][bytes(4)] = [bytes(range(20))] * cpus
        for map in obj.maps.values():
            command = ["bpftool", *FORMS[form], "map", "dump", "id", str(map.info.id)]
            expected = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            shown = dump_map(map, as_json=form != "plain", pretty=form != "json")
            assert shown == expected.rstrip("\n"), map.name


_SCALARS = (
    *("char", "signed char", "unsigned char", "short", "unsigned short", "int", "unsigned int", "long"),
    *(
        "unsigned long long",
        "_Bool",
        "__int128",
        "unsigned __int128",
        "alias",
        "struct in *",
    ),
)
_BITS = ("int", "unsigned int", "u64", "long", "enum color", "enum wide", "alias", "unsigned char")
_HELD = ("struct in", "enum small", "enum color", "enum wide", "union both", "char_alias", "struct narrow")
HEAD = """
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
typedef unsigned long long u64; typedef const int alias; typedef char char_alias;
enum color { RED, GREEN = 5, BLUE = -1 }; enum wide { HUGE = 1ULL << 40, TINY = 1 };
enum small { SMALL = 200, OTHER = 1 } __attribute__((packed));
struct in { char a; short b:9; int c:20; }; union both { int x; u64 y:50; };
struct narrow { char a; long b; } __attribute__((packed));
"""


def random_member(random: Random, name: str) -> str:
    """A declaration of any kind."""
    match random.randrange(6):
        case 0:
            type_ = random.choice(_BITS)
            return f"{type_} {name}:{random.randint(1, 8 if 'char' in type_ else 30)};"
        case 1:
            return f"{random.choice((*_SCALARS, *_HELD))} {name}[{random.randint(1, 3)}];"
        case 2:
            return f"{random.choice((*_SCALARS, *_HELD))} {name}[2][{random.randint(1, 3)}];"
        case 3:
            word = random.choice(("struct", "union"))
            inner = random_member(random, f"{name}_a") + random_member(random, f"{name}_b")
            return f"{word} {{ {inner} }} {name if random.random() < 0.5 else ''};"
    return f"{random.choice((*_SCALARS, *_HELD))} {name};"


@pytest.mark.linux
@pytest.mark.skipif(not shutil.which("bpftool"), reason="bpftool is not installed")
@pytest.mark.parametrize("seed", range(6))
def test_values_of_random_types_are_dumped_as_bpftool_dumps_them(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    members = " ".join(random_member(random, f"m{index}") for index in range(14))
    tail = random.choice(("int tail[];", "struct in tail[0];", "char tail[];"))
    path = tmp_path / "random.bpf.c"
    path.write_text(
        f"{HEAD} struct any {{ {members} {tail} }};\n"
        "struct { __uint(type, BPF_MAP_TYPE_ARRAY); __type(key, int); __type(value, struct any);\n"
        '\t__uint(max_entries, 3); } any SEC(".maps");\nchar LICENSE[] SEC("license") = "GPL";\n'
    )
    with skep.open(path).load(skep.Linux()) as obj:
        map = obj.maps["any"]
        for index in range(3):
            map[index] = random.randbytes(map.spec.value_size)
        for form, options in FORMS.items():
            command = ["bpftool", *options, "map", "dump", "id", str(map.info.id)]
            theirs = subprocess.run(command, check=True, capture_output=True).stdout
            ours = dump_map(map, as_json=form != "plain", pretty=form != "json")
            assert theirs.decode("utf-8", "surrogateescape").rstrip("\n") == ours.rstrip("\n")
        for key, value in map.items():
            map[key] = {name: value[name] for name in value}
            assert map[key] == value
