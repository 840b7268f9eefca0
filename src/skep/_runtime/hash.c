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
 * - In LRU maps the lists of lru.c decide which element comes next, also by evicting (hash_lru.c).
 * - Free elements are on one list per CPU; a CPU with an empty list takes from the untouched rest of the pool, then
 *   from the other lists.
 */
#include "native.h"
#include "hash.h"
#include "lock.h"
#include "lru.h"
#include "pause.h"
#include "uapi.h"

#include <stdlib.h>
#include <string.h>

/* Elements that a CPU takes at once from the untouched part of the pool. */
#define REFILL 16

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

void skep_hash_put(struct hash_map *hash, uint32_t cpu, struct element *element)
{
	struct free_list *list = &hash->free[cpu];

	skep_lock(&list->lock);
	element->free_next = list->head;
	list->head = element_index(hash, element) + 1;
	skep_unlock(&list->lock);
}

/* Elements of maps with BPF_F_NO_PREALLOC are paid for when they are first touched; others when the map is made. */
static bool pay_for(struct hash_map *hash, uint32_t count)
{
	return !(hash->map.flags & BPF_F_NO_PREALLOC) || skep_charge(hash->map.kernel, count * element_bytes(hash));
}

static void give_back(struct hash_map *hash, uint32_t count)
{
	if (hash->map.flags & BPF_F_NO_PREALLOC)
		skep_uncharge(hash->map.kernel, count * element_bytes(hash));
}

/* Takes a few untouched elements: one is returned, the rest go to the CPU's list. */
static struct element *refill(struct hash_map *hash, uint32_t cpu, long *err)
{
	uint32_t first = __atomic_load_n(&hash->touched, __ATOMIC_RELAXED), count;

	for (;;) {
		count = hash->map.max_entries - first;
		if (!count)
			return NULL;
		if (count > REFILL)
			count = REFILL;
		if (!pay_for(hash, count)) {
			*err = -ENOMEM;
			return NULL;
		}
		if (__atomic_compare_exchange_n(&hash->touched, &first, first + count, false, __ATOMIC_RELAXED,
						__ATOMIC_RELAXED))
			break;
		give_back(hash, count);
	}
	for (uint32_t i = count - 1; i; i--)
		skep_hash_put(hash, cpu, prepare(hash, first + i));
	return prepare(hash, first);
}

static struct element *take_free(struct hash_map *hash, uint32_t cpu, long *err)
{
	struct element *element = pop_free(hash, &hash->free[cpu]);

	if (likely(element))
		return element;
	element = refill(hash, cpu, err);
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

/* `all`: value holds the values of all CPUs, as bpf(2) gives them. */
static long update(struct hash_map *hash, const void *key, const void *value, uint64_t flags, uint32_t cpu, bool all)
{
	bool locked = unlikely(flags & BPF_F_LOCK);

	flags &= ~(uint64_t)BPF_F_LOCK;
	if (unlikely(flags > BPF_EXIST || (locked && (!hash->map.record || hash->map.record->lock < 0))))
		return -EINVAL;

	uint32_t code = hash_key(hash, key);
	struct bucket *bucket = bucket_of(hash, code);
	uintptr_t *link;

	skep_lock(&bucket->lock);
	struct element *old = find_locked(hash, bucket, key, code, &link), *fresh;
	long err = check_flags(flags, old);
	if (err)
		goto out;
	if (old && locked) { /* in its place, so that all who wait for the lock see it */
		skep_lock(skep_value_lock(&hash->map, element_value(hash, old)));
		skep_fields_copy(hash->map.record, element_value(hash, old), value, hash->map.value_size);
		skep_unlock(skep_value_lock(&hash->map, element_value(hash, old)));
		goto out;
	}
	if (old && is_percpu(hash)) {
		fill(hash, old, value, false, cpu, all);
		goto out;
	}
	err = -E2BIG; /* unless something else is why there is none */
	fresh = old ? take_spare(hash, cpu) : take_free(hash, cpu, &err);
	if (!fresh)
		goto out;
	__atomic_store_n(&fresh->code, code, __ATOMIC_RELAXED);
	memcpy(fresh->key, key, hash->map.key_size);
	fill(hash, fresh, value, true, cpu, all);
	publish(hash, bucket, link, old, fresh);
	skep_unlock(&bucket->lock);
	if (old) {
		free_fields(hash, old);
		put_spare(hash, cpu, old);
	}
	return 0;
out:
	skep_unlock(&bucket->lock);
	return err;
}

long skep_hash_update(struct skep_map *map, const void *key, const void *value, uint64_t flags, struct skep_run *run)
{
	return update((struct hash_map *)map, key, value, flags, run->cpu, false);
}

long skep_hash_sys_update(struct skep_map *map, const void *key, const void *value, uint64_t flags)
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
	free_fields(hash, element);
	skep_hash_put(hash, cpu, element);
	return 0;
}

