"""A consumer in another process reads a ring buffer of skep's kernel through its memory and its event."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import skep
from skep import cc
from skep.errors import InputError

SOURCE = """
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 16384); } ring SEC(".maps");
__u64 next;

SEC("xdp")
int emit(struct xdp_md *ctx)
{
	__u64 *record = bpf_ringbuf_reserve(&ring, 64, 0);

	if (!record)
		return XDP_DROP;
	record[0] = next++;
	for (int i = 1; i < 8; i++)
		record[i] = record[0] * i;
	bpf_ringbuf_submit(record, next % 7 ? 0 : BPF_RB_FORCE_WAKEUP);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
"""

#: Reads so many records, and says what was wrong with them.
CONSUMER = """
import sys
import skep
memory, event, wanted = map(int, sys.argv[1:])
ring, seen = skep.SharedRingBuffer(memory, event), 0
for record in ring.events(timeout=60):
    words = [int.from_bytes(record[at:at + 8], "little") for at in range(0, 64, 8)]
    if words != [seen, *(seen * i for i in range(1, 8))]:
        sys.exit(f"record {seen} is {words}")
    seen += 1
    if seen == wanted:
        break
print(seen, ring.available)
"""
RECORDS = 20_000


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("ring") / "ring.bpf.c"
    source.write_text(SOURCE)
    target = source.with_suffix(".o")
    target.write_bytes(cc.compile(source))
    return target


@pytest.fixture
def obj(compiled: Path) -> Iterator[skep.Object]:
    with skep.Kernel() as kernel, skep.open(compiled).load(kernel) as obj:
        yield obj


def test_another_process_gets_every_record_in_order(obj: skep.Object) -> None:
    fds = skep.RingBuffer(obj.maps["ring"]).descriptors
    command = [sys.executable, "-c", CONSUMER, *map(str, fds), str(RECORDS)]
    child = subprocess.Popen(command, pass_fds=fds, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    emit = obj.programs["emit"]
    while obj.globals["next"] < RECORDS and child.poll() is None:
        room = RECORDS - obj.globals["next"]
        emit.run(bytes(64), repeat=min(room, 100))  # a full ring takes none, until the other process has read
    out, err = child.communicate(timeout=60)
    assert (out.split(), err) == ([str(RECORDS), "0"], "")


def test_its_descriptor_can_be_waited_for_among_others(obj: skep.Object) -> None:
    ring = skep.SharedRingBuffer(*skep.RingBuffer(obj.maps["ring"]).descriptors)
    poller = select.epoll()
    poller.register(ring, select.EPOLLIN)
    assert poller.poll(0) == []
    obj.programs["emit"].run(bytes(64))
    assert poller.poll(10) == [(ring.fileno(), select.EPOLLIN)]
    assert ring.wait(0)
    assert len(ring.read()) == 1
    assert not ring.wait(0)
    assert poller.poll(0) == []
    poller.close()


def test_it_takes_no_other_memory(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb+") as file:
        file.truncate(4096 * 5)
        with pytest.raises(InputError, match="no memory of a ring buffer"):
            skep.SharedRingBuffer(file.fileno(), os.eventfd(0))


@pytest.mark.linux
def test_on_linux_the_map_itself_is_what_processes_share(compiled: Path) -> None:
    with skep.open(compiled).load(skep.Linux()) as obj, pytest.raises(InputError, match="own descriptor"):
        _ = skep.RingBuffer(obj.maps["ring"]).descriptors
