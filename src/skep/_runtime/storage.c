/* Storages: values that belong to a socket, an inode, a task or a cgroup. Natively each is a hash map from the owner's
 * address; values come and go as the elements of such a map do.
 */
#include "native.h"
#include "hash.h"
#include "net.h"
#include "uapi.h"

#define GET_F_CREATE 1
#define MAX_VALUE 65536

static uint64_t storage_get(uint64_t map_address, uint64_t owner, uint64_t value, uint64_t flags, struct skep_run *run)
{
	static const uint8_t zeroes[MAX_VALUE];
	struct skep_map *map = (struct skep_map *)map_address;

	if (!owner || flags & ~(uint64_t)GET_F_CREATE)
		return 0;
	void *found = map->ops->lookup(map, &owner, run);
	if (!found && flags & GET_F_CREATE) {
		map->ops->update(map, &owner, value ? (const void *)value : zeroes, BPF_NOEXIST, run);
		found = map->ops->lookup(map, &owner, run); /* ours, or that of somebody who was faster */
	}
	return (uintptr_t)found;
}

static uint64_t storage_delete(uint64_t map_address, uint64_t owner, struct skep_run *run)
{
	struct skep_map *map = (struct skep_map *)map_address;

	return owner ? map->ops->delete(map, &owner, run) : -EINVAL;
}

/* A socket has two forms: it is the native one that owns. */
static uint64_t socket_owner(uint64_t address)
{
	return address ? (uintptr_t)sock_of(address) : 0;
}

SKEP_HELPER(bpf_sk_storage_get)
{
	return storage_get(r1, socket_owner(r2), r3, r4, run);
}

SKEP_HELPER(bpf_sk_storage_delete)
{
	return storage_delete(r1, socket_owner(r2), run);
}

#define OWNED(kind)                                    \
	SKEP_HELPER(bpf_##kind##_storage_get)          \
	{                                              \
		return storage_get(r1, r2, r3, r4, run); \
	}                                              \
	SKEP_HELPER(bpf_##kind##_storage_delete)       \
	{                                              \
		return storage_delete(r1, r2, run);    \
	}

OWNED(inode)
OWNED(task)
OWNED(cgrp)

/* Storage of control groups, by group and attach type: a hash too. What a program sees is not looked up but given to
 * its run; runs that belong to no group (PROG_TEST_RUN) have a value of their own, one for each CPU, in map->values. */
SKEP_HELPER(bpf_get_local_storage)
{
	struct skep_map *map = (struct skep_map *)r1;

	return (uintptr_t)map->values + (uint64_t)run->cpu * map->elem_size;
}

static void *no_lookup(struct skep_map *map, const void *key, struct skep_run *run)
{
	return NULL;
}

static bool of_run(struct skep_map *map, uintptr_t address, uintptr_t *start, size_t *size)
{
	uintptr_t offset = address - (uintptr_t)map->values;

	*start = address - offset % map->elem_size;
	return offset < (uint64_t)map->ncpus * map->elem_size && address - *start < *size;
}

static void cgroup_storage_free(struct skep_map *map)
{
	skep_pages_free(map->values, (uint64_t)map->ncpus * map->elem_size);
	skep_hash_free(map);
}

static const struct skep_map_ops cgroup_storage_ops = {
	.lookup = no_lookup,
	.update = skep_hash_update,
	.delete = skep_hash_delete,
	.sys_lookup = skep_hash_sys_lookup,
	.sys_update = skep_hash_sys_update,
	.each_value = skep_hash_each_value,
	.region = of_run,
	.free = cgroup_storage_free,
};

struct skep_map *skep_cgroup_storage_new(const struct skep_map *wanted, long *err)
{
	struct skep_map *map = skep_hash_new(wanted, err);

	if (!map)
		return NULL;
	map->values = skep_pages((uint64_t)map->ncpus * map->elem_size);
	if (map->values) {
		map->ops = &cgroup_storage_ops;
		return map;
	}
	skep_hash_free(map);
	return NULL;
}

#define BOTH(kind) SKEP_SYMBOL(bpf_##kind##_storage_get), SKEP_SYMBOL(bpf_##kind##_storage_delete)

const struct skep_symbol skep_storage_symbols[] = { BOTH(sk), BOTH(inode), BOTH(task), BOTH(cgrp),
						    SKEP_SYMBOL(bpf_get_local_storage), { NULL } };
