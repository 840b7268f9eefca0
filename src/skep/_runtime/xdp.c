/* XDP frames: their buffer and the helpers that change its ends.
 *
 * A buffer is one page: 256 bytes of headroom, of which the kernel keeps 40 for itself, the data, and 320 bytes of
 * tailroom that stay free for the kernel's own bookkeeping. So adjustments fail where they fail in Linux. What a
 * large frame has beyond that is in frags, pages that lie behind one another here.
 */
#include "native.h"
#include "packet.h"

#define PAGE 4096
#define HEADROOM 256
#define FRAME_SIZE 40 /* struct xdp_frame */
#define TAILROOM 320  /* struct skb_shared_info */
#define META_MAX 255

void skep_xdp_prepare(struct skep_xdp_buff *xdp, uint8_t *buffer, const uint8_t *frame, uint32_t size, uint32_t meta,
		      uint32_t linear)
{
	xdp->data_hard_start = buffer;
	xdp->data_meta = buffer + HEADROOM - meta;
	xdp->data = xdp->data_meta + meta;
	xdp->data_end = xdp->data_meta + linear;
	xdp->frame_sz = PAGE;
	xdp->frags = buffer + PAGE;
	xdp->frags_size = size - linear;
	memcpy(xdp->data_meta, frame, linear);
	if (unlikely(size > linear))
		memcpy(xdp->frags, frame + linear, size - linear);
}

static uint8_t *hard_end(const struct skep_xdp_buff *xdp)
{
	return xdp->data_hard_start + xdp->frame_sz - TAILROOM;
}

static uint64_t buffer_length(const struct skep_xdp_buff *xdp)
{
	return xdp->data_end - xdp->data + xdp->frags_size;
}

SKEP_HELPER(bpf_xdp_adjust_head)
{
	struct skep_xdp_buff *xdp = (struct skep_xdp_buff *)r1;
	int64_t offset = (int32_t)r2;
	uint64_t meta = xdp->data - xdp->data_meta;
	uint8_t *data = xdp->data + offset;

	if (data < xdp->data_hard_start + FRAME_SIZE + meta || data > xdp->data_end - ETH_HLEN)
		return -EINVAL;
	if (meta)
		memmove(xdp->data_meta + offset, xdp->data_meta, meta);
	xdp->data_meta += offset;
	xdp->data = data;
	return 0;
}

SKEP_HELPER(bpf_xdp_adjust_meta)
{
	struct skep_xdp_buff *xdp = (struct skep_xdp_buff *)r1;
	uint8_t *meta = xdp->data_meta + (int32_t)r2;
	uint64_t length = xdp->data - meta;

	if (meta < xdp->data_hard_start + FRAME_SIZE || meta > xdp->data)
		return -EINVAL;
	if (length & 3 || length > META_MAX)
		return -EACCES;
	xdp->data_meta = meta;
	return 0;
}

/* Only the last frag can grow, to the end of its page. */
static long grow_frags(struct skep_xdp_buff *xdp, uint32_t more)
{
	uint32_t used = (xdp->frags_size - 1) % PAGE + 1;

	if (more > PAGE - used)
		return -EINVAL;
	memset(xdp->frags + xdp->frags_size, 0, more);
	xdp->frags_size += more;
	return 0;
}

static long shrink_frags(struct skep_xdp_buff *xdp, int64_t less)
{
	if (less > (int64_t)buffer_length(xdp) - ETH_HLEN)
		return -EINVAL;
	uint32_t from_frags = less < xdp->frags_size ? less : xdp->frags_size;
	xdp->frags_size -= from_frags;
	xdp->data_end -= less - from_frags;
	return 0;
}

SKEP_HELPER(bpf_xdp_adjust_tail)
{
	struct skep_xdp_buff *xdp = (struct skep_xdp_buff *)r1;
	int64_t offset = (int32_t)r2;

	if (unlikely(xdp->frags_size))
		return offset < 0 ? shrink_frags(xdp, -offset) : grow_frags(xdp, offset);
	uint8_t *data_end = xdp->data_end + offset;
	if (data_end > hard_end(xdp) || data_end < xdp->data + ETH_HLEN)
		return -EINVAL;
	if (offset > 0)
		memset(xdp->data_end, 0, offset);
	xdp->data_end = data_end;
	return 0;
}

SKEP_HELPER(bpf_xdp_get_buff_len)
{
	return buffer_length((const struct skep_xdp_buff *)r1);
}

/* (frame, bytes): so many bytes in the linear part, where programs can look at them; taken from the frags. When there
 * is too little room behind the linear part, it moves towards the start. */
SKEP_HELPER(bpf_xdp_pull_data)
{
	struct skep_xdp_buff *xdp = (struct skep_xdp_buff *)r1;
	uint32_t wanted = r2, linear = xdp->data_end - xdp->data;

	if (wanted > buffer_length(xdp))
		return -EINVAL;
	if (wanted <= linear)
		return 0;
	int64_t more = wanted - linear, shift = more - (hard_end(xdp) - xdp->data_end);
	if (shift > 0) {
		if (xdp->data_meta - shift < xdp->data_hard_start + FRAME_SIZE)
			return -EINVAL;
		memmove(xdp->data_meta - shift, xdp->data_meta, xdp->data_end - xdp->data_meta);
		xdp->data_meta -= shift;
		xdp->data -= shift;
		xdp->data_end -= shift;
	}
	memcpy(xdp->data_end, xdp->frags, more);
	memmove(xdp->frags, xdp->frags + more, xdp->frags_size - more);
	xdp->data_end += more;
	xdp->frags_size -= more;
	return 0;
}

/* Copies between memory and the frame, whose linear part and frags are two blocks. */
static long copy(const struct skep_xdp_buff *xdp, uint32_t offset, uint8_t *memory, uint32_t size, bool store)
{
	uint64_t linear = xdp->data_end - xdp->data;

	if (offset > 0xffff || size > 0xffff)
		return -EFAULT;
	if ((uint64_t)offset + size > buffer_length(xdp))
		return -EINVAL;
	for (uint32_t done = 0, part; done < size; done += part) {
		uint64_t at = (uint64_t)offset + done;
		uint8_t *place = at < linear ? xdp->data + at : xdp->frags + (at - linear);
		part = at < linear && size - done > linear - at ? linear - at : size - done;
		if (store)
			memcpy(place, memory + done, part);
		else
			memcpy(memory + done, place, part);
	}
	return 0;
}

SKEP_HELPER(bpf_xdp_load_bytes)
{
	return copy((const struct skep_xdp_buff *)r1, r2, (uint8_t *)r3, r4, false);
}

SKEP_HELPER(bpf_xdp_store_bytes)
{
	return copy((const struct skep_xdp_buff *)r1, r2, (uint8_t *)r3, r4, true);
}

const struct skep_symbol skep_xdp_symbols[] = {
	SKEP_SYMBOL(bpf_xdp_pull_data),
	SKEP_SYMBOL(bpf_xdp_adjust_head),  SKEP_SYMBOL(bpf_xdp_adjust_meta), SKEP_SYMBOL(bpf_xdp_adjust_tail),
	SKEP_SYMBOL(bpf_xdp_get_buff_len), SKEP_SYMBOL(bpf_xdp_load_bytes),  SKEP_SYMBOL(bpf_xdp_store_bytes),
	{ NULL },
};
