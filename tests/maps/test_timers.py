"""Timers in map values, on a clock that the test moves: callbacks run when they are due, and no more when
the map, the element or its last user is gone.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

import skep
from skep import cc

SOURCE = """
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct value { __u64 fired; struct bpf_timer timer; __u64 last_key; };
#define MAP(name, kind) \\
	struct { \\
		__uint(type, kind); __uint(max_entries, 4); __type(key, __u32); __type(value, struct value); \\
	} name SEC(".maps")
MAP(array, BPF_MAP_TYPE_ARRAY);
MAP(hash, BPF_MAP_TYPE_HASH);
MAP(lru, BPF_MAP_TYPE_LRU_HASH);

struct request { __u64 what, key, first, second; };
__u64 order, now;

static int again(void *map, __u32 *key, struct value *value)
{
	value->fired++;
	value->last_key = *key;
	order = order * 10 + *key;
	now = bpf_ktime_get_ns();
	if (value->fired < 3)
		bpf_timer_start(&value->timer, 100, 0);
	return 0;
}

static int cancels_itself(void *map, __u32 *key, struct value *value)
{
	order = bpf_timer_cancel(&value->timer);
	return 0;
}

#define USE(name) \\
SEC("tc") int use_##name(struct __sk_buff *ctx) \\
{ \\
	struct request *r = (void *)(long)ctx->data; \\
	if ((void *)(r + 1) > (void *)(long)ctx->data_end) return 100; \\
	__u32 key = r->key; \\
	struct value *value = bpf_map_lookup_elem(&name, &key); \\
	if (!value) return 101; \\
	switch (r->what) { \\
	case 0: return bpf_timer_init(&value->timer, &name, r->first); \\
	case 1: return bpf_timer_set_callback(&value->timer, again); \\
	case 2: return bpf_timer_start(&value->timer, r->first, r->second); \\
	case 3: return bpf_timer_cancel(&value->timer); \\
	default: return bpf_timer_set_callback(&value->timer, cancels_itself); \\
	} \\
}
USE(array) USE(hash) USE(lru)
char LICENSE[] SEC("license") = "GPL";
"""

INIT, CALLBACK, START, CANCEL, CANCELS_ITSELF = range(5)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("timers") / "timers.bpf.c"
    source.write_text(SOURCE)
    compiled = source.with_suffix(".o")
    compiled.write_bytes(cc.compile(source))
    return compiled


class Timers:
    """The object loaded into a kernel whose clock stands."""

    def __init__(self, kernel: skep.Kernel, path: Path, map: str) -> None:
        self.machine = kernel.machine
        self.machine.stop_clock()
        self.obj = skep.open(path).load(kernel)
        self.map = self.obj.maps[map]
        self.program = self.obj.programs[f"use_{map}"]

    def do(self, what: int, key: int = 1, first: int = 0, second: int = 0) -> int:
        """The helper's result."""
        packet = b"".join(number.to_bytes(8, "little") for number in (what, key, first, second))
        retval: int = self.program.run(packet).retval
        return retval - (1 << 32) if retval >> 31 else retval

    def begin(self, key: int, delay: int) -> None:
        assert [self.do(INIT, key, 1), self.do(CALLBACK, key), self.do(START, key, delay)] == [0, 0, 0]


@pytest.fixture(params=["jit", "interp"])
def kernel(request: pytest.FixtureRequest) -> Iterator[skep.Kernel]:
    with skep.Kernel(engine=request.param) as kernel:
        yield kernel


@pytest.fixture(params=["array", "hash", "lru"])
def timers(kernel: skep.Kernel, compiled: Path, request: pytest.FixtureRequest) -> Timers:
    timers = Timers(kernel, compiled, request.param)
    for key in (1, 2):
        timers.map[key] = {}
    return timers


def test_a_timer_fires_when_the_clock_gets_there_and_may_start_itself_again(timers: Timers) -> None:
    timers.begin(1, 500)
    timers.machine.advance(499)
    assert timers.map[1]["fired"] == 0
    timers.machine.advance(1)
    assert (timers.map[1]["fired"], timers.map[1]["last_key"]) == (1, 1)
    begun = timers.machine.monotonic_ns()
    timers.machine.advance(1000)
    assert timers.map[1]["fired"] == 3
    assert timers.obj.globals["now"] == begun + 200
    assert timers.machine.monotonic_ns() == begun + 1000


def test_timers_fire_in_the_order_of_their_times(timers: Timers) -> None:
    timers.begin(1, 250)
    timers.begin(2, 220)
    timers.machine.advance(10_000)
    assert timers.obj.globals["order"] == 212121


def test_an_absolute_time_is_one_of_the_timers_clock(timers: Timers) -> None:
    now = timers.machine.monotonic_ns()
    timers.begin(1, 1 << 40)
    assert timers.do(START, 1, now + 50, 1) == 0
    timers.machine.advance(50)
    assert timers.map[1]["fired"] == 1


def test_the_helpers_refuse_what_linux_refuses(timers: Timers) -> None:
    assert timers.do(START, 1, 5) == -errno.EINVAL
    assert timers.do(CANCEL, 1) == -errno.EINVAL
    assert timers.do(CALLBACK, 1) == -errno.EINVAL
    assert timers.do(INIT, 1, 2) == -errno.EINVAL
    assert timers.do(INIT, 1, 16) == -errno.EINVAL
    assert timers.do(INIT, 1, 1) == 0
    assert timers.do(INIT, 1, 1) == -errno.EBUSY
    assert timers.do(START, 1, 5) == -errno.EINVAL
    assert timers.do(CALLBACK, 1) == 0
    assert timers.do(START, 1, 5, 4) == -errno.EINVAL
    assert timers.do(START, 1, 5) == 0
    assert timers.do(CANCEL, 1) == 1
    assert timers.do(CANCEL, 1) == 0
    assert timers.do(START, 1, 5) == -errno.EINVAL


def test_a_callback_cannot_wait_for_itself(timers: Timers) -> None:
    timers.begin(1, 5)
    assert timers.do(CANCELS_ITSELF, 1) == 0
    timers.machine.advance(10)
    assert timers.obj.globals["order"] == (1 << 64) - errno.EDEADLK


def test_a_value_that_is_replaced_or_removed_takes_its_timer_along(timers: Timers) -> None:
    timers.begin(1, 5)
    timers.begin(2, 5)
    timers.map[1] = {}
    if timers.map.is_indexed:
        timers.map[2] = {}
    else:
        del timers.map[2]
    assert timers.machine.native.timers == 0
    timers.machine.advance(100)
    assert timers.map[1]["fired"] == 0


def test_timers_end_with_the_last_user_of_their_map(timers: Timers) -> None:
    timers.begin(1, 5)
    timers.obj.close()
    assert timers.machine.native.timers == 0
    timers.machine.advance(100)


def test_with_a_running_clock_a_thread_of_the_kernel_runs_them(compiled: Path) -> None:
    with skep.Kernel() as kernel, skep.open(compiled).load(kernel) as obj:
        timers = Timers.__new__(Timers)
        timers.program, timers.map = obj.programs["use_hash"], obj.maps["hash"]
        timers.map[1] = {}
        timers.begin(1, 1000)
        deadline = kernel.machine.monotonic_ns() + 10**10
        while timers.map[1]["fired"] < 3 and kernel.machine.monotonic_ns() < deadline:
            pass
        assert timers.map[1]["fired"] == 3
