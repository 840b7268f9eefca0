/* Kernel functions on dynptrs: of packets, parts of them, copies between them, and what is read into them. */
#define _GNU_SOURCE
#include "dynptr.h"
#include "fault.h"
#include "native.h"
#include "packet.h"

#define CHUNK 256

skep_helper_fn bpf_xdp_get_buff_len, bpf_dynptr_read, bpf_dynptr_write, bpf_probe_read_kernel_str,
	bpf_probe_read_user_str;

static struct skep_dynptr *dynptr_at(uint64_t address)
{
	return (struct skep_dynptr *)(uintptr_t)address;
}

static long make(uint64_t place, uint64_t flags, uint64_t data, uint32_t size, uint32_t type)
{
	struct skep_dynptr *dynptr = dynptr_at(place);

	memset(dynptr, 0, sizeof(*dynptr));
	if (flags)
		return -EINVAL;
	dynptr->data = data;
	dynptr->size = size | type;
	return 0;
}

/* A dynptr of something of a packet, and the same that is not to be written to. */
#define FROM_PACKET(name, data, size, type)                                                                          \
	SKEP_HELPER(name) { return make(r3, r2, data, size, (type) << DYNPTR_TYPE_SHIFT); }                          \
	SKEP_HELPER(name##_rdonly)                                                                                   \
	{                                                                                                            \
		return make(r3, r2, data, size, (type) << DYNPTR_TYPE_SHIFT | DYNPTR_READ_ONLY);                     \
	}

#define SKB ((struct skep_sk_buff *)r1)

FROM_PACKET(bpf_dynptr_from_skb, r1, SKB->len, DYNPTR_SKB)
FROM_PACKET(bpf_dynptr_from_skb_meta, (uintptr_t)SKB->data_meta, SKB->data - SKB->data_meta, DYNPTR_SKB_META)
FROM_PACKET(bpf_dynptr_from_xdp, r1, bpf_xdp_get_buff_len(r1, 0, 0, 0, 0, run), DYNPTR_XDP)

SKEP_HELPER(bpf_dynptr_adjust)
{
	struct skep_dynptr *dynptr = dynptr_at(r1);
	uint32_t start = r2, end = r3, size = dynptr_size(dynptr);

	if (!dynptr->data || start > end)
		return -EINVAL;
	if (start > size || end > size)
		return -ERANGE;
	dynptr->offset += start;
	dynptr->size = (dynptr->size & ~DYNPTR_MAX_SIZE) | (end - start);
	return 0;
}

SKEP_HELPER(bpf_dynptr_is_null)
{
	return !dynptr_at(r1)->data;
}

SKEP_HELPER(bpf_dynptr_is_rdonly)
{
	return dynptr_at(r1)->data && dynptr_at(r1)->size & DYNPTR_READ_ONLY;
}

SKEP_HELPER(bpf_dynptr_size)
{
	return dynptr_at(r1)->data ? (int64_t)dynptr_size(dynptr_at(r1)) : -EINVAL;
}

SKEP_HELPER(bpf_dynptr_clone)
{
	if (!dynptr_at(r1)->data) {
		memset(dynptr_at(r2), 0, sizeof(struct skep_dynptr));
		return -EINVAL;
	}
	*dynptr_at(r2) = *dynptr_at(r1);
	return 0;
}

/* Bytes of an XDP frame that lie in one piece. */
static uint8_t *xdp_pointer(const struct skep_xdp_buff *xdp, uint64_t offset, uint64_t len)
{
	uint64_t linear = xdp->data_end - xdp->data;

	if (offset + len <= linear)
		return xdp->data + offset;
	return offset >= linear ? xdp->frags + (offset - linear) : NULL;
}

static uint8_t *pointer(const struct skep_dynptr *dynptr, uint32_t offset, uint32_t len)
{
	if (!dynptr->data || !dynptr_holds(dynptr, offset, len))
		return NULL;
	switch (dynptr_type(dynptr)) {
	case DYNPTR_SKB:
		return ((struct skep_sk_buff *)(uintptr_t)dynptr->data)->data + dynptr->offset + offset;
	case DYNPTR_XDP:
		return xdp_pointer((void *)(uintptr_t)dynptr->data, (uint64_t)dynptr->offset + offset, len);
	default:
		return dynptr_memory(dynptr, offset);
	}
}

/* (dynptr, offset, buffer or NULL, its size): the bytes where they are, or copied when they are in pieces. */
SKEP_HELPER(bpf_dynptr_slice)
{
	const struct skep_dynptr *dynptr = dynptr_at(r1);
	uint32_t offset = r2, len = r4;
	uint8_t *found = pointer(dynptr, offset, len);

	if (found || !r3 || !dynptr->data || !dynptr_holds(dynptr, offset, len))
		return (uintptr_t)found;
	return bpf_xdp_load_bytes(dynptr->data, dynptr->offset + offset, r3, len, 0, run) ? 0 : r3;
}

SKEP_HELPER(bpf_dynptr_slice_rdwr)
{
	if (!dynptr_at(r1)->data || dynptr_at(r1)->size & DYNPTR_READ_ONLY)
		return 0;
	return bpf_dynptr_slice(r1, r2, r3, r4, 0, run);
}

static long check_writable(const struct skep_dynptr *dynptr, uint64_t offset, uint64_t len)
{
	if (!dynptr->data || dynptr->size & DYNPTR_READ_ONLY)
		return -EINVAL;
	return dynptr_holds(dynptr, offset, len) ? 0 : -E2BIG;
}

SKEP_HELPER(bpf_dynptr_copy)
{
	uint32_t to = r2, from = r4, len = r5, part;
	uint8_t room[CHUNK];
	long err = 0;

	if (!dynptr_at(r1)->data || !dynptr_at(r3)->data || dynptr_at(r1)->size & DYNPTR_READ_ONLY)
		return -EINVAL;
	if (!dynptr_holds(dynptr_at(r1), to, len) || !dynptr_holds(dynptr_at(r3), from, len))
		return -E2BIG;
	uint8_t *source = pointer(dynptr_at(r3), from, len), *target = pointer(dynptr_at(r1), to, len);
	if (source && target) {
		memmove(target, source, len);
		return 0;
	}
	for (uint32_t done = 0; !err && done < len; done += part) {
		part = len - done < CHUNK ? len - done : CHUNK;
		err = bpf_dynptr_read((uintptr_t)room, part, r3, from + done, 0, run);
		if (!err)
			err = bpf_dynptr_write(r1, to + done, (uintptr_t)room, part, 0, run);
	}
	return err;
}

SKEP_HELPER(bpf_dynptr_memset)
{
	uint32_t offset = r2, len = r3, part;
	uint8_t room[CHUNK];
	long err = check_writable(dynptr_at(r1), offset, len);

	memset(room, (uint8_t)r4, sizeof(room));
	for (uint32_t done = 0; !err && done < len; done += part) {
		part = len - done < CHUNK ? len - done : CHUNK;
		err = bpf_dynptr_write(r1, offset + done, (uintptr_t)room, part, 0, run);
	}
	return err;
}

/* ── memory that may not be there ── */

/* (dynptr, offset, size, address): all of it, or an error; what was copied before stays. */
static long read_into(uint64_t place, uint32_t offset, uint32_t len, uint64_t from, struct skep_run *run)
{
	uint8_t room[CHUNK];
	uint32_t part;
	long err = check_writable(dynptr_at(place), offset, len);

	for (uint32_t done = 0; !err && done < len; done += part) {
		part = len - done < CHUNK ? len - done : CHUNK;
		if (!skep_copy_in(room, from + done, part))
			return -EFAULT;
		err = bpf_dynptr_write(place, offset + done, (uintptr_t)room, part, 0, run);
	}
	return err;
}

/* The same with a string, whose length with its NUL it returns; a longer one is cut. */
static long read_text(uint64_t place, uint32_t offset, uint32_t len, uint64_t from, struct skep_run *run)
{
	uint8_t room[CHUNK];
	long err = check_writable(dynptr_at(place), offset, len), got;

	for (uint32_t done = 0; !err && done < len; done += got - 1) {
		uint32_t part = len - done < CHUNK ? len - done : CHUNK;
		got = bpf_probe_read_kernel_str((uintptr_t)room, part, from + done, 0, 0, run);
		if (got < 0)
			return got;
		err = bpf_dynptr_write(place, offset + done, (uintptr_t)room, got, 0, run);
		if (!err && (got < part || done + got == len))
			return done + got;
	}
	return err;
}

#define READ(name) \
	SKEP_HELPER(name) { return read_into(r1, r2, r3, r4, run); }
#define READ_TEXT(name) \
	SKEP_HELPER(name) { return read_text(r1, r2, r3, r4, run); }

READ(bpf_probe_read_user_dynptr)
READ(bpf_probe_read_kernel_dynptr)
READ(bpf_copy_from_user_dynptr)
READ_TEXT(bpf_probe_read_user_str_dynptr)
READ_TEXT(bpf_probe_read_kernel_str_dynptr)
READ_TEXT(bpf_copy_from_user_str_dynptr)
READ(bpf_copy_from_user_task_dynptr) /* all tasks live in this process */
READ_TEXT(bpf_copy_from_user_task_str_dynptr)

#define PAD_ZEROS 1

SKEP_HELPER(bpf_copy_from_user_str)
{
	uint32_t room = r2;

	if (r4 & ~(uint64_t)PAD_ZEROS)
		return -EINVAL;
	long got = room ? bpf_probe_read_user_str(r1, room, r3, 0, 0, run) : 0;
	if (got > 0 && r4 & PAD_ZEROS)
		memset((uint8_t *)r1 + got, 0, room - got);
	return got;
}

/* (to, room, address, task, flags) */
SKEP_HELPER(bpf_copy_from_user_task_str)
{
	return bpf_copy_from_user_str(r1, r2, r3, r5, 0, run);
}

const struct skep_symbol skep_kfuncs_dynptr_symbols[] = {
	SKEP_SYMBOL(bpf_dynptr_from_skb),
	SKEP_SYMBOL(bpf_dynptr_from_skb_rdonly),
	SKEP_SYMBOL(bpf_dynptr_from_skb_meta),
	SKEP_SYMBOL(bpf_dynptr_from_skb_meta_rdonly),
	SKEP_SYMBOL(bpf_dynptr_from_xdp),
	SKEP_SYMBOL(bpf_dynptr_from_xdp_rdonly),
	SKEP_SYMBOL(bpf_dynptr_adjust),
	SKEP_SYMBOL(bpf_dynptr_is_null),
	SKEP_SYMBOL(bpf_dynptr_is_rdonly),
	SKEP_SYMBOL(bpf_dynptr_size),
	SKEP_SYMBOL(bpf_dynptr_clone),
	SKEP_SYMBOL(bpf_dynptr_slice),
	SKEP_SYMBOL(bpf_dynptr_slice_rdwr),
	SKEP_SYMBOL(bpf_dynptr_copy),
	SKEP_SYMBOL(bpf_dynptr_memset),
	SKEP_SYMBOL(bpf_probe_read_user_dynptr),
	SKEP_SYMBOL(bpf_probe_read_kernel_dynptr),
	SKEP_SYMBOL(bpf_copy_from_user_dynptr),
	SKEP_SYMBOL(bpf_probe_read_user_str_dynptr),
	SKEP_SYMBOL(bpf_probe_read_kernel_str_dynptr),
	SKEP_SYMBOL(bpf_copy_from_user_str_dynptr),
	SKEP_SYMBOL(bpf_copy_from_user_str),
	SKEP_SYMBOL(bpf_copy_from_user_task_dynptr),
	SKEP_SYMBOL(bpf_copy_from_user_task_str_dynptr),
	SKEP_SYMBOL(bpf_copy_from_user_task_str),
	{ NULL },
};
