/* Which element of an LRU hash is used next: lists of all elements by how recently they were used. See lru.c. */
#ifndef SKEP_LRU_H
#define SKEP_LRU_H

#include "hash.h"

/* The lists of a hash map; false when there is no memory. */
bool skep_lru_new(struct hash_map *hash);
void skep_lru_free(struct hash_map *hash);

/* An element for a key with this hash, free or evicted for it; NULL when none can be had. The caller holds no bucket's
 * lock, puts the element into its chain, or gives it back. */
struct element *skep_lru_take(struct hash_map *hash, uint32_t cpu, uint32_t code);
/* Gives back an element that is in no chain any more. */
void skep_lru_give(struct hash_map *hash, struct element *element);

/* Takes an element out of its chain; false when it is in none (hash_lru.c). */
bool skep_lru_unlink(struct hash_map *hash, struct element *element);

static inline void lru_mark_used(struct element *element)
{
	if (!__atomic_load_n(&element->referenced, __ATOMIC_RELAXED))
		__atomic_store_n(&element->referenced, 1, __ATOMIC_RELAXED);
}

#endif
