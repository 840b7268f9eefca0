// SPDX-License-Identifier: Apache-2.0
// A firewall: drop what comes from listed IPv4 addresses or goes to closed ports; count every verdict per CPU.
//
//   skep run examples/xdp_blocklist.bpf.c --pcap examples/traffic.pcap --write passed.pcap \
//        --update 'blocklist key 10 0 0 66 value 0 0 0 0 0 0 0 0' --set closed_port=514
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_P_IP 0x0800
#define ETH_P_8021Q 0x8100

// Destination port that nobody may reach over UDP or TCP; 0 closes none.
const volatile u16 closed_port = 0;

enum reason { PASSED, LISTED, CLOSED_PORT, TRUNCATED, REASONS };

// Address in network byte order -> packets dropped for it.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __be32);
	__type(value, u64);
	__uint(max_entries, 1024);
} blocklist SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, REASONS);
} reasons SEC(".maps");

static __always_inline int verdict(enum reason reason)
{
	u32 key = reason;
	u64 *count = bpf_map_lookup_elem(&reasons, &key);

	if (count)
		*count += 1;
	return reason == PASSED ? XDP_PASS : XDP_DROP;
}

static __always_inline bool to_closed_port(struct iphdr *ip, void *end)
{
	// Source and destination port are the first words of TCP and UDP alike.
	struct udphdr *ports = (void *)ip + ip->ihl * 4;

	if (!closed_port || (ip->protocol != IPPROTO_TCP && ip->protocol != IPPROTO_UDP))
		return false;
	return (void *)(ports + 1) <= end && ports->dest == bpf_htons(closed_port);
}

SEC("xdp")
int firewall(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	__be16 proto;
	u64 *dropped;

	if ((void *)ip > end)
		return verdict(TRUNCATED);
	proto = eth->h_proto;
	if (proto == bpf_htons(ETH_P_8021Q)) {
		struct vlan_hdr *vlan = (void *)ip;

		ip = (void *)(vlan + 1);
		if ((void *)ip > end)
			return verdict(TRUNCATED);
		proto = vlan->h_vlan_encapsulated_proto;
	}
	if (proto != bpf_htons(ETH_P_IP))
		return verdict(PASSED);
	if ((void *)(ip + 1) > end)
		return verdict(TRUNCATED);

	dropped = bpf_map_lookup_elem(&blocklist, &ip->saddr);
	if (dropped) {
		__sync_fetch_and_add(dropped, 1);
		return verdict(LISTED);
	}
	return verdict(to_closed_port(ip, end) ? CLOSED_PORT : PASSED);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
