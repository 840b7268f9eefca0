/* Map operations as programs do them: the figures of the data plane. A run makes EACH of them, so that what starting a
 * program costs hardly counts; the keys differ, in an order that no compiler can foresee. */
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
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct key16);
	__type(value, u64);
	__uint(max_entries, 65536);
} own SEC(".maps"); /* large enough for CPUs to seldom meet in a bucket */

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

/* As benchmarks/maps.py has it. */
#define EACH 64

u64 next_key;

static __always_inline u32 next_random(u32 *random)
{
	return *random = *random * 1664525 + 1013904223;
}

#define BENCHMARK(name, ...)                                        \
	SEC("xdp")                                                  \
	int name(struct xdp_md *ctx)                                \
	{                                                           \
		u32 random = 1;                                     \
		for (int i = 0; i < EACH; i++) {                    \
			u32 number = next_random(&random) >> 24;    \
			__VA_ARGS__                                 \
		}                                                   \
		return XDP_PASS;                                    \
	}

BENCHMARK(array_increment, {
	u64 *value = bpf_map_lookup_elem(&array, &number);

	if (value)
		__sync_fetch_and_add(value, 1);
})

BENCHMARK(percpu_increment, {
	u64 *value = bpf_map_lookup_elem(&percpu, &number);

	if (value)
		*value += 1;
})

BENCHMARK(hash_lookup, {
	struct key16 key = { number & 127, 2 };

	if (!bpf_map_lookup_elem(&hash, &key))
		return XDP_DROP;
})

BENCHMARK(hash_update, {
	struct key16 key = { number & 127, 2 };
	u64 value = 7;

	if (bpf_map_update_elem(&hash, &key, &value, BPF_ANY))
		return XDP_DROP;
})

BENCHMARK(percpu_hash_lookup, {
	u32 key = number & 127;
	u64 *value = bpf_map_lookup_elem(&percpu_hash, &key);

	if (!value)
		return XDP_DROP;
	*value += 1;
})

/* Always a new key, so that the full map evicts another one. */
BENCHMARK(lru_insert, {
	u64 key = next_key++;
	u64 value = number;

	if (bpf_map_update_elem(&lru, &key, &value, BPF_ANY))
		return XDP_DROP;
})

BENCHMARK(queue_push_pop, {
	u64 value = number;

	if (bpf_map_push_elem(&queue, &value, 0) || bpf_map_pop_elem(&queue, &value))
		return XDP_DROP;
})

#define LPM(name)                                                             \
	u32 address_##name;                                                   \
	BENCHMARK(lpm_##name, {                                               \
		struct route key = { 32, next_random(&address_##name) };      \
		if (!bpf_map_lookup_elem(&routes_##name, &key) && number > 255) \
			return XDP_DROP;                                      \
	})
LPM(1000)
LPM(100000)

BENCHMARK(ring_submit, {
	u64 *record = bpf_ringbuf_reserve(&ring, 64, 0);

	if (!record)
		return XDP_DROP;
	record[0] = number;
	bpf_ringbuf_submit(record, 0);
})

/* Calls itself until the limit of 33 is reached. */
SEC("xdp")
int tail_calls(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &programs, 0);
	return XDP_PASS;
}

/* Keys of this CPU's own, so that CPUs meet in no element. */
BENCHMARK(hash_update_own, {
	struct key16 key = { number & 127, bpf_get_smp_processor_id() };
	u64 value = 7;

	if (bpf_map_update_elem(&own, &key, &value, BPF_ANY))
		return XDP_DROP;
})

char LICENSE[] SEC("license") = "GPL";
