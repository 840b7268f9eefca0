"""A program that would run for years can be interrupted, on either engine, and what it held is free again."""

from __future__ import annotations

import errno
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

import skep
from skep import cc
from skep.errors import KernelError
from skep.kernel.machine import Engine
from skep.objects import Object
from skep.syscall.inproc import Kernel

#: Years of work, each behind one kind of loop.
SOURCE = """
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#define LONG (8 * 1024 * 1024)
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __weak __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __weak __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __weak __ksym;
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4000); __type(key, __u32); __type(value, __u64);
} slots SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(".maps");
__u64 rounds;

static int innermost(__u32 i, void *ctx) { rounds++; return 0; }
static int inner(__u32 i, void *ctx) { bpf_loop(LONG, innermost, 0, 0); return 0; }
static int outer(__u32 i, void *ctx) { bpf_loop(LONG, inner, 0, 0); return 0; }

SEC("xdp") int by_callbacks(struct xdp_md *ctx)
{
	__u64 *held = bpf_ringbuf_reserve(&ring, 8, 0);
	if (!held) return 7;
	*held = 0;
	bpf_loop(LONG, outer, 0, 0);
	*held = rounds > 0;
	bpf_ringbuf_submit(held, 0);
	return 0;
}

SEC("xdp") int by_iterators(struct xdp_md *ctx)
{
	struct bpf_iter_num a, b, c;
	bpf_iter_num_new(&a, 0, LONG);
	while (bpf_iter_num_next(&a)) {
		bpf_iter_num_new(&b, 0, LONG);
		while (bpf_iter_num_next(&b)) {
			bpf_iter_num_new(&c, 0, LONG);
			while (bpf_iter_num_next(&c)) rounds++;
			bpf_iter_num_destroy(&c);
		}
		bpf_iter_num_destroy(&b);
	}
	bpf_iter_num_destroy(&a);
	return 0;
}

static long third(void *map, __u32 *key, __u64 *value, void *ctx) { rounds++; return 0; }
static long second(void *map, __u32 *key, __u64 *value, void *ctx)
{
	bpf_for_each_map_elem(&slots, third, 0, 0);
	return 0;
}
static long first(void *map, __u32 *key, __u64 *value, void *ctx)
{
	bpf_for_each_map_elem(&slots, second, 0, 0);
	return 0;
}
SEC("xdp") int by_elements(struct xdp_md *ctx)
{
	bpf_for_each_map_elem(&slots, first, 0, 0);
	return 0;
}

#define may_go_on asm volatile goto("may_goto %l[out]" :::: out)
__noinline int spin3(int x) { for (;;) { may_go_on; rounds++; } out: return x; }
__noinline int spin2(int x) { for (;;) { may_go_on; x += spin3(x); } out: return x; }
SEC("xdp") int by_may_goto(struct xdp_md *ctx)
{
	int x = 1;
	for (;;) { may_go_on; x += spin2(x); }
out:
	return 0;
}
SEC("xdp") int nothing(struct xdp_md *ctx) { return 5; }
char LICENSE[] SEC("license") = "GPL";
"""
ENDLESS = ("by_callbacks", "by_iterators", "by_elements", "by_may_goto")
PACKET = bytes(64)
VMLINUX = Path("/sys/kernel/btf/vmlinux")

pytestmark = pytest.mark.skipif(not VMLINUX.exists(), reason="no kernel's types are at hand")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("endless") / "endless.bpf.c"
    source.write_text(SOURCE)
    compiled = source.with_suffix(".o")
    compiled.write_bytes(cc.compile(source))
    return compiled


@pytest.fixture(params=["jit", "interp"])
def engine(request: pytest.FixtureRequest) -> Engine:
    chosen: Engine = request.param
    return chosen


@contextmanager
def loaded(compiled: Path, engine: Engine, limit: float | None = None) -> Iterator[Object]:
    with Kernel(ncpus=2, engine=engine, btf=VMLINUX, run_limit=limit) as kernel, skep.open(compiled) as obj:
        obj.load(kernel)
        yield obj


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """SIGALRM raises what SIGINT does."""

    def handler(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", ENDLESS)
def test_a_signal_ends_a_run(name: str, compiled: Path, engine: Engine) -> None:
    with loaded(compiled, engine) as obj:
        with alarm(0.1), pytest.raises(KeyboardInterrupt):
            obj.programs[name].run(PACKET)
        assert obj.programs["nothing"].run(PACKET).retval == 5


@pytest.mark.parametrize("name", ENDLESS)
def test_a_run_ends_after_the_limit_of_its_kernel(name: str, compiled: Path, engine: Engine) -> None:
    with loaded(compiled, engine, limit=0.05) as obj:
        for _ in range(2):
            with pytest.raises(KernelError) as refused:
                obj.programs[name].run(PACKET)
            assert refused.value.errno == errno.ETIMEDOUT
        assert obj.programs["nothing"].run(PACKET).retval == 5
        assert obj.bss["rounds"] > 0


def test_a_limit_is_one_run_s_and_not_that_of_many(compiled: Path) -> None:
    with loaded(compiled, "jit", limit=0.001) as obj:
        assert obj.programs["nothing"].run(PACKET, repeat=3_000_000).retval == 5


def test_a_signal_ends_the_runs_of_all_cpus(compiled: Path, engine: Engine) -> None:
    with loaded(compiled, engine) as obj:
        with alarm(0.1), pytest.raises(KeyboardInterrupt):
            obj.programs["by_iterators"].run_many([PACKET] * 4, cpus=[0, 1])
        assert list(obj.programs["nothing"].run_many([PACKET] * 4, cpus=[0, 1]).retvals) == [5] * 4


def test_what_waits_for_a_cpu_can_be_interrupted(compiled: Path) -> None:
    """One thread is in an endless run on the only CPU; the main thread waits for that CPU."""
    with Kernel(btf=VMLINUX, run_limit=0.5) as kernel, skep.open(compiled) as obj:
        obj.load(kernel)
        said: list[int | None] = []

        def endless() -> None:
            try:
                obj.programs["by_callbacks"].run(PACKET)
            except KernelError as stopped:
                said.append(stopped.errno)

        thread = threading.Thread(target=endless)
        thread.start()
        while not obj.bss["rounds"]:
            os.sched_yield()
        with alarm(0.05), pytest.raises(KeyboardInterrupt):
            obj.programs["nothing"].run(PACKET)
        thread.join()
        assert said == [errno.ETIMEDOUT]


def test_a_stopped_run_leaves_by_its_own_way(compiled: Path, engine: Engine) -> None:
    """It submits the record that it reserved before its loops."""
    with loaded(compiled, engine, limit=0.05) as obj:
        with pytest.raises(KernelError):
            obj.programs["by_callbacks"].run(PACKET)
        assert skep.RingBuffer(obj.maps["ring"]).read_raw() == [(1).to_bytes(8, "little")]
