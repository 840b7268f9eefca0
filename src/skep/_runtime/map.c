/* The Python object that owns a native map: creation, the operations of bpf(2), and the map's end. */
#include "native.h"
#include "timer.h"
#include "uapi.h"

#include <structmember.h>

struct map_object {
	PyObject_HEAD
	struct skep_map *map;
	PyObject *kernel; /* keeps the machine alive that the map was made for */
	PyObject *record; /* NativeRecord, or NULL */
};

/* Per map type: how it is made, and the size of a value in bpf(2) (0: value_size; PERCPU: all CPUs). */
enum value_form { PLAIN, PERCPU, POINTER };

static const struct map_type {
	uint32_t type;
	skep_map_new_fn *new;
	enum value_form form;
} map_types[] = {
	{ BPF_MAP_TYPE_ARRAY, skep_array_new, PLAIN },
	{ BPF_MAP_TYPE_PERCPU_ARRAY, skep_percpu_array_new, PERCPU },
	{ BPF_MAP_TYPE_PROG_ARRAY, skep_prog_array_new, POINTER },
	{ BPF_MAP_TYPE_PERF_EVENT_ARRAY, skep_prog_array_new, POINTER },
	{ BPF_MAP_TYPE_HASH, skep_hash_new, PLAIN },
	{ BPF_MAP_TYPE_PERCPU_HASH, skep_hash_new, PERCPU },
	{ BPF_MAP_TYPE_LRU_HASH, skep_hash_new, PLAIN },
	{ BPF_MAP_TYPE_LRU_PERCPU_HASH, skep_hash_new, PERCPU },
	{ BPF_MAP_TYPE_HASH_OF_MAPS, skep_hash_new, PLAIN },
	{ BPF_MAP_TYPE_ARRAY_OF_MAPS, skep_array_of_maps_new, POINTER },
	{ BPF_MAP_TYPE_CGROUP_ARRAY, skep_slots_new, POINTER },
	{ BPF_MAP_TYPE_DEVMAP, skep_slots_new, POINTER },
	{ BPF_MAP_TYPE_DEVMAP_HASH, skep_hash_new, POINTER },
	{ BPF_MAP_TYPE_CPUMAP, skep_slots_new, POINTER },
	{ BPF_MAP_TYPE_XSKMAP, skep_slots_new, POINTER },
	{ BPF_MAP_TYPE_SOCKMAP, skep_slots_new, POINTER },
	{ BPF_MAP_TYPE_SOCKHASH, skep_hash_new, POINTER },
	{ BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, skep_slots_new, POINTER },
	{ BPF_MAP_TYPE_SK_STORAGE, skep_hash_new, PLAIN },
	{ BPF_MAP_TYPE_INODE_STORAGE, skep_hash_new, PLAIN },
	{ BPF_MAP_TYPE_TASK_STORAGE, skep_hash_new, PLAIN },
	{ BPF_MAP_TYPE_CGRP_STORAGE, skep_hash_new, PLAIN },
	{ BPF_MAP_TYPE_LPM_TRIE, skep_lpm_new, PLAIN },
	{ BPF_MAP_TYPE_RINGBUF, skep_ring_new, PLAIN },
	{ BPF_MAP_TYPE_USER_RINGBUF, skep_ring_new, PLAIN },
	{ BPF_MAP_TYPE_ARENA, skep_arena_new, PLAIN },
	{ BPF_MAP_TYPE_QUEUE, skep_queue_new, PLAIN },
	{ BPF_MAP_TYPE_STACK, skep_queue_new, PLAIN },
	{ BPF_MAP_TYPE_BLOOM_FILTER, skep_bloom_new, PLAIN },
	{ BPF_MAP_TYPE_CGROUP_STORAGE, skep_cgroup_storage_new, PLAIN },
	{ BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE, skep_cgroup_storage_new, PERCPU },
};

/* All other types have no elements yet that programs could reach by themselves. */
static const struct map_type other_type = { 0, skep_empty_new, PLAIN };

static const struct map_type *find_type(uint32_t type)
{
	for (size_t i = 0; i < sizeof(map_types) / sizeof(map_types[0]); i++)
		if (map_types[i].type == type)
			return &map_types[i];
	return type && type <= BPF_MAP_TYPE_ARENA ? &other_type : NULL;
}

size_t skep_map_value_size(const struct skep_map *map)
{
	switch (find_type(map->type)->form) {
	case PERCPU:
		return (size_t)round_up(map->value_size, 8) * map->ncpus;
	case POINTER:
		return sizeof(void *);
	default:
		return map->value_size;
	}
}

