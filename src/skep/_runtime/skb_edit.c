/* Helpers that change a socket buffer's shape: its head and tail, room for headers, its protocol.
 *
 * The order of checks is Linux's, since it decides which errno a program sees.
 */
#include "native.h"
#include "packet.h"
#include "uapi.h"

SKEP_HELPER(bpf_skb_change_head)
{
	struct skep_sk_buff *skb = (struct skep_sk_buff *)r1;
	uint32_t room = r2, new_len = skb->len + room;
	uint64_t flags = r3;

	if (flags || (!is_gso(skb) && new_len > SKB_MAX_LEN) || new_len < skb->len)
		return -EINVAL;
	if (new_len > SKB_ROOM)
		return -ENOMEM;
	skep_skb_push(skb, room);
	memset(skb->data, 0, room);
	skb->mac_header = skb->data;
	skb->mac_len = mac_header_len(skb);
	skb->data_meta = skb->data;
	return 0;
}

/* No shorter than to the end of the headers that are known. */
static uint32_t min_len(const struct skep_sk_buff *skb)
{
	int64_t network = network_offset(skb);

	if (skb->transport != NO_TRANSPORT && transport_offset(skb) > 0)
		return transport_offset(skb);
	return network > 0 ? network : 0;
}

SKEP_HELPER(bpf_skb_change_tail)
{
	struct skep_sk_buff *skb = (struct skep_sk_buff *)r1;
	uint32_t new_len = r2;

	if (r3 || new_len > SKB_MAX_LEN || new_len < min_len(skb))
		return -EINVAL;
	if (skb->encapsulation)
		return -ENOTSUPP;
	if (new_len > skb->len)
		memset(skb->data_end, 0, new_len - skb->len);
	if (new_len != skb->len && skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	skb->data_end = skb->data + new_len;
	skb->len = new_len;
	skb->gso_size = skb->gso_segs = 0;
	return 0;
}

/* Opens a gap of `len` zeros at `offset`; all headers before it move to the front. */
static void open_gap(struct skep_sk_buff *skb, uint32_t offset, uint32_t len)
{
	skep_skb_push(skb, len);
	memmove(skb->data, skb->data + len, offset);
	memset(skb->data + offset, 0, len);
	skb->mac_header -= len;
	skb->network_header -= len;
	skb->data_meta = skb->data;
}

static long close_gap(struct skep_sk_buff *skb, uint32_t offset, uint32_t len)
{
	if (!has_bytes(skb, (uint64_t)offset + len))
		return -ENOMEM;
	postpull_rcsum(skb, skb->data + offset, len, 0);
	memmove(skb->data + len, skb->data, offset);
	skb_pull(skb, len);
	skb->mac_header += len;
	skb->network_header += len;
	skb->data_meta = skb->data;
	return 0;
}

SKEP_HELPER(bpf_skb_change_proto)
{
	struct skep_sk_buff *skb = (struct skep_sk_buff *)r1;
	const uint32_t difference = IPV6_HLEN - IPV4_HLEN;
	uint16_t to = r2;

	if (r3)
		return -EINVAL;
	if (skb->protocol == P_IP && to == P_IPV6) {
		open_gap(skb, mac_header_len(skb), difference);
	} else if (skb->protocol == P_IPV6 && to == P_IP) {
		long err = close_gap(skb, mac_header_len(skb), difference);
		if (err)
			return err;
	} else {
		return -ENOTSUPP;
	}
	skb->protocol = to;
	clear_hash(skb);
	return 0;
}

#define ENCAP_L3 (BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_ENCAP_L3_IPV6)
#define ENCAP_L4 (BPF_F_ADJ_ROOM_ENCAP_L4_GRE | BPF_F_ADJ_ROOM_ENCAP_L4_UDP)
#define ENCAP_L2_LEN ((uint64_t)BPF_ADJ_ROOM_ENCAP_L2_MASK << BPF_ADJ_ROOM_ENCAP_L2_SHIFT)
#define DECAP_L3 (BPF_F_ADJ_ROOM_DECAP_L3_IPV4 | BPF_F_ADJ_ROOM_DECAP_L3_IPV6)
#define ROOM_FLAGS                                                                                              \
	(BPF_F_ADJ_ROOM_FIXED_GSO | ENCAP_L3 | ENCAP_L4 | BPF_F_ADJ_ROOM_ENCAP_L2_ETH | ENCAP_L2_LEN | DECAP_L3 | \
	 BPF_F_ADJ_ROOM_NO_CSUM_RESET)

static bool has_all(uint64_t flags, uint64_t pair)
{
	return (flags & pair) == pair;
}

static long check_encap(const struct skep_sk_buff *skb, uint32_t len, uint64_t flags)
{
	uint8_t inner_mac_len = flags >> BPF_ADJ_ROOM_ENCAP_L2_SHIFT;

	if (has_all(flags, ENCAP_L3) || has_all(flags, ENCAP_L4))
		return -EINVAL;
	if (flags & BPF_F_ADJ_ROOM_ENCAP_L2_ETH && inner_mac_len < ETH_HLEN)
		return -EINVAL;
	if (skb->encapsulation)
		return -EALREADY;
	return inner_mac_len > len ? -EINVAL : 0;
}

static long grow(struct skep_sk_buff *skb, uint32_t offset, uint32_t len, uint64_t flags)
{
	bool encap = flags & ENCAP_L3;
	uint32_t mac_len = mac_header_len(skb);
	long err = is_gso(skb) ? -ENOTSUPP : encap ? check_encap(skb, len, flags) : 0;

	if (err)
		return err;
	open_gap(skb, offset, len);
	if (!encap)
		return 0;
	skb->encapsulation = 1;
	skb->network_header = skb->data + mac_len;
	if (flags & ENCAP_L4)
		skb->transport = (uint16_t)(skb->headroom + mac_len +
					    (flags & BPF_F_ADJ_ROOM_ENCAP_L3_IPV6 ? IPV6_HLEN : IPV4_HLEN));
	if (skb->protocol == P_IP && flags & BPF_F_ADJ_ROOM_ENCAP_L3_IPV6)
		skb->protocol = P_IPV6;
	else if (skb->protocol == P_IPV6 && flags & BPF_F_ADJ_ROOM_ENCAP_L3_IPV4)
		skb->protocol = P_IP;
	return 0;
}

static long shrink(struct skep_sk_buff *skb, uint32_t offset, uint32_t len, uint64_t flags)
{
	if (flags & ~(uint64_t)(BPF_F_ADJ_ROOM_FIXED_GSO | DECAP_L3 | BPF_F_ADJ_ROOM_NO_CSUM_RESET))
		return -EINVAL;
	if (is_gso(skb))
		return -ENOTSUPP;
	long err = close_gap(skb, offset, len);
	if (err)
		return err;
	if (skb->protocol == P_IP && flags & BPF_F_ADJ_ROOM_DECAP_L3_IPV6)
		skb->protocol = P_IPV6;
	else if (skb->protocol == P_IPV6 && flags & BPF_F_ADJ_ROOM_DECAP_L3_IPV4)
		skb->protocol = P_IP;
	return 0;
}

SKEP_HELPER(bpf_skb_adjust_room)
{
	struct skep_sk_buff *skb = (struct skep_sk_buff *)r1;
	int64_t difference = (int32_t)r2;
	uint32_t mode = r3, len = difference < 0 ? -difference : difference;
	uint64_t flags = r4;
	uint32_t base = skb->protocol == P_IPV6 ? IPV6_HLEN : IPV4_HLEN, min = base;

	if (flags & ~(uint64_t)ROOM_FLAGS)
		return -EINVAL;
	if (len > 0xfff)
		return -EFAULT;
	if (skb->protocol != P_IP && skb->protocol != P_IPV6)
		return -ENOTSUPP;
	if (mode != BPF_ADJ_ROOM_NET && mode != BPF_ADJ_ROOM_MAC)
		return -ENOTSUPP;
	if (flags & DECAP_L3) {
		if (difference >= 0 || has_all(flags, DECAP_L3))
			return -EINVAL;
		min = flags & BPF_F_ADJ_ROOM_DECAP_L3_IPV4 ? IPV4_HLEN : IPV6_HLEN;
	}
	uint32_t offset = mac_header_len(skb) + (mode == BPF_ADJ_ROOM_NET ? base : 0);
	uint32_t current = skb->len - network_offset(skb);
	if (difference < 0 ? len >= current || current - len < min : skb->len + len > SKB_MAX_LEN && !is_gso(skb))
		return -ENOTSUPP;
	long err = difference < 0 ? shrink(skb, offset, len, flags) : grow(skb, offset, len, flags);
	if (!err && !(flags & BPF_F_ADJ_ROOM_NO_CSUM_RESET))
		reset_checksum_unnecessary(skb);
	return err;
}

SKEP_HELPER(bpf_skb_set_tstamp)
{
	struct skep_sk_buff *skb = (struct skep_sk_buff *)r1;
	uint32_t type = r3;

	if (skb->protocol != P_IP && skb->protocol != P_IPV6)
		return -EOPNOTSUPP;
	if (type > 2 || (type && !r2)) /* real time, monotonic, TAI */
		return -EINVAL;
	skb->tstamp = r2;
	skb->tstamp_type = type;
	return 0;
}

const struct skep_symbol skep_skb_edit_symbols[] = {
	SKEP_SYMBOL(bpf_skb_change_head), SKEP_SYMBOL(bpf_skb_change_tail), SKEP_SYMBOL(bpf_skb_change_proto),
	SKEP_SYMBOL(bpf_skb_adjust_room), SKEP_SYMBOL(bpf_skb_set_tstamp),  { NULL },
};
