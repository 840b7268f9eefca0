/* Perf events of the kind that programs write to (PERF_COUNT_SW_BPF_OUTPUT): a ring of records for one CPU.
 *
 * The memory is that of perf_event_open(2): a page whose data_head and data_tail say how far both sides are, then the
 * data, a power of two of pages. A record that does not fit is lost, and how many were comes before the next that does.
 */
#define _GNU_SOURCE
#include "native.h"
#include "lock.h"
#include "packet.h"
#include "perf.h"
#include "uapi.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define HEAD_OFFSET 1024
enum { PERF_RECORD_LOST = 2, PERF_RECORD_SAMPLE = 9 };

struct perf_header {
	uint32_t type;
	uint16_t misc, size;
};

static void put(struct skep_perf_event *event, uint64_t at, const void *from, uint64_t size)
{
	uint64_t mask = event->size - 1, start = at & mask, first = size < event->size - start ? size : event->size - start;

	memcpy(event->page + PAGE + start, from, first);
	memcpy(event->page + PAGE, (const uint8_t *)from + first, size - first);
}

static uint64_t put_lost(struct skep_perf_event *event, uint64_t at)
{
	struct {
		struct perf_header header;
		uint64_t id, lost;
	} record = { { PERF_RECORD_LOST, 0, sizeof(record) }, event->id, event->lost };

	put(event, at, &record, sizeof(record));
	event->lost = 0;
	return at + sizeof(record);
}

static void wake(struct skep_perf_event *event)
{
	uint64_t one = 1;

	if (++event->since_wakeup < event->wakeup_events)
		return;
	event->since_wakeup = 0;
	if (write(event->event_fd, &one, sizeof(one)) != sizeof(one))
		return; /* a full counter is a wakeup that nobody has taken yet */
}

/* perf_event_output(): a raw sample, padded so that what follows is 8-byte aligned. */
static void output(struct skep_perf_event *event, const void *data, uint32_t size, const void *more, uint32_t more_size)
{
	uint64_t *head = (uint64_t *)(event->page + HEAD_OFFSET), *tail = head + 1, zero = 0;
	uint32_t raw = round_up(size + more_size + 4, 8) - 4;
	struct perf_header header = { PERF_RECORD_SAMPLE, 0, (uint16_t)(sizeof(header) + 4 + raw) };

	skep_lock(&event->lock);
	uint64_t at = *head, free_bytes = event->size - (at - __atomic_load_n(tail, __ATOMIC_ACQUIRE));
	if (free_bytes > event->size || header.size + (event->lost ? 24u : 0u) >= free_bytes) {
		event->lost++;
		skep_unlock(&event->lock);
		return;
	}
	if (event->lost)
		at = put_lost(event, at);
	put(event, at, &header, sizeof(header));
	put(event, at + sizeof(header), &raw, 4);
	put(event, at + sizeof(header) + 4, data, size);
	put(event, at + sizeof(header) + 4 + size, more, more_size);
	put(event, at + sizeof(header) + 4 + size + more_size, &zero, raw - size - more_size);
	__atomic_store_n(head, at + header.size, __ATOMIC_SEQ_CST);
	wake(event);
	skep_unlock(&event->lock);
}

/* The packet's first bytes, where the program has one and asks for them. */
static long packet_bytes(const struct skep_run *run, uint64_t ctx, uint32_t wanted, const uint8_t **bytes)
{
	if (!wanted)
		return 0;
	if (run->prog->type == BPF_PROG_TYPE_XDP) {
		const struct skep_xdp_buff *xdp = (const struct skep_xdp_buff *)ctx;
		*bytes = xdp->data;
		return wanted <= (uint64_t)(xdp->data_end - xdp->data) ? 0 : -EFAULT;
	}
	if (!skep_sees_skb(run->prog->type))
		return -EINVAL;
	const struct skep_sk_buff *skb = (const struct skep_sk_buff *)ctx;
	*bytes = skb->data;
	return wanted <= (uint64_t)(skb->data_end - skb->data) ? 0 : -EFAULT;
}

/* The event in a slot of an array, for a read on this CPU. */
static long event_to_read(const struct skep_run *run, uint64_t map_address, uint64_t flags, struct skep_perf_event **event)
{
	struct skep_map *map = (struct skep_map *)map_address;
	uint32_t index = (uint32_t)flags == BPF_F_INDEX_MASK ? run->cpu : (uint32_t)flags;

	if (flags & ~(uint64_t)BPF_F_INDEX_MASK)
		return -EINVAL;
	if (index >= map->max_entries)
		return -E2BIG;
	*event = __atomic_load_n((struct skep_perf_event **)map->values + index, __ATOMIC_ACQUIRE);
	if (!*event)
		return -ENOENT;
	return (*event)->cpu == run->cpu ? 0 : -EINVAL;
}

