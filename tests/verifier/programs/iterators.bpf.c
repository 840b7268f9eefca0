// SPDX-License-Identifier: Apache-2.0
// Open-coded iterators, dynptrs, ring buffer records, sections without interrupts or preemption, locks.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct bpf_res_spin_lock {
	u32 val;
};

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;
extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task, unsigned int flags) __ksym;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __ksym;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __ksym;
extern int bpf_iter_bits_new(struct bpf_iter_bits *it, const u64 *words, u32 nr_words) __ksym;
extern int *bpf_iter_bits_next(struct bpf_iter_bits *it) __ksym;
extern void bpf_iter_bits_destroy(struct bpf_iter_bits *it) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;
extern void bpf_local_irq_save(unsigned long *flags) __ksym;
extern void bpf_local_irq_restore(unsigned long *flags) __ksym;
extern int bpf_res_spin_lock(struct bpf_res_spin_lock *lock) __ksym;
extern void bpf_res_spin_unlock(struct bpf_res_spin_lock *lock) __ksym;
extern int bpf_res_spin_lock_irqsave(struct bpf_res_spin_lock *lock, unsigned long *flags) __ksym;
extern void bpf_res_spin_unlock_irqrestore(struct bpf_res_spin_lock *lock, unsigned long *flags) __ksym;
extern int bpf_dynptr_from_skb(struct __sk_buff *skb, u64 flags, struct bpf_dynptr *ptr) __ksym;
extern int bpf_dynptr_from_xdp(struct xdp_md *xdp, u64 flags, struct bpf_dynptr *ptr) __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *ptr, u32 off, void *buffer, u32 size) __ksym;
extern void *bpf_dynptr_slice_rdwr(const struct bpf_dynptr *ptr, u32 off, void *buffer, u32 size) __ksym;
extern int bpf_dynptr_adjust(const struct bpf_dynptr *ptr, u32 start, u32 end) __ksym;
extern int bpf_dynptr_clone(const struct bpf_dynptr *ptr, struct bpf_dynptr *clone) __ksym;
extern bool bpf_dynptr_is_null(const struct bpf_dynptr *ptr) __ksym;
extern u32 bpf_dynptr_size(const struct bpf_dynptr *ptr) __ksym;
extern struct bpf_cpumask *bpf_cpumask_create(void) __ksym;
extern void bpf_cpumask_release(struct bpf_cpumask *cpumask) __ksym;
extern void bpf_cpumask_set_cpu(u32 cpu, struct bpf_cpumask *cpumask) __ksym;
extern bool bpf_cpumask_test_cpu(u32 cpu, const struct cpumask *cpumask) __ksym;
extern struct cgroup *bpf_cgroup_from_id(u64 cgid) __ksym;
extern void bpf_cgroup_release(struct cgroup *cgrp) __ksym;
extern struct cgroup *bpf_cgroup_ancestor(struct cgroup *cgrp, int level) __ksym;

struct locked {
	struct bpf_spin_lock lock;
	int count;
};

struct resilient {
	struct bpf_res_spin_lock lock;
	int count;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, u32);
	__type(value, struct locked);
	__uint(max_entries, 4);
} locks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, u32);
	__type(value, struct resilient);
	__uint(max_entries, 1);
} resilients SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

int numbers[32];

SEC("tc")
int sums(struct __sk_buff *skb)
{
	struct bpf_iter_num it, in;
	int *i, *j, sum = 0;

	bpf_iter_num_new(&it, 0, 32);
	while ((i = bpf_iter_num_next(&it))) {
		sum += numbers[*i & 31];
		bpf_iter_num_new(&in, 0, *i);
		while ((j = bpf_iter_num_next(&in))) {
			if (*j == 5)
				break;
			sum++;
		}
		bpf_iter_num_destroy(&in);
		if (sum > 1000)
			break;
	}
	bpf_iter_num_destroy(&it);
	return sum & 1;
}

SEC("syscall")
int tasks(void *ctx)
{
	struct bpf_iter_task it;
	struct task_struct *task;
	int count = 0;

	bpf_rcu_read_lock();
	bpf_iter_task_new(&it, 0, 0);
	while ((task = bpf_iter_task_next(&it))) {
		if (task->pid == task->tgid)
			count++;
	}
	bpf_iter_task_destroy(&it);
	bpf_rcu_read_unlock();
	numbers[0] = count;
	return 0;
}

