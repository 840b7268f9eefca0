/* Storages: values that belong to a socket, an inode, a task or a cgroup. Natively each is a hash map from the owner's
 * address; values come and go as the elements of such a map do.
 */
#include "native.h"
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

#define BOTH(kind) SKEP_SYMBOL(bpf_##kind##_storage_get), SKEP_SYMBOL(bpf_##kind##_storage_delete)

const struct skep_symbol skep_storage_symbols[] = { BOTH(sk), BOTH(inode), BOTH(task), BOTH(cgrp), { NULL } };
