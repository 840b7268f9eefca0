/* Helpers of the general kind: maps, time, random numbers, the CPU and the current task. */
#include "native.h"
#include "pause.h"

#include <string.h>
#include <time.h>

SKEP_HELPER(bpf_map_lookup_elem)
{
	struct skep_map *map = (struct skep_map *)r1;

	return (uintptr_t)map->ops->lookup(map, (const void *)r2, run);
}

SKEP_HELPER(bpf_map_update_elem)
{
	struct skep_map *map = (struct skep_map *)r1;

	return map->ops->update(map, (const void *)r2, (const void *)r3, r4, run);
}

SKEP_HELPER(bpf_map_delete_elem)
{
	struct skep_map *map = (struct skep_map *)r1;

	return map->ops->delete (map, (const void *)r2, run);
}

SKEP_HELPER(bpf_map_lookup_percpu_elem)
{
	struct skep_map *map = (struct skep_map *)r1;

	return map->ops->lookup_percpu ? (uintptr_t)map->ops->lookup_percpu(map, (const void *)r2, r3) : 0;
}

SKEP_HELPER(bpf_for_each_map_elem)
{
	struct skep_map *map = (struct skep_map *)r1;

	if (r4)
		return -EINVAL;
	return map->ops->for_each ? map->ops->for_each(map, (skep_fn)r2, r3, run) : -EOPNOTSUPP;
}

#define MAX_LOOPS (8 * 1024 * 1024)

SKEP_HELPER(bpf_loop)
{
	uint32_t count = r1;

	if (r4)
		return -EINVAL;
	if (r5 && r1 > MAX_LOOPS) /* what Linux inlines, see fixups/loops.py */
		return (uint32_t)-E2BIG;
	if (count > MAX_LOOPS)
		return -E2BIG;
	for (uint32_t i = 0; i < count; i++)
		if (((skep_fn)r2)(i, r3, 0, 0, 0, run) || skep_loop_ends(run))
			return i + 1;
	return count;
}

static uint64_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

SKEP_HELPER(bpf_ktime_get_ns)
{
	return run->kernel->clock_stopped ? run->kernel->clock_ns : read_clock(CLOCK_MONOTONIC);
}

SKEP_HELPER(bpf_ktime_get_boot_ns)
{
	const struct skep_kernel *kernel = run->kernel;

	return kernel->clock_stopped ? kernel->clock_ns + kernel->boot_offset : read_clock(CLOCK_BOOTTIME);
}

SKEP_HELPER(bpf_ktime_get_coarse_ns)
{
	return run->kernel->clock_stopped ? run->kernel->clock_ns : read_clock(CLOCK_MONOTONIC_COARSE);
}

SKEP_HELPER(bpf_ktime_get_tai_ns)
{
	const struct skep_kernel *kernel = run->kernel;

	return kernel->clock_stopped ? kernel->clock_ns + kernel->real_offset : read_clock(CLOCK_TAI);
}

/* Jiffies start five minutes before their 32-bit wrap and tick at 250 Hz, as on a Linux made for distributions. */
SKEP_HELPER(bpf_jiffies64)
{
	return (uint64_t)(uint32_t)(-300 * 250) + bpf_ktime_get_ns(0, 0, 0, 0, 0, run) / 4000000;
}

/* xoshiro256**, one state for each CPU; programs see the upper half. */
SKEP_HELPER(bpf_get_prandom_u32)
{
	uint64_t *s = run->kernel->cpus[run->cpu].rng;
	uint64_t scaled = s[1] * 5, result = (scaled << 7 | scaled >> 57) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = s[3] << 45 | s[3] >> 19;
	return result >> 32;
}

SKEP_HELPER(bpf_get_smp_processor_id)
{
	return run->cpu;
}

SKEP_HELPER(bpf_get_numa_node_id)
{
	return run->kernel->numa_node;
}

SKEP_HELPER(bpf_get_current_pid_tgid)
{
	return run->kernel->pid_tgid;
}

SKEP_HELPER(bpf_get_current_uid_gid)
{
	return run->kernel->uid_gid;
}

SKEP_HELPER(bpf_get_current_comm)
{
	char *out = (char *)r1;
	uint32_t size = r2;

	if (!size)
		return -EINVAL;
	memset(out, 0, size);
	memcpy(out, run->kernel->comm, size < sizeof(run->kernel->comm) ? size : sizeof(run->kernel->comm));
	out[size - 1] = 0;
	return 0;
}

/* The CPUs record no branches. */
SKEP_HELPER(bpf_get_branch_snapshot)
{
	return r3 ? -EINVAL : -ENOENT;
}

/* A number per attachment; PROG_TEST_RUN has none. */
SKEP_HELPER(bpf_get_attach_cookie)
{
	return run->attach_cookie;
}

const struct skep_symbol skep_core_symbols[] = {
	SKEP_SYMBOL(bpf_map_lookup_elem),
	SKEP_SYMBOL(bpf_map_update_elem),
	SKEP_SYMBOL(bpf_map_delete_elem),
	SKEP_SYMBOL(bpf_map_lookup_percpu_elem),
	SKEP_SYMBOL(bpf_for_each_map_elem),
	SKEP_SYMBOL(bpf_loop),
	SKEP_SYMBOL(bpf_ktime_get_ns),
	SKEP_SYMBOL(bpf_ktime_get_boot_ns),
	SKEP_SYMBOL(bpf_ktime_get_coarse_ns),
	SKEP_SYMBOL(bpf_ktime_get_tai_ns),
	SKEP_SYMBOL(bpf_jiffies64),
	SKEP_SYMBOL(bpf_get_prandom_u32),
	SKEP_SYMBOL(bpf_get_smp_processor_id),
	SKEP_SYMBOL(bpf_get_numa_node_id),
	SKEP_SYMBOL(bpf_get_current_pid_tgid),
	SKEP_SYMBOL(bpf_get_current_uid_gid),
	SKEP_SYMBOL(bpf_get_current_comm),
	SKEP_SYMBOL(bpf_get_branch_snapshot),
	SKEP_SYMBOL(bpf_get_attach_cookie),
	{ NULL },
};
