/* Hash maps: hash, per-CPU hash.
 *
 * The problem: programs on several threads look up without locks and keep addresses of values, while others update
 * and delete. The rules, which are Linux's:
 *
 * - Elements live in one pool for the map's whole life, so an address of a value stays readable whatever happens to
 *   the element. Pages of the pool cost nothing until an element in them is first used, which makes preallocated
 *   maps and those with BPF_F_NO_PREALLOC the same thing here.
 * - A chain ends in a marker that names its bucket (an odd word). A reader that was on an element while it moved to
 *   another chain sees the wrong marker at the end, and starts again.
 * - An update of a present key puts a fresh element in the old one's place: a value that a program holds does not
 *   change under it, and no reader can miss the key. One spare element per CPU makes that possible in a full map.
 * - Free elements are on one list per CPU; a CPU with an empty list takes from the untouched rest of the pool, then
 *   from the other lists.
 */
#include "native.h"
#include "hash.h"
#include "lock.h"
#include "uapi.h"

#include <stdlib.h>
#include <string.h>

/* Elements that a CPU takes at once from the untouched part of the pool. */
#define REFILL 16

static void store_value(struct hash_map *hash, struct element *element, const void *value, bool fresh, uint32_t cpu)
{
	struct skep_map *map = &hash->map;
	uint8_t *own = element_value(hash, element);

	if (!is_percpu(hash)) {
		memcpy(own, value, map->value_size);
		return;
	}
	for (uint32_t other = 0; fresh && other < map->ncpus; other++)
		if (other != cpu)
			memset(own + other * map->cpu_stride, 0, map->elem_size);
	memcpy(own + cpu * map->cpu_stride, value, map->value_size);
}

static void store_all_values(struct hash_map *hash, struct element *element, const void *values)
{
	struct skep_map *map = &hash->map;

	if (!is_percpu(hash)) {
		memcpy(element_value(hash, element), values, map->value_size);
		return;
	}
	for (uint32_t cpu = 0; cpu < map->ncpus; cpu++)
		memcpy(element_value(hash, element) + cpu * map->cpu_stride,
		       (const uint8_t *)values + cpu * map->elem_size, map->elem_size);
}

static struct element *pop_free(struct hash_map *hash, struct free_list *list)
{
	uint32_t index;

	skep_lock(&list->lock);
	index = list->head;
	if (index)
		list->head = element_at(hash, index - 1)->free_next;
	skep_unlock(&list->lock);
	return index ? element_at(hash, index - 1) : NULL;
}

static void push_free(struct hash_map *hash, uint32_t cpu, struct element *element)
{
	struct free_list *list = &hash->free[cpu];

	skep_lock(&list->lock);
	element->free_next = list->head;
	list->head = element_index(hash, element) + 1;
	skep_unlock(&list->lock);
}

/* An element that is touched for the first time. */
static struct element *prepare(struct hash_map *hash, uint64_t index)
{
	struct element *element = element_at(hash, index);

	if (is_percpu(hash))
		*(uint8_t **)(element->key + hash->value_offset) = hash->cpu_values + index * hash->map.elem_size;
	return element;
}

/* Takes a few untouched elements: one is returned, the rest go to the CPU's list. */
static struct element *refill(struct hash_map *hash, uint32_t cpu)
{
	uint32_t first = __atomic_load_n(&hash->touched, __ATOMIC_RELAXED), count;

	do {
		count = hash->map.max_entries - first;
		if (!count)
			return NULL;
		if (count > REFILL)
			count = REFILL;
	} while (!__atomic_compare_exchange_n(&hash->touched, &first, first + count, false, __ATOMIC_RELAXED,
					      __ATOMIC_RELAXED));
	for (uint32_t i = count - 1; i; i--)
		push_free(hash, cpu, prepare(hash, first + i));
	return prepare(hash, first);
}

static struct element *take_free(struct hash_map *hash, uint32_t cpu)
{
	struct element *element = pop_free(hash, &hash->free[cpu]);

	if (likely(element))
		return element;
	element = refill(hash, cpu);
	for (uint32_t i = 1; !element && i < hash->map.ncpus; i++)
		element = pop_free(hash, &hash->free[(cpu + i) % hash->map.ncpus]);
	return element;
}

/* The CPU's spare element. It is away only while another thread that acts for the same CPU is between take and
 * put, inside a bucket lock that nobody here waits for, so waiting ends. */
static struct element *take_spare(struct hash_map *hash, uint32_t cpu)
{
	struct element *element;

	while (!(element = __atomic_exchange_n(&hash->free[cpu].spare, NULL, __ATOMIC_ACQUIRE)))
		sched_yield();
	return element;
}

