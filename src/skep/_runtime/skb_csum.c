/* Checksums in a socket buffer: those in its headers, and what is known of the whole packet's.
 *
 * The order of checks is Linux's, since it decides which errno a program sees.
 */
#include "native.h"
#include "packet.h"
#include "uapi.h"

/* The checksum field at r2, or NULL where there is none. */
static uint16_t *checksum_at(struct skep_sk_buff *skb, uint32_t offset)
{
	if (offset > 0xffff || offset & 1 || !has_bytes(skb, offset + 2))
		return NULL;
	return (uint16_t *)(skb->data + offset);
}

SKEP_HELPER(bpf_l3_csum_replace)
{
	uint64_t from = r3, to = r4, flags = r5;

	if (flags & ~(uint64_t)BPF_F_HDR_FIELD_MASK)
		return -EINVAL;
	uint16_t *check = checksum_at((struct skep_sk_buff *)r1, r2);
	if (!check)
		return -EFAULT;
	switch (flags & BPF_F_HDR_FIELD_MASK) {
	case 0:
		if (from)
			return -EINVAL;
		csum_replace_by_diff(check, to);
		return 0;
	case 2:
		csum_replace2(check, from, to);
		return 0;
	case 4:
		csum_replace4(check, from, to);
		return 0;
	default:
		return -EINVAL;
	}
}

/* A checksum that covers a pseudo header: the packet's own sum (CHECKSUM_COMPLETE) changes with it, as the change
 * is in a header whose own checksum does not make up for it. A 2-byte field counts as a 4-byte one here. */
static void replace_l4(struct skep_sk_buff *skb, uint16_t *check, uint32_t from, uint32_t to, bool pseudo)
{
	csum_replace4(check, from, to);
	if (skb->ip_summed == CHECKSUM_COMPLETE && pseudo)
		skb->csum = ~csum_add(csum_sub(~skb->csum, from), to);
}

SKEP_HELPER(bpf_l4_csum_replace)
{
	struct skep_sk_buff *skb = (struct skep_sk_buff *)r1;
	const uint64_t known = BPF_F_MARK_MANGLED_0 | BPF_F_MARK_ENFORCE | BPF_F_PSEUDO_HDR | BPF_F_HDR_FIELD_MASK |
			       BPF_F_IPV6;
	uint64_t from = r3, to = r4, flags = r5;

	if (flags & ~known)
		return -EINVAL;
	uint16_t *check = checksum_at(skb, r2);
	if (!check)
		return -EFAULT;
	if (flags & BPF_F_MARK_MANGLED_0 && !(flags & BPF_F_MARK_ENFORCE) && !*check)
		return 0;
	switch (flags & BPF_F_HDR_FIELD_MASK) {
	case 0:
		if (from)
			return -EINVAL;
		csum_replace_by_diff(check, to);
		if (skb->ip_summed == CHECKSUM_COMPLETE && flags & BPF_F_PSEUDO_HDR && !(flags & BPF_F_IPV6))
			skb->csum = ~csum_sub(to, skb->csum);
		break;
	case 2:
		replace_l4(skb, check, (uint16_t)from, (uint16_t)to, flags & BPF_F_PSEUDO_HDR);
		break;
	case 4:
		replace_l4(skb, check, from, to, flags & BPF_F_PSEUDO_HDR);
		break;
	default:
		return -EINVAL;
	}
	if (flags & BPF_F_MARK_MANGLED_0 && !*check)
		*check = 0xffff;
	return 0;
}

SKEP_HELPER(bpf_csum_update)
{
	struct skep_sk_buff *skb = (struct skep_sk_buff *)r1;

	if (skb->ip_summed != CHECKSUM_COMPLETE)
		return -ENOTSUPP;
	skb->csum = csum_add(skb->csum, r2);
	return skb->csum;
}

SKEP_HELPER(bpf_csum_level)
{
	struct skep_sk_buff *skb = (struct skep_sk_buff *)r1;
	const uint32_t max_level = 3;

	switch (r2) {
	case BPF_CSUM_LEVEL_QUERY:
		return skb->ip_summed == CHECKSUM_UNNECESSARY ? (long)skb->csum_level : -EACCES;
	case BPF_CSUM_LEVEL_INC:
		if (skb->ip_summed == CHECKSUM_UNNECESSARY && skb->csum_level < max_level)
			skb->csum_level++;
		else if (skb->ip_summed == CHECKSUM_NONE) {
			skb->ip_summed = CHECKSUM_UNNECESSARY;
			skb->csum_level = 0;
		}
		return 0;
	case BPF_CSUM_LEVEL_DEC:
		if (skb->ip_summed == CHECKSUM_UNNECESSARY && !skb->csum_level--)
			reset_checksum_unnecessary(skb);
		return 0;
	case BPF_CSUM_LEVEL_RESET:
		reset_checksum_unnecessary(skb);
		return 0;
	default:
		return -EINVAL;
	}
}

const struct skep_symbol skep_skb_csum_symbols[] = {
	SKEP_SYMBOL(bpf_l3_csum_replace),
	SKEP_SYMBOL(bpf_l4_csum_replace),
	SKEP_SYMBOL(bpf_csum_update),
	SKEP_SYMBOL(bpf_csum_level),
	{ NULL },
};
