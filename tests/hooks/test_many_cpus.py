"""One program on several CPUs at once: each packet once, in order, every CPU with its own data."""

from __future__ import annotations

import errno
import os
import struct
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
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64);
} seen SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4096); __type(key, __u32); __type(value, __u64);
} packets SEC(".maps");
__u64 together;

SEC("xdp") int count(struct xdp_md *ctx)
{
	__u32 *number = (void *)(long)ctx->data, key = 0;
	if ((void *)(number + 1) > (void *)(long)ctx->data_end) return 0;
	__u64 *mine = bpf_map_lookup_elem(&seen, &key), cpu = bpf_get_smp_processor_id();
	if (!mine) return 0;
	*mine += 1;
	__sync_fetch_and_add(&together, 1);
	key = *number;
	bpf_map_update_elem(&packets, &key, &cpu, BPF_NOEXIST);
	return key;
}
char LICENSE[] SEC("license") = "GPL";
"""
COUNT = 3000
PACKETS = [struct.pack("<I", number).ljust(64, b"\0") for number in range(COUNT)]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("cpus") / "count.bpf.c"
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
        with Kernel(ncpus=2, engine=request.param) as made:
            yield made


def test_two_cpus_share_the_packets(kernel: Backend, compiled: Path) -> None:
    with skep.open(compiled) as obj:
        obj.load(kernel)
        result = obj.programs["count"].run_many(PACKETS, cpus=[0, 1])
        assert list(result.retvals) == list(range(COUNT))
        assert list(result.outputs) == PACKETS
        assert obj.maps["seen"][0][:2] == [COUNT // 2, COUNT // 2]
        assert obj.bss["together"] == COUNT
        cpus = [obj.maps["packets"][number] for number in range(COUNT)]
    assert cpus == [0] * (COUNT // 2) + [1] * (COUNT // 2)


@pytest.mark.parametrize("cpus", [[], [0, 0], [2], [-1]])
def test_cpus_that_are_not_there(cpus: list[int], compiled: Path) -> None:
    with Kernel(ncpus=2) as kernel, skep.open(compiled) as obj:
        obj.load(kernel)
        with pytest.raises(OSError, match="must differ and be below 2") as refused:
            obj.programs["count"].run_many(PACKETS[:4], cpus=cpus)
    assert refused.value.errno == errno.EINVAL
