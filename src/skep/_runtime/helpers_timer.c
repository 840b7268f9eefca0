/* Timers and work queues as programs use them. See timer.c. */
#define _GNU_SOURCE
#include "native.h"
#include "record.h"
#include "timer.h"
#include "uapi.h"

#include <stdlib.h>
#include <time.h>

static struct skep_timer *timer_at(uint64_t place)
{
	return *(struct skep_timer **)place;
}

/* The value that a field is in: the map's record says where in the value it lies. */
static void *value_of(const struct skep_map *map, uint64_t place, enum skep_field_kind kind)
{
	for (uint32_t i = 0; i < map->record->count; i++)
		if (map->record->fields[i].kind == kind)
			return (void *)(place - map->record->fields[i].offset);
	return NULL;
}

static long init(uint64_t place, struct skep_map *map, enum skep_field_kind kind, uint32_t clock, struct skep_kernel *kernel)
{
	struct skep_timers *timers = kernel->timers;
	long err = 0;

	pthread_mutex_lock(&timers->lock);
	struct skep_timer *timer = timer_at(place) ? NULL : calloc(1, sizeof(*timer));
	if (timer_at(place))
		err = -EBUSY;
	else if (!timer)
		err = -ENOMEM;
	else if (map->no_users) {
		free(timer);
		err = -EPERM;
	} else {
		*timer = (struct skep_timer){ .kernel = kernel, .map = map, .clock = clock, .cpu = -1 };
		timer->value = value_of(map, place, kind);
		timers->count++;
		*(struct skep_timer **)place = timer;
	}
	pthread_mutex_unlock(&timers->lock);
	return err;
}

static long set_callback(uint64_t place, uint64_t callback, struct skep_kernel *kernel)
{
	pthread_mutex_lock(&kernel->timers->lock);
	struct skep_timer *timer = timer_at(place);
	long err = !timer ? -EINVAL : timer->map->no_users ? -EPERM : 0;
	if (!err)
		timer->callback = (skep_fn)callback;
	pthread_mutex_unlock(&kernel->timers->lock);
	return err;
}

#define MAX_CLOCKS 16

SKEP_HELPER(bpf_timer_init)
{
	uint32_t clock = r3 & (MAX_CLOCKS - 1);

	if (r3 >= MAX_CLOCKS || (clock != CLOCK_MONOTONIC && clock != CLOCK_REALTIME && clock != CLOCK_BOOTTIME))
		return -EINVAL;
	return init(r1, (struct skep_map *)r2, SKEP_TIMER, clock, run->kernel);
}

SKEP_HELPER(bpf_timer_set_callback)
{
	return set_callback(r1, r2, run->kernel);
}

/* A time of one of the clocks, by the monotonic one. */
static uint64_t monotonic(const struct skep_timer *timer, uint64_t when)
{
	const struct skep_kernel *kernel = timer->kernel;
	struct timespec other;
	uint64_t offset;

	if (timer->clock == CLOCK_MONOTONIC)
		return when;
	if (kernel->clock_stopped) {
		offset = timer->clock == CLOCK_BOOTTIME ? kernel->boot_offset : kernel->real_offset;
	} else {
		clock_gettime(timer->clock, &other);
		offset = (uint64_t)other.tv_sec * 1000000000 + other.tv_nsec - skep_clock_read(kernel);
	}
	return when > offset ? when - offset : 0;
}

SKEP_HELPER(bpf_timer_start)
{
	long err = -EINVAL;

	if (r3 & ~(uint64_t)(BPF_F_TIMER_ABS | BPF_F_TIMER_CPU_PIN))
		return -EINVAL;
	pthread_mutex_lock(&run->kernel->timers->lock);
	struct skep_timer *timer = timer_at(r1);
	if (timer && timer->callback) {
		uint64_t now = skep_clock_read(run->kernel), expires;
		if (r3 & BPF_F_TIMER_ABS)
			expires = monotonic(timer, r2);
		else
			expires = r2 > INT64_MAX - now ? INT64_MAX : now + r2;
		timer->cpu = r3 & BPF_F_TIMER_CPU_PIN ? (int32_t)run->cpu : -1;
		err = skep_timer_start(timer, expires);
	}
	pthread_mutex_unlock(&run->kernel->timers->lock);
	return err;
}

/* 1 when it was started. Waits for a callback that runs, unless that is where the call comes from. */
SKEP_HELPER(bpf_timer_cancel)
{
	struct skep_timers *timers = run->kernel->timers;
	long result = -EINVAL;

	pthread_mutex_lock(&timers->lock);
	struct skep_timer *timer = timer_at(r1);
	if (timer && timer->running && pthread_equal(timer->runner, pthread_self())) {
		result = -EDEADLK;
	} else if (timer) {
		result = timer->armed;
		skep_timer_stop(timers, timer);
		timer->callback = NULL;
		while (timer_at(r1) == timer && timer->running)
			pthread_cond_wait(&timers->changed, &timers->lock);
	}
	pthread_mutex_unlock(&timers->lock);
	return result;
}

SKEP_HELPER(bpf_wq_init)
{
	return r3 ? -EINVAL : init(r1, (struct skep_map *)r2, SKEP_WORK, CLOCK_MONOTONIC, run->kernel);
}

SKEP_HELPER(bpf_wq_set_callback_impl)
{
	return r3 ? -EINVAL : set_callback(r1, r2, run->kernel);
}

SKEP_HELPER(bpf_wq_start)
{
	long err = -EINVAL;

	if (r2)
		return -EINVAL;
	pthread_mutex_lock(&run->kernel->timers->lock);
	struct skep_timer *work = timer_at(r1);
	if (work && work->callback)
		err = work->armed ? 0 : skep_timer_start(work, skep_clock_read(run->kernel));
	pthread_mutex_unlock(&run->kernel->timers->lock);
	return err;
}

const struct skep_symbol skep_timer_symbols[] = {
	SKEP_SYMBOL(bpf_timer_init),
	SKEP_SYMBOL(bpf_timer_set_callback),
	SKEP_SYMBOL(bpf_timer_start),
	SKEP_SYMBOL(bpf_timer_cancel),
	SKEP_SYMBOL(bpf_wq_init),
	SKEP_SYMBOL(bpf_wq_set_callback_impl),
	SKEP_SYMBOL(bpf_wq_start),
	{ NULL },
};
