/* Ring buffers as programs and consumers share them. See ring.c. */
#ifndef SKEP_RING_H
#define SKEP_RING_H

#include "dynptr.h"
#include "runtime.h"

#define RING_PAGE 4096
/* Pages before the data: one of the kernel's own, then those of the consumer's and the producer's position. Record
 * headers count their own page from the first of these. */
#define RING_PAGES_BEFORE 3

#define RING_BUSY 0x80000000u
#define RING_DISCARD 0x40000000u
#define RING_MAX_RECORD (UINT32_MAX / 4)

struct ring_header {
	uint32_t size; /* of the record, with the bits above */
	uint32_t page;
};

struct ring_map {
	struct skep_map map;
	uint32_t lock;
	uint32_t draining; /* user ring: one program at a time */
	uint64_t pending;  /* up to here all records are committed */
	uint8_t *pages;    /* the whole mapping: the pages before, then the data twice */
	uint64_t *consumer, *producer;
	uint8_t *data;
	uint64_t mask;
	int memory_fd, event_fd; /* position and data pages; signalled when there is something to consume */
};

static inline struct ring_map *ring_of(uint64_t address)
{
	return (struct ring_map *)(uintptr_t)address;
}

/* Wakes those who poll the map. */
void skep_ring_notify(struct ring_map *ring);

#endif
