/* Sets of CPUs (struct bpf_cpumask): 8,192 bits and a count of references. Bits beyond the kernel's CPUs stay zero. */
#include "native.h"
#include "object.h"

#include <string.h>

#define MASK_CPUS 8192
#define WORD 64

struct cpumask {
	uint64_t words[MASK_CPUS / WORD];
	uint32_t usage;
};

static struct cpumask *mask_at(uint64_t address)
{
	return (struct cpumask *)(uintptr_t)address;
}

static uint32_t words_of(const struct skep_run *run)
{
	return (run->kernel->ncpus + WORD - 1) / WORD;
}

SKEP_HELPER(bpf_cpumask_create)
{
	struct cpumask *mask = skep_object_new(run->kernel, sizeof(*mask), NULL, 1);

	if (mask)
		mask->usage = 1;
	return (uintptr_t)mask;
}

SKEP_HELPER(bpf_cpumask_acquire)
{
	__atomic_add_fetch(&mask_at(r1)->usage, 1, __ATOMIC_RELAXED);
	return r1;
}

SKEP_HELPER(bpf_cpumask_release)
{
	if (!__atomic_sub_fetch(&mask_at(r1)->usage, 1, __ATOMIC_ACQ_REL))
		skep_object_drop(mask_at(r1));
	return 0;
}

/* What maps call for a mask that they hold at their end. */
SKEP_HELPER(skep_drop_bpf_cpumask)
{
	return bpf_cpumask_release(r1, 0, 0, 0, 0, run);
}

static bool is_set(const struct cpumask *mask, uint32_t cpu)
{
	return __atomic_load_n(&mask->words[cpu / WORD], __ATOMIC_RELAXED) >> cpu % WORD & 1;
}

/* Sets or clears a bit; whether it was set. CPUs that are not there are left alone. */
static bool put(struct cpumask *mask, uint32_t cpu, bool set, const struct skep_run *run)
{
	uint64_t bit = 1ull << cpu % WORD, *word = &mask->words[cpu / WORD];

	if (cpu >= run->kernel->ncpus)
		return false;
	uint64_t old = set ? __atomic_fetch_or(word, bit, __ATOMIC_ACQ_REL) :
			     __atomic_fetch_and(word, ~bit, __ATOMIC_ACQ_REL);
	return old & bit;
}

SKEP_HELPER(bpf_cpumask_set_cpu)
{
	put(mask_at(r2), r1, true, run);
	return 0;
}

SKEP_HELPER(bpf_cpumask_clear_cpu)
{
	put(mask_at(r2), r1, false, run);
	return 0;
}

SKEP_HELPER(bpf_cpumask_test_and_set_cpu)
{
	return put(mask_at(r2), r1, true, run);
}

SKEP_HELPER(bpf_cpumask_test_and_clear_cpu)
{
	return put(mask_at(r2), r1, false, run);
}

SKEP_HELPER(bpf_cpumask_test_cpu)
{
	return (uint32_t)r1 < run->kernel->ncpus && is_set(mask_at(r2), r1);
}

SKEP_HELPER(bpf_cpumask_setall)
{
	for (uint32_t cpu = 0; cpu < run->kernel->ncpus; cpu++)
		put(mask_at(r1), cpu, true, run);
	return 0;
}

SKEP_HELPER(bpf_cpumask_clear)
{
	memset(mask_at(r1)->words, 0, words_of(run) * sizeof(uint64_t));
	return 0;
}

SKEP_HELPER(bpf_cpumask_copy)
{
	memmove(mask_at(r1)->words, mask_at(r2)->words, words_of(run) * sizeof(uint64_t));
	return 0;
}

/* (target, a, b); the result of `and` is whether anything is left. */
#define COMBINE(name, operator)                                                                                      \
	SKEP_HELPER(name)                                                                                            \
	{                                                                                                            \
		uint64_t any = 0;                                                                                    \
		for (uint32_t i = 0; i < words_of(run); i++)                                                         \
			any |= mask_at(r1)->words[i] = mask_at(r2)->words[i] operator mask_at(r3)->words[i];         \
		return any != 0;                                                                                     \
	}

COMBINE(bpf_cpumask_and, &)
COMBINE(bpf_cpumask_or, |)
COMBINE(bpf_cpumask_xor, ^)

/* Whether a condition holds of all words of two masks. */
#define ALL_WORDS(name, condition)                                                                                   \
	SKEP_HELPER(name)                                                                                            \
	{                                                                                                            \
		for (uint32_t i = 0; i < words_of(run); i++) {                                                       \
			uint64_t a = mask_at(r1)->words[i], b = r2 ? mask_at(r2)->words[i] : 0;                      \
			if (!(condition))                                                                            \
				return false;                                                                        \
			(void)a, (void)b;                                                                            \
		}                                                                                                    \
		return true;                                                                                         \
	}

ALL_WORDS(bpf_cpumask_equal, a == b)
ALL_WORDS(bpf_cpumask_subset, !(a & ~b))
ALL_WORDS(masks_are_apart, !(a & b))

