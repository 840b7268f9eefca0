/* The lists of lru.c themselves: doubly linked by numbers. */
#ifndef SKEP_LRU_LISTS_H
#define SKEP_LRU_LISTS_H

#include "lru.h"

enum list { ACTIVE, INACTIVE, FREE, SHARED_LISTS, READY = SHARED_LISTS, RECENT, LISTS };

/* Free elements that a CPU wants to have at hand; lists are searched this far at a time. */
#define COMMON_BATCH 128
#define OWN_BATCH 4

/* Places are numbers: those of the elements, then one for the head of each list. */
struct place {
	uint32_t previous, next;
	uint16_t cpu;
	uint8_t list;
};

struct lists {
	uint32_t lock;
	uint32_t heads[SHARED_LISTS], counts[SHARED_LISTS];
	uint32_t rotation; /* where the next look through the inactive list begins */
} __attribute__((aligned(64)));

struct own_lists {
	uint32_t lock;
	uint32_t ready, recent; /* heads */
	uint32_t steal_from;
} __attribute__((aligned(64)));

struct lru {
	struct place *places;
	struct lists *lists;     /* one, or one for each CPU */
	struct own_lists *owns;  /* for each CPU, when the lists are shared */
	uint32_t elements, places_count, batch, search;
	bool per_cpu;
};

static inline bool is_empty(const struct lru *lru, uint32_t head)
{
	return lru->places[head].next == head;
}

static inline void detach(struct lru *lru, uint32_t number)
{
	struct place *place = &lru->places[number];

	lru->places[place->previous].next = place->next;
	lru->places[place->next].previous = place->previous;
}

static inline void attach(struct lru *lru, uint32_t number, uint32_t head)
{
	struct place *place = &lru->places[number];

	place->previous = head;
	place->next = lru->places[head].next;
	lru->places[place->next].previous = number;
	lru->places[head].next = number;
}

#endif
