// SPDX-License-Identifier: Apache-2.0
// A socket filter in the old style: only DNS over IPv4 UDP reaches the socket, without the payload's tail.
// The other program of the file counts every protocol number it meets.
//
//   skep run examples/dns_filter.bpf.c --program dns_only --pcap examples/traffic.pcap --write dns.pcap
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_P_IP 0x0800
#define ETH_HLEN 14
#define SNAP 128

// clang's names of the packet load instructions, LD_ABS and LD_IND.
unsigned long long load_byte(void *skb, unsigned long long off) asm("llvm.bpf.load.byte");
unsigned long long load_half(void *skb, unsigned long long off) asm("llvm.bpf.load.half");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 256);
} protocols SEC(".maps");

SEC("socket")
int dns_only(struct __sk_buff *skb)
{
	u32 ports;

	if (load_half(skb, 12) != ETH_P_IP || load_byte(skb, ETH_HLEN + 9) != IPPROTO_UDP)
		return 0;
	if (load_half(skb, ETH_HLEN + 6) & 0x1fff) // a later fragment has no ports
		return 0;
	ports = ETH_HLEN + (load_byte(skb, ETH_HLEN) & 15) * 4;
	if (load_half(skb, ports) != 53 && load_half(skb, ports + 2) != 53)
		return 0;
	return SNAP;
}

SEC("socket")
int count_protocols(struct __sk_buff *skb)
{
	u64 one = 1, *count;
	u8 proto;
	u32 key;

	if (skb->protocol != bpf_htons(ETH_P_IP) || bpf_skb_load_bytes(skb, ETH_HLEN + 9, &proto, 1))
		return -1;
	key = proto;
	count = bpf_map_lookup_elem(&protocols, &key);
	if (count)
		*count += 1;
	else
		bpf_map_update_elem(&protocols, &key, &one, BPF_NOEXIST);
	return -1;
}

char LICENSE[] SEC("license") = "GPL";
