/* Lists and red-black trees of objects, as kernel functions change them. Programs hold the lock that is beside the
 * list or tree; an object is in one of them at most, which its node knows by its owner.
 */
#include "native.h"
#include "lock.h"
#include "object.h"
#include "rbtree.h"

/* struct bpf_list_head and the beginning of struct bpf_list_node; all zero is an empty list. */
struct link {
	struct link *next, *previous;
};

struct list_node {
	struct link link;
	void *owner;
};

struct tree_node {
	struct rb_node rb;
	void *owner;
};

_Static_assert(sizeof(struct list_node) == 24 && sizeof(struct tree_node) == 32, "the sizes of linux/bpf.h");

/* An owner that is no list or tree: between taking a node and putting it in its place. */
#define TAKEN ((void *)1)

static bool take(void **owner)
{
	void *nobody = NULL;

	return __atomic_compare_exchange_n(owner, &nobody, TAKEN, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

static void own(void **place, void *owner)
{
	__atomic_store_n(place, owner, __ATOMIC_RELEASE);
}

static struct link *head_of(uint64_t address)
{
	struct link *head = (struct link *)address;

	if (!head->next)
		head->next = head->previous = head;
	return head;
}

/* An object that is in a list or tree already loses the reference that was to go in. */
static uint64_t push(uint64_t list, uint64_t address, uint64_t offset, bool back)
{
	struct link *head = head_of(list);
	struct list_node *node = (struct list_node *)address;

	if (!take(&node->owner)) {
		skep_object_drop((uint8_t *)node - offset);
		return -EINVAL;
	}
	struct link *before = back ? head->previous : head, *after = before->next;
	node->link = (struct link){ after, before };
	before->next = after->previous = &node->link;
	own(&node->owner, head);
	return 0;
}

static uint64_t pop(uint64_t list, bool back)
{
	struct link *head = head_of(list), *link = back ? head->previous : head->next;

	if (link == head)
		return 0;
	struct list_node *node = (struct list_node *)link;
	link->previous->next = link->next;
	link->next->previous = link->previous;
	node->link = (struct link){ link, link };
	own(&node->owner, NULL);
	return (uintptr_t)node;
}

/* r1 list, r2 node, r3 record (not needed: objects know theirs), r4 the node's place in the object */
SKEP_HELPER(bpf_list_push_front_impl)
{
	return push(r1, r2, r4, false);
}

SKEP_HELPER(bpf_list_push_back_impl)
{
	return push(r1, r2, r4, true);
}

SKEP_HELPER(bpf_list_pop_front)
{
	return pop(r1, false);
}

SKEP_HELPER(bpf_list_pop_back)
{
	return pop(r1, true);
}

SKEP_HELPER(bpf_list_front)
{
	struct link *head = head_of(r1);

	return head->next == head ? 0 : (uintptr_t)head->next;
}

SKEP_HELPER(bpf_list_back)
{
	struct link *head = head_of(r1);

	return head->previous == head ? 0 : (uintptr_t)head->previous;
}

void skep_list_free(const struct skep_field *field, void *place)
{
	uint64_t node;

	if (!((struct link *)place)->next)
		return;
	while ((node = pop((uintptr_t)place, false)))
		field->destroy(node - field->node_offset, 0, 0, 0, 0, NULL);
	memset(place, 0, sizeof(struct link));
}

/* r1 tree, r2 node, r3 less(a, b), r4 record, r5 the node's place in the object */
SKEP_HELPER(bpf_rbtree_add_impl)
{
	struct rb_tree *tree = (struct rb_tree *)r1;
	struct tree_node *node = (struct tree_node *)r2;
	struct rb_node **link = &tree->root, *parent = NULL;
	bool is_first = true;

	if (!take(&node->owner)) {
		skep_object_drop((uint8_t *)node - r5);
		return -EINVAL;
	}
	while (*link) {
		parent = *link;
		bool less = ((skep_fn)r3)(r2, (uintptr_t)parent, 0, 0, 0, run);
		link = less ? &parent->left : &parent->right;
		is_first &= less;
	}
	skep_rb_insert(tree, &node->rb, parent, link, is_first);
	own(&node->owner, tree);
	return 0;
}

/* 0 when the node is in another tree, or in none. */
SKEP_HELPER(bpf_rbtree_remove)
{
	struct tree_node *node = (struct tree_node *)r2;

	if (__atomic_load_n(&node->owner, __ATOMIC_ACQUIRE) != (void *)r1)
		return 0;
	skep_rb_remove((struct rb_tree *)r1, &node->rb);
	own(&node->owner, NULL);
	return r2;
}

SKEP_HELPER(bpf_rbtree_first)
{
	return (uintptr_t)((struct rb_tree *)r1)->first;
}

SKEP_HELPER(bpf_rbtree_root)
{
	return (uintptr_t)((struct rb_tree *)r1)->root;
}

static uint64_t below(uint64_t tree, uint64_t address, bool right)
{
	struct tree_node *node = (struct tree_node *)address;

	if (__atomic_load_n(&node->owner, __ATOMIC_ACQUIRE) != (void *)tree)
		return 0;
	return (uintptr_t)(right ? node->rb.right : node->rb.left);
}

SKEP_HELPER(bpf_rbtree_left)
{
	return below(r1, r2, false);
}

SKEP_HELPER(bpf_rbtree_right)
{
	return below(r1, r2, true);
}

void skep_tree_free(const struct skep_field *field, void *root)
{
	struct rb_tree *tree = root;

	while (tree->first) {
		struct tree_node *node = (struct tree_node *)tree->first;
		skep_rb_remove(tree, &node->rb);
		own(&node->owner, NULL);
		field->destroy((uintptr_t)node - field->node_offset, 0, 0, 0, 0, NULL);
	}
}

/* Locks of programs; nothing that waits for another thread happens between the two. */
SKEP_HELPER(bpf_spin_lock)
{
	skep_lock((uint32_t *)r1);
	run->locks++;
	return 0;
}

SKEP_HELPER(bpf_spin_unlock)
{
	skep_unlock((uint32_t *)r1);
	run->locks--;
	return 0;
}

const struct skep_symbol skep_graph_symbols[] = {
	SKEP_SYMBOL(bpf_list_push_front_impl),
	SKEP_SYMBOL(bpf_list_push_back_impl),
	SKEP_SYMBOL(bpf_list_pop_front),
	SKEP_SYMBOL(bpf_list_pop_back),
	SKEP_SYMBOL(bpf_list_front),
	SKEP_SYMBOL(bpf_list_back),
	SKEP_SYMBOL(bpf_rbtree_add_impl),
	SKEP_SYMBOL(bpf_rbtree_remove),
	SKEP_SYMBOL(bpf_rbtree_first),
	SKEP_SYMBOL(bpf_rbtree_root),
	SKEP_SYMBOL(bpf_rbtree_left),
	SKEP_SYMBOL(bpf_rbtree_right),
	SKEP_SYMBOL(bpf_spin_lock),
	SKEP_SYMBOL(bpf_spin_unlock),
	{ NULL },
};
