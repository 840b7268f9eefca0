/* LPM trie: values by prefix; a lookup finds the longest prefix of its key.
 *
 * A node stands for a prefix, and its children for longer ones that go on with 0 and with 1. Where two prefixes part at
 * a place that is none itself, an inner node stands, always with two children. Programs look up without locks, so
 * nodes are filled before they are linked, and removed ones stay readable (lpm_nodes.c).
 */
#include "native.h"
#include "lock.h"
#include "lpm.h"
#include "uapi.h"

#include <stdlib.h>
#include <string.h>

struct lpm_key {
	uint32_t length;
	uint8_t data[];
};

static int bit_at(const uint8_t *data, uint32_t index)
{
	return data[index / 8] >> (7 - index % 8) & 1;
}

static uint64_t big_endian(const uint8_t *data, uint32_t size)
{
	uint64_t word = 0;

	memcpy(&word, data, size);
	return __builtin_bswap64(word);
}

/* How many bits two prefixes have in common, at most as many as the shorter one has. */
static uint32_t common_bits(const struct lpm_map *trie, const struct lpm_node *node, const struct lpm_key *key)
{
	uint32_t limit = node->length < key->length ? node->length : key->length;

	for (uint32_t at = 0; at < trie->data_size && at * 8 < limit; at += 8) {
		uint32_t size = trie->data_size - at < 8 ? trie->data_size - at : 8;
		uint64_t different = big_endian(node->data + at, size) ^ big_endian(key->data + at, size);
		if (different) {
			uint32_t bits = at * 8 + __builtin_clzll(different);
			return bits < limit ? bits : limit;
		}
	}
	return limit;
}

static struct lpm_node *follow(struct lpm_node *const *link)
{
	return __atomic_load_n(link, __ATOMIC_ACQUIRE);
}

static void set_link(struct lpm_node **link, struct lpm_node *node)
{
	__atomic_store_n(link, node, __ATOMIC_RELEASE);
}

static uint32_t longest(const struct lpm_map *trie)
{
	return trie->data_size * 8;
}

static void *lpm_lookup(struct skep_map *map, const void *wanted, struct skep_run *run)
{
	struct lpm_map *trie = (struct lpm_map *)map;
	const struct lpm_key *key = wanted;
	struct lpm_node *found = NULL, *node;

	if (key->length > longest(trie))
		return NULL;
	for (node = follow(&trie->root); node; node = follow(&node->child[bit_at(key->data, node->length)])) {
		uint32_t common = common_bits(trie, node, key);
		if (common < node->length)
			break;
		if (!__atomic_load_n(&node->inner, __ATOMIC_RELAXED))
			found = node;
		if (common == longest(trie))
			break;
	}
	return found ? lpm_value(trie, found) : NULL;
}

/* The same for data of 4 bytes, IPv4 addresses: comparing and turning are two shifts, and nothing but the end is a
 * branch that cannot be foreseen. */
static inline void *lookup_word(struct skep_map *map, const void *wanted)
{
	struct lpm_map *trie = (struct lpm_map *)map;
	const struct lpm_key *key = wanted;
	uint32_t word = __builtin_bswap32(*(const uint32_t *)key->data), limit = key->length;
	struct lpm_node *found = NULL, *node = follow(&trie->root);

	if (limit > 32)
		return NULL;
	while (node) {
		uint32_t length = node->length;
		uint64_t different = word ^ __builtin_bswap32(*(const uint32_t *)node->data);
		if (length > limit || different >> (32 - length))
			break;
		found = __atomic_load_n(&node->inner, __ATOMIC_RELAXED) ? found : node;
		if (length == 32)
			break;
		node = follow(&node->child[word >> (31 - length) & 1]);
	}
	return found ? lpm_value(trie, found) : NULL;
}

static void *lpm_lookup_word(struct skep_map *map, const void *wanted, struct skep_run *run)
{
	return lookup_word(map, wanted);
}

SKEP_HELPER(trie_lookup_8_elem)
{
	return (uintptr_t)lookup_word((struct skep_map *)r1, (const void *)r2);
}

