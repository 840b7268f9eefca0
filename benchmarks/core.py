"""Kernel types: finding one among 130,000, and relocating an object to them, without verification.

The object has 100 programs with ten CO-RE relocations each, over the members of twenty structs that every
kernel has. The kernel that it is loaded into takes everything, so what is measured is the loader.
"""

from __future__ import annotations

import itertools
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import Figure
from skep.cc import compile
from skep.loader import from_elf, load
from skep.loader.kernel_view import VMLINUX
from skep.syscall.linux import Linux

ROUNDS = 5
PROGRAMS = 100
RELOCATIONS = 10

STRUCTS = {
    "task_struct": ("pid", "tgid", "flags", "comm", "mm", "prio", "start_time", "cred"),
    "sock": ("sk_sndbuf", "sk_rcvbuf", "sk_protocol", "sk_type", "sk_priority"),
    "sk_buff": ("len", "data_len", "protocol", "mark", "hash", "queue_mapping"),
    "file": ("f_flags", "f_mode", "f_inode", "f_pos"),
    "inode": ("i_ino", "i_mode", "i_size", "i_uid"),
    "net_device": ("ifindex", "mtu", "flags", "type"),
    "dentry": ("d_flags", "d_inode", "d_parent"),
    "mm_struct": ("mmap_base", "total_vm", "start_code"),
    "cred": ("uid", "gid", "euid"),
    "request": ("cmd_flags", "tag"),
    "page": ("flags",),
    "bio": ("bi_opf", "bi_status"),
    "pid": ("level",),
    "cgroup": ("level", "max_depth"),
    "module": ("state",),
    "vm_area_struct": ("vm_start", "vm_end", "vm_pgoff"),
    "tcp_sock": ("snd_cwnd", "copied_seq", "rcv_nxt", "snd_una"),
    "inet_sock": ("inet_sport",),
    "super_block": ("s_flags", "s_magic"),
    "bpf_map": ("map_type", "key_size", "id"),
}

FIND = """
import time
from benchmarks.report import peak_kib
from skep.btf import Btf, Kind
before = time.perf_counter()
types = Btf.vmlinux()
task = types.get(types.id_of("task_struct", Kind.STRUCT))
assert len(task.members) > 100
print(time.perf_counter() - before, peak_kib())
"""


class Agreeable(Linux):
    """A kernel with Linux's files that agrees to everything and keeps nothing."""

    def bpf(self, cmd: int, attr: bytearray) -> int:
        return 0

    def close(self, fd: int) -> None:
        pass


def source() -> str:
    """C text of the object."""
    lines = ["typedef unsigned long long u64;"]
    for name, members in STRUCTS.items():
        fields = " ".join(f"int {member};" for member in members)
        lines.append(f"struct {name} {{ {fields} }} __attribute__((preserve_access_index));")
    pairs = itertools.cycle((name, member) for name, members in STRUCTS.items() for member in members)
    for index in range(PROGRAMS):
        terms = " + ".join(
            f"__builtin_preserve_field_info(((struct {name} *)0)->{member}, {step % 4})"
            for step, (name, member) in zip(range(RELOCATIONS), pairs, strict=False)
        )
        lines.append(
            f'__attribute__((section("raw_tp/x"), used)) int p{index}(u64 *ctx) {{ return {terms}; }}'
        )
    return "\n".join(lines)


def find_a_type() -> tuple[float, float]:
    """Milliseconds and megabytes of a process that wants one struct of the running kernel."""
    samples = []
    for _ in range(ROUNDS):
        run = subprocess.run([sys.executable, "-c", FIND], check=True, capture_output=True, text=True)
        seconds, kilobytes = map(float, run.stdout.split())
        samples.append((seconds * 1e3, kilobytes / 1024))
    return statistics.median(s for s, _ in samples), statistics.median(m for _, m in samples)


def relocate() -> tuple[float, float]:
    """Milliseconds of a load with the kernel's types unread, and of the next one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "core.bpf.c")
        path.write_text(source())
        spec = from_elf(compile(path), name="core.bpf.o")
    first: list[float] = []
    again: list[float] = []
    for _ in range(ROUNDS):
        kernel = Agreeable()
        for samples in (first, again):
            started = time.perf_counter()
            loaded = load(spec, kernel)
            samples.append((time.perf_counter() - started) * 1e3)
        assert sum(map(len, loaded.core.values())) == PROGRAMS * RELOCATIONS
    return statistics.median(first), statistics.median(again)


def run() -> list[Figure]:
    """Both, where the kernel shows its types."""
    if not Path(VMLINUX).exists():
        raise PermissionError(f"{VMLINUX} does not exist")
    milliseconds, megabytes = find_a_type()
    first, again = relocate()
    return [
        Figure("core", "find task_struct in vmlinux", milliseconds, "ms", target=80),
        Figure("core", "memory of that process", megabytes, "MB", target=60),
        Figure("core", "load 100 programs, 1,000 relocations", first, "ms", target=500),
        Figure("core", "the same again, types known", again, "ms"),
    ]
