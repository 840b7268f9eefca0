/* Socket buffers: how a received frame becomes one, and the helpers that read and write bytes of it. */
#include "native.h"
#include "packet.h"
#include "uapi.h"

void skep_skb_push(struct skep_sk_buff *skb, uint32_t len)
{
	if (skb->headroom < len) {
		uint32_t more = round_up(len - skb->headroom, 64);
		skb->headroom += more;
		skb->transport = (uint16_t)(skb->transport + more);
	}
	if (unlikely(skb->data - skb->head < len)) {
		uint8_t *start = skb->data_meta < skb->data && skb->data_meta ? skb->data_meta : skb->data;
		ptrdiff_t shift = skb->head + SKB_HEADROOM - skb->data;
		memmove(start + shift, start, skb->data_end - start);
		skb->data += shift;
		skb->data_end += shift;
		skb->mac_header += shift;
		skb->network_header += shift;
	}
	skb->data -= len;
	skb->len += len;
	skb->headroom -= len;
}

/* What the frame is by its destination address, to a loopback device: its own and its broadcast address are both
 * all zeros, so that nothing is a broadcast. */
static uint32_t packet_type(const uint8_t *frame)
{
	static const uint8_t own[6] = { 0 };

	if (!memcmp(frame, own, 6))
		return PACKET_HOST;
	return frame[0] & 1 ? PACKET_MULTICAST : PACKET_OTHERHOST;
}

/* The protocol, from the Ethernet header or, where that has a length, from what follows. */
static uint16_t packet_protocol(const uint8_t *frame, uint32_t size)
{
	uint16_t protocol;

	memcpy(&protocol, frame + 12, 2);
	if (BE16(protocol) >= 0x600)
		return protocol;
	return size >= ETH_HLEN + 2 && frame[14] == 0xff && frame[15] == 0xff ? BE16(1) : BE16(4);
}

/* The socket's addresses are the packet's, as its receiver would have them. */
static long fill_socket(struct skep_sock *sk, uint32_t protocol, const uint8_t *l3, uint32_t size)
{
	const uint32_t closed = 7; /* TCP_CLOSE, of a socket that is nothing in particular */

	if (sk) {
		sk->state = closed;
		sk->rx_queue_mapping = -1;
	}
	if (protocol == P_IP) {
		if (size < IPV4_HLEN)
			return -EINVAL;
		if (sk) {
			sk->family = 2;
			memcpy(&sk->src_ip4, l3 + 12, 4);
			memcpy(&sk->dst_ip4, l3 + 16, 4);
		}
	} else if (protocol == P_IPV6) {
		if (size < IPV6_HLEN)
			return -EINVAL;
		if (sk) {
			sk->family = 10;
			memcpy(sk->src_ip6, l3 + 8, 16);
			memcpy(sk->dst_ip6, l3 + 24, 16);
		}
	}
	return 0;
}

long skep_skb_prepare(struct skep_sk_buff *skb, uint8_t *buffer, const uint8_t *frame, uint32_t size,
		      enum skep_view view)
{
	uint8_t *mac = buffer + SKB_HEADROOM;

	memcpy(mac, frame, size);
	skb->head = buffer;
	skb->end = mac + SKB_ROOM;
	skb->mac_header = mac;
	skb->network_header = mac + ETH_HLEN;
	skb->headroom = LINUX_HEADROOM + (view == SKEP_VIEW_L2 ? 0 : ETH_HLEN);
	skb->transport = NO_TRANSPORT;
	skb->pkt_type = packet_type(frame);
	skb->protocol = packet_protocol(frame, size);
	skb->data = view == SKEP_VIEW_L2 ? mac : mac + ETH_HLEN;
	skb->data_end = mac + size;
	skb->len = skb->data_end - skb->data;
	skb->data_meta = skb->data;
	return fill_socket(skb->sk, skb->protocol, skb->network_header, size - ETH_HLEN);
}

/* LD_ABS and LD_IND: `offset` counts from the data, from the network header (SKF_NET_OFF) or from the MAC header
 * (SKF_LL_OFF). The value in host order, or 1 << 32 outside of the packet. */
