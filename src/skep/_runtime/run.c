/* The loops that run programs: one context many times, or many packets one after the other.
 *
 * The interpreter lock is released meanwhile. Every tenth of a second or so the loop comes back for a moment, so
 * that a signal (Ctrl-C) is not left waiting.
 */
#include "native.h"
#include "cpu.h"
#include "packet.h"
#include "pause.h"

#include <string.h>
#include <time.h>

#define SLICE_NS 100000000

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline uint64_t enter(struct skep_run *run)
{
	run->tail_calls = 0;
	run->redirect.kind = SKEP_REDIRECT_NONE;
	run->since = 0;
	return run->prog->entry(run->ctx, 0, 0, 0, 0, run);
}

/* The next number of iterations that fills about one slice, judged by the last. */
static uint64_t next_slice(uint64_t count, uint64_t spent)
{
	if (spent < SLICE_NS / 16)
		return count * 8;
	return spent > SLICE_NS * 2 && count > 1 ? count / 2 : count;
}

int64_t skep_cpu_wait(struct skep_kernel *kernel, int64_t wanted)
{
	int64_t cpu;

	do {
		Py_BEGIN_ALLOW_THREADS
		cpu = skep_cpu_try(kernel, wanted);
		Py_END_ALLOW_THREADS
	} while (cpu < 0 && PyErr_CheckSignals() >= 0);
	return cpu;
}

static PyObject *redirect_of(const struct skep_run *run)
{
	const struct skep_redirect *to = &run->redirect;

	return Py_BuildValue("(IIKKK)", to->kind, to->ifindex, (unsigned long long)to->flags,
			     (unsigned long long)(uintptr_t)to->map, (unsigned long long)to->key);
}

static PyObject *run_repeat(PyObject *self, PyObject *args)
{
	PyObject *object;
	long long cpu;
	unsigned long long prog, ctx, repeat, done = 0, slice = 1;
	uint64_t result = 0, spent = 0;

	if (!PyArg_ParseTuple(args, "OLKKK:run_repeat", &object, &cpu, &prog, &ctx, &repeat))
		return NULL;
	struct skep_kernel *kernel = skep_kernel_of(object);
	if (!kernel)
		return NULL;
	if (cpu >= kernel->ncpus) {
		PyErr_Format(PyExc_ValueError, "there is no CPU %lld", cpu);
		return NULL;
	}
	struct skep_run run = { .kernel = kernel, .ctx = ctx, .prog = (const struct skep_prog *)(uintptr_t)prog,
				.answers = 1 };
	cpu = skep_cpu_wait(kernel, cpu);
	if (cpu < 0)
		return NULL;
	run.cpu = cpu;
	bool interrupted = false;
	while (done < repeat && !interrupted && !run.stop) {
		unsigned long long count = repeat - done < slice ? repeat - done : slice;
		Py_BEGIN_ALLOW_THREADS
		skep_cpu_between(kernel, run.cpu);
		uint64_t start = now_ns();
		for (unsigned long long i = 0; i < count && !run.stop; i++)
			result = enter(&run);
		uint64_t took = now_ns() - start;
		spent += took;
		slice = next_slice(count, took);
		Py_END_ALLOW_THREADS
		done += count;
		interrupted = !run.stop && PyErr_CheckSignals() < 0;
	}
	skep_cpu_leave(kernel, run.cpu);
	if (skep_run_raise(&run) || interrupted)
		return NULL;
	return Py_BuildValue("(KKN)", (unsigned long long)result, (unsigned long long)spent, redirect_of(&run));
}

/* ── many packets ── */

struct batch {
	struct skep_run run;
	int kind; /* -1: XDP, else an enum skep_view */
	const uint8_t *packets;
	const uint64_t *offsets;
	const uint32_t *lengths;
	uint32_t *retvals;
	/* Where packets go as the program left them, one behind the other; optional. */
	uint8_t *out;
	size_t out_room, out_used;
	uint32_t *out_lengths;
	union {
		struct skep_xdp_buff xdp;
		struct skep_sk_buff skb;
	} template, context;
	struct skep_sock socket;
	uint8_t *buffer;
};

#define XDP_MAX_LINEAR (4096 - 256 - 320)

/* Copies by the C library, whose vector code is much faster here than what the compiler puts in place. */
static inline void set(void *to, const void *from, size_t size)
{
	__asm__("" : "+r"(size));
	memcpy(to, from, size);
}

static uint32_t run_xdp(struct batch *batch, const uint8_t *frame, uint32_t size)
{
	struct skep_xdp_buff *xdp = &batch->context.xdp;

	set(xdp, &batch->template.xdp, sizeof(*xdp));
	skep_xdp_prepare(xdp, batch->buffer, frame, size, 0, size < XDP_MAX_LINEAR ? size : XDP_MAX_LINEAR);
	return enter(&batch->run);
}

