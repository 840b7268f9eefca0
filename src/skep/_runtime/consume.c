/* The consumer's side of ring buffers and perf buffers: records out of memory that is shared with a kernel, skep's or
 * Linux. Positions and headers are read once, in order, and checked, since the other side may be broken.
 */
#include "native.h"

#include <string.h>

#define PAGE 4096
#define BUSY 0x80000000u
#define DISCARD 0x40000000u

static uint64_t load(const uint64_t *position)
{
	return __atomic_load_n(position, __ATOMIC_SEQ_CST);
}

static int append(PyObject *list, PyObject *item)
{
	int err = item ? PyList_Append(list, item) : -1;

	Py_XDECREF(item);
	return err;
}

/* Records from *at on; stops at one that is not committed. */
static int take_records(PyObject *list, const uint8_t *data, uint64_t mask, uint64_t *at, uint64_t end, Py_ssize_t limit)
{
	while (*at < end && PyList_GET_SIZE(list) < limit) {
		const uint8_t *header = data + (*at & mask);
		uint32_t word = __atomic_load_n((const uint32_t *)header, __ATOMIC_ACQUIRE), size = word & ~(BUSY | DISCARD);
		if (word & BUSY)
			break;
		if (size > mask) {
			PyErr_Format(PyExc_ValueError, "a record of %u bytes in a ring of %llu", size,
				     (unsigned long long)mask + 1);
			return -1;
		}
		if (!(word & DISCARD) && append(list, PyBytes_FromStringAndSize((const char *)header + 8, size)))
			return -1;
		*at += round_up((uint64_t)size + 8, 8);
	}
	return 0;
}

/* ring_consume(page of the consumer's position, page of the producer's with the data twice behind it, limit) */
static PyObject *ring_consume(PyObject *self, PyObject *args)
{
	Py_buffer consumer, rest;
	Py_ssize_t limit;
	int err;

	if (!PyArg_ParseTuple(args, "w*y*n:ring_consume", &consumer, &rest, &limit))
		return NULL;
	PyObject *list = PyList_New(0);
	uint64_t *position = consumer.buf, at = *position, size = (rest.len - PAGE) / 2, before;
	do { /* once more, for records whose producers saw the old position and did not wake us */
		before = at;
		err = list ? take_records(list, (uint8_t *)rest.buf + PAGE, size - 1, &at, load(rest.buf), limit) : -1;
		__atomic_store_n(position, at, __ATOMIC_SEQ_CST);
	} while (!err && at != before && PyList_GET_SIZE(list) < limit);
	PyBuffer_Release(&consumer);
	PyBuffer_Release(&rest);
	if (err)
		Py_CLEAR(list);
	return list;
}

#define HEAD_OFFSET 1024 /* data_head of struct perf_event_mmap_page; data_tail follows */
#define PERF_RECORD_LOST 2
#define PERF_RECORD_SAMPLE 9

struct perf_header {
	uint32_t type;
	uint16_t misc, size;
};

static void copy_out(void *to, const uint8_t *data, uint64_t mask, uint64_t at, uint64_t size)
{
	uint64_t start = at & mask, first = size < mask + 1 - start ? size : mask + 1 - start;

	memcpy(to, data + start, first);
	memcpy((uint8_t *)to + first, data, size - first);
}

/* One record: raw bytes go to the list, lost samples are counted, others are passed over. */
static int take_sample(PyObject *list, const uint8_t *data, uint64_t mask, uint64_t at, const struct perf_header *header,
		       unsigned long long *lost)
{
	if (header->type == PERF_RECORD_LOST) {
		uint64_t count = 0;
		copy_out(&count, data, mask, at + sizeof(*header) + 8, sizeof(count));
		*lost += count;
	}
	if (header->type != PERF_RECORD_SAMPLE)
		return 0;
	uint32_t size;
	copy_out(&size, data, mask, at + sizeof(*header), sizeof(size));
	if (size > header->size - sizeof(*header) - sizeof(size)) {
		PyErr_Format(PyExc_ValueError, "a sample of %u bytes in a record of %u", size, header->size);
		return -1;
	}
	PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
	if (bytes)
		copy_out(PyBytes_AS_STRING(bytes), data, mask, at + sizeof(*header) + sizeof(size), size);
	return append(list, bytes);
}

