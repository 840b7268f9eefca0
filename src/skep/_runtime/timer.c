/* Timers and work queues: a callback of a program, run later with the map, the key and the value.
 *
 * With a clock that runs, a thread of the kernel's own waits for what is due; with one that stands, moving it on runs
 * the callbacks, in the order of their times. A work is a timer that is due at once. One callback runs at a time in
 * either way, on a virtual CPU like any other run.
 */
#define _GNU_SOURCE
#include "native.h"
#include "cpu.h"
#include "record.h"
#include "timer.h"
#include "uapi.h"

#include <stdlib.h>
#include <time.h>

uint64_t skep_clock_read(const struct skep_kernel *kernel)
{
	struct timespec now;

	if (kernel->clock_stopped)
		return kernel->clock_ns;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

struct skep_timers *skep_timers_new(void)
{
	struct skep_timers *timers = calloc(1, sizeof(*timers));
	pthread_condattr_t attributes;

	if (!timers)
		return NULL;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&timers->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&timers->lock, NULL);
	pthread_mutex_init(&timers->firing, NULL);
	return timers;
}

void skep_timer_stop(struct skep_timers *timers, struct skep_timer *timer)
{
	if (timer->armed)
		skep_rb_remove(&timers->queue, &timer->rb);
	timer->armed = false;
}

static void enqueue(struct skep_timers *timers, struct skep_timer *timer, uint64_t expires)
{
	struct rb_node **link = &timers->queue.root, *parent = NULL;
	bool is_first = true;

	skep_timer_stop(timers, timer);
	timer->expires = expires;
	timer->number = timers->queued++;
	timer->queued_at = skep_clock_read(timer->kernel);
	while (*link) {
		parent = *link;
		bool sooner = expires < ((struct skep_timer *)parent)->expires;
		link = sooner ? &parent->left : &parent->right;
		is_first &= sooner;
	}
	skep_rb_insert(&timers->queue, &timer->rb, parent, link, is_first);
	timer->armed = true;
	pthread_cond_broadcast(&timers->changed);
}

static void release(struct skep_timers *timers, struct skep_timer *timer)
{
	timer->dead = true;
	skep_timer_stop(timers, timer);
	if (timer->running)
		return; /* who runs it frees it */
	timers->count--;
	free(timer);
}

/* An array's callback gets the index; other maps keep the key in front of the value. */
static const void *key_of(const struct skep_map *map, const void *value, uint32_t *index)
{
	if (map->type != BPF_MAP_TYPE_ARRAY)
		return (const uint8_t *)value - round_up(map->key_size, 8);
	*index = ((const uint8_t *)value - map->values) / map->elem_size;
	return index;
}

static void call_back(const struct skep_timer *timer, skep_fn callback, struct skep_run *run)
{
	uint32_t index;

	run->wanted = &timer->map->no_users;
	run->since = 0;
	run->cpu = skep_cpu_enter(run->kernel, timer->cpu);
	callback((uintptr_t)timer->map, (uintptr_t)key_of(timer->map, timer->value, &index), (uintptr_t)timer->value,
		 0, 0, run);
	skep_cpu_leave(run->kernel, run->cpu);
}

/* Called with the lock, which is open while the callback runs. */
static void fire(struct skep_timers *timers, struct skep_timer *timer, struct skep_run *run)
{
	skep_fn callback = timer->callback;

	skep_timer_stop(timers, timer);
	if (!callback)
		return;
	struct skep_map *map = timer->map;
	timer->running = true;
	timer->runner = pthread_self();
	map->callbacks++;
	pthread_mutex_unlock(&timers->lock);
	call_back(timer, callback, run);
	pthread_mutex_lock(&timers->lock);
	timer->running = false;
	map->callbacks--;
	if (timer->dead)
		release(timers, timer);
	pthread_cond_broadcast(&timers->changed);
}

/* The next that is due. What was queued after `horizon` others, and was due right then, is for the next time:
 * a callback that starts its own timer again would keep a standing clock for ever. */
static struct skep_timer *due(struct skep_timers *timers, uint64_t until, uint64_t horizon)
{
	for (struct rb_node *node = timers->queue.first; node; node = skep_rb_next(node)) {
		struct skep_timer *timer = (struct skep_timer *)node;
		if (timer->expires > until)
			break;
		if (timer->number < horizon || timer->expires > timer->queued_at)
			return timer;
	}
	return NULL;
}

