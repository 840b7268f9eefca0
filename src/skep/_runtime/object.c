/* Objects of programs: allocation, references, the end. See object.h. */
#include "native.h"
#include "cpu.h"
#include "lock.h"
#include "object.h"
#include "timer.h"
#include "uapi.h"

#include <stdlib.h>

static struct skep_object *header_of(void *object)
{
	return (struct skep_object *)object - 1;
}

static uint64_t stride_of(uint64_t size)
{
	return round_up(size, 16);
}

static void *data_of(struct skep_object *object, uint32_t cpu)
{
	return (uint8_t *)(object + 1) + cpu * stride_of(object->size);
}

void *skep_object_new(struct skep_kernel *kernel, uint64_t size, const struct skep_record *record, uint32_t cpus)
{
	struct skep_objects *objects = kernel->objects;
	struct skep_object *object = calloc(1, sizeof(*object) + stride_of(size) * cpus);

	if (!object)
		return NULL;
	*object = (struct skep_object){ .kernel = kernel, .record = record, .size = size, .cpus = cpus };
	if (record && record->refcount >= 0)
		*(uint32_t *)((uint8_t *)data_of(object, 0) + record->refcount) = 1;
	skep_lock(&objects->lock);
	object->next = objects->live;
	if (object->next)
		object->next->previous = object;
	objects->live = object;
	objects->count++;
	objects->bytes += size * cpus;
	skep_unlock(&objects->lock);
	return data_of(object, 0);
}

static void free_chain(struct skep_object *object)
{
	while (object) {
		struct skep_object *next = object->next;
		free(object);
		object = next;
	}
}

/* What was removed waits for the runs of that moment. Returns what nobody can look at any more. */
static struct skep_object *over(struct skep_kernel *kernel)
{
	struct skep_objects *objects = kernel->objects;
	struct skep_object *done = NULL;

	if (objects->waiting && !skep_runs_over(kernel, objects->runs))
		return NULL;
	done = objects->waiting;
	objects->waiting = objects->removed;
	objects->removed = NULL;
	if (objects->waiting)
		skep_runs_note(kernel, objects->runs);
	return done;
}

static void unlink_object(struct skep_object *object)
{
	struct skep_objects *objects = object->kernel->objects;

	skep_lock(&objects->lock);
	if (object->previous)
		object->previous->next = object->next;
	else
		objects->live = object->next;
	if (object->next)
		object->next->previous = object->previous;
	objects->count--;
	objects->bytes -= object->size * object->cpus;
	object->dead = 1;
	object->next = objects->removed;
	objects->removed = object;
	struct skep_object *done = over(object->kernel);
	skep_unlock(&objects->lock);
	free_chain(done);
}

void skep_object_drop(void *data)
{
	struct skep_object *object = header_of(data);
	const struct skep_record *record = object->record;

	if (record && record->refcount >= 0 &&
	    __atomic_sub_fetch((uint32_t *)((uint8_t *)data + record->refcount), 1, __ATOMIC_ACQ_REL))
		return;
	for (uint32_t cpu = 0; record && cpu < object->cpus; cpu++)
		skep_fields_free(object->kernel, record, data_of(object, cpu));
	unlink_object(object);
}

static bool region_in(struct skep_object *object, uintptr_t address, uintptr_t *start, size_t *size)
{
	for (; object; object = object->next)
		for (uint32_t cpu = 0; cpu < object->cpus; cpu++) {
			*start = (uintptr_t)data_of(object, cpu);
			*size = object->size;
			if (address - *start < *size)
				return true;
		}
	return false;
}

bool skep_object_region(struct skep_kernel *kernel, uintptr_t address, uintptr_t *start, size_t *size)
{
	struct skep_objects *objects = kernel->objects;

	skep_lock(&objects->lock);
	bool found = region_in(objects->live, address, start, size) || region_in(objects->removed, address, start, size) ||
		     region_in(objects->waiting, address, start, size);
	skep_unlock(&objects->lock);
	return found;
}

