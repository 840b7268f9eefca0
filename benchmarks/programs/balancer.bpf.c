/* What a balancer like Katran does per packet: the service by address, port and protocol; the connection in an LRU
 * hash, or a backend by consistent hashing; counters; an outer IPv4 header with its checksum. So that a run can be
 * repeated, the header is taken off again.
 */
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define RING 4096
#define REALS 8

struct vip {
	__be32 address;
	__be16 port;
	u8 protocol, spare;
	u64 more;
};

struct flow {
	__be32 source, destination;
	__be16 source_port, destination_port;
	u32 protocol;
};

struct counters {
	u64 packets, bytes;
};

#define MAP(name, kind, key_type, value_type, count)  \
	struct {                                      \
		__uint(type, BPF_MAP_TYPE_##kind);    \
		__type(key, key_type);                \
		__type(value, value_type);            \
		__uint(max_entries, count);           \
	} name SEC(".maps")
MAP(vips, HASH, struct vip, u32, 512);
MAP(flows, LRU_HASH, struct flow, u32, 65536);
MAP(ring, ARRAY, u32, u32, RING);
MAP(reals, ARRAY, u32, __be32, REALS);
MAP(usage, PERCPU_ARRAY, u32, struct counters, 512);

static __always_inline u32 mix(u32 hash, u32 word)
{
	hash = (hash ^ word) * 0x9e3779b1;
	return hash ^ hash >> 15;
}

static __always_inline u32 *backend_of(struct flow *flow)
{
	u32 *known = bpf_map_lookup_elem(&flows, flow);

	if (known)
		return known;
	u32 place = mix(mix(flow->source, flow->source_port), flow->destination) % RING;
	u32 *real = bpf_map_lookup_elem(&ring, &place);
	if (real)
		bpf_map_update_elem(&flows, flow, real, BPF_ANY);
	return real;
}

static __always_inline u16 checksum(void *header)
{
	u16 *words = header;
	u32 sum = 0;

	for (int i = 0; i < 10; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

static __always_inline int encapsulate(struct xdp_md *ctx, __be32 source, __be32 destination, u16 length)
{
	if (bpf_xdp_adjust_head(ctx, -(int)sizeof(struct iphdr)))
		return -1;
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data, *old = data + sizeof(struct iphdr);
	struct iphdr *ip = (void *)(eth + 1);
	if ((void *)(ip + 1) + sizeof(*eth) > end)
		return -1;
	__builtin_memcpy(eth, old, sizeof(*eth));
	__builtin_memset(ip, 0, sizeof(*ip));
	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->protocol = 4;
	ip->tot_len = bpf_htons(length + sizeof(*ip));
	ip->saddr = source;
	ip->daddr = destination;
	ip->check = checksum(ip);
	return 0;
}

SEC("xdp")
int balance(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);

	if ((void *)(tcp + 1) > end || eth->h_proto != bpf_htons(0x0800) || ip->ihl != 5)
		return XDP_PASS;
	struct vip vip = { .address = ip->daddr, .port = tcp->dest, .protocol = ip->protocol };
	struct flow flow = { ip->saddr, ip->daddr, tcp->source, tcp->dest, ip->protocol };
	u32 *service = bpf_map_lookup_elem(&vips, &vip), *backend = service ? backend_of(&flow) : 0;
	if (!service || !backend)
		return XDP_PASS;
	__be32 *address = bpf_map_lookup_elem(&reals, backend);
	struct counters *counters = bpf_map_lookup_elem(&usage, service);
	if (!address || !counters)
		return XDP_DROP;
	u16 length = bpf_ntohs(ip->tot_len);
	counters->packets++;
	counters->bytes += length;
	if (encapsulate(ctx, flow.source, *address, length))
		return XDP_DROP;
	struct ethhdr saved;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	if (data + sizeof(saved) > end)
		return XDP_DROP;
	__builtin_memcpy(&saved, data, sizeof(saved));
	if (bpf_xdp_adjust_head(ctx, sizeof(struct iphdr)))
		return XDP_DROP;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	if (data + sizeof(saved) > end)
		return XDP_DROP;
	__builtin_memcpy(data, &saved, sizeof(saved));
	return XDP_TX;
}

char LICENSE[] SEC("license") = "GPL";