SEC("syscall")
int bits(void *ctx)
{
	u64 words[2] = {0x55, 0xaa};
	struct bpf_iter_bits it;
	int *bit, count = 0;

	bpf_iter_bits_new(&it, words, 2);
	while ((bit = bpf_iter_bits_next(&it)))
		count += *bit;
	bpf_iter_bits_destroy(&it);
	return count & 1;
}

SEC("tc")
int slices(struct __sk_buff *skb)
{
	struct bpf_dynptr data, part;
	u8 buffer[14] = {};
	u8 *eth;

	if (bpf_dynptr_from_skb(skb, 0, &data))
		return 0;
	eth = bpf_dynptr_slice_rdwr(&data, 0, buffer, sizeof(buffer));
	if (!eth)
		return 0;
	eth[0] ^= 1;
	if (eth == buffer)
		bpf_dynptr_write(&data, 0, buffer, sizeof(buffer), 0);
	if (bpf_dynptr_clone(&data, &part) || bpf_dynptr_adjust(&part, 14, 34))
		return 0;
	eth = bpf_dynptr_slice(&part, 0, 0, 4);
	if (eth)
		return eth[3] + bpf_dynptr_is_null(&part);
	return bpf_dynptr_size(&part) & 1;
}

SEC("xdp")
int xdp_slices(struct xdp_md *xdp)
{
	struct bpf_dynptr data;
	u8 buffer[8];
	u8 *start;

	bpf_dynptr_from_xdp(xdp, 0, &data);
	start = bpf_dynptr_slice(&data, 4, buffer, sizeof(buffer));
	return start ? start[7] & 1 : 2;
}

SEC("tc")
int records(struct __sk_buff *skb)
{
	struct bpf_dynptr record;
	u64 *place, *old;

	old = bpf_ringbuf_reserve(&ring, 16, 0);
	if (old) {
		old[1] = skb->len;
		bpf_ringbuf_submit(old, 0);
	}
	if (bpf_ringbuf_reserve_dynptr(&ring, skb->len & 63, 0, &record)) {
		bpf_ringbuf_discard_dynptr(&record, 0);
		return 0;
	}
	place = bpf_dynptr_data(&record, 0, 8);
	if (place)
		*place = 7;
	bpf_ringbuf_submit_dynptr(&record, 0);
	return 0;
}

SEC("tc")
int sections(struct __sk_buff *skb)
{
	unsigned long outer, inner;

	bpf_preempt_disable();
	bpf_local_irq_save(&outer);
	bpf_local_irq_save(&inner);
	numbers[1]++;
	bpf_local_irq_restore(&inner);
	bpf_local_irq_restore(&outer);
	bpf_preempt_enable();
	return 0;
}

SEC("tc")
int under_lock(struct __sk_buff *skb)
{
	u32 key = 0;
	struct locked *value = bpf_map_lookup_elem(&locks, &key);
	struct resilient *other = bpf_map_lookup_elem(&resilients, &key);
	unsigned long flags;

	if (!value || !other)
		return 0;
	bpf_spin_lock(&value->lock);
	value->count++;
	bpf_spin_unlock(&value->lock);
	if (!bpf_res_spin_lock(&other->lock)) {
		other->count++;
		bpf_res_spin_unlock(&other->lock);
	}
	if (bpf_res_spin_lock_irqsave(&other->lock, &flags))
		return 0;
	other->count += value->count;
	bpf_res_spin_unlock_irqrestore(&other->lock, &flags);
	return 0;
}

SEC("tp_btf/task_newtask")
int masks(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct bpf_cpumask *mask = bpf_cpumask_create();

	if (!mask)
		return 0;
	bpf_cpumask_set_cpu(1, mask);
	numbers[2] = bpf_cpumask_test_cpu(1, (const struct cpumask *)mask) + bpf_cpumask_test_cpu(0, task->cpus_ptr);
	bpf_cpumask_release(mask);
	return 0;
}

SEC("syscall")
int groups(void *ctx)
{
	struct cgroup *group = bpf_cgroup_from_id(1), *above;

	if (!group)
		return 0;
	above = bpf_cgroup_ancestor(group, 0);
	if (above) {
		numbers[3] = above->level;
		bpf_cgroup_release(above);
	}
	bpf_cgroup_release(group);
	return 0;
}

char _license[] SEC("license") = "GPL";
