// Objects that programs allocate, lists and trees of them, sets of CPUs, dynptrs: the same number on all engines.
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define __contains(name, node) __attribute__((btf_decl_tag("contains:" #name ":" #node)))
#define private(name) SEC(".bss." #name) __attribute__((aligned(8)))
#define __kptr __attribute__((btf_type_tag("kptr")))
#define PROGRAM(name) SEC("syscall") int name(void *ctx)

extern void *bpf_obj_new_impl(__u64 type, void *meta) __weak __ksym;
extern void bpf_obj_drop_impl(void *object, void *meta) __weak __ksym;
extern void *bpf_percpu_obj_new_impl(__u64 type, void *meta) __weak __ksym;
extern void bpf_percpu_obj_drop_impl(void *object, void *meta) __weak __ksym;
extern void *bpf_refcount_acquire_impl(void *object, void *meta) __weak __ksym;
extern int bpf_list_push_front_impl(struct bpf_list_head *, struct bpf_list_node *, void *, __u64) __weak __ksym;
extern int bpf_list_push_back_impl(struct bpf_list_head *, struct bpf_list_node *, void *, __u64) __weak __ksym;
extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *) __weak __ksym;
extern struct bpf_list_node *bpf_list_pop_back(struct bpf_list_head *) __weak __ksym;
extern int bpf_rbtree_add_impl(struct bpf_rb_root *, struct bpf_rb_node *,
	bool (less)(struct bpf_rb_node *, const struct bpf_rb_node *), void *, __u64) __weak __ksym;
extern struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *) __weak __ksym;
extern struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *, struct bpf_rb_node *) __weak __ksym;
extern struct bpf_cpumask *bpf_cpumask_create(void) __weak __ksym;
extern void bpf_cpumask_release(struct bpf_cpumask *) __weak __ksym;
extern void bpf_cpumask_set_cpu(__u32 cpu, struct bpf_cpumask *) __weak __ksym;
extern bool bpf_cpumask_test_cpu(__u32 cpu, const struct cpumask *) __weak __ksym;
extern bool bpf_cpumask_test_and_set_cpu(__u32 cpu, struct bpf_cpumask *) __weak __ksym;
extern __u32 bpf_cpumask_first(const struct cpumask *) __weak __ksym;
extern __u32 bpf_cpumask_first_zero(const struct cpumask *) __weak __ksym;
extern bool bpf_cpumask_empty(const struct cpumask *) __weak __ksym;
extern bool bpf_cpumask_subset(const struct cpumask *, const struct cpumask *) __weak __ksym;
extern bool bpf_cpumask_and(struct bpf_cpumask *, const struct cpumask *, const struct cpumask *) __weak __ksym;
extern void bpf_cpumask_setall(struct bpf_cpumask *) __weak __ksym;
extern __u32 bpf_cpumask_weight(const struct cpumask *) __weak __ksym;
extern int bpf_dynptr_from_xdp(struct xdp_md *, __u64 flags, struct bpf_dynptr *) __weak __ksym;
extern int bpf_dynptr_from_skb(struct __sk_buff *, __u64 flags, struct bpf_dynptr *) __weak __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *, __u32, void *, __u32) __weak __ksym;
extern void *bpf_dynptr_slice_rdwr(const struct bpf_dynptr *, __u32, void *, __u32) __weak __ksym;
extern int bpf_dynptr_adjust(const struct bpf_dynptr *, __u32 start, __u32 end) __weak __ksym;
extern bool bpf_dynptr_is_null(const struct bpf_dynptr *) __weak __ksym;
extern bool bpf_dynptr_is_rdonly(const struct bpf_dynptr *) __weak __ksym;
extern __u32 bpf_dynptr_size(const struct bpf_dynptr *) __weak __ksym;
extern int bpf_dynptr_clone(const struct bpf_dynptr *, struct bpf_dynptr *) __weak __ksym;
extern int bpf_dynptr_copy(struct bpf_dynptr *, __u32, struct bpf_dynptr *, __u32, __u32) __weak __ksym;
extern int bpf_dynptr_memset(struct bpf_dynptr *, __u32, __u32, __u8) __weak __ksym;

