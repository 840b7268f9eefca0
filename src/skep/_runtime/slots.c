/* Maps of kernel objects, by index: sockets and cgroups (pointers), devices and CPUs (a number and a program's id). The
 * kernel side, which knows descriptors, fills them (kernel/maps/objects.py) and keeps the objects alive; programs find,
 * and those on sockets also replace and remove.
 */
#include "native.h"
#include "slots.h"
#include "uapi.h"

#include <stdlib.h>

static uint64_t *slot_at(const struct skep_map *map, uint32_t index)
{
	return (uint64_t *)map->values + index;
}

static uint64_t load(const struct skep_map *map, const void *key)
{
	uint32_t index = *(const uint32_t *)key;

	return index < map->max_entries ? __atomic_load_n(slot_at(map, index), __ATOMIC_ACQUIRE) : 0;
}

static void *pointer_lookup(struct skep_map *map, const void *key, struct skep_run *run)
{
	return (void *)(uintptr_t)load(map, key);
}

static void *value_lookup(struct skep_map *map, const void *key, struct skep_run *run)
{
	return load(map, key) ? slot_at(map, *(const uint32_t *)key) : NULL;
}

static long sys_lookup(struct skep_map *map, const void *key, void *value)
{
	*(uint64_t *)value = load(map, key);
	return *(uint64_t *)value ? 0 : -ENOENT;
}

static long sys_update(struct skep_map *map, const void *key, const void *value, uint64_t flags)
{
	uint32_t index = *(const uint32_t *)key;

	if (index >= map->max_entries)
		return -E2BIG;
	uint64_t *slot = slot_at(map, index), old = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
	do {
		if (old && flags == BPF_NOEXIST)
			return -EEXIST;
		if (!old && flags == BPF_EXIST)
			return -ENOENT;
	} while (!__atomic_compare_exchange_n(slot, &old, *(const uint64_t *)value, false, __ATOMIC_ACQ_REL,
					      __ATOMIC_ACQUIRE));
	return 0;
}

static long no_update(struct skep_map *map, const void *key, const void *value, uint64_t flags, struct skep_run *run)
{
	return -EOPNOTSUPP;
}

/* What programs give as a value is the socket itself. */
long skep_socket_update(struct skep_map *map, const void *key, const void *value, uint64_t flags, struct skep_run *run)
{
	uint64_t pointer = (uintptr_t)value;

	if (flags > BPF_EXIST)
		return -EINVAL;
	return map->ops->sys_update(map, key, &pointer, flags);
}

/* sock_map_delete_elem(): an empty slot cannot be emptied. */
static long slot_delete(struct skep_map *map, const void *key, struct skep_run *run)
{
	uint32_t index = *(const uint32_t *)key;

	if (index >= map->max_entries || !__atomic_exchange_n(slot_at(map, index), 0, __ATOMIC_ACQ_REL))
		return -EINVAL;
	return 0;
}

static bool region(struct skep_map *map, uintptr_t address, uintptr_t *start, size_t *size)
{
	uintptr_t offset = address - (uintptr_t)map->values;

	*start = address - offset % sizeof(uint64_t);
	*size = sizeof(uint64_t);
	return offset < (uint64_t)map->max_entries * sizeof(uint64_t);
}

static void slots_free(struct skep_map *map)
{
	skep_pages_free(map->values, (uint64_t)map->max_entries * sizeof(uint64_t));
	free(map);
}

#define SLOT_OPS(lookup_function, update_function)                                                           \
	{                                                                                                      \
		.lookup = lookup_function, .update = update_function, .delete = slot_delete,                   \
		.sys_lookup = sys_lookup, .sys_update = sys_update, .next_key = skep_index_next, .region = region,    \
		.free = slots_free,                                                                            \
	}

static const struct skep_map_ops pointer_ops = SLOT_OPS(pointer_lookup, no_update),
				 socket_ops = SLOT_OPS(pointer_lookup, skep_socket_update),
				 value_ops = SLOT_OPS(value_lookup, no_update);

struct skep_map *skep_slots_new(const struct skep_map *wanted, long *err)
{
	struct skep_map *map = malloc(sizeof(*map));
	bool values = wanted->type == BPF_MAP_TYPE_DEVMAP || wanted->type == BPF_MAP_TYPE_CPUMAP;

	*err = -ENOMEM;
	if (!map)
		return NULL;
	*map = *wanted;
	map->ops = values ? &value_ops : wanted->type == BPF_MAP_TYPE_SOCKMAP ? &socket_ops : &pointer_ops;
	map->elem_size = sizeof(uint64_t);
	map->values = skep_pages((uint64_t)map->max_entries * sizeof(uint64_t));
	if (map->values)
		return map;
	free(map);
	return NULL;
}
