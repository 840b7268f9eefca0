/* The lists of LRU hash maps, which decide what a full map forgets.
 *
 * The rules are Linux's, to the numbers, because programs can observe which keys survive: an active and an inactive
 * list with a mark on each used element in place of exact order. Elements that lose their mark drift from the head of
 * the active list to the tail of the inactive one, where eviction takes them.
 *
 * By default all CPUs share the lists, and each fetches free elements in batches: `ready` are free elements of one CPU,
 * `recent` those that it put into use and has not handed to the shared lists yet. With BPF_F_NO_COMMON_LRU each CPU has
 * lists, and a share of the elements, of its own.
 *
 * Locks: a CPU's own lists, then shared lists, then a bucket of the hash.
 */
#include "native.h"
#include "lock.h"
#include "lru_lists.h"

#include <stdlib.h>

static bool is_marked(const struct hash_map *hash, uint32_t number)
{
	return __atomic_load_n(&element_at(hash, number)->referenced, __ATOMIC_RELAXED);
}

static void clear_mark(const struct hash_map *hash, uint32_t number)
{
	__atomic_store_n(&element_at(hash, number)->referenced, 0, __ATOMIC_RELAXED);
}

static void set_list(struct lru *lru, uint32_t number, enum list list)
{
	__atomic_store_n(&lru->places[number].list, list, __ATOMIC_RELAXED);
}

/* The element leaves a shared list: the rotation may not stand on it. */
static void leave(struct lru *lru, struct lists *lists, uint32_t number)
{
	if (lists->rotation == number)
		lists->rotation = lru->places[number].previous;
	lists->counts[lru->places[number].list]--;
	detach(lru, number);
}

static void move_to_shared(struct hash_map *hash, struct lists *lists, uint32_t number, enum list list)
{
	set_list(hash->lru, number, list);
	clear_mark(hash, number);
	lists->counts[list]++;
	attach(hash->lru, number, lists->heads[list]);
}

static void move(struct hash_map *hash, struct lists *lists, uint32_t number, enum list list)
{
	leave(hash->lru, lists, number);
	move_to_shared(hash, lists, number, list);
}

static void rotate_active(struct hash_map *hash, struct lists *lists)
{
	struct lru *lru = hash->lru;
	uint32_t head = lists->heads[ACTIVE], first = lru->places[head].next, number = lru->places[head].previous;

	for (uint32_t i = 0; number != head && i < lru->search; i++) {
		uint32_t before = lru->places[number].previous;
		move(hash, lists, number, is_marked(hash, number) ? ACTIVE : INACTIVE);
		if (number == first)
			break;
		number = before;
	}
}

/* Used elements become active again; the others wait where they are. Goes on where it stopped the last time. */
static void rotate_inactive(struct hash_map *hash, struct lists *lists)
{
	struct lru *lru = hash->lru;
	uint32_t head = lists->heads[INACTIVE], next = head, number = lists->rotation;

	if (is_empty(lru, head))
		return;
	uint32_t last = lru->places[number].next;
	if (last == head)
		last = lru->places[last].next;
	for (uint32_t i = 0; i < lru->search; i++) {
		if (number == head)
			number = lru->places[number].previous;
		next = lru->places[number].previous;
		if (is_marked(hash, number))
			move(hash, lists, number, ACTIVE);
		if (number == last)
			break;
		number = next;
	}
	lists->rotation = next;
}

static void rotate(struct hash_map *hash, struct lists *lists)
{
	if (lists->counts[INACTIVE] < lists->counts[ACTIVE])
		rotate_active(hash, lists);
	rotate_inactive(hash, lists);
}

static void move_to_free(struct hash_map *hash, struct lists *lists, uint32_t number, uint32_t head, enum list list)
{
	leave(hash->lru, lists, number);
	set_list(hash->lru, number, list);
	if (list == FREE)
		lists->counts[FREE]++;
	attach(hash->lru, number, head);
}

static uint32_t shrink_inactive(struct hash_map *hash, struct lists *lists, uint32_t wanted, uint32_t to, enum list list)
{
	struct lru *lru = hash->lru;
	uint32_t head = lists->heads[INACTIVE], number = lru->places[head].previous, got = 0;

	for (uint32_t i = 0; number != head && i < lru->search && got < wanted; i++) {
		uint32_t before = lru->places[number].previous;
		if (is_marked(hash, number)) {
			move(hash, lists, number, ACTIVE);
		} else if (skep_lru_unlink(hash, element_at(hash, number))) {
			move_to_free(hash, lists, number, to, list);
			got++;
		}
		number = before;
	}
	return got;
}

