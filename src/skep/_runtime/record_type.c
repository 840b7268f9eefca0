/* The Python object that owns a record of special fields. */
#include "native.h"
#include "record.h"

#define MAX_FIELDS 11 /* BTF_FIELDS_MAX */

struct record_object {
	PyObject_HEAD
	struct skep_record record;
	struct skep_field fields[MAX_FIELDS]; /* record.fields */
};

_Static_assert(offsetof(struct record_object, fields) ==
		       offsetof(struct record_object, record) + offsetof(struct skep_record, fields),
	       "the fields follow the record");

static PyTypeObject *record_type;

const struct skep_record *skep_record_of(PyObject *object)
{
	if (!PyObject_TypeCheck(object, record_type)) {
		PyErr_SetString(PyExc_TypeError, "a NativeRecord is needed");
		return NULL;
	}
	return &((struct record_object *)object)->record;
}

static PyObject *record_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
	struct record_object *self = (struct record_object *)type->tp_alloc(type, 0);

	if (self)
		self->record.refcount = self->record.lock = -1;
	return (PyObject *)self;
}

static void record_dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);

	type->tp_free(self);
	Py_DECREF(type);
}

static PyObject *record_set_fields(PyObject *object, PyObject *args)
{
	struct skep_record *record = &((struct record_object *)object)->record;
	PyObject *list;

	if (!PyArg_ParseTuple(args, "iiO!:set_fields", &record->refcount, &record->lock, &PyList_Type, &list))
		return NULL;
	Py_ssize_t count = PyList_GET_SIZE(list);
	if (count > MAX_FIELDS) {
		PyErr_Format(PyExc_ValueError, "%zd fields, there can be %d", count, MAX_FIELDS);
		return NULL;
	}
	for (Py_ssize_t i = 0; i < count; i++) {
		struct skep_field *field = &record->fields[i];
		unsigned long long destroy;
		if (!PyArg_ParseTuple(PyList_GET_ITEM(list, i), "IIIIK", &field->kind, &field->offset, &field->size,
				      &field->node_offset, &destroy))
			return NULL;
		field->destroy = (skep_fn)(uintptr_t)destroy;
	}
	record->count = (uint32_t)count;
	Py_RETURN_NONE;
}

static PyObject *record_address(PyObject *self, void *closure)
{
	return PyLong_FromVoidPtr(&((struct record_object *)self)->record);
}

static PyGetSetDef record_getset[] = { { "address", record_address }, { NULL } };
static PyMethodDef record_methods[] = { { "set_fields", record_set_fields, METH_VARARGS, NULL }, { NULL } };

static PyType_Slot record_slots[] = {
	{ Py_tp_new, record_new },
	{ Py_tp_dealloc, record_dealloc },
	{ Py_tp_getset, record_getset },
	{ Py_tp_methods, record_methods },
	{ 0 },
};

static PyType_Spec record_spec = {
	.name = "skep._runtime._native.NativeRecord",
	.basicsize = sizeof(struct record_object),
	.flags = Py_TPFLAGS_DEFAULT,
	.slots = record_slots,
};

int skep_record_type_init(PyObject *module)
{
	record_type = (PyTypeObject *)PyType_FromSpec(&record_spec);
	return record_type ? PyModule_AddObjectRef(module, "NativeRecord", (PyObject *)record_type) : -1;
}
