// SPDX-License-Identifier: Apache-2.0
// Functions that the kernel calls: loops, maps' elements, timers, work queues, VMAs, rings; and functions verified alone.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define __arg(tag) __attribute__((btf_decl_tag("arg:" #tag)))
#define __noinline_used __attribute__((noinline, used))

extern int bpf_wq_init(struct bpf_wq *wq, void *p__map, unsigned int flags) __ksym;
extern int bpf_wq_start(struct bpf_wq *wq, unsigned int flags) __ksym;
extern int bpf_wq_set_callback_impl(struct bpf_wq *wq, int (callback)(void *map, int *key, void *value),
				    unsigned int flags, void *aux) __ksym;
extern void bpf_throw(u64 cookie) __ksym;

struct entry {
	struct bpf_timer timer;
	struct bpf_wq wq;
	u64 count;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, struct entry);
	__uint(max_entries, 4);
} entries SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 16);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

struct found {
	u64 start;
	int sum;
};

u64 seen;
int bytes[16];

static long add(u32 index, void *arg)
{
	struct found *found = arg;

	if (index >= 16)
		return 1;
	found->sum += bytes[index];
	return 0;
}

static long outer(u32 index, void *arg)
{
	struct found inner = {};

	bpf_loop(index & 7, add, &inner, 0);
	((struct found *)arg)->sum += inner.sum;
	return 0;
}

SEC("tc")
int nested_loops(struct __sk_buff *skb)
{
	struct found found = {};

	bpf_loop(10, outer, &found, 0);
	bpf_loop(skb->len, add, &found, 0);
	return found.sum & 1;
}

static long each(struct bpf_map *map, u32 *key, u64 *value, void *arg)
{
	*(u64 *)arg += *key + *value;
	*value = 0;
	return 0;
}

SEC("tc")
int each_element(struct __sk_buff *skb)
{
	u64 sum = 0;

	bpf_for_each_map_elem(&counts, each, &sum, 0);
	return sum > 10;
}

static int fired(void *map, int *key, struct entry *value)
{
	value->count += *key;
	bpf_timer_start(&value->timer, 1000, 0);
	return 0;
}

static int worked(void *map, int *key, void *value)
{
	((struct entry *)value)->count++;
	return 0;
}

SEC("tc")
int later(struct __sk_buff *skb)
{
	int key = 1;
	struct entry *entry = bpf_map_lookup_elem(&entries, &key);

	if (!entry)
		return 0;
	if (bpf_timer_init(&entry->timer, &entries, 1))
		return 0;
	bpf_timer_set_callback(&entry->timer, fired);
	bpf_timer_start(&entry->timer, 0, 0);
	bpf_wq_init(&entry->wq, &entries, 0);
	bpf_wq_set_callback_impl(&entry->wq, worked, 0, 0);
	bpf_wq_start(&entry->wq, 0);
	return 0;
}

static long drained(struct bpf_dynptr *record, void *arg)
{
	u32 *number = bpf_dynptr_data(record, 0, 4);

	if (!number)
		return 1;
	*(u64 *)arg += *number;
	return 0;
}

SEC("syscall")
int drain(void *ctx)
{
	u64 sum = 0;

	bpf_user_ringbuf_drain(&ring, drained, &sum, 0);
	seen = sum;
	return 0;
}

static long with_vma(struct task_struct *task, struct vm_area_struct *vma, struct found *found)
{
	found->start = vma->vm_start;
	return 0;
}

SEC("raw_tp/sys_enter")
int look_for_vma(void *ctx)
{
	struct found found = {};

	bpf_find_vma(bpf_get_current_task_btf(), 0x1000, with_vma, &found, 0);
	return found.start == 1;
}

__noinline_used int sum_of(struct found *found __arg(nonnull), int scale)
{
	return found->sum * scale + found->start;
}

__noinline_used int maybe_sum(struct found *found)
{
	return found ? found->sum : -1;
}

__noinline_used int of_ctx(struct __sk_buff *skb __arg(ctx))
{
	return skb->len + skb->mark;
}

__noinline_used int read_dynptr(struct bpf_dynptr *data)
{
	u32 number = 0;

	bpf_dynptr_read(&number, sizeof(number), data, 0, 0);
	return number;
}

__noinline_used int trusted_task(struct task_struct *task __arg(trusted) __arg(nullable))
{
	return task ? task->pid : 0;
}

SEC("tc")
int calls_global(struct __sk_buff *skb)
{
	struct found found = {.sum = skb->len};
	struct bpf_dynptr data;

	if (maybe_sum(&found) > 3 || maybe_sum(0) == 3)
		return of_ctx(skb);
	bpf_dynptr_from_mem(bytes, sizeof(bytes), 0, &data);
	return sum_of(&found, 2) + read_dynptr(&data);
}

SEC("tp_btf/task_newtask")
int calls_trusted(u64 *ctx)
{
	return trusted_task((void *)ctx[0]) + trusted_task(bpf_get_current_task_btf()) == 5;
}

__noinline_used int check_or_throw(int value)
{
	if (value > 10)
		bpf_throw(value);
	return value;
}

SEC("tc")
int throws(struct __sk_buff *skb)
{
	return check_or_throw(skb->len & 15) + check_or_throw(skb->mark & 3);
}

char _license[] SEC("license") = "GPL";
