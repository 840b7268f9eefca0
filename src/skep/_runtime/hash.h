/* The inside of hash maps: elements, buckets, hashing and the lockless search. See hash.c for the rules. */
#ifndef SKEP_HASH_H
#define SKEP_HASH_H

#include "runtime.h"
#include "uapi.h"

#include <string.h>

struct element {
	uintptr_t next;     /* the next element, or the bucket's end marker */
	uint32_t code;      /* the key's hash */
	uint32_t free_next; /* on a free list: index + 1 of the next one */
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
};

static inline bool is_percpu(const struct hash_map *hash)
{
	return hash->map.type == BPF_MAP_TYPE_PERCPU_HASH;
}

static inline uint64_t pool_elements(const struct hash_map *hash)
{
	return (uint64_t)hash->map.max_entries + hash->map.ncpus;
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
		memcpy(out, element_value(hash, element), map->value_size);
		return;
	}
	for (uint32_t cpu = 0; cpu < map->ncpus; cpu++)
		memcpy((uint8_t *)out + cpu * map->elem_size, element_value(hash, element) + cpu * map->cpu_stride,
		       map->elem_size);
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
			if (element->code == code && likely(same_key(element->key, key, size)))
				return element;
			link = __atomic_load_n(&element->next, __ATOMIC_ACQUIRE);
		}
	} while (unlikely(link != end_marker(hash, bucket)));
	return NULL;
}

#endif
