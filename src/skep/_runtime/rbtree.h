/* Red-black trees whose nodes lie inside what they order. Insertion and removal are the textbook's (Cormen et al.,
 * chapter 13), as Linux's are, so that programs which walk a tree see the same shape.
 */
#ifndef SKEP_RBTREE_H
#define SKEP_RBTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rb_node {
	uintptr_t parent; /* its address; bit 0 is set in black nodes */
	struct rb_node *right, *left;
};

struct rb_tree {
	struct rb_node *root, *first;
};

static inline struct rb_node *rb_parent(const struct rb_node *node)
{
	return (struct rb_node *)(node->parent & ~(uintptr_t)1);
}

/* Puts a node at `*link`, an empty place below `parent` (NULL: the root), and balances. `is_first`: no node is before
 * it. */
void skep_rb_insert(struct rb_tree *tree, struct rb_node *node, struct rb_node *parent, struct rb_node **link,
		    bool is_first);
void skep_rb_remove(struct rb_tree *tree, struct rb_node *node);
/* The next in order; NULL after the last. */
struct rb_node *skep_rb_next(const struct rb_node *node);

#endif