static void put_spare(struct hash_map *hash, uint32_t cpu, struct element *element)
{
	__atomic_store_n(&hash->free[cpu].spare, element, __ATOMIC_RELEASE);
}

static struct element *find_locked(struct hash_map *hash, struct bucket *bucket, const void *key, uint32_t code,
				   uintptr_t **link)
{
	uint32_t key_size = hash->map.key_size;

	*link = &bucket->head;
	while (**link && !(**link & 1)) {
		struct element *element = (struct element *)**link;
		if (element->code == code && !memcmp(element->key, key, key_size))
			return element;
		*link = &element->next;
	}
	return NULL;
}

/* Publishes an element in the place of `old`, or at the head of the chain. */
static void publish(struct hash_map *hash, struct bucket *bucket, uintptr_t *link, struct element *old,
		    struct element *fresh)
{
	uintptr_t head = bucket->head ? bucket->head : end_marker(hash, bucket);

	__atomic_store_n(&fresh->next, old ? old->next : head, __ATOMIC_RELAXED);
	__atomic_store_n(old ? link : &bucket->head, (uintptr_t)fresh, __ATOMIC_RELEASE);
}

static long check_flags(uint64_t flags, const struct element *old)
{
	if (old && flags == BPF_NOEXIST)
		return -EEXIST;
	return !old && flags == BPF_EXIST ? -ENOENT : 0;
}

static void fill(struct hash_map *hash, struct element *element, const void *value, bool fresh, uint32_t cpu, bool all)
{
	if (all)
		store_all_values(hash, element, value);
	else
		store_value(hash, element, value, fresh, cpu);
}

/* `all`: value holds the values of all CPUs, as bpf(2) gives them. */
static long update(struct hash_map *hash, const void *key, const void *value, uint64_t flags, uint32_t cpu, bool all)
{
	if (unlikely(flags > BPF_EXIST))
		return -EINVAL;

	uint32_t code = hash_key(hash, key);
	struct bucket *bucket = bucket_of(hash, code);
	uintptr_t *link;

	skep_lock(&bucket->lock);
	struct element *old = find_locked(hash, bucket, key, code, &link), *fresh;
	long err = check_flags(flags, old);
	if (err)
		goto out;
	if (old && is_percpu(hash)) {
		fill(hash, old, value, false, cpu, all);
		goto out;
	}
	fresh = old ? take_spare(hash, cpu) : take_free(hash, cpu);
	if (!fresh) {
		err = -E2BIG;
		goto out;
	}
	fresh->code = code;
	memcpy(fresh->key, key, hash->map.key_size);
	fill(hash, fresh, value, true, cpu, all);
	publish(hash, bucket, link, old, fresh);
	if (old)
		put_spare(hash, cpu, old);
out:
	skep_unlock(&bucket->lock);
	return err;
}

static long hash_update(struct skep_map *map, const void *key, const void *value, uint64_t flags, struct skep_run *run)
{
	return update((struct hash_map *)map, key, value, flags, run->cpu, false);
}

static long hash_sys_update(struct skep_map *map, const void *key, const void *value, uint64_t flags)
{
	return update((struct hash_map *)map, key, value, flags, 0, true);
}

static long remove_key(struct hash_map *hash, const void *key, void *value, uint32_t cpu)
{
	uint32_t code = hash_key(hash, key);
	struct bucket *bucket = bucket_of(hash, code);
	uintptr_t *link;

	skep_lock(&bucket->lock);
	struct element *element = find_locked(hash, bucket, key, code, &link);
	if (element) {
		__atomic_store_n(link, element->next, __ATOMIC_RELEASE);
		if (value)
			copy_all_values(hash, element, value);
	}
	skep_unlock(&bucket->lock);
	if (!element)
		return -ENOENT;
	push_free(hash, cpu, element);
	return 0;
}

static long hash_delete(struct skep_map *map, const void *key, struct skep_run *run)
{
	return remove_key((struct hash_map *)map, key, NULL, run->cpu);
}

static long hash_sys_pop(struct skep_map *map, const void *key, void *value)
{
	return remove_key((struct hash_map *)map, key, value, 0);
}

static long hash_sys_lookup(struct skep_map *map, const void *key, void *value)
{
	struct hash_map *hash = (struct hash_map *)map;
	struct element *element = find(hash, key, hash->map.key_size, hash_key(hash, key));

	if (!element)
		return -ENOENT;
	copy_all_values(hash, element, value);
	return 0;
}

