// SPDX-License-Identifier: Apache-2.0
// Lists, trees, reference counts and kernel pointers in maps.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define __contains(type, node) __attribute__((btf_decl_tag("contains:" #type ":" #node)))
#define __kptr __attribute__((btf_type_tag("kptr")))
#define private(name) SEC(".bss." #name) __attribute__((aligned(8)))

extern void *bpf_obj_new_impl(u64 local_type_id, void *meta) __ksym;
extern void bpf_obj_drop_impl(void *kptr, void *meta) __ksym;
extern void *bpf_refcount_acquire_impl(void *kptr, void *meta) __ksym;
extern int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta, u64 off) __ksym;
extern int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta, u64 off) __ksym;
extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head) __ksym;
extern struct bpf_list_node *bpf_list_front(struct bpf_list_head *head) __ksym;
extern int bpf_rbtree_add_impl(struct bpf_rb_root *root, struct bpf_rb_node *node,
			       bool (less)(struct bpf_rb_node *a, const struct bpf_rb_node *b), void *meta, u64 off) __ksym;
extern struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym;
extern struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *root) __ksym;
extern struct bpf_rb_node *bpf_rbtree_left(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;
extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;

#define NEW(type) ((type *)bpf_obj_new_impl(bpf_core_type_id_local(type), 0))
#define bpf_core_type_id_local(type) __builtin_btf_type_id(*(typeof(type) *)0, 0)

struct item {
	struct bpf_list_node in_list;
	struct bpf_rb_node in_tree;
	struct bpf_refcount count;
	u64 key;
};

struct plain {
	u64 first;
	u32 second;
};

struct slot {
	struct task_struct __kptr *task;
	struct plain __kptr *own;
	u64 number;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, u32);
	__type(value, struct slot);
	__uint(max_entries, 4);
} slots SEC(".maps");

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head list __contains(item, in_list);
private(A) struct bpf_rb_root tree __contains(item, in_tree);

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, in_tree)->key < container_of(b, struct item, in_tree)->key;
}

SEC("tc")
int push_and_pop(struct __sk_buff *skb)
{
	struct item *item = NEW(struct item);
	struct bpf_list_node *node;

	if (!item)
		return 0;
	item->key = skb->len;
	bpf_spin_lock(&lock);
	bpf_list_push_front_impl(&list, &item->in_list, 0, 0);
	item->key = 3;
	node = bpf_list_pop_front(&list);
	bpf_spin_unlock(&lock);
	if (!node)
		return 1;
	item = container_of(node, struct item, in_list);
	skb->mark = item->key;
	bpf_obj_drop_impl(item, 0);
	return 0;
}

SEC("tc")
int in_both(struct __sk_buff *skb)
{
	struct item *item = NEW(struct item), *other;
	struct bpf_rb_node *node;

	if (!item)
		return 0;
	other = bpf_refcount_acquire_impl(item, 0);
	bpf_spin_lock(&lock);
	bpf_rbtree_add_impl(&tree, &item->in_tree, less, 0, 0);
	bpf_list_push_back_impl(&list, &other->in_list, 0, 0);
	node = bpf_rbtree_first(&tree);
	if (!node) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	node = bpf_rbtree_remove(&tree, node);
	bpf_spin_unlock(&lock);
	if (!node)
		return 0;
	item = container_of(node, struct item, in_tree);
	item->key++;
	bpf_obj_drop_impl(item, 0);
	return 0;
}

SEC("tc")
int swap_own(struct __sk_buff *skb)
{
	u32 key = skb->mark & 3;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);
	struct plain *made, *old;

	if (!slot)
		return 0;
	made = NEW(struct plain);
	if (!made)
		return 0;
	made->first = slot->number;
	old = bpf_kptr_xchg(&slot->own, made);
	if (old) {
		slot->number = old->second;
		bpf_obj_drop_impl(old, 0);
	}
	return 0;
}

SEC("syscall")
int keep_task(void *ctx)
{
	u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);
	struct task_struct *task, *old;

	if (!slot)
		return 0;
	bpf_rcu_read_lock();
	task = slot->task;
	if (task)
		key = task->pid;
	bpf_rcu_read_unlock();
	task = bpf_task_from_pid(1);
	if (!task)
		return key & 1;
	old = bpf_kptr_xchg(&slot->task, task);
	if (old)
		bpf_task_release(old);
	return 0;
}

SEC("tp_btf/task_newtask")
int acquire_arguments(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0], *mine;

	mine = bpf_task_acquire(task);
	if (!mine)
		return 0;
	if (mine->group_leader->pid == task->pid)
		bpf_printk("%d", mine->tgid);
	bpf_task_release(mine);
	return 0;
}

char _license[] SEC("license") = "GPL";
