/* One map operation per run, as programs do them: the figures of the data plane. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct key16 {
	u64 low, high;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 256);
} array SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 256);
} percpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct key16);
	__type(value, u64);
	__uint(max_entries, 1024);
} hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 1024);
} percpu_hash SEC(".maps");

SEC("xdp")
int array_increment(struct xdp_md *ctx)
{
	u32 key = 3;
	u64 *value = bpf_map_lookup_elem(&array, &key);

	if (value)
		__sync_fetch_and_add(value, 1);
	return XDP_PASS;
}

SEC("xdp")
int percpu_increment(struct xdp_md *ctx)
{
	u32 key = 3;
	u64 *value = bpf_map_lookup_elem(&percpu, &key);

	if (value)
		*value += 1;
	return XDP_PASS;
}

SEC("xdp")
int hash_lookup(struct xdp_md *ctx)
{
	struct key16 key = { 1, 2 };
	u64 *value = bpf_map_lookup_elem(&hash, &key);

	return value ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int hash_update(struct xdp_md *ctx)
{
	struct key16 key = { 1, 2 };
	u64 value = 7;

	return bpf_map_update_elem(&hash, &key, &value, BPF_ANY) ? XDP_DROP : XDP_PASS;
}

SEC("xdp")
int percpu_hash_lookup(struct xdp_md *ctx)
{
	u32 key = 5;
	u64 *value = bpf_map_lookup_elem(&percpu_hash, &key);

	if (!value)
		return XDP_DROP;
	*value += 1;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
