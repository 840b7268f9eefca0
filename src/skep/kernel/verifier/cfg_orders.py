"""Orders of the code that later passes need: a post-order of each function, and its loops.

The loops are the strongly connected components of a function's control flow; calls are not followed.
"""

from __future__ import annotations

from typing import Final

from skep.kernel.verifier.env import Env
from skep.kernel.verifier.insn_kinds import insn_successors, is_ldimm64
from skep.kernel.verifier.subprog_split import subprog_cnt

_DISCOVERED: Final = 0x10
_EXPLORED: Final = 0x20


def compute_postorder(env: Env) -> None:
    """An order in which successors mostly come before their predecessors, so that fixed points come fast.

    Both successors of a branch are queued at once, so it is not quite a post-order; the order shows in the
    log lines about stack liveness.
    """
    state = [0] * len(env.insns)
    env.successors = [()] * len(env.insns)
    for subprog in env.subprog_info[: subprog_cnt(env)]:
        subprog.postorder_start = len(env.postorder)
        stack = [subprog.start]
        while stack:
            top = stack[-1]
            if state[top] & _EXPLORED:
                env.postorder.append(top)
                stack.pop()
                continue
            env.successors[top] = insn_successors(env, top)
            for succ in env.successors[top]:
                if state[succ] == 0:
                    stack.append(succ)
                    state[succ] = _DISCOVERED
            state[top] = _DISCOVERED | _EXPLORED
    env.subprog_info[subprog_cnt(env)].postorder_start = len(env.postorder)


class _Tarjan:
    """Tarjan's algorithm on the instructions of each function, without recursion; calls are not followed."""

    __slots__ = ("env", "low", "next_scc", "pre", "preorder", "stack")

    def __init__(self, env: Env) -> None:
        self.env = env
        self.pre: list[int] = [0] * len(env.insns)
        self.low: list[int] = [0] * len(env.insns)
        self.preorder: int = 1
        self.next_scc: int = 1
        self.stack: list[int] = []

    def run(self, root: int) -> None:
        env, pre, low = self.env, self.pre, self.low
        dfs = [root]
        while dfs:
            node = dfs[-1]
            if pre[node] == 0:
                pre[node] = low[node] = self.preorder
                self.preorder += 1
                self.stack.append(node)
            unvisited = -1
            for succ in env.successors[node]:
                if pre[succ] == 0:
                    unvisited = succ
                    break
                low[node] = min(low[node], low[succ])
            if unvisited >= 0:
                dfs.append(unvisited)
                continue
            dfs.pop()
            if low[node] == pre[node]:
                self._pop_component(node)

    def _pop_component(self, root: int) -> None:
        """Number the component if it is a loop."""
        env = self.env
        is_loop = self.stack[-1] != root or root in env.successors[root]
        while True:
            node = self.stack.pop()
            self.low[node] = 1 << 62  # out of the way of later components
            if is_loop:
                env.insn_aux[node].scc = self.next_scc
            if node == root:
                break
        if is_loop:
            self.next_scc += 1


def compute_scc(env: Env) -> None:
    tarjan = _Tarjan(env)
    index = 0
    while index < len(env.insns):
        if tarjan.pre[index] == 0:
            tarjan.run(index)
        index += 2 if is_ldimm64(env.insns[index]) else 1
