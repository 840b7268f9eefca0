/* Reading and writing the process's own memory by address.
 *
 * A bad address must be EFAULT and never a crash, so the copying is the kernel's: process_vm_readv on ourselves
 * walks the page tables and stops at the first page that is not there. peek and poke are for addresses that are
 * known to be good, such as fields of our own structures.
 */
#define _GNU_SOURCE
#include "native.h"

#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

PyObject *skep_raise(long err)
{
	int number = (int)-err;
	const char *text = number == ENOTSUPP ? "operation not supported by this type" : strerror(number);
	PyObject *args = Py_BuildValue("(is)", number, text);

	if (args) {
		PyErr_SetObject(PyExc_OSError, args);
		Py_DECREF(args);
	}
	return NULL;
}

void *skep_pages(size_t size)
{
	void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return pages == MAP_FAILED ? NULL : pages;
}

void skep_pages_free(void *pages, size_t size)
{
	if (pages)
		munmap(pages, size);
}

static PyObject *read_memory(PyObject *self, PyObject *args)
{
	unsigned long long address;
	Py_ssize_t size;

	if (!PyArg_ParseTuple(args, "Kn:read_memory", &address, &size))
		return NULL;
	PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
	if (!bytes || !size)
		return bytes;
	struct iovec local = { PyBytes_AS_STRING(bytes), size };
	struct iovec remote = { (void *)(uintptr_t)address, size };
	if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != size) {
		Py_DECREF(bytes);
		return skep_raise(-EFAULT);
	}
	return bytes;
}

static PyObject *write_memory(PyObject *self, PyObject *args)
{
	unsigned long long address;
	Py_buffer data;

	if (!PyArg_ParseTuple(args, "Ky*:write_memory", &address, &data))
		return NULL;
	struct iovec local = { data.buf, data.len };
	struct iovec remote = { (void *)(uintptr_t)address, data.len };
	bool good = !data.len || process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == data.len;
	PyBuffer_Release(&data);
	if (!good)
		return skep_raise(-EFAULT);
	Py_RETURN_NONE;
}

static PyObject *peek(PyObject *self, PyObject *args)
{
	unsigned long long address;
	int size;

	if (!PyArg_ParseTuple(args, "Ki:peek", &address, &size))
		return NULL;
	const void *p = (const void *)(uintptr_t)address;
	switch (size) {
	case 1:
		return PyLong_FromUnsignedLong(*(const uint8_t *)p);
	case 2:
		return PyLong_FromUnsignedLong(*(const uint16_t *)p);
	case 4:
		return PyLong_FromUnsignedLong(*(const uint32_t *)p);
	case 8:
		return PyLong_FromUnsignedLongLong(*(const uint64_t *)p);
	}
	PyErr_Format(PyExc_ValueError, "peek: size is %d, must be 1, 2, 4 or 8", size);
	return NULL;
}

static PyObject *poke(PyObject *self, PyObject *args)
{
	unsigned long long address, value;
	int size;

	if (!PyArg_ParseTuple(args, "KiK:poke", &address, &size, &value))
		return NULL;
	void *p = (void *)(uintptr_t)address;
	switch (size) {
	case 1:
		*(uint8_t *)p = value;
		break;
	case 2:
		*(uint16_t *)p = value;
		break;
	case 4:
		*(uint32_t *)p = value;
		break;
	case 8:
		*(uint64_t *)p = value;
		break;
	default:
		PyErr_Format(PyExc_ValueError, "poke: size is %d, must be 1, 2, 4 or 8", size);
		return NULL;
	}
	Py_RETURN_NONE;
}

static PyObject *call(PyObject *self, PyObject *args)
{
	unsigned long long entry, r[5] = { 0 }, run = 0;
	uint64_t result;

	if (!PyArg_ParseTuple(args, "K|KKKKKK:call", &entry, &r[0], &r[1], &r[2], &r[3], &r[4], &run))
		return NULL;
	Py_BEGIN_ALLOW_THREADS
	result = ((skep_fn)(uintptr_t)entry)(r[0], r[1], r[2], r[3], r[4], (struct skep_run *)(uintptr_t)run);
	Py_END_ALLOW_THREADS
	return PyLong_FromUnsignedLongLong(result);
}

PyMethodDef skep_memory_methods[] = {
	{ "read_memory", read_memory, METH_VARARGS, NULL },
	{ "write_memory", write_memory, METH_VARARGS, NULL },
	{ "peek", peek, METH_VARARGS, NULL },
	{ "poke", poke, METH_VARARGS, NULL },
	{ "call", call, METH_VARARGS, NULL },
	{ NULL },
};