/* perf_consume(the page of positions with the data behind it, limit) -> (samples, how many were lost) */
static PyObject *perf_consume(PyObject *self, PyObject *args)
{
	Py_buffer memory;
	Py_ssize_t limit;
	unsigned long long lost = 0;
	int err = 0;

	if (!PyArg_ParseTuple(args, "w*n:perf_consume", &memory, &limit))
		return NULL;
	PyObject *list = PyList_New(0);
	uint64_t *head = (uint64_t *)((uint8_t *)memory.buf + HEAD_OFFSET), *tail = head + 1;
	uint64_t at = *tail, end = load(head), mask = memory.len - PAGE - 1;
	const uint8_t *data = (uint8_t *)memory.buf + PAGE;
	while (list && !err && at < end && PyList_GET_SIZE(list) < limit) {
		struct perf_header header;
		copy_out(&header, data, mask, at, sizeof(header));
		if (header.size < 16 || header.size > end - at) {
			PyErr_Format(PyExc_ValueError, "a perf record of %u bytes", header.size);
			err = -1;
			break;
		}
		err = take_sample(list, data, mask, at, &header, &lost);
		at += header.size;
	}
	__atomic_store_n(tail, at, __ATOMIC_SEQ_CST);
	PyBuffer_Release(&memory);
	if (!list || err) {
		Py_XDECREF(list);
		return NULL;
	}
	return Py_BuildValue("(NK)", list, lost);
}

static PyObject *pair_of(const char *key, Py_ssize_t key_size, const char *value, Py_ssize_t value_size)
{
	PyObject *first = PyBytes_FromStringAndSize(key, key_size);
	PyObject *second = first ? PyBytes_FromStringAndSize(value, value_size) : NULL;
	PyObject *pair = second ? PyTuple_New(2) : NULL;

	if (!pair) {
		Py_XDECREF(first);
		Py_XDECREF(second);
		return NULL;
	}
	PyTuple_SET_ITEM(pair, 0, first);
	PyTuple_SET_ITEM(pair, 1, second);
	PyObject_GC_UnTrack(pair); /* bytes refer to nothing, which the collector would find out for each */
	return pair;
}

/* pairs(keys, size of one, values, size of one) -> list of (key, value) in bytes, which is what a batch of elements
 * without types is to Python. */
static PyObject *pairs(PyObject *self, PyObject *args)
{
	Py_buffer keys, values;
	Py_ssize_t key_size, value_size;

	if (!PyArg_ParseTuple(args, "y*ny*n:pairs", &keys, &key_size, &values, &value_size))
		return NULL;
	Py_ssize_t count = key_size > 0 ? keys.len / key_size : 0;
	PyObject *list = NULL;
	if (value_size < 0 || (value_size && values.len / value_size < count))
		PyErr_SetString(PyExc_ValueError, "fewer values than keys");
	else
		list = PyList_New(count);
	for (Py_ssize_t i = 0; list && i < count; i++) {
		PyObject *pair = pair_of((char *)keys.buf + i * key_size, key_size,
					 (char *)values.buf + i * value_size, value_size);
		if (!pair)
			Py_CLEAR(list);
		else
			PyList_SET_ITEM(list, i, pair);
	}
	PyBuffer_Release(&keys);
	PyBuffer_Release(&values);
	return list;
}

/* Words of shared memory, in the order that another process can rely on. */
static PyObject *shared_load(PyObject *self, PyObject *args)
{
	Py_buffer memory;
	Py_ssize_t offset;

	if (!PyArg_ParseTuple(args, "y*n:shared_load", &memory, &offset))
		return NULL;
	uint64_t value = offset >= 0 && offset + 8 <= memory.len ? load((uint64_t *)((uint8_t *)memory.buf + offset)) : 0;
	PyBuffer_Release(&memory);
	return PyLong_FromUnsignedLongLong(value);
}

static PyObject *shared_store(PyObject *self, PyObject *args)
{
	Py_buffer memory;
	Py_ssize_t offset;
	int size;
	unsigned long long value;

	if (!PyArg_ParseTuple(args, "w*niK:shared_store", &memory, &offset, &size, &value))
		return NULL;
	bool good = offset >= 0 && (size == 4 || size == 8) && offset + size <= memory.len;
	void *place = (uint8_t *)memory.buf + offset;
	if (good && size == 8)
		__atomic_store_n((uint64_t *)place, value, __ATOMIC_SEQ_CST);
	else if (good)
		__atomic_store_n((uint32_t *)place, (uint32_t)value, __ATOMIC_SEQ_CST);
	PyBuffer_Release(&memory);
	if (!good)
		return PyErr_Format(PyExc_ValueError, "%d bytes at %zd are not in the memory", size, offset);
	Py_RETURN_NONE;
}

PyMethodDef skep_consume_methods[] = {
	{ "ring_consume", ring_consume, METH_VARARGS, NULL },
	{ "perf_consume", perf_consume, METH_VARARGS, NULL },
	{ "pairs", pairs, METH_VARARGS, NULL },
	{ "shared_load", shared_load, METH_VARARGS, NULL },
	{ "shared_store", shared_store, METH_VARARGS, NULL },
	{ NULL },
};
