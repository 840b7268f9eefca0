"""Ring buffers: the same programs leave the same memory on both kernels, and a consumer reads it."""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

import skep
from skep import cc
from skep.errors import KernelError
from skep.syscall import commands
from skep.syscall.backend import Backend
from skep.uapi import MapType

PAGE = 4096
SIZE = 4096
BUSY, DISCARD = 1 << 31, 1 << 30

#: The first byte of a packet says what to do, the second how large a record is, the third the flags.
SOURCE = """
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_USER_RINGBUF); __uint(max_entries, 4096); } user SEC(".maps");
__u64 asked[5];
__u64 held;
__u64 drained;

#define RESERVE(n) case n: { \\
	char *record = bpf_ringbuf_reserve(&ring, n * 40, 0); \\
	if (!record) return 1; \\
	__builtin_memset(record, data[1], 8); \\
	if (data[0] == 'd') bpf_ringbuf_discard(record, flags); else bpf_ringbuf_submit(record, flags); \\
	return 0; }

static long count(void *sample, void *context)
{
	drained++;
	return 0;
}

SEC("xdp")
int act(struct xdp_md *ctx)
{
	unsigned char *data = (void *)(long)ctx->data;
	if ((void *)(data + 64) > (void *)(long)ctx->data_end)
		return 100;
	__u64 flags = data[2];
	char copy[64];
	__builtin_memcpy(copy, data, sizeof(copy));
	switch (data[0]) {
	case 'o':
		return bpf_ringbuf_output(&ring, copy, data[1] & 63, flags);
	case 'q':
		for (int i = 0; i < 5; i++)
			asked[i] = bpf_ringbuf_query(&ring, i);
		return 0;
	case 'u':
		return bpf_user_ringbuf_drain(&user, count, 0, flags);
	}
	switch (data[1]) { RESERVE(1) RESERVE(2) RESERVE(5) RESERVE(30) RESERVE(110) }
	return 101;
}

char LICENSE[] SEC("license") = "GPL";
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("ring") / "ring.bpf.c"
    source.write_text(SOURCE)
    compiled = source.with_suffix(".o")
    compiled.write_bytes(cc.compile(source))
    return compiled


class Ring:
    """The program on one kernel, and the memory that it shares with a consumer."""

    def __init__(self, backend: Backend, source: Path) -> None:
        self.backend = backend
        self.object = skep.open(source)
        self.object.load(backend)
        self.fd = self.object.maps["ring"].fd
        self.consumer = memoryview(backend.mmap(self.fd, PAGE))
        self.rest = memoryview(backend.mmap(self.fd, PAGE + 2 * SIZE, PAGE, writable=False))

    def act(self, what: str, size: int = 0, flags: int = 0) -> int:
        packet = bytes((ord(what), size, flags)) + bytes(range(97))
        fd = self.object.programs["act"].fd
        return commands.prog_test_run(self.backend, fd, data=packet).retval

    @property
    def positions(self) -> tuple[int, int]:
        return struct.unpack_from("<Q", self.consumer)[0], struct.unpack_from("<Q", self.rest)[0]

    def consume(self) -> list[tuple[int, int, bytes]]:
        """Header and data of each record that is committed."""
        records = []
        at, end = self.positions
        while at < end:
            place = PAGE + at % SIZE
            word, page = struct.unpack_from("<II", self.rest, place)
            assert not word & BUSY
            size = word & ~DISCARD
            records.append((word, page, bytes(self.rest[place + 8 : place + 8 + min(size, 8)])))
            at += (size + 8 + 7) & ~7
        struct.pack_into("<Q", self.consumer, 0, at)
        return records

    def close(self) -> None:
        self.consumer.release()
        self.rest.release()
        self.object.close()


@pytest.fixture
def ring(backend: Backend, compiled: Path) -> Iterator[Ring]:
    opened = Ring(backend, compiled)
    yield opened
    opened.close()


def test_random_runs_leave_the_memory_that_linux_leaves(linux: skep.Linux, compiled: Path) -> None:
    rng = random.Random(5)
    with skep.Kernel(ncpus=2) as kernel:
        ours, theirs = Ring(kernel, compiled), Ring(linux, compiled)
        for _ in range(300):
            step = rng.choice("ooorrdq"), rng.choice((1, 2, 5, 30, 110)), rng.choice((0, 0, 0, 1, 2, 4))
            assert ours.act(*step) == theirs.act(*step), step
            assert ours.positions == theirs.positions
            if rng.random() < 0.15:
                assert ours.consume() == theirs.consume()
        assert ours.consume() == theirs.consume()
        ours.close()
        theirs.close()


def test_records_come_in_the_order_of_their_reservation(ring: Ring) -> None:
    assert [ring.act("r", 1), ring.act("d", 2), ring.act("o", 3)] == [0, 0, 0]
    assert ring.consume() == [
        (40, 3, b"\1" * 8),
        (80 | DISCARD, 3, b"\2" * 8),
        (3, 3, bytes((ord("o"), 3, 0))),
    ]
    assert ring.positions == (48 + 88 + 16, 48 + 88 + 16)


def test_a_full_ring_refuses_until_the_consumer_catches_up(ring: Ring) -> None:
    results = [ring.act("r", 30) for _ in range(5)]
    assert results == [0, 0, 0, 1, 1]
    assert ring.act("r", 110) == 1  # larger than the ring
    assert len(ring.consume()) == 3
    assert ring.act("r", 30) == 0
    assert len(ring.consume()) == 1


def test_a_consumer_waits_for_the_first_record_it_has_not_seen(ring: Ring) -> None:
    assert not ring.backend.poll(ring.fd, 0)
    ring.act("o", 4)
    assert ring.backend.poll(ring.fd, 0)
    ring.consume()
    assert not ring.backend.poll(ring.fd, 0)


def test_a_query_tells_of_the_ring(ring: Ring) -> None:
    ring.act("r", 1)
    ring.consume()
    ring.act("r", 2)
    ring.act("q")
    asked = ring.object.globals["asked"]
    assert list(asked) == [88, SIZE, 48, 136, 0]


@pytest.mark.parametrize(
    ("length", "offset", "writable", "expected"),
    [
        (PAGE, 0, True, 0),
        (2 * PAGE, 0, True, 1),
        (PAGE, PAGE, True, 1),
        (2 * PAGE + 2 * SIZE, 0, False, 0),
        (3 * PAGE + 2 * SIZE, 0, False, 22),
    ],
)
def test_only_the_consumers_page_can_be_written(
    ring: Ring, length: int, offset: int, writable: bool, expected: int
) -> None:
    try:
        ring.backend.mmap(ring.fd, length, offset, writable=writable)
        got = 0
    except OSError as refused:
        got = refused.errno or 0
    assert got == expected


def write_user(memory: memoryview, records: list[bytes], *, busy_last: bool = False) -> None:
    """What a user does: records, then the producer's position."""
    at = struct.unpack_from("<Q", memory)[0]
    for number, record in enumerate(records):
        busy = BUSY if busy_last and number == len(records) - 1 else 0
        struct.pack_into("<II", memory, PAGE + at % SIZE, len(record) | busy, 0)
        memory[PAGE + at % SIZE + 8 : PAGE + at % SIZE + 8 + len(record)] = record
        at += (len(record) + 15) & ~7
    struct.pack_into("<Q", memory, 0, at)


