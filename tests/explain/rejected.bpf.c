// SPDX-License-Identifier: Apache-2.0
// One program for each kind of rejection that people meet most: the function is named after the kind.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define barrier_var(var) asm volatile("" : "+r"(var))

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

struct missing {
	u64 field;
} __attribute__((preserve_access_index));

struct value {
	u64 slots[8];
};

struct flow_key {
	u8 kind;
	u32 number;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, u32);
	__type(value, struct value);
	__uint(max_entries, 1);
} values SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct flow_key);
	__type(value, u64);
	__uint(max_entries, 8);
} keyed SEC(".maps");

struct guarded {
	struct bpf_spin_lock lock;
	u64 count;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, u32);
	__type(value, struct guarded);
	__uint(max_entries, 1);
} guarded SEC(".maps");

struct timed {
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, u32);
	__type(value, struct timed);
	__uint(max_entries, 1);
} timed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__type(key, u32);
	__type(value, u32);
	__uint(max_entries, 1);
} programs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

const volatile u64 limit = 3;

SEC("xdp")
int map_value_out_of_bounds(struct xdp_md *ctx)
{
	u32 zero = 0, i = ctx->rx_queue_index;
	struct value *v = bpf_map_lookup_elem(&values, &zero);

	if (!v)
		return XDP_ABORTED;
	if (i > 8)
		return XDP_DROP;
	barrier_var(i);
	v->slots[i] = 1;
	return XDP_PASS;
}

SEC("xdp")
int unbounded_pointer_math(struct xdp_md *ctx)
{
	u32 zero = 0;
	struct value *v = bpf_map_lookup_elem(&values, &zero);
	long i;

	if (!v)
		return XDP_ABORTED;
	i = v->slots[0];
	if (i < 8)
		v->slots[i] = 1;
	return XDP_PASS;
}

SEC("xdp")
int no_upper_limit(struct xdp_md *ctx)
{
	u32 zero = 0;
	struct value *v = bpf_map_lookup_elem(&values, &zero);
	char copy[16];

	if (!v)
		return XDP_ABORTED;
	bpf_probe_read_kernel(copy, ctx->rx_queue_index - 1000LL, v);
	return copy[0];
}

SEC("xdp")
int may_be_null(struct xdp_md *ctx)
{
	struct flow_key key = {};
	u64 *count = bpf_map_lookup_elem(&keyed, &key);

	*count += 1;
	return XDP_PASS;
}

SEC("xdp")
int not_a_pointer(struct xdp_md *ctx)
{
	u32 zero = 0;
	struct value *v = bpf_map_lookup_elem(&values, &zero);

	if (!v)
		return XDP_ABORTED;
	return *(u32 *)v->slots[0];
}

SEC("xdp")
int packet_out_of_bounds(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	u8 *bytes = data;

	if (data + 14 > end)
		return XDP_DROP;
	return bytes[23] == 6 ? XDP_DROP : XDP_PASS;
}

SEC("xdp")
int uninitialised_register(struct xdp_md *ctx)
{
	asm volatile("r0 = r7;" ::: "r0");
	return XDP_PASS;
}