#define NEW(type) ((type *)bpf_obj_new_impl(bpf_core_type_id_local(type), 0))
#define DROP(object) bpf_obj_drop_impl(object, 0)
#define OF(node, type, member) ((type *)((void *)(node) - __builtin_offsetof(type, member)))

struct item {
	struct bpf_list_node node;
	struct bpf_rb_node leaf;
	struct bpf_refcount count;
	__u64 key;
};
struct plain { __u64 a, b; };
struct small { __u64 a; };

private(L) struct bpf_spin_lock lock;
private(L) struct bpf_list_head list __contains(item, node);
private(T) struct bpf_spin_lock tree_lock;
private(T) struct bpf_rb_root tree __contains(item, leaf);

PROGRAM(an_object_is_written) {
	struct plain *p = NEW(struct plain);
	if (!p)
		return 1;
	p->a = 40;
	p->b = 0;
	int sum = p->a + p->b + 2;
	DROP(p);
	return sum;
}

PROGRAM(a_per_cpu_object) {
	struct small __attribute__((btf_type_tag("percpu_kptr"))) *p =
		bpf_percpu_obj_new_impl(bpf_core_type_id_local(struct small), 0);
	if (!p)
		return 1;
	bpf_percpu_obj_drop_impl((void *)p, 0);
	return 7;
}

PROGRAM(references_are_counted) {
	struct item *first = NEW(struct item), *second;
	if (!first)
		return 1;
	first->key = 9;
	second = bpf_refcount_acquire_impl(first, 0);
	DROP(first);
	int key = second->key;
	DROP(second);
	return key;
}

PROGRAM(a_list_keeps_its_order) {
	int sum = 0, i;
	for (i = 1; i < 5; i++) {
		struct item *item = NEW(struct item);
		if (!item)
			return 1;
		item->key = i;
		bpf_spin_lock(&lock);
		if (i & 1)
			bpf_list_push_back_impl(&list, &item->node, 0, 0);
		else
			bpf_list_push_front_impl(&list, &item->node, 0, 0);
		bpf_spin_unlock(&lock);
	}
	for (i = 0; i < 5; i++) {
		struct bpf_list_node *node;
		bpf_spin_lock(&lock);
		node = i & 1 ? bpf_list_pop_back(&list) : bpf_list_pop_front(&list);
		bpf_spin_unlock(&lock);
		if (!node)
			return sum;
		struct item *item = OF(node, struct item, node);
		sum = sum * 10 + item->key;
		DROP(item);
	}
	return 2;
}

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b) {
	return OF(a, struct item, leaf)->key < OF(b, struct item, leaf)->key;
}

PROGRAM(a_tree_is_sorted) {
	int sum = 0, i;
	for (i = 1; i < 6; i++) {
		struct item *item = NEW(struct item);
		if (!item)
			return 1;
		item->key = i * 3 % 7;
		bpf_spin_lock(&tree_lock);
		bpf_rbtree_add_impl(&tree, &item->leaf, less, 0, 0);
		bpf_spin_unlock(&tree_lock);
	}
	for (i = 0; i < 6; i++) {
		struct bpf_rb_node *leaf;
		bpf_spin_lock(&tree_lock);
		leaf = bpf_rbtree_first(&tree);
		if (leaf)
			leaf = bpf_rbtree_remove(&tree, leaf);
		bpf_spin_unlock(&tree_lock);
		if (!leaf)
			return sum;
		struct item *item = OF(leaf, struct item, leaf);
		sum = sum * 10 + item->key;
		DROP(item);
	}
	return 2;
}

struct keeps { struct plain __kptr *kept; };
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct keeps);
} keeper SEC(".maps");

