/* Ethernet, VLAN, IPv4 with options or IPv6, TCP or UDP: what every packet program begins with. */
#include "bench.h"

struct ethernet { u8 dst[6], src[6]; u16 type; } __attribute__((packed));
struct vlan { u16 tci, type; } __attribute__((packed));
struct ipv4 { u8 ihl : 4, version : 4, tos; u16 length, id, frag; u8 ttl, protocol; u16 check; u32 src, dst; } __attribute__((packed));
struct ipv6 { u32 flow; u16 length; u8 next, hops; u32 src[4], dst[4]; } __attribute__((packed));
struct ports { u16 src, dst; } __attribute__((packed));

#define SWAP16 __builtin_bswap16

PROGRAM
{
	struct ethernet *eth = (void *)data;
	u8 *at = data + sizeof(*eth), protocol;
	u32 key;
	u16 type;

	if (at > data_end)
		return -1;
	type = eth->type;
	if (type == SWAP16(0x8100)) {
		struct vlan *vlan = (void *)at;

		at += sizeof(*vlan);
		if (at > data_end)
			return -2;
		type = vlan->type;
	}
	if (type == SWAP16(0x0800)) {
		struct ipv4 *ip = (void *)at;

		if (at + sizeof(*ip) > data_end || ip->ihl < 5)
			return -3;
		protocol = ip->protocol;
		key = ip->src ^ ip->dst;
		at += ip->ihl * 4;
	} else if (type == SWAP16(0x86dd)) {
		struct ipv6 *ip = (void *)at;

		if (at + sizeof(*ip) > data_end)
			return -4;
		protocol = ip->next;
		key = ip->src[0] ^ ip->src[3] ^ ip->dst[0] ^ ip->dst[3];
		at += sizeof(*ip);
	} else {
		return -5;
	}
	if (protocol != 6 && protocol != 17)
		return -6;
	struct ports *ports = (void *)at;
	if (at + sizeof(*ports) > data_end)
		return -7;
	key ^= (u32)SWAP16(ports->src) << 16 | SWAP16(ports->dst);
	return (key * 2654435761u >> 8) & 0xffffff;
}
