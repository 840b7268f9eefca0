/* Bloom filter: values can be put in, and asked for with a small chance of a false yes.
 *
 * Size, number of hashes and the hash function are Linux's, so that with BPF_F_ZERO_SEED the same values give the same
 * false answers. The hash is Bob Jenkins's lookup3 (public domain, burtleburtle.net/bob/c/lookup3.c).
 */
#include "native.h"
#include "uapi.h"

#include <string.h>

struct bloom_map {
	struct skep_map map;
	uint64_t *bits;
	uint32_t mask, seed, hashes;
};

static uint32_t rotate(uint32_t x, int by)
{
	return x << by | x >> (32 - by);
}

static void mix(uint32_t s[3])
{
	static const uint8_t by[6] = { 4, 6, 8, 16, 19, 4 };

	for (int i = 0; i < 6; i++) {
		uint32_t *a = &s[i % 3], *b = &s[(i + 1) % 3], *c = &s[(i + 2) % 3];
		*a = (*a - *c) ^ rotate(*c, by[i]);
		*c += *b;
	}
}

static void finish(uint32_t s[3])
{
	static const uint8_t by[7] = { 14, 11, 25, 16, 4, 14, 24 };

	for (int i = 0; i < 7; i++) { /* c b, a c, b a, c b, a c, b a, c b */
		uint32_t *to = &s[(i + 2) % 3], from = s[(i + 1) % 3];
		*to = (*to ^ from) - rotate(from, by[i]);
	}
}

static uint32_t lookup3(const uint8_t *data, uint32_t size, uint32_t seed)
{
	uint32_t start = 0xdeadbeef + size + seed, s[3] = { start, start, start }, words[3];

	for (; size > 12; data += 12, size -= 12) {
		memcpy(words, data, 12);
		for (int i = 0; i < 3; i++)
			s[i] += words[i];
		mix(s);
	}
	if (!size)
		return s[2];
	memset(words, 0, sizeof(words));
	memcpy(words, data, size);
	for (int i = 0; i < 3; i++)
		s[i] += words[i];
	finish(s);
	return s[2];
}

static uint32_t bit_of(const struct bloom_map *bloom, const void *value, uint32_t number)
{
	return lookup3(value, bloom->map.value_size, bloom->seed + number) & bloom->mask;
}

static long bloom_push(struct skep_map *map, const void *value, uint64_t flags)
{
	struct bloom_map *bloom = (struct bloom_map *)map;

	if (flags)
		return -EINVAL;
	for (uint32_t i = 0; i < bloom->hashes; i++) {
		uint32_t bit = bit_of(bloom, value, i);
		__atomic_fetch_or(&bloom->bits[bit / 64], 1ull << bit % 64, __ATOMIC_RELAXED);
	}
	return 0;
}

static long bloom_peek(struct skep_map *map, void *value)
{
	struct bloom_map *bloom = (struct bloom_map *)map;

	for (uint32_t i = 0; i < bloom->hashes; i++) {
		uint32_t bit = bit_of(bloom, value, i);
		if (!(__atomic_load_n(&bloom->bits[bit / 64], __ATOMIC_RELAXED) >> bit % 64 & 1))
			return -ENOENT;
	}
	return 0;
}

static long bloom_pop(struct skep_map *map, void *value)
{
	return -EOPNOTSUPP;
}

static void *no_lookup(struct skep_map *map, const void *key, struct skep_run *run)
{
	return NULL;
}

static long no_update(struct skep_map *map, const void *key, const void *value, uint64_t flags, struct skep_run *run)
{
	return -EINVAL;
}

static long no_delete(struct skep_map *map, const void *key, struct skep_run *run)
{
	return -EOPNOTSUPP;
}

static long no_next_key(struct skep_map *map, const void *key, void *next)
{
	return -EOPNOTSUPP;
}

static long sys_push(struct skep_map *map, const void *key, const void *value, uint64_t flags)
{
	return bloom_push(map, value, flags);
}

static uint64_t bytes_of(const struct bloom_map *bloom)
{
	return (bloom->mask + 1ull) / 8;
}

static void bloom_free(struct skep_map *map)
{
	struct bloom_map *bloom = (struct bloom_map *)map;

	skep_pages_free(bloom->bits, bytes_of(bloom));
	free(bloom);
}

static const struct skep_map_ops bloom_ops = {
	.lookup = no_lookup,
	.update = no_update,
	.delete = no_delete,
	.push = bloom_push,
	.pop = bloom_pop,
	.peek = bloom_peek,
	.sys_update = sys_push,
	.next_key = no_next_key,
	.free = bloom_free,
};

/* The best number of bits is entries * hashes / ln 2; 7/5 stands for 1 / ln 2, and what overflows gets 2^32 bits. */
static uint32_t mask_for(uint32_t entries, uint32_t hashes)
{
	uint64_t bits = (uint64_t)entries * hashes;

	if (bits > UINT32_MAX)
		return UINT32_MAX;
	bits = bits / 5 * 7;
	if (bits > 1ull << 31)
		return UINT32_MAX;
	return bits <= 64 ? 63 : UINT32_MAX >> __builtin_clz(bits - 1);
}

struct skep_map *skep_bloom_new(const struct skep_map *wanted, long *err)
{
	struct bloom_map *bloom = calloc(1, sizeof(*bloom));

	*err = -ENOMEM;
	if (!bloom)
		return NULL;
	bloom->map = *wanted;
	bloom->map.ops = &bloom_ops;
	bloom->hashes = wanted->extra ? wanted->extra : 5;
	bloom->mask = mask_for(wanted->max_entries, bloom->hashes);
	bloom->seed = wanted->flags & BPF_F_ZERO_SEED ? 0 : wanted->random;
	bloom->bits = skep_pages(bytes_of(bloom));
	if (bloom->bits)
		return &bloom->map;
	free(bloom);
	return NULL;
}