def test_programs_drain_what_users_write(backend: Backend, compiled: Path) -> None:
    own = Ring(backend, compiled)
    memory = memoryview(backend.mmap(own.object.maps["user"].fd, PAGE + 2 * SIZE, PAGE))
    assert own.act("u") == 0
    write_user(memory, [b"one", b"three" * 9, b"two"])
    assert own.act("u") == 3
    assert own.act("u") == 0
    write_user(memory, [b"one", b"busy"], busy_last=True)
    assert own.act("u") == 1
    assert own.object.globals["drained"] == 4
    struct.pack_into("<Q", memory, 0, struct.unpack_from("<Q", memory)[0] + 4)
    assert own.act("u") == -22 & 0xFFFFFFFF
    memory.release()
    own.close()


def test_a_user_ring_is_written_by_the_user_but_for_one_page(backend: Backend) -> None:
    fd = commands.map_create(
        backend, map_type=MapType.USER_RINGBUF, key_size=0, value_size=0, max_entries=SIZE
    )
    with pytest.raises(OSError):
        backend.mmap(fd, PAGE, 0, writable=True)
    backend.mmap(fd, PAGE, 0, writable=False)
    with pytest.raises(KernelError):
        commands.map_lookup_elem(backend, fd, b"", 0)
    backend.close(fd)


def test_the_memory_of_a_ring_goes_with_it() -> None:
    before = len(os.listdir("/proc/self/fd"))
    with skep.Kernel() as kernel:
        for _ in range(20):
            fd = commands.map_create(
                kernel, map_type=MapType.RINGBUF, key_size=0, value_size=0, max_entries=SIZE
            )
            kernel.close(fd)
    assert len(os.listdir("/proc/self/fd")) == before