static PyObject *map_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
	static char *names[] = { "kernel", "map_type", "key_size", "value_size", "max_entries", "map_flags",
				 "map_extra", NULL };
	PyObject *kernel;
	struct skep_map wanted = { 0 };
	unsigned long long extra = 0;
	long err = 0;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OIIII|IK:NativeMap", names, &kernel, &wanted.type,
					 &wanted.key_size, &wanted.value_size, &wanted.max_entries, &wanted.flags,
					 &extra))
		return NULL;
	wanted.extra = extra;
	struct skep_kernel *native = skep_kernel_of(kernel);
	if (!native)
		return NULL;
	wanted.kernel = native;
	wanted.ncpus = native->ncpus;
	wanted.random = skep_map_random(native);
	const struct map_type *row = find_type(wanted.type);
	if (!row)
		return skep_raise(-EINVAL);
	struct map_object *self = (struct map_object *)type->tp_alloc(type, 0);
	if (!self)
		return NULL;
	self->map = row->new(&wanted, &err);
	if (!self->map) {
		Py_DECREF(self);
		return skep_raise(err);
	}
	self->kernel = Py_NewRef(kernel);
	return (PyObject *)self;
}

static void map_dealloc(PyObject *object)
{
	struct map_object *self = (struct map_object *)object;
	PyTypeObject *type = Py_TYPE(object);

	if (self->map)
		self->map->ops->free(self->map);
	Py_XDECREF(self->record);
	Py_XDECREF(self->kernel);
	type->tp_free(object);
	Py_DECREF(type);
}

struct skep_map *skep_map_of(PyObject *object)
{
	return ((struct map_object *)object)->map;
}

/* Checks a buffer that bpf(2) or Python handed in; a wrong size is the caller's bug, not the user's. */
static bool is_sized(const Py_buffer *buffer, size_t size, const char *what)
{
	if ((size_t)buffer->len == size)
		return true;
	PyErr_Format(PyExc_ValueError, "%s has %zd bytes, must have %zu", what, buffer->len, size);
	return false;
}

static PyObject *result_of(long err)
{
	if (err)
		return skep_raise(err);
	Py_RETURN_NONE;
}

typedef long (*read_fn)(struct skep_map *, const void *key, void *out);

/* lookup, pop and next_key share a shape: key in, bytes out. */
static PyObject *read_element(PyObject *self, read_fn fn, PyObject *arg, size_t out_size)
{
	struct skep_map *map = skep_map_of(self);
	Py_buffer key = { 0 };
	PyObject *out = NULL;

	if (!fn)
		return skep_raise(-ENOTSUPP);
	if (arg != Py_None && PyObject_GetBuffer(arg, &key, PyBUF_SIMPLE) < 0)
		return NULL;
	if (arg == Py_None || is_sized(&key, map->key_size, "key")) {
		out = PyBytes_FromStringAndSize(NULL, out_size);
		long err = out ? fn(map, arg == Py_None ? NULL : key.buf, PyBytes_AS_STRING(out)) : 0;
		if (err) {
			Py_CLEAR(out);
			skep_raise(err);
		}
	}
	if (arg != Py_None)
		PyBuffer_Release(&key);
	return out;
}

static PyObject *map_lookup(PyObject *self, PyObject *key)
{
	return read_element(self, skep_map_of(self)->ops->sys_lookup, key, skep_map_value_size(skep_map_of(self)));
}

static PyObject *map_pop(PyObject *self, PyObject *key)
{
	return read_element(self, skep_map_of(self)->ops->sys_pop, key, skep_map_value_size(skep_map_of(self)));
}

static PyObject *map_next_key(PyObject *self, PyObject *key)
{
	return read_element(self, skep_map_of(self)->ops->next_key, key, skep_map_of(self)->key_size);
}

static PyObject *map_update(PyObject *self, PyObject *args)
{
	struct skep_map *map = skep_map_of(self);
	Py_buffer key, value;
	unsigned long long flags;
	PyObject *result = NULL;

	if (!PyArg_ParseTuple(args, "y*y*K:update", &key, &value, &flags))
		return NULL;
	if (is_sized(&key, map->key_size, "key") && is_sized(&value, skep_map_value_size(map), "value"))
		result = result_of(map->ops->sys_update ? map->ops->sys_update(map, key.buf, value.buf, flags) :
							  -ENOTSUPP);
	PyBuffer_Release(&key);
	PyBuffer_Release(&value);
	return result;
}

static PyObject *map_delete(PyObject *self, PyObject *arg)
{
	struct skep_map *map = skep_map_of(self);
	struct skep_run run = { 0 };
	Py_buffer key;
	PyObject *result = NULL;

	if (PyObject_GetBuffer(arg, &key, PyBUF_SIMPLE) < 0)
		return NULL;
	if (is_sized(&key, map->key_size, "key"))
		result = result_of(map->ops->delete (map, key.buf, &run));
	PyBuffer_Release(&key);
	return result;
}

