// SPDX-License-Identifier: Apache-2.0
// TCP flow statistics: packets, bytes, flags seen and life time of each direction of each connection.
//
//   skep run examples/tc_flows.bpf.c --pcap examples/traffic.pcap
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86DD
#define TC_ACT_OK 0

struct flow {
	u32 saddr[4], daddr[4]; // IPv4 in the last word
	__be16 sport, dport;
	u32 family; // 4 or 6
};

struct stats {
	u64 packets, bytes;
	u64 first_ns, last_ns;
	u32 flags; // all TCP flags that were seen, or-ed
	u32 resets;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct flow);
	__type(value, struct stats);
	__uint(max_entries, 4096);
} flows SEC(".maps");

u64 missed; // flows that did not fit

static __noinline int account(struct __sk_buff *skb, struct flow *flow, u32 flags)
{
	struct stats fresh = {}, *stats;
	u64 now = bpf_ktime_get_ns();

	if (!flow)
		return 0;
	stats = bpf_map_lookup_elem(&flows, flow);
	if (!stats) {
		fresh.first_ns = now;
		if (bpf_map_update_elem(&flows, flow, &fresh, BPF_NOEXIST) == -7 /* E2BIG */)
			__sync_fetch_and_add(&missed, 1);
		stats = bpf_map_lookup_elem(&flows, flow);
		if (!stats)
			return 0;
	}
	__sync_fetch_and_add(&stats->packets, 1);
	__sync_fetch_and_add(&stats->bytes, skb->len);
	__sync_fetch_and_or(&stats->flags, flags);
	if (flags & 4)
		__sync_fetch_and_add(&stats->resets, 1);
	stats->last_ns = now;
	return 1;
}

SEC("tc")
int tcp_flows(struct __sk_buff *skb)
{
	u32 offset = sizeof(struct ethhdr), proto;
	struct flow flow = {};
	struct tcphdr tcp;

	if (skb->protocol == bpf_htons(ETH_P_IP)) {
		struct iphdr ip;

		if (bpf_skb_load_bytes(skb, offset, &ip, sizeof(ip)))
			return TC_ACT_OK;
		flow.saddr[3] = ip.saddr;
		flow.daddr[3] = ip.daddr;
		flow.family = 4;
		proto = ip.protocol;
		offset += ip.ihl * 4;
	} else if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr ip;

		if (bpf_skb_load_bytes(skb, offset, &ip, sizeof(ip)))
			return TC_ACT_OK;
		__builtin_memcpy(flow.saddr, &ip.saddr, 16);
		__builtin_memcpy(flow.daddr, &ip.daddr, 16);
		flow.family = 6;
		proto = ip.nexthdr;
		offset += sizeof(ip);
	} else {
		return TC_ACT_OK;
	}
	if (proto != IPPROTO_TCP || bpf_skb_load_bytes(skb, offset, &tcp, sizeof(tcp)))
		return TC_ACT_OK;

	flow.sport = tcp.source;
	flow.dport = tcp.dest;
	account(skb, &flow, ((u8 *)&tcp)[13]);
	return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
