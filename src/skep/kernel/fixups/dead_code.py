"""What no path reaches goes away: Linux rewrites branches that always go one way, then removes what is left
dead.

Unprivileged programs keep their length; there, dead instructions become jumps to themselves, which would stop
a CPU that got there by speculation.
"""

from __future__ import annotations

from skep.isa.insn import Insn
from skep.kernel.fixups.patch import GOTO, MAY_GOTO, Code, Node, is_conditional

NOP = Insn(GOTO)
TRAP = Insn(GOTO, 0, 0, -1)


def opt_hard_wire_dead_code_branches(code: Code) -> None:
    """A branch with one side never taken becomes a jump to the other."""
    for index, node in enumerate(code.nodes):
        if not is_conditional(node.insn) or node.insn.code == MAY_GOTO or not node.aux.seen:
            continue
        assert node.target is not None
        if index + 1 < len(code.nodes) and not code.nodes[index + 1].aux.seen:
            node.insn = NOP
        elif not node.target.aux.seen:
            node.insn, node.target = NOP, code.nodes[index + 1]


def opt_remove_dead_code(code: Code) -> None:
    """Drop what was never visited."""
    dead = {id(node) for node in code.nodes if not node.aux.seen}
    if dead:
        code.remove(dead)


def _is_nop(code: Code, index: int, node: Node) -> bool:
    if node.insn.code not in (GOTO, MAY_GOTO) or index + 1 >= len(code.nodes):
        return False
    return node.target is code.nodes[index + 1]


def opt_remove_nops(code: Code) -> None:
    """Drop jumps to the next instruction."""
    while True:
        dead = {id(node) for index, node in enumerate(code.nodes) if _is_nop(code, index, node)}
        if not dead:
            return
        code.remove(dead)


def sanitize_dead_code(code: Code) -> None:
    """Make dead instructions harmless in place, for programs that must keep their length."""
    for node in code.nodes:
        if not node.aux.seen:
            node.insn, node.upper, node.target = TRAP, None, node