/* Only maps without keys are asked for a value. */
static PyObject *map_contains(PyObject *self, PyObject *arg)
{
	struct skep_map *map = skep_map_of(self);
	Py_buffer value;
	PyObject *result = NULL;

	if (!map->ops->peek)
		return skep_raise(-ENOTSUPP);
	if (PyObject_GetBuffer(arg, &value, PyBUF_SIMPLE) < 0)
		return NULL;
	if (is_sized(&value, map->value_size, "value"))
		result = PyBool_FromLong(!map->ops->peek(map, value.buf));
	PyBuffer_Release(&value);
	return result;
}

static PyObject *map_region_at(PyObject *self, PyObject *arg)
{
	unsigned long long address = PyLong_AsUnsignedLongLong(arg);
	struct skep_map *map = skep_map_of(self);
	size_t size = map->value_size;
	uintptr_t start;

	if (PyErr_Occurred())
		return NULL;
	if (!map->ops->region || !map->ops->region(map, address, &start, &size))
		Py_RETURN_NONE;
	return Py_BuildValue("(Kn)", (unsigned long long)start, (Py_ssize_t)size);
}

static PyObject *map_place(PyObject *self, PyObject *args)
{
	struct skep_map *map = skep_map_of(self);
	unsigned long long address, length;

	if (!PyArg_ParseTuple(args, "KK:place", &address, &length))
		return NULL;
	return result_of(map->type == BPF_MAP_TYPE_ARENA ? skep_arena_place(map, address, length) : -ENOTSUPP);
}

/* Says what special fields a value has; once, before there are values. */
static PyObject *map_set_record(PyObject *self, PyObject *record)
{
	struct map_object *object = (struct map_object *)self;
	const struct skep_record *native = skep_record_of(record);

	if (!native)
		return NULL;
	if (object->record) {
		PyErr_SetString(PyExc_ValueError, "the map has a record already");
		return NULL;
	}
	object->record = Py_NewRef(record);
	object->map->record = native;
	Py_RETURN_NONE;
}

static PyObject *map_cancel_timers(PyObject *self, PyObject *unused)
{
	Py_BEGIN_ALLOW_THREADS
	skep_timers_cancel_map(skep_map_of(self));
	Py_END_ALLOW_THREADS
	Py_RETURN_NONE;
}

static PyObject *map_address(PyObject *self, void *closure)
{
	return PyLong_FromVoidPtr(skep_map_of(self));
}

static PyObject *map_values(PyObject *self, void *closure)
{
	return PyLong_FromVoidPtr(skep_map_of(self)->values);
}

static PyObject *map_sys_value_size(PyObject *self, void *closure)
{
	return PyLong_FromSize_t(skep_map_value_size(skep_map_of(self)));
}

static PyObject *map_ring_fds(PyObject *self, void *closure)
{
	int memory, event;

	if (!skep_ring_fds(skep_map_of(self), &memory, &event))
		Py_RETURN_NONE;
	return Py_BuildValue("(ii)", memory, event);
}

static PyGetSetDef map_getset[] = {
	{ "address", map_address },
	{ "values", map_values },
	{ "sys_value_size", map_sys_value_size },
	{ "ring_fds", map_ring_fds },
	{ NULL },
};

static PyMethodDef map_methods[] = {
	{ "lookup", map_lookup, METH_O, NULL },
	{ "pop", map_pop, METH_O, NULL },
	{ "next_key", map_next_key, METH_O, NULL },
	{ "update", map_update, METH_VARARGS, NULL },
	{ "delete", map_delete, METH_O, NULL },
	{ "lookup_buckets", skep_map_lookup_buckets, METH_VARARGS, NULL },
	{ "lookup_many", skep_map_lookup_many, METH_VARARGS, NULL },
	{ "update_many", skep_map_update_many, METH_VARARGS, NULL },
	{ "delete_many", skep_map_delete_many, METH_O, NULL },
	{ "place", map_place, METH_VARARGS, NULL },
	{ "set_record", map_set_record, METH_O, NULL },
	{ "cancel_timers", map_cancel_timers, METH_NOARGS, NULL },
	{ "contains", map_contains, METH_O, NULL },
	{ "region_at", map_region_at, METH_O, NULL },
	{ NULL },
};

static PyType_Slot map_slots[] = {
	{ Py_tp_new, map_new },
	{ Py_tp_dealloc, map_dealloc },
	{ Py_tp_getset, map_getset },
	{ Py_tp_methods, map_methods },
	{ 0 },
};

static PyType_Spec map_spec = {
	.name = "skep._runtime._native.NativeMap",
	.basicsize = sizeof(struct map_object),
	.flags = Py_TPFLAGS_DEFAULT,
	.slots = map_slots,
};

int skep_map_type_init(PyObject *module)
{
	PyObject *type = PyType_FromSpec(&map_spec);

	return type ? PyModule_AddObject(module, "NativeMap", type) : -1;
}
