/* What the files of the extension module share and native programs do not see. */
#ifndef SKEP_NATIVE_H
#define SKEP_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "runtime.h"

/* One native function that Python hands out by address. */
struct skep_symbol {
	const char *name;
	skep_fn address;
};

#define SKEP_SYMBOL(function) { #function, (skep_fn)(void (*)(void))(function) }

extern const struct skep_symbol skep_core_symbols[], skep_hash_symbols[], skep_checksum_symbols[], skep_xdp_symbols[],
	skep_skb_symbols[], skep_skb_edit_symbols[], skep_redirect_symbols[], skep_memory_symbols[],
	skep_sock_symbols[], skep_keyless_symbols[], skep_ring_symbols[], skep_ring_user_symbols[],
	skep_dynptr_symbols[], skep_skb_csum_symbols[], skep_skb_vlan_symbols[], skep_tunnel_symbols[],
	skep_sock_lookup_symbols[], skep_fib_symbols[], skep_syncookie_symbols[],
	skep_object_symbols[], skep_graph_symbols[], skep_timer_symbols[],
	skep_control_symbols[], skep_arena_symbols[], skep_iter_symbols[], skep_string_symbols[],
	skep_section_symbols[], skep_kfuncs_dynptr_symbols[], skep_cpumask_symbols[];

extern const struct skep_symbol skep_storage_symbols[], skep_perf_symbols[], skep_lpm_symbols[];

extern PyMethodDef skep_memory_methods[], skep_run_methods[], skep_consume_methods[], skep_perf_methods[];

int skep_kernel_type_init(PyObject *module);
int skep_map_type_init(PyObject *module);
int skep_record_type_init(PyObject *module);
/* The record in a NativeRecord; NULL with an exception set for anything else. */
const struct skep_record *skep_record_of(PyObject *object);

struct skep_map *skep_map_of(PyObject *object);
/* Bytes of a value in bpf(2). */
size_t skep_map_value_size(const struct skep_map *map);

/* Methods of NativeMap in map_batch.c. */
PyObject *skep_map_lookup_buckets(PyObject *self, PyObject *args);
PyObject *skep_map_lookup_many(PyObject *self, PyObject *args);
PyObject *skep_map_update_many(PyObject *self, PyObject *args);
PyObject *skep_map_delete_many(PyObject *self, PyObject *arg);

/* Enters a virtual CPU with the interpreter lock held; -1 when a signal's handler raised meanwhile. */
int64_t skep_cpu_wait(struct skep_kernel *kernel, int64_t cpu);
/* Raises what stopped a run, if something did. */
bool skep_run_raise(struct skep_run *run);
/* Raises OSError for a negative errno of the kernel's; always NULL. */
PyObject *skep_raise(long err);

/* Zeroed memory in pages of its own that costs nothing until it is touched; NULL when there is none. */
void *skep_pages(size_t size);
void skep_pages_free(void *pages, size_t size);

/* The next key of maps whose keys are indices. */
long skep_index_next(struct skep_map *map, const void *key, void *next);

/* A map of the type, or NULL with *err a negative errno. */
typedef struct skep_map *skep_map_new_fn(const struct skep_map *wanted, long *err);
skep_map_new_fn skep_array_new, skep_percpu_array_new, skep_prog_array_new, skep_hash_new, skep_queue_new,
	skep_bloom_new, skep_empty_new, skep_array_of_maps_new, skep_slots_new, skep_cgroup_storage_new,
	skep_lpm_new, skep_ring_new, skep_arena_new;

/* Maps so many bytes of an arena's memory at an address, or anywhere for 0; a negative errno. */
long skep_arena_place(struct skep_map *map, uint64_t address, uint64_t length);
/* The descriptors of a ring buffer's memory and of its wakeups; false for maps of other types. */
bool skep_ring_fds(const struct skep_map *map, int *memory, int *event);

struct skep_kernel *skep_kernel_of(PyObject *kernel);
/* The next map's random number; called with the interpreter lock held. */
uint64_t skep_map_random(struct skep_kernel *kernel);

#endif
