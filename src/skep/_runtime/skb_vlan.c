/* VLAN tags of a socket buffer: the outermost one is beside the packet, as if a device had stripped it; inner ones
 * are in it. */
#include "native.h"
#include "packet.h"
#include "uapi.h"

static void put_tag(struct skep_sk_buff *skb, uint16_t protocol, uint16_t tci)
{
	skb->vlan_present = 1;
	skb->vlan_proto = protocol;
	skb->vlan_tci = tci;
}

SKEP_HELPER(bpf_skb_vlan_push)
{
	struct skep_sk_buff *skb = (struct skep_sk_buff *)r1;
	uint16_t protocol = is_vlan((uint16_t)r2) ? (uint16_t)r2 : P_8021Q, tci = r3;

	if (skb->vlan_present) {
		if (skb->data != skb->mac_header)
			return -EINVAL;
		uint16_t tag[2] = { skb->vlan_proto, BE16((uint16_t)skb->vlan_tci) };
		skep_skb_push(skb, VLAN_HLEN);
		memmove(skb->data, skb->data + VLAN_HLEN, 12);
		memcpy(skb->data + 12, tag, VLAN_HLEN);
		skb->mac_header = skb->data_meta = skb->data;
		skb->protocol = skb->vlan_proto;
		skb->network_header -= VLAN_HLEN;
		postpush_rcsum(skb, skb->data + 12, VLAN_HLEN, 0);
	}
	put_tag(skb, protocol, tci);
	skb->mac_len = mac_header_len(skb);
	return 0;
}

/* Takes the first tag out of the packet. */
static long remove_tag(struct skep_sk_buff *skb, uint16_t *tci)
{
	if (skb->data != skb->mac_header)
		return -EINVAL;
	if (!has_bytes(skb, ETH_HLEN + VLAN_HLEN))
		return -ENOMEM;
	postpull_rcsum(skb, skb->data + 12, VLAN_HLEN, 0);
	*tci = BE16(*(uint16_t *)(skb->data + 14));
	memmove(skb->data + VLAN_HLEN, skb->data, 12);
	skb_pull(skb, VLAN_HLEN);
	skb->mac_header = skb->data_meta = skb->data;
	if (network_offset(skb) < ETH_HLEN)
		skb->network_header = skb->data + ETH_HLEN;
	skb->mac_len = mac_header_len(skb);
	skb->protocol = *(uint16_t *)(skb->data + 12);
	return 0;
}

SKEP_HELPER(bpf_skb_vlan_pop)
{
	struct skep_sk_buff *skb = (struct skep_sk_buff *)r1;
	uint16_t tci;
	long err;

	if (skb->vlan_present) {
		skb->vlan_present = skb->vlan_proto = skb->vlan_tci = 0;
	} else {
		if (!is_vlan(skb->protocol))
			return 0;
		err = remove_tag(skb, &tci);
		if (err)
			return err;
	}
	if (!is_vlan(skb->protocol))
		return 0;
	uint16_t protocol = skb->protocol;
	err = remove_tag(skb, &tci);
	if (!err)
		put_tag(skb, protocol, tci);
	return err;
}

const struct skep_symbol skep_skb_vlan_symbols[] = {
	SKEP_SYMBOL(bpf_skb_vlan_push),
	SKEP_SYMBOL(bpf_skb_vlan_pop),
	{ NULL },
};
