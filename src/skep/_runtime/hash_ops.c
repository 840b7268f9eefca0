/* Lookups in hash maps by programs, the tables of operations, and how a hash map is made. */
#include "native.h"
#include "hash.h"
#include "lru.h"
#include "slots.h"
#include "uapi.h"

#include <stdlib.h>

/* Lookups for programs, one for each common key size: hashing and comparing are then a few instructions. Each
 * stands in SYMBOLS too, so that generated code for a known map calls it directly. */
#define LOOKUP(name, size, value)                                                                          \
	static void *name(struct skep_map *map, const void *key, struct skep_run *run)                     \
	{                                                                                                   \
		struct hash_map *hash = (struct hash_map *)map;                                             \
		uint32_t key_size = (size) ? (size) : map->key_size;                                        \
		struct element *element = find(hash, key, key_size, hash_bytes(hash, key, key_size));      \
		return element ? (value) : NULL;                                                            \
	}                                                                                                   \
	SKEP_HELPER(name##_elem)                                                                            \
	{                                                                                                   \
		return (uintptr_t)name((struct skep_map *)r1, (const void *)r2, run);                       \
	}

#define PLAIN_VALUE element->key + round_up(key_size, 8)
#define CPU_VALUE *(uint8_t **)(element->key + round_up(key_size, 8)) + run->cpu * map->cpu_stride

#define EACH_KEY_SIZE(X) X(2) X(4) X(6) X(8) X(12) X(16) X(20) X(24) X(32) X(36) X(40)

#define DEFINE(size) LOOKUP(htab_lookup_##size, size, PLAIN_VALUE) LOOKUP(htab_percpu_lookup_##size, size, CPU_VALUE)
EACH_KEY_SIZE(DEFINE)
LOOKUP(htab_lookup_any, 0, PLAIN_VALUE)
LOOKUP(htab_percpu_lookup_any, 0, CPU_VALUE)

static void *hash_lookup_percpu(struct skep_map *map, const void *key, uint32_t cpu)
{
	struct skep_run run = { .cpu = cpu };

	return cpu < map->ncpus ? htab_percpu_lookup_any(map, key, &run) : NULL;
}

#define OPS(lookup_function, update_function, percpu_function)                                                                \
	{                                                                                                     \
		.lookup = lookup_function, .update = update_function, .delete = skep_hash_delete,                       \
		.lookup_percpu = percpu_function, .for_each = skep_hash_for_each, .sys_lookup = skep_hash_sys_lookup,     \
		.sys_update = skep_hash_sys_update,                                                                \
		.sys_pop = skep_hash_sys_pop, .next_key = skep_hash_next_key, .bucket = skep_hash_bucket, .each_value = skep_hash_each_value,                               \
		.region = skep_hash_region, .free = skep_hash_free,                                                 \
	}
#define PLAIN(lookup_function, percpu_function) OPS(lookup_function, skep_hash_update, percpu_function)
#define ROW(size) { size, PLAIN(htab_lookup_##size, NULL), PLAIN(htab_percpu_lookup_##size, hash_lookup_percpu) },

static const struct {
	uint32_t key_size;
	struct skep_map_ops plain, percpu;
} ops_by_key_size[] = {
	EACH_KEY_SIZE(ROW){ 0, PLAIN(htab_lookup_any, NULL), PLAIN(htab_percpu_lookup_any, hash_lookup_percpu) },
};

/* Lookups whose inner work is not worth a function for each key size. */
static struct element *find_any(struct skep_map *map, const void *key)
{
	struct hash_map *hash = (struct hash_map *)map;

	return find(hash, key, map->key_size, hash_key(hash, key));
}

static void *lru_lookup_on(struct skep_map *map, const void *key, uint32_t cpu)
{
	struct element *element = find_any(map, key);

	if (!element)
		return NULL;
	lru_mark_used(element);
	return element_value((struct hash_map *)map, element) + cpu * map->cpu_stride;
}

static void *lru_lookup(struct skep_map *map, const void *key, struct skep_run *run)
{
	return lru_lookup_on(map, key, run->cpu); /* the stride is 0 unless values are per CPU */
}

static void *lru_lookup_percpu(struct skep_map *map, const void *key, uint32_t cpu)
{
	return cpu < map->ncpus ? lru_lookup_on(map, key, cpu) : NULL;
}

/* hash_of_maps, sockhash: values are pointers to objects that the kernel side keeps alive. */
static void *pointer_lookup(struct skep_map *map, const void *key, struct skep_run *run)
{
	struct element *element = find_any(map, key);

	return element ? *(void **)element_value((struct hash_map *)map, element) : NULL;
}

#define LRU_OPS(percpu_function)                                                                            \
	{                                                                                                    \
		.lookup = lru_lookup, .update = skep_lru_update, .delete = skep_lru_delete,                  \
		.lookup_percpu = percpu_function, .for_each = skep_hash_for_each,                            \
		.sys_lookup = skep_hash_sys_lookup, .sys_update = skep_lru_sys_update,                       \
		.sys_pop = skep_lru_sys_pop, .next_key = skep_hash_next_key,                                 \
		.bucket = skep_hash_bucket, .each_value = skep_hash_each_value, .region = skep_hash_region,                              \
		.free = skep_hash_free,                                                                      \
	}

static const struct skep_map_ops lru_ops = LRU_OPS(NULL), lru_percpu_ops = LRU_OPS(lru_lookup_percpu),
				 hash_of_maps_ops = OPS(pointer_lookup, skep_hash_update, NULL),
				 sockhash_ops = OPS(pointer_lookup, skep_socket_update, NULL);

static const struct skep_map_ops *ops_for(const struct skep_map *map)
{
	size_t i = 0;

	if (map->type == BPF_MAP_TYPE_LRU_HASH)
		return &lru_ops;
	if (map->type == BPF_MAP_TYPE_LRU_PERCPU_HASH)
		return &lru_percpu_ops;
	if (map->type == BPF_MAP_TYPE_HASH_OF_MAPS)
		return &hash_of_maps_ops;
	if (map->type == BPF_MAP_TYPE_SOCKHASH)
		return &sockhash_ops;
	while (ops_by_key_size[i].key_size && ops_by_key_size[i].key_size != map->key_size)
		i++;
	return map->type == BPF_MAP_TYPE_PERCPU_HASH ? &ops_by_key_size[i].percpu : &ops_by_key_size[i].plain;
}

static void seed(struct hash_map *hash)
{
	uint64_t random = hash->map.flags & BPF_F_ZERO_SEED ? 0 : hash->map.random;

	hash->seed[0] = random ^ 0xa0761d6478bd642f;
	hash->seed[1] = random * 0x9e3779b97f4a7c15 ^ 0xe7037ed1a0b428db;
}

static uint32_t bucket_mask(uint32_t max_entries)
{
	return max_entries > 1 ? UINT32_MAX >> __builtin_clz(max_entries - 1) : 0;
}

struct skep_map *skep_hash_new(const struct skep_map *wanted, long *err)
{
	struct hash_map *hash = calloc(1, sizeof(*hash));

	*err = -ENOMEM;
	if (!hash)
		return NULL;
	struct skep_map *map = &hash->map;
	*map = *wanted;
	map->ops = ops_for(map);
	map->elem_size = round_up(map->value_size, 8);
	hash->mask = bucket_mask(map->max_entries);
	hash->value_offset = round_up(map->key_size, 8);
	hash->element_size = sizeof(struct element) + hash->value_offset +
			     (is_percpu(hash) ? sizeof(uint8_t *) : map->elem_size);
	hash->buckets = skep_pages((hash->mask + 1ul) * sizeof(struct bucket));
	hash->pool = skep_pages(pool_elements(hash) * hash->element_size);
	hash->free = skep_pages(map->ncpus * sizeof(struct free_list));
	if (is_percpu(hash)) {
		map->cpu_stride = round_up(pool_elements(hash) * map->elem_size, 4096);
		hash->cpu_values = skep_pages(map->cpu_stride * map->ncpus);
	}
	if (!hash->buckets || !hash->pool || !hash->free || (is_percpu(hash) && !hash->cpu_values) ||
	    (is_lru(hash) && !skep_lru_new(hash))) {
		skep_hash_free(map);
		return NULL;
	}
	seed(hash);
	for (uint32_t cpu = 0; cpu < map->ncpus; cpu++) /* the pool's last elements are the spares */
		hash->free[cpu].spare = prepare(hash, (uint64_t)map->max_entries + cpu);
	return map;
}

#define SYMBOLS_FOR(size) SKEP_SYMBOL(htab_lookup_##size##_elem), SKEP_SYMBOL(htab_percpu_lookup_##size##_elem),

const struct skep_symbol skep_hash_symbols[] = { EACH_KEY_SIZE(SYMBOLS_FOR) SYMBOLS_FOR(any){ NULL } };
