/* The native half of a machine: its virtual CPUs, clock, random source and current task. */
#define _GNU_SOURCE
#include "native.h"

#include <sched.h>
#include <structmember.h>

struct kernel_object {
	PyObject_HEAD
	struct skep_kernel kernel;
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
}

static void kernel_dealloc(PyObject *self)
{
	struct skep_kernel *kernel = &((struct kernel_object *)self)->kernel;
	PyTypeObject *type = Py_TYPE(self);

	if (kernel->cpus) {
		skep_pages_free(kernel->cpus[0].packet, (size_t)kernel->ncpus * PACKET_BUFFER);
		skep_pages_free(kernel->cpus, kernel->ncpus * sizeof(struct skep_cpu));
	}
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
	if (!packets) {
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

static PyObject *kernel_address(PyObject *self, void *closure)
{
	return PyLong_FromVoidPtr(&((struct kernel_object *)self)->kernel);
}

static PyGetSetDef kernel_getset[] = { { "address", kernel_address }, { NULL } };

static PyMethodDef kernel_methods[] = { { "seed", kernel_seed, METH_O, NULL }, { NULL } };

#define FIELD(name, type) { #name, type, offsetof(struct kernel_object, kernel.name), 0, NULL }

static PyMemberDef kernel_members[] = {
	{ "ncpus", T_UINT, offsetof(struct kernel_object, kernel.ncpus), READONLY, NULL },
	FIELD(numa_node, T_UINT),
	FIELD(clock_stopped, T_UINT),
	FIELD(clock_ns, T_ULONGLONG),
	FIELD(boot_offset, T_ULONGLONG),
	FIELD(real_offset, T_ULONGLONG),
	FIELD(pid_tgid, T_ULONGLONG),
	FIELD(uid_gid, T_ULONGLONG),
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
