/* Arenas: up to 4 GB of memory that programs and users share, at one address for both. The first user who maps an
 * arena places it, so that it does not cross a boundary of 4 GB: programs keep pointers into it in 32 bits.
 */
#define _GNU_SOURCE
#include "native.h"

#include <stdlib.h>
#include <sys/mman.h>

#define ARENA_PAGE 4096
#define BOUNDARY (1ull << 32)

static uint64_t size_of(const struct skep_map *map)
{
	return (uint64_t)map->max_entries * ARENA_PAGE;
}

static uint8_t *pages_at(uint64_t address, uint64_t size)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (address ? MAP_FIXED_NOREPLACE : 0);
	void *pages = mmap((void *)(uintptr_t)address, size, PROT_READ | PROT_WRITE, flags, -1, 0);

	return pages == MAP_FAILED ? NULL : pages;
}

/* Twice the size has room for a place that crosses no boundary; the rest is given back. */
static uint8_t *pages_anywhere(uint64_t size)
{
	uint8_t *pages = pages_at(0, 2 * size), *start = pages;

	if (!pages)
		return NULL;
	if ((uintptr_t)start / BOUNDARY != ((uintptr_t)start + size - 1) / BOUNDARY)
		start = (uint8_t *)round_up((uintptr_t)start, BOUNDARY);
	if (start != pages)
		munmap(pages, start - pages);
	munmap(start + size, pages + size - start);
	return start;
}

long skep_arena_place(struct skep_map *map, uint64_t address)
{
	uint64_t size = size_of(map);

	if (map->values)
		return address && address != (uintptr_t)map->values ? -EBUSY : 0;
	map->values = address ? pages_at(address, size) : pages_anywhere(size);
	return map->values ? 0 : -errno;
}

static void *arena_lookup(struct skep_map *map, const void *key, struct skep_run *run)
{
	return NULL;
}

static long arena_update(struct skep_map *map, const void *key, const void *value, uint64_t flags,
			 struct skep_run *run)
{
	return -EOPNOTSUPP;
}

static long arena_delete(struct skep_map *map, const void *key, struct skep_run *run)
{
	return -EOPNOTSUPP;
}

static bool arena_region(struct skep_map *map, uintptr_t address, uintptr_t *start, size_t *size)
{
	*start = (uintptr_t)map->values;
	*size = size_of(map);
	return map->values && address - *start < *size;
}

static void arena_free(struct skep_map *map)
{
	skep_pages_free(map->values, size_of(map));
	free(map);
}

static const struct skep_map_ops arena_ops = {
	.lookup = arena_lookup,
	.update = arena_update,
	.delete = arena_delete,
	.region = arena_region,
	.free = arena_free,
};

struct skep_map *skep_arena_new(const struct skep_map *wanted, long *err)
{
	struct skep_map *map = malloc(sizeof(*map));

	if (!map) {
		*err = -ENOMEM;
		return NULL;
	}
	*map = *wanted;
	map->ops = &arena_ops;
	return map;
}
