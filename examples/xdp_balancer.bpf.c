// SPDX-License-Identifier: Apache-2.0
// A layer-4 load balancer: TCP to the virtual address goes to one of the backends, chosen by a hash of the client
// and remembered per connection; the packet is rewritten (MAC, address, both checksums) and sent back out.
//
//   skep run examples/xdp_balancer.bpf.c --pcap examples/traffic.pcap --write balanced.pcap
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_P_IP 0x0800
#define BACKENDS 4
#define IP4(a, b, c, d) bpf_htonl((a) << 24 | (b) << 16 | (c) << 8 | (d))

struct backend {
	__be32 address;
	u8 mac[6];
	u16 weight; // 0 takes the backend out of service
};

struct connection {
	__be32 client;
	__be16 client_port, service_port;
};

struct usage {
	u64 packets, bytes, connections;
};

const volatile __be32 virtual_address = IP4(10, 0, 0, 2);

// Editable before and after load: skep.open(...).globals["backends"].
struct backend backends[BACKENDS] = {
	{ .address = IP4(10, 0, 0, 101), .mac = { 2, 0, 0, 0, 1, 1 }, .weight = 1 },
	{ .address = IP4(10, 0, 0, 102), .mac = { 2, 0, 0, 0, 1, 2 }, .weight = 1 },
	{ .address = IP4(10, 0, 0, 103), .mac = { 2, 0, 0, 0, 1, 3 }, .weight = 1 },
	{ .address = IP4(10, 0, 0, 104), .mac = { 2, 0, 0, 0, 1, 4 }, .weight = 0 },
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct connection);
	__type(value, u32); // index of the backend
	__uint(max_entries, 65536);
} connections SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, u32);
	__type(value, struct usage);
	__uint(max_entries, BACKENDS);
} usage SEC(".maps");

static __always_inline u32 mix(u32 hash, u32 word)
{
	hash = (hash ^ word) * 0x9e3779b1;
	return hash ^ hash >> 15;
}

// The first backend in service, counted from where the hash points to; BACKENDS if there is none.
static __noinline u32 pick(u32 hash)
{
	for (u32 i = 0; i < BACKENDS; i++) {
		u32 index = (hash + i) % BACKENDS;

		if (backends[index].weight)
			return index;
	}
	return BACKENDS;
}

// RFC 1624, equation 3, for a 32-bit field of the sum.
static __always_inline void update_sum(u16 *sum, u32 old, u32 new)
{
	u32 total = (u16)~*sum + (u16)~old + (u16)~(old >> 16) + (u16)new + (u16)(new >> 16);

	total = (total & 0xffff) + (total >> 16);
	total = (total & 0xffff) + (total >> 16);
	*sum = ~total;
}

static __always_inline u32 backend_of(struct iphdr *ip, struct tcphdr *tcp, bool *fresh)
{
	struct connection key = { .client = ip->saddr, .client_port = tcp->source, .service_port = tcp->dest };
	u32 *known = bpf_map_lookup_elem(&connections, &key), index;

	if (known)
		return *known;
	index = pick(mix(mix(0, key.client), key.client_port));
	if (index < BACKENDS) {
		bpf_map_update_elem(&connections, &key, &index, BPF_ANY);
		*fresh = true;
	}
	return index;
}

SEC("xdp")
int balance(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);
	struct backend *backend;
	struct usage *used;
	bool fresh = false;
	u32 index;

	if ((void *)(tcp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5 ||
	    ip->protocol != IPPROTO_TCP || ip->daddr != virtual_address)
		return XDP_PASS;

	index = backend_of(ip, tcp, &fresh);
	used = bpf_map_lookup_elem(&usage, &index);
	if (index >= BACKENDS || !used)
		return XDP_DROP;
	used->packets += 1;
	used->bytes += end - data;
	used->connections += fresh;

	backend = &backends[index];
	update_sum(&tcp->check, ip->daddr, backend->address);
	update_sum(&ip->check, ip->daddr, backend->address);
	ip->daddr = backend->address;
	__builtin_memcpy(eth->h_source, eth->h_dest, 6);
	__builtin_memcpy(eth->h_dest, backend->mac, 6);
	return XDP_TX;
}

char LICENSE[] SEC("license") = "GPL";
