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

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, u64);
	__type(value, u64);
	__uint(max_entries, 4096);
} lru SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__type(value, u64);
	__uint(max_entries, 64);
} queue SEC(".maps");

struct route {
	u32 length, address;
};

#define ROUTES(name, count)                                     \
	struct {                                                \
		__uint(type, BPF_MAP_TYPE_LPM_TRIE);            \
		__type(key, struct route);                      \
		__type(value, u64);                             \
		__uint(max_entries, count);                     \
		__uint(map_flags, BPF_F_NO_PREALLOC);           \
	} name SEC(".maps")
ROUTES(routes_1000, 1000);
ROUTES(routes_100000, 100000);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__type(key, u32);
	__type(value, u32);
	__uint(max_entries, 4);
} programs SEC(".maps");

u64 next_key;
u32 random = 1;

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

/* Always a new key, so that the full map evicts another one. */
SEC("xdp")
int lru_insert(struct xdp_md *ctx)
{
	u64 key = next_key++, value = 1;

	return bpf_map_update_elem(&lru, &key, &value, BPF_ANY) ? XDP_DROP : XDP_PASS;
}

SEC("xdp")
int queue_push_pop(struct xdp_md *ctx)
{
	u64 value = 1;

	if (bpf_map_push_elem(&queue, &value, 0))
		return XDP_DROP;
	return bpf_map_pop_elem(&queue, &value) ? XDP_DROP : XDP_PASS;
}

#define LPM(name)                                                                  \
	SEC("xdp")                                                                 \
	int lpm_##name(struct xdp_md *ctx)                                         \
	{                                                                          \
		random = random * 1664525 + 1013904223;                            \
		struct route key = { 32, random };                                 \
		return bpf_map_lookup_elem(&routes_##name, &key) ? XDP_PASS : XDP_DROP; \
	}
LPM(1000)
LPM(100000)

SEC("xdp")
int ring_submit(struct xdp_md *ctx)
{
	u64 *record = bpf_ringbuf_reserve(&ring, 64, 0);

	if (!record)
		return XDP_DROP;
	record[0] = 1;
	bpf_ringbuf_submit(record, 0);
	return XDP_PASS;
}

/* Calls itself until the limit of 33 is reached. */
SEC("xdp")
int tail_calls(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &programs, 0);
	return XDP_PASS;
}

/* Keys of this CPU's own, so that CPUs meet in no element. */
SEC("xdp")
int hash_update_own(struct xdp_md *ctx)
{
	u32 cpu = bpf_get_smp_processor_id();
	struct key16 key = { cpu, 0 };
	u64 value = 7, *count = bpf_map_lookup_elem(&percpu, &(u32){ 5 });

	if (count)
		key.high = (*count)++ & 127;
	return bpf_map_update_elem(&hash, &key, &value, BPF_ANY) ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
