/* Iterators over numbers and over the bits of a bit map. */
#define _GNU_SOURCE
#include "fault.h"
#include "native.h"
#include "pause.h"

#include <stdlib.h>

#define MAX_LOOPS (8 * 1024 * 1024)

struct numbers {
	int32_t current, end;
};

SKEP_HELPER(bpf_iter_num_new)
{
	struct numbers *it = (struct numbers *)r1;
	int32_t start = r2, end = r3;
	long err = start > end ? -EINVAL : (int64_t)end - start > MAX_LOOPS ? -E2BIG : 0;

	it->current = err ? 0 : (int32_t)((uint32_t)start - 1);
	it->end = err ? 0 : end;
	return err;
}

SKEP_HELPER(bpf_iter_num_next)
{
	struct numbers *it = (struct numbers *)r1;

	/* Before the first number, `current` may be just below the smallest one: the sum wraps as unsigned. */
	if ((int32_t)((uint32_t)it->current + 1) >= it->end || skep_loop_ends(run)) {
		it->current = it->end = 0;
		return 0;
	}
	it->current = (uint32_t)it->current + 1;
	return (uintptr_t)&it->current;
}

SKEP_HELPER(bpf_iter_num_destroy)
{
	struct numbers *it = (struct numbers *)r1;

	it->current = it->end = 0;
	return 0;
}

#define MAX_WORDS 511
#define WORD 64

struct bits {
	union {
		uint64_t *words;
		uint64_t word; /* of a map of one word */
	};
	int32_t count, at;
};

SKEP_HELPER(bpf_iter_bits_new)
{
	struct bits *it = (struct bits *)r1;
	uint32_t words = r3;

	*it = (struct bits){ .at = -1 };
	if (!r2 || !words)
		return -EINVAL;
	if (words > MAX_WORDS)
		return -E2BIG;
	uint64_t *room = words == 1 ? &it->word : malloc(words * sizeof(uint64_t));
	if (!room)
		return -ENOMEM;
	if (!skep_copy_in(room, r2, words * sizeof(uint64_t))) {
		if (words > 1)
			free(room);
		it->word = 0;
		return -EFAULT;
	}
	if (words > 1)
		it->words = room;
	it->count = words * WORD;
	return 0;
}

/* The first bit that is set from `at` on, or `count`. */
static int32_t next_bit(const uint64_t *words, int32_t count, int32_t at)
{
	while (at < count) {
		uint64_t rest = words[at / WORD] >> at % WORD;
		if (rest)
			return at + __builtin_ctzll(rest);
		at = (at / WORD + 1) * WORD;
	}
	return count;
}

SKEP_HELPER(bpf_iter_bits_next)
{
	struct bits *it = (struct bits *)r1;

	if (!it->count || it->at >= it->count || skep_loop_ends(run))
		return 0;
	it->at = next_bit(it->count == WORD ? &it->word : it->words, it->count, it->at + 1);
	return it->at < it->count ? (uintptr_t)&it->at : 0;
}

SKEP_HELPER(bpf_iter_bits_destroy)
{
	struct bits *it = (struct bits *)r1;

	if (it->count > WORD)
		free(it->words);
	it->count = 0;
	return 0;
}

const struct skep_symbol skep_iter_symbols[] = {
	SKEP_SYMBOL(bpf_iter_num_new),  SKEP_SYMBOL(bpf_iter_num_next),  SKEP_SYMBOL(bpf_iter_num_destroy),
	SKEP_SYMBOL(bpf_iter_bits_new), SKEP_SYMBOL(bpf_iter_bits_next), SKEP_SYMBOL(bpf_iter_bits_destroy),
	{ NULL },
};
