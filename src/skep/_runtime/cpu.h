/* Virtual CPUs: a run owns the one that it is on. */
#ifndef SKEP_CPU_H
#define SKEP_CPU_H

#include "runtime.h"

/* Waits for the CPU, or for any when `cpu` is negative, and enters it. A thread that is on a CPU already stays there:
 * that is a run inside a run. Must not be called with the interpreter lock held. */
uint32_t skep_cpu_enter(struct skep_kernel *kernel, int64_t cpu);
void skep_cpu_leave(struct skep_kernel *kernel, uint32_t cpu);

#endif
