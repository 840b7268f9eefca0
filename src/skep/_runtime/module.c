/* The extension module: its types, its functions, and the tables by which Python code finds what is native.
 *
 * LAYOUTS gives offset and size of each field of the structures that generated code reads; SYMBOLS gives the
 * addresses of native functions. Both come from the C compiler, so nothing is stated twice.
 */
#include "native.h"
#include "net.h"
#include "perf.h"

struct field {
	const char *structure, *name;
	size_t offset, size;
};

#define F(structure, name) { #structure, #name, offsetof(struct structure, name), sizeof(((struct structure *)0)->name) }

#include "fields.h"

static int add_field(PyObject *layouts, const struct field *field)
{
	PyObject *fields = PyDict_GetItemString(layouts, field->structure);

	if (!fields) {
		fields = PyDict_New();
		if (!fields || PyDict_SetItemString(layouts, field->structure, fields) < 0) {
			Py_XDECREF(fields);
			return -1;
		}
		Py_DECREF(fields); /* the outer dictionary holds it */
	}
	PyObject *place = Py_BuildValue("(nn)", (Py_ssize_t)field->offset, (Py_ssize_t)field->size);
	int err = place ? PyDict_SetItemString(fields, field->name, place) : -1;
	Py_XDECREF(place);
	return err;
}

static int add_layouts(PyObject *module)
{
	PyObject *layouts = PyDict_New();
	int err = layouts ? 0 : -1;

	for (size_t i = 0; !err && i < sizeof(fields) / sizeof(fields[0]); i++)
		err = add_field(layouts, &fields[i]);
	if (!err)
		err = PyModule_AddObjectRef(module, "LAYOUTS", layouts);
	Py_XDECREF(layouts);
	return err;
}

static int add_symbols(PyObject *module)
{
	static const struct skep_symbol *const families[] = {
		skep_core_symbols, skep_hash_symbols, skep_checksum_symbols, skep_xdp_symbols,
		skep_skb_symbols,  skep_skb_edit_symbols, skep_redirect_symbols,
		skep_memory_symbols, skep_sock_symbols, skep_keyless_symbols, skep_ring_symbols,
		skep_ring_user_symbols, skep_dynptr_symbols, skep_skb_csum_symbols, skep_skb_vlan_symbols,
		skep_tunnel_symbols, skep_sock_lookup_symbols, skep_fib_symbols, skep_syncookie_symbols,
		skep_perf_symbols, skep_lpm_symbols, skep_object_symbols, skep_graph_symbols, skep_timer_symbols,
		skep_control_symbols, skep_arena_symbols, skep_iter_symbols, skep_string_symbols, skep_section_symbols,
		skep_kfuncs_dynptr_symbols, skep_cpumask_symbols, skep_storage_symbols,
	};
	PyObject *symbols = PyDict_New();
	int err = symbols ? 0 : -1;

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		for (const struct skep_symbol *s = families[i]; !err && s->name; s++) {
			PyObject *address = PyLong_FromVoidPtr((void *)(uintptr_t)s->address);
			err = address ? PyDict_SetItemString(symbols, s->name, address) : -1;
			Py_XDECREF(address);
		}
	if (!err)
		err = PyModule_AddObjectRef(module, "SYMBOLS", symbols);
	Py_XDECREF(symbols);
	return err;
}

static int exec(PyObject *module)
{
	return PyModule_AddIntMacro(module, SOCKET_VIEW) || PyModule_AddIntMacro(module, SOCKET_BUCKETS) ||
			       add_layouts(module) || add_symbols(module) || PyModule_AddFunctions(module, skep_memory_methods) ||
			       PyModule_AddFunctions(module, skep_run_methods) ||
			       PyModule_AddFunctions(module, skep_consume_methods) ||
			       PyModule_AddFunctions(module, skep_perf_methods) ||
			       skep_kernel_type_init(module) || skep_map_type_init(module) || skep_record_type_init(module) ?
		       -1 :
		       0;
}

static PyModuleDef_Slot slots[] = { { Py_mod_exec, exec }, { 0 } };

static struct PyModuleDef definition = {
	PyModuleDef_HEAD_INIT,
	.m_name = "skep._runtime._native",
	.m_slots = slots,
};

PyMODINIT_FUNC PyInit__native(void)
{
	return PyModuleDef_Init(&definition);
}
