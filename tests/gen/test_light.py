"""The light path: a program that loads the object, on every kernel, does what loading the object does."""

from __future__ import annotations

import contextlib
import importlib.util
import re
import struct
from pathlib import Path
from typing import Any

import pytest

from loader.sources import built
from skep.errors import KernelError, LoaderError
from skep.gen.facts import read_facts
from skep.gen.light import light_object
from skep.gen.python_skeleton import python_skeleton
from skep.loader import from_elf
from skep.objects.light import run_loader
from skep.objects.map import Map
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel
from skep.uapi.info import ProgInfo

SOURCE = """
struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2);
	__type(key, u32); __type(value, u64); };
struct inner first SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 2); __type(key, u32);
	__array(values, struct inner); } outer SEC(".maps") = { .values = { [1] = &first } };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8);
	__type(key, u32); __type(value, u64); } table SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4); __uint(value_size, 4); } events SEC(".maps");
SEC("xdp") int target(struct xdp_md *ctx) { return 3; }
struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 2); __type(key, u32);
	__array(values, int (struct xdp_md *)); } jumps SEC(".maps") = { .values = { [1] = (void *)&target } };
const volatile int limit = 5;
u64 sum = 7;
__noinline int add(int x) { sum += x; return sum; }
SEC("xdp") int start(struct xdp_md *ctx)
{
	u32 one = 1;
	void *in = bpf_map_lookup_elem(&outer, &one);
	u64 *value = in ? bpf_map_lookup_elem(in, &one) : 0;
	if (value)
		*value = add(limit);
	bpf_tail_call(ctx, &jumps, 1);
	return 0;
}
"""

VMLINUX = "/sys/kernel/btf/vmlinux"
CORE = """
SEC("tp_btf/sys_enter") int traced(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	return __builtin_preserve_field_info(task->pid, 1);
}
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
SEC("tc") int calls(struct __sk_buff *skb)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}
"""


@pytest.fixture(scope="module")
def object_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("light") / "small.o"
    path.write_bytes(built(SOURCE))
    return str(path)


def test_a_light_skeleton_loads_and_runs(object_file: str, tmp_path: Path, backend: Backend) -> None:
    path = tmp_path / "small.py"
    path.write_text(python_skeleton(read_facts(object_file), light=True))
    spec = importlib.util.spec_from_file_location("small", path)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    options = {"entries": {"table": 99}, "contents": {".rodata": struct.pack("=i", 30)}}
    with module.Small.open_and_load(backend, **options) as small:
        assert small.programs.start.run(bytes(64)).retval == 3
        assert small.data.sum == 37
        assert small.maps.first[1] == 37
        assert small.maps.table.info.max_entries == 99
        assert small.maps.events.info.max_entries == backend.possible_cpus()
        assert small.rodata.limit == 30


def test_what_the_loader_makes_is_what_loading_makes(object_file: str, backend: Backend) -> None:
    import skep

    made = light_object(from_elf(object_file))
    entries = {made.maps.index("events"): backend.possible_cpus()}
    counts = len(made.maps), len(made.programs)
    map_fds, prog_fds = run_loader(backend, made.insns, made.block, *counts, entries=entries)
    with skep.open(object_file).load(backend) as obj:
        for name, fd in zip(made.maps, map_fds, strict=True):
            ours, theirs = Map.from_fd(backend, fd), obj.maps[name]
            for field in ("type", "key_size", "value_size", "map_flags", "name", "btf_value_type_id"):
                assert getattr(ours.info, field) == getattr(theirs.info, field), (name, field)
        for name, fd in zip(made.programs, prog_fds, strict=True):
            info = commands.obj_get_info_by_fd(backend, fd, ProgInfo())
            assert info.name == obj.programs[name].info.name
            assert info.nr_func_info == obj.programs[name].info.nr_func_info
            assert info.xlated_prog_len == obj.programs[name].info.xlated_prog_len
    for fd in (*map_fds, *prog_fds):
        backend.close(fd)


@pytest.mark.skipif(not Path(VMLINUX).exists(), reason=f"no {VMLINUX}")
def test_core_and_kernel_symbols_are_resolved_by_the_kernel(backend: Backend) -> None:
    made = light_object(from_elf(built(CORE), name="core.o"))
    with contextlib.ExitStack() as stack:
        kernel = stack.enter_context(Kernel(btf=VMLINUX)) if backend.name == "skep" else backend
        _, prog_fds = run_loader(kernel, made.insns, made.block, len(made.maps), len(made.programs))
        for fd in prog_fds:
            assert commands.obj_get_info_by_fd(kernel, fd, ProgInfo()).id
            kernel.close(fd)


def test_a_refused_command_ends_it_and_leaves_nothing_behind() -> None:
    source = (
        "struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, u32);"
        '__type(value, u32); } good SEC(".maps"); struct { __uint(type, BPF_MAP_TYPE_HASH);'
        ' __uint(max_entries, 0); __type(key, u32); __type(value, u32); } zero SEC(".maps");'
    )
    made = light_object(from_elf(built(source), name="bad.o"))
    with Kernel() as kernel:
        with pytest.raises(KernelError, match="EINVAL"):
            run_loader(kernel, made.insns, made.block, len(made.maps), len(made.programs))
        assert commands.map_get_next_id(kernel) is None


REFUSED = {
    """extern int CONFIG_HZ __kconfig;
    SEC("xdp") int p(void *c) { return CONFIG_HZ; }""": "map '.kconfig' is of a kind",
    """struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1);
    __type(key, u32); __type(value, u32);
    __uint(pinning, LIBBPF_PIN_BY_NAME); } shared SEC(".maps");""": "map 'shared' is to be pinned",
    """extern void nothing(void) __ksym __weak;
    SEC("tc") int p(void *c) { if (nothing) nothing(); return 0; }""": "kernel symbol 'nothing' is weak",
}


@pytest.mark.parametrize("source", REFUSED)
def test_what_the_kernel_cannot_provide_is_named(source: str) -> None:
    with pytest.raises(LoaderError, match=re.escape(REFUSED[source])):
        light_object(from_elf(built(source), name="no.o"))
