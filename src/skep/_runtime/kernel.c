/* The native half of a machine: its virtual CPUs, clock, random source and current task. */
#define _GNU_SOURCE
#include "native.h"
#include "cpu.h"
#include "object.h"
#include "timer.h"

#include <structmember.h>

struct kernel_object {
	PyObject_HEAD
	struct skep_kernel kernel;
	PyObject *deferred; /* list of (entry counts of the CPUs as bytes, action) */
};

/* Packets may grow to what a loopback device carries, plus headers that programs push. */
#define PACKET_BUFFER (256 * 1024)

static PyTypeObject *kernel_type;

struct skep_kernel *skep_kernel_of(PyObject *object)
{
	if (!PyObject_TypeCheck(object, kernel_type)) {
		PyErr_SetString(PyExc_TypeError, "a NativeKernel is needed");
		return NULL;
	}
	return &((struct kernel_object *)object)->kernel;
}

/* splitmix64: turns one seed into well-mixed words. */
static uint64_t mix(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void seed_cpus(struct skep_kernel *kernel, uint64_t seed)
{
	for (uint32_t cpu = 0; cpu < kernel->ncpus; cpu++)
		for (int i = 0; i < 4; i++)
			kernel->cpus[cpu].rng[i] = mix(&seed);
	kernel->map_random = mix(&seed);
	for (int i = 0; i < 4; i++)
		kernel->cookie_keys[i] = mix(&seed);
}

uint64_t skep_map_random(struct skep_kernel *kernel)
{
	return mix(&kernel->map_random);
}

static void kernel_dealloc(PyObject *self)
{
	struct skep_kernel *kernel = &((struct kernel_object *)self)->kernel;
	PyTypeObject *type = Py_TYPE(self);

	if (kernel->timers) {
		Py_BEGIN_ALLOW_THREADS
		skep_timers_end(kernel->timers);
		Py_END_ALLOW_THREADS
	}
	if (kernel->objects)
		skep_objects_end(kernel->objects);
	if (kernel->cpus) {
		skep_pages_free(kernel->cpus[0].packet, (size_t)kernel->ncpus * PACKET_BUFFER);
		skep_pages_free(kernel->cpus, kernel->ncpus * sizeof(struct skep_cpu));
	}
	Py_XDECREF(((struct kernel_object *)self)->deferred);
	type->tp_free(self);
	Py_DECREF(type);
}

static PyObject *kernel_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
	static char *names[] = { "ncpus", "seed", NULL };
	unsigned int ncpus;
	unsigned long long seed = 0;

	if (!PyArg_ParseTupleAndKeywords(args, kwargs, "I|K:NativeKernel", names, &ncpus, &seed))
		return NULL;
	if (!ncpus || ncpus > 8192) {
		PyErr_Format(PyExc_ValueError, "ncpus is %u, must be 1..8192", ncpus);
		return NULL;
	}
	struct kernel_object *self = (struct kernel_object *)type->tp_alloc(type, 0);
	if (!self)
		return NULL;
	struct skep_kernel *kernel = &self->kernel;
	kernel->ncpus = ncpus;
	kernel->cpus = skep_pages(ncpus * sizeof(struct skep_cpu));
	uint8_t *packets = kernel->cpus ? skep_pages((size_t)ncpus * PACKET_BUFFER) : NULL;
	self->deferred = PyList_New(0);
	kernel->objects = skep_objects_start(ncpus);
	kernel->timers = skep_timers_new();
	if (!packets || !self->deferred || !kernel->objects || !kernel->timers) {
		Py_DECREF(self);
		return PyErr_NoMemory();
	}
	for (uint32_t cpu = 0; cpu < ncpus; cpu++)
		kernel->cpus[cpu].packet = packets + (size_t)cpu * PACKET_BUFFER;
	seed_cpus(kernel, seed);
	return (PyObject *)self;
}

static PyObject *kernel_seed(PyObject *self, PyObject *arg)
{
	unsigned long long seed = PyLong_AsUnsignedLongLongMask(arg);

	if (PyErr_Occurred())
		return NULL;
	seed_cpus(&((struct kernel_object *)self)->kernel, seed);
	Py_RETURN_NONE;
}