long skep_hash_delete(struct skep_map *map, const void *key, struct skep_run *run)
{
	return remove_key((struct hash_map *)map, key, NULL, run->cpu);
}

long skep_hash_sys_pop(struct skep_map *map, const void *key, void *value)
{
	return remove_key((struct hash_map *)map, key, value, 0);
}

long skep_hash_sys_lookup(struct skep_map *map, const void *key, void *value)
{
	struct hash_map *hash = (struct hash_map *)map;
	struct element *element = find(hash, key, hash->map.key_size, hash_key(hash, key));

	if (!element)
		return -ENOENT;
	copy_all_values(hash, element, value);
	return 0;
}

/* Gives out the key of the element that a link leads to; the bucket is locked, so nobody reuses it meanwhile. */
static bool copy_key(const struct skep_map *map, uintptr_t link, void *next)
{
	if (!link || link & 1)
		return false;
	memcpy(next, ((struct element *)link)->key, map->key_size);
	return true;
}

/* The element after this one; a key that is not there (any more) means: from the start. */
long skep_hash_next_key(struct skep_map *map, const void *key, void *next)
{
	struct hash_map *hash = (struct hash_map *)map;
	uint32_t number = 0;
	bool found = false;

	if (key) {
		uint32_t code = hash_key(hash, key);
		struct bucket *bucket = bucket_of(hash, code);
		uintptr_t *link;
		skep_lock(&bucket->lock);
		struct element *element = find_locked(hash, bucket, key, code, &link);
		found = element && copy_key(map, element->next, next);
		skep_unlock(&bucket->lock);
		number = element ? (code & hash->mask) + 1 : 0;
	}
	for (; !found && number <= hash->mask; number++) {
		struct bucket *bucket = &hash->buckets[number];
		uintptr_t head = __atomic_load_n(&bucket->head, __ATOMIC_ACQUIRE);
		if (!head || head & 1)
			continue;
		skep_lock(&bucket->lock);
		found = copy_key(map, bucket->head, next);
		skep_unlock(&bucket->lock);
	}
	return found ? 0 : -ENOENT;
}

/* The callback may delete the element that it is called for: its `next` stays as it was. */
long skep_hash_for_each(struct skep_map *map, skep_fn callback, uint64_t ctx, struct skep_run *run)
{
	struct hash_map *hash = (struct hash_map *)map;
	long calls = 0;

	for (uint32_t number = 0; number <= hash->mask; number++) {
		uintptr_t link = __atomic_load_n(&hash->buckets[number].head, __ATOMIC_ACQUIRE);
		while (link && !(link & 1)) {
			struct element *element = (struct element *)link;
			uint8_t *value = element_value(hash, element) + (is_percpu(hash) ? run->cpu * map->cpu_stride : 0);
			calls++;
			if (callback((uintptr_t)map, (uintptr_t)element->key, (uintptr_t)value, ctx, 0, run) ||
			    skep_loop_ends(run))
				return calls;
			link = __atomic_load_n(&element->next, __ATOMIC_ACQUIRE);
		}
	}
	return calls;
}

bool skep_hash_region(struct skep_map *map, uintptr_t address, uintptr_t *start, size_t *size)
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

/* Of all elements that were ever in use. */
void skep_hash_each_value(struct skep_map *map, void (*visit)(struct skep_map *, void *value))
{
	struct hash_map *hash = (struct hash_map *)map;
	uint64_t touched = is_lru(hash) ? map->max_entries : hash->touched;

	for (uint64_t i = 0; i < pool_elements(hash); i++) {
		if (i == touched)
			i = map->max_entries; /* the spares */
		if (i == pool_elements(hash))
			break;
		for (uint32_t cpu = 0; cpu < (is_percpu(hash) ? map->ncpus : 1); cpu++)
			visit(map, is_percpu(hash) ? hash->cpu_values + cpu * map->cpu_stride + i * map->elem_size :
						     element_value(hash, element_at(hash, i)));
	}
}

void skep_hash_free(struct skep_map *map)
{
	struct hash_map *hash = (struct hash_map *)map;

	if (map->record)
		skep_hash_each_value(map, skep_value_free);
	give_back(hash, hash->touched);
	skep_pages_free(hash->buckets, (hash->mask + 1ul) * sizeof(struct bucket));
	skep_pages_free(hash->pool, pool_elements(hash) * hash->element_size);
	skep_pages_free(hash->cpu_values, map->cpu_stride * map->ncpus);
	skep_lru_free(hash);
	skep_pages_free(hash->free, map->ncpus * sizeof(struct free_list));
	free(hash);
}