/* The walk to where a key is, or would be: the link to the node, and the link to the node above it. */
struct place {
	struct lpm_node **link, **above;
	struct lpm_node *node;
	uint32_t common; /* bits that key and node have in common */
};

static struct place find(struct lpm_map *trie, const struct lpm_key *key)
{
	struct place place = { .link = &trie->root };

	while ((place.node = *place.link)) {
		place.common = common_bits(trie, place.node, key);
		if (place.node->length != place.common || place.node->length == key->length)
			break;
		place.above = place.link;
		place.link = &place.node->child[bit_at(key->data, place.node->length)];
	}
	return place;
}

static bool is_there(const struct place *place, const struct lpm_key *key)
{
	return place->node && place->node->length == key->length && place->node->length == place->common &&
	       !place->node->inner;
}

static struct lpm_node *new_node(struct lpm_map *trie, const uint8_t *data, uint32_t length)
{
	struct lpm_node *node = skep_lpm_node_new(trie);

	if (node) {
		node->length = length;
		memcpy(node->data, data, trie->data_size);
	}
	return node;
}

/* Puts a node where it belongs; false when there is no memory for an inner node. */
static bool link_node(struct lpm_map *trie, const struct place *place, struct lpm_node *fresh)
{
	struct lpm_node *node = place->node;

	if (!node) {
		set_link(place->link, fresh);
	} else if (node->length == place->common) { /* the same prefix */
		fresh->child[0] = node->child[0];
		fresh->child[1] = node->child[1];
		set_link(place->link, fresh);
		skep_lpm_node_free(trie, node);
	} else if (fresh->length == place->common) { /* a shorter one on the way */
		fresh->child[bit_at(node->data, place->common)] = node;
		set_link(place->link, fresh);
	} else {
		struct lpm_node *inner = new_node(trie, node->data, place->common);
		if (!inner)
			return false;
		inner->inner = 1;
		int side = bit_at(fresh->data, place->common);
		inner->child[side] = fresh;
		inner->child[!side] = node;
		set_link(place->link, inner);
	}
	return true;
}

static long insert(struct lpm_map *trie, const struct lpm_key *key, const void *value, uint64_t flags)
{
	struct place place = find(trie, key);
	bool there = is_there(&place, key);

	if (there && flags == BPF_NOEXIST)
		return -EEXIST;
	if (!there && flags == BPF_EXIST)
		return -ENOENT;
	if (!there && trie->entries == trie->map.max_entries)
		return -ENOSPC;
	struct lpm_node *fresh = new_node(trie, key->data, key->length);
	if (!fresh)
		return -ENOMEM;
	memcpy(lpm_value(trie, fresh), value, trie->map.value_size);
	if (!link_node(trie, &place, fresh)) {
		skep_lpm_node_free(trie, fresh);
		return -ENOMEM;
	}
	trie->entries += !there;
	return 0;
}

static long lpm_sys_update(struct skep_map *map, const void *wanted, const void *value, uint64_t flags)
{
	struct lpm_map *trie = (struct lpm_map *)map;
	const struct lpm_key *key = wanted;

	if (flags > BPF_EXIST || key->length > longest(trie))
		return -EINVAL;
	skep_lock(&trie->lock);
	long err = insert(trie, key, value, flags);
	skep_unlock(&trie->lock);
	return err;
}

static long lpm_update(struct skep_map *map, const void *key, const void *value, uint64_t flags, struct skep_run *run)
{
	return lpm_sys_update(map, key, value, flags);
}

/* A node with two children becomes an inner one. Without children it goes, and takes an inner node above it along,
 * whose other child moves up. */
static void unlink_node(struct lpm_map *trie, const struct place *place)
{
	struct lpm_node *node = place->node, *above = place->above ? *place->above : NULL;

	if (node->child[0] && node->child[1]) {
		__atomic_store_n(&node->inner, 1, __ATOMIC_RELAXED);
		return;
	}
	if (above && above->inner && !node->child[0] && !node->child[1]) {
		set_link(place->above, above->child[above->child[0] == node]);
		skep_lpm_node_free(trie, above);
	} else {
		set_link(place->link, node->child[0] ? node->child[0] : node->child[1]);
	}
	skep_lpm_node_free(trie, node);
}

