/* Ring buffers: programs write records, one consumer reads them through shared memory.
 *
 * The memory is laid out as Linux documents it (kernel/bpf/ringbuf.rst): a page with the consumer's position, a page
 * with the producer's, then the data, mapped twice in a row so that a record that wraps around is contiguous. All of it
 * lies in a memfd, so a consumer can be anywhere. Space is reserved under a lock, committed without one, and records
 * become visible in the order of their reservation: a consumer stops at the first busy one.
 */
#define _GNU_SOURCE
#include "native.h"
#include "lock.h"
#include "ring.h"
#include "uapi.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t load(const uint64_t *position)
{
	return __atomic_load_n(position, __ATOMIC_ACQUIRE);
}

void skep_ring_notify(struct ring_map *ring)
{
	uint64_t one = 1;

	/* A full counter is a wakeup that nobody has taken yet. */
	if (write(ring->event_fd, &one, sizeof(one)) != sizeof(one))
		return;
}

static uint64_t span(uint64_t size)
{
	return round_up(size + sizeof(struct ring_header), 8);
}

/* Moves on over records that are committed by now. */
static void advance_pending(struct ring_map *ring, uint64_t producer)
{
	while (ring->pending < producer) {
		struct ring_header *header = (struct ring_header *)(ring->data + (ring->pending & ring->mask));
		uint32_t size = __atomic_load_n(&header->size, __ATOMIC_ACQUIRE);
		if (size & RING_BUSY)
			return;
		ring->pending += span(size & ~RING_DISCARD);
	}
}

static void *reserve(struct ring_map *ring, uint64_t size)
{
	if (size > RING_MAX_RECORD || span(size) > ring->mask + 1)
		return NULL;
	uint64_t consumer = load(ring->consumer);
	struct ring_header *header = NULL;

	skep_lock(&ring->lock);
	uint64_t producer = *ring->producer, end = producer + span(size);
	advance_pending(ring, producer);
	if (end - consumer <= ring->mask && end - ring->pending <= ring->mask) {
		header = (struct ring_header *)(ring->data + (producer & ring->mask));
		header->page = ((producer & ring->mask) / RING_PAGE) + RING_PAGES_BEFORE;
		__atomic_store_n(&header->size, (uint32_t)size | RING_BUSY, __ATOMIC_RELAXED);
		__atomic_store_n(ring->producer, end, __ATOMIC_RELEASE);
	}
	skep_unlock(&ring->lock);
	return header ? header + 1 : NULL;
}

/* The first page of the mapping names the map. */
static struct ring_map *ring_at(const struct ring_header *header)
{
	uintptr_t page = (uintptr_t)header & ~(uintptr_t)(RING_PAGE - 1);

	return *(struct ring_map **)(page - (uintptr_t)header->page * RING_PAGE);
}

static void commit(void *record, uint64_t flags, uint32_t discard)
{
	struct ring_header *header = (struct ring_header *)record - 1;
	struct ring_map *ring = ring_at(header);
	uint64_t place = (uint8_t *)header - ring->data;

	__atomic_store_n(&header->size, (header->size & ~RING_BUSY) | discard, __ATOMIC_SEQ_CST);
	/* A consumer that has caught up waits for this record. */
	bool awaited = (__atomic_load_n(ring->consumer, __ATOMIC_SEQ_CST) & ring->mask) == place;
	if (flags & BPF_RB_FORCE_WAKEUP || (awaited && !(flags & BPF_RB_NO_WAKEUP)))
		skep_ring_notify(ring);
}

SKEP_HELPER(bpf_ringbuf_reserve)
{
	return r3 ? 0 : (uintptr_t)reserve(ring_of(r1), r2);
}

SKEP_HELPER(bpf_ringbuf_submit)
{
	commit((void *)r1, r2, 0);
	return 0;
}

SKEP_HELPER(bpf_ringbuf_discard)
{
	commit((void *)r1, r2, RING_DISCARD);
	return 0;
}

SKEP_HELPER(bpf_ringbuf_output)
{
	if (r4 & ~(uint64_t)(BPF_RB_NO_WAKEUP | BPF_RB_FORCE_WAKEUP))
		return -EINVAL;
	void *record = reserve(ring_of(r1), r3);
	if (!record)
		return -EAGAIN;
	memcpy(record, (const void *)r2, r3);
	commit(record, r4, 0);
	return 0;
}

SKEP_HELPER(bpf_ringbuf_query)
{
	struct ring_map *ring = ring_of(r1);

	switch (r2) {
	case BPF_RB_AVAIL_DATA: {
		uint64_t consumer = load(ring->consumer);
		return load(ring->producer) - consumer;
	}
	case BPF_RB_RING_SIZE:
		return ring->mask + 1;
	case BPF_RB_CONS_POS:
		return load(ring->consumer);
	case BPF_RB_PROD_POS:
		return load(ring->producer);
	default:
		return 0;
	}
}

