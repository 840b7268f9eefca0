/* Critical sections. A run is alone on its virtual CPU, is never preempted there, and what it sees lives until it
 * ends: so RCU, preemption and interrupts have nothing to do. Resilient spin locks are real.
 */
#include "native.h"

#include <sched.h>
#include <time.h>

#define NOTHING(name) \
	SKEP_HELPER(name) { return 0; }

NOTHING(bpf_rcu_read_lock)
NOTHING(bpf_rcu_read_unlock)
NOTHING(bpf_preempt_disable)
NOTHING(bpf_preempt_enable)
NOTHING(bpf_local_irq_restore)

SKEP_HELPER(bpf_local_irq_save)
{
	*(uint64_t *)r1 = 0;
	return 0;
}

/* What these functions return when there is nothing to find out: no device here knows of its packets more than what
 * is in them, and no memory is of a slab cache. */
#define UNSUPPORTED(name) \
	SKEP_HELPER(name) { return -EOPNOTSUPP; }

UNSUPPORTED(bpf_xdp_metadata_rx_hash)
UNSUPPORTED(bpf_xdp_metadata_rx_timestamp)
UNSUPPORTED(bpf_xdp_metadata_rx_vlan_tag)
NOTHING(bpf_get_kmem_cache)

/* The same object under another type. */
SKEP_HELPER(bpf_rdonly_cast)
{
	return r1;
}

static uint64_t go_on(uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5, struct skep_run *run)
{
	return 0;
}

SKEP_HELPER(bpf_map_sum_elem_count)
{
	struct skep_map *map = (struct skep_map *)r1;

	return map->ops->for_each ? map->ops->for_each(map, go_on, 0, run) : 0;
}

#define TIMEOUT_NS 250000000

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Whether the CPU that holds the lock waits for one that this CPU holds. */
static bool is_deadlock(const struct skep_kernel *kernel, uint32_t holder, uint32_t me)
{
	const uint32_t *wanted = __atomic_load_n(&kernel->cpus[holder - 1].waits_for, __ATOMIC_ACQUIRE);

	return wanted && __atomic_load_n(wanted, __ATOMIC_ACQUIRE) == me;
}

/* The lock holds the number of its CPU, from 1. -EDEADLK when waiting could not end, -ETIMEDOUT when it does not. */
static long take(uint32_t *lock, struct skep_run *run)
{
	uint32_t me = run->cpu + 1, holder = 0;
	struct skep_cpu *cpu = &run->kernel->cpus[run->cpu];
	uint64_t start = 0;
	long err = 0;

	while (!err) {
		holder = 0;
		if (__atomic_compare_exchange_n(lock, &holder, me, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			break;
		__atomic_store_n(&cpu->waits_for, lock, __ATOMIC_RELEASE);
		if (!start)
			start = now_ns();
		if (holder == me || is_deadlock(run->kernel, holder, me))
			err = -EDEADLK;
		else if (now_ns() - start > TIMEOUT_NS)
			err = -ETIMEDOUT;
		else
			sched_yield();
	}
	__atomic_store_n(&cpu->waits_for, NULL, __ATOMIC_RELEASE);
	run->locks += !err;
	return err;
}

SKEP_HELPER(bpf_res_spin_lock)
{
	return take((uint32_t *)r1, run);
}

SKEP_HELPER(bpf_res_spin_unlock)
{
	run->locks--;
	__atomic_store_n((uint32_t *)r1, 0, __ATOMIC_RELEASE);
	return 0;
}

SKEP_HELPER(bpf_res_spin_lock_irqsave)
{
	*(uint64_t *)r2 = 0;
	return take((uint32_t *)r1, run);
}

SKEP_HELPER(bpf_res_spin_unlock_irqrestore)
{
	return bpf_res_spin_unlock(r1, 0, 0, 0, 0, run);
}

const struct skep_symbol skep_section_symbols[] = {
	SKEP_SYMBOL(bpf_xdp_metadata_rx_hash),
	SKEP_SYMBOL(bpf_xdp_metadata_rx_timestamp),
	SKEP_SYMBOL(bpf_xdp_metadata_rx_vlan_tag),
	SKEP_SYMBOL(bpf_get_kmem_cache),
	SKEP_SYMBOL(bpf_rdonly_cast),
	SKEP_SYMBOL(bpf_map_sum_elem_count),
	SKEP_SYMBOL(bpf_rcu_read_lock),
	SKEP_SYMBOL(bpf_rcu_read_unlock),
	SKEP_SYMBOL(bpf_preempt_disable),
	SKEP_SYMBOL(bpf_preempt_enable),
	SKEP_SYMBOL(bpf_local_irq_save),
	SKEP_SYMBOL(bpf_local_irq_restore),
	SKEP_SYMBOL(bpf_res_spin_lock),
	SKEP_SYMBOL(bpf_res_spin_unlock),
	SKEP_SYMBOL(bpf_res_spin_lock_irqsave),
	SKEP_SYMBOL(bpf_res_spin_unlock_irqrestore),
	{ NULL },
};