static const struct skep_sock no_socket;

static uint32_t run_skb(struct batch *batch, const uint8_t *frame, uint32_t size)
{
	struct skep_sk_buff *skb = &batch->context.skb;

	set(skb, &batch->template.skb, sizeof(*skb));
	set(&batch->socket, &no_socket, sizeof(batch->socket));
	skb->sk = &batch->socket;
	if (size < ETH_HLEN || size > SKB_ROOM || skep_skb_prepare(skb, batch->buffer, frame, size, batch->kind) < 0)
		return UINT32_MAX;
	return enter(&batch->run);
}

/* The packet after the program; a program that sees packets from layer 3 on leaves the Ethernet header alone. */
static void keep_packet(struct batch *batch, size_t i)
{
	const struct skep_xdp_buff *xdp = &batch->context.xdp;
	const struct skep_sk_buff *skb = &batch->context.skb;
	const uint8_t *start = batch->kind < 0 ? xdp->data : skb->data - (batch->kind == SKEP_VIEW_L2 ? 0 : ETH_HLEN);
	size_t linear = batch->kind < 0 ? (size_t)(xdp->data_end - start) : skb->len + (size_t)(skb->data - start);
	size_t frags = batch->kind < 0 ? xdp->frags_size : 0;

	memcpy(batch->out + batch->out_used, start, linear);
	if (frags)
		memcpy(batch->out + batch->out_used + linear, xdp->frags, frags);
	batch->out_used += linear + frags;
	batch->out_lengths[i] = linear + frags;
}

/* Runs packets first..last-1; stops before one whose result might find no room. */
static size_t run_slice(struct batch *batch, size_t first, size_t last)
{
	for (size_t i = first; i < last && !batch->run.stop; i++) {
		const uint8_t *frame = batch->packets + batch->offsets[i];
		uint32_t size = batch->lengths[i];
		/* What a program adds ends where helpers say so; asked before the run, so that no packet runs twice. */
		if (batch->out && batch->out_room - batch->out_used < (size_t)size + SKB_MAX_LEN)
			return i;
		batch->retvals[i] = batch->kind < 0 ? run_xdp(batch, frame, size) : run_skb(batch, frame, size);
		if (batch->out)
			keep_packet(batch, i);
	}
	return last;
}

/* Checks that the arrays agree in length and that every packet lies within the buffer. */
static bool is_consistent(const Py_buffer *packets, const Py_buffer *offsets, const Py_buffer *lengths, size_t count)
{
	const uint64_t *offset = offsets->buf;
	const uint32_t *length = lengths->buf;

	if ((size_t)offsets->len != count * 8 || (size_t)lengths->len != count * 4) {
		PyErr_SetString(PyExc_ValueError, "offsets, lengths and retvals must have one item for each packet");
		return false;
	}
	for (size_t i = 0; i < count; i++)
		if (offset[i] > (size_t)packets->len || length[i] > (size_t)packets->len - offset[i] ||
		    length[i] > SKB_ROOM) {
			PyErr_Format(PyExc_ValueError, "packet %zu does not lie within the buffer", i);
			return false;
		}
	return true;
}

static bool set_template(struct batch *batch, const Py_buffer *template)
{
	size_t size = batch->kind < 0 ? sizeof(batch->template.xdp) : sizeof(batch->template.skb);

	if ((size_t)template->len < size) {
		PyErr_SetString(PyExc_ValueError, "the template is no context");
		return false;
	}
	memcpy(&batch->template, template->buf, size);
	return true;
}

static PyObject *drive(struct batch *batch, size_t first, size_t count, long long cpu)
{
	size_t done = first, slice = 1;
	uint64_t spent = 0;
	bool interrupted = false, full = false;

	cpu = skep_cpu_wait(batch->run.kernel, cpu);
	if (cpu < 0)
		return NULL;
	batch->run.cpu = cpu;
	batch->buffer = batch->run.kernel->cpus[batch->run.cpu].packet;
	batch->run.ctx = (uintptr_t)&batch->context;
	while (done < count && !interrupted && !full && !batch->run.stop) {
		size_t last = count - done < slice ? count : done + slice;
		Py_BEGIN_ALLOW_THREADS
		skep_cpu_between(batch->run.kernel, batch->run.cpu);
		uint64_t start = now_ns();
		done = run_slice(batch, done, last);
		uint64_t took = now_ns() - start;
		spent += took;
		slice = next_slice(slice, took);
		Py_END_ALLOW_THREADS
		full = done < last;
		if (batch->run.wanted && *batch->run.wanted)
			batch->run.stop = SKEP_STOP_WANTED;
		interrupted = !batch->run.stop && PyErr_CheckSignals() < 0;
	}
	skep_cpu_leave(batch->run.kernel, batch->run.cpu);
	if (skep_run_raise(&batch->run) || interrupted)
		return NULL;
	return Py_BuildValue("(nnK)", (Py_ssize_t)done, (Py_ssize_t)batch->out_used, (unsigned long long)spent);
}