#define SKF_NET_OFF -0x100000
#define SKF_LL_OFF -0x200000

SKEP_HELPER(skep_skb_load)
{
	const struct skep_sk_buff *skb = (const struct skep_sk_buff *)r1;
	int64_t offset = (int32_t)r2;
	const uint8_t *end = skb->data + skb->len, *p = skb->data + offset;
	uint32_t size = r3, value = 0;

	if (unlikely(offset < 0)) {
		if (offset >= SKF_NET_OFF)
			p = skb->network_header + (offset - SKF_NET_OFF);
		else if (offset >= SKF_LL_OFF)
			p = skb->mac_header + (offset - SKF_LL_OFF);
		else
			return 1ull << 32;
		if (p < skb->head)
			return 1ull << 32;
	}
	if (p + size > end)
		return 1ull << 32;
	for (uint32_t i = 0; i < size; i++)
		value = value << 8 | p[i];
	return value;
}

SKEP_HELPER(bpf_skb_load_bytes)
{
	const struct skep_sk_buff *skb = (const struct skep_sk_buff *)r1;
	uint32_t offset = r2, len = r4;

	if (unlikely(offset > INT32_MAX || !has_bytes(skb, (uint64_t)offset + len))) {
		memset((void *)r3, 0, len);
		return -EFAULT;
	}
	memcpy((void *)r3, skb->data + offset, len);
	return 0;
}

SKEP_HELPER(bpf_skb_load_bytes_relative)
{
	const struct skep_sk_buff *skb = (const struct skep_sk_buff *)r1;
	const uint8_t *start = r5 == BPF_HDR_START_MAC ? skb->mac_header : skb->network_header;
	uint32_t offset = r2, len = r4;

	if ((uint32_t)r5 > BPF_HDR_START_NET || offset > 0xffff || start + offset + len > skb->data + skb->len) {
		memset((void *)r3, 0, len);
		return -EFAULT;
	}
	memcpy((void *)r3, start + offset, len);
	return 0;
}

SKEP_HELPER(bpf_skb_store_bytes)
{
	struct skep_sk_buff *skb = (struct skep_sk_buff *)r1;
	uint32_t offset = r2, len = r4;
	uint64_t flags = r5;

	if (unlikely(flags & ~(uint64_t)(BPF_F_RECOMPUTE_CSUM | BPF_F_INVALIDATE_HASH)))
		return -EINVAL;
	if (unlikely(offset > INT32_MAX || !has_bytes(skb, (uint64_t)offset + len)))
		return -EFAULT;
	uint8_t *p = skb->data + offset;
	if (flags & BPF_F_RECOMPUTE_CSUM)
		postpull_rcsum(skb, p, len, offset);
	memcpy(p, (const void *)r3, len);
	if (flags & BPF_F_RECOMPUTE_CSUM)
		postpush_rcsum(skb, p, len, offset);
	if (flags & BPF_F_INVALIDATE_HASH)
		clear_hash(skb);
	return 0;
}

SKEP_HELPER(bpf_skb_pull_data)
{
	return has_bytes((const struct skep_sk_buff *)r1, (uint32_t)r2) ? 0 : -ENOMEM;
}

SKEP_HELPER(bpf_skb_change_type)
{
	struct skep_sk_buff *skb = (struct skep_sk_buff *)r1;
	uint32_t type = r2;

	if (skb->pkt_type > PACKET_OTHERHOST || type > PACKET_OTHERHOST)
		return -EINVAL;
	skb->pkt_type = type;
	return 0;
}

SKEP_HELPER(bpf_set_hash_invalid)
{
	clear_hash((struct skep_sk_buff *)r1);
	return 0;
}

SKEP_HELPER(bpf_set_hash)
{
	struct skep_sk_buff *skb = (struct skep_sk_buff *)r1;

	skb->hash = r2;
	skb->hash_valid = 1;
	return 0;
}

/* A hash of the addresses, protocol and ports. Linux keys it with a random number, so only its being the same for
 * the packets of one flow, and not zero, can be relied on. */
