/* Timers and work queues in values: struct bpf_timer and struct bpf_wq hold the address of a struct skep_timer. */
#ifndef SKEP_TIMER_H
#define SKEP_TIMER_H

#include "rbtree.h"
#include "runtime.h"

#include <pthread.h>

struct skep_timer {
	struct rb_node rb; /* in the queue; first, so that one is the other */
	struct skep_kernel *kernel;
	struct skep_map *map;
	void *value;
	skep_fn callback;
	uint64_t expires, number; /* by the monotonic clock; how many were queued before */
	uint64_t queued_at;
	uint32_t clock;
	int32_t cpu; /* that it is bound to; -1: any */
	bool armed, running, dead;
	pthread_t runner;
};

struct skep_timers {
	pthread_mutex_t lock, firing;
	pthread_cond_t changed; /* something was queued or has ended */
	struct rb_tree queue;
	uint64_t queued;
	uint32_t count;
	bool started, stopping;
	pthread_t thread;
};

/* The timers of one kernel; NULL without memory. */
struct skep_timers *skep_timers_new(void);
/* Ends the thread that runs them. Callbacks may need the interpreter lock, so the caller must not hold it. */
void skep_timers_end(struct skep_timers *timers);

/* The value goes: cancels without waiting for a callback that is running. */
void skep_timer_free(struct skep_kernel *kernel, void *place);
/* No callback of the map runs after this. To be called without the interpreter lock, as above. */
void skep_timers_cancel_map(struct skep_map *map);
/* Moves a stopped clock on to `until`, and runs what is due on the way, in order; as far as it got when the run was
 * stopped. */
void skep_timers_advance(struct skep_run *run, uint64_t until);
/* Timers and works that exist. */
uint32_t skep_timers_count(struct skep_kernel *kernel);

/* Both with the lock. Starting may need a thread: a negative errno. */
long skep_timer_start(struct skep_timer *timer, uint64_t expires);
void skep_timer_stop(struct skep_timers *timers, struct skep_timer *timer);

/* The monotonic clock. */
uint64_t skep_clock_read(const struct skep_kernel *kernel);

#endif
