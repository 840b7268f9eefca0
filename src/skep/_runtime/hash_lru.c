/* LRU hash maps: the operations that change them. They differ from those of other hashes in where elements come from:
 * one is taken, perhaps evicted from another bucket, before the key's bucket is locked.
 */
#include "native.h"
#include "hash.h"
#include "lock.h"
#include "lru.h"

bool skep_lru_unlink(struct hash_map *hash, struct element *element)
{
	struct bucket *bucket = bucket_of(hash, element->code);
	bool found = false;

	skep_lock(&bucket->lock);
	for (uintptr_t *link = &bucket->head; *link && !(*link & 1); link = &((struct element *)*link)->next)
		if (*link == (uintptr_t)element) {
			__atomic_store_n(link, element->next, __ATOMIC_RELEASE);
			found = true;
			break;
		}
	skep_unlock(&bucket->lock);
	if (found)
		free_fields(hash, element);
	return found;
}

static struct element *take(struct hash_map *hash, uint32_t cpu, uint32_t code)
{
	struct element *element = skep_lru_take(hash, cpu, code);

	if (element)
		prepare(hash, element_index(hash, element));
	return element;
}

/* A new element, filled, in the key's chain. Returns the element that is to be given back. */
static struct element *insert(struct hash_map *hash, struct bucket *bucket, const void *key, uint32_t code,
			      struct element *fresh, uint64_t flags, long *err)
{
	uintptr_t *link;
	struct element *old = find_locked(hash, bucket, key, code, &link);

	*err = check_flags(flags, old);
	if (*err)
		return fresh;
	publish(hash, bucket, link, old, fresh);
	if (old)
		lru_mark_used(fresh);
	return old;
}

static long update_plain(struct hash_map *hash, const void *key, const void *value, uint64_t flags, uint32_t cpu)
{
	uint32_t code = hash_key(hash, key);
	struct bucket *bucket = bucket_of(hash, code);
	struct element *fresh = take(hash, cpu, code);
	long err;

	if (!fresh)
		return -ENOMEM;
	memcpy(fresh->key, key, hash->map.key_size);
	store_value(hash, fresh, value, true, cpu);
	skep_lock(&bucket->lock);
	struct element *unused = insert(hash, bucket, key, code, fresh, flags, &err);
	skep_unlock(&bucket->lock);
	if (unused) {
		free_fields(hash, unused);
		skep_lru_give(hash, unused);
	}
	return err;
}

/* Values of a present key are changed where they are. */
static long update_percpu(struct hash_map *hash, const void *key, const void *value, uint64_t flags, uint32_t cpu, bool all)
{
	uint32_t code = hash_key(hash, key);
	struct bucket *bucket = bucket_of(hash, code);
	struct element *fresh = flags == BPF_EXIST ? NULL : take(hash, cpu, code);
	uintptr_t *link;

	if (!fresh && flags != BPF_EXIST)
		return -ENOMEM;
	skep_lock(&bucket->lock);
	struct element *old = find_locked(hash, bucket, key, code, &link);
	long err = check_flags(flags, old);
	if (!err && old) {
		lru_mark_used(old);
		fill(hash, old, value, false, cpu, all);
	} else if (!err) {
		memcpy(fresh->key, key, hash->map.key_size);
		fill(hash, fresh, value, true, cpu, all);
		publish(hash, bucket, link, NULL, fresh);
		fresh = NULL;
	}
	skep_unlock(&bucket->lock);
	if (fresh)
		skep_lru_give(hash, fresh);
	return err;
}

static long update(struct skep_map *map, const void *key, const void *value, uint64_t flags, uint32_t cpu, bool all)
{
	struct hash_map *hash = (struct hash_map *)map;

	if (flags > BPF_EXIST)
		return -EINVAL;
	return is_percpu(hash) ? update_percpu(hash, key, value, flags, cpu, all) :
				 update_plain(hash, key, value, flags, cpu);
}

long skep_lru_update(struct skep_map *map, const void *key, const void *value, uint64_t flags, struct skep_run *run)
{
	return update(map, key, value, flags, run->cpu, false);
}

long skep_lru_sys_update(struct skep_map *map, const void *key, const void *value, uint64_t flags)
{
	return update(map, key, value, flags, 0, true);
}

long skep_lru_sys_pop(struct skep_map *map, const void *key, void *value)
{
	struct hash_map *hash = (struct hash_map *)map;
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
	skep_lru_give(hash, element);
	return 0;
}

long skep_lru_delete(struct skep_map *map, const void *key, struct skep_run *run)
{
	return skep_lru_sys_pop(map, key, NULL);
}
