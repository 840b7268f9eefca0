/* Virtual CPUs: a run owns the one that it is on. */
#ifndef SKEP_CPU_H
#define SKEP_CPU_H

#include "runtime.h"

/* Waits for the CPU, or for any when `cpu` is negative, and enters it. A thread that is on a CPU already stays there:
 * that is a run inside a run. Must not be called with the interpreter lock held. */
uint32_t skep_cpu_enter(struct skep_kernel *kernel, int64_t cpu);
/* The same, but not longer than some milliseconds: -1 then. */
int64_t skep_cpu_try(struct skep_kernel *kernel, int64_t cpu);
void skep_cpu_leave(struct skep_kernel *kernel, uint32_t cpu);
/* Between two runs in a row on one CPU: what waits for the first to end need not wait for all. */
void skep_cpu_between(struct skep_kernel *kernel, uint32_t cpu);

/* Writes down which runs are under way, one word for each CPU, and tells whether all of those have ended. */
static inline void skep_runs_note(const struct skep_kernel *kernel, uint64_t *counts)
{
	for (uint32_t cpu = 0; cpu < kernel->ncpus; cpu++)
		counts[cpu] = __atomic_load_n(&kernel->cpus[cpu].entered, __ATOMIC_SEQ_CST);
}

static inline bool skep_runs_over(const struct skep_kernel *kernel, const uint64_t *counts)
{
	for (uint32_t cpu = 0; cpu < kernel->ncpus; cpu++)
		if (counts[cpu] & 1 && __atomic_load_n(&kernel->cpus[cpu].entered, __ATOMIC_SEQ_CST) == counts[cpu])
			return false;
	return true;
}

#endif