static long lpm_delete(struct skep_map *map, const void *wanted, struct skep_run *run)
{
	struct lpm_map *trie = (struct lpm_map *)map;
	const struct lpm_key *key = wanted;

	if (key->length > longest(trie))
		return -EINVAL;
	skep_lock(&trie->lock);
	struct place place = find(trie, key);
	bool there = is_there(&place, key);
	if (there) {
		unlink_node(trie, &place);
		trie->entries--;
	}
	skep_unlock(&trie->lock);
	return there ? 0 : -ENOENT;
}

static long lpm_sys_lookup(struct skep_map *map, const void *key, void *value)
{
	struct lpm_map *trie = (struct lpm_map *)map;

	skep_lock(&trie->lock);
	void *found = lpm_lookup(map, key, NULL);
	if (found)
		memcpy(value, found, map->value_size);
	skep_unlock(&trie->lock);
	return found ? 0 : -ENOENT;
}

/* Longer prefixes come before the shorter ones that they begin with: the first below a node. */
static struct lpm_node *first_below(struct lpm_node *node)
{
	while (node->child[0] || node->child[1])
		node = node->child[0] ? node->child[0] : node->child[1];
	return node;
}

/* The prefix after one that is there: the last turn on the way to it that was not taken says. */
static struct lpm_node *after(struct lpm_map *trie, const struct lpm_key *key)
{
	struct lpm_node *candidate = NULL;

	for (struct lpm_node *node = trie->root; node->length < key->length;) {
		int side = bit_at(key->data, node->length);
		if (!side && node->child[1])
			candidate = first_below(node->child[1]);
		else if (!node->inner)
			candidate = node;
		node = node->child[side];
	}
	return candidate;
}

static long lpm_next_key(struct skep_map *map, const void *wanted, void *next)
{
	struct lpm_map *trie = (struct lpm_map *)map;
	const struct lpm_key *key = wanted;
	struct lpm_node *node = NULL;

	skep_lock(&trie->lock);
	if (trie->root) {
		struct place place = { 0 };
		if (key && key->length <= longest(trie))
			place = find(trie, key);
		node = key && is_there(&place, key) ? after(trie, key) : first_below(trie->root);
	}
	if (node) {
		memcpy(next, &node->length, sizeof(node->length));
		memcpy((uint8_t *)next + sizeof(node->length), node->data, trie->data_size);
	}
	skep_unlock(&trie->lock);
	return node ? 0 : -ENOENT;
}

#define OPS(lookup_function)                                                                                  \
	{                                                                                                     \
		.lookup = lookup_function, .update = lpm_update, .delete = lpm_delete,                        \
		.sys_lookup = lpm_sys_lookup, .sys_update = lpm_sys_update, .next_key = lpm_next_key,         \
		.region = skep_lpm_region, .free = skep_lpm_free,                                             \
	}

static const struct skep_map_ops lpm_ops = OPS(lpm_lookup), lpm_word_ops = OPS(lpm_lookup_word);

const struct skep_symbol skep_lpm_symbols[] = { SKEP_SYMBOL(trie_lookup_8_elem), { NULL } };

struct skep_map *skep_lpm_new(const struct skep_map *wanted, long *err)
{
	struct lpm_map *trie = calloc(1, sizeof(*trie));

	if (trie)
		trie->runs = calloc(wanted->ncpus, sizeof(*trie->runs));
	if (!trie || !trie->runs) {
		free(trie);
		*err = -ENOMEM;
		return NULL;
	}
	trie->map = *wanted;
	trie->map.elem_size = round_up(wanted->value_size, 8);
	trie->data_size = wanted->key_size - sizeof(struct lpm_key);
	trie->map.ops = trie->data_size == 4 ? &lpm_word_ops : &lpm_ops;
	trie->value_offset = round_up(trie->data_size, 8);
	return &trie->map;
}