/* The element after this one; a key that is not there (any more) means: from the start. */
static long hash_next_key(struct skep_map *map, const void *key, void *next)
{
	struct hash_map *hash = (struct hash_map *)map;
	uint32_t number = 0;

	if (key) {
		uint32_t code = hash_key(hash, key);
		struct element *element = find(hash, key, map->key_size, code);
		uintptr_t link = element ? __atomic_load_n(&element->next, __ATOMIC_ACQUIRE) : 0;
		if (link && !(link & 1)) {
			memcpy(next, ((struct element *)link)->key, map->key_size);
			return 0;
		}
		number = element ? (code & hash->mask) + 1 : 0;
	}
	for (; number <= hash->mask; number++) {
		uintptr_t link = __atomic_load_n(&hash->buckets[number].head, __ATOMIC_ACQUIRE);
		if (link && !(link & 1)) {
			memcpy(next, ((struct element *)link)->key, map->key_size);
			return 0;
		}
	}
	return -ENOENT;
}

/* The callback may delete the element that it is called for: its `next` stays as it was. */
static long hash_for_each(struct skep_map *map, skep_fn callback, uint64_t ctx, struct skep_run *run)
{
	struct hash_map *hash = (struct hash_map *)map;
	long calls = 0;

	for (uint32_t number = 0; number <= hash->mask; number++) {
		uintptr_t link = __atomic_load_n(&hash->buckets[number].head, __ATOMIC_ACQUIRE);
		while (link && !(link & 1)) {
			struct element *element = (struct element *)link;
			uint8_t *value = element_value(hash, element) + (is_percpu(hash) ? run->cpu * map->cpu_stride : 0);
			calls++;
			if (callback((uintptr_t)map, (uintptr_t)element->key, (uintptr_t)value, ctx, 0, run))
				return calls;
			link = __atomic_load_n(&element->next, __ATOMIC_ACQUIRE);
		}
	}
	return calls;
}

static bool hash_region(struct skep_map *map, uintptr_t address, uintptr_t *start)
{
	struct hash_map *hash = (struct hash_map *)map;
	uintptr_t offset = address - (uintptr_t)hash->pool;

	if (is_percpu(hash)) {
		offset = address - (uintptr_t)hash->cpu_values;
		if (offset >= hash->map.cpu_stride * map->ncpus)
			return false;
		uintptr_t row = offset / map->cpu_stride * map->cpu_stride;
		*start = (uintptr_t)hash->cpu_values + row + (offset - row) / map->elem_size * map->elem_size;
	} else {
		if (offset >= pool_elements(hash) * hash->element_size)
			return false;
		*start = (uintptr_t)element_value(hash, element_at(hash, offset / hash->element_size));
	}
	return address >= *start && address - *start < map->value_size;
}

static void hash_free(struct skep_map *map)
{
	struct hash_map *hash = (struct hash_map *)map;

	skep_pages_free(hash->buckets, (hash->mask + 1ul) * sizeof(struct bucket));
	skep_pages_free(hash->pool, pool_elements(hash) * hash->element_size);
	skep_pages_free(hash->cpu_values, map->cpu_stride * map->ncpus);
	skep_pages_free(hash->free, map->ncpus * sizeof(struct free_list));
	free(hash);
}

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

#define OPS(lookup_function, percpu_function)                                                                \
	{                                                                                                     \
		.lookup = lookup_function, .update = hash_update, .delete = hash_delete,                      \
		.lookup_percpu = percpu_function, .for_each = hash_for_each, .sys_lookup = hash_sys_lookup,     \
		.sys_update = hash_sys_update,                                                                \
		.sys_pop = hash_sys_pop, .next_key = hash_next_key, .region = hash_region, .free = hash_free, \
	}
#define ROW(size) { size, OPS(htab_lookup_##size, NULL), OPS(htab_percpu_lookup_##size, hash_lookup_percpu) },

static const struct {
	uint32_t key_size;
	struct skep_map_ops plain, percpu;
} ops_by_key_size[] = {
	EACH_KEY_SIZE(ROW){ 0, OPS(htab_lookup_any, NULL), OPS(htab_percpu_lookup_any, hash_lookup_percpu) },
};

static const struct skep_map_ops *ops_for(const struct skep_map *map)
{
	size_t i = 0;

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
	if (!hash->buckets || !hash->pool || !hash->free || (is_percpu(hash) && !hash->cpu_values)) {
		hash_free(map);
		return NULL;
	}
	seed(hash);
	for (uint32_t cpu = 0; cpu < map->ncpus; cpu++) /* the pool's last elements are the spares */
		hash->free[cpu].spare = prepare(hash, (uint64_t)map->max_entries + cpu);
	return map;
}

#define SYMBOLS_FOR(size) SKEP_SYMBOL(htab_lookup_##size##_elem), SKEP_SYMBOL(htab_percpu_lookup_##size##_elem),

const struct skep_symbol skep_hash_symbols[] = { EACH_KEY_SIZE(SYMBOLS_FOR) SYMBOLS_FOR(any){ NULL } };