static PyObject *run_batch(PyObject *self, PyObject *args)
{
	struct batch batch = { 0 };
	PyObject *object, *result = NULL;
	long long cpu;
	unsigned long long prog;
	Py_ssize_t first;
	Py_buffer template, packets, offsets, lengths, retvals, wanted, out = { 0 }, out_lengths = { 0 };

	if (!PyArg_ParseTuple(args, "OLKiy*y*y*y*w*nw*|w*w*:run_batch", &object, &cpu, &prog, &batch.kind, &template,
			      &packets, &offsets, &lengths, &retvals, &first, &wanted, &out, &out_lengths))
		return NULL;
	size_t count = retvals.len / 4;
	struct skep_kernel *kernel = skep_kernel_of(object);
	if (!kernel || !is_consistent(&packets, &offsets, &lengths, count) || !set_template(&batch, &template))
		goto out;
	if (first < 0 || wanted.len < 4 || (size_t)first > count || cpu >= kernel->ncpus ||
	    (out.buf && (size_t)out_lengths.len != count * 4)) {
		PyErr_SetString(PyExc_ValueError, "run_batch: first, cpu, wanted or out_lengths is out of range");
		goto out;
	}
	batch.run.kernel = kernel;
	batch.run.answers = 1;
	batch.run.wanted = wanted.buf;
	batch.run.prog = (const struct skep_prog *)(uintptr_t)prog;
	batch.packets = packets.buf;
	batch.offsets = offsets.buf;
	batch.lengths = lengths.buf;
	batch.retvals = retvals.buf;
	batch.out = out.buf;
	batch.out_room = out.len;
	batch.out_lengths = out_lengths.buf;
	result = drive(&batch, first, count, cpu);
out:
	PyBuffer_Release(&template);
	PyBuffer_Release(&packets);
	PyBuffer_Release(&offsets);
	PyBuffer_Release(&lengths);
	PyBuffer_Release(&retvals);
	PyBuffer_Release(&wanted);
	if (out.obj)
		PyBuffer_Release(&out);
	if (out_lengths.obj)
		PyBuffer_Release(&out_lengths);
	return result;
}

/* ── one packet, prepared for Python ── */

static PyObject *xdp_prepare(PyObject *self, PyObject *args)
{
	unsigned long long xdp, buffer;
	unsigned int meta, linear;
	Py_buffer frame;

	if (!PyArg_ParseTuple(args, "KKy*II:xdp_prepare", &xdp, &buffer, &frame, &meta, &linear))
		return NULL;
	skep_xdp_prepare((struct skep_xdp_buff *)(uintptr_t)xdp, (uint8_t *)(uintptr_t)buffer, frame.buf, frame.len,
			 meta, linear);
	PyBuffer_Release(&frame);
	Py_RETURN_NONE;
}

static PyObject *skb_prepare(PyObject *self, PyObject *args)
{
	unsigned long long skb, buffer;
	int view;
	Py_buffer frame;

	if (!PyArg_ParseTuple(args, "KKy*i:skb_prepare", &skb, &buffer, &frame, &view))
		return NULL;
	long err = frame.len > SKB_ROOM ? -EINVAL :
					  skep_skb_prepare((struct skep_sk_buff *)(uintptr_t)skb,
							   (uint8_t *)(uintptr_t)buffer, frame.buf, frame.len, view);
	PyBuffer_Release(&frame);
	if (err)
		return skep_raise(err);
	Py_RETURN_NONE;
}

static PyObject *checksum(PyObject *self, PyObject *arg)
{
	Py_buffer data;

	if (PyObject_GetBuffer(arg, &data, PyBUF_SIMPLE) < 0)
		return NULL;
	uint32_t sum = csum_partial(data.buf, data.len, 0);
	PyBuffer_Release(&data);
	return PyLong_FromUnsignedLong(sum);
}

PyMethodDef skep_run_methods[] = {
	{ "run_repeat", run_repeat, METH_VARARGS, NULL },
	{ "run_batch", run_batch, METH_VARARGS, NULL },
	{ "xdp_prepare", xdp_prepare, METH_VARARGS, NULL },
	{ "skb_prepare", skb_prepare, METH_VARARGS, NULL },
	{ "checksum", checksum, METH_O, NULL },
	{ NULL },
};