PROGRAM(an_object_is_kept_in_a_map) {
	__u32 key = 0;
	struct keeps *value = bpf_map_lookup_elem(&keeper, &key);
	struct plain *mine = NEW(struct plain), *old;
	if (!mine)
		return 1;
	mine->a = 33;
	if (!value) {
		DROP(mine);
		return 2;
	}
	old = bpf_kptr_xchg(&value->kept, mine);
	if (old) {
		DROP(old);
		return 3;
	}
	old = bpf_kptr_xchg(&value->kept, 0);
	if (!old)
		return 4;
	int a = old->a;
	DROP(old);
	return a;
}

#define MASK(mask) ((const struct cpumask *)(mask))
PROGRAM(sets_of_cpus) {
	struct bpf_cpumask *a = bpf_cpumask_create(), *b;
	int said = 0;
	if (!a)
		return 1;
	b = bpf_cpumask_create();
	if (!b) {
		bpf_cpumask_release(a);
		return 2;
	}
	said = bpf_cpumask_empty(MASK(a));
	said = said << 1 | bpf_cpumask_test_and_set_cpu(1, a);
	said = said << 1 | bpf_cpumask_test_and_set_cpu(1, a);
	said = said << 1 | bpf_cpumask_test_cpu(1, MASK(a));
	said = said << 1 | bpf_cpumask_test_cpu(100000, MASK(a));
	said = said << 4 | bpf_cpumask_first(MASK(a));
	said = said << 4 | bpf_cpumask_first_zero(MASK(a));
	bpf_cpumask_setall(b);
	said = said << 1 | bpf_cpumask_subset(MASK(a), MASK(b));
	said = said << 1 | bpf_cpumask_subset(MASK(b), MASK(a));
	said = said << 1 | bpf_cpumask_and(b, MASK(a), MASK(b));
	said = said << 4 | bpf_cpumask_weight(MASK(b));
	bpf_cpumask_release(b);
	bpf_cpumask_release(a);
	return said;
}

SEC("xdp") int xdp_dynptr(struct xdp_md *ctx) {
	struct bpf_dynptr packet, part;
	__u8 room[8] = {}, *bytes;
	int sum = 0;
	if (bpf_dynptr_from_xdp(ctx, 0, &packet))
		return 1000;
	bytes = bpf_dynptr_slice_rdwr(&packet, 4, room, sizeof(room));
	if (!bytes)
		return 1001;
	bytes[0] = 77;
	if (bpf_dynptr_clone(&packet, &part) || bpf_dynptr_adjust(&part, 4, 20))
		return 1002;
	sum = bpf_dynptr_size(&part) * 1000 + bpf_dynptr_is_null(&part) * 100 + bpf_dynptr_is_rdonly(&part) * 10;
	bpf_dynptr_memset(&part, 1, 2, 5);
	bpf_dynptr_copy(&packet, 30, &part, 0, 3);
	bytes = bpf_dynptr_slice(&packet, 30, room, 4);
	if (!bytes || bpf_dynptr_slice(&part, 14, room, 4) || bpf_dynptr_adjust(&part, 5, 17) != -34)
		return 1003;
	return sum + bytes[0] + bytes[1] + bytes[2];
}

SEC("tc") int skb_dynptr(struct __sk_buff *ctx) {
	struct bpf_dynptr packet;
	__u8 room[8] = {}, *bytes;
	if (bpf_dynptr_from_skb(ctx, 0, &packet))
		return 1000;
	bytes = bpf_dynptr_slice_rdwr(&packet, 40, room, sizeof(room));
	if (!bytes)
		return 1001;
	bytes[1] += 9;
	return bpf_dynptr_size(&packet) * 100 + bytes[1] + bpf_dynptr_from_skb(ctx, 1, &packet);
}

SEC("cgroup_skb/egress") int skb_dynptr_to_read(struct __sk_buff *ctx) {
	struct bpf_dynptr packet;
	__u8 room[8] = {}, *bytes;
	if (bpf_dynptr_from_skb(ctx, 0, &packet))
		return 0;
	return bpf_dynptr_is_rdonly(&packet);
}

char LICENSE[] SEC("license") = "GPL";
