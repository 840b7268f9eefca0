"""C sources of the loader's tests, and compiling them once."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pytest

from skep.cc import Options, compile
from skep.cc.compiler import find_compiler
from skep.errors import CompileError

HEAD = '#include "vmlinux.h"\n#include <bpf/bpf_helpers.h>\nchar LICENSE[] SEC("license") = "GPL";\n'


@cache
def built(source: str, name: str = "test", cpu: str = "v3") -> bytes:
    """The object of a source text, with the usual headers before it; a skip where nothing can compile it."""
    try:
        find_compiler()
    except CompileError as error:
        pytest.skip(str(error))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.bpf.c")
        path.write_text(HEAD + source)
        return compile(path, Options(cpu=cpu))


MAPS = """
struct pair { u32 a; u64 b; };
struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2);
	__type(key, u32); __type(value, u64); };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64);
	__type(key, struct pair); __type(value, int); __uint(map_flags, BPF_F_NO_PREALLOC); } typed SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 3); __uint(key_size, 4);
	__uint(value_size, 24); } sized SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_BLOOM_FILTER); __uint(max_entries, 10); __type(value, u32);
	__ulong(map_extra, 3); __uint(numa_node, 0); } bloom SEC(".maps");
struct inner first SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 4); __type(key, u32);
	__array(values, struct inner); } outer SEC(".maps") = { .values = { [1] = &first, [3] = &first } };
SEC("xdp") int target(struct xdp_md *ctx) { return XDP_DROP; }
struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 2); __type(key, u32);
	__array(values, int (struct xdp_md *)); } jumps SEC(".maps") = { .values = { [1] = (void *)&target } };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, u32);
	__uint(pinning, LIBBPF_PIN_BY_NAME); } shared SEC(".maps");
"""

FUNCTIONS = """
int calls;
static __noinline int leaf(int x) { calls++; return x * 3; }
__noinline int global_leaf(int x) { calls += 10; return leaf(x) + 1; }
static __noinline int middle(int x) { return leaf(x) + global_leaf(x); }
static __noinline int unused(int x) { return x * 2; }
static long each(u32 index, void *context) { calls += index; return 0; }
SEC("xdp") int first(struct xdp_md *ctx) { return middle(ctx->data_end - ctx->data); }
SEC("xdp") int second(struct xdp_md *ctx) { return leaf(1); }
SEC("tc") int third(struct __sk_buff *skb) { bpf_loop(4, each, 0, 0); return global_leaf(2); }
SEC("?xdp") int off(struct xdp_md *ctx) { return unused(ctx->data); }
SEC("xdp") int no_calls(struct xdp_md *ctx) { return XDP_TX; }
"""

GLOBALS = """
struct point { int x, y; };
int counter = 5;
const volatile u64 limit = 1000;
const volatile char greeting[16] = "hello";
struct point points[3] = { { 1, 2 }, { 3, 4 } };
u64 zeroed;
static volatile u32 hidden = 7;
static volatile u32 hidden_zero;
bool flag SEC(".data.custom") = true;
enum mode { IDLE, BUSY = 4 } mode = BUSY;
SEC("xdp") int add(struct xdp_md *ctx)
{
	counter += points[1].y + hidden;
	zeroed++;
	hidden_zero += flag;
	return counter > limit ? XDP_DROP : XDP_PASS;
}
"""
