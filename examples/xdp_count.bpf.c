// SPDX-License-Identifier: Apache-2.0
// How many packets does each CPU see? Slot N of `woo` belongs to CPU N.
//
//   skep run examples/xdp_count.bpf.c --pcap examples/traffic.pcap
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 8);
} woo SEC(".maps");

SEC("xdp")
int simple(struct xdp_md *ctx)
{
	u32 cpu = bpf_get_smp_processor_id();
	u64 *packets = bpf_map_lookup_elem(&woo, &cpu);

	if (!packets)
		return XDP_ABORTED;
	*packets += 1;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
