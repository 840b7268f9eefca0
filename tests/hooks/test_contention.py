"""What programs on two CPUs share stays whole: values under locks, ring buffers, LRU maps, preemption-off
sections.
"""

from __future__ import annotations

import os
import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import skep
from skep import cc
from skep.syscall.backend import Backend
from skep.syscall.inproc import Kernel

SOURCE = """
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
extern void bpf_preempt_disable(void) __weak __ksym;
extern void bpf_preempt_enable(void) __weak __ksym;
struct guarded { struct bpf_spin_lock lock; __u32 last; __u64 a, b, torn; };
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1);
	__type(key, __u32); __type(value, struct guarded);
} guarded SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64);
} mine SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 1 << 20); } ring SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH); __uint(max_entries, 256);
	__type(key, __u64); __type(value, __u64[4]);
} recent SEC(".maps");
struct event { __u32 cpu, number; __u64 copy; };

static __u32 number_of(struct xdp_md *ctx)
{
	__u32 *number = (void *)(long)ctx->data;
	return (void *)(number + 1) > (void *)(long)ctx->data_end ? 0 : *number;
}

SEC("xdp") int locked(struct xdp_md *ctx)
{
	__u32 key = 0;
	struct guarded *value = bpf_map_lookup_elem(&guarded, &key);
	if (!value) return 1;
	bpf_spin_lock(&value->lock);
	if (value->a != value->b) value->torn++;
	value->a++;
	value->b = value->a;
	bpf_spin_unlock(&value->lock);
	return 0;
}

SEC("xdp") int recorded(struct xdp_md *ctx)
{
	struct event *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
	if (!event) return 1;
	event->cpu = bpf_get_smp_processor_id();
	event->number = number_of(ctx);
	event->copy = event->number;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

SEC("xdp") int remembered(struct xdp_md *ctx)
{
	__u64 key = number_of(ctx) % 1024, value[4] = { key, key, key, key };
	bpf_map_update_elem(&recent, &key, value, BPF_ANY);
	__u64 *found = bpf_map_lookup_elem(&recent, &key);
	/* The other CPU may have thrown it out; a place that is used anew shows another key's value at most. */
	return found && found[0] >= 1024;
}

SEC("xdp") int undisturbed(struct xdp_md *ctx)
{
	__u32 key = 0, first, second;
	__u64 *count, before;
	bpf_preempt_disable();
	first = bpf_get_smp_processor_id();
	count = bpf_map_lookup_elem(&mine, &key);
	if (count) { before = *count; barrier(); *count = before + 1; }
	second = bpf_get_smp_processor_id();
	bpf_preempt_enable();
	return first != second;
}
char LICENSE[] SEC("license") = "GPL";
"""
COUNT = 20000
PACKETS = [struct.pack("<I", number).ljust(64, b"\0") for number in range(COUNT)]
VMLINUX = Path("/sys/kernel/btf/vmlinux")

pytestmark = pytest.mark.skipif(not VMLINUX.exists(), reason="no kernel's types are at hand")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("contention") / "shared.bpf.c"
    source.write_text(SOURCE)
    compiled = source.with_suffix(".o")
    compiled.write_bytes(cc.compile(source))
    return compiled


@pytest.fixture(params=["jit", "interp", "linux"])
def kernel(request: pytest.FixtureRequest) -> Iterator[Backend]:
    if request.param == "linux":
        if (os.cpu_count() or 1) < 2:
            pytest.skip("there is one CPU")
        yield request.getfixturevalue("linux")
    else:
        with Kernel(ncpus=2, engine=request.param, btf=VMLINUX) as made:
            yield made


@pytest.fixture
def packets(kernel: Backend) -> list[bytes]:
    """Fewer for what takes a system call or an interpreter for each."""
    own = isinstance(kernel, Kernel) and kernel.machine.engine == "jit"
    return PACKETS if own else PACKETS[:1000]


@pytest.fixture
def obj(kernel: Backend, compiled: Path) -> Iterator[skep.Object]:
    with skep.open(compiled) as obj:
        obj.load(kernel)
        yield obj


def run(obj: skep.Object, name: str, packets: list[bytes]) -> None:
    """On both CPUs; no run complains."""
    assert set(obj.programs[name].run_many(packets, cpus=[0, 1]).retvals) == {0}


def test_values_under_a_lock_are_whole(obj: skep.Object, packets: list[bytes]) -> None:
    run(obj, "locked", packets)
    value = obj.maps["guarded"][0]
    assert (value["a"], value["b"], value["torn"]) == (len(packets), len(packets), 0)


def test_every_record_arrives_and_those_of_a_cpu_in_order(obj: skep.Object, packets: list[bytes]) -> None:
    run(obj, "recorded", packets)
    events = [struct.unpack("<IIQ", raw) for raw in skep.RingBuffer(obj.maps["ring"]).read_raw(COUNT)]
    assert sorted(number for _, number, _ in events) == list(range(len(packets)))
    assert all(number == copy for _, number, copy in events)
    by_cpu = [[number for cpu, number, _ in events if cpu == wanted] for wanted in (0, 1)]
    assert by_cpu == [sorted(numbers) for numbers in by_cpu]
    assert Counter(cpu for cpu, _, _ in events) == {0: len(packets) // 2, 1: len(packets) // 2}


def test_an_lru_map_stays_whole_while_two_cpus_evict(obj: skep.Object, packets: list[bytes]) -> None:
    run(obj, "remembered", packets)
    found = dict(obj.maps["recent"].items())
    assert 0 < len(found) <= 256
    assert all(list(value) == [key] * 4 for key, value in found.items())


def test_a_section_without_preemption_stays_on_its_cpu(obj: skep.Object, packets: list[bytes]) -> None:
    run(obj, "undisturbed", packets)
    assert obj.maps["mine"][0][:2] == [len(packets) // 2] * 2