void skep_timers_advance(struct skep_run *run, uint64_t until)
{
	struct skep_kernel *kernel = run->kernel;
	struct skep_timers *timers = kernel->timers;
	struct skep_timer *timer;

	pthread_mutex_lock(&timers->firing);
	pthread_mutex_lock(&timers->lock);
	uint64_t horizon = timers->queued;
	while (!run->stop && (timer = due(timers, until, horizon))) {
		if (timer->expires > kernel->clock_ns)
			kernel->clock_ns = timer->expires;
		fire(timers, timer, run);
	}
	if (!run->stop && until > kernel->clock_ns)
		kernel->clock_ns = until;
	pthread_mutex_unlock(&timers->lock);
	pthread_mutex_unlock(&timers->firing);
}

static void wait_until(struct skep_timers *timers, uint64_t when)
{
	struct timespec at = { .tv_sec = when / 1000000000, .tv_nsec = when % 1000000000 };

	pthread_cond_timedwait(&timers->changed, &timers->lock, &at);
}

static void *keep_time(void *argument)
{
	struct skep_kernel *kernel = argument;
	struct skep_timers *timers = kernel->timers;

	pthread_mutex_lock(&timers->lock);
	while (!timers->stopping) {
		struct skep_timer *first = (struct skep_timer *)timers->queue.first;
		if (!first || kernel->clock_stopped)
			pthread_cond_wait(&timers->changed, &timers->lock);
		else if (first->expires > skep_clock_read(kernel))
			wait_until(timers, first->expires);
		else
			fire(timers, first, &(struct skep_run){ .kernel = kernel });
	}
	pthread_mutex_unlock(&timers->lock);
	return NULL;
}

long skep_timer_start(struct skep_timer *timer, uint64_t expires)
{
	struct skep_timers *timers = timer->kernel->timers;

	enqueue(timers, timer, expires);
	if (timers->started || timer->kernel->clock_stopped)
		return 0;
	if (pthread_create(&timers->thread, NULL, keep_time, timer->kernel))
		return -EAGAIN;
	timers->started = true;
	return 0;
}

void skep_timers_end(struct skep_timers *timers)
{
	pthread_mutex_lock(&timers->lock);
	timers->stopping = true;
	pthread_cond_broadcast(&timers->changed);
	pthread_mutex_unlock(&timers->lock);
	if (timers->started)
		pthread_join(timers->thread, NULL);
	pthread_cond_destroy(&timers->changed);
	pthread_mutex_destroy(&timers->lock);
	pthread_mutex_destroy(&timers->firing);
	free(timers);
}

void skep_timer_free(struct skep_kernel *kernel, void *place)
{
	struct skep_timers *timers = kernel->timers;

	if (!*(struct skep_timer *volatile *)place)
		return;
	pthread_mutex_lock(&timers->lock);
	struct skep_timer *timer = *(struct skep_timer **)place;
	*(struct skep_timer **)place = NULL;
	if (timer)
		release(timers, timer);
	pthread_mutex_unlock(&timers->lock);
}

uint32_t skep_timers_count(struct skep_kernel *kernel)
{
	pthread_mutex_lock(&kernel->timers->lock);
	uint32_t count = kernel->timers->count;
	pthread_mutex_unlock(&kernel->timers->lock);
	return count;
}

static void cancel_value(struct skep_map *map, void *value)
{
	for (uint32_t i = 0; i < map->record->count; i++)
		if (map->record->fields[i].kind == SKEP_TIMER || map->record->fields[i].kind == SKEP_WORK)
			skep_timer_free(map->kernel, (uint8_t *)value + map->record->fields[i].offset);
}

void skep_timers_cancel_map(struct skep_map *map)
{
	struct skep_timers *timers = map->kernel->timers;

	__atomic_store_n(&map->no_users, 1, __ATOMIC_SEQ_CST);
	if (map->record && map->ops->each_value)
		map->ops->each_value(map, cancel_value);
	pthread_mutex_lock(&timers->lock);
	while (map->callbacks)
		pthread_cond_wait(&timers->changed, &timers->lock);
	pthread_mutex_unlock(&timers->lock);
}
