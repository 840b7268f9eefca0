/* Many elements at once, as the batch commands of bpf(2) move them. The interpreter lock is not held meanwhile. */
#include "native.h"

#include <string.h>

/* Results grow as they come: the caller's count is no measure of what is there. */
struct room {
	PyObject *bytes;
	size_t used, element;
};

static bool make_room(struct room *room, size_t elements)
{
	size_t wanted = room->used + elements * room->element, have = room->bytes ? PyBytes_GET_SIZE(room->bytes) : 0;

	if (room->bytes && wanted <= have)
		return true;
	if (wanted < 2 * have)
		wanted = 2 * have;
	if (!room->bytes)
		return (room->bytes = PyBytes_FromStringAndSize(NULL, wanted));
	return !_PyBytes_Resize(&room->bytes, wanted);
}

static void *take_place(struct room *room)
{
	void *place = PyBytes_AS_STRING(room->bytes) + room->used;

	room->used += room->element;
	return place;
}

static PyObject *finish(struct room *room)
{
	if (room->bytes)
		_PyBytes_Resize(&room->bytes, room->used);
	return room->bytes;
}

/* (keys, values, what comes next, errno); steals `next`. */
static PyObject *answer(struct room *keys, struct room *values, PyObject *next, long err)
{
	PyObject *k = finish(keys), *v = finish(values);

	if (k && v && next)
		return Py_BuildValue("(NNNl)", k, v, next, -err);
	Py_XDECREF(k);
	Py_XDECREF(v);
	Py_XDECREF(next);
	return NULL;
}

/* Elements of a hash are counted bucket by bucket: __htab_map_lookup_and_delete_batch(). */
PyObject *skep_map_lookup_buckets(PyObject *self, PyObject *args)
{
	struct skep_map *map = skep_map_of(self);
	unsigned int bucket, wanted, total = 0;
	int delete, err = 0;

	if (!PyArg_ParseTuple(args, "IIp:lookup_buckets", &bucket, &wanted, &delete))
		return NULL;
	if (!map->ops->bucket)
		return skep_raise(-ENOTSUPP);
	struct room keys = { .element = map->key_size }, values = { .element = skep_map_value_size(map) };
	if (!make_room(&keys, 1) || !make_room(&values, 1))
		return answer(&keys, &values, NULL, 0);
	while (!err) {
		struct skep_bucket out = { .number = bucket, .delete = delete, .room = wanted - total };
		size_t fits = (PyBytes_GET_SIZE(keys.bytes) - keys.used) / keys.element;
		if (fits > (PyBytes_GET_SIZE(values.bytes) - values.used) / values.element)
			fits = (PyBytes_GET_SIZE(values.bytes) - values.used) / values.element;
		if (out.room > fits)
			out.room = fits;
		out.keys = PyBytes_AS_STRING(keys.bytes) + keys.used;
		out.values = PyBytes_AS_STRING(values.bytes) + values.used;
		err = map->ops->bucket(map, &out);
		bucket = out.number;
		if (err == -ENOSPC && out.count <= wanted - total) { /* ours was the room that was too small */
			err = 0;
			if (!make_room(&keys, out.count) || !make_room(&values, out.count))
				return answer(&keys, &values, NULL, 0);
			continue;
		}
		if (err) {
			if (err == -ENOSPC && total)
				err = 0;
			break;
		}
		keys.used += out.count * keys.element;
		values.used += out.count * values.element;
		total += out.count;
	}
	return answer(&keys, &values, PyLong_FromUnsignedLong(bucket), err);
}

/* Elements in the order of next_key: generic_map_lookup_batch(). */
PyObject *skep_map_lookup_many(PyObject *self, PyObject *args)
{
	struct skep_map *map = skep_map_of(self);
	Py_buffer from = { 0 };
	unsigned int wanted;
	long err = 0;

	if (!PyArg_ParseTuple(args, "z*I:lookup_many", &from, &wanted))
		return NULL;
	struct room keys = { .element = map->key_size }, values = { .element = skep_map_value_size(map) };
	PyObject *last = from.buf ? PyBytes_FromStringAndSize(from.buf, from.len) : PyBytes_FromStringAndSize(NULL, 0);
	const void *previous = from.buf;
	uint8_t *key = PyMem_Malloc(2 * (size_t)map->key_size), *other = key ? key + map->key_size : NULL;
	unsigned int got = 0;
	while (key && got < wanted && make_room(&keys, 1) && make_room(&values, 1)) {
		err = map->ops->next_key(map, previous, key);
		if (err)
			break;
		err = map->ops->sys_lookup(map, key, PyBytes_AS_STRING(values.bytes) + values.used);
		if (err && err != -ENOENT)
			break;
		if (!err) {
			memcpy(take_place(&keys), key, map->key_size);
			take_place(&values);
			got++;
		}
		err = 0;
		previous = key;
		key = other;
		other = (uint8_t *)previous;
	}
	if (previous && previous != from.buf) {
		Py_XDECREF(last);
		last = PyBytes_FromStringAndSize(previous, map->key_size);
	}
	PyMem_Free(key < other || !other ? key : other);
	PyBuffer_Release(&from);
	return answer(&keys, &values, last, err);
}

/* Stores or deletes until one is refused: (how many were not, errno). */
static PyObject *change_many(struct skep_map *map, const Py_buffer *keys, const Py_buffer *values, uint64_t flags)
{
	size_t value_size = skep_map_value_size(map), count = keys->len / map->key_size, done = 0;
	struct skep_run run = { 0 };
	long err = 0;

	if (values && (size_t)values->len != count * value_size) {
		PyErr_SetString(PyExc_ValueError, "there are as many values as keys");
		return NULL;
	}
	Py_BEGIN_ALLOW_THREADS
	for (; !err && done < count; done += !err) {
		const uint8_t *key = (const uint8_t *)keys->buf + done * map->key_size;
		err = values ? map->ops->sys_update(map, key, (const uint8_t *)values->buf + done * value_size, flags) :
			       map->ops->delete (map, key, &run);
	}
	Py_END_ALLOW_THREADS
	return Py_BuildValue("(nl)", (Py_ssize_t)done, -err);
}

PyObject *skep_map_update_many(PyObject *self, PyObject *args)
{
	Py_buffer keys, values;
	unsigned long long flags;

	if (!PyArg_ParseTuple(args, "y*y*K:update_many", &keys, &values, &flags))
		return NULL;
	PyObject *result = skep_map_of(self)->ops->sys_update ? change_many(skep_map_of(self), &keys, &values, flags) :
								skep_raise(-ENOTSUPP);
	PyBuffer_Release(&keys);
	PyBuffer_Release(&values);
	return result;
}

PyObject *skep_map_delete_many(PyObject *self, PyObject *arg)
{
	Py_buffer keys;

	if (PyObject_GetBuffer(arg, &keys, PyBUF_SIMPLE) < 0)
		return NULL;
	PyObject *result = change_many(skep_map_of(self), &keys, NULL, 0);
	PyBuffer_Release(&keys);
	return result;
}
