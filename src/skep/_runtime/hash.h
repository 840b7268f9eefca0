/* The inside of hash maps: elements, buckets, hashing and the lockless search. See hash.c for the rules. */
#ifndef SKEP_HASH_H
#define SKEP_HASH_H

#include "record.h"
#include "runtime.h"
#include "uapi.h"

#include <string.h>

struct element {
	uintptr_t next;     /* the next element, or the bucket's end marker */
	uint32_t code;      /* the key's hash */
	union {
		uint32_t free_next; /* on a free list: index + 1 of the next one */
		uint32_t referenced; /* LRU maps: looked up or replaced since somebody asked */
	};
	uint8_t key[];      /* then, 8-byte aligned, the value, or the address of CPU 0's value */
};

struct bucket {
	uintptr_t head; /* 0 until something was in it */
	uint32_t lock, unused;
};

struct free_list {
	uint32_t lock, head; /* index + 1 of the first free element */
	struct element *spare;
} __attribute__((aligned(64)));

struct hash_map {
	struct skep_map map;
	struct bucket *buckets;
	uint64_t seed[2];
	uint32_t mask, value_offset; /* the value's place after the key's start */
	uint8_t *pool;
	uint64_t element_size;
	uint8_t *cpu_values; /* per-CPU: rows of values, cpu_stride apart */
	struct free_list *free;
	uint32_t touched; /* elements that were ever in use; those after are still untouched pages */
	struct lru *lru;  /* LRU maps: instead of the free lists */
};

