"""Objects, lists, trees, sets of CPUs and dynptrs: each program returns the same on all engines."""

from __future__ import annotations

import pytest

from kfuncs.conftest import Run

SOURCE = "objects.bpf.c"
PACKET = bytes(range(64))

RETURNS = {
    "an_object_is_written": 42,
    "a_per_cpu_object": 7,
    "references_are_counted": 9,
    "a_list_keeps_its_order": 4321,
    "a_tree_is_sorted": 12356,
    "an_object_is_kept_in_a_map": 33,
    "sets_of_cpus": 723025,
}
ON_PACKETS = {
    "xdp_dynptr": 16 * 1000 + 77 + 5 + 5,
    "skb_dynptr": 64 * 100 + 41 + 9 - 22,
    "skb_dynptr_to_read": 1,
}


@pytest.mark.parametrize("program", RETURNS)
def test_every_engine_returns_the_same(program: str, run: Run) -> None:
    assert run(program) == RETURNS[program]


@pytest.mark.parametrize("program", ON_PACKETS)
def test_packets_through_dynptrs(program: str, run: Run) -> None:
    assert run(program, PACKET) == ON_PACKETS[program]
