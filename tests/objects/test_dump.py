"""Maps as text: what bpftool prints of the same map."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

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