SKEP_HELPER(bpf_perf_event_read)
{
	struct skep_perf_event *event;
	long err = event_to_read(run, r1, r2, &event);

	return err ? (uint64_t)err : event->count;
}

SKEP_HELPER(bpf_perf_event_read_value)
{
	struct { /* struct bpf_perf_event_value */
		uint64_t count, enabled, running;
	} *out = (void *)r3;
	struct skep_perf_event *event;
	long err = (uint32_t)r4 == sizeof(*out) ? event_to_read(run, r1, r2, &event) : -EINVAL;

	memset(out, 0, (uint32_t)r4);
	if (!err) {
		out->count = event->count;
		out->enabled = event->enabled;
		out->running = event->running;
	}
	return err;
}

SKEP_HELPER(bpf_perf_event_output)
{
	struct skep_map *map = (struct skep_map *)r2;
	uint32_t index = (uint32_t)r3, more = (r3 & BPF_F_CTXLEN_MASK) >> 32;
	const uint8_t *bytes = NULL;

	if (r3 & ~(uint64_t)(BPF_F_CTXLEN_MASK | BPF_F_INDEX_MASK))
		return -EINVAL;
	long err = packet_bytes(run, r1, more, &bytes);
	if (err)
		return err;
	if (index == BPF_F_INDEX_MASK)
		index = run->cpu;
	if (index >= map->max_entries)
		return -E2BIG;
	struct skep_perf_event *event = __atomic_load_n((struct skep_perf_event **)map->values + index, __ATOMIC_ACQUIRE);
	if (!event)
		return -ENOENT;
	if (event->cpu != run->cpu)
		return -EOPNOTSUPP;
	if (round_up(r5 + more + 4, 8) + sizeof(struct perf_header) > UINT16_MAX)
		return -E2BIG;
	output(event, (const void *)r4, r5, bytes, more);
	return 0;
}

struct skep_perf_event *skep_perf_new(uint32_t cpu, uint64_t pages, uint32_t wakeup_events)
{
	struct skep_perf_event *event = calloc(1, sizeof(*event));

	if (!event)
		return NULL;
	event->cpu = cpu;
	event->size = pages * PAGE;
	event->wakeup_events = wakeup_events;
	event->memory_fd = memfd_create("skep-perf", MFD_CLOEXEC);
	event->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (event->memory_fd >= 0 && !ftruncate(event->memory_fd, PAGE + event->size)) {
		void *memory = mmap(NULL, PAGE + event->size, PROT_READ | PROT_WRITE, MAP_SHARED, event->memory_fd, 0);
		event->page = memory == MAP_FAILED ? NULL : memory;
	}
	if (!event->page || event->event_fd < 0) {
		skep_perf_free(event);
		return NULL;
	}
	uint64_t *place = (uint64_t *)(event->page + HEAD_OFFSET) + 2; /* data_offset, data_size */
	place[0] = PAGE;
	place[1] = event->size;
	return event;
}

void skep_perf_free(struct skep_perf_event *event)
{
	if (event->page)
		munmap(event->page, PAGE + event->size);
	if (event->memory_fd >= 0)
		close(event->memory_fd);
	if (event->event_fd >= 0)
		close(event->event_fd);
	free(event);
}

const struct skep_symbol skep_perf_symbols[] = {
	SKEP_SYMBOL(bpf_perf_event_output),
	SKEP_SYMBOL(bpf_perf_event_read),
	SKEP_SYMBOL(bpf_perf_event_read_value),
	{ NULL },
};

/* Where programs find it: an address that is freed with skep_perf_free(). */
static PyObject *perf_new(PyObject *self, PyObject *args)
{
	unsigned int cpu, wakeup_events;
	unsigned long long pages;

	if (!PyArg_ParseTuple(args, "IKI:perf_new", &cpu, &pages, &wakeup_events))
		return NULL;
	struct skep_perf_event *event = skep_perf_new(cpu, pages, wakeup_events);
	if (!event)
		return skep_raise(-ENOMEM);
	return Py_BuildValue("(KKii)", (unsigned long long)(uintptr_t)event, (unsigned long long)(uintptr_t)event->page,
			     event->memory_fd, event->event_fd);
}

static PyObject *perf_free(PyObject *self, PyObject *address)
{
	unsigned long long event = PyLong_AsUnsignedLongLong(address);

	if (PyErr_Occurred())
		return NULL;
	skep_perf_free((struct skep_perf_event *)(uintptr_t)event);
	Py_RETURN_NONE;
}

PyMethodDef skep_perf_methods[] = {
	{ "perf_new", perf_new, METH_VARARGS, NULL },
	{ "perf_free", perf_free, METH_O, NULL },
	{ NULL },
};
