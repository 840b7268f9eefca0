/* Arrays: elements at values + index * elem_size; per-CPU arrays have one such row for each CPU, cpu_stride apart.
 *
 * Programs get addresses of elements, and generated code computes them itself, so this layout is part of the ABI.
 */
#include "native.h"
#include "lock.h"
#include "pause.h"
#include "record.h"
#include "uapi.h"

#include <string.h>

static inline uint8_t *element(const struct skep_map *map, uint32_t cpu, uint32_t index)
{
	return map->values + cpu * map->cpu_stride + (uint64_t)index * map->elem_size;
}

static inline bool is_percpu(const struct skep_map *map)
{
	return map->type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

static size_t storage_size(const struct skep_map *map)
{
	return is_percpu(map) ? map->cpu_stride * map->ncpus : (uint64_t)map->max_entries * map->elem_size;
}

static void *array_lookup(struct skep_map *map, const void *key, struct skep_run *run)
{
	uint32_t index = *(const uint32_t *)key;

	return likely(index < map->max_entries) ? element(map, 0, index) : NULL;
}

static void *percpu_array_lookup(struct skep_map *map, const void *key, struct skep_run *run)
{
	uint32_t index = *(const uint32_t *)key;

	return likely(index < map->max_entries) ? element(map, run->cpu, index) : NULL;
}

static void *percpu_array_lookup_percpu(struct skep_map *map, const void *key, uint32_t cpu)
{
	uint32_t index = *(const uint32_t *)key;

	return index < map->max_entries && cpu < map->ncpus ? element(map, cpu, index) : NULL;
}

static long check_update(const struct skep_map *map, uint32_t index, uint64_t flags)
{
	if (unlikely((flags & ~(uint64_t)BPF_F_LOCK) > BPF_EXIST))
		return -EINVAL;
	if (unlikely(index >= map->max_entries))
		return -E2BIG;
	if (unlikely(flags & BPF_NOEXIST))
		return -EEXIST;
	return flags & BPF_F_LOCK && !skep_value_lock(map, element(map, 0, index)) ? -EINVAL : 0;
}

static long array_update(struct skep_map *map, const void *key, const void *value, uint64_t flags,
			 struct skep_run *run)
{
	uint32_t index = *(const uint32_t *)key;
	long err = check_update(map, index, flags);

	if (unlikely(err))
		return err;
	void *own = element(map, is_percpu(map) ? run->cpu : 0, index);
	if (likely(!map->record))
		memcpy(own, value, map->value_size);
	else
		skep_value_replace(map, own, value, flags);
	return 0;
}

static long array_delete(struct skep_map *map, const void *key, struct skep_run *run)
{
	return -EINVAL;
}

static long array_for_each(struct skep_map *map, skep_fn callback, uint64_t ctx, struct skep_run *run)
{
	uint32_t cpu = is_percpu(map) ? run->cpu : 0;

	for (uint32_t index = 0; index < map->max_entries; index++) {
		uint32_t key = index;
		if (callback((uintptr_t)map, (uintptr_t)&key, (uintptr_t)element(map, cpu, index), ctx, 0, run) ||
		    skep_loop_ends(run))
			return index + 1;
	}
	return map->max_entries;
}

static long array_sys_lookup(struct skep_map *map, const void *key, void *value)
{
	uint32_t index = *(const uint32_t *)key;

	if (index >= map->max_entries)
		return -ENOENT;
	skep_value_read(map, value, element(map, 0, index), map->value_size);
	return 0;
}

static long array_sys_update(struct skep_map *map, const void *key, const void *value, uint64_t flags)
{
	return array_update(map, key, value, flags, NULL);
}

static long percpu_array_sys_lookup(struct skep_map *map, const void *key, void *value)
{
	uint32_t index = *(const uint32_t *)key;

	if (index >= map->max_entries)
		return -ENOENT;
	for (uint32_t cpu = 0; cpu < map->ncpus; cpu++)
		skep_value_read(map, (uint8_t *)value + cpu * map->elem_size, element(map, cpu, index),
				map->elem_size);
	return 0;
}

static long percpu_array_sys_update(struct skep_map *map, const void *key, const void *value, uint64_t flags)
{
	uint32_t index = *(const uint32_t *)key;

	if (flags > BPF_EXIST)
		return -EINVAL;
	if (index >= map->max_entries)
		return -E2BIG;
	if (flags == BPF_NOEXIST)
		return -EEXIST;
	for (uint32_t cpu = 0; cpu < map->ncpus; cpu++)
		skep_fields_copy(map->record, element(map, cpu, index),
				 (const uint8_t *)value + cpu * map->elem_size, map->elem_size);
	return 0;
}

long skep_index_next(struct skep_map *map, const void *key, void *next)
{
	uint32_t index = key ? *(const uint32_t *)key : UINT32_MAX;

	if (index < map->max_entries && index == map->max_entries - 1)
		return -ENOENT;
	*(uint32_t *)next = index < map->max_entries ? index + 1 : 0;
	return 0;
}

static bool array_region(struct skep_map *map, uintptr_t address, uintptr_t *start, size_t *size)
{
	uintptr_t offset = address - (uintptr_t)map->values;

	if (offset >= storage_size(map))
		return false;
	uintptr_t row = is_percpu(map) ? offset / map->cpu_stride * map->cpu_stride : 0;
	uintptr_t index = (offset - row) / map->elem_size;
	*start = (uintptr_t)map->values + row + index * map->elem_size;
	return index < map->max_entries && address - *start < map->value_size;
}

static void array_each_value(struct skep_map *map, void (*visit)(struct skep_map *, void *value))
{
	for (uint32_t cpu = 0; cpu < (is_percpu(map) ? map->ncpus : 1); cpu++)
		for (uint32_t index = 0; index < map->max_entries; index++)
			visit(map, element(map, cpu, index));
}

static void array_free(struct skep_map *map)
{
	if (map->record)
		array_each_value(map, skep_value_free);
	skep_pages_free(map->values, storage_size(map));
	free(map);
}

static struct skep_map *new_map(const struct skep_map *wanted, const struct skep_map_ops *ops, uint32_t elem_size,
				long *err)
{
	struct skep_map *map = malloc(sizeof(*map));

	if (map) {
		*map = *wanted;
		map->ops = ops;
		map->elem_size = elem_size;
		map->cpu_stride = is_percpu(map) ? round_up((uint64_t)map->max_entries * elem_size, 4096) : 0;
		map->values = skep_pages(storage_size(map));
		if (map->values)
			return map;
		free(map);
	}
	*err = -ENOMEM;
	return NULL;
}

static const struct skep_map_ops array_ops = {
	.lookup = array_lookup,
	.update = array_update,
	.delete = array_delete,
	.for_each = array_for_each,
	.sys_lookup = array_sys_lookup,
	.sys_update = array_sys_update,
	.next_key = skep_index_next,
	.each_value = array_each_value,
	.region = array_region,
	.free = array_free,
};

static const struct skep_map_ops percpu_array_ops = {
	.lookup = percpu_array_lookup,
	.update = array_update,
	.delete = array_delete,
	.lookup_percpu = percpu_array_lookup_percpu,
	.for_each = array_for_each,
	.sys_lookup = percpu_array_sys_lookup,
	.sys_update = percpu_array_sys_update,
	.next_key = skep_index_next,
	.each_value = array_each_value,
	.region = array_region,
	.free = array_free,
};

struct skep_map *skep_array_new(const struct skep_map *wanted, long *err)
{
	return new_map(wanted, &array_ops, round_up(wanted->value_size, 8), err);
}

struct skep_map *skep_percpu_array_new(const struct skep_map *wanted, long *err)
{
	return new_map(wanted, &percpu_array_ops, round_up(wanted->value_size, 8), err);
}

/* prog_array: slots hold struct skep_prog *; who fills a slot keeps the program alive (kernel/maps/prog_array.py).
 * Generated code loads the slot atomically and jumps. A value here is the pointer, not the descriptor of bpf(2). */

static long prog_array_sys_update(struct skep_map *map, const void *key, const void *value, uint64_t flags)
{
	uint32_t index = *(const uint32_t *)key;

	if (index >= map->max_entries)
		return -E2BIG;
	struct skep_prog **slot = (struct skep_prog **)element(map, 0, index);
	__atomic_store_n(slot, *(struct skep_prog *const *)value, __ATOMIC_RELEASE);
	return 0;
}

static void *prog_array_lookup(struct skep_map *map, const void *key, struct skep_run *run)
{
	return NULL; /* no program may look into it */
}

static long prog_array_update(struct skep_map *map, const void *key, const void *value, uint64_t flags,
			      struct skep_run *run)
{
	return -EINVAL;
}

static long prog_array_sys_lookup(struct skep_map *map, const void *key, void *value)
{
	uint32_t index = *(const uint32_t *)key;

	if (index >= map->max_entries)
		return -ENOENT;
	struct skep_prog *prog = __atomic_load_n((struct skep_prog **)element(map, 0, index), __ATOMIC_ACQUIRE);
	if (!prog)
		return -ENOENT;
	*(struct skep_prog **)value = prog;
	return 0;
}

static const struct skep_map_ops prog_array_ops = {
	.lookup = prog_array_lookup,
	.update = prog_array_update,
	.delete = array_delete,
	.sys_lookup = prog_array_sys_lookup,
	.sys_update = prog_array_sys_update,
	.next_key = skep_index_next,
	.region = array_region,
	.free = array_free,
};

struct skep_map *skep_prog_array_new(const struct skep_map *wanted, long *err)
{
	return new_map(wanted, &prog_array_ops, sizeof(struct skep_prog *), err);
}

/* array_of_maps: slots hold struct skep_map *, kept alive by kernel/maps/map_in_map.py. */
static void *inner_lookup(struct skep_map *map, const void *key, struct skep_run *run)
{
	uint32_t index = *(const uint32_t *)key;

	return index < map->max_entries ? __atomic_load_n((void **)element(map, 0, index), __ATOMIC_ACQUIRE) : NULL;
}

static const struct skep_map_ops array_of_maps_ops = {
	.lookup = inner_lookup,
	.update = prog_array_update,
	.delete = array_delete,
	.sys_lookup = prog_array_sys_lookup,
	.sys_update = prog_array_sys_update,
	.next_key = skep_index_next,
	.free = array_free,
};

struct skep_map *skep_array_of_maps_new(const struct skep_map *wanted, long *err)
{
	return new_map(wanted, &array_of_maps_ops, sizeof(struct skep_map *), err);
}
