/* Balancing of red-black trees. See rbtree.h. */
#include "rbtree.h"

static bool is_red(const struct rb_node *node)
{
	return node && !(node->parent & 1);
}

static void set_parent(struct rb_node *node, struct rb_node *parent)
{
	node->parent = (uintptr_t)parent | (node->parent & 1);
}

static void set_black(struct rb_node *node, bool black)
{
	node->parent = (node->parent & ~(uintptr_t)1) | black;
}

/* Where the tree points to the node. */
static struct rb_node **link_of(struct rb_tree *tree, struct rb_node *node)
{
	struct rb_node *parent = rb_parent(node);

	if (!parent)
		return &tree->root;
	return parent->left == node ? &parent->left : &parent->right;
}

static struct rb_node **child(struct rb_node *node, bool right)
{
	return right ? &node->right : &node->left;
}

/* The node sinks to the side `right`, its child on the other side takes its place. */
static void rotate(struct rb_tree *tree, struct rb_node *node, bool right)
{
	struct rb_node *up = *child(node, !right), *moved = *child(up, right);

	*link_of(tree, node) = up;
	set_parent(up, rb_parent(node));
	*child(node, !right) = moved;
	if (moved)
		set_parent(moved, node);
	*child(up, right) = node;
	set_parent(node, up);
}

static void balance_insertion(struct rb_tree *tree, struct rb_node *node)
{
	struct rb_node *parent;

	while (is_red(parent = rb_parent(node))) {
		struct rb_node *grandparent = rb_parent(parent);
		bool right = parent == grandparent->right;
		struct rb_node *uncle = *child(grandparent, !right);
		if (is_red(uncle)) {
			set_black(parent, true);
			set_black(uncle, true);
			set_black(grandparent, false);
			node = grandparent;
			continue;
		}
		if (node == *child(parent, !right)) {
			rotate(tree, parent, right);
			parent = node;
		}
		set_black(parent, true);
		set_black(grandparent, false);
		rotate(tree, grandparent, !right);
		break;
	}
	set_black(tree->root, true);
}

void skep_rb_insert(struct rb_tree *tree, struct rb_node *node, struct rb_node *parent, struct rb_node **link,
		    bool is_first)
{
	node->parent = (uintptr_t)parent; /* red */
	node->left = node->right = NULL;
	*link = node;
	if (is_first)
		tree->first = node;
	balance_insertion(tree, node);
}

/* The subtree at `node` (which may be empty), below `parent`, lacks one black node. */
static void balance_removal(struct rb_tree *tree, struct rb_node *node, struct rb_node *parent)
{
	while (node != tree->root && !is_red(node)) {
		bool right = node == parent->right;
		struct rb_node *sibling = *child(parent, !right);
		if (is_red(sibling)) {
			set_black(sibling, true);
			set_black(parent, false);
			rotate(tree, parent, right);
			sibling = *child(parent, !right);
		}
		struct rb_node *near = *child(sibling, right), *far = *child(sibling, !right);
		if (!is_red(near) && !is_red(far)) {
			set_black(sibling, false);
			node = parent;
			parent = rb_parent(node);
			continue;
		}
		if (!is_red(far)) {
			set_black(near, true);
			set_black(sibling, false);
			rotate(tree, sibling, !right);
			far = sibling;
			sibling = near;
		}
		set_black(sibling, parent->parent & 1);
		set_black(parent, true);
		set_black(far, true);
		rotate(tree, parent, right);
		node = tree->root;
	}
	if (node)
		set_black(node, true);
}

static struct rb_node *leftmost(struct rb_node *node)
{
	while (node->left)
		node = node->left;
	return node;
}

struct rb_node *skep_rb_next(const struct rb_node *node)
{
	if (node->right)
		return leftmost(node->right);
	struct rb_node *parent = rb_parent(node);
	while (parent && node == parent->right) {
		node = parent;
		parent = rb_parent(node);
	}
	return parent;
}

/* Puts `other`, which may be nothing, in the place of the node. */
static void replace(struct rb_tree *tree, struct rb_node *node, struct rb_node *other)
{
	*link_of(tree, node) = other;
	if (other)
		set_parent(other, rb_parent(node));
}

void skep_rb_remove(struct rb_tree *tree, struct rb_node *node)
{
	struct rb_node *hole, *parent = rb_parent(node);
	bool was_black = node->parent & 1;

	if (tree->first == node)
		tree->first = skep_rb_next(node);
	if (!node->left || !node->right) {
		hole = node->left ? node->left : node->right;
		replace(tree, node, hole);
	} else { /* the next in order takes its place */
		struct rb_node *next = leftmost(node->right);
		was_black = next->parent & 1;
		hole = next->right;
		parent = next;
		if (next != node->right) {
			parent = rb_parent(next);
			replace(tree, next, hole);
			next->right = node->right;
			set_parent(next->right, next);
		}
		replace(tree, node, next);
		next->left = node->left;
		set_parent(next->left, next);
		set_black(next, node->parent & 1);
	}
	if (was_black && tree->root)
		balance_removal(tree, hole, parent);
}
