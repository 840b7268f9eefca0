/* Objects that programs allocate (bpf_obj_new, bpf_percpu_obj_new), and the lists and trees that they are in. */
#ifndef SKEP_OBJECT_H
#define SKEP_OBJECT_H

#include "record.h"

/* What stands in front of each object. An object of which programs may still hold the address after its end (RCU)
 * is freed when the runs of that moment are over. */
struct skep_object {
	struct skep_object *next, *previous; /* all objects of the kernel; `next` also links those that wait */
	struct skep_kernel *kernel;
	const struct skep_record *record; /* NULL: no special fields */
	uint64_t size;       /* of one CPU's object */
	uint32_t cpus, dead; /* 1, or the kernel's CPUs; freed, but perhaps still looked at */
} __attribute__((aligned(16)));

/* The objects of one kernel. */
struct skep_objects {
	uint32_t lock, unused;
	struct skep_object *live;
	struct skep_object *waiting, *removed; /* for the runs noted in `runs`; to wait next */
	uint64_t count, bytes; /* alive */
	uint64_t runs[];       /* one word for each CPU */
};

/* A zeroed object; NULL without memory. A refcount in it starts with 1. */
void *skep_object_new(struct skep_kernel *kernel, uint64_t size, const struct skep_record *record, uint32_t cpus);
/* Gives back one reference; the last one frees the object and what its fields hold. */
void skep_object_drop(void *object);
/* The object that an address points into, for the checked interpreter. */
bool skep_object_region(struct skep_kernel *kernel, uintptr_t address, uintptr_t *start, size_t *size);
/* Room for a kernel's objects, NULL without memory; and the end of all that are left. */
struct skep_objects *skep_objects_start(uint32_t ncpus);
void skep_objects_end(struct skep_objects *objects);
/* This CPU's part of a per-CPU object. */
void *skep_object_part(void *object, uint32_t cpu);

/* Empties a list or tree in a value. */
void skep_list_free(const struct skep_field *field, void *head);
void skep_tree_free(const struct skep_field *field, void *root);

#endif
