// SPDX-License-Identifier: Apache-2.0
// What is refused to a program whose license is not compatible with the GPL.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

SEC("tc")
int gpl_only(struct __sk_buff *skb)
{
	bpf_trace_printk("hello", 6);
	return 0;
}

char LICENSE[] SEC("license") = "Proprietary";
