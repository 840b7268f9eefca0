/* Entering and leaving virtual CPUs. One thread at a time is on each, so what is per CPU needs no locks; the counts
 * of entries tell when what programs may have seen can be freed (see kernel.c). */
#define _GNU_SOURCE
#include "cpu.h"

#include <sched.h>
#include <stdbool.h>
#include <time.h>

static uint64_t this_thread(void)
{
	static __thread char place; /* its address is the thread's own */

	return (uintptr_t)&place;
}

static bool try_enter(struct skep_cpu *cpu, uint64_t me)
{
	uint64_t idle = 0;

	if (!__atomic_compare_exchange_n(&cpu->owner, &idle, me, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
		return false;
	cpu->depth = 1;
	__atomic_add_fetch(&cpu->entered, 1, __ATOMIC_SEQ_CST);
	return true;
}

static bool is_mine(const struct skep_kernel *kernel, uint32_t cpu, uint64_t me)
{
	return __atomic_load_n(&kernel->cpus[cpu].owner, __ATOMIC_RELAXED) == me;
}

static void wait_a_little(int round)
{
	const struct timespec pause = { .tv_nsec = 50000 };

	if (round < 16)
		sched_yield();
	else
		nanosleep(&pause, NULL);
}

#define ROUNDS 200 /* some 10 milliseconds */

int64_t skep_cpu_try(struct skep_kernel *kernel, int64_t cpu)
{
	uint64_t me = this_thread();

	for (uint32_t i = 0; i < kernel->ncpus; i++)
		if (is_mine(kernel, i, me)) {
			kernel->cpus[i].depth++;
			return i;
		}
	for (int round = 0; round < ROUNDS; round++) {
		uint32_t first = cpu < 0 ? 0 : cpu, last = cpu < 0 ? kernel->ncpus - 1 : cpu;
		for (uint32_t i = first; i <= last; i++)
			if (try_enter(&kernel->cpus[i], me))
				return i;
		wait_a_little(round);
	}
	return -1;
}

uint32_t skep_cpu_enter(struct skep_kernel *kernel, int64_t cpu)
{
	int64_t entered;

	do
		entered = skep_cpu_try(kernel, cpu);
	while (entered < 0);
	return entered;
}

void skep_cpu_leave(struct skep_kernel *kernel, uint32_t number)
{
	struct skep_cpu *cpu = &kernel->cpus[number];

	if (--cpu->depth)
		return;
	__atomic_add_fetch(&cpu->entered, 1, __ATOMIC_SEQ_CST);
	__atomic_store_n(&cpu->owner, 0, __ATOMIC_SEQ_CST);
}

void skep_cpu_between(struct skep_kernel *kernel, uint32_t number)
{
	struct skep_cpu *cpu = &kernel->cpus[number];

	if (cpu->depth == 1)
		__atomic_add_fetch(&cpu->entered, 2, __ATOMIC_SEQ_CST);
}