static inline bool is_percpu(const struct hash_map *hash)
{
	return hash->map.type == BPF_MAP_TYPE_PERCPU_HASH || hash->map.type == BPF_MAP_TYPE_LRU_PERCPU_HASH ||
	       hash->map.type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

static inline bool is_lru(const struct hash_map *hash)
{
	return hash->map.type == BPF_MAP_TYPE_LRU_HASH || hash->map.type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

static inline uint64_t pool_elements(const struct hash_map *hash)
{
	return (uint64_t)hash->map.max_entries + hash->map.ncpus;
}

/* Bytes of memory that an element has, also per CPU. */
static inline uint64_t element_bytes(const struct hash_map *hash)
{
	return hash->element_size + (is_percpu(hash) ? (uint64_t)hash->map.elem_size * hash->map.ncpus : 0);
}

static inline struct element *element_at(const struct hash_map *hash, uint64_t index)
{
	return (struct element *)(hash->pool + index * hash->element_size);
}

static inline uint32_t element_index(const struct hash_map *hash, const struct element *element)
{
	return ((const uint8_t *)element - hash->pool) / hash->element_size;
}

static inline uint8_t *element_value(const struct hash_map *hash, struct element *element)
{
	uint8_t *place = element->key + hash->value_offset;

	return is_percpu(hash) ? *(uint8_t **)place : place;
}

static inline struct bucket *bucket_of(const struct hash_map *hash, uint32_t code)
{
	return &hash->buckets[code & hash->mask];
}

static inline uintptr_t end_marker(const struct hash_map *hash, const struct bucket *bucket)
{
	return (uintptr_t)(bucket - hash->buckets) << 1 | 1;
}

/* Copies what bpf(2) gets: for per-CPU maps the values of all CPUs. */
static inline void copy_all_values(const struct hash_map *hash, struct element *element, void *out)
{
	const struct skep_map *map = &hash->map;

	if (!is_percpu(hash)) {
		skep_value_read(map, out, element_value(hash, element), map->value_size);
		return;
	}
	for (uint32_t cpu = 0; cpu < map->ncpus; cpu++)
		skep_value_read(map, (uint8_t *)out + cpu * map->elem_size,
				element_value(hash, element) + cpu * map->cpu_stride, map->elem_size);
}

/* Hashing: words are multiplied to 128 bits and the halves folded together, two words at a time. */
static inline uint64_t fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t word(const uint8_t *p, uint32_t size)
{
	uint64_t w = 0;

	memcpy(&w, p, size < 8 ? size : 8);
	return w;
}

static inline __attribute__((always_inline)) uint32_t hash_bytes(const struct hash_map *hash, const void *key,
								 uint32_t size)
{
	const uint8_t *p = key;
	uint64_t h = hash->seed[0];

	for (; size > 16; p += 16, size -= 16)
		h = fold(word(p, 8) ^ h, word(p + 8, 8) ^ hash->seed[1]);
	h = fold(word(p, size) ^ h, (size > 8 ? word(p + 8, size - 8) : 0) ^ hash->seed[1]);
	return h ^ h >> 32;
}

static inline uint32_t hash_key(const struct hash_map *hash, const void *key)
{
	switch (hash->map.key_size) {
	case 4:
		return hash_bytes(hash, key, 4);
	case 8:
		return hash_bytes(hash, key, 8);
	case 16:
		return hash_bytes(hash, key, 16);
	default:
		return hash_bytes(hash, key, hash->map.key_size);
	}
}

static inline __attribute__((always_inline)) bool same_key(const uint8_t *a, const uint8_t *b, uint32_t size)
{
	if (!__builtin_constant_p(size))
		return !memcmp(a, b, size);
	uint64_t different = 0;
	for (; size >= 8; a += 8, b += 8, size -= 8)
		different |= word(a, 8) ^ word(b, 8);
	return !(different | (size ? word(a, size) ^ word(b, size) : 0));
}

/* Searches read codes, and keys where these are equal, of elements that others may be reusing at that moment. */
static inline uint32_t element_code(const struct element *element)
{
	return __atomic_load_n(&element->code, __ATOMIC_RELAXED);
}

/* Searches without a lock. Elements may be deleted, reused and moved to another chain meanwhile. */
static inline __attribute__((always_inline)) struct element *find(const struct hash_map *hash, const void *key,
								  uint32_t size, uint32_t code)
{
	const struct bucket *bucket = bucket_of(hash, code);
	uintptr_t link;

	do {
		link = __atomic_load_n(&bucket->head, __ATOMIC_ACQUIRE);
		if (!link)
			return NULL;
		while (!(link & 1)) {
			struct element *element = (struct element *)link;
			if (element_code(element) == code && likely(same_key(element->key, key, size)))
				return element;
			link = __atomic_load_n(&element->next, __ATOMIC_ACQUIRE);
		}
	} while (unlikely(link != end_marker(hash, bucket)));
	return NULL;
}

static inline void store_value(struct hash_map *hash, struct element *element, const void *value, bool fresh, uint32_t cpu)
{
	struct skep_map *map = &hash->map;
	uint8_t *own = element_value(hash, element);

	if (!is_percpu(hash)) {
		skep_fields_copy(map->record, own, value, map->value_size);
		return;
	}
	for (uint32_t other = 0; fresh && other < map->ncpus; other++)
		if (other != cpu)
			memset(own + other * map->cpu_stride, 0, map->elem_size);
	skep_fields_copy(map->record, own + cpu * map->cpu_stride, value, map->value_size);
}

static inline void store_all_values(struct hash_map *hash, struct element *element, const void *values)
{
	struct skep_map *map = &hash->map;

	if (!is_percpu(hash)) {
		skep_fields_copy(map->record, element_value(hash, element), values, map->value_size);
		return;
	}
	for (uint32_t cpu = 0; cpu < map->ncpus; cpu++)
		skep_fields_copy(map->record, element_value(hash, element) + cpu * map->cpu_stride,
				 (const uint8_t *)values + cpu * map->elem_size, map->elem_size);
}

/* An element that may be touched for the first time. */
static inline struct element *prepare(struct hash_map *hash, uint64_t index)
{
	struct element *element = element_at(hash, index);

	uint8_t **place = (uint8_t **)(element->key + hash->value_offset);
	uint8_t *values = hash->cpu_values + index * hash->map.elem_size;
	if (is_percpu(hash) && *place != values) /* once for all: readers may have the address */
		*place = values;
	return element;
}

static inline struct element *find_locked(struct hash_map *hash, struct bucket *bucket, const void *key, uint32_t code,
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
static inline void publish(struct hash_map *hash, struct bucket *bucket, uintptr_t *link, struct element *old,
		    struct element *fresh)
{
	uintptr_t head = bucket->head ? bucket->head : end_marker(hash, bucket);

	__atomic_store_n(&fresh->next, old ? old->next : head, __ATOMIC_RELAXED);
	__atomic_store_n(old ? link : &bucket->head, (uintptr_t)fresh, __ATOMIC_RELEASE);
}

/* Lets go of what the special fields of an element hold: before it is used again. */
static inline void free_fields(struct hash_map *hash, struct element *element)
{
	struct skep_map *map = &hash->map;

	if (likely(!map->record))
		return;
	for (uint32_t cpu = 0; cpu < (is_percpu(hash) ? map->ncpus : 1); cpu++)
		skep_value_free(map, element_value(hash, element) + cpu * map->cpu_stride);
}

static inline long check_flags(uint64_t flags, const struct element *old)
{
	if (old && flags == BPF_NOEXIST)
		return -EEXIST;
	return !old && flags == BPF_EXIST ? -ENOENT : 0;
}

static inline void fill(struct hash_map *hash, struct element *element, const void *value, bool fresh, uint32_t cpu, bool all)
{
	if (all)
		store_all_values(hash, element, value);
	else
		store_value(hash, element, value, fresh, cpu);
}

/* What the families of hash maps share; hash.c, hash_ops.c. */
long skep_hash_next_key(struct skep_map *map, const void *key, void *next);
long skep_hash_for_each(struct skep_map *map, skep_fn callback, uint64_t ctx, struct skep_run *run);
long skep_hash_sys_lookup(struct skep_map *map, const void *key, void *value);
bool skep_hash_region(struct skep_map *map, uintptr_t address, uintptr_t *start, size_t *size);
void skep_hash_free(struct skep_map *map);
int skep_hash_bucket(struct skep_map *map, struct skep_bucket *out);
/* An element that is in no chain any more: it can be used again. hash.c */
void skep_hash_put(struct hash_map *hash, uint32_t cpu, struct element *element);
void skep_hash_each_value(struct skep_map *map, void (*visit)(struct skep_map *, void *value));
long skep_hash_update(struct skep_map *map, const void *key, const void *value, uint64_t flags, struct skep_run *run);
long skep_hash_delete(struct skep_map *map, const void *key, struct skep_run *run);
long skep_hash_sys_update(struct skep_map *map, const void *key, const void *value, uint64_t flags);
long skep_hash_sys_pop(struct skep_map *map, const void *key, void *value);

/* hash_lru.c: the operations that change an LRU hash. */
long skep_lru_update(struct skep_map *map, const void *key, const void *value, uint64_t flags, struct skep_run *run);
long skep_lru_delete(struct skep_map *map, const void *key, struct skep_run *run);
long skep_lru_sys_update(struct skep_map *map, const void *key, const void *value, uint64_t flags);
long skep_lru_sys_pop(struct skep_map *map, const void *key, void *value);

#endif
