/* Special fields of map values and of objects that programs allocate: locks, timers, kernel pointers, lists, trees.
 *
 * A record says where they are (kernel/btf_record.py finds them in BTF). Values are copied around them; they start
 * as zeroes, and what they hold is let go of with skep_fields_free().
 */
#ifndef SKEP_RECORD_H
#define SKEP_RECORD_H

#include "lock.h"
#include "runtime.h"

#include <string.h>

enum skep_field_kind {
	SKEP_SPIN_LOCK,
	SKEP_TIMER,
	SKEP_WORK,
	SKEP_KPTR,      /* any pointer that is exchanged; `destroy` is 0 where nobody counts references */
	SKEP_LIST_HEAD,
	SKEP_RB_ROOT,
	SKEP_REFCOUNT,
	SKEP_NODE,      /* of a list or a tree: no owner of anything */
};

struct skep_field {
	uint32_t kind, offset, size;
	uint32_t node_offset; /* list, tree: the place of the node in an element */
	skep_fn destroy;      /* kptr: lets go of a reference; list, tree: of an element */
};

struct skep_record {
	uint32_t count;
	int32_t refcount; /* place of a bpf_refcount; -1 without one */
	int32_t lock;     /* place of a spin lock; -1 without one */
	struct skep_field fields[]; /* in the order of their places */
};

/* Lets go of all that the fields of a value hold, and makes them zero again. */
void skep_fields_free(struct skep_kernel *kernel, const struct skep_record *record, void *value);

/* As they are in an object that nobody used yet: bpf_obj_init(). */
static inline void skep_fields_clear(const struct skep_record *record, void *value)
{
	for (uint32_t i = 0; i < record->count; i++)
		memset((uint8_t *)value + record->fields[i].offset, 0, record->fields[i].size);
	if (record->refcount >= 0)
		*(uint32_t *)((uint8_t *)value + record->refcount) = 1;
}

/* Copies a value except for its special fields. */
static inline void skep_fields_copy(const struct skep_record *record, void *to, const void *from, uint32_t size)
{
	uint32_t done = 0;

	for (uint32_t i = 0; record && i < record->count; i++) {
		const struct skep_field *field = &record->fields[i];
		memcpy((uint8_t *)to + done, (const uint8_t *)from + done, field->offset - done);
		done = field->offset + field->size;
	}
	memcpy((uint8_t *)to + done, (const uint8_t *)from + done, size - done);
}

/* The spin lock of a map's value; NULL where values have none. */
static inline uint32_t *skep_value_lock(const struct skep_map *map, void *value)
{
	return map->record && map->record->lock >= 0 ? (uint32_t *)((uint8_t *)value + map->record->lock) : NULL;
}

/* Gives a value out: whole, and with fresh special fields. */
static inline void skep_value_read(const struct skep_map *map, void *out, void *value, uint32_t size)
{
	if (likely(!map->record)) {
		memcpy(out, value, size);
		return;
	}
	uint32_t *lock = skep_value_lock(map, value);
	if (lock)
		skep_lock(lock);
	skep_fields_copy(map->record, out, value, size);
	if (lock)
		skep_unlock(lock);
	skep_fields_clear(map->record, out);
}

/* Stores a value in place, with BPF_F_LOCK under its lock (which it has); what its fields held is let go of. */
void skep_value_replace(struct skep_map *map, void *own, const void *value, uint64_t flags);
/* Lets go of what the fields of a map's value hold. */
void skep_value_free(struct skep_map *map, void *value);

#endif