SEC("xdp")
int argument_type(struct xdp_md *ctx)
{
	return bpf_map_lookup_elem(&values, (void *)8) ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int unreleased_reference(struct xdp_md *ctx)
{
	u64 *event = bpf_ringbuf_reserve(&events, 8, 0);

	if (!event)
		return XDP_ABORTED;
	if (ctx->rx_queue_index == 3)
		return XDP_DROP;
	*event = ctx->rx_queue_index;
	bpf_ringbuf_submit(event, 0);
	return XDP_PASS;
}

SEC("xdp")
int function_not_allowed(struct xdp_md *ctx)
{
	return bpf_skb_load_bytes(ctx, 0, &(char[4]){}, 4);
}

SEC("xdp")
int endless_loop(struct xdp_md *ctx)
{
	u32 n = ctx->rx_queue_index;

	while (n)
		barrier_var(ctx);
	return XDP_PASS;
}

SEC("xdp")
int too_large(struct xdp_md *ctx)
{
	u64 sum = 0;

	for (u64 i = 0; i < 1000000; i++) {
		barrier_var(i);
		sum ^= sum << 1 | i;
	}
	return sum & 1 ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int context_access(struct xdp_md *ctx)
{
	return *(u64 *)((void *)ctx + 4) ? XDP_PASS : XDP_DROP;
}

SEC("cgroup_skb/egress")
int return_value(struct __sk_buff *skb)
{
	return skb->len;
}

SEC("xdp")
int misaligned(struct xdp_md *ctx)
{
	u64 word = 0;

	barrier_var(word);
	asm volatile("*(u32 *)(r10 - 6) = %0" ::"r"(word));
	return XDP_PASS;
}

SEC("xdp")
int stack_out_of_bounds(struct xdp_md *ctx)
{
	u32 size = ctx->rx_queue_index & 127;
	char copy[64];

	if (!size)
		return XDP_DROP;
	bpf_get_current_comm(copy, size);
	return copy[0];
}

SEC("xdp")
int pointer_arithmetic_prohibited(struct xdp_md *ctx)
{
	asm volatile("r1 = %0; r1 *= 2" ::"r"(ctx) : "r1");
	return XDP_PASS;
}

SEC("xdp")
int read_only_memory(struct xdp_md *ctx)
{
	*(volatile u64 *)&limit = 4;
	return XDP_PASS;
}

static __attribute__((noinline)) int deep(u32 n)
{
	volatile char room[400];

	room[n & 255] = 1;
	return room[7];
}

SEC("xdp")
int stack_too_deep(struct xdp_md *ctx)
{
	volatile char room[400];

	room[ctx->rx_queue_index & 255] = 1;
	return deep(room[9]);
}

SEC("xdp")
int modified_pointer(struct xdp_md *ctx)
{
	asm volatile("r1 = %0; r1 += 4; r2 = *(u32 *)(r1 + 0)" ::"r"(ctx) : "r1", "r2");
	return XDP_PASS;
}

SEC("xdp")
int may_be_negative(struct xdp_md *ctx)
{
	u32 zero = 0;
	struct value *v = bpf_map_lookup_elem(&values, &zero);
	char copy[16];
	int size;

	if (!v)
		return XDP_ABORTED;
	size = v->slots[0];
	if (size > (int)sizeof(copy))
		return XDP_DROP;
	bpf_get_current_comm(copy, size);
	return copy[0];
}

SEC("xdp")
int maybe_nothing(struct xdp_md *ctx)
{
	u32 size = ctx->rx_queue_index & 15;
	char copy[16];

	bpf_get_current_comm(copy, size);
	return copy[0];
}

SEC("xdp")
int open_section(struct xdp_md *ctx)
{
	u32 zero = 0;
	struct guarded *v = bpf_map_lookup_elem(&guarded, &zero);

	if (!v)
		return XDP_ABORTED;
	bpf_spin_lock(&v->lock);
	if (v->count++ > 100)
		return XDP_DROP;
	bpf_spin_unlock(&v->lock);
	return XDP_PASS;
}

SEC("xdp")
int in_critical_section(struct xdp_md *ctx)
{
	u32 zero = 0;
	struct guarded *v = bpf_map_lookup_elem(&guarded, &zero);

	if (!v)
		return XDP_ABORTED;
	bpf_spin_lock(&v->lock);
	v->count = bpf_ktime_get_ns();
	bpf_spin_unlock(&v->lock);
	return XDP_PASS;
}

SEC("xdp")
int lock_misuse(struct xdp_md *ctx)
{
	u32 zero = 0;
	struct guarded *a = bpf_map_lookup_elem(&guarded, &zero);
	struct guarded *b = bpf_map_lookup_elem(&guarded, &zero);

	if (!a || !b)
		return XDP_ABORTED;
	bpf_spin_lock(&a->lock);
	a->count++;
	bpf_spin_unlock(&b->lock);
	return XDP_PASS;
}

SEC("xdp")
int special_field(struct xdp_md *ctx)
{
	u32 zero = 0;
	struct timed *t = bpf_map_lookup_elem(&timed, &zero);

	if (!t)
		return XDP_ABORTED;
	return *(u32 *)&t->timer;
}

SEC("xdp")
int map_and_function(struct xdp_md *ctx)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&programs, &zero) ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int dynptr(struct xdp_md *ctx)
{
	struct bpf_dynptr record;
	u64 word = 1;

	bpf_ringbuf_reserve_dynptr(&events, 8, 0, &record);
	bpf_ringbuf_submit_dynptr(&record, 0);
	bpf_dynptr_write(&record, 0, &word, 8, 0);
	return XDP_PASS;
}

SEC("xdp")
int iterator(struct xdp_md *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	while (bpf_iter_num_next(&it))
		barrier_var(ctx);
	bpf_iter_num_destroy(&it);
	bpf_iter_num_destroy(&it);
	return XDP_PASS;
}

SEC("xdp")
int unpaired_section(struct xdp_md *ctx)
{
	bpf_rcu_read_unlock();
	return XDP_PASS;
}

__attribute__((noinline)) u64 second(const u64 *word)
{
	return word ? *word : 0;
}

SEC("xdp")
int global_function(struct xdp_md *ctx)
{
	return second((void *)ctx);
}

SEC("syscall")
int unresolved(void *ctx)
{
	return ((struct missing *)ctx)->field;
}

SEC("tc")
int untrusted_pointer(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_struct *parent = bpf_task_acquire(task->last_wakee);

	if (parent)
		bpf_task_release(parent);
	return 0;
}

SEC("tc")
int kfunc_argument(struct __sk_buff *skb)
{
	bpf_task_release((void *)skb);
	return 0;
}

SEC("tc")
int different_pointers(struct __sk_buff *skb)
{
	asm volatile("r6 = r1; r2 = *(u32 *)(r1 + 8); r7 = *(u64 *)(r1 + 168);"
		     "if r2 == 0 goto +2; if r7 == 0 goto +1; r6 = r7; r0 = *(u32 *)(r6 + 4)" ::
			     : "r0", "r1", "r2", "r6", "r7");
	return 0;
}

SEC("xdp")
int control_flow(struct xdp_md *ctx)
{
	asm volatile("goto +1; r0 = 0");
	return XDP_PASS;
}

SEC("xdp")
int invalid_instruction(struct xdp_md *ctx)
{
	asm volatile("r1 = 5; r1 /= 0" ::: "r1");
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
