/* Queues and stacks: a ring of values under a lock. Both put in at `head`; a queue takes out the oldest value, a stack
 * the newest. The helpers for maps without keys are here too.
 */
#include "native.h"
#include "lock.h"
#include "uapi.h"

#include <string.h>

struct queue_map {
	struct skep_map map;
	uint32_t lock;
	uint32_t head; /* where the next value goes */
	uint32_t count;
	uint8_t *ring;
};

static uint8_t *slot(const struct queue_map *queue, uint32_t index)
{
	return queue->ring + (uint64_t)index * queue->map.value_size;
}

/* The index that lies `back` before the head. */
static uint32_t before_head(const struct queue_map *queue, uint32_t back)
{
	return queue->head >= back ? queue->head - back : queue->head + queue->map.max_entries - back;
}

static long queue_push(struct skep_map *map, const void *value, uint64_t flags)
{
	struct queue_map *queue = (struct queue_map *)map;
	long err = 0;

	if (flags & BPF_NOEXIST || flags > BPF_EXIST)
		return -EINVAL;
	skep_lock(&queue->lock);
	bool full = queue->count == map->max_entries;
	if (full && flags != BPF_EXIST) {
		err = -E2BIG;
	} else { /* in a full ring the head stands on the oldest value */
		memcpy(slot(queue, queue->head), value, map->value_size);
		queue->head = queue->head + 1 < map->max_entries ? queue->head + 1 : 0;
		queue->count += !full;
	}
	skep_unlock(&queue->lock);
	return err;
}

static long take(struct skep_map *map, void *value, bool newest, bool remove)
{
	struct queue_map *queue = (struct queue_map *)map;
	long err = 0;

	skep_lock(&queue->lock);
	if (!queue->count) {
		memset(value, 0, map->value_size);
		err = -ENOENT;
	} else {
		uint32_t index = before_head(queue, newest ? 1 : queue->count);
		memcpy(value, slot(queue, index), map->value_size);
		queue->count -= remove;
		if (remove && newest)
			queue->head = index;
	}
	skep_unlock(&queue->lock);
	return err;
}

static long queue_pop(struct skep_map *map, void *value)
{
	return take(map, value, false, true);
}

static long queue_peek(struct skep_map *map, void *value)
{
	return take(map, value, false, false);
}

static long stack_pop(struct skep_map *map, void *value)
{
	return take(map, value, true, true);
}

static long stack_peek(struct skep_map *map, void *value)
{
	return take(map, value, true, false);
}

/* Through bpf(2): lookup is peek, update is push. */
static long sys_peek(struct skep_map *map, const void *key, void *value)
{
	return map->ops->peek(map, value);
}

static long sys_push(struct skep_map *map, const void *key, const void *value, uint64_t flags)
{
	return queue_push(map, value, flags);
}

static long sys_pop(struct skep_map *map, const void *key, void *value)
{
	return map->ops->pop(map, value);
}

static long no_next_key(struct skep_map *map, const void *key, void *next)
{
	return -EINVAL;
}

static void *no_lookup(struct skep_map *map, const void *key, struct skep_run *run)
{
	return NULL;
}

static long no_update(struct skep_map *map, const void *key, const void *value, uint64_t flags, struct skep_run *run)
{
	return -EINVAL;
}

static long no_delete(struct skep_map *map, const void *key, struct skep_run *run)
{
	return -EINVAL;
}

static void queue_free(struct skep_map *map)
{
	struct queue_map *queue = (struct queue_map *)map;

	skep_pages_free(queue->ring, (uint64_t)map->max_entries * map->value_size);
	free(queue);
}

#define OPS(kind)                                                                                     \
	{                                                                                             \
		.lookup = no_lookup, .update = no_update, .delete = no_delete, .push = queue_push,    \
		.pop = kind##_pop, .peek = kind##_peek, .sys_lookup = sys_peek, .sys_update = sys_push, \
		.sys_pop = sys_pop, .next_key = no_next_key, .free = queue_free,                      \
	}

static const struct skep_map_ops queue_ops = OPS(queue), stack_ops = OPS(stack);

struct skep_map *skep_queue_new(const struct skep_map *wanted, long *err)
{
	struct queue_map *queue = calloc(1, sizeof(*queue));

	if (queue)
		queue->ring = skep_pages((uint64_t)wanted->max_entries * wanted->value_size);
	if (!queue || !queue->ring) {
		free(queue);
		*err = -ENOMEM;
		return NULL;
	}
	queue->map = *wanted;
	queue->map.ops = wanted->type == BPF_MAP_TYPE_QUEUE ? &queue_ops : &stack_ops;
	return &queue->map;
}

SKEP_HELPER(bpf_map_push_elem)
{
	struct skep_map *map = (struct skep_map *)r1;

	return map->ops->push ? map->ops->push(map, (const void *)r2, r3) : -EOPNOTSUPP;
}

SKEP_HELPER(bpf_map_pop_elem)
{
	struct skep_map *map = (struct skep_map *)r1;

	return map->ops->pop ? map->ops->pop(map, (void *)r2) : -EOPNOTSUPP;
}

SKEP_HELPER(bpf_map_peek_elem)
{
	struct skep_map *map = (struct skep_map *)r1;

	return map->ops->peek ? map->ops->peek(map, (void *)r2) : -EOPNOTSUPP;
}

const struct skep_symbol skep_keyless_symbols[] = {
	SKEP_SYMBOL(bpf_map_push_elem),
	SKEP_SYMBOL(bpf_map_pop_elem),
	SKEP_SYMBOL(bpf_map_peek_elem),
	{ NULL },
};
