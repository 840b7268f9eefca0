/* What the packet helpers share: the shape of an skb in the userspace kernel.
 *
 * The whole packet is linear, from data to data_end, in a buffer from head to end with room on both sides. When a
 * helper needs more room in front than there is, the packet moves back within the buffer; programs have lost their
 * packet pointers by then, as the verifier sees to it.
 */
#ifndef SKEP_PACKET_H
#define SKEP_PACKET_H

#include <string.h>

#include "checksum.h"
#include "runtime.h"

#define ETH_HLEN 14
#define VLAN_HLEN 4
#define IPV4_HLEN 20
#define IPV6_HLEN 40

#define BE16(x) __builtin_bswap16(x)
#define P_IP BE16(0x0800)
#define P_IPV6 BE16(0x86dd)
#define P_8021Q BE16(0x8100)
#define P_8021AD BE16(0x88a8)

enum { CHECKSUM_NONE, CHECKSUM_UNNECESSARY, CHECKSUM_COMPLETE, CHECKSUM_PARTIAL };

/* Where a packet starts in its buffer, and the largest one that fits there. */
#define SKB_HEADROOM (96 * 1024)
#define SKB_ROOM (160 * 1024)

/* The largest packet that helpers make (SKB_MAX_ALLOC). */
#define SKB_MAX_LEN (4 * 4096 - 320)

static inline bool is_vlan(uint32_t protocol)
{
	return protocol == P_8021Q || protocol == P_8021AD;
}

static inline bool is_gso(const struct skep_sk_buff *skb)
{
	return skb->gso_size;
}

/* Whether the first `len` bytes are there; they are always writable. */
static inline bool has_bytes(const struct skep_sk_buff *skb, uint64_t len)
{
	return len <= skb->len;
}

static inline int64_t network_offset(const struct skep_sk_buff *skb)
{
	return skb->network_header - skb->data;
}

/* The transport header's place is kept as Linux keeps it: 16 bits, counted from the start of a head of which the
 * packet never sees the size but for this. NO_TRANSPORT says that it is not known. When the head grows, Linux moves
 * the offset without asking whether it is known, so that it becomes some place then, which bounds how short
 * bpf_skb_change_tail can make the packet. */
#define NO_TRANSPORT 0xffff
#define LINUX_HEADROOM 64 /* NET_SKB_PAD, of a packet of PROG_TEST_RUN */

static inline int64_t transport_offset(const struct skep_sk_buff *skb)
{
	return (int64_t)skb->transport - skb->headroom;
}

static inline uint32_t mac_header_len(const struct skep_sk_buff *skb)
{
	return skb->network_header - skb->mac_header;
}

static inline void clear_hash(struct skep_sk_buff *skb)
{
	skb->hash = 0;
	skb->hash_valid = 0;
}

/* The sum of a block that starts `offset` bytes into what is summed: at an odd place, bytes change sides. */
static inline uint32_t block_sum(const uint8_t *start, uint32_t len, uint32_t offset)
{
	uint32_t sum = csum_partial(start, len, 0);

	return offset & 1 ? sum >> 8 | sum << 24 : sum;
}

/* Bytes that leave the packet leave the sum of a CHECKSUM_COMPLETE packet too, and so do those that come. */
static inline void postpull_rcsum(struct skep_sk_buff *skb, const uint8_t *start, uint32_t len, uint32_t offset)
{
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = csum_sub(skb->csum, block_sum(start, len, offset));
}

static inline void postpush_rcsum(struct skep_sk_buff *skb, const uint8_t *start, uint32_t len, uint32_t offset)
{
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = csum_add(skb->csum, block_sum(start, len, offset));
}

static inline void reset_checksum_unnecessary(struct skep_sk_buff *skb)
{
	if (skb->ip_summed == CHECKSUM_UNNECESSARY) {
		skb->ip_summed = CHECKSUM_NONE;
		skb->csum_level = 0;
	}
}

/* Makes room in front of the packet, then takes `len` bytes of it. */
void skep_skb_push(struct skep_sk_buff *skb, uint32_t len);

static inline void skb_pull(struct skep_sk_buff *skb, uint32_t len)
{
	skb->data += len;
	skb->len -= len;
	skb->headroom += len;
}

/* Where a packet starts for programs of a type: at the Ethernet header or behind it. */
enum skep_view { SKEP_VIEW_L2, SKEP_VIEW_L3 };

/* Copies between memory and a packet, for what works on packets of either kind. */
skep_helper_fn bpf_skb_load_bytes, bpf_skb_store_bytes, bpf_xdp_load_bytes, bpf_xdp_store_bytes;

/* Puts a received frame into the buffer and fills the skb's fields that follow from it (eth_type_trans), among them
 * those of its socket, if it has one. -EINVAL for a frame too short for what it says it is. */
long skep_skb_prepare(struct skep_sk_buff *skb, uint8_t *buffer, const uint8_t *frame, uint32_t size,
		      enum skep_view view);

/* Puts a frame into a page-sized XDP buffer behind the headroom; the first `meta` bytes are metadata, and what does
 * not fit goes to the frags. */
void skep_xdp_prepare(struct skep_xdp_buff *xdp, uint8_t *buffer, const uint8_t *frame, uint32_t size, uint32_t meta,
		      uint32_t linear);

#endif