struct skep_objects *skep_objects_start(uint32_t ncpus)
{
	return calloc(1, sizeof(struct skep_objects) + ncpus * sizeof(uint64_t));
}

void skep_objects_end(struct skep_objects *objects)
{
	free_chain(objects->live);
	free_chain(objects->waiting);
	free_chain(objects->removed);
	free(objects);
}

void *skep_object_part(void *object, uint32_t cpu)
{
	return data_of(header_of(object), cpu);
}

static void free_field(struct skep_kernel *kernel, const struct skep_field *field, void *place)
{
	switch (field->kind) {
	case SKEP_TIMER:
	case SKEP_WORK:
		skep_timer_free(kernel, place);
		break;
	case SKEP_KPTR: {
		if (!*(volatile uint64_t *)place)
			break; /* leaves pages that were never touched alone */
		uint64_t object = __atomic_exchange_n((uint64_t *)place, 0, __ATOMIC_ACQ_REL);
		if (object && field->destroy)
			field->destroy(object, 0, 0, 0, 0, NULL);
		break;
	}
	case SKEP_LIST_HEAD:
		skep_list_free(field, place);
		break;
	case SKEP_RB_ROOT:
		skep_tree_free(field, place);
		break;
	}
}

void skep_fields_free(struct skep_kernel *kernel, const struct skep_record *record, void *value)
{
	for (uint32_t i = 0; i < record->count; i++)
		free_field(kernel, &record->fields[i], (uint8_t *)value + record->fields[i].offset);
}

void skep_value_free(struct skep_map *map, void *value)
{
	skep_fields_free(map->kernel, map->record, value);
}

void skep_value_replace(struct skep_map *map, void *own, const void *value, uint64_t flags)
{
	uint32_t *lock = flags & BPF_F_LOCK ? skep_value_lock(map, own) : NULL;

	if (lock)
		skep_lock(lock);
	skep_fields_copy(map->record, own, value, map->value_size);
	if (lock)
		skep_unlock(lock);
	skep_value_free(map, own);
}

/* Kernel functions. The fixups put the size and the record in the place of the type's number, as Linux does. */

SKEP_HELPER(bpf_obj_new_impl)
{
	return (uintptr_t)skep_object_new(run->kernel, r1, (const struct skep_record *)r2, 1);
}

SKEP_HELPER(bpf_percpu_obj_new_impl)
{
	return (uintptr_t)skep_object_new(run->kernel, r1, NULL, run->kernel->ncpus);
}

/* Also what lets go of a reference in a field; then there is no run. */
SKEP_HELPER(bpf_obj_drop_impl)
{
	skep_object_drop((void *)r1);
	return 0;
}

SKEP_HELPER(bpf_percpu_obj_drop_impl)
{
	skep_object_drop((void *)r1);
	return 0;
}

/* One reference more; 0 when the object is at its end already. */
SKEP_HELPER(bpf_refcount_acquire_impl)
{
	const struct skep_record *record = header_of((void *)r1)->record;
	uint32_t *count = (uint32_t *)(r1 + record->refcount), old = __atomic_load_n(count, __ATOMIC_RELAXED);

	do {
		if (!old)
			return 0;
	} while (!__atomic_compare_exchange_n(count, &old, old + 1, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
	return r1;
}

SKEP_HELPER(bpf_kptr_xchg)
{
	return __atomic_exchange_n((uint64_t *)r1, r2, __ATOMIC_ACQ_REL);
}

const struct skep_symbol skep_object_symbols[] = {
	SKEP_SYMBOL(bpf_obj_new_impl),
	SKEP_SYMBOL(bpf_percpu_obj_new_impl),
	SKEP_SYMBOL(bpf_obj_drop_impl),
	SKEP_SYMBOL(bpf_percpu_obj_drop_impl),
	SKEP_SYMBOL(bpf_refcount_acquire_impl),
	SKEP_SYMBOL(bpf_kptr_xchg),
	{ NULL },
};
