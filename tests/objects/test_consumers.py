"""Consumers and producers of events, on both kernels: batches, loops, callbacks, asyncio, types, losses."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import skep
from skep import cc
from skep.errors import InputError
from skep.syscall.backend import Backend

#: A packet says which helper, and how many bytes of itself go along (perf). Events are numbered.
SOURCE = """
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event { __u32 number; char text[12]; };
struct event *unused_event __attribute__((unused));

struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 65536); } ring SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_USER_RINGBUF); __uint(max_entries, 4096); } user SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __type(key, int); __type(value, int);
	__uint(max_entries, 64); } perf SEC(".maps");
__u64 drained, total, next;

static long count(void *dynptr, void *context)
{
	__u64 number = 0;
	bpf_dynptr_read(&number, sizeof(number), dynptr, 0, 0);
	drained++;
	total = total * 3 + number;
	return 0;
}

SEC("tc")
int emit(struct __sk_buff *ctx)
{
	unsigned char *data = (void *)(long)ctx->data;
	if ((void *)(data + 64) > (void *)(long)ctx->data_end)
		return 100;
	struct event event = { .text = "hello" };
	__u64 flags = BPF_F_CURRENT_CPU | (__u64)data[2] << 32;
	__u32 what = data[0];
	long err = 0;
	if (what == 'u')
		return bpf_user_ringbuf_drain(&user, count, 0, 0);
	if (what == 'x')
		return bpf_perf_event_output(ctx, &perf, 63, &event, sizeof(event));
	if (what == 'y')
		return bpf_perf_event_output(ctx, &perf, 64, &event, sizeof(event));
	event.number = next++;
	if (what == 'r')
		err = bpf_ringbuf_output(&ring, &event, sizeof(event), 0);
	else
		err = bpf_perf_event_output(ctx, &perf, flags, &event, sizeof(event));
	return err;
}

char LICENSE[] SEC("license") = "GPL";
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("events") / "events.bpf.c"
    source.write_text(SOURCE)
    compiled = source.with_suffix(".o")
    compiled.write_bytes(cc.compile(source))
    return compiled


@pytest.fixture
def obj(backend: Backend, compiled: Path) -> Iterator[skep.Object]:
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {0})
    with skep.open(compiled).load(backend) as obj:
        yield obj
    os.sched_setaffinity(0, allowed)


def emit(obj: skep.Object, what: str, many: int = 0, packet_bytes: int = 0) -> int:
    obj.globals["next"] = 0
    packet = bytes((ord(what), 0, packet_bytes)) + bytes(range(97))
    retval: int = obj.programs["emit"].run(packet, repeat=many).retval
    return retval - (1 << 32) if retval >> 31 else retval


def test_a_batch_has_all_events_in_order(obj: skep.Object) -> None:
    ring = skep.RingBuffer(obj.maps["ring"])
    assert ring.read() == []
    assert emit(obj, "r", 200) == 0
    assert ring.available == 200 * 24
    first, rest = ring.read(50), ring.read()
    assert [int.from_bytes(raw[:4], "little") for raw in first + rest] == list(range(200))
    assert (len(first), ring.available) == (50, 0)


def test_events_have_the_values_of_their_type(obj: skep.Object) -> None:
    ring = skep.RingBuffer(obj.maps["ring"], "struct event")
    emit(obj, "r", 2)
    assert [(event["number"], event.text) for event in ring.read()] == [(0, "hello"), (1, "hello")]
    with pytest.raises(InputError, match="no struct or typedef 'nothing'"):
        skep.RingBuffer(obj.maps["ring"], "nothing")


def test_a_loop_ends_when_nothing_comes_and_a_callback_sees_each_event(obj: skep.Object) -> None:
    ring, seen = skep.RingBuffer(obj.maps["ring"]), []
    emit(obj, "r", 3)
    assert len(list(ring.events(timeout=0))) == 3
    assert ring.consume(seen.append) == 0
    emit(obj, "r", 4)
    assert ring.consume(seen.append, timeout=1) == len(seen) == 4


def test_a_consumer_in_asyncio_gets_events_of_another_thread(obj: skep.Object) -> None:
    ring = skep.RingBuffer(obj.maps["ring"], "event")

    async def consume() -> list[int]:
        numbers = []
        async for event in ring:
            numbers.append(event["number"])
            if len(numbers) == 20:
                break
        return numbers

    producer = threading.Thread(target=lambda: [emit(obj, "r", 10) for _ in range(2)])
    producer.start()
    assert asyncio.run(asyncio.wait_for(consume(), 30)) == [*range(10), *range(10)]
    producer.join()


def test_what_a_user_ring_buffer_is_given_programs_drain(obj: skep.Object) -> None:
    user = skep.UserRingBuffer(obj.maps["user"])
    for number in (1, 2):
        assert user.put(number.to_bytes(8, "little"))
    thrown = user.reserve(8)
    assert thrown is not None
    thrown.discard()
    last = user.reserve(8)
    assert last is not None
    last.data[:] = (5).to_bytes(8, "little")
    assert emit(obj, "u") == 2, "the last one is not submitted yet"
    last.submit()
    assert emit(obj, "u") == 1
    assert (obj.globals["drained"], obj.globals["total"]) == (3, (1 * 3 + 2) * 3 + 5)


def test_a_full_user_ring_buffer_takes_no_more_until_it_is_drained(obj: skep.Object) -> None:
    user, put = skep.UserRingBuffer(obj.maps["user"]), 0
    while user.put(bytes(56)):
        put += 1
    assert put == 4096 // 64
    assert emit(obj, "u") == put
    assert user.put(bytes(56), timeout=1)
    with pytest.raises(InputError, match="never fits"):
        user.reserve(5000)


def test_a_perf_buffer_gives_samples_with_bytes_of_the_packet(obj: skep.Object) -> None:
    with skep.PerfBuffer(obj.maps["perf"], pages=8) as perf:
        assert perf.read() == []
        assert emit(obj, "p", 3, 10) == 0
        assert perf.wait(1)
        samples = perf.read()
        packet = bytes((ord("p"), 0, 10)) + bytes(range(7))
        assert [sample[:4] for sample in samples] == [i.to_bytes(4, "little") for i in range(3)]
        assert all(sample[16:26] == packet and len(sample) == 28 for sample in samples)
        assert emit(obj, "p", 1, 200) == -14, "the packet is not so long"
        assert emit(obj, "x") == -2
        assert emit(obj, "y") == -7
    assert emit(obj, "p", 1) == -2


def test_lost_samples_are_counted_when_there_is_room_again(obj: skep.Object) -> None:
    with skep.PerfBuffer(obj.maps["perf"], "event", pages=1) as perf:
        counts = []
        for many in (200, 1, 1):
            emit(obj, "p", many)
            counts.append((len(perf.read()), perf.lost))
    # 4096 bytes have room for 127 records of 32: one that would fill it whole does not fit
    assert counts == [(127, 0), (1, 73), (1, 73)]


def test_a_map_of_another_type_has_no_consumer(obj: skep.Object) -> None:
    for kind in (skep.RingBuffer, skep.UserRingBuffer):
        with pytest.raises(InputError, match="'perf' is no"):
            kind(obj.maps["perf"])
    with pytest.raises(InputError, match="'ring' is no"):
        skep.PerfBuffer(obj.maps["ring"])