/* Evicts elements to a free list: unmarked ones from the tail of the inactive list, or else a single one whatever its
 * mark. */
static void shrink(struct hash_map *hash, struct lists *lists, uint32_t wanted, uint32_t to, enum list list)
{
	struct lru *lru = hash->lru;

	if (shrink_inactive(hash, lists, wanted, to, list))
		return;
	uint32_t head = lists->heads[is_empty(lru, lists->heads[INACTIVE]) ? ACTIVE : INACTIVE];
	for (uint32_t number = lru->places[head].previous; number != head; number = lru->places[number].previous)
		if (skep_lru_unlink(hash, element_at(hash, number))) {
			move_to_free(hash, lists, number, to, list);
			return;
		}
}

/* What the CPU put into use goes to the shared lists, and a batch of free elements comes back. */
static void refill(struct hash_map *hash, struct own_lists *own)
{
	struct lru *lru = hash->lru;
	struct lists *lists = lru->lists;
	uint32_t got = 0;

	skep_lock(&lists->lock);
	while (!is_empty(lru, own->recent)) {
		uint32_t number = lru->places[own->recent].previous;
		detach(lru, number);
		move_to_shared(hash, lists, number, is_marked(hash, number) ? ACTIVE : INACTIVE);
	}
	rotate(hash, lists);
	for (; got < lru->batch && !is_empty(lru, lists->heads[FREE]); got++)
		move_to_free(hash, lists, lru->places[lists->heads[FREE]].next, own->ready, READY);
	if (got < lru->batch)
		shrink(hash, lists, lru->batch - got, own->ready, READY);
	skep_unlock(&lists->lock);
}

static struct element *pop_ready(struct hash_map *hash, struct own_lists *own)
{
	struct lru *lru = hash->lru;
	uint32_t number = lru->places[own->ready].next;

	if (number == own->ready)
		return NULL;
	detach(lru, number);
	return element_at(hash, number);
}

/* The oldest of those that a CPU put into use lately, at first without a mark, then any. */
static struct element *pop_recent(struct hash_map *hash, struct own_lists *own)
{
	struct lru *lru = hash->lru;

	for (int any = 0; any < 2; any++)
		for (uint32_t number = lru->places[own->recent].previous; number != own->recent;
		     number = lru->places[number].previous)
			if ((any || !is_marked(hash, number)) && skep_lru_unlink(hash, element_at(hash, number))) {
				detach(lru, number);
				return element_at(hash, number);
			}
	return NULL;
}

static void put_in_use(struct hash_map *hash, struct own_lists *own, uint32_t cpu, struct element *element, uint32_t code)
{
	uint32_t number = element_index(hash, element);

	__atomic_store_n(&element->code, code, __ATOMIC_RELAXED);
	hash->lru->places[number].cpu = cpu;
	set_list(hash->lru, number, RECENT);
	clear_mark(hash, number);
	attach(hash->lru, number, own->recent);
}

/* From the other CPUs in turn, when the shared lists have nothing that could be evicted. */
static struct element *steal(struct hash_map *hash, struct own_lists *own)
{
	struct lru *lru = hash->lru;
	uint32_t first = own->steal_from, from = first;
	struct element *element;

	do {
		struct own_lists *other = &lru->owns[from];
		skep_lock(&other->lock);
		element = pop_ready(hash, other);
		if (!element)
			element = pop_recent(hash, other);
		skep_unlock(&other->lock);
		from = (from + 1) % hash->map.ncpus;
	} while (!element && from != first);
	own->steal_from = from;
	return element;
}

static struct element *take_common(struct hash_map *hash, uint32_t cpu, uint32_t code)
{
	struct own_lists *own = &hash->lru->owns[cpu];

	skep_lock(&own->lock);
	struct element *element = pop_ready(hash, own);
	if (!element) {
		refill(hash, own);
		element = pop_ready(hash, own);
	}
	if (element)
		put_in_use(hash, own, cpu, element, code);
	skep_unlock(&own->lock);
	if (element || !(element = steal(hash, own)))
		return element;
	skep_lock(&own->lock);
	put_in_use(hash, own, cpu, element, code);
	skep_unlock(&own->lock);
	return element;
}

static struct element *take_own(struct hash_map *hash, uint32_t cpu, uint32_t code)
{
	struct lru *lru = hash->lru;
	struct lists *lists = &lru->lists[cpu];
	struct element *element = NULL;

