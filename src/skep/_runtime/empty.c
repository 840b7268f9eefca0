/* Maps that programs find empty: their elements are objects (sockets, devices, CPUs, cgroups, stacks) that the kernel
 * side keeps, and that helpers of their own bring into reach. What programs may do with any map fails here.
 */
#include "native.h"

static void *empty_lookup(struct skep_map *map, const void *key, struct skep_run *run)
{
	return NULL;
}

static long empty_update(struct skep_map *map, const void *key, const void *value, uint64_t flags,
			 struct skep_run *run)
{
	return -EOPNOTSUPP;
}

static long empty_delete(struct skep_map *map, const void *key, struct skep_run *run)
{
	return -ENOENT;
}

static void empty_free(struct skep_map *map)
{
	free(map);
}

static const struct skep_map_ops empty_ops = {
	.lookup = empty_lookup,
	.update = empty_update,
	.delete = empty_delete,
	.free = empty_free,
};

struct skep_map *skep_empty_new(const struct skep_map *wanted, long *err)
{
	struct skep_map *map = malloc(sizeof(*map));

	if (!map) {
		*err = -ENOMEM;
		return NULL;
	}
	*map = *wanted;
	map->ops = &empty_ops;
	map->elem_size = round_up(map->value_size, 8);
	return map;
}