SKEP_HELPER(bpf_cpumask_intersects)
{
	return !masks_are_apart(r1, r2, 0, 0, 0, run);
}

SKEP_HELPER(bpf_cpumask_empty)
{
	return bpf_cpumask_equal(r1, 0, 0, 0, 0, run);
}

SKEP_HELPER(bpf_cpumask_weight)
{
	uint32_t weight = 0;

	for (uint32_t i = 0; i < words_of(run); i++)
		weight += __builtin_popcountll(mask_at(r1)->words[i]);
	return weight;
}

SKEP_HELPER(bpf_cpumask_full)
{
	return bpf_cpumask_weight(r1, 0, 0, 0, 0, run) == run->kernel->ncpus;
}

/* The first CPU from `start` on that is in `a` (and in `b`, if there is one); the number of CPUs if none is. */
static uint32_t next_cpu(const struct cpumask *a, const struct cpumask *b, uint32_t start, const struct skep_run *run)
{
	while (start < run->kernel->ncpus && !(is_set(a, start) && (!b || is_set(b, start))))
		start++;
	return start;
}

SKEP_HELPER(bpf_cpumask_first)
{
	return next_cpu(mask_at(r1), NULL, 0, run);
}

SKEP_HELPER(bpf_cpumask_first_and)
{
	return next_cpu(mask_at(r1), mask_at(r2), 0, run);
}

SKEP_HELPER(bpf_cpumask_first_zero)
{
	uint32_t cpu = 0;

	while (cpu < run->kernel->ncpus && is_set(mask_at(r1), cpu))
		cpu++;
	return cpu;
}

/* Another CPU each time, as the CPUs of the mask come round after the last one that this CPU was given. */
static uint64_t distribute(const struct cpumask *a, const struct cpumask *b, struct skep_run *run)
{
	uint32_t *last = &run->kernel->cpus[run->cpu].distributed;
	uint32_t cpu = next_cpu(a, b, *last + 1, run);

	if (cpu >= run->kernel->ncpus)
		cpu = next_cpu(a, b, 0, run);
	if (cpu < run->kernel->ncpus)
		*last = cpu;
	return cpu;
}

SKEP_HELPER(bpf_cpumask_any_distribute)
{
	return distribute(mask_at(r1), NULL, run);
}

SKEP_HELPER(bpf_cpumask_any_and_distribute)
{
	return distribute(mask_at(r1), mask_at(r2), run);
}

/* (mask, bits, their size in bytes) */
SKEP_HELPER(bpf_cpumask_populate)
{
	uint32_t ncpus = run->kernel->ncpus, size = words_of(run) * sizeof(uint64_t);

	if ((uint32_t)r3 < size)
		return -EACCES;
	memcpy(mask_at(r1)->words, (const void *)r2, size);
	if (ncpus % WORD)
		mask_at(r1)->words[ncpus / WORD] &= (1ull << ncpus % WORD) - 1;
	return 0;
}

const struct skep_symbol skep_cpumask_symbols[] = {
	SKEP_SYMBOL(bpf_cpumask_create),
	SKEP_SYMBOL(bpf_cpumask_acquire),
	SKEP_SYMBOL(bpf_cpumask_release),
	SKEP_SYMBOL(skep_drop_bpf_cpumask),
	SKEP_SYMBOL(bpf_cpumask_set_cpu),
	SKEP_SYMBOL(bpf_cpumask_clear_cpu),
	SKEP_SYMBOL(bpf_cpumask_test_and_set_cpu),
	SKEP_SYMBOL(bpf_cpumask_test_and_clear_cpu),
	SKEP_SYMBOL(bpf_cpumask_test_cpu),
	SKEP_SYMBOL(bpf_cpumask_setall),
	SKEP_SYMBOL(bpf_cpumask_clear),
	SKEP_SYMBOL(bpf_cpumask_copy),
	SKEP_SYMBOL(bpf_cpumask_and),
	SKEP_SYMBOL(bpf_cpumask_or),
	SKEP_SYMBOL(bpf_cpumask_xor),
	SKEP_SYMBOL(bpf_cpumask_equal),
	SKEP_SYMBOL(bpf_cpumask_subset),
	SKEP_SYMBOL(bpf_cpumask_intersects),
	SKEP_SYMBOL(bpf_cpumask_empty),
	SKEP_SYMBOL(bpf_cpumask_weight),
	SKEP_SYMBOL(bpf_cpumask_full),
	SKEP_SYMBOL(bpf_cpumask_first),
	SKEP_SYMBOL(bpf_cpumask_first_and),
	SKEP_SYMBOL(bpf_cpumask_first_zero),
	SKEP_SYMBOL(bpf_cpumask_any_distribute),
	SKEP_SYMBOL(bpf_cpumask_any_and_distribute),
	SKEP_SYMBOL(bpf_cpumask_populate),
	{ NULL },
};
