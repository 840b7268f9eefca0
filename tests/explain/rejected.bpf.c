// SPDX-License-Identifier: Apache-2.0
// One program for each kind of rejection that people meet most: the function is named after the kind.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define barrier_var(var) asm volatile("" : "+r"(var))

struct value {
	u64 slots[8];
};

struct flow_key {
	u8 kind;
	u32 number;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, u32);
	__type(value, struct value);
	__uint(max_entries, 1);
} values SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct flow_key);
	__type(value, u64);
	__uint(max_entries, 8);
} keyed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

const volatile u64 limit = 3;

SEC("xdp")
int map_value_out_of_bounds(struct xdp_md *ctx)
{
	u32 zero = 0, i = ctx->rx_queue_index;
	struct value *v = bpf_map_lookup_elem(&values, &zero);

	if (!v)
		return XDP_ABORTED;
	if (i > 8)
		return XDP_DROP;
	barrier_var(i);
	v->slots[i] = 1;
	return XDP_PASS;
}

SEC("xdp")
int unbounded_pointer_math(struct xdp_md *ctx)
{
	u32 zero = 0;
	struct value *v = bpf_map_lookup_elem(&values, &zero);
	long i;

	if (!v)
		return XDP_ABORTED;
	i = v->slots[0];
	if (i < 8)
		v->slots[i] = 1;
	return XDP_PASS;
}

SEC("xdp")
int unchecked_index(struct xdp_md *ctx)
{
	u32 zero = 0;
	struct value *v = bpf_map_lookup_elem(&values, &zero);
	char copy[16];

	if (!v)
		return XDP_ABORTED;
	bpf_probe_read_kernel(copy, ctx->rx_queue_index - 1000LL, v);
	return copy[0];
}

SEC("xdp")
int may_be_null(struct xdp_md *ctx)
{
	struct flow_key key = {};
	u64 *count = bpf_map_lookup_elem(&keyed, &key);

	*count += 1;
	return XDP_PASS;
}

SEC("xdp")
int not_a_pointer(struct xdp_md *ctx)
{
	u32 zero = 0;
	struct value *v = bpf_map_lookup_elem(&values, &zero);

	if (!v)
		return XDP_ABORTED;
	return *(u32 *)v->slots[0];
}

SEC("xdp")
int packet_out_of_bounds(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	u8 *bytes = data;

	if (data + 14 > end)
		return XDP_DROP;
	return bytes[23] == 6 ? XDP_DROP : XDP_PASS;
}

SEC("xdp")
int uninitialised_register(struct xdp_md *ctx)
{
	asm volatile("r0 = r7;" ::: "r0");
	return XDP_PASS;
}

SEC("xdp")
int argument_type(struct xdp_md *ctx)
{
	return bpf_map_lookup_elem(&values, (void *)8) ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int unreleased_reference(struct xdp_md *ctx)
{
	u64 *event = bpf_ringbuf_reserve(&events, 8, 0);

	if (!event)
		return XDP_ABORTED;
	if (ctx->rx_queue_index == 3)
		return XDP_DROP;
	*event = ctx->rx_queue_index;
	bpf_ringbuf_submit(event, 0);
	return XDP_PASS;
}

SEC("xdp")
int helper_not_allowed(struct xdp_md *ctx)
{
	return bpf_skb_load_bytes(ctx, 0, &(char[4]){}, 4);
}

SEC("xdp")
int endless_loop(struct xdp_md *ctx)
{
	u32 n = ctx->rx_queue_index;

	while (n)
		barrier_var(ctx);
	return XDP_PASS;
}

SEC("xdp")
int too_large(struct xdp_md *ctx)
{
	u64 sum = 0;

	for (u64 i = 0; i < 1000000; i++) {
		barrier_var(i);
		sum ^= sum << 1 | i;
	}
	return sum & 1 ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int context_access(struct xdp_md *ctx)
{
	return *(u64 *)((void *)ctx + 4) ? XDP_PASS : XDP_DROP;
}

SEC("cgroup_skb/egress")
int return_value(struct __sk_buff *skb)
{
	return skb->len;
}

SEC("xdp")
int misaligned(struct xdp_md *ctx)
{
	u64 word = 0;

	barrier_var(word);
	asm volatile("*(u32 *)(r10 - 6) = %0" ::"r"(word));
	return XDP_PASS;
}

SEC("xdp")
int stack_out_of_bounds(struct xdp_md *ctx)
{
	u32 size = ctx->rx_queue_index & 127;
	char copy[64];

	if (!size)
		return XDP_DROP;
	bpf_get_current_comm(copy, size);
	return copy[0];
}

SEC("xdp")
int pointer_arithmetic_prohibited(struct xdp_md *ctx)
{
	asm volatile("r1 = %0; r1 *= 2" ::"r"(ctx) : "r1");
	return XDP_PASS;
}

SEC("xdp")
int read_only_memory(struct xdp_md *ctx)
{
	*(volatile u64 *)&limit = 4;
	return XDP_PASS;
}

static __attribute__((noinline)) int deep(u32 n)
{
	volatile char room[400];

	room[n & 255] = 1;
	return room[7];
}

SEC("xdp")
int stack_too_deep(struct xdp_md *ctx)
{
	volatile char room[400];

	room[ctx->rx_queue_index & 255] = 1;
	return deep(room[9]);
}

SEC("xdp")
int modified_context(struct xdp_md *ctx)
{
	asm volatile("r1 = %0; r1 += 4; r2 = *(u32 *)(r1 + 0)" ::"r"(ctx) : "r1", "r2");
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
