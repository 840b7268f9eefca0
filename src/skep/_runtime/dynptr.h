/* Pointers with bounds, as programs hold them (struct bpf_dynptr_kern). */
#ifndef SKEP_DYNPTR_H
#define SKEP_DYNPTR_H

#include "runtime.h"

struct skep_dynptr {
	uint64_t data;   /* memory, or the packet's context; 0: no dynptr */
	uint32_t size;   /* with type and flags above bit 24 */
	uint32_t offset; /* of the dynptr's first byte in what `data` stands for */
};

#define DYNPTR_MAX_SIZE 0xffffffu
#define DYNPTR_TYPE_SHIFT 28
#define DYNPTR_READ_ONLY 0x80000000u

enum { DYNPTR_LOCAL = 1, DYNPTR_RINGBUF, DYNPTR_SKB, DYNPTR_XDP, DYNPTR_SKB_META };

static inline uint32_t dynptr_size(const struct skep_dynptr *dynptr)
{
	return dynptr->size & DYNPTR_MAX_SIZE;
}

static inline uint32_t dynptr_type(const struct skep_dynptr *dynptr)
{
	return dynptr->size >> DYNPTR_TYPE_SHIFT & 7;
}

static inline bool dynptr_holds(const struct skep_dynptr *dynptr, uint64_t offset, uint64_t len)
{
	uint32_t size = dynptr_size(dynptr);

	return len <= size && offset <= size - len;
}

/* Where bytes lie that can be accessed directly; NULL in packets. */
static inline uint8_t *dynptr_memory(const struct skep_dynptr *dynptr, uint32_t offset)
{
	uint32_t type = dynptr_type(dynptr);

	if (type == DYNPTR_SKB || type == DYNPTR_XDP)
		return NULL;
	return (uint8_t *)(uintptr_t)dynptr->data + dynptr->offset + offset;
}

#endif
