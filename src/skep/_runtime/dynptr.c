/* Helpers on dynptrs: over memory, and reading and writing whatever they are over. */
#include "native.h"
#include "dynptr.h"
#include "packet.h"

SKEP_HELPER(bpf_dynptr_from_mem)
{
	struct skep_dynptr *dynptr = (struct skep_dynptr *)r4;
	uint32_t size = r2;
	long err = size > DYNPTR_MAX_SIZE ? -E2BIG : r3 ? -EINVAL : 0;

	memset(dynptr, 0, sizeof(*dynptr));
	if (err)
		return err;
	dynptr->data = r1;
	dynptr->size = size | DYNPTR_LOCAL << DYNPTR_TYPE_SHIFT;
	return 0;
}

SKEP_HELPER(bpf_dynptr_read)
{
	const struct skep_dynptr *dynptr = (const struct skep_dynptr *)r3;
	uint32_t len = r2, offset = r4;

	if (!dynptr->data || r5)
		return -EINVAL;
	if (!dynptr_holds(dynptr, offset, len))
		return -E2BIG;
	switch (dynptr_type(dynptr)) {
	case DYNPTR_SKB:
		return bpf_skb_load_bytes(dynptr->data, dynptr->offset + offset, r1, len, 0, run);
	case DYNPTR_XDP:
		return bpf_xdp_load_bytes(dynptr->data, dynptr->offset + offset, r1, len, 0, run);
	default:
		memmove((void *)r1, dynptr_memory(dynptr, offset), len);
		return 0;
	}
}

SKEP_HELPER(bpf_dynptr_write)
{
	const struct skep_dynptr *dynptr = (const struct skep_dynptr *)r1;
	uint32_t offset = r2, len = r4;
	uint64_t flags = r5;

	if (!dynptr->data || dynptr->size & DYNPTR_READ_ONLY)
		return -EINVAL;
	if (!dynptr_holds(dynptr, offset, len))
		return -E2BIG;
	if (dynptr_type(dynptr) == DYNPTR_SKB)
		return bpf_skb_store_bytes(dynptr->data, dynptr->offset + offset, r3, len, flags, run);
	if (flags)
		return -EINVAL;
	if (dynptr_type(dynptr) == DYNPTR_XDP)
		return bpf_xdp_store_bytes(dynptr->data, dynptr->offset + offset, r3, len, 0, run);
	memmove(dynptr_memory(dynptr, offset), (const void *)r3, len);
	return 0;
}

SKEP_HELPER(bpf_dynptr_data)
{
	const struct skep_dynptr *dynptr = (const struct skep_dynptr *)r1;
	uint32_t offset = r2, len = r3;

	if (!dynptr->data || !dynptr_holds(dynptr, offset, len) || dynptr->size & DYNPTR_READ_ONLY)
		return 0;
	return (uintptr_t)dynptr_memory(dynptr, offset);
}

const struct skep_symbol skep_dynptr_symbols[] = {
	SKEP_SYMBOL(bpf_dynptr_from_mem),
	SKEP_SYMBOL(bpf_dynptr_read),
	SKEP_SYMBOL(bpf_dynptr_write),
	SKEP_SYMBOL(bpf_dynptr_data),
	{ NULL },
};