static PyObject *kernel_set_comm(PyObject *self, PyObject *arg)
{
	char *comm = ((struct kernel_object *)self)->kernel.comm;

	if (!PyBytes_Check(arg) || PyBytes_GET_SIZE(arg) >= 16) {
		PyErr_SetString(PyExc_ValueError, "a task's name is at most 15 bytes");
		return NULL;
	}
	memset(comm, 0, 16);
	memcpy(comm, PyBytes_AS_STRING(arg), PyBytes_GET_SIZE(arg));
	Py_RETURN_NONE;
}

/* Grace periods. What a program may still see (a program in an array's slot) must outlive every run that was under
 * way when it was taken out of sight. Each CPU counts entries and exits; a count that was odd and has changed, or
 * was even, means that the CPU has been outside since. */

static PyObject *entry_counts(const struct skep_kernel *kernel)
{
	PyObject *counts = PyBytes_FromStringAndSize(NULL, kernel->ncpus * sizeof(uint64_t));

	if (counts)
		skep_runs_note(kernel, (uint64_t *)PyBytes_AS_STRING(counts));
	return counts;
}

static bool is_past(const struct skep_kernel *kernel, PyObject *counts)
{
	return skep_runs_over(kernel, (const uint64_t *)PyBytes_AS_STRING(counts));
}

static PyObject *kernel_reap(PyObject *object, PyObject *unused)
{
	struct kernel_object *self = (struct kernel_object *)object;

	for (Py_ssize_t i = 0; i < PyList_GET_SIZE(self->deferred);) {
		PyObject *pair = PyList_GET_ITEM(self->deferred, i);
		if (!is_past(&self->kernel, PyTuple_GET_ITEM(pair, 0))) {
			i++;
			continue;
		}
		PyObject *action = Py_NewRef(PyTuple_GET_ITEM(pair, 1));
		int err = PySequence_DelItem(self->deferred, i);
		PyObject *result = err ? NULL : PyObject_CallNoArgs(action);
		Py_DECREF(action);
		if (!result)
			return NULL;
		Py_DECREF(result);
	}
	Py_RETURN_NONE;
}

static PyObject *kernel_defer(PyObject *object, PyObject *action)
{
	struct kernel_object *self = (struct kernel_object *)object;
	PyObject *counts = entry_counts(&self->kernel);
	PyObject *pair = counts ? PyTuple_Pack(2, counts, action) : NULL;
	int err = pair ? PyList_Append(self->deferred, pair) : -1;

	Py_XDECREF(counts);
	Py_XDECREF(pair);
	return err ? NULL : kernel_reap(object, NULL);
}

static PyObject *kernel_enter(PyObject *self, PyObject *arg)
{
	struct skep_kernel *kernel = &((struct kernel_object *)self)->kernel;
	long long cpu = PyLong_AsLongLong(arg);

	if (PyErr_Occurred())
		return NULL;
	if (cpu >= kernel->ncpus) {
		PyErr_Format(PyExc_ValueError, "there is no CPU %lld", cpu);
		return NULL;
	}
	cpu = skep_cpu_wait(kernel, cpu);
	return cpu < 0 ? NULL : PyLong_FromLongLong(cpu);
}

static PyObject *kernel_leave(PyObject *self, PyObject *arg)
{
	struct skep_kernel *kernel = &((struct kernel_object *)self)->kernel;
	unsigned long cpu = PyLong_AsUnsignedLong(arg);

	if (PyErr_Occurred())
		return NULL;
	if (cpu >= kernel->ncpus || !kernel->cpus[cpu].depth) {
		PyErr_Format(PyExc_ValueError, "nothing runs on CPU %lu", cpu);
		return NULL;
	}
	skep_cpu_leave(kernel, cpu);
	Py_RETURN_NONE;
}

static PyObject *kernel_advance(PyObject *self, PyObject *arg)
{
	struct skep_kernel *kernel = &((struct kernel_object *)self)->kernel;
	unsigned long long until = PyLong_AsUnsignedLongLong(arg);

	if (PyErr_Occurred())
		return NULL;
	if (!kernel->clock_stopped) {
		PyErr_SetString(PyExc_ValueError, "the clock runs by itself; stop it first");
		return NULL;
	}
	struct skep_run run = { .kernel = kernel, .answers = 1 };
	Py_BEGIN_ALLOW_THREADS
	skep_timers_advance(&run, until);
	Py_END_ALLOW_THREADS
	if (skep_run_raise(&run))
		return NULL;
	Py_RETURN_NONE;
}

