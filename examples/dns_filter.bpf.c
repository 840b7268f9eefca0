// SPDX-License-Identifier: Apache-2.0
// A socket filter in the old style: only DNS over IPv4 UDP reaches the socket, without the payload's tail.
// The other program of the file counts every protocol number it meets.
//
// Offsets count from the network header, so that it does not matter whether the socket (or the test) hands over
// packets with their Ethernet header or without.
//
//   skep run examples/dns_filter.bpf.c --program dns_only --pcap examples/traffic.pcap --write dns.pcap
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_P_IP 0x0800
#define SKF_NET_OFF (-0x100000) // linux/filter.h
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

	if (skb->protocol != bpf_htons(ETH_P_IP) || load_byte(skb, SKF_NET_OFF + 9) != IPPROTO_UDP)
		return 0;
	if (load_half(skb, SKF_NET_OFF + 6) & 0x1fff) // a later fragment has no ports
		return 0;
	ports = SKF_NET_OFF + (load_byte(skb, SKF_NET_OFF) & 15) * 4;
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

	if (skb->protocol != bpf_htons(ETH_P_IP) ||
	    bpf_skb_load_bytes_relative(skb, 9, &proto, 1, BPF_HDR_START_NET))
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