static uint32_t flow_hash(const struct skep_sk_buff *skb)
{
	const uint8_t *l3 = skb->network_header, *end = skb->data + skb->len, *l4 = NULL;
	uint8_t flow[40] = { 0 }, protocol = 0;
	uint64_t hash = 0xcbf29ce484222325;

	if (skb->protocol == P_IP && end - l3 >= IPV4_HLEN) {
		memcpy(flow, l3 + 12, 8);
		protocol = l3[9];
		l4 = l3 + (l3[0] & 15) * 4;
	} else if (skb->protocol == P_IPV6 && end - l3 >= IPV6_HLEN) {
		memcpy(flow, l3 + 8, 32);
		protocol = l3[6];
		l4 = l3 + IPV6_HLEN;
	}
	flow[36] = protocol;
	if ((protocol == 6 || protocol == 17 || protocol == 132) && end - l4 >= 4)
		memcpy(flow + 32, l4, 4);
	for (size_t i = 0; i < sizeof(flow); i++)
		hash = (hash ^ flow[i]) * 0x100000001b3;
	hash ^= hash >> 32;
	return (uint32_t)hash ? (uint32_t)hash : 1;
}

SKEP_HELPER(bpf_get_hash_recalc)
{
	struct skep_sk_buff *skb = (struct skep_sk_buff *)r1;

	if (!skb->hash_valid) {
		skb->hash = flow_hash(skb);
		skb->hash_valid = 1;
	}
	return skb->hash;
}

/* The protocol behind the VLAN tags (vlan_get_protocol); 0 when they do not end within the packet. */
static uint16_t inner_protocol(const struct skep_sk_buff *skb)
{
	uint16_t protocol = skb->protocol;
	const uint8_t *tag = skb->mac_header + (skb->mac_len ? skb->mac_len - VLAN_HLEN : ETH_HLEN);

	for (int depth = 8; is_vlan(protocol); tag += VLAN_HLEN) {
		if (tag + VLAN_HLEN > skb->data + skb->len || !--depth)
			return 0;
		memcpy(&protocol, tag + 2, 2);
	}
	return protocol;
}

/* Explicit congestion notification: IPv4's type of service and IPv6's traffic class end in two bits for it. */
SKEP_HELPER(bpf_skb_ecn_set_ce)
{
	struct skep_sk_buff *skb = (struct skep_sk_buff *)r1;
	uint8_t *l3 = skb->network_header;
	ptrdiff_t size = skb->data + skb->len - l3;
	uint16_t protocol = inner_protocol(skb);

	if (protocol == P_IP && size >= IPV4_HLEN) {
		uint8_t ecn = l3[1] & 3;
		if (ecn == 1 || ecn == 2) { /* to 3: the header's sum grows by 2 or 1, so the complement shrinks */
			uint16_t less = BE16(0xffff - (3 - ecn)), *check = (uint16_t *)(l3 + 10);
			*check += less;
			*check += *check < less;
			l3[1] |= 3;
		}
		return ecn != 0;
	}
	if (protocol == P_IPV6 && size >= IPV6_HLEN) {
		uint8_t ecn = l3[1] >> 4 & 3;
		if (!ecn)
			return 0;
		postpull_rcsum(skb, l3, 4, 0);
		l3[1] |= 0x30;
		postpush_rcsum(skb, l3, 4, 0);
		return 1;
	}
	return 0;
}

const struct skep_symbol skep_skb_symbols[] = {
	SKEP_SYMBOL(skep_skb_load),       SKEP_SYMBOL(bpf_skb_load_bytes),   SKEP_SYMBOL(bpf_skb_load_bytes_relative),
	SKEP_SYMBOL(bpf_skb_store_bytes), SKEP_SYMBOL(bpf_skb_pull_data),    SKEP_SYMBOL(bpf_skb_change_type),
	SKEP_SYMBOL(bpf_set_hash_invalid), SKEP_SYMBOL(bpf_set_hash),        SKEP_SYMBOL(bpf_get_hash_recalc),
	SKEP_SYMBOL(bpf_skb_ecn_set_ce),  { NULL },
};
