"""Broken object files, made by seeded mutation of each part: the loader, CO-RE, the linker, the skeleton
generators and a kernel take them, or say what is wrong and where, soon and in little memory.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import pytest

import skep
from btf.broken import attempt, mutated
from loader.sources import FUNCTIONS, GLOBALS, MAPS, built
from skep.btf import Btf
from skep.elf import ElfFile
from skep.elf.types import parse_btf
from skep.gen.c_skeleton import c_skeleton
from skep.gen.c_subskeleton import c_subskeleton
from skep.gen.facts import read_facts
from skep.gen.python_skeleton import python_skeleton
from skep.linker import link
from skep.loader import from_elf
from skep.loader.core_report import report
from skep.objects import Object

EXTERNS = """
extern int LINUX_KERNEL_VERSION __kconfig;
extern unsigned CONFIG_HZ __kconfig __weak;
extern const void bpf_link_fops __ksym __weak;
struct task_struct___few { int pid; struct task_struct___few *parent; }
	__attribute__((preserve_access_index));
struct task_struct___few *bpf_task_from_pid(int pid) __ksym __weak;
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(".maps");
int seen;
SEC("tp_btf/sys_enter") int traced(unsigned long long *ctx)
{
	struct task_struct___few *task = (void *)ctx[0];
	seen = task->parent->pid + LINUX_KERNEL_VERSION + CONFIG_HZ;
	return &bpf_link_fops != 0;
}
"""
OPS = """
struct tcp_congestion_ops___few { char name[16]; int (*init)(void *); };
SEC("struct_ops/init") int made(unsigned long long *ctx) { return 0; }
SEC("?.struct_ops") struct tcp_congestion_ops___few ops = { .name = "mine", .init = (void *)made };
"""

GOOD = 'int good_value = 3; SEC("xdp") int good(struct xdp_md *ctx) { return good_value; }'

SOURCES = {"maps": MAPS, "functions": FUNCTIONS, "globals": GLOBALS, "externs": EXTERNS, "ops": OPS}


@cache
def target() -> Btf:
    """Types of a kernel that has what EXTERNS asks for."""
    return parse_btf(built(EXTERNS), "kernel")


def loaded(data: bytes, path: Path) -> object:
    return report(from_elf(data, name="broken.o"), target(), "target")


def linked(data: bytes, path: Path) -> object:
    return link([ElfFile(data, "broken.o"), ElfFile(built(GOOD), "good.o")])


def generated(data: bytes, path: Path) -> object:
    path.write_bytes(data)
    facts = read_facts(str(path))
    return [write(facts) for write in (python_skeleton, c_skeleton, c_subskeleton)]


def in_kernel(data: bytes, path: Path) -> object:
    with skep.Kernel() as kernel:
        obj = Object(from_elf(data, name="broken.o"))
        obj.load(kernel)
        obj.close()
    return None


READERS: dict[str, Callable[[bytes, Path], object]] = {
    "loader": loaded,
    "linker": linked,
    "generators": generated,
    "kernel": in_kernel,
}


def parts(data: bytes) -> list[tuple[int, int]]:
    """Where in the file there is something to break: headers, and sections that are not debug information."""
    elf = ElfFile(data, "good.o")
    start, size, count = struct.unpack_from("<Q", data, 40)[0], *struct.unpack_from("<HH", data, 58)
    found = [(0, 64), (start, start + size * count)]
    for section in elf.sections:
        if section.data and "debug" not in section.name:
            found.append((section.offset, section.offset + section.size))
    return found


def broken(data: bytes, random: Random) -> bytes:
    """The file with something wrong in one of its parts."""
    start, end = random.choice(parts(data))
    words = end - start > 64
    inside = mutated(data[start:end], random, words)
    return data[:start] + inside.ljust(end - start, b"\0") + data[end:]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("source", SOURCES)
def test_broken_objects(source: str, reader: str, tmp_path: Path) -> None:
    data, errors = built(SOURCES[source]), 0
    path = tmp_path / "broken.o"
    for seed in range(24):
        bad = broken(data, Random(f"{source} {seed}"))
        what = f"{source}, seed {seed}, {reader}"
        errors += bool(attempt(what, len(data), lambda: READERS[reader](bad, path)))  # noqa: B023
    assert errors > 2
