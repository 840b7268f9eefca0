/* A spin lock in one word, for critical sections of a few dozen instructions.
 *
 * Threads can lose their CPU inside one, unlike in a kernel, so a waiter yields after a while.
 */
#ifndef SKEP_LOCK_H
#define SKEP_LOCK_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

static inline bool skep_trylock(uint32_t *lock)
{
	return !__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE);
}

static inline void skep_lock(uint32_t *lock)
{
	while (__builtin_expect(!skep_trylock(lock), 0))
		for (int spins = 0; __atomic_load_n(lock, __ATOMIC_RELAXED); spins++)
			if (spins > 100)
				sched_yield();
}

static inline void skep_unlock(uint32_t *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

#endif