static PyObject *kernel_object_at(PyObject *self, PyObject *arg)
{
	struct skep_kernel *kernel = &((struct kernel_object *)self)->kernel;
	unsigned long long address = PyLong_AsUnsignedLongLong(arg);
	uintptr_t start;
	size_t size;

	if (PyErr_Occurred())
		return NULL;
	if (!skep_object_region(kernel, address, &start, &size))
		Py_RETURN_NONE;
	return Py_BuildValue("(Kn)", (unsigned long long)start, (Py_ssize_t)size);
}

static PyObject *kernel_timers(PyObject *self, void *closure)
{
	return PyLong_FromUnsignedLong(skep_timers_count(&((struct kernel_object *)self)->kernel));
}

static PyObject *kernel_objects(PyObject *self, void *closure)
{
	return PyLong_FromUnsignedLongLong(((struct kernel_object *)self)->kernel.objects->count);
}

static PyObject *kernel_address(PyObject *self, void *closure)
{
	return PyLong_FromVoidPtr(&((struct kernel_object *)self)->kernel);
}

static PyGetSetDef kernel_getset[] = { { "address", kernel_address }, { "timers", kernel_timers }, { "objects", kernel_objects }, { NULL } };

/* So many bytes for a map, or back from it when negative. */
static PyObject *kernel_charge(PyObject *self, PyObject *arg)
{
	struct skep_kernel *kernel = &((struct kernel_object *)self)->kernel;
	long long bytes = PyLong_AsLongLong(arg);

	if (bytes == -1 && PyErr_Occurred())
		return NULL;
	if (bytes < 0)
		skep_uncharge(kernel, -bytes);
	else if (!skep_charge(kernel, bytes))
		return skep_raise(-ENOMEM);
	Py_RETURN_NONE;
}

static PyMethodDef kernel_methods[] = {
	{ "seed", kernel_seed, METH_O, NULL },
	{ "set_comm", kernel_set_comm, METH_O, NULL },
	{ "enter", kernel_enter, METH_O, NULL },
	{ "leave", kernel_leave, METH_O, NULL },
	{ "defer", kernel_defer, METH_O, NULL },
	{ "reap", kernel_reap, METH_NOARGS, NULL },
	{ "advance", kernel_advance, METH_O, NULL },
	{ "object_at", kernel_object_at, METH_O, NULL },
	{ "charge", kernel_charge, METH_O, NULL },
	{ NULL },
};

#define FIELD(name, type) { #name, type, offsetof(struct kernel_object, kernel.name), 0, NULL }

static PyMemberDef kernel_members[] = {
	{ "ncpus", T_UINT, offsetof(struct kernel_object, kernel.ncpus), READONLY, NULL },
	FIELD(numa_node, T_UINT),
	FIELD(clock_stopped, T_UINT),
	FIELD(clock_ns, T_ULONGLONG),
	FIELD(last_cookie, T_ULONGLONG),
	FIELD(memory_limit, T_ULONGLONG),
	FIELD(memory_used, T_ULONGLONG),
	FIELD(boot_offset, T_ULONGLONG),
	FIELD(real_offset, T_ULONGLONG),
	FIELD(pid_tgid, T_ULONGLONG),
	FIELD(uid_gid, T_ULONGLONG),
	FIELD(run_limit_ns, T_ULONGLONG),
	{ NULL },
};

static PyType_Slot kernel_slots[] = {
	{ Py_tp_new, kernel_new },
	{ Py_tp_dealloc, kernel_dealloc },
	{ Py_tp_getset, kernel_getset },
	{ Py_tp_members, kernel_members },
	{ Py_tp_methods, kernel_methods },
	{ 0 },
};

static PyType_Spec kernel_spec = {
	.name = "skep._runtime._native.NativeKernel",
	.basicsize = sizeof(struct kernel_object),
	.flags = Py_TPFLAGS_DEFAULT,
	.slots = kernel_slots,
};

int skep_kernel_type_init(PyObject *module)
{
	kernel_type = (PyTypeObject *)PyType_FromSpec(&kernel_spec);
	return kernel_type ? PyModule_AddObjectRef(module, "NativeKernel", (PyObject *)kernel_type) : -1;
}