	skep_lock(&lists->lock);
	rotate(hash, lists);
	if (is_empty(lru, lists->heads[FREE]))
		shrink(hash, lists, OWN_BATCH, lists->heads[FREE], FREE);
	uint32_t number = lru->places[lists->heads[FREE]].next;
	if (number != lists->heads[FREE]) {
		element = element_at(hash, number);
		__atomic_store_n(&element->code, code, __ATOMIC_RELAXED);
		move(hash, lists, number, INACTIVE);
	}
	skep_unlock(&lists->lock);
	return element;
}

struct element *skep_lru_take(struct hash_map *hash, uint32_t cpu, uint32_t code)
{
	return hash->lru->per_cpu ? take_own(hash, cpu, code) : take_common(hash, cpu, code);
}

static bool give_recent(struct hash_map *hash, uint32_t number)
{
	struct lru *lru = hash->lru;
	struct own_lists *own = &lru->owns[lru->places[number].cpu];

	skep_lock(&own->lock);
	bool recent = lru->places[number].list == RECENT;
	if (recent) {
		set_list(lru, number, READY);
		clear_mark(hash, number);
		detach(lru, number);
		attach(lru, number, own->ready);
	}
	skep_unlock(&own->lock);
	return recent;
}

void skep_lru_give(struct hash_map *hash, struct element *element)
{
	struct lru *lru = hash->lru;
	uint32_t number = element_index(hash, element);
	struct lists *lists = lru->per_cpu ? &lru->lists[lru->places[number].cpu] : lru->lists;

	if (!lru->per_cpu && __atomic_load_n(&lru->places[number].list, __ATOMIC_RELAXED) == RECENT &&
	    give_recent(hash, number))
		return;
	skep_lock(&lists->lock);
	move(hash, lists, number, FREE);
	skep_unlock(&lists->lock);
}

static uint32_t new_head(struct lru *lru)
{
	uint32_t number = lru->places_count++;

	lru->places[number].previous = lru->places[number].next = number;
	return number;
}

static void fill_lists(struct hash_map *hash)
{
	struct lru *lru = hash->lru;
	uint32_t share = lru->elements / hash->map.ncpus;

	for (uint32_t number = 0; number < lru->elements; number++) {
		uint32_t cpu = lru->per_cpu ? number / share : 0;
		struct lists *lists = &lru->lists[cpu];
		lru->places[number] = (struct place){ .cpu = cpu, .list = FREE };
		lists->counts[FREE]++;
		attach(lru, number, lists->heads[FREE]);
	}
}

static uint32_t batch_for(const struct hash_map *hash)
{
	uint32_t half_a_share = hash->map.max_entries / hash->map.ncpus / 2;

	return half_a_share < 1 ? 1 : half_a_share > COMMON_BATCH ? COMMON_BATCH : half_a_share;
}

bool skep_lru_new(struct hash_map *hash)
{
	uint32_t cpus = hash->map.ncpus;
	struct lru *lru = hash->lru = calloc(1, sizeof(*lru));

	if (!lru)
		return false;
	lru->elements = lru->places_count = hash->map.max_entries;
	lru->per_cpu = hash->map.flags & BPF_F_NO_COMMON_LRU;
	lru->batch = batch_for(hash);
	lru->search = lru->per_cpu ? OWN_BATCH : COMMON_BATCH;
	lru->places = skep_pages((lru->elements + (uint64_t)cpus * LISTS) * sizeof(struct place));
	lru->lists = skep_pages(cpus * sizeof(struct lists));
	lru->owns = skep_pages(cpus * sizeof(struct own_lists));
	if (!lru->places || !lru->lists || !lru->owns)
		return false;
	for (uint32_t cpu = 0; cpu < cpus; cpu++) {
		for (int list = 0; list < SHARED_LISTS; list++)
			lru->lists[cpu].heads[list] = new_head(lru);
		lru->lists[cpu].rotation = lru->lists[cpu].heads[INACTIVE];
		lru->owns[cpu] = (struct own_lists){ .ready = new_head(lru), .recent = new_head(lru), .steal_from = cpu };
	}
	fill_lists(hash);
	return true;
}

void skep_lru_free(struct hash_map *hash)
{
	struct lru *lru = hash->lru;
	uint32_t cpus = hash->map.ncpus;

	if (!lru)
		return;
	skep_pages_free(lru->places, (lru->elements + (uint64_t)cpus * LISTS) * sizeof(struct place));
	skep_pages_free(lru->lists, cpus * sizeof(struct lists));
	skep_pages_free(lru->owns, cpus * sizeof(struct own_lists));
	free(lru);
}
