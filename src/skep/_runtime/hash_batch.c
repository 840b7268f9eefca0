/* Whole buckets of hash maps, for the batch commands of bpf(2). */
#include "native.h"
#include "hash.h"
#include "lock.h"
#include "lru.h"

static uint32_t count_of(const struct bucket *bucket)
{
	uint32_t count = 0;

	for (uintptr_t link = bucket->head; link && !(link & 1); link = ((struct element *)link)->next)
		count++;
	return count;
}

static void copy_bucket(struct hash_map *hash, const struct bucket *bucket, struct skep_bucket *out)
{
	size_t value_size = skep_map_value_size(&hash->map);
	uint8_t *key = out->keys, *value = out->values;

	for (uintptr_t link = bucket->head; link && !(link & 1); link = ((struct element *)link)->next) {
		struct element *element = (struct element *)link;
		memcpy(key, element->key, hash->map.key_size);
		copy_all_values(hash, element, value);
		key += hash->map.key_size;
		value += value_size;
	}
}

static void recycle(struct hash_map *hash, uintptr_t link)
{
	while (link && !(link & 1)) {
		struct element *element = (struct element *)link;
		link = element->next;
		free_fields(hash, element);
		if (is_lru(hash))
			skep_lru_give(hash, element);
		else
			skep_hash_put(hash, 0, element);
	}
}

/* Readers that stand on an element of the chain still find its end. */
static uintptr_t empty(struct hash_map *hash, struct bucket *bucket)
{
	uintptr_t chain = bucket->head;

	__atomic_store_n(&bucket->head, end_marker(hash, bucket), __ATOMIC_RELEASE);
	return chain;
}

int skep_hash_bucket(struct skep_map *map, struct skep_bucket *out)
{
	struct hash_map *hash = (struct hash_map *)map;

	for (; out->number <= hash->mask; out->number++) {
		struct bucket *bucket = &hash->buckets[out->number];
		uintptr_t head = __atomic_load_n(&bucket->head, __ATOMIC_RELAXED), removed = 0;
		if (!head || head & 1)
			continue;
		skep_lock(&bucket->lock);
		out->count = count_of(bucket);
		bool fits = out->count <= out->room;
		if (fits) {
			copy_bucket(hash, bucket, out);
			if (out->delete)
				removed = empty(hash, bucket);
		}
		skep_unlock(&bucket->lock);
		recycle(hash, removed);
		if (!fits)
			return -ENOSPC;
		if (out->count) {
			out->number++;
			return 0;
		}
	}
	out->count = 0;
	return -ENOENT;
}
