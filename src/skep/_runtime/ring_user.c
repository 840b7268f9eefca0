/* User ring buffers: the user side writes records, programs drain them through a callback.
 *
 * The positions and headers come from the user, so each is read once and checked before it is believed.
 */
#include "native.h"
#include "lock.h"
#include "pause.h"
#include "ring.h"
#include "uapi.h"

/* Records that one call looks at. */
#define MAX_SAMPLES (128 * 1024)

struct sample {
	uint8_t *data;
	uint64_t span; /* with header and padding */
	uint32_t size;
};

static void consume(struct ring_map *ring, uint64_t span)
{
	uint64_t consumer = *ring->consumer;

	__atomic_store_n(ring->consumer, consumer + span, __ATOMIC_RELEASE);
}

/* The next record: 0, -ENODATA when there is none yet, -EAGAIN for one that was thrown away. */
static long peek(struct ring_map *ring, struct sample *sample)
{
	uint64_t producer = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE), consumer = *ring->consumer;

	if (producer % 8)
		return -EINVAL;
	if (consumer >= producer)
		return -ENODATA;
	struct ring_header *header = (struct ring_header *)(ring->data + (consumer & ring->mask));
	uint32_t word = __atomic_load_n(&header->size, __ATOMIC_ACQUIRE);
	sample->size = word & ~(RING_BUSY | RING_DISCARD);
	sample->span = round_up(sample->size + sizeof(*header), 8);
	sample->data = (uint8_t *)(header + 1);
	if (sample->span > producer - consumer)
		return -EINVAL;
	if (sample->span > ring->mask + 1 || sample->size > DYNPTR_MAX_SIZE)
		return -E2BIG;
	if (word & RING_DISCARD) {
		consume(ring, sample->span);
		return -EAGAIN;
	}
	return word & RING_BUSY ? -ENODATA : 0;
}

static long drain(struct ring_map *ring, skep_fn callback, uint64_t ctx, struct skep_run *run, bool *drained)
{
	long samples = 0;

	for (long seen = 0; seen < MAX_SAMPLES; seen++) {
		struct sample sample;
		long err = peek(ring, &sample);
		if (err == -ENODATA)
			break;
		if (err == -EAGAIN)
			continue;
		if (err)
			return err;
		struct skep_dynptr dynptr = { (uintptr_t)sample.data,
					      sample.size | DYNPTR_LOCAL << DYNPTR_TYPE_SHIFT, 0 };
		uint64_t stop = callback((uintptr_t)&dynptr, ctx, 0, 0, 0, run);
		consume(ring, sample.span);
		samples++;
		*drained = true;
		if (stop || skep_loop_ends(run))
			break;
	}
	return samples;
}

SKEP_HELPER(bpf_user_ringbuf_drain)
{
	struct ring_map *ring = ring_of(r1);
	bool drained = false;

	if (r4 & ~(uint64_t)(BPF_RB_NO_WAKEUP | BPF_RB_FORCE_WAKEUP))
		return -EINVAL;
	if (!skep_trylock(&ring->draining))
		return -EBUSY;
	long result = drain(ring, (skep_fn)r2, r3, run, &drained);
	skep_unlock(&ring->draining);
	if (r4 & BPF_RB_FORCE_WAKEUP || (drained && !(r4 & BPF_RB_NO_WAKEUP)))
		skep_ring_notify(ring);
	return result;
}

const struct skep_symbol skep_ring_user_symbols[] = { SKEP_SYMBOL(bpf_user_ringbuf_drain), { NULL } };
