"""Objects that programs allocate, in lists and trees: native operations against Python's own lists."""

from __future__ import annotations

import ctypes
import errno
import random

import pytest

from skep._runtime import SYMBOLS, NativeKernel, NativeMap, NativeRecord, call, peek, poke
from skep.kernel.model.record import Record
from skep.uapi import MapType

#: An object: a number, a list node, a tree node, a refcount.
NODE, RB, REFCOUNT, SIZE = 8, 32, 64, 72
LIST, TREE, REF, NODES = 4, 5, 6, 7
_LESS = ctypes.CFUNCTYPE(ctypes.c_uint64, *[ctypes.c_uint64] * 6)


class Graph:
    """A kernel, an array of one value with a list and a tree in it, and the functions that programs call."""

    def __init__(self) -> None:
        self.kernel = NativeKernel(2)
        self.run = Record("skep_run")
        self.run["kernel"] = self.kernel.address
        self.record = NativeRecord()
        self.record.set_fields(
            REFCOUNT, -1, [(NODES, NODE, 24, 0, 0), (NODES, RB, 32, 0, 0), (REF, REFCOUNT, 4, 0, 0)]
        )
        drop = SYMBOLS["bpf_obj_drop_impl"]
        value = NativeRecord()
        value.set_fields(-1, -1, [(LIST, 0, 16, NODE, drop), (TREE, 16, 16, RB, drop)])
        self.map = NativeMap(self.kernel, MapType.ARRAY, 4, 32, 1)
        self.map.set_record(value)
        self.list, self.tree = self.map.values, self.map.values + 16
        self.less = _LESS(lambda a, b, *_: peek(a - RB, 8) < peek(b - RB, 8))

    def call(self, name: str, *args: int) -> int:
        return call(SYMBOLS[name], *[*args, 0, 0, 0, 0, 0][:5], self.run.address)

    def new(self, number: int) -> int:
        address = self.call("bpf_obj_new_impl", SIZE, self.record.address)
        poke(address, 8, number)
        return address

    def push(self, address: int, end: str) -> int:
        return self.call(f"bpf_list_push_{end}_impl", self.list, address + NODE, 0, NODE)

    def add(self, address: int) -> int:
        less = ctypes.cast(self.less, ctypes.c_void_p).value or 0
        return self.call("bpf_rbtree_add_impl", self.tree, address + RB, less, 0, RB)


@pytest.fixture
def graph() -> Graph:
    return Graph()


def test_a_list_keeps_the_order_of_pushes_at_both_ends(graph: Graph) -> None:
    rng, model = random.Random(1), []
    for number in range(400):
        end = rng.choice(["front", "back"])
        if rng.random() < 0.6:
            assert graph.push(graph.new(number), end) == 0
            model.insert(0 if end == "front" else len(model), number)
        else:
            seen = graph.call(f"bpf_list_{end}", graph.list)
            node = graph.call(f"bpf_list_pop_{end}", graph.list)
            assert seen == node
            expected = (model.pop(0) if end == "front" else model.pop()) if model else None
            assert (peek(node - NODE, 8) if node else None) == expected
            if node:
                graph.call("bpf_obj_drop_impl", node - NODE)
        assert graph.kernel.objects == len(model)


def black_height(node: int) -> int:
    """Checks the colours below a node and counts its black nodes."""
    if not node:
        return 1
    parent, right, left = (peek(node + at, 8) for at in (0, 8, 16))
    for child in filter(None, (left, right)):
        assert peek(child, 8) & ~1 == node
        assert parent & 1 or peek(child, 8) & 1, "a red node below a red one"
    heights = {black_height(left), black_height(right)}
    assert len(heights) == 1
    return heights.pop() + (parent & 1)


def in_order(node: int) -> list[int]:
    if not node:
        return []
    return [*in_order(peek(node + 16, 8)), peek(node - RB, 8), *in_order(peek(node + 8, 8))]


def test_a_tree_stays_sorted_and_balanced(graph: Graph) -> None:
    rng, inside = random.Random(2), {}
    for step in range(600):
        if rng.random() < 0.55 or not inside:
            number = rng.randrange(10_000) * 1000 + step
            inside[number] = graph.new(number)
            assert graph.add(inside[number]) == 0
        else:
            number = rng.choice(list(inside))
            address = inside.pop(number) + RB
            assert graph.call("bpf_rbtree_remove", graph.tree, address) == address
            assert graph.call("bpf_rbtree_remove", graph.tree, address) == 0
            graph.call("bpf_obj_drop_impl", address - RB)
        root = graph.call("bpf_rbtree_root", graph.tree)
        assert in_order(root) == sorted(inside)
        black_height(root)
        first = graph.call("bpf_rbtree_first", graph.tree)
        assert (peek(first - RB, 8) if first else None) == min(inside, default=None)


def test_a_node_is_in_one_place_only(graph: Graph) -> None:
    address = graph.new(1)
    assert graph.push(address, "back") == 0
    assert graph.call("bpf_refcount_acquire_impl", address) == address
    assert graph.push(address, "back") == (1 << 64) - errno.EINVAL  # and the reference is gone
    assert graph.call("bpf_refcount_acquire_impl", address) == address
    assert graph.add(address) == 0  # another node of the same object
    assert graph.kernel.objects == 1
    graph.call("bpf_list_pop_front", graph.list)
    graph.call("bpf_obj_drop_impl", address)
    assert graph.kernel.objects == 1
    assert graph.call("bpf_rbtree_remove", graph.tree, address + RB) == address + RB
    graph.call("bpf_obj_drop_impl", address)
    assert graph.kernel.objects == 0


def test_an_update_of_the_value_and_the_maps_end_drop_what_is_inside(graph: Graph) -> None:
    for number in range(5):
        graph.push(graph.new(number), "back")
        graph.add(graph.new(number))
    graph.map.update(bytes(4), bytes(32), 0)
    assert graph.kernel.objects == 0
    assert graph.map.lookup(bytes(4)) == bytes(32)
    graph.push(graph.new(1), "back")
    graph.add(graph.new(2))
    del graph.map
    assert graph.kernel.objects == 0


def test_dropped_objects_stay_readable_until_the_runs_of_that_moment_end(graph: Graph) -> None:
    cpu = graph.kernel.enter(-1)
    address = graph.new(77)
    graph.call("bpf_obj_drop_impl", address)
    assert graph.kernel.objects == 0
    for number in range(100):
        graph.call("bpf_obj_drop_impl", graph.new(number))
    assert graph.kernel.object_at(address) == (address, SIZE)
    assert peek(address, 8) == 77
    graph.kernel.leave(cpu)


def test_a_pointer_in_a_value_is_exchanged_and_dropped_with_it(graph: Graph) -> None:
    record = NativeRecord()
    record.set_fields(-1, -1, [(3, 8, 8, 0, SYMBOLS["bpf_obj_drop_impl"])])
    map = NativeMap(graph.kernel, MapType.HASH, 4, 16, 3)
    map.set_record(record)
    key = ctypes.create_string_buffer(4)
    for round in range(10):
        map.update(bytes(4), bytes(16), 0)
        value = graph.call("bpf_map_lookup_elem", map.address, ctypes.addressof(key))
        assert graph.call("bpf_kptr_xchg", value + 8, graph.new(round)) == 0
        assert map.lookup(bytes(4)) == bytes(16), "pointers are not shown"
        assert graph.kernel.objects == 1
    map.delete(bytes(4))
    assert graph.kernel.objects == 0
