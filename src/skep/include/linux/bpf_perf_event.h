// SPDX-License-Identifier: Apache-2.0
// Written by tools/gen_headers.py; do not edit.
#ifndef __SKEP_LINUX_BPF_PERF_EVENT_H
#define __SKEP_LINUX_BPF_PERF_EVENT_H

#include <linux/ptrace.h>
#include <linux/types.h>

#ifndef __SKEP_TYPES_LINUX_BPF_PERF_EVENT_H
#define __SKEP_TYPES_LINUX_BPF_PERF_EVENT_H
struct bpf_perf_event_data {
	bpf_user_pt_regs_t regs;
	__u64 sample_period;
	__u64 addr;
};
#endif


#endif
