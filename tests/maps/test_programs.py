"""Maps as programs use them: the same runs have the same results on both kernels."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

import skep
from skep import cc
from skep.syscall import commands
from skep.syscall.backend import Backend

#: A packet is an operation, a flag, and a key and value of 8 bytes each.
SOURCE = """
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct prefix { __u32 length, data; };
#define MAP(name, kind, entries, more) \\
	struct { __uint(type, kind); __uint(max_entries, entries); __type(value, __u64); more } name SEC(".maps")
MAP(lru, BPF_MAP_TYPE_LRU_HASH, 16, __type(key, __u64););
MAP(own_lru, BPF_MAP_TYPE_LRU_HASH, 16, __type(key, __u64); __uint(map_flags, BPF_F_NO_COMMON_LRU););
MAP(cpu_lru, BPF_MAP_TYPE_LRU_PERCPU_HASH, 16, __type(key, __u64););
MAP(trie, BPF_MAP_TYPE_LPM_TRIE, 8, __type(key, struct prefix); __uint(map_flags, BPF_F_NO_PREALLOC););
MAP(queue, BPF_MAP_TYPE_QUEUE, 4, );
MAP(stack, BPF_MAP_TYPE_STACK, 4, );
MAP(bloom, BPF_MAP_TYPE_BLOOM_FILTER, 8, __uint(map_extra, 3); __uint(map_flags, BPF_F_ZERO_SEED););

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2); __type(key, __u32); __type(value, __u64);
} first SEC(".maps"), second SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 4); __type(key, __u32);
	__array(values, struct inner);
} array_of_maps SEC(".maps") = { .values = { &first, 0, &second } };
struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 4); __type(key, __u32);
	__array(values, struct inner);
} hash_of_maps SEC(".maps") = { .values = { [1] = &second } };

struct request { __u64 what, flags, key, value; };
__u64 answer;

#define KEYED(name) \\
SEC("xdp") int use_##name(struct xdp_md *ctx) \\
{ \\
	struct request *r = (void *)(long)ctx->data; \\
	if ((void *)(r + 1) > (void *)(long)ctx->data_end) return 100; \\
	__u64 key = r->key, value = r->value, *found; \\
	answer = 0; \\
	switch (r->what) { \\
	case 0: return bpf_map_update_elem(&name, &key, &value, r->flags); \\
	case 1: return bpf_map_delete_elem(&name, &key); \\
	} \\
	found = bpf_map_lookup_elem(&name, &key); \\
	if (!found) return 1; \\
	answer = *found; \\
	return 0; \\
}
KEYED(lru) KEYED(own_lru) KEYED(cpu_lru) KEYED(trie)

#define KEYLESS(name) \\
SEC("xdp") int use_##name(struct xdp_md *ctx) \\
{ \\
	struct request *r = (void *)(long)ctx->data; \\
	if ((void *)(r + 1) > (void *)(long)ctx->data_end) return 100; \\
	__u64 value = r->value; \\
	long err; \\
	switch (r->what) { \\
	case 0: return bpf_map_push_elem(&name, &value, r->flags); \\
	case 1: err = bpf_map_pop_elem(&name, &value); break; \\
	default: err = bpf_map_peek_elem(&name, &value); \\
	} \\
	answer = value; \\
	return err; \\
}
KEYLESS(queue) KEYLESS(stack)

SEC("xdp") int use_bloom(struct xdp_md *ctx)
{
	struct request *r = (void *)(long)ctx->data;
	if ((void *)(r + 1) > (void *)(long)ctx->data_end) return 100;
	__u64 value = r->value;
	return r->what ? bpf_map_peek_elem(&bloom, &value) : bpf_map_push_elem(&bloom, &value, r->flags);
}

#define OF_MAPS(name) \\
SEC("xdp") int use_##name(struct xdp_md *ctx) \\
{ \\
	struct request *r = (void *)(long)ctx->data; \\
	if ((void *)(r + 1) > (void *)(long)ctx->data_end) return 100; \\
	__u32 key = r->key, index = r->flags; \\
	void *inner = bpf_map_lookup_elem(&name, &key); \\
	if (!inner) return 1; \\
	__u64 *found = bpf_map_lookup_elem(inner, &index); \\
	if (!found) return 2; \\
	*found += r->value; \\
	answer = *found; \\
	return 0; \\
}
OF_MAPS(array_of_maps) OF_MAPS(hash_of_maps)

