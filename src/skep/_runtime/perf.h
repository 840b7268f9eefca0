/* A perf event that programs write records to. See perf.c. */
#ifndef SKEP_PERF_H
#define SKEP_PERF_H

#include "runtime.h"

struct skep_perf_event {
	uint8_t *page; /* of the positions; the data follows */
	uint64_t size, id;
	uint64_t lost; /* since the last record that says so */
	uint32_t cpu, lock, wakeup_events, since_wakeup;
	int memory_fd, event_fd;
	uint64_t count, enabled, running; /* what it counted, and for how many nanoseconds; a test says so */
};

struct skep_perf_event *skep_perf_new(uint32_t cpu, uint64_t pages, uint32_t wakeup_events);
void skep_perf_free(struct skep_perf_event *event);

/* Program types whose context is a socket buffer. */
static inline bool skep_sees_skb(uint32_t type)
{
	/* socket_filter, sched_cls, sched_act, cgroup_skb, lwt_in, lwt_out, lwt_xmit, sk_skb, lwt_seg6local */
	return type < 32 && 1u << type & (1u << 1 | 1u << 3 | 1u << 4 | 1u << 8 | 7u << 10 | 1u << 14 | 1u << 19);
}

#endif