SKEP_HELPER(bpf_ringbuf_reserve_dynptr)
{
	struct skep_dynptr *dynptr = (struct skep_dynptr *)r4;
	uint32_t size = r2;

	memset(dynptr, 0, sizeof(*dynptr));
	if (r3)
		return -EINVAL;
	if (size > DYNPTR_MAX_SIZE)
		return -E2BIG;
	dynptr->data = (uintptr_t)reserve(ring_of(r1), size);
	if (!dynptr->data)
		return -EINVAL;
	dynptr->size = size | DYNPTR_RINGBUF << DYNPTR_TYPE_SHIFT;
	return 0;
}

static uint64_t commit_dynptr(struct skep_dynptr *dynptr, uint64_t flags, uint32_t discard)
{
	if (dynptr->data)
		commit((void *)(uintptr_t)dynptr->data, flags, discard);
	memset(dynptr, 0, sizeof(*dynptr));
	return 0;
}

SKEP_HELPER(bpf_ringbuf_submit_dynptr)
{
	return commit_dynptr((struct skep_dynptr *)r1, r2, 0);
}

SKEP_HELPER(bpf_ringbuf_discard_dynptr)
{
	return commit_dynptr((struct skep_dynptr *)r1, r2, RING_DISCARD);
}

static void *no_lookup(struct skep_map *map, const void *key, struct skep_run *run)
{
	return NULL;
}

static long no_update(struct skep_map *map, const void *key, const void *value, uint64_t flags, struct skep_run *run)
{
	return -ENOTSUPP;
}

static long no_delete(struct skep_map *map, const void *key, struct skep_run *run)
{
	return -ENOTSUPP;
}

/* Records are not told apart here: the data is one region, both times that it is mapped. */
static bool ring_region(struct skep_map *map, uintptr_t address, uintptr_t *start, size_t *size)
{
	struct ring_map *ring = (struct ring_map *)map;

	*start = (uintptr_t)ring->data;
	*size = 2 * (ring->mask + 1);
	return address - *start < *size;
}

static size_t mapped_size(uint64_t size)
{
	return RING_PAGES_BEFORE * RING_PAGE + 2 * size;
}

static void ring_free(struct skep_map *map)
{
	struct ring_map *ring = (struct ring_map *)map;

	if (ring->pages)
		munmap(ring->pages, mapped_size(map->max_entries));
	if (ring->memory_fd >= 0)
		close(ring->memory_fd);
	if (ring->event_fd >= 0)
		close(ring->event_fd);
	free(ring);
}

static const struct skep_map_ops ring_ops = {
	.lookup = no_lookup,
	.update = no_update,
	.delete = no_delete,
	.region = ring_region,
	.free = ring_free,
};

static bool map_shared(struct ring_map *ring, size_t at, size_t size, size_t offset)
{
	return mmap(ring->pages + at, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED | MAP_NORESERVE,
		    ring->memory_fd, offset) != MAP_FAILED;
}

static bool map_pages(struct ring_map *ring)
{
	size_t size = ring->map.max_entries, before = RING_PAGES_BEFORE * RING_PAGE, positions = before - RING_PAGE;

	ring->memory_fd = memfd_create("skep-ringbuf", MFD_CLOEXEC);
	ring->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (ring->memory_fd < 0 || ring->event_fd < 0 || ftruncate(ring->memory_fd, positions + size))
		return false;
	ring->pages = skep_pages(mapped_size(size));
	return ring->pages && map_shared(ring, RING_PAGE, positions + size, 0) &&
	       map_shared(ring, before + size, size, positions);
}

struct skep_map *skep_ring_new(const struct skep_map *wanted, long *err)
{
	struct ring_map *ring = calloc(1, sizeof(*ring));

	*err = -ENOMEM;
	if (!ring)
		return NULL;
	ring->map = *wanted;
	ring->map.ops = &ring_ops;
	ring->memory_fd = ring->event_fd = -1;
	if (!map_pages(ring)) {
		ring_free(&ring->map);
		return NULL;
	}
	*(struct ring_map **)ring->pages = ring;
	ring->consumer = (uint64_t *)(ring->pages + RING_PAGE);
	ring->producer = (uint64_t *)(ring->pages + 2 * RING_PAGE);
	ring->data = ring->pages + RING_PAGES_BEFORE * RING_PAGE;
	ring->map.values = ring->data;
	ring->mask = wanted->max_entries - 1;
	return &ring->map;
}

bool skep_ring_fds(const struct skep_map *map, int *memory, int *event)
{
	const struct ring_map *ring = (const struct ring_map *)map;

	if (map->ops != &ring_ops)
		return false;
	*memory = ring->memory_fd;
	*event = ring->event_fd;
	return true;
}

const struct skep_symbol skep_ring_symbols[] = {
	SKEP_SYMBOL(bpf_ringbuf_reserve),
	SKEP_SYMBOL(bpf_ringbuf_submit),
	SKEP_SYMBOL(bpf_ringbuf_discard),
	SKEP_SYMBOL(bpf_ringbuf_output),
	SKEP_SYMBOL(bpf_ringbuf_query),
	SKEP_SYMBOL(bpf_ringbuf_reserve_dynptr),
	SKEP_SYMBOL(bpf_ringbuf_submit_dynptr),
	SKEP_SYMBOL(bpf_ringbuf_discard_dynptr),
	{ NULL },
};
