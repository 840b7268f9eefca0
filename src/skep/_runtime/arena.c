/* Arenas: up to 4 GB of memory that programs and users share, at one address for both. The first user who maps an
 * arena places it, so that it does not cross a boundary of 4 GB: programs keep pointers into it in 32 bits.
 *
 * A page is there for programs once it is allocated, by a program or by a user who touched it. For users all pages
 * are there; which of them they touched, the host tells when a program asks for one that is not allocated.
 */
#define _GNU_SOURCE
#include "lock.h"
#include "native.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ARENA_PAGE 4096
#define BOUNDARY (1ull << 32)

enum page_state { PAGE_FREE, PAGE_ALLOCATED, PAGE_RESERVED };

struct arena_map {
	struct skep_map map;
	uint32_t lock;
	uint8_t *pages; /* the state of each */
	uint64_t mapped; /* bytes, at least those of the arena: users may map more, and find nothing there */
};

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

long skep_arena_place(struct skep_map *map, uint64_t address, uint64_t length)
{
	uint64_t size = size_of(map) > length ? size_of(map) : length;

	if (map->values)
		return address && address != (uintptr_t)map->values ? -EBUSY : 0;
	map->values = address ? pages_at(address, size) : pages_anywhere(size);
	if (!map->values)
		return -errno;
	((struct arena_map *)map)->mapped = size;
	return 0;
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
	skep_pages_free(map->values, ((struct arena_map *)map)->mapped);
	skep_pages_free(((struct arena_map *)map)->pages, map->max_entries);
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
	struct arena_map *arena = calloc(1, sizeof(*arena));

	if (arena)
		arena->pages = skep_pages(wanted->max_entries);
	if (!arena || !arena->pages) {
		free(arena);
		*err = -ENOMEM;
		return NULL;
	}
	arena->map = *wanted;
	arena->map.ops = &arena_ops;
	return &arena->map;
}

/* ── what programs do with pages ── */

#define PAGEMAP_PRESENT (3ull << 62) /* in memory, or swapped out */

/* Whether a user has touched a page that no program allocated; from then on it is allocated. */
static bool was_touched(struct arena_map *arena, uint64_t page)
{
	uint64_t entry = 0, address = (uintptr_t)arena->map.values + page * ARENA_PAGE;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (pread(fd, &entry, sizeof(entry), address / ARENA_PAGE * sizeof(entry)) != sizeof(entry))
		entry = 0;
	close(fd);
	if (!(entry & PAGEMAP_PRESENT))
		return false;
	__atomic_store_n(&arena->pages[page], PAGE_ALLOCATED, __ATOMIC_RELEASE);
	return true;
}

static bool is_there(struct arena_map *arena, uint64_t page)
{
	uint8_t state = __atomic_load_n(&arena->pages[page], __ATOMIC_ACQUIRE);

	return state == PAGE_ALLOCATED || (state == PAGE_FREE && was_touched(arena, page));
}

/* (arena, lower half of an address with its offset, size) -> the address; where there is no page, that of some
 * zeroes that nobody looks at. */
SKEP_HELPER(skep_arena_at)
{
	struct arena_map *arena = (struct arena_map *)r1;
	uint64_t at = r2 - (uint32_t)(uintptr_t)arena->map.values, size = size_of(&arena->map);

	if (likely(at < size && at + r3 <= size) && is_there(arena, at / ARENA_PAGE) &&
	    is_there(arena, (at + r3 - 1) / ARENA_PAGE))
		return (uintptr_t)arena->map.values + at;
	run->scratch[0] = 0;
	return (uintptr_t)&run->scratch[0];
}

/* The number of free pages from `first` on, at most `most`. */
static uint64_t free_run(struct arena_map *arena, uint64_t first, uint64_t most)
{
	uint64_t count = 0;

	while (count < most && arena->pages[first + count] == PAGE_FREE)
		count++;
	return count;
}

/* The smallest gap that has room for so many pages; max_entries if there is none. */
static uint64_t find_gap(struct arena_map *arena, uint64_t count)
{
	uint64_t total = arena->map.max_entries, best = total, best_size = UINT64_MAX;

	for (uint64_t at = 0; at < total;) {
		uint64_t size = free_run(arena, at, total - at);
		if (size >= count && size < best_size) {
			best = at;
			best_size = size;
		}
		at += size + 1;
	}
	return best;
}

/* Whether pages are free, also of users; what these have touched is noted on the way. */
static bool are_free(struct arena_map *arena, uint64_t first, uint64_t count)
{
	for (uint64_t page = first; page < first + count; page++)
		if (is_there(arena, page) || arena->pages[page] != PAGE_FREE)
			return false;
	return true;
}

static bool page_of(const struct arena_map *arena, uint64_t address, uint64_t count, uint64_t *page)
{
	*page = (uint32_t)(address - (uintptr_t)arena->map.values) / ARENA_PAGE;
	return address % ARENA_PAGE == 0 && *page <= arena->map.max_entries - count;
}

/* The first of `count` pages that get a state, at the address if one is given; -1 if they are not free. */
static int64_t claim(struct arena_map *arena, uint64_t address, uint64_t count, enum page_state state)
{
	uint64_t page;

	skep_lock(&arena->lock);
	if (address) {
		if (!page_of(arena, address, count, &page) || !are_free(arena, page, count))
			page = UINT64_MAX;
	} else {
		do
			page = find_gap(arena, count);
		while (page < arena->map.max_entries && !are_free(arena, page, count));
		if (page == arena->map.max_entries)
			page = UINT64_MAX;
	}
	if (page != UINT64_MAX)
		memset(arena->pages + page, state, count);
	skep_unlock(&arena->lock);
	return page;
}

SKEP_HELPER(bpf_arena_alloc_pages)
{
	struct arena_map *arena = (struct arena_map *)r1;
	uint32_t count = r3;
	int32_t node = r4;

	if (r5 || !count || count > arena->map.max_entries || node > 0 || node < -1)
		return 0;
	int64_t page = claim(arena, r2, count, PAGE_ALLOCATED);
	return page < 0 ? 0 : (uintptr_t)arena->map.values + (uint64_t)page * ARENA_PAGE;
}

SKEP_HELPER(bpf_arena_reserve_pages)
{
	struct arena_map *arena = (struct arena_map *)r1;
	uint32_t count = r3;
	uint64_t page;

	if (!count)
		return 0;
	if (count > arena->map.max_entries || (r2 && !page_of(arena, r2, count, &page)))
		return -EINVAL;
	return claim(arena, r2, count, PAGE_RESERVED) < 0 ? -EBUSY : 0;
}

SKEP_HELPER(bpf_arena_free_pages)
{
	struct arena_map *arena = (struct arena_map *)r1;
	uint64_t count = (uint32_t)r3, page, most = arena->map.max_entries;

	if (!r2 || !count || count > most)
		return 0;
	page = (uint32_t)(r2 - (uintptr_t)arena->map.values) / ARENA_PAGE;
	if (page >= most)
		return 0;
	if (count > most - page)
		count = most - page;
	skep_lock(&arena->lock);
	madvise(arena->map.values + page * ARENA_PAGE, count * ARENA_PAGE, MADV_DONTNEED);
	memset(arena->pages + page, PAGE_FREE, count);
	skep_unlock(&arena->lock);
	return 0;
}

const struct skep_symbol skep_arena_symbols[] = {
	SKEP_SYMBOL(skep_arena_at),
	SKEP_SYMBOL(bpf_arena_alloc_pages),
	SKEP_SYMBOL(bpf_arena_reserve_pages),
	SKEP_SYMBOL(bpf_arena_free_pages),
	{ NULL },
};