char LICENSE[] SEC("license") = "GPL";
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("maps") / "maps.bpf.c"
    source.write_text(SOURCE)
    compiled = source.with_suffix(".o")
    compiled.write_bytes(cc.compile(source))
    return compiled


@pytest.fixture
def one_cpu() -> Iterator[None]:
    """What an LRU hash forgets depends on the CPU that is used; skep's first runs are on the first."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {0})
    yield
    os.sched_setaffinity(0, allowed)


class Programs:
    """The object on one kernel."""

    def __init__(self, backend: Backend, compiled: Path) -> None:
        self.backend = backend
        self.object = skep.open(compiled)
        self.object.load(backend)

    def use(self, name: str, what: int, flags: int = 0, key: int = 0, value: int = 0) -> tuple[int, int]:
        packet = b"".join(word.to_bytes(8, "little") for word in (what, flags, key, value))
        fd = self.object.programs[f"use_{name}"].fd
        retval = commands.prog_test_run(self.backend, fd, data=packet).retval
        return retval, int(self.object.globals["answer"])


def trie_key(rng: random.Random) -> int:
    length = rng.choice((0, 4, 8, 9, 31, 32, 33))
    return int.from_bytes(length.to_bytes(4, "little") + bytes(rng.choices((0, 1, 128), k=4)), "little")


@pytest.mark.parametrize("engine", ["jit", "interp"])
@pytest.mark.parametrize(
    "name", ["lru", "own_lru", "cpu_lru", "trie", "queue", "stack", "bloom", "array_of_maps", "hash_of_maps"]
)
def test_random_uses_have_the_results_of_linux(
    linux: skep.Linux, compiled: Path, one_cpu: None, name: str, engine: str
) -> None:
    rng = random.Random(name)
    keys = [trie_key(rng) for _ in range(24)] if name == "trie" else list(range(24))
    of_maps = name.endswith("of_maps")
    with skep.Kernel(ncpus=linux.possible_cpus(), engine=engine) as kernel:  # type: ignore[arg-type]
        ours, theirs = Programs(kernel, compiled), Programs(linux, compiled)
        for _ in range(250):
            flags = rng.randrange(4) if of_maps else rng.choice((0, 0, 0, 0, 1, 2, 3))
            key = rng.randrange(5) if of_maps else rng.choice(keys)
            request = rng.choice((0, 0, 1, 2, 2, 2)), flags, key, rng.randrange(1, 9)
            assert ours.use(name, *request) == theirs.use(name, *request), request
        ours.object.close()
        theirs.object.close()


def test_an_inner_map_lives_as_long_as_it_is_in_a_map(backend: Backend, compiled: Path) -> None:
    programs = Programs(backend, compiled)
    outer = programs.object.maps["array_of_maps"].fd
    fd = commands.map_create(backend, map_type=2, key_size=4, value_size=8, max_entries=2)
    commands.map_update_elem(backend, outer, (1).to_bytes(4, "little"), fd.to_bytes(4, "little"))
    map_id = int.from_bytes(commands.map_lookup_elem(backend, outer, (1).to_bytes(4, "little"), 4), "little")
    backend.close(fd)
    assert programs.use("array_of_maps", 0, 0, 1, 5) == (0, 5)
    backend.close(commands.map_get_fd_by_id(backend, map_id))
    commands.map_delete_elem(backend, outer, (1).to_bytes(4, "little"))
    assert programs.use("array_of_maps", 0, 0, 1, 5)[0] == 1
    programs.object.close()


def test_inner_maps_are_alike(backend: Backend, compiled: Path) -> None:
    programs = Programs(backend, compiled)
    outer = programs.object.maps["hash_of_maps"].fd
    for changed in ({"max_entries": 3}, {"value_size": 4}, {"map_flags": 1 << 10}, {"map_type": 6}):
        shape = {"map_type": 2, "key_size": 4, "value_size": 8, "max_entries": 2} | changed
        fd = commands.map_create(backend, **shape)
        with pytest.raises(skep.KernelError) as refused:
            commands.map_update_elem(backend, outer, bytes(4), fd.to_bytes(4, "little"))
        assert refused.value.errno == 22
        backend.close(fd)
    programs.object.close()
