// SPDX-License-Identifier: Apache-2.0
// What is refused to a loader without CAP_PERFMON.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct value {
	u64 slots[8];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, u32);
	__type(value, struct value);
	__uint(max_entries, 1);
} values SEC(".maps");

struct flow_key {
	u8 kind;
	u32 number;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct flow_key);
	__type(value, u64);
	__uint(max_entries, 8);
} keyed SEC(".maps");

SEC("xdp")
int uninitialised_stack(struct xdp_md *ctx)
{
	struct flow_key key;

	key.kind = 1;
	key.number = ctx->rx_queue_index;
	return bpf_map_lookup_elem(&keyed, &key) ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int pointer_leak(struct xdp_md *ctx)
{
	u32 zero = 0;
	struct value *v = bpf_map_lookup_elem(&values, &zero);

	if (!v)
		return XDP_ABORTED;
	v->slots[0] = (u64)ctx;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
