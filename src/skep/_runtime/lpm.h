/* Nodes of an LPM trie, and the memory that they live in. See lpm.c. */
#ifndef SKEP_LPM_H
#define SKEP_LPM_H

#include "runtime.h"

#define LPM_CHUNKS 32
#define LPM_FIRST_CHUNK 64 /* nodes; each chunk after it has twice as many */

struct lpm_node {
	struct lpm_node *child[2];
	struct lpm_node *next_free;
	uint32_t length; /* of the prefix, in bits */
	uint32_t inner;  /* stands only where two prefixes part; holds no value */
	uint8_t data[];  /* the prefix; then, 8-byte aligned, the value */
};

struct lpm_map {
	struct skep_map map;
	uint32_t lock; /* for those that change the trie, and those that look in from outside of runs */
	uint32_t entries, data_size, value_offset;
	struct lpm_node *root;
	/* Nodes that were taken out may still be looked at by runs: they are used again when those have ended. */
	struct lpm_node *unused, *waiting, *removed;
	uint64_t *runs; /* that were under way when `waiting` was */
	uint8_t *chunks[LPM_CHUNKS];
	uint64_t touched; /* nodes ever handed out */
};

static inline size_t lpm_node_size(const struct lpm_map *trie)
{
	size_t size = sizeof(struct lpm_node) + trie->value_offset + trie->map.elem_size;

	return size > 32 && size < 64 ? 64 : size; /* one cache line, where it nearly is one */
}

static inline uint8_t *lpm_value(const struct lpm_map *trie, struct lpm_node *node)
{
	return node->data + trie->value_offset;
}

/* A node without children; NULL when there is no memory. Both are called with the lock held. */
struct lpm_node *skep_lpm_node_new(struct lpm_map *trie);
void skep_lpm_node_free(struct lpm_map *trie, struct lpm_node *node);

bool skep_lpm_region(struct skep_map *map, uintptr_t address, uintptr_t *start, size_t *size);
void skep_lpm_free(struct skep_map *map);

#endif
