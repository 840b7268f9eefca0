/* The memory of LPM tries: chunks of nodes, each twice as large as the one before, so that a trie of a few prefixes
 * is small and one of millions is possible. Nodes keep their addresses.
 */
#include "native.h"
#include "cpu.h"
#include "lpm.h"

#include <stdlib.h>

static size_t chunk_bytes(const struct lpm_map *trie, int chunk)
{
	return ((size_t)LPM_FIRST_CHUNK << chunk) * lpm_node_size(trie);
}

/* Chunk c begins with node number (2^c - 1) * LPM_FIRST_CHUNK. */
static struct lpm_node *touch(struct lpm_map *trie)
{
	uint64_t number = trie->touched + LPM_FIRST_CHUNK;
	int chunk = 63 - __builtin_clzll(number / LPM_FIRST_CHUNK);

	if (chunk >= LPM_CHUNKS)
		return NULL;
	if (!trie->chunks[chunk] && !(trie->chunks[chunk] = skep_pages(chunk_bytes(trie, chunk))))
		return NULL;
	if (!skep_charge(trie->map.kernel, lpm_node_size(trie)))
		return NULL;
	trie->touched++;
	return (struct lpm_node *)(trie->chunks[chunk] +
				   (number - ((uint64_t)LPM_FIRST_CHUNK << chunk)) * lpm_node_size(trie));
}

/* What was removed waits for the runs of that moment; when they have ended it is unused. */
static void recycle(struct lpm_map *trie)
{
	for (int round = 0; round < 2 && !trie->unused; round++) {
		if (trie->waiting && skep_runs_over(trie->map.kernel, trie->runs)) {
			trie->unused = trie->waiting;
			trie->waiting = NULL;
		}
		if (!trie->waiting && trie->removed) {
			trie->waiting = trie->removed;
			trie->removed = NULL;
			skep_runs_note(trie->map.kernel, trie->runs);
		}
	}
}

struct lpm_node *skep_lpm_node_new(struct lpm_map *trie)
{
	if (!trie->unused)
		recycle(trie);
	struct lpm_node *node = trie->unused;
	if (node)
		trie->unused = node->next_free;
	else if (!(node = touch(trie)))
		return NULL;
	node->child[0] = node->child[1] = NULL;
	node->inner = 0;
	return node;
}

void skep_lpm_node_free(struct lpm_map *trie, struct lpm_node *node)
{
	node->next_free = trie->removed;
	trie->removed = node;
}

bool skep_lpm_region(struct skep_map *map, uintptr_t address, uintptr_t *start, size_t *size)
{
	struct lpm_map *trie = (struct lpm_map *)map;

	for (int chunk = 0; chunk < LPM_CHUNKS && trie->chunks[chunk]; chunk++) {
		uintptr_t offset = address - (uintptr_t)trie->chunks[chunk];
		if (offset >= chunk_bytes(trie, chunk))
			continue;
		*start = address - offset % lpm_node_size(trie) + sizeof(struct lpm_node) + trie->value_offset;
		return address >= *start && address - *start < map->value_size;
	}
	return false;
}

void skep_lpm_free(struct skep_map *map)
{
	struct lpm_map *trie = (struct lpm_map *)map;

	skep_uncharge(map->kernel, trie->touched * lpm_node_size(trie));
	for (int chunk = 0; chunk < LPM_CHUNKS; chunk++)
		skep_pages_free(trie->chunks[chunk], chunk_bytes(trie, chunk));
	free(trie->runs);
	free(trie);
}
